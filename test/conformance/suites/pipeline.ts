// Istio's cases through the whole program, text in and text out: what users get, compared with what the webhook makes; and a second run that changes no byte.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type InjectResult, inject } from '../../../src/index.ts'
import { at, get, isObject, type Json, type JsonObject, stringAt } from '../../../src/lib/model/index.ts'
import { parseDocuments, toYaml } from '../../../src/lib/yaml/index.ts'
import { comparableTemplate, firstDifference } from '../compare.ts'
import { runCases, type Suite } from '../suite.ts'

export const suites: Record<string, Suite> = {
  'pipeline/1.32': folder => cases<LiveCase>('pipeline/1.32', join(folder, 'istio/1.32'), checkLive),
  'pipeline/live': folder => cases<LiveCase>('pipeline/live', join(folder, 'istio/live'), checkLive),
  'pipeline/1.31': folder => cases<GoldenCase>('pipeline/1.31', join(folder, 'istio/1.31'), checkGolden),
}

interface ClusterCase {
  readonly name: string
  readonly cluster: string
  readonly nodeKubeletVersions: readonly string[]
  readonly nativeSidecars?: string
  readonly platform?: string
  readonly compliancePolicy?: string
  readonly namespaces?: Record<string, JsonObject>
}

interface LiveCase extends ClusterCase {
  readonly revision: string
  readonly webhookPath: string
  readonly workload: JsonObject
  readonly proxyConfigs?: readonly JsonObject[]
  readonly expected: { readonly injected?: boolean; readonly template?: JsonObject; readonly error?: string }
}

interface GoldenCase extends ClusterCase {
  readonly input: string
  readonly webhook?: string
  readonly error?: string
}

function cases<Case extends ClusterCase>(suite: string, base: string, check: (base: string, c: Case) => string | undefined) {
  const file = join(base, 'cases.json')
  if (!existsSync(file)) return []
  const all = (JSON.parse(readFileSync(file, 'utf8')) as { cases?: readonly Case[] }).cases ?? []
  if (all.length === 0) return []
  return [
    runCases(
      suite,
      all,
      c => c.name,
      c => check(base, c),
    ),
  ]
}

const POD_PATHS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Pod', []],
  ...['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'ReplicationController', 'DeploymentConfig'].map((kind): [string, string[]] => [
    kind,
    ['spec', 'template'],
  ]),
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
])

interface Workload {
  readonly namespace: string
  readonly template: Json
}

/** The workloads of a text, Lists opened. */
function workloadsIn(text: string): Workload[] {
  const open = (value: Json): Workload[] => {
    if (!isObject(value)) return []
    const items = get(value, 'items')
    if (value.kind === 'List') return Array.isArray(items) ? items.flatMap(open) : []
    const path = POD_PATHS.get(String(value.kind))
    return path === undefined ? [] : [{ namespace: stringAt(value, ['metadata', 'namespace']) ?? 'default', template: at(value, path) ?? null }]
  }
  return parseDocuments({ path: 'text', text }).flatMap(({ value }) => open(value))
}

interface Run {
  readonly result: InjectResult
  readonly text: string
}

/** Injects the text of an application with the configuration of a case; every namespace that occurs is in the mesh. */
function run(base: string, c: ClusterCase, text: string, more: { readonly webhookPath?: string; readonly proxyConfigs?: readonly JsonObject[] } = {}): Run {
  const names = new Set([...workloadsIn(text).map(({ namespace }) => namespace), ...Object.keys(c.namespaces ?? {})])
  const namespaces = [...names].map(name => {
    const facts = c.namespaces?.[name] ?? {}
    const labels = get(facts, 'labels')
    const metadata = { ...facts, name, labels: { 'istio-injection': 'enabled', ...(isObject(labels) ? labels : {}) } }
    return { apiVersion: 'v1', kind: 'Namespace', metadata }
  })
  const istio = {
    ...(more.webhookPath ? { webhookPath: more.webhookPath } : {}),
    ...(c.nativeSidecars === 'disabled' ? { nativeSidecars: 'Disabled' } : {}),
    ...(c.compliancePolicy === undefined ? {} : { compliancePolicy: c.compliancePolicy }),
  }
  const cluster = { kubeletVersions: [...c.nodeKubeletVersions], ...(c.platform ? { platform: c.platform } : {}) }
  const config = { apiVersion: 'inject-sidecars.dev/v1alpha1', kind: 'SidecarInjector', spec: { istio, cluster, emulateDefaults: false } }
  const result = inject({
    files: [
      { path: 'app.yaml', text },
      { path: 'cluster.yaml', text: readFileSync(join(base, c.cluster), 'utf8') },
      { path: 'more.yaml', text: [...namespaces, ...(more.proxyConfigs ?? [])].map(object => `---\n${toYaml(object as JsonObject)}`).join('') },
    ],
    functionConfig: { path: 'config.yaml', text: toYaml(config as unknown as JsonObject) },
  })
  return { result, text: result.files[0]?.text ?? '' }
}

function errorsOf({ result }: Run): string[] {
  return result.diagnostics.flatMap(({ severity, message }) => (severity === 'error' ? [message] : []))
}

function checkLive(base: string, c: LiveCase): string | undefined {
  const before = toYaml(c.workload)
  const again = (text: string) => run(base, c, text, c)
  const first = again(before)
  const errors = errorsOf(first)
  if (c.expected.error !== undefined) return errors.length > 0 && first.text === before ? undefined : `expected the error ${c.expected.error}`
  if (errors.length > 0) return `unexpected error: ${errors.join(', ')}`
  if (c.expected.injected !== true) return first.text === before ? undefined : 'expected the same bytes'
  const [workload] = workloadsIn(first.text)
  return firstDifference(comparableTemplate(workload?.template), comparableTemplate(c.expected.template)) ?? secondRun(first, again)
}

function checkGolden(base: string, c: GoldenCase): string | undefined {
  const before = readFileSync(join(base, c.input), 'utf8')
  const again = (text: string) => run(base, c, text)
  const first = again(before)
  const errors = errorsOf(first)
  if (c.error !== undefined) {
    const { error } = c
    return errors.some(message => message.toLowerCase().includes(error)) ? undefined : `expected an error with ${error}, got ${errors.join(', ') || 'none'}`
  }
  if (errors.length > 0) return `unexpected error: ${errors.join(', ')}`
  const answers =
    c.webhook === undefined ? [] : (JSON.parse(readFileSync(join(base, c.webhook), 'utf8')) as { part: number; patched: boolean; pod?: JsonObject }[])
  const [was, is] = [workloadsIn(before), workloadsIn(first.text)]
  for (const { part, patched, pod } of answers) {
    const expected = patched ? pod : was[part]?.template
    const why = firstDifference(comparableTemplate(is[part]?.template), comparableTemplate(expected))
    if (why !== undefined) return why
  }
  return secondRun(first, again)
}

function secondRun(first: Run, again: (text: string) => Run): string | undefined {
  const second = again(first.text)
  const errors = errorsOf(second)
  if (errors.length > 0) return `the second run fails: ${errors.join(', ')}`
  return second.text === first.text ? undefined : `the second run changes ${lineThatDiffers(first.text, second.text)}`
}

function lineThatDiffers(a: string, b: string): string {
  const [first, second] = [a.split('\n'), b.split('\n')]
  const line = first.findIndex((text, i) => text !== second[i])
  return `line ${line + 1}: ${JSON.stringify(first[line])} to ${JSON.stringify(second[line])}`
}
