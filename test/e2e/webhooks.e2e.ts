// The API server calls a webhook exactly when selection says so: forty and more entries of a MutatingWebhookConfiguration, each for pods with different labels
// in namespaces with different labels.

import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { inject } from '../../src/index.ts'
import type { JsonObject } from '../../src/lib/model/index.ts'
import { json } from './client.ts'
import { startControlPlane } from './control-plane.ts'
import { startWebhookServer } from './webhook-server.ts'

const { client, stop } = await startControlPlane()
t.teardown(stop)
const webhooks = await startWebhookServer(() => 'unchanged')
t.teardown(() => webhooks.close())

const NAMESPACES = new Map<string, Record<string, string>>([
  ['plain', {}],
  ['enabled', { 'istio-injection': 'enabled', team: 'a' }],
  ['disabled', { 'istio-injection': 'disabled', env: 'production' }],
  ['empty-value', { 'istio-injection': '', team: 'b' }],
])

interface Sample {
  readonly labels?: Record<string, string>
  readonly annotations?: Record<string, string>
  readonly spec?: JsonObject
}

const PODS = new Map<string, Sample>([
  ['bare', {}],
  ['yes', { labels: { inject: 'true', app: 'web' } }],
  ['no', { labels: { inject: 'false', app: 'web' } }],
  ['api', { labels: { app: 'api', tier: 'front', inject: '' }, annotations: { note: 'x' } }],
  ['host', { labels: { app: 'web' }, spec: { hostNetwork: true } }],
  ['two', { spec: { containers: [APP(), { name: 'second', image: 'registry.example.com/second', env: [{ name: 'MODE', value: 'fast' }] }] } }],
])

function APP(): JsonObject {
  return { name: 'app', image: 'registry.example.com/app:1' }
}

const CREATE_PODS = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }
const expression = (key: string, operator: string, ...values: string[]): JsonObject => ({
  matchExpressions: [{ key, operator, ...(values.length > 0 && { values }) }],
})
const rule = (change: JsonObject): JsonObject => ({ rules: [{ ...CREATE_PODS, ...change }] })
const when = (...expressions: string[]): JsonObject => ({ matchConditions: expressions.map((text, i) => ({ name: `condition-${i}`, expression: text })) })

