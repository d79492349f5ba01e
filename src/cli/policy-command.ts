// `inject-sidecars policy [CONFIG] [--injector NAME]`: prints a user's own injectors as MutatingAdmissionPolicies, for pods that never pass through Git.

import { type Diagnostic, InjectError, type OwnInjector } from '../lib/model/index.ts'
import { toYaml } from '../lib/yaml/index.ts'
import { type ReadResult, read } from '../read/read.ts'
import { exitCodeOf } from './exit-code.ts'
import { readFunctionConfig } from './gather.ts'
import { exportedPolicies } from './policy-export.ts'
import { showFindings } from './show-findings.ts'
import { writeFully } from './stdio.ts'

export interface PolicyOptions {
  /** The name of one injector; all of them if it is absent. */
  readonly injector?: string
}

/** Prints policies and bindings, and returns the exit code. */
export async function runPolicy(config: string | undefined, { injector }: PolicyOptions): Promise<number> {
  const functionConfig = readFunctionConfig(config)
  const given = read({ files: [], readSource: () => [], ...(functionConfig === undefined ? {} : { functionConfig }) })
  const findings = given.diagnostics.filter(({ code, severity }) => severity === 'error' && CONFIG_CODES.has(code))
  if (findings.length === 0) findings.push(...print(given, injector))
  await showFindings(findings)
  return exitCodeOf(findings)
}

/** Codes of findings about the function config itself; Istio's configuration is not needed here. */
const CONFIG_CODES: ReadonlySet<string> = new Set(['config-invalid', 'yaml-syntax', 'template-parse'])

/** Prints policies, or nothing if there is an error. */
function print(given: ReadResult, wanted: string | undefined): Diagnostic[] {
  const { injectors } = given.config
  if (!injectors.some(({ name }) => wanted === undefined || name === wanted)) return [nothingToExport(injectors, wanted)]
  try {
    writeFully(
      1,
      exportedPolicies(given, wanted)
        .flatMap(({ objects }) => objects.map(toYaml))
        .join('---\n'),
    )
    return []
  } catch (error) {
    if (!(error instanceof InjectError)) throw error
    return [error.diagnostic]
  }
}

function nothingToExport(injectors: readonly OwnInjector[], wanted: string | undefined): Diagnostic {
  const message = wanted === undefined ? 'the function config has no injectors of your own' : `the function config has no injector ${JSON.stringify(wanted)}`
  const hint = injectors.length === 0 ? 'add one under `injectors`: docs/own-sidecars.md' : `its injectors: ${injectors.map(({ name }) => name).join(', ')}`
  return { code: 'config-empty', severity: 'error', message, hint }
}
