// Istio's own cases as inputs of the whole program: manifests that share one configuration, together in one run.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject, SourceFile } from '../../src/lib/model/index.ts'
import { toYaml } from '../../src/lib/yaml/index.ts'
import { sharedFolder } from '../conformance/run.ts'

/** Manifests, and what they are injected with. */
export interface Batch {
  readonly name: string
  readonly files: readonly SourceFile[]
  readonly mesh: SourceFile
  readonly functionConfig: SourceFile
}

interface CaseData {
  readonly name: string
  readonly cluster: string
  readonly nodeKubeletVersions: readonly string[]
  readonly nativeSidecars?: string
  readonly compliancePolicy?: string
  readonly platform?: string
  readonly namespaces?: Record<string, { labels?: JsonObject; annotations?: JsonObject }>
  readonly error?: string
  readonly input?: string
  readonly webhookPath?: string
  readonly workload?: JsonObject
  readonly proxyConfigs?: readonly JsonObject[]
  readonly expected?: { readonly error?: string }
}

const ISTIO = join(sharedFolder(), 'istio')

/** Why there are no cases; false when there are. */
export const NO_CASES = existsSync(ISTIO) ? false : `${ISTIO} does not exist: Istio's own cases do not run`

/** The cases of one folder that injection succeeds on. `cluster` replaces each case's own. */
export function batchesOf(folder: string, cluster?: (c: CaseData) => string): Batch[] {
  const base = join(ISTIO, folder)
  const { cases } = JSON.parse(readFileSync(join(base, 'cases.json'), 'utf8')) as { cases: readonly CaseData[] }
  const groups = new Map<string, CaseData[]>()
  for (const c of cases) {
    if (c.error !== undefined || c.expected?.error !== undefined) continue
    const { nodeKubeletVersions, nativeSidecars, compliancePolicy, platform, namespaces, webhookPath, proxyConfigs } = c
    const key = JSON.stringify([c.cluster, nodeKubeletVersions, nativeSidecars, compliancePolicy, platform, namespaces, webhookPath, proxyConfigs])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [c])
    else group.push(c)
  }
  return [...groups.values()].flatMap(group => {
    const [first] = group
    if (first === undefined) return []
    const path = cluster?.(first) ?? join(base, first.cluster)
    const mesh = [readFileSync(path, 'utf8'), ...(first.proxyConfigs ?? []).map(value => toYaml(value))].join('\n---\n')
    const files = group.map(c => ({
      path: `${c.name}.yaml`,
      text: c.input === undefined ? toYaml(c.workload ?? {}) : readFileSync(join(base, c.input), 'utf8'),
    }))
    return [
      { name: `${folder} ${path.slice(ISTIO.length + 1)}`, files, mesh: { path: 'mesh.yaml', text: mesh }, functionConfig: functionConfigOf(first, files) },
    ]
  })
}

/** The configuration files of a release, in order. */
export function clustersOf(version: string): string[] {
  const folder = join(ISTIO, version, 'cluster')
  return readdirSync(folder)
    .sort()
    .map(name => join(folder, name))
}

function functionConfigOf(c: CaseData, files: readonly SourceFile[]): SourceFile {
  const named = files.flatMap(({ text }) => [...text.matchAll(/^ *"?namespace"?: *"?([\w-]+)/gm)].map(([, name]) => name ?? ''))
  const names = new Set(['default', ...named, ...Object.keys(c.namespaces ?? {})])
  const namespaces = Object.fromEntries(
    [...names].map(name => [
      name,
      { labels: { 'istio-injection': 'enabled', ...c.namespaces?.[name]?.labels }, annotations: c.namespaces?.[name]?.annotations ?? {} },
    ]),
  )
  const native = c.nativeSidecars === 'enabled' ? 'Enabled' : c.nativeSidecars === 'disabled' ? 'Disabled' : 'Auto'
  const spec = {
    istio: {
      nativeSidecars: native,
      ...(c.compliancePolicy === undefined ? {} : { compliancePolicy: c.compliancePolicy }),
      ...(c.webhookPath ? { webhookPath: c.webhookPath } : {}),
    },
    cluster: { namespaces, kubeletVersions: [...c.nodeKubeletVersions], ...(c.platform === undefined || c.platform === '' ? {} : { platform: c.platform }) },
  }
  return { path: 'sidecars.yaml', text: toYaml({ apiVersion: 'inject-sidecars.dev/v1alpha1', kind: 'SidecarInjector', metadata: { name: 'mesh' }, spec }) }
}
