// Pods of a real control plane: what its controllers, API server and istiod make of a workload equals what they would make of the rendered one.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from '../../../src/index.ts'
import { fromController } from '../../../src/lib/k8s/controllers.ts'
import { admitPod, defaultPod, storeObject } from '../../../src/lib/k8s/defaults/index.ts'
import { podFromWorkload } from '../../../src/lib/k8s/synthesise.ts'
import { decodeTyped } from '../../../src/lib/k8s/typed.ts'
import { at, get, isObject, type Json, type JsonObject, stringAt } from '../../../src/lib/model/index.ts'
import { parseDocuments, toYaml } from '../../../src/lib/yaml/index.ts'
import { comparableTemplate, firstDifference } from '../compare.ts'
import { runCases, type Suite } from '../suite.ts'

export const suites: Record<string, Suite> = {
  'istio/apiserver': folder => {
    const base = join(folder, 'istio/apiserver')
    const file = join(base, 'cases.json')
    if (!existsSync(file)) return []
    const { cases = [] } = JSON.parse(readFileSync(file, 'utf8')) as { cases?: readonly Case[] }
    return [
      runCases(
        'istio/apiserver',
        cases,
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
  readonly error?: string
}

/** Stands in the recorded texts for the namespace, which was another one for each case. */
const NAMESPACE = 'NAMESPACE'
const POD_PATHS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Pod', []],
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
])

function check(base: string, { cluster, workload, pod = {}, error }: Case): string | undefined {
  const before = toYaml({ ...workload, metadata: { ...(workload.metadata as JsonObject), namespace: NAMESPACE } })
  const run = (text: string) => rendered(text, readFileSync(join(base, cluster), 'utf8'))
  const first = run(before)
  if (error !== undefined) return first.errors.length > 0 && first.text === before ? undefined : `expected the error ${error}`
  if (first.errors.length > 0) return `unexpected error: ${first.errors.join(', ')}`
  const difference = firstDifference(normalForm(podOf(first.text)), normalForm({ metadata: metadataOf(pod), spec: pod.spec ?? {} }))
  if (difference !== undefined) return difference
  const second = run(first.text)
  return second.text === first.text ? undefined : 'the second run changes the text'
}

function rendered(text: string, mesh: string): { text: string; errors: string[] } {
  const config = {
    apiVersion: 'inject-sidecars.dev/v1alpha1',
    kind: 'SidecarInjector',
    spec: { istio: {}, cluster: { kubeletVersions: ['v1.34.0'], namespaces: { [NAMESPACE]: { labels: { 'istio-injection': 'enabled' } } } } },
  }
  const files = [
    { path: 'app.yaml', text },
    { path: 'mesh.yaml', text: mesh },
  ]
  const { files: out, diagnostics } = inject({ files, functionConfig: { path: 'config.yaml', text: toYaml(config) } })
  return { text: out[0]?.text ?? '', errors: diagnostics.flatMap(({ severity, message }) => (severity === 'error' ? [message] : [])) }
}

/** The pod that the controller makes of the workload in a text, as an API server without webhook stores it. */
function podOf(text: string): JsonObject {
  const value = parseDocuments({ path: 'app.yaml', text })[0]?.value as JsonObject
  const kind = String(value.kind)
  const template = at(value, POD_PATHS.get(kind) ?? ['spec', 'template']) as JsonObject
  const identity = { apiVersion: String(value.apiVersion), kind, name: stringAt(value, ['metadata', 'name']) ?? '', namespace: NAMESPACE }
  const created = fromController(podFromWorkload(identity, template), value)
  return storeObject(admitPod(defaultPod(decodeTyped('v1.Pod', created))))
}

function metadataOf({ labels = {}, annotations = {} }: JsonObject): JsonObject {
  return { labels, annotations }
}

const OVERRIDES = 'proxy.istio.io/overrides'
/** Set by the controller and left out of the recording. */
const GENERATION = 'pod-template-generation'
const TOKEN_VOLUME = /^kube-api-access-/

/** As the recording has it: volumes by name, the JSON of the overrides with sorted keys. */
function normalForm(pod: JsonObject): JsonObject {
  const { metadata = {}, spec = {} } = comparableTemplate(pod)
  const volumes = get(spec, 'volumes')
  const sorted = Array.isArray(volumes) ? { volumes: volumes.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)) } : {}
  const annotations = get(metadata, 'annotations')
  const overrides = stringAt(annotations, [OVERRIDES])
  const parsed = overrides === undefined ? {} : { annotations: { ...(annotations as JsonObject), [OVERRIDES]: withoutTokens(JSON.parse(overrides)) } }
  const { [GENERATION]: _, ...labels } = (get(metadata, 'labels') ?? {}) as JsonObject
  return { metadata: { ...(isObject(metadata) ? metadata : {}), labels, ...parsed }, spec: { ...(isObject(spec) ? spec : {}), ...sorted } }
}

/** Without the mounts of the token volume, which has another name in every pod, and without lists that are empty then. */
function withoutTokens(value: Json): Json {
  if (Array.isArray(value)) return value.filter(item => !TOKEN_VOLUME.test(nameOf(item))).map(withoutTokens)
  if (!isObject(value)) return value
  const entries = Object.entries(value).map(([key, item]): [string, Json] => [key, withoutTokens(item)])
  return Object.fromEntries(entries.filter(([key, item]) => key !== 'volumeMounts' || !Array.isArray(item) || item.length > 0))
}

function nameOf(value: Json): string {
  return stringAt(value, ['name']) ?? ''
}
