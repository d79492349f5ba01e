// Istio's own cases: its golden suite on two releases, live webhook answers, and vectors feature by feature.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { at, type Json, type JsonObject, stringAt } from '../../../src/lib/model/index.ts'
import { loadYaml } from '../../../src/lib/yaml/index.ts'
import { splitDocuments } from '../../../src/lib/yaml/split.ts'
import { comparableTemplate, firstDifference } from '../compare.ts'
import { type ClusterFacts, injectReceived, injectWorkload, type Outcome, readInjector, withPodTemplate, workloadsIn } from '../inject-workload.ts'
import { runCases, type Suite, type SuiteResult } from '../suite.ts'

export const suites: Record<string, Suite> = {
  'istio/1.31': folder => golden(folder, '1.31'),
  'istio/1.29': folder => golden(folder, '1.29'),
  // Istio's main branch on the way to 1.32, in the form of the live answers.
  'istio/1.32': folder => live(folder, '1.32'),
  'istio/live': folder => live(folder, 'live'),
  'istio/reinjected': reinjected,
  'istio/second-pass': secondPass,
  'istio/vectors': vectors,
}

export interface CaseOptions {
  readonly name: string
  readonly cluster: string
  readonly nodeKubeletVersions: readonly string[]
  readonly platform?: string
  readonly namespaces?: Record<string, { annotations?: Record<string, string> }>
}

interface GoldenCase extends CaseOptions {
  readonly input: string
  readonly nativeSidecars: string
  readonly compliancePolicy?: string
  readonly webhook?: string
  readonly kubeInject?: string
  readonly error?: string
}

interface WebhookAnswer {
  readonly part: number
  readonly patched: boolean
  readonly pod?: JsonObject
}

interface LiveCase extends CaseOptions {
  readonly revision: string
  readonly webhookPath: string
  readonly workload: JsonObject
  readonly proxyConfigs?: readonly JsonObject[]
  readonly expected: { readonly injected?: boolean; readonly template?: JsonObject; readonly error?: string }
  readonly reinjected?: 'unchanged' | { readonly template: JsonObject }
}

interface VectorCase {
  readonly group: string
  readonly name: string
  readonly config: string
  readonly values: string
  readonly mesh: string
  readonly path: string
  readonly native: 'enabled' | 'disabled' | 'auto'
  readonly pod: JsonObject
  readonly nodes?: readonly string[]
  readonly openshift?: boolean
  readonly nsann?: Record<string, string>
  readonly pcs?: readonly { Name: string; Namespace: string; Spec: JsonObject }[]
  readonly injected?: boolean
  readonly error?: string
  readonly configError?: string
  readonly out?: JsonObject
}

function golden(folder: string, version: string): readonly SuiteResult[] {
  const base = join(folder, 'istio', version)
  const cases = casesIn<GoldenCase>(join(base, 'cases.json'))
  return cases.length === 0
    ? []
    : [
        runCases(
          `istio/${version}`,
          cases,
          c => c.name,
          c => checkGolden(base, c),
        ),
      ]
}

function checkGolden(base: string, c: GoldenCase): string | undefined {
  const outcomes = workloadsIn(objectsIn(join(base, c.input))).map(workload =>
    injectWorkload(workload, clusterOf(base, c, { native: c.nativeSidecars, compliancePolicy: c.compliancePolicy })),
  )
  if (c.error !== undefined) {
    const messages = outcomes.map(outcome => (outcome.kind === 'error' ? outcome.message : outcome.kind))
    return messages.some(message => message.toLowerCase().includes(c.error ?? '')) ? undefined : `expected an error with ${c.error}, got ${messages.join(', ')}`
  }
  if (c.webhook !== undefined) {
    const answers = JSON.parse(readFileSync(join(base, c.webhook), 'utf8')) as readonly WebhookAnswer[]
    return answers.map(answer => difference(outcomes[answer.part], answer.patched ? answer.pod : undefined)).find(why => why !== undefined)
  }
  // kube-inject writes a CronJob's metadata to the wrong place, so only the spec counts.
  const printed = c.kubeInject === undefined ? [] : workloadsIn(objectsIn(join(base, c.kubeInject)))
  return printed.map((workload, part) => difference(outcomes[part], specOnly(workload), true)).find(why => why !== undefined)
}

