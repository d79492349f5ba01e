// `inject-sidecars report [PATHS]`: what runs where, for every workload of a repository; and the reports of many runs as one.

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
  /** What the workloads of this run are said to come from. */
  readonly name?: string
  /** The file that the page is written to. */
  readonly html?: string
}

/** Adds the command `report`; `answer` gets its exit code. */
export function addReport(program: Command, answer: (code: number) => void): void {
  const command = program
    .command('report')
    .description('say for every workload what runs in it: state, revision, proxy, injectors, policies, findings; or merge such reports into one')
    .argument('[paths...]', `${PATHS}; reports in JSON are merged (default: the working directory)`)
    .addOption(functionConfigOption())
    .addOption(namespaceOption())
    .addOption(excludeOption())
    .option('--merge', 'all paths are reports in JSON, or folders of them')
    .option('--name <name>', 'what the workloads come from, where reports are merged: a repository, a cluster')
    .addOption(podsOption())
    .option('--running', RUNNING)
  connectionOptions(command)
    .addOption(new Option('-o, --output <format>', 'format of the report (default: text)').choices(Object.keys(FLEET_FORMATS)))
    .option('--html <file>', 'write the fleet page, one HTML file that needs no network; standard output then has only the numbers, unless -o is given')
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
Exit code 1 when a workload or the configuration has an error. What is only not injected in Git, or outdated there, is a state: \`check\` is the gate for it.
--running and the options for a connection are those of \`verify\`; nothing else connects.

Examples:
  inject-sidecars report apps/ istio/
  inject-sidecars report -o json --name shop apps/ istio/ > shop.json
  inject-sidecars report --html fleet.html apps/ istio/
  inject-sidecars report --merge -o markdown reports/ > fleet.md
  kubectl get pods -A -o json | inject-sidecars report --pods - apps/ istio/`

/** Answers with the exit code. What reports that are merged say has been answered by their own runs. */
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

/** The report of this run alone as it is; with others, or with a name, each workload says where it comes from. */
function together(own: FleetReport | undefined, { reports, name }: Others, diagnostics: Diagnostic[]): FleetReport {
  const read = readReports(reports, diagnostics)
  if (own !== undefined && read.length === 0 && name === undefined) return own
  return mergeReports([...(own === undefined ? [] : [{ name: name ?? '.', report: own }]), ...read])
}
