// The state of a run of policies over the workloads of one input.

import type { Diagnostic, FunctionConfig, JsonObject, Resource, Workload } from '../lib/model/index.ts'
import type { InvocationOutcome, Policies, PolicyEngine } from '../policies/index.ts'
import type { ReadResult } from '../read/read.ts'
import type { NamespaceFacts } from '../select/namespaces.ts'

export interface PolicyRun {
  readonly engine: PolicyEngine
  readonly policies: Policies
  readonly config: FunctionConfig
  readonly namespace: (name: string) => NamespaceFacts
  readonly annotations: ReadResult['namespaceAnnotations']
  /** The resource that holds a policy or binding. */
  readonly resourceOf: (value: JsonObject) => Resource | undefined
  /** Whether a policy is of the input itself, not of `sources`. */
  readonly isInInput: (resource: Resource) => boolean
  /** Number of workloads. */
  readonly workloads: number
  /** Number of tested sets of invocations (behaviour.ts). */
  readonly tried: Map<string, number>
  /** By policy and field. */
  readonly costs: Map<string, ExpressionCost>
  /** Names of the policies whose constraints match a workload. */
  readonly used: Set<string>
  /** Adds findings; a repeated finding is added once. */
  readonly report: (findings: readonly Diagnostic[]) => void
}

/** The most that an expression cost, and on which workload. */
export interface ExpressionCost {
  readonly cost: number
  readonly workload: Workload
  readonly policy: InvocationOutcome['invocation']['policy']
  readonly field: readonly (string | number)[]
}
