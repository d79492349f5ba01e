// Injects one workload of a conformance case: the one place through which the suites reach the code under test.

import { checkTemplates, injectPod } from '../../src/inject-pod.ts'
import type { InjectorConfig, InjectorConfigSource } from '../../src/lib/istio/injector-config.ts'
import { parseInjectorConfig } from '../../src/lib/istio/injector-config.ts'
import { proxyConfigResources } from '../../src/lib/istio/proxy-config.ts'
import type { Pod, StringMap } from '../../src/lib/k8s/pod.ts'
import { podFromWorkload, templateFromPod } from '../../src/lib/k8s/synthesise.ts'
import { decodeTyped } from '../../src/lib/k8s/typed.ts'
import { at, get, InjectError, isObject, type Json, type JsonObject } from '../../src/lib/model/index.ts'
import { podFacts } from '../../src/select/pod-facts.ts'
import { istioPolicy } from '../../src/select/policy.ts'
import { chooseTemplates } from '../../src/select/templates.ts'

/** What a case says of its cluster. */
export interface ClusterFacts {
  readonly injector: InjectorConfig
  readonly webhookPath?: string
  readonly kubeletVersions: readonly string[]
  /** As the webhook meets a pod that it has injected before. */
  readonly secondPass?: boolean
  readonly proxyConfigs?: readonly JsonObject[]
  /** Annotations by namespace. */
  readonly namespaces?: ReadonlyMap<string, StringMap>
}

export type Outcome =
  | { readonly kind: 'injected'; readonly template: JsonObject }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'error'; readonly message: string }

/** From a workload's root to its pod template. */
const POD_PATHS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Pod', []],
  ...['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'ReplicationController', 'DeploymentConfig'].map((kind): [string, string[]] => [
    kind,
    ['spec', 'template'],
  ]),
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
])

/** The workloads among some objects, Lists expanded; what holds no pod is left out. */
export function workloadsIn(objects: readonly Json[]): JsonObject[] {
  return objects.filter(isObject).flatMap(object => {
    const items = get(object, 'items')
    if (object.kind === 'List') return workloadsIn(Array.isArray(items) ? items : [])
    return POD_PATHS.has(String(object.kind)) ? [object] : []
  })
}

/** The workload with another pod template. A Pod keeps its name and namespace, which recorded templates leave out. */
export function withPodTemplate(workload: JsonObject, template: JsonObject): JsonObject {
  const podPath = POD_PATHS.get(String(workload.kind)) ?? []
  const named = podPath.length > 0 ? template : { ...template, metadata: { ...identityOf(workload), ...asObject(template.metadata) } }
  const place = (value: Json, path: readonly string[]): JsonObject => {
    const [step, ...rest] = path
    return step === undefined ? { ...asObject(value), ...named } : { ...asObject(value), [step]: place(get(value, step) ?? {}, rest) }
  }
  return place(workload, podPath)
}

function identityOf({ metadata }: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(asObject(metadata)).filter(([key]) => key === 'name' || key === 'namespace'))
}

function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {}
}

/** Namespaces are labelled `istio-injection: enabled` in every case, so that the webhook is always asked; what it answers is decided here. */
export function injectWorkload(workload: JsonObject, cluster: ClusterFacts): Outcome {
  const [apiVersion, kind] = [String(workload.apiVersion), String(workload.kind)]
  const template = at(workload, POD_PATHS.get(kind) ?? []) as JsonObject
  const namespace = String(at(workload, ['metadata', 'namespace']) ?? 'default')
  const identity = { apiVersion, kind, name: String(at(workload, ['metadata', 'name']) ?? ''), namespace }
  const outcome = injectReceived(podFromWorkload(identity, template), cluster)
  return outcome.kind === 'injected' ? { kind: 'injected', template: templateFromPod(identity, outcome.template, template) } : outcome
}

/** The same for a pod as the webhook receives it. */
export function injectReceived(received: Pod, { injector, webhookPath, kubeletVersions, proxyConfigs = [], namespaces, secondPass }: ClusterFacts): Outcome {
  try {
    checkTemplates(injector)
    const pod = decodeTyped('v1.Pod', received)
    const namespace = String(at(pod, ['metadata', 'namespace']) ?? '')
    const ref = { apiVersion: 'v1', kind: 'Pod', name: '', namespace }
    const source = { positionOf: () => ({ file: '', line: 1, column: 1 }) }
    const facts = podFacts({ resource: { ref, value: pod, source, path: [] }, podPath: [], namespace }, pod)
    if (!istioPolicy(injector, facts).inject) return { kind: 'skipped' }
    const { templates } = chooseTemplates(injector, facts.annotations)
    const injected = injectPod({
      pod,
      injector,
      templates,
      webhookPath,
      kubeletVersions,
      earlierInjection: secondPass === true ? 'kept' : 'replaced',
      proxyConfigs: proxyConfigResources(proxyConfigs),
      namespaceAnnotations: namespaces?.get(namespace),
    })
    return { kind: 'injected', template: injected.pod }
  } catch (error) {
    if (error instanceof InjectError) return { kind: 'error', message: error.message }
    throw error
  }
}

/** Reads a configuration, or says why it cannot be read. */
export function readInjector(source: InjectorConfigSource): InjectorConfig | string {
  try {
    return parseInjectorConfig(source)
  } catch (error) {
    if (error instanceof InjectError) return error.message
    throw error
  }
}
