// `inject-sidecars upgrade --from OLD --to NEW FILES`: reports the changes of a new configuration, as Markdown for a pull request.

import { resolve } from 'node:path'
import { findManifests } from '#find-manifests'
import { upgradePage } from '#pages'
import { FUNCTION_CONFIG_KIND, InjectError, isObject, type SourceFile, visibleLines } from '../lib/model/index.ts'
import { parseDocuments } from '../lib/yaml/index.ts'
import { upgradeReport } from '../upgrade/report.ts'
import { shortReport } from '../upgrade/short-report.ts'
import { type Configuration, upgrade } from '../upgrade/upgrade.ts'
import { exitCodeOf } from './exit-code.ts'
import { readManifest, readSource } from './files.ts'
import { gather, readFunctionConfig } from './gather.ts'
import { withConditions } from './inject-lazily.ts'
import type { FileOptions } from './options.ts'
import { replaceFile } from './replace-file.ts'
import { showFindings } from './show-findings.ts'
import { writeFully } from './stdio.ts'

export interface UpgradeCommandOptions extends FileOptions {
  readonly from: string
  readonly to: string
  readonly functionConfig?: string
  readonly output: 'markdown' | 'html'
  /** The file to which the page is written. */
  readonly html?: string
  /** URL at which that file can be opened. */
  readonly pageUrl?: string
}

/**
 * Runs the command, and returns the exit code; errors in the report count.
 * @throws InjectError if a configuration cannot be read
 */
export async function runUpgrade(paths: readonly string[], options: UpgradeCommandOptions): Promise<number> {
  try {
    const functionConfig = readFunctionConfig(options.functionConfig)
    const [from, to] = [configurationIn(options.from, functionConfig), configurationIn(options.to, functionConfig)]
    const configured = new Set([...from.paths, ...to.paths, ...(functionConfig === undefined ? [] : [functionConfig.path])].map(path => resolve(path)))
    // So that `upgrade --from istio-old --to istio-new .` does not take the configurations for manifests.
    const found = gather(paths, { ...options, runs: [from.functionConfig, to.functionConfig] })
    const [unread] = found.diagnostics
    if (unread !== undefined) throw new InjectError(unread)
    const files = found.files.filter(({ path }) => !configured.has(resolve(path)))
    const { model, diagnostics } = await withConditions(hooks => upgrade({ files, from, to, readSource, ...hooks }))
    const notes = options.html === undefined ? [] : replaceFile(options.html, upgradePage(model))
    const page = options.pageUrl ?? options.html
    if (options.output === 'html') writeFully(1, upgradePage(model))
    else writeFully(1, visibleLines(page === undefined ? upgradeReport(model) : shortReport(model, page)))
    await showFindings(notes)
    return exitCodeOf(diagnostics)
  } catch (error) {
    if (!(error instanceof InjectError)) throw error
    await showFindings([error.diagnostic])
    return exitCodeOf([error.diagnostic])
  }
}

/** The configuration in files; a function config among them is used as such. */
function configurationIn(path: string, fallback: SourceFile | undefined): Configuration & { readonly paths: readonly string[] } {
  const { paths } = findManifests([path])
  const files = paths.map(readManifest)
  const own = files.filter(isFunctionConfig)
  if (own.length > 1) {
    const names = own.map(file => file.path).join(', ')
    throw new InjectError({
      code: 'config-invalid',
      message: `${path} has more than one function config: ${names}`,
      hint: 'give the file of one of them instead of the folder',
    })
  }
  return { name: path, paths, files: files.filter(file => !own.includes(file)), functionConfig: own[0] ?? fallback }
}

function isFunctionConfig(file: SourceFile): boolean {
  const values = parseDocuments(file).map(({ value }) => value)
  return values.some(value => isObject(value) && value.kind === FUNCTION_CONFIG_KIND)
}