const ENTRIES: readonly JsonObject[] = [
  {},
  // Selectors of namespaces.
  { namespaceSelector: {} },
  { namespaceSelector: { matchLabels: { 'istio-injection': 'enabled' } } },
  { namespaceSelector: { matchLabels: { 'istio-injection': 'enabled', team: 'b' } } },
  { namespaceSelector: { matchLabels: { 'istio-injection': '' } } },
  { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'plain' } } },
  { namespaceSelector: expression('istio-injection', 'In', 'enabled', 'disabled') },
  { namespaceSelector: expression('istio-injection', 'NotIn', 'enabled') },
  { namespaceSelector: expression('istio-injection', 'Exists') },
  { namespaceSelector: expression('istio-injection', 'DoesNotExist') },
  { namespaceSelector: expression('kubernetes.io/metadata.name', 'NotIn', 'kube-system', 'plain') },
  { namespaceSelector: { matchLabels: { team: 'a' }, ...expression('env', 'DoesNotExist') } },
  // Selectors of objects.
  { objectSelector: {} },
  { objectSelector: { matchLabels: { inject: 'true' } } },
  { objectSelector: { matchLabels: { app: 'web', inject: 'false' } } },
  { objectSelector: expression('inject', 'In', 'true', '') },
  { objectSelector: expression('inject', 'NotIn', 'false') },
  { objectSelector: expression('inject', 'Exists') },
  { objectSelector: expression('inject', 'DoesNotExist') },
  { objectSelector: { matchExpressions: [...list(expression('inject', 'Exists')), ...list(expression('tier', 'DoesNotExist'))] } },
  // Both, as Istio's own entries have them.
  { namespaceSelector: expression('istio-injection', 'In', 'enabled'), objectSelector: expression('inject', 'NotIn', 'false') },
  { namespaceSelector: expression('istio-injection', 'DoesNotExist'), objectSelector: expression('inject', 'In', 'true') },
  { namespaceSelector: expression('team', 'Exists'), objectSelector: { matchLabels: { app: 'api' } } },
  // Rules.
  rule({ operations: ['*'] }),
  rule({ operations: ['UPDATE'] }),
  rule({ operations: ['CREATE', 'DELETE'] }),
  rule({ apiGroups: ['*'] }),
  rule({ apiGroups: ['apps'], resources: ['deployments'] }),
  rule({ apiVersions: ['*'] }),
  rule({ apiVersions: ['v1beta1'] }),
  rule({ resources: ['*'] }),
  rule({ resources: ['*/*'] }),
  rule({ resources: ['pods/*'] }),
  rule({ resources: ['pods/status', 'pods/ephemeralcontainers'] }),
  rule({ resources: ['services', 'pods'] }),
  rule({ scope: 'Namespaced' }),
  rule({ scope: 'Cluster' }),
  rule({ scope: '*' }),
  { rules: [{ ...CREATE_PODS, resources: ['services'] }, CREATE_PODS] },
  { ...rule({ apiGroups: ['apps'], resources: ['pods'] }), matchPolicy: 'Exact' },
  { rules: [] },
  // Conditions.
  when('true'),
  when('false'),
  when('request.operation == "CREATE" && request.kind.kind == "Pod"'),
  when('request.namespace.startsWith("e")'),
  when('has(object.metadata.labels) && "app" in object.metadata.labels'),
  when('has(object.metadata.labels) && object.metadata.labels.exists(key, key == "app" && object.metadata.labels[key] == "web")'),
  when('!has(object.spec.hostNetwork) || !object.spec.hostNetwork'),
  when('object.spec.containers.size() == 1', 'object.spec.containers.all(c, c.image.matches("^registry\\\\.example\\\\.com/"))'),
  when('object.spec.containers.exists(c, has(c.env) && c.env.exists(e, e.name == "MODE" && e.value in ["fast", "slow"]))'),
  when('has(object.metadata.annotations) && object.metadata.annotations[?"note"].orValue("") != ""'),
  when('oldObject == null', '!has(request.subResource)', 'request.resource.resource == "pods"'),
  // An expression that fails leaves the webhook out where the failure policy says so.
  { ...when('object.metadata.labels.app == "web"'), failurePolicy: 'Ignore' },
  { ...when('request.subResource == ""'), failurePolicy: 'Ignore' },
  { ...when('object.metadata.labels.app == "web"', 'false'), failurePolicy: 'Fail' },
  {
    namespaceSelector: expression('team', 'Exists'),
    objectSelector: { matchLabels: { app: 'web' } },
    ...when('object.metadata.labels.inject == "true"'),
    failurePolicy: 'Ignore',
  },
]

function list(selector: JsonObject): JsonObject[] {
  return selector.matchExpressions as JsonObject[]
}

const nameOf = (i: number) => `e${String(i).padStart(2, '0')}`

t.test('more than fifty entries of webhooks are called for those pods for which selection says so', async t => {
  for (const [name, labels] of NAMESPACES) await client.apply({ value: { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } } })
  await install(ENTRIES)
  const called = await callsOfAll()
  const selected = selectionOfAll()
  ENTRIES.forEach((entry, i) => {
    t.same(called.get(nameOf(i)) ?? [], selected.get(nameOf(i)) ?? [], JSON.stringify(entry))
  })
  // The table tells entries apart.
  t.equal(new Set([...called.values()].map(String)).size > 20, true)
})

const FAILING: readonly (readonly [expression: string, message: RegExp])[] = [
  ['object.metadata.labels.app == "web"', /no such key: labels/i],
  ['object.spec.containers[1].name == "second"', /index out of bounds/],
]

for (const [text, message] of FAILING) {
  t.test(`a condition that fails refuses the pod in the server and here: ${text}`, async t => {
    const entry = when(text)
    await install([entry])
    const pod = podOf('plain', 'bare')
    const { status, body } = await client.request('POST', '/api/v1/namespaces/plain/pods?dryRun=All', json(pod))
    t.equal(status, 403)
    t.match(String(body.message), message)
    const { diagnostics } = decide(pod, [entry])
    t.match(
      diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message),
      [message],
    )
  })
}

