// A control plane whose webhook is this library, as a cluster with a mesh: namespaces, a node, the mesh's ConfigMaps, and a MutatingWebhookConfiguration.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { capture } from '../../src/cli/cluster/capture.ts'
import { type ConnectOptions, connect } from '../../src/cli/cluster/connect.ts'
import { type Verification, verify } from '../../src/cli/cluster/verify.ts'
import { lookAt } from '../../src/inject.ts'
import type { Outcome } from '../../src/inject-workload.ts'
import { isObject, type JsonObject } from '../../src/lib/model/index.ts'
import { loadYaml } from '../../src/lib/yaml/index.ts'
import { read } from '../../src/read/read.ts'
import { json } from './client.ts'
import { type ControlPlane, startControlPlane } from './control-plane.ts'
import { documentsOf, MESH, render } from './render.ts'
import { startWebhookServer, type WebhookAnswer } from './webhook-server.ts'

export interface MeshCluster extends ControlPlane {
  /** Installs the webhook with other settings; it is in use when this ends. */
  install(settings?: JsonObject): Promise<void>
  /** What the webhook answers from now on. */
  answerWith(answer: (object: JsonObject) => WebhookAnswer): void
  capture(folder: string, as?: As): Promise<string>
  verify(folder: string, text: string, as?: As): Promise<Verification>
  close(): Promise<void>
}

/** With whose token, and how. */
export interface As extends ConnectOptions {
  readonly token?: string
}

export const FUNCTION_CONFIG = `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
metadata: {name: e2e}
spec:
  istio: {}
`

/** With the facts about the cluster that are captured otherwise. */
export const WITH_FACTS = `${FUNCTION_CONFIG}  cluster:
    kubeletVersions: [v1.36.3]
    namespaces: {shop: {labels: {istio-injection: enabled}}, other: {}, strict: {}, nowhere: {}}
`

export const WEB = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "web:1", ports: [{containerPort: 8080}], resources: {limits: {cpu: 1000m}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: report, namespace: shop}
spec:
  schedule: "0 4 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - {name: report, image: report}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store, namespace: other}
spec:
  serviceName: store
  selector: {matchLabels: {app: store}}
  template:
    metadata: {labels: {app: store}}
    spec:
      containers:
      - {name: store, image: "store:1"}
`

export async function startMeshCluster(): Promise<MeshCluster> {
  const plane = await startControlPlane()
  let answer: (object: JsonObject) => WebhookAnswer = injected
  const webhooks = await startWebhookServer((_path, request) => answer(isObject(request.object) ? request.object : {}))
  const { client } = plane
  const apply = async (value: JsonObject) => {
    const { status, body } = await client.apply({ value })
    if (status > 201) throw new Error(`${status} ${String(body.message)}`)
  }
  let installations = 0
  const install = async (settings: JsonObject = {}) => {
    const path = `/inject/${++installations}`
    const metadata = { name: 'istio-sidecar-injector', labels: { 'istio.io/rev': 'default' } }
    const entries = [{ ...ENTRY, clientConfig: webhooks.clientConfig(path), ...settings }]
    await apply({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration', metadata, webhooks: entries })
    await until(async () => {
      await client.request('POST', '/api/v1/namespaces/shop/pods?dryRun=All', json(POD))
      return webhooks.calls.some(call => call.path === path)
    })
  }
  const connectAs = async (folder: string, { token, ...options }: As) => {
    const file = join(folder, 'kubeconfig')
    writeFileSync(file, plane.kubeconfig(token))
    return await connect({ kubeconfig: file, timeoutMs: 20_000, ...options })
  }
  for (const value of OBJECTS) await apply(value)
  const status = { status: { nodeInfo: { kubeletVersion: 'v1.36.3' } } }
  await client.request('PATCH', '/api/v1/nodes/node-1/status', { ...json(status), type: 'application/merge-patch+json' })
  await install()
  return {
    ...plane,
    install,
    answerWith: next => {
      answer = next
    },
    capture: async (folder, as = {}) => await capture(await connectAs(folder, as), { istioNamespace: 'istio-system' }),
    verify: async (folder, text, as = {}) => {
      const files = [
        { path: 'web.yaml', text },
        { path: 'mesh.yaml', text: MESH },
      ]
      const input = { files, functionConfig: { path: 'function-config.yaml', text: WITH_FACTS } }
      const outcomes: Outcome[] = []
      lookAt({ ...input, onOutcome: outcome => outcomes.push(outcome) }, read(input))
      return await verify(await connectAs(folder, as), outcomes)
    },
    close: async () => {
      await webhooks.close()
      plane.stop()
    },
  }
}

/** @throws Error where it does not come true in time */
export async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await isTrue()) return
    await sleep(100)
  }
  throw new Error('the API server took too long')
}

export const WEBHOOK = 'namespace.sidecar-injector.istio.io'
const RULES = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }]
const ENTRY: JsonObject = {
  name: WEBHOOK,
  namespaceSelector: { matchLabels: { 'istio-injection': 'enabled' } },
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  rules: RULES,
}

/** What a cluster with a mesh has: namespaces, a node, the mesh's ConfigMaps and its webhook. */
const OBJECTS: readonly JsonObject[] = [
  ...['istio-system', 'other'].map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'strict', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
  { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } },
  ...documentsOf(MESH).map(({ value }) => value),
]

const POD: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'shop', labels: { app: 'a' } },
  spec: { containers: [{ name: 'a', image: 'a:1' }] },
}

/** The pod as this library injects it, without its record. */
export function injected(object: JsonObject): { readonly object: JsonObject } {
  // A pod that its controller leaves to be named has no name yet, but a manifest has one.
  const { name, ...metadata } = isObject(object.metadata) ? object.metadata : {}
  const named = { ...object, apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, namespace: 'shop', name: name ?? 'unnamed' } }
  const value = loadYaml(render(JSON.stringify(named), { functionConfig: WITH_FACTS }))
  if (!isObject(value) || !isObject(value.metadata)) throw new Error('no pod')
  const { annotations } = value.metadata
  const kept = Object.entries(isObject(annotations) ? annotations : {}).filter(([key]) => key !== 'inject-sidecars.dev/record')
  return {
    object: {
      ...value,
      metadata: { ...metadata, ...(name !== undefined && { name }), labels: value.metadata.labels ?? {}, annotations: Object.fromEntries(kept) },
    },
  }
}
