// Istio's own cases backwards: what kube-inject printed and what the webhook answered, with the injection taken off again without a record.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { at, type FieldPath, get, isObject, type Json, type JsonObject } from '../../../src/lib/model/index.ts'
import { loadYaml } from '../../../src/lib/yaml/index.ts'
import { splitDocuments } from '../../../src/lib/yaml/split.ts'
import { takeOffByStatus } from '../../../src/record/from-status.ts'
import { comparableTemplate, firstDifference } from '../compare.ts'
import { withPodTemplate, workloadsIn } from '../inject-workload.ts'
import { runCases, type Suite, type SuiteResult } from '../suite.ts'

export const suites: Record<string, Suite> = {
  'uninject/from-status': fromStatus,
}

interface GoldenCase {
  readonly name: string
  readonly input: string
  readonly webhook?: string
  readonly kubeInject?: string
}

interface WebhookAnswer {
  readonly patched: boolean
  readonly inputPod: JsonObject
  readonly pod?: JsonObject
}

interface LiveCase {
  readonly name: string
  readonly workload: JsonObject
  readonly expected: { readonly injected?: boolean; readonly template?: JsonObject }
}

interface Case {
  readonly name: string
  readonly check: () => string | undefined
}

function fromStatus(folder: string): readonly SuiteResult[] {
  const cases = [...['1.31', '1.29'].flatMap(version => goldenCases(folder, version)), ...liveCases(folder)]
  if (cases.length === 0) return []
  return [
    runCases(
      'uninject/from-status',
      cases,
      c => c.name,
      c => c.check(),
    ),
  ]
}

function goldenCases(folder: string, version: string): Case[] {
  const base = join(folder, 'istio', version)
  return casesIn<GoldenCase>(join(base, 'cases.json')).flatMap(({ name, input, webhook, kubeInject }) => [
    ...(kubeInject === undefined ? [] : [{ name: `kube-inject ${version} ${name}`, check: () => checkPrinted(join(base, input), join(base, kubeInject)) }]),
    ...(webhook === undefined ? [] : [{ name: `webhook ${version} ${name}`, check: () => checkAnswers(join(base, webhook)) }]),
  ])
}

function liveCases(folder: string): Case[] {
  return casesIn<LiveCase>(join(folder, 'istio', 'live', 'cases.json'))
    .filter(({ expected }) => expected.injected === true)
    .map(({ name, workload, expected }) => ({
      name: `live ${name}`,
      check: () => difference(withPodTemplate(workload, expected.template ?? {}), workload),
    }))
}

function checkPrinted(input: string, printed: string): string | undefined {
  const before = workloadsIn(objectsIn(input))
  return workloadsIn(objectsIn(printed))
    .map((workload, part) => difference(workload, before[part] ?? {}))
    .find(why => why !== undefined)
}

function checkAnswers(file: string): string | undefined {
  const answers = JSON.parse(readFileSync(file, 'utf8')) as readonly WebhookAnswer[]
  return answers
    .filter(({ patched }) => patched)
    .map(({ inputPod, pod = {} }) => difference({ kind: 'Pod', ...pod }, { kind: 'Pod', ...inputPod }))
    .find(why => why !== undefined)
}

/** Expected is the workload before the injection: the pod template as Kubernetes reads it, everything around it by value, less what Go's printer adds. */
function difference(injected: JsonObject, expected: JsonObject): string | undefined {
  const path = podPathOf(expected)
  const { value } = takeOffByStatus(injected, path, { trustsStatus: true })
  const [actual, wanted] = [value, expected].map(workload => ({
    template: comparableTemplate(at(workload, path)),
    around: path.length === 0 ? {} : withoutNoise(withPodTemplate(workload, { metadata: {}, spec: {} })),
  }))
  return firstDifference((actual ?? {}) as Json, (wanted ?? {}) as Json)
}

function podPathOf({ kind }: JsonObject): FieldPath {
  return kind === 'Pod' ? [] : kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template']
}

/** Without the zero values that kube-inject prints because it decodes and encodes whole objects. */
function withoutNoise(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNoise)
  if (!isObject(value)) return value
  const entries = Object.entries(value)
    .map(([key, child]) => [key, withoutNoise(child)] as const)
    .filter(([, child]) => child !== null && child !== '' && child !== 0 && child !== false && !(isObject(child) && Object.keys(child).length === 0))
  return Object.fromEntries(entries.filter(([key]) => get(value, key) !== undefined))
}

function casesIn<T>(file: string): readonly T[] {
  return existsSync(file) ? ((JSON.parse(readFileSync(file, 'utf8')) as { cases?: readonly T[] }).cases ?? []) : []
}

function objectsIn(file: string): readonly Json[] {
  const text = readFileSync(file, 'utf8')
  return splitDocuments(text).map(part => loadYaml(text.slice(part.start, part.end)))
}
