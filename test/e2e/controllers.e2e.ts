// The pods that real controllers make of rendered workloads are those that our model of the controllers says (src/lib/k8s/synthesise.ts).

import { writeFileSync } from 'node:fs'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { compareWith, type Rendered, renderedOf } from '../../src/drift/drift.ts'
import { lookAt } from '../../src/inject.ts'
import type { Outcome } from '../../src/inject-workload.ts'
import { fromController } from '../../src/lib/k8s/controllers.ts'
import { admitPod, type ClusterFacts, defaultObject, storeObject } from '../../src/lib/k8s/defaults/index.ts'
import { podFromWorkload } from '../../src/lib/k8s/synthesise.ts'
import { at, isObject, type Json, type JsonObject } from '../../src/lib/model/index.ts'
import { read } from '../../src/read/read.ts'
import { json } from './client.ts'
import { startControlPlane } from './control-plane.ts'
import { documentsOf, FUNCTION_CONFIG, MESH, render } from './render.ts'
import { generateWorkloads, NAMESPACE } from './workloads.ts'

const { client, stop } = await startControlPlane()
t.teardown(stop)

/** CronJobs run at the next minute. */
const PATIENCE_MS = 90_000

const WORKLOADS = generateWorkloads(100)
const RENDERED = WORKLOADS.map(({ text, podPath }) => ({ podPath, document: documentsOf(render(text))[0] ?? { value: {} } }))

t.test('the pods of a hundred rendered workloads are those of the model: owners, names, labels, annotations, and the spec with its defaults', async t => {
  await prepareCluster()
  for (const { document } of RENDERED) {
    const { status, body } = await client.apply(document)
    if (status !== 201) throw new Error(`${status} ${String(body.message)}`)
  }
  const pods = await podsOfAll(RENDERED.map(({ document }) => String(at(document.value, ['metadata', 'name']))))
  for (const { document, podPath } of RENDERED) {
    const { apiVersion, kind, metadata } = document.value
    const name = String(at(metadata, ['name']))
    const pod = pods.get(name)
    const model = podFromWorkload({ apiVersion: String(apiVersion), kind: String(kind), name, namespace: NAMESPACE }, at(document.value, podPath) as JsonObject)
    t.same(pod && identityOf(pod, generated(pod)), identityOf(model, STAND_INS), name)
    t.same(pod && specOf(pod), specOf(storeObject(admitPod(defaultObject(withPlace(fromController(model, document.value))), FACTS))), `${name}: spec`)
  }
})

t.test('none of these pods has drifted', async t => {
  const rendered: Rendered[] = []
  const onOutcome = (outcome: Outcome) => rendered.push(...[renderedOf(outcome) ?? []].flat())
  const files = [...WORKLOADS.map(({ text }, i) => ({ path: `${i}.yaml`, text })), { path: 'mesh.yaml', text: MESH }]
  const input = { files, functionConfig: { path: 'function-config.yaml', text: FUNCTION_CONFIG }, onOutcome }
  lookAt(input, read(input))
  const comparison = compareWith(rendered)
  const { body } = await client.request('GET', `/api/v1/namespaces/${NAMESPACE}/pods`)
  const pods = Array.isArray(body.items) ? body.items : []
  for (const pod of pods) comparison.add(pod)
  const { RECORD_PODS: file } = process.env
  if (file !== undefined) writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: recordable(pods) }))
  const { workloads, ...counts } = comparison.report()
  t.equal(pods.length >= WORKLOADS.length, true)
  t.same(counts, { pods: pods.length, ended: 0, others: 0 })
  t.same(
    workloads.flatMap(({ groups }) => groups.flatMap(({ names, differences }) => [names, differences])),
    [],
  )
})

/** The pods of the first workloads as `kubectl get pods -o json` prints them, for test/fixtures/running-pods.json. */
function recordable(pods: readonly Json[]): Json[] {
  const first = new Set(WORKLOADS.slice(0, 16).map(({ value }) => at(value, ['metadata', 'name'])))
  return pods.filter(isObject).flatMap(({ metadata, spec, status }) => {
    if (!isObject(metadata) || !first.has(at(metadata, ['labels', 'app']))) return []
    const { managedFields: _, ...kept } = metadata
    return [{ apiVersion: 'v1', kind: 'Pod', metadata: kept, spec: spec ?? {}, status: status ?? {} }]
  })
}

/** A node for DaemonSets, and the objects without which pods are refused. */
async function prepareCluster(): Promise<void> {
  const objects: JsonObject[] = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1', labels: { disk: 'ssd', 'kubernetes.io/hostname': 'node-1' } } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: NAMESPACE } },
  ]
  for (const value of objects) await client.apply({ value })
  // A new node is taken for one that is not ready.
  const merge = (path: string, value: JsonObject) => client.request('PATCH', path, { ...json(value), type: 'application/merge-patch+json' })
  await merge('/api/v1/nodes/node-1', { spec: { taints: null } })
}

