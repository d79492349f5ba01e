// Runs `inject-sidecars report [PATHS]`: reports every workload of a repository, and merges the reports of several runs.

import { type Command, Option } from 'commander'
import { fleetPage } from '#pages'
import { countsOf, summaryOf } from '../fleet/counts.ts'
import { mergeReports } from '../fleet/merge.ts'
import type { FleetReport } from '../fleet/types.ts'
import { append, attempt, type Diagnostic, InjectError, visible } from '../lib/model/index.ts'
import { connectionOptions, podsOption, RUNNING } from './cluster/add-commands.ts'
import { exitCodeOf } from './exit-code.ts'
import { FLEET_FORMATS, type FleetFormat } from './fleet/formats.ts'
import { failedReport, type OwnReport, type OwnReportOptions, ownReport } from './fleet/own-report.ts'
import { isReportFile, readReports } from './fleet/report-files.ts'
import { excludeOption, functionConfigOption, namespaceOption, PATHS } from './options.ts'
import { progressOver } from './progress.ts'
import { replaceFile } from './replace-file.ts'
import { showFindings } from './show-findings.ts'
import { writeFully } from './stdio.ts'

export interface ReportOptions extends OwnReportOptions {
  readonly output?: FleetFormat
  /** All paths are reports, or folders of reports. */
  readonly merge?: boolean
  /** Source of this run's workloads, as shown in merged reports. */
  readonly name?: string
  /** The file to which the page is written. */
  readonly html?: string
}

/** Adds the command `report`; `answer` gets its exit code. */
export function addReport(program: Command, answer: (code: number) => void): void {
  const command = program
    .command('report')
    .description('list every workload with its state, revision, proxy, injectors, policies and findings; or merge such reports into one')
    .argument('[paths...]', `${PATHS}; JSON reports among them are merged (default: the working directory)`)
    .addOption(functionConfigOption())
    .addOption(namespaceOption())
    .addOption(excludeOption())
    .option('--merge', 'merge reports: all paths are JSON reports or folders of them')
    .option('--name <name>', 'source of the workloads in merged reports, such as a repository or a cluster')
    .addOption(podsOption())
    .option('--running', RUNNING)
  connectionOptions(command)
    .addOption(new Option('-o, --output <format>', 'format of the report (default: text)').choices(Object.keys(FLEET_FORMATS)))
    .option('--html <file>', 'write the fleet page to one HTML file that needs no network; standard output then has only the totals, unless -o is given')
    .addHelpText('after', HELP)
    .action(async (paths: string[], options: ReportOptions) => {
      const { merge, pods, running } = options
      if (merge && (pods !== undefined || running)) command.error('error: --merge takes reports; give --pods and --running to the runs that make them')
      if (merge && paths.length === 0) command.error('error: --merge needs the reports')
      if (pods === '-' && paths.includes('-')) command.error('error: standard input holds either manifests or pods')
      answer(await runReport(paths, options))
    })
}

const HELP = `
The exit code is 1 when a workload or the configuration has an error. A missing or outdated injection in Git is only a state in the report: use \`check\` to fail on it.
Only --running connects to a cluster, with the same connection options as \`verify\`.

Examples:
  inject-sidecars report apps/ istio/
  inject-sidecars report -o json --name shop apps/ istio/ > shop.json
  inject-sidecars report --html fleet.html apps/ istio/
  inject-sidecars report --merge -o markdown reports/ > fleet.md
  kubectl get pods -A -o json | inject-sidecars report --pods - apps/ istio/`

/** Writes the report and returns the exit code. Findings inside merged reports do not count: their own runs have reported them. */
async function runReport(paths: readonly string[], options: ReportOptions): Promise<number> {
  const diagnostics: Diagnostic[] = []
  const [reports, manifests] = options.merge ? [paths, []] : [paths.filter(isReportFile), paths.filter(path => !isReportFile(path))]
  const own = options.merge || (reports.length > 0 && manifests.length === 0) ? undefined : await madeReport(manifests, options)
  const report = together(own?.report, { reports, name: options.name }, diagnostics)
  const findings = [...diagnostics, ...(own?.diagnostics ?? [])]
  const numbers = visible(summaryOf(countsOf(report)))
  if (options.html !== undefined) {
    const file = options.html
    append(findings, attempt(findings, () => replaceFile(file, fleetPage(report))) ?? [])
  }
  writeFully(1, options.html !== undefined && options.output === undefined ? `${numbers}\n` : FLEET_FORMATS[options.output ?? 'text'](report))
  // The report itself has the warnings.
  await showFindings(findings.filter(({ severity }) => severity === 'error'))
  const progress = await progressOver([])
  progress.end(`report: ${numbers}`, findings)
  return exitCodeOf(findings)
}

async function madeReport(manifests: readonly string[], options: ReportOptions): Promise<OwnReport> {
  try {
    return await ownReport(manifests.length === 0 ? ['.'] : manifests, options)
  } catch (error) {
    if (!(error instanceof InjectError)) throw error
    return failedReport([error.diagnostic])
  }
}

interface Others {
  readonly reports: readonly string[]
  readonly name: string | undefined
}

/** Merges this run's report with others. Alone and without a name it stays as it is; otherwise each workload gets a `source`. */
function together(own: FleetReport | undefined, { reports, name }: Others, diagnostics: Diagnostic[]): FleetReport {
  const read = readReports(reports, diagnostics)
  if (own !== undefined && read.length === 0 && name === undefined) return own
  return mergeReports([...(own === undefined ? [] : [{ name: name ?? '.', report: own }]), ...read])
}