/** Puts a MutatingWebhookConfiguration in place, and waits until the server calls its first entry, or fails with it. */
async function install(entries: readonly JsonObject[]): Promise<void> {
  const { status, body } = await client.apply({
    value: {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: 'e2e' },
      webhooks: [...entries.map((entry, i) => webhookOf(nameOf(i), entry)), webhookOf(`last/${entries.length}`, {})],
    },
  })
  if (status !== 200 && status !== 201) throw new Error(`${status} ${String(body.message)}`)
  const deadline = Date.now() + 30_000
  for (;;) {
    const before = webhooks.calls.length
    const answer = await client.request('POST', '/api/v1/namespaces/enabled/pods?dryRun=All', json(podOf('enabled', 'two')))
    const called = webhooks.calls.slice(before).map(({ path }) => path)
    if (called.includes(`/last/${entries.length}`) || (answer.status === 403 && entries.length === 1)) return
    if (Date.now() > deadline) throw new Error(`the webhooks are not called: ${answer.status} ${String(answer.body.message)}`)
    await sleep(100)
  }
}

/** Each entry has a path of its own. */
function webhookOf(name: string, entry: JsonObject): JsonObject {
  const common = { sideEffects: 'None', admissionReviewVersions: ['v1'], ...withRules(entry) }
  return { name: `${name.replace('/', '-')}.e2e.example.com`, clientConfig: webhooks.clientConfig(`/${name}`), ...common }
}

function withRules(entry: JsonObject): JsonObject {
  return { rules: [CREATE_PODS], ...entry }
}

/** By name of the entry: the pods for which the server called it, `NAMESPACE/POD`. */
async function callsOfAll(): Promise<Map<string, string[]>> {
  const called = new Map<string, string[]>()
  for (const namespace of NAMESPACES.keys()) {
    for (const sample of PODS.keys()) {
      webhooks.calls.length = 0
      const { status, body } = await client.request('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, json(podOf(namespace, sample)))
      if (status !== 201) throw new Error(`${status} ${String(body.message)}`)
      for (const { path } of webhooks.calls) called.set(path.slice(1), [...(called.get(path.slice(1)) ?? []), `${namespace}/${sample}`])
    }
  }
  return called
}

/** The same by our own selection. */
function selectionOfAll(): Map<string, string[]> {
  const selected = new Map<string, string[]>()
  for (const namespace of NAMESPACES.keys()) {
    for (const sample of PODS.keys()) {
      const { decisions, diagnostics } = decide(podOf(namespace, sample), ENTRIES)
      const errors = diagnostics.filter(({ severity }) => severity === 'error')
      if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('; '))
      const names = decisions.flatMap(({ injections }) => injections.map(({ injector }) => (injector.kind === 'own' ? injector.name : 'istio')))
      for (const name of names) selected.set(name, [...(selected.get(name) ?? []), `${namespace}/${sample}`])
    }
  }
  return selected
}

function podOf(namespace: string, sample: string): JsonObject {
  const { labels, annotations, spec = {} } = PODS.get(sample) ?? {}
  const metadata = { name: sample, namespace, ...(labels && { labels }), ...(annotations && { annotations }) }
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [APP()], ...spec } }
}

/** Every entry is an injector of its own, which leaves an annotation of its own. */
function decide(pod: JsonObject, entries: readonly JsonObject[]) {
  const injectors = entries.map((entry, i) => ({
    name: nameOf(i),
    webhooks: [withRules(entry)],
    config: { templates: { sidecar: `metadata: {annotations: {called/${nameOf(i)}: "yes"}}` }, defaultTemplates: ['sidecar'] },
  }))
  const namespaces = Object.fromEntries([...NAMESPACES].map(([name, labels]) => [name, { labels }]))
  const config = {
    apiVersion: 'inject-sidecars.dev/v1alpha1',
    kind: 'SidecarInjector',
    metadata: { name: 'e2e' },
    spec: { cluster: { namespaces }, injectors },
  }
  return inject({
    files: [{ path: 'pod.yaml', text: JSON.stringify(pod) }],
    functionConfig: { path: 'function-config.yaml', text: JSON.stringify(config) },
  })
}
