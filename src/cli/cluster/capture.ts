// `capture`: reads the injection configuration of a live cluster, as manifests for `sources` or a kustomization.

import type * as k8s from '@kubernetes/client-node'
import { get, type Json, type JsonObject, set } from '../../lib/model/index.ts'
import { toYaml } from '../../lib/yaml/index.ts'
import { type Connection, statusOf } from './connect.ts'

export interface CaptureOptions {
  readonly istioNamespace: string
}

/** The ConfigMaps of every revision. */
const CONFIG_MAP = /^istio(-sidecar-injector)?(-[a-z0-9-]+)?$/
const WEBHOOK_ENTRY = /sidecar-injector\.istio\.io$/
/** Read for the proxy's user and group on OpenShift. */
const NAMESPACE_ANNOTATIONS = ['openshift.io/sa.scc.uid-range', 'openshift.io/sa.scc.supplemental-groups']
const LOCAL_CONFIG = 'config.kubernetes.io/local-config'

/**
 * The ConfigMaps `istio*` and `istio-sidecar-injector*`, the injection webhooks, ProxyConfigs, every namespace's labels and one Node for each
 * kubelet version, as one multi-document text. Secrets, pods and workloads are not read, certificates not written; equal clusters give equal text.
 *
 * @throws InjectError with one of the codes `cluster-…` and the kind that was being read
 */
export async function capture(connection: Connection, options: CaptureOptions): Promise<string> {
  const documents = [
    ...(await configMaps(connection, options.istioNamespace)),
    ...(await webhooks(connection)),
    ...(await namespaces(connection)),
    ...(await proxyConfigs(connection)),
    ...(await nodes(connection)),
  ]
  return documents.map(document => `---\n${toYaml(document)}`).join('')
}

async function configMaps({ api, call, client }: Connection, namespace: string): Promise<JsonObject[]> {
  const list = await call(`reading ConfigMaps in ${namespace}`, options => api(client.CoreV1Api).listNamespacedConfigMap({ namespace }, options))
  const found = list.items.filter(item => {
    const keys = Object.keys(item.data ?? {})
    return CONFIG_MAP.test(nameOf(item)) && (keys.includes('mesh') || (keys.includes('config') && keys.includes('values')))
  })
  return byName(found).map(item => manifest({ apiVersion: 'v1', kind: 'ConfigMap', item, labels: true, rest: { data: plain(item.data ?? {}) } }))
}

async function webhooks({ api, call, client }: Connection): Promise<JsonObject[]> {
  const list = await call('reading MutatingWebhookConfigurations', options =>
    api(client.AdmissionregistrationV1Api).listMutatingWebhookConfiguration({}, options),
  )
  const found = list.items.filter(item => (item.webhooks ?? []).some(webhook => WEBHOOK_ENTRY.test(webhook.name)))
  return byName(found).map(item => {
    // The CA says nothing about selection, is long, and changes.
    const entries = (item.webhooks ?? []).map(webhook => plain({ ...webhook, clientConfig: { ...webhook.clientConfig, caBundle: undefined } }))
    return manifest({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration', item, labels: true, rest: { webhooks: entries } })
  })
}

async function namespaces({ api, call, client }: Connection): Promise<JsonObject[]> {
  const list = await call('reading Namespaces', options => api(client.CoreV1Api).listNamespace({}, options))
  return byName(list.items).map(item => manifest({ apiVersion: 'v1', kind: 'Namespace', item, labels: true, annotations: NAMESPACE_ANNOTATIONS }))
}

/** ProxyConfigs of all namespaces; none if the cluster does not have the kind. */
async function proxyConfigs({ api, call, client }: Connection): Promise<JsonObject[]> {
  const kind = { group: 'networking.istio.io', version: 'v1beta1', plural: 'proxyconfigs' }
  const list = await call('reading ProxyConfigs', async options => {
    try {
      return await api(client.CustomObjectsApi).listCustomObjectForAllNamespaces({ ...kind, resourcePlural: kind.plural }, options)
    } catch (error) {
      if (statusOf(error) === 404) return { items: [] }
      throw error
    }
  })
  const items = (get(plain(list), 'items') ?? []) as unknown as (k8s.KubernetesObject & { spec?: unknown })[]
  return byName(items).map(item =>
    // The oldest of several ones applies.
    manifest({ apiVersion: 'networking.istio.io/v1beta1', kind: 'ProxyConfig', item, labels: true, created: true, rest: { spec: plain(item.spec ?? {}) } }),
  )
}

/** One Node for each kubelet version, which decides about native sidecars. */
async function nodes({ api, call, client }: Connection): Promise<JsonObject[]> {
  const list = await call('reading Nodes', options => api(client.CoreV1Api).listNode({}, options))
  const seen = new Map<string, k8s.V1Node>()
  for (const node of byName(list.items)) {
    const version = node.status?.nodeInfo?.kubeletVersion
    if (version !== undefined && !seen.has(version)) seen.set(version, node)
  }
  return [...seen].map(([kubeletVersion, item]) => manifest({ apiVersion: 'v1', kind: 'Node', item, rest: { status: { nodeInfo: { kubeletVersion } } } }))
}

interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly item: k8s.KubernetesObject
  readonly labels?: true
  readonly created?: true
  readonly annotations?: readonly string[]
  readonly rest?: JsonObject
}

function manifest({ apiVersion, kind, item, labels, created, annotations = [], rest = {} }: Manifest): JsonObject {
  const kept: JsonObject = { [LOCAL_CONFIG]: 'true' }
  for (const name of annotations) {
    const value = get(plain(item.metadata?.annotations ?? {}), name)
    if (value !== undefined) set(kept, name, value)
  }
  const metadata: JsonObject = { name: nameOf(item), annotations: kept }
  if (item.metadata?.namespace !== undefined) metadata.namespace = item.metadata.namespace
  if (labels && item.metadata?.labels !== undefined) metadata.labels = plain(item.metadata.labels)
  if (created && item.metadata?.creationTimestamp !== undefined) metadata.creationTimestamp = plain(item.metadata.creationTimestamp)
  return { apiVersion, kind, metadata, ...rest }
}

function nameOf(item: k8s.KubernetesObject): string {
  return item.metadata?.name ?? ''
}

function byName<Item extends k8s.KubernetesObject>(items: readonly Item[]): Item[] {
  const key = (item: Item) => `${item.metadata?.namespace ?? ''}/${nameOf(item)}`
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

/** An object of the client as JSON: dates become text, undefined fields are removed. */
function plain(value: unknown): Json & JsonObject {
  return JSON.parse(JSON.stringify(value))
}
