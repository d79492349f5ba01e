// The pods of a real control plane, which its webhook injected, are those that rendering expects: `verify --pods` finds nothing in any of them.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compareWith, type Rendered, renderedOf } from '../../../src/drift/drift.ts'
import { lookAt } from '../../../src/inject.ts'
import type { JsonObject } from '../../../src/lib/model/index.ts'
import { toYaml } from '../../../src/lib/yaml/index.ts'
import { read } from '../../../src/read/read.ts'
import { runCases, type Suite } from '../suite.ts'

export const suites: Record<string, Suite> = {
  'istio/drift': folder => {
    const base = join(folder, 'istio/apiserver')
    const file = join(base, 'cases.json')
    if (!existsSync(file)) return []
    const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: readonly Case[] }
    const recorded = cases.flatMap(({ pod, ...rest }) => (pod === undefined ? [] : [{ ...rest, pod }]))
    return [
      runCases(
        'istio/drift',
        recorded,
        c => c.name,
        c => check(base, c),
      ),
    ]
  },
}

interface Case {
  readonly name: string
  readonly cluster: string
  readonly workload: JsonObject
  readonly pod?: JsonObject
}

/** Stands in the recorded texts for the namespace, which was another one for each case. */
const NAMESPACE = 'NAMESPACE'

function check(base: string, { cluster, workload, pod = {} }: Case): string | undefined {
  const comparison = compareWith(rendered(workload, readFileSync(join(base, cluster), 'utf8')))
  comparison.add(running(workload, pod))
  const { workloads, others } = comparison.report()
  if (others > 0) return 'the pod is of no workload'
  const differences = workloads.flatMap(({ groups }) => groups.flatMap(group => group.differences))
  return differences.length === 0 ? undefined : JSON.stringify(differences)
}

function rendered(workload: JsonObject, mesh: string): Rendered[] {
  const config = {
    apiVersion: 'inject-sidecars.dev/v1alpha1',
    kind: 'SidecarInjector',
    spec: { istio: {}, cluster: { kubeletVersions: ['v1.34.0'], namespaces: { [NAMESPACE]: { labels: { 'istio-injection': 'enabled' } } } } },
  }
  const text = toYaml({ ...workload, metadata: { ...(workload.metadata as JsonObject), namespace: NAMESPACE } })
  const files = [
    { path: 'app.yaml', text },
    { path: 'mesh.yaml', text: mesh },
  ]
  const found: Rendered[] = []
  const input = { files, functionConfig: { path: 'config.yaml', text: toYaml(config) } }
  lookAt({ ...input, onOutcome: outcome => found.push(...[renderedOf(outcome) ?? []].flat()) }, read(input))
  return found
}

const OWNERS: ReadonlyMap<string, (name: string) => JsonObject> = new Map([
  ['Deployment', name => ({ kind: 'ReplicaSet', name: `${name}-5d9f7c6b4` })],
  ['CronJob', name => ({ kind: 'Job', name: `${name}-29000000` })],
])

/** The recorded pod with the names, which were not recorded. */
function running({ kind, metadata }: JsonObject, { labels, annotations, spec }: JsonObject): JsonObject {
  const name = String((metadata as JsonObject).name)
  const owner = OWNERS.get(String(kind))?.(name) ?? { kind: String(kind), name }
  const given = {
    namespace: NAMESPACE,
    name: kind === 'Pod' ? name : `${name}-0`,
    labels: { ...(labels as JsonObject), ...(kind === 'Deployment' && { 'pod-template-hash': '5d9f7c6b4' }) },
    annotations: annotations ?? {},
    ...(kind !== 'Pod' && { ownerReferences: [{ ...owner, controller: true }] }),
  }
  return { apiVersion: 'v1', kind: 'Pod', metadata: given, spec: spec ?? {}, status: { phase: 'Running' } }
}
