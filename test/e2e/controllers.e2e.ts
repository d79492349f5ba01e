// The pods that real controllers make of rendered workloads are those that our model of the controllers says (src/lib/k8s/synthesise.ts).

import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { podFromWorkload } from '../../src/lib/k8s/synthesise.ts'
import { at, isObject, type Json, type JsonObject } from '../../src/lib/model/index.ts'
import { json } from './client.ts'
import { startControlPlane } from './control-plane.ts'
import { documentsOf, render } from './render.ts'
import { generateWorkloads, NAMESPACE } from './workloads.ts'

const { client, stop } = await startControlPlane()
t.teardown(stop)

/** CronJobs run at the next minute. */
const PATIENCE_MS = 90_000

const RENDERED = generateWorkloads(100).map(({ text, podPath }) => ({ podPath, document: documentsOf(render(text))[0] ?? { value: {} } }))

t.test('the pods of a hundred rendered workloads have the owners, names, labels and annotations of the model', async t => {
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
  }
})

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