function specOnly(workload: JsonObject): JsonObject {
  const outcome = podTemplateOf(workload)
  return { spec: outcome.spec ?? {} }
}

function podTemplateOf(workload: JsonObject): JsonObject {
  const spec = workload.spec as JsonObject
  const owner = workload.kind === 'CronJob' ? ((spec.jobTemplate as JsonObject).spec as JsonObject) : spec
  return (owner.template ?? {}) as JsonObject
}

/** Expected undefined: the pod stays as it is. */
function difference(outcome: Outcome | undefined, expected: JsonObject | undefined, withoutMetadata = false): string | undefined {
  if (outcome === undefined) return 'the workload was not found'
  if (expected === undefined) return outcome.kind === 'skipped' ? undefined : `expected no injection, got ${outcome.kind}`
  if (outcome.kind !== 'injected') return outcome.kind === 'error' ? `unexpected error: ${outcome.message}` : 'not injected'
  const [actual, wanted] = [comparableTemplate(outcome.template), comparableTemplate(expected)]
  return withoutMetadata ? firstDifference(actual.spec ?? {}, wanted.spec ?? {}) : firstDifference(actual, wanted)
}

function live(folder: string, part: string): readonly SuiteResult[] {
  const base = join(folder, 'istio', part)
  const cases = casesIn<LiveCase>(join(base, 'cases.json'))
  return cases.length === 0
    ? []
    : [
        runCases(
          `istio/${part}`,
          cases,
          c => c.name,
          c => checkLive(base, c),
        ),
      ]
}

function checkLive(base: string, c: LiveCase): string | undefined {
  const outcome = injectWorkload(c.workload, {
    ...clusterOf(base, c, { revision: c.revision }),
    webhookPath: c.webhookPath,
    proxyConfigs: c.proxyConfigs ?? [],
  })
  if (c.expected.error !== undefined) return outcome.kind === 'error' ? undefined : `expected ${c.expected.error}, got ${outcome.kind}`
  return difference(outcome, c.expected.injected === true ? c.expected.template : undefined)
}

/** Injecting again gives what a first injection gives, value for value: the writer then has nothing to edit. */
function reinjected(folder: string): readonly SuiteResult[] {
  return overReinjected(folder, 'istio/reinjected', (c, cluster) => {
    const first = injectWorkload(c.workload, cluster)
    if (first.kind !== 'injected') return `not injected: ${first.kind}`
    const second = injectWorkload(withPodTemplate(c.workload, first.template), cluster)
    if (second.kind !== 'injected') return `not injected again: ${second.kind}`
    return firstDifference(second.template, first.template)
  })
}

/** What a second pass of the webhook makes of its own result. */
function secondPass(folder: string): readonly SuiteResult[] {
  return overReinjected(folder, 'istio/second-pass', (c, cluster) => {
    const injected = c.expected.template ?? {}
    const second = injectWorkload(withPodTemplate(c.workload, injected), { ...cluster, secondPass: true })
    return difference(second, c.reinjected === 'unchanged' ? injected : c.reinjected?.template)
  })
}

function overReinjected(folder: string, suite: string, check: (c: LiveCase, cluster: ClusterFacts) => string | undefined): readonly SuiteResult[] {
  const base = join(folder, 'istio', 'live')
  const cases = casesIn<LiveCase>(join(base, 'cases.json')).filter(c => c.reinjected !== undefined)
  const clusterFor = (c: LiveCase): ClusterFacts => ({
    ...clusterOf(base, c, { revision: c.revision }),
    webhookPath: c.webhookPath,
    proxyConfigs: c.proxyConfigs ?? [],
  })
  return cases.length === 0
    ? []
    : [
        runCases(
          suite,
          cases,
          c => c.name,
          c => check(c, clusterFor(c)),
        ),
      ]
}

