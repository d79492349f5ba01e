// Injects single workloads again, to compare the result with what a record says was injected.

import { policyRun } from './admit/policy-run.ts'
import { type Given, workBudget } from './inject-workload.ts'
import { injectAsWritten } from './injectable.ts'
import { onceValue } from './lib/go/sync.ts'
import { type InjectInput, isObject, type Json, type Resource, type SourceFile, type Workload } from './lib/model/index.ts'
import type { PolicyEngine } from './policies/index.ts'
import { read } from './read/read.ts'
import { injectedValue } from './reversible/record-check.ts'
import { keysOf } from './reversible/take-off.ts'
import { withEveryOwn } from './select/every-own.ts'
import { type Decide, type SelectionSources, select } from './select/select.ts'
import { withFiles } from './write/edited-files.ts'

/** What webhooks with match conditions and policies need. */
export interface InjectionHooks extends Pick<SelectionSources, 'conditionCompiler'> {
  /** Returns the policy engine; called only if there is a policy. */
  readonly policyEngine?: () => PolicyEngine
}

/** Another value of a workload, injected; undefined where that fails. */
export function injectedAgain(workload: Workload, value: Json, { given, decide }: { readonly given: Given; readonly decide: Decide }): Json | undefined {
  if (!isObject(value)) return undefined
  const other = injectAsWritten({ ...workload, resource: { ...workload.resource, value } }, given, decide)
  return other.diagnostics.some(({ severity }) => severity === 'error') ? undefined : injectedValue(other.workload, other.change)
}

/**
 * Injects single workloads of an input whose injections are removed. The configuration is read when it is first needed.
 * @param texts the input after the removal, and the keys of its resources
 * @returns a function from a resource to its value injected; undefined where there is no configuration, or it fails
 * @example configuredInjection({ files, functionConfig }, { files, keyOf })(deployment)
 */
export function configuredInjection(input: InjectInput & InjectionHooks, { files, keyOf }: RemovedTexts): (resource: Resource) => Json | undefined {
  const configured = onceValue(() => {
    const given = read({ ...withFiles(input, files), action: 'Inject' })
    const decide = withEveryOwn(select({ ...input, ...given, ...given.injectors }), given.config.injectors)
    const run = input.policyEngine === undefined ? undefined : policyRun(given, input.policyEngine, [])
    const key = keysOf(given)
    const workloads = new Map(given.workloads.map(workload => [key(workload.resource), workload]))
    return { workloads, decide, given: { ...given, budget: workBudget(given.workloads.length), policyRun: run } }
  })
  return resource => {
    const { workloads, ...setup } = configured()
    const workload = workloads.get(keyOf(resource))
    return workload === undefined ? undefined : injectedAgain(workload, workload.resource.value, setup)
  }
}

interface RemovedTexts {
  readonly files: readonly SourceFile[]
  /** Identifies a resource by its position in the texts. */
  readonly keyOf: (resource: Resource) => string
}
