// Whether Istio injects a pod that its webhook was called for: Istio's injectRequired against our policy.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject, Workload } from '../../../src/lib/model/index.ts'
import { podFacts } from '../../../src/select/pod-facts.ts'
import { istioPolicy } from '../../../src/select/policy.ts'
import type { Suite } from '../suite.ts'
import { runCases } from '../suite.ts'

interface Case {
  readonly policy: string
  readonly namespace: string
  readonly hostNetwork: boolean
  readonly labels: JsonObject | null
  readonly annotations: JsonObject | null
  readonly never: readonly JsonObject[] | null
  readonly always: readonly JsonObject[] | null
  readonly inject: boolean
}

/** The same in vectors.json, under Go's names. */
interface Vector {
  readonly name: string
  readonly inject: boolean
  readonly Policy: string
  readonly Namespace: string
  readonly HostNetwork: boolean
  readonly Labels: JsonObject | null
  readonly Annotations: JsonObject | null
  readonly Never: readonly JsonObject[] | null
  readonly Always: readonly JsonObject[] | null
}

export const suites: Record<string, Suite> = {
  decision: folder => {
    const cases = read<{ cases: readonly Case[] }>(folder, 'istio/decision.json')?.cases
    return cases === undefined ? [] : [runCases('istio/decision', cases, (c, i) => `${i}: ${JSON.stringify(c)}`, check)]
  },
  'vectors-decision': folder => {
    const vectors = read<{ decision: readonly Vector[] }>(folder, 'istio/vectors.json')?.decision
    return vectors === undefined
      ? []
      : [
          runCases(
            'istio/vectors/decision',
            vectors,
            v => v.name,
            v => check(fromVector(v)),
          ),
        ]
  },
}

function read<Data>(folder: string, path: string): Data | undefined {
  const file = join(folder, path)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Data) : undefined
}

function fromVector(v: Vector): Case {
  return {
    policy: v.Policy,
    namespace: v.Namespace,
    hostNetwork: v.HostNetwork,
    labels: v.Labels,
    annotations: v.Annotations,
    never: v.Never,
    always: v.Always,
    inject: v.inject,
  }
}

function check(c: Case): string | undefined {
  const metadata = { namespace: c.namespace, labels: c.labels, annotations: c.annotations }
  const pod: JsonObject = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { hostNetwork: c.hostNetwork } }
  const source = { positionOf: () => ({ file: 'pod.yaml', line: 1, column: 1 }) }
  const ref = { apiVersion: 'v1', kind: 'Pod', name: 'p', namespace: c.namespace }
  const workload: Workload = { resource: { ref, value: pod, source, path: [] }, podPath: [], namespace: c.namespace }
  const config = { policy: c.policy, neverInjectSelector: c.never ?? [], alwaysInjectSelector: c.always ?? [] }
  const outcome = istioPolicy(config, podFacts(workload, pod))
  if (outcome.inject !== c.inject) return `wanted ${c.inject}, got ${outcome.inject}: ${outcome.reason.message}`
  return undefined
}