/** One pod of each workload by the workload's name, which is the label `app`; waits until every workload has one. */
async function podsOfAll(names: readonly string[]): Promise<Map<string, JsonObject>> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const { body } = await client.request('GET', `/api/v1/namespaces/${NAMESPACE}/pods`)
    const found = new Map<string, JsonObject>()
    for (const pod of Array.isArray(body.items) ? body.items : []) if (isObject(pod)) found.set(String(at(pod, ['metadata', 'labels', 'app'])), pod)
    const missing = names.filter(name => !found.has(name))
    if (missing.length === 0) return found
    if (Date.now() > deadline) throw new Error(`no pods of ${missing.join(', ')}`)
    await sleep(500)
  }
}

/** What controllers make up, in a pod and in our model of it: [what, stand-in]. */
type MadeUp = readonly (readonly [text: string | RegExp, standIn: string])[]

const STAND_INS: MadeUp = [
  // Not in the name of a label.
  [/template(?=-?")/g, 'HASH'],
  ['00000000', 'MINUTES'],
]

function generated(pod: JsonObject): MadeUp {
  const labels = at(pod, ['metadata', 'labels'])
  const value = (name: string) => (isObject(labels) && typeof labels[name] === 'string' ? labels[name] : '')
  const hashes = ['pod-template-hash', 'controller-revision-hash', 'controller-uid'].map(value).filter(text => text !== '')
  const minutes = /-(\d{8})$/.exec(value('job-name'))?.[1]
  return [...hashes.map(hash => [hash, 'HASH'] as const), ...(minutes === undefined ? [] : [[minutes, 'MINUTES'] as const])]
}

/** The model leaves out where a pod of a DaemonSet is to run, which injection does not look at. */
function withPlace(pod: JsonObject): JsonObject {
  const spec = isObject(pod.spec) ? pod.spec : {}
  const owner = at(pod, ['metadata', 'ownerReferences', 0])
  if (at(owner, ['kind']) !== 'DaemonSet') return pod
  const { affinity, tolerations } = spec
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] }]
  const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } }
  const added = {
    affinity: { ...(isObject(affinity) ? affinity : {}), nodeAffinity },
    tolerations: [...(Array.isArray(tolerations) ? tolerations : []), ...tolerationsOf(spec)],
  }
  return { ...pod, spec: { ...spec, ...added } }
}

/** Those that every pod of a DaemonSet gets. */
function tolerationsOf({ hostNetwork }: JsonObject): JsonObject[] {
  const tainted = (name: string, effect: string) => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists', effect })
  const evicted = ['not-ready', 'unreachable'].map(name => tainted(name, 'NoExecute'))
  const kept = ['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'].map(name => tainted(name, 'NoSchedule'))
  return [...evicted, ...kept, ...(hostNetwork === true ? [tainted('network-unavailable', 'NoSchedule')] : [])]
}

const FACTS: ClusterFacts = {
  objects: [{ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'system-cluster-critical' }, value: 2000000000 }],
  complete: false,
}

/** The spec without the token that the API server mounts, whose name is made up. */
function specOf(pod: JsonObject): Json {
  const isToken = (item: Json) =>
    at(item, ['mountPath']) === '/var/run/secrets/kubernetes.io/serviceaccount' || /^kube-api-access-/.test(String(at(item, ['name'])))
  const without = (value: Json): Json => {
    if (Array.isArray(value)) return value.filter(item => !isToken(item)).map(without)
    if (!isObject(value)) return value
    const entries = Object.entries(value).map(([key, item]) => [key, without(item)] as const)
    // Lists that held nothing else.
    return Object.fromEntries(entries.filter(([key, item]) => !((key === 'volumes' || key === 'volumeMounts') && Array.isArray(item) && item.length === 0)))
  }
  return without(pod.spec ?? {})
}

/** What injection can see of who made a pod, with stand-ins for what is made up. */
function identityOf(pod: JsonObject, madeUp: MadeUp): Json {
  const metadata = isObject(pod.metadata) ? pod.metadata : {}
  const { namespace, labels = {}, annotations = {}, generateName = '', ownerReferences = [] } = metadata
  const owners = (Array.isArray(ownerReferences) ? ownerReferences : []).map(owner => {
    const { apiVersion, kind, name, controller } = isObject(owner) ? owner : {}
    return { apiVersion, kind, name, controller } as JsonObject
  })
  const name = generateName === '' || at(owners[0], ['kind']) === 'StatefulSet' ? (metadata.name ?? '') : ''
  const text = JSON.stringify({ namespace, name, generateName, labels, annotations, owners })
  // A controller's revision hash may stand behind the workload's name.
  return JSON.parse(madeUp.reduce((result, [made, standIn]) => result.replaceAll(made, standIn), text))
}
