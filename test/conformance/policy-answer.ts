// One case of the API server's policies through the engine: from the object as it is sent to what would be stored, or the refusal.

import { dirname } from 'node:path'
import { requestNames } from '../../src/lib/k8s/admission/resources.ts'
import { AdmissionError, admitPod, defaultObject, storeObject } from '../../src/lib/k8s/defaults/index.ts'
import { withoutTokenVolume, withTokenVolume } from '../../src/lib/k8s/token-volume.ts'
import { equal, get, isObject, type JsonObject, stringAt } from '../../src/lib/model/index.ts'
import { type Admission, admit } from '../../src/policies/admit.ts'
import type { ParameterSource } from '../../src/policies/parameters.ts'
import { preparePolicies } from '../../src/policies/prepare.ts'
import type { PolicyRequest } from '../../src/policies/request.ts'
import { takesLabelsFromTemplate } from '../support/job-labels.ts'
import { injectReceived } from './inject-workload.ts'
import { clusterOf } from './suites/istio.ts'

export interface PolicyCase {
  readonly policies: readonly JsonObject[]
  readonly bindings: readonly JsonObject[]
  readonly params?: readonly JsonObject[]
  readonly namespace: { readonly name: string; readonly labels: JsonObject; readonly annotations: JsonObject }
  readonly object: JsonObject
}

export type PolicyAnswer =
  | { readonly refused: readonly { readonly kind: string; readonly name: string; readonly message: string }[] }
  | { readonly error: { readonly code: number; readonly message: string } }
  | { readonly output: JsonObject }

/** What the API server would answer; `installed` is the file with Istio's installation, whose webhook comes after the policies. */
export function policyAnswer(c: PolicyCase, installed: string | undefined): PolicyAnswer {
  const policies = preparePolicies({ policies: c.policies, bindings: c.bindings, source: parameters(c) })
  if (policies.refused.length > 0) {
    return { refused: policies.refused.map(({ value, message }) => ({ kind: String(value.kind), name: stringAt(value, ['metadata', 'name']) ?? '', message })) }
  }
  try {
    const given = { ...c.object, metadata: { ...(c.object.metadata as JsonObject), namespace: c.namespace.name } }
    const received = plugins(defaultObject(given))
    const first = admit(policies, requestOf(c, received), { defaults: defaultObject })
    const refusal = refusalOf(first)
    if (refusal !== undefined) return refusal
    const after = webhook(first.object, installed)
    const last = again(received, first, after) ? admit(policies, requestOf(c, plugins(after)), { defaults: defaultObject, after: first }) : undefined
    const refusedAgain = last === undefined ? undefined : refusalOf(last)
    if (refusedAgain !== undefined) return refusedAgain
    const object = last?.object ?? after
    if (stringAt(object, ['metadata', 'namespace']) !== c.namespace.name) {
      return { error: { code: 400, message: 'the namespace of the provided object does not match the namespace sent on the request' } }
    }
    const sharesLabels = takesLabelsFromTemplate(given) && equal(received, object)
    return { output: withoutTokenVolume(storeObject(object, { uid: 'UID', sharesLabels })) }
  } catch (error) {
    if (error instanceof AdmissionError) return { error: { code: 403, message: error.message } }
    throw error
  }
}

function again(received: JsonObject, first: Admission, after: JsonObject): boolean {
  return first.needsSecondPass || !equal(received, after)
}

function refusalOf({ failures, fatal }: Admission): PolicyAnswer | undefined {
  if (fatal !== undefined) return { error: { code: fatal.code, message: fatal.message } }
  const [first] = failures
  return first === undefined ? undefined : { error: { code: 403, message: first.message } }
}

/** The API server's own plugins, which change pods only. */
function plugins(object: JsonObject): JsonObject {
  return object.kind === 'Pod' ? withTokenVolume(admitPod(object, { objects: CLASSES, complete: true })) : object
}

/** The classes that every cluster has. */
const CLASSES = [
  ['system-cluster-critical', 2_000_000_000],
  ['system-node-critical', 2_000_001_000],
].map(([name, value]) => ({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value })) as JsonObject[]

function webhook(pod: JsonObject, installed: string | undefined): JsonObject {
  if (installed === undefined) return pod
  const folder = dirname(installed)
  const options = { name: '', cluster: installed.slice(folder.length + 1), nodeKubeletVersions: ['v1.36.3'] }
  const cluster = clusterOf(folder, options, { revision: 'default' })
  const stripped = withoutTokenVolume(pod)
  const outcome = injectReceived(stripped, { ...cluster, webhookPath: '/inject' })
  if (outcome.kind === 'error') throw new Error(outcome.message)
  return outcome.kind === 'injected' ? withTokenVolume(defaultObject(outcome.template)) : pod
}

function requestOf({ namespace }: PolicyCase, object: JsonObject): PolicyRequest {
  const names = requestNames(String(object.apiVersion), String(object.kind))
  if (names === undefined) throw new Error(`no resource is known for ${object.kind}`)
  const labels = { ...namespace.labels, 'kubernetes.io/metadata.name': namespace.name }
  return {
    object,
    request: {
      operation: 'CREATE',
      ...names,
      subresource: '',
      name: stringAt(object, ['metadata', 'name']) ?? '',
      namespace: namespace.name,
      dryRun: true,
    },
    labels: { state: 'known', labels: new Map(Object.entries(labels) as [string, string][]) },
    namespaceObject: { labels, annotations: namespace.annotations },
    userInfo: { username: 'admin', uid: 'UID', groups: ['system:masters', 'system:authenticated'] },
    authority: () => true,
    options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1', dryRun: ['All'] },
  }
}

const SCOPES: ReadonlyMap<string, 'Namespaced' | 'Cluster'> = new Map([
  ['v1/ConfigMap', 'Namespaced'],
  ['v1/Secret', 'Namespaced'],
  ['mesh.example.com/v1/SidecarProfile', 'Namespaced'],
  ['mesh.example.com/v1/ClusterSidecarProfile', 'Cluster'],
])

function parameters({ params = [], namespace }: PolicyCase): ParameterSource {
  const scope = (apiVersion: string, kind: string) => SCOPES.get(`${apiVersion}/${kind}`) ?? 'unknown'
  return {
    scope,
    objects: (apiVersion, kind) =>
      params
        .filter(value => value.apiVersion === apiVersion && value.kind === kind)
        .map(value => {
          const home = scope(apiVersion, kind) === 'Cluster' ? undefined : (stringAt(value, ['metadata', 'namespace']) ?? namespace.name)
          const name = stringAt(value, ['metadata', 'name']) ?? ''
          return { value: withNamespace(value, home), name, ...(home === undefined ? {} : { namespace: home }) }
        }),
  }
}

function withNamespace(value: JsonObject, namespace: string | undefined): JsonObject {
  const metadata = get(value, 'metadata')
  return namespace === undefined || !isObject(metadata) ? value : { ...value, metadata: { ...metadata, namespace } }
}