function vectors(folder: string): readonly SuiteResult[] {
  const file = join(folder, 'istio', 'vectors.json')
  if (!existsSync(file)) return []
  const { defaults, cases = [] } = JSON.parse(readFileSync(file, 'utf8')) as { defaults: { values: string; mesh: string }; cases?: readonly VectorCase[] }
  if (cases.length === 0) return []
  return [
    runCases(
      'istio/vectors',
      cases,
      c => `${c.group} ${c.name}`,
      c => checkVector(c, defaults),
    ),
  ]
}

function checkVector(c: VectorCase, defaults: { readonly values: string; readonly mesh: string }): string | undefined {
  const injector = readInjector({
    config: c.config,
    values: c.values === 'default' ? defaults.values : c.values,
    mesh: c.mesh === 'default' ? defaults.mesh : c.mesh,
    revision: 'default',
    nativeSidecars: { enabled: 'Enabled', disabled: 'Disabled', auto: 'Auto' }[c.native] as 'Enabled',
    platform: c.openshift === true ? 'openshift' : '',
  })
  if (typeof injector === 'string') return sameError(injector, c.configError)
  const outcome = injectReceived(c.pod, {
    injector,
    webhookPath: c.path,
    kubeletVersions: c.nodes ?? [],
    proxyConfigs: (c.pcs ?? []).map(({ Name, Namespace, Spec }) => ({ metadata: { name: Name, namespace: Namespace }, spec: Spec })),
    ...(c.nsann === undefined ? {} : { namespaces: new Map([[stringAt(c.pod, ['metadata', 'namespace']) ?? '', c.nsann]]) }),
  })
  const wanted = c.configError ?? c.error
  if (wanted !== undefined) return outcome.kind === 'error' ? sameError(outcome.message, wanted) : `expected ${wanted}, got ${outcome.kind}`
  return difference(outcome, c.injected === true ? c.out : undefined)
}

/** Lists in an error stand in any order in Go. */
function sameError(actual: string, wanted: string | undefined): string | undefined {
  const parts = (text: string): string =>
    text
      .split(/, |\n\t\* /)
      .sort()
      .join('|')
  if (wanted !== undefined && parts(actual) === parts(wanted)) return undefined
  return `error ${JSON.stringify(actual)}, expected ${JSON.stringify(wanted)}`
}

export interface ClusterOptions {
  readonly native?: string
  readonly revision?: string
  readonly compliancePolicy?: string | undefined
}

const clusters = new Map<string, ClusterFacts>()

export function clusterOf(base: string, c: CaseOptions, options: ClusterOptions): ClusterFacts {
  const key = JSON.stringify([base, c.cluster, c.platform, c.nodeKubeletVersions, c.namespaces, options])
  const known = clusters.get(key)
  if (known !== undefined) return known
  const objects = objectsIn(join(base, c.cluster)) as JsonObject[]
  const configMap = (name: string): JsonObject | undefined =>
    objects.find(object => object.kind === 'ConfigMap' && stringAt(object, ['metadata', 'name']) === name)
  const injectorMap = configMap('istio-sidecar-injector')
  const injector = readInjector({
    config: stringAt(injectorMap, ['data', 'config']) ?? '',
    values: stringAt(injectorMap, ['data', 'values']) ?? '',
    mesh: stringAt(configMap('istio'), ['data', 'mesh']),
    labels: at(injectorMap, ['metadata', 'labels']) as JsonObject | undefined,
    revision: options.revision,
    nativeSidecars: options.native === 'disabled' ? 'Disabled' : undefined,
    compliancePolicy: options.compliancePolicy,
    platform: c.platform === '' ? undefined : c.platform,
  })
  if (typeof injector === 'string') throw new Error(injector)
  const namespaces = new Map(Object.entries(c.namespaces ?? {}).map(([name, { annotations = {} }]) => [name, annotations]))
  const facts: ClusterFacts = { injector, kubeletVersions: c.nodeKubeletVersions, namespaces }
  clusters.set(key, facts)
  return facts
}

function casesIn<Case>(file: string): readonly Case[] {
  return existsSync(file) ? ((JSON.parse(readFileSync(file, 'utf8')) as { cases?: readonly Case[] }).cases ?? []) : []
}

function objectsIn(file: string): readonly Json[] {
  const text = readFileSync(file, 'utf8')
  return splitDocuments(text).map(part => loadYaml(text.slice(part.start, part.end)))
}
