// MutatingAdmissionPolicies of many forms on a real API server: it answers each pod as our engine does, with the same pod or the same refusal.

import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { requestNames } from '../../src/lib/k8s/admission/resources.ts'
import { admitPod, defaultObject, storeObject } from '../../src/lib/k8s/defaults/index.ts'
import { withoutTokenVolume, withTokenVolume } from '../../src/lib/k8s/token-volume.ts'
import { isObject, type Json, type JsonObject } from '../../src/lib/model/index.ts'
import { admit } from '../../src/policies/admit.ts'
import { preparePolicies } from '../../src/policies/prepare.ts'
import { comparable } from '../support/policy-export.ts'
import { json } from './client.ts'
import { startControlPlane } from './control-plane.ts'

const { client, stop } = await startControlPlane()
t.teardown(stop)

interface Variant {
  readonly apply?: string
  readonly patch?: string
  readonly spec?: JsonObject
  readonly binding?: JsonObject
  readonly pod?: JsonObject
}

const CONFIG_MAP = { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }
const LABEL = 'Object{metadata: Object.metadata{labels: {"seen": "yes"}}}'
const when = (...expressions: string[]): JsonObject => ({ matchConditions: expressions.map((expression, i) => ({ name: `c${i}`, expression })) })
const variables = (...pairs: [string, string][]): JsonObject => ({ variables: pairs.map(([name, expression]) => ({ name, expression })) })
const containers = (fields: string) => `Object{spec: Object.spec{containers: [Object.spec.containers{${fields}}]}}`

const VARIANTS: readonly Variant[] = [
  // Structured merge.
  { apply: 'Object{spec: Object.spec{containers: [Object.spec.containers{name: "z", image: "z"}, Object.spec.containers{name: "web", image: "web:2"}]}}' },
  {
    apply:
      'Object{spec: Object.spec{containers: [Object.spec.containers{name: "two", image: "t"}, Object.spec.containers{name: "n", image: "n"}, Object.spec.containers{name: "web"}]}}',
  },
  { apply: containers('name: "web", env: [Object.spec.containers.env{name: "A", value: "2"}, Object.spec.containers.env{name: "N", value: "3"}]') },
  { apply: containers('name: "web", ports: [Object.spec.containers.ports{containerPort: 80, protocol: "UDP"}]') },
  { apply: containers('name: "web", ports: [Object.spec.containers.ports{containerPort: 80, name: "p"}]') },
  { apply: containers('name: "web", ports: [Object.spec.containers.ports{name: "p"}]') },
  { apply: containers('name: "web", volumeMounts: [Object.spec.containers.volumeMounts{mountPath: "/d", name: "data", readOnly: true}]') },
  { apply: containers('name: "web", resources: Object.spec.containers.resources{limits: {"memory": "0.5Gi", "cpu": "1.50"}}') },
  { apply: containers('name: "web", resources: Object.spec.containers.resources{limits: {"cpu": 2}}') },
  { apply: containers('name: "web", readinessProbe: Object.spec.containers.readinessProbe{httpGet: Object.spec.containers.readinessProbe.httpGet{port: 80}}') },
  {
    apply: containers(
      'name: "web", readinessProbe: Object.spec.containers.readinessProbe{httpGet: Object.spec.containers.readinessProbe.httpGet{port: "http"}}',
    ),
  },
  { apply: containers('name: "web", args: []') },
  { apply: containers('image: "x"') },
  { apply: containers('name: "web", nothing: 1') },
  { apply: containers('name: "web", tty: "true"') },
  { apply: 'Object{spec: Object.spec{terminationGracePeriodSeconds: 5.0}}' },
  { apply: 'Object{spec: Object.spec{terminationGracePeriodSeconds: 5.5}}' },
  { apply: 'Object{spec: Object.spec{hostNetwork: null}}' },
  { apply: 'Object{spec: Object.spec{tolerations: [Object.spec.tolerations{key: "a"}]}}' },
  { apply: 'Object{spec: Object.spec{nodeSelector: {"a": "b"}}}' },
  { apply: 'Object{metadata: Object.metadata{labels: {"a": "b", "app": "other"}, annotations: {"x/y": ""}}}' },
  { apply: 'Object{metadata: Object.metadata{finalizers: ["example.com/b", "example.com/a"]}}' },
  { apply: 'Object{metadata: Object.metadata{name: "other"}}' },
  { apply: 'Object{kind: "Deployment", apiVersion: "apps/v1", metadata: Object.metadata{labels: {"k": "v"}}}' },
  { apply: 'Object{spec: Object.metadata{labels: {"k": "v"}}}' },
  { apply: 'Object{?spec: optional.none(), metadata: Object.metadata{?labels: optional.of({"k": "v"})}}' },
  {
    apply:
      'Object{spec: Object.spec{initContainers: [], volumes: [Object.spec.volumes{name: "v", emptyDir: Object.spec.volumes.emptyDir{sizeLimit: "1.0Gi"}}]}}',
  },
  {
    apply:
      'Object{spec: Object.spec{securityContext: Object.spec.securityContext{fsGroup: 5, seccompProfile: Object.spec.securityContext.seccompProfile{type: "RuntimeDefault"}}}}',
  },
  // JSON patches.
  { patch: '[JSONPatch{op: "add", path: "/metadata/labels/a~1b", value: "c"}]' },
  { patch: '[JSONPatch{op: "add", path: "/metadata/labels/" + jsonpatch.escapeKey("a/b~c"), value: "c"}]' },
  { patch: '[JSONPatch{op: "add", path: "/spec/containers/-1", value: {"name": "n", "image": "n"}}]' },
  { patch: '[JSONPatch{op: "add", path: "/spec/containers/9", value: {"name": "n", "image": "n"}}]' },
  { patch: '[JSONPatch{op: "add", path: "/spec/containers/0/args/-", value: "x"}]' },
  { patch: '[JSONPatch{op: "remove", path: "/spec/containers/1"}, JSONPatch{op: "replace", path: "/spec/containers/0/image", value: "r"}]' },
  { patch: '[JSONPatch{op: "remove", path: "/spec/nothing"}]' },
  { patch: '[JSONPatch{op: "replace", path: "/metadata/annotations/a", value: "b"}]' },
  { patch: '[JSONPatch{op: "test", path: "/spec/containers/0/name", value: "other"}, JSONPatch{op: "add", path: "/metadata/labels/t", value: "t"}]' },
  { patch: '[JSONPatch{op: "test", path: "/spec/containers/0/name", value: "web"}, JSONPatch{op: "add", path: "/metadata/labels/t", value: "t"}]' },
  { patch: '[JSONPatch{op: "move", from: "/metadata/labels/app", path: "/metadata/labels/moved"}]' },
  {
    patch:
      '[JSONPatch{op: "copy", from: "/spec/containers/0", path: "/spec/containers/-"}, JSONPatch{op: "replace", path: "/spec/containers/2/name", value: "copy"}]',
  },
  { patch: '[JSONPatch{op: "add", path: "/spec/colour", value: "red"}]' },
  { patch: '[JSONPatch{op: "add", path: "/spec/hostNetwork", value: "yes"}]' },
  { patch: '[JSONPatch{op: "add", path: "/spec/tolerations", value: [{"key": "k", "operator": "Exists"}]}]' },
  { patch: '[JSONPatch{op: "nothing", path: "/spec/hostname", value: "a"}]' },
  { patch: '[JSONPatch{op: "add", path: "spec/hostname", value: "a"}]' },
  {
    patch:
      '[JSONPatch{op: "add", path: "/spec/initContainers", value: object.spec.containers.map(c, {"name": "i-" + string(c.name), "image": string(c.image)})}]',
  },
  { patch: '[JSONPatch{op: "add", path: "/spec/activeDeadlineSeconds", value: duration("90s").getSeconds()}]' },
  // Conditions, variables, types.
  { apply: LABEL, spec: when('object.metadata.labels.nothing == "a"') },
  { apply: LABEL, spec: when('false', 'object.metadata.labels.nothing == "a"') },
  { apply: LABEL, spec: { ...when('object.metadata.labels.nothing == "a"'), failurePolicy: 'Ignore' } },
  { apply: LABEL, spec: when('namespaceObject == null', 'oldObject == null', 'request.operation == "CREATE"', '!has(request.subResource)') },
  { apply: LABEL, spec: when('object.spec.containers.size()') },
  { apply: LABEL, spec: when('variables.x == 1') },
  { apply: 'Object{metadata: Object.metadata{labels: {"v": variables.b}}}', spec: variables(['a', '"x"'], ['b', 'variables.a + "y"']) },
  { apply: 'Object{metadata: Object.metadata{labels: {"v": string(variables.b)}}}', spec: variables(['b', 'object.metadata.labels.nothing']) },
  { apply: LABEL, spec: variables(['unused', '1 / 0']) },
  {
    apply:
      'Object{metadata: Object.metadata{labels: {"ns": namespaceObject.metadata.name, "t": string(namespaceObject.metadata.?labels[?"team"].orValue("-"))}}}',
  },
  { apply: 'Object{metadata: Object.metadata{annotations: {"n": string(object.spec.containers.map(c, c.name).join(","))}}}' },
  { apply: 'Object{metadata: Object.metadata{annotations: {"t": object.spec.tolerations.map(t, string(t.key)).sort().join(" ")}}}' },
  { apply: 'Object{metadata: Object.metadata{annotations: {"x": object.spec.containers[7].name}}}' },
  { apply: 'true' },
  { patch: '[]' },
  { apply: LABEL, spec: { matchConstraints: { objectSelector: { matchLabels: { app: 'other' } } } } },
  {
    apply: LABEL,
    spec: {
      matchConstraints: { excludeResourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['pods'], resourceNames: ['web'] }] },
    },
  },
  // Parameters.
  {
    apply: 'Object{metadata: Object.metadata{labels: {"p": params.data.team}}}',
    spec: CONFIG_MAP,
    binding: { paramRef: { name: 'settings', parameterNotFoundAction: 'Deny' } },
  },
  {
    apply: 'Object{metadata: Object.metadata{labels: {"p": params.data.nothing}}}',
    spec: CONFIG_MAP,
    binding: { paramRef: { name: 'settings', parameterNotFoundAction: 'Deny' } },
  },
  { apply: LABEL, spec: CONFIG_MAP, binding: { paramRef: { name: 'absent', parameterNotFoundAction: 'Deny' } } },
  { apply: LABEL, spec: CONFIG_MAP, binding: { paramRef: { name: 'absent', parameterNotFoundAction: 'Allow' } } },
  { apply: LABEL, spec: { ...CONFIG_MAP, failurePolicy: 'Ignore' }, binding: { paramRef: { name: 'absent', parameterNotFoundAction: 'Deny' } } },
  { apply: 'Object{metadata: Object.metadata{labels: {"p": string(params == null)}}}', spec: CONFIG_MAP },
  {
    apply: 'Object{metadata: Object.metadata{labels: {"p": string(has(params.kind))}}}',
    spec: CONFIG_MAP,
    binding: { paramRef: { name: 'settings', parameterNotFoundAction: 'Deny' } },
  },
  { apply: LABEL, spec: CONFIG_MAP, binding: { paramRef: { selector: { matchLabels: { use: 'yes' } }, parameterNotFoundAction: 'Deny' } } },
  { apply: LABEL, spec: CONFIG_MAP, binding: { paramRef: { name: 'settings', selector: {}, parameterNotFoundAction: 'Deny' } } },
  {
    apply: LABEL,
    spec: { paramKind: { apiVersion: 'example.com/v1', kind: 'Nothing' } },
    binding: { paramRef: { name: 'a', parameterNotFoundAction: 'Deny' } },
  },
]

const SETTINGS = { data: { team: 'shop' } }
const nameOf = (i: number) => `variant-${i}`

function policyOf({ apply, patch, spec = {} }: Variant, i: number): JsonObject {
  const { matchConstraints, ...rest } = spec
  // A policy whose kind of parameters is not known refuses what its constraints match, whatever its bindings match.
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': nameOf(i) } }
  const constraints = {
    ...(isObject(matchConstraints) ? matchConstraints : {}),
    namespaceSelector,
    resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
  }
  const mutation: JsonObject =
    patch === undefined
      ? { patchType: 'ApplyConfiguration', applyConfiguration: { expression: apply ?? '' } }
      : { patchType: 'JSONPatch', jsonPatch: { expression: patch } }
  const metadata = { name: nameOf(i) }
  return {
    apiVersion: API,
    kind: 'MutatingAdmissionPolicy',
    metadata,
    spec: { reinvocationPolicy: i % 2 === 0 ? 'Never' : 'IfNeeded', matchConstraints: constraints, ...rest, mutations: [mutation] },
  }
}

const API = 'admissionregistration.k8s.io/v1'

function bindingOf({ binding = {} }: Variant, i: number): JsonObject {
  const matchResources = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': nameOf(i) } } }
  return { apiVersion: API, kind: 'MutatingAdmissionPolicyBinding', metadata: { name: nameOf(i) }, spec: { policyName: nameOf(i), matchResources, ...binding } }
}

function podOf(i: number): JsonObject {
  const web = {
    name: 'web',
    image: 'web:1',
    env: [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ],
    ports: [{ containerPort: 80 }],
    volumeMounts: [{ name: 'data', mountPath: '/d' }],
  }
  const spec = { containers: [web, { name: 'two', image: 'two', resources: { limits: { cpu: '1' } } }], volumes: [{ name: 'data', emptyDir: {} }] }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: nameOf(i), labels: { app: 'web' } }, spec }
}

/** What our engine answers: a refusal of the policy, of the pod, or the pod. */
function ours(variant: Variant, i: number): Json {
  const objects = [
    {
      value: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: nameOf(i), labels: { use: 'yes' } }, ...SETTINGS },
      name: 'settings',
      namespace: nameOf(i),
    },
  ]
  const source = {
    objects: (_: string, kind: string) => (kind === 'ConfigMap' ? objects : []),
    scope: (_: string, kind: string) => (kind === 'ConfigMap' ? ('Namespaced' as const) : ('unknown' as const)),
  }
  const policies = preparePolicies({ policies: [policyOf(variant, i)], bindings: [bindingOf(variant, i)], source })
  const [refused] = policies.refused
  if (refused !== undefined) return { refused: String(refused.value.kind), fields: refused.errors.map(({ field }) => field.join('.')).join() }
  const names = requestNames('v1', 'Pod')
  if (names === undefined) throw new Error('no resource for pods')
  const labels = { 'kubernetes.io/metadata.name': nameOf(i) }
  const run = (object: JsonObject, after?: ReturnType<typeof admit>) => {
    const request = { ...names, operation: 'CREATE', subresource: '', name: 'web', namespace: nameOf(i), dryRun: true }
    return admit(
      policies,
      { object, request, labels: { state: 'known', labels: new Map(Object.entries(labels)) }, namespaceObject: { labels, annotations: {} }, userInfo: {} },
      { defaults: defaultObject, ...(after === undefined ? {} : { after }) },
    )
  }
  const plugins = (object: JsonObject) => withTokenVolume(admitPod(object, { objects: [], complete: false }))
  const first = run(plugins(defaultObject(podOf(i))))
  const last = first.asksAgain && first.failures.length === 0 && first.fatal === undefined ? run(plugins(first.object), first) : first
  if (last.fatal !== undefined) return { error: last.fatal.message }
  const [failure] = last.failures
  return failure === undefined ? stored(withoutTokenVolume(storeObject(last.object))) : { error: failure.message }
}

function stored({ metadata, spec }: JsonObject): Json {
  const { name = '', labels = {}, annotations = {}, finalizers = [] } = isObject(metadata) ? metadata : {}
  const withoutToken = (value: Json): Json => {
    if (Array.isArray(value))
      return value
        .filter(
          item =>
            !/kube-api-access-|\/var\/run\/secrets\/kubernetes.io\/serviceaccount/.test(isObject(item) ? `${String(item.name)} ${String(item.mountPath)}` : ''),
        )
        .map(withoutToken)
    if (!isObject(value)) return value
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, item]) => [key, withoutToken(item)] as const)
        .filter(([, item]) => !(Array.isArray(item) && item.length === 0)),
    )
  }
  return comparable({ name, labels, annotations, finalizers, spec: withoutToken(spec ?? {}) })
}

/** What the server answers. */
async function servers(i: number, refused: Json | undefined): Promise<Json> {
  if (refused !== undefined) return refused
  const { status, body } = await client.request('POST', `/api/v1/namespaces/${nameOf(i)}/pods?dryRun=All`, json(podOf(i)))
  return status === 201 ? stored(body) : { error: String(body.message) }
}

/** Of the server's validation after policies nothing is compared but that the pod comes there. */
function isValidation(answer: Json): boolean {
  return isObject(answer) && /^Pod "web" is invalid|^Pod in version|does not match the name|object name/.test(String(answer.error))
}

t.test('a real API server answers each variant as the engine does', async t => {
  const refused = new Map<number, Json>()
  for (const [i, variant] of VARIANTS.entries()) {
    await client.apply({ value: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: nameOf(i) } } })
    await client.apply({
      value: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: nameOf(i), labels: { use: 'yes' } }, ...SETTINGS },
    })
    for (const value of [policyOf(variant, i), bindingOf(variant, i)]) {
      const { status, body } = await client.apply({ value })
      if (status >= 400 && !refused.has(i)) {
        const causes = isObject(body.details) && Array.isArray(body.details.causes) ? body.details.causes : []
        const fields = causes.map(cause => (isObject(cause) ? String(cause.field).replace(/\[(\d+)\]/g, '.$1') : '')).join()
        refused.set(i, { refused: String(value.kind), fields })
      }
    }
  }
  await sleep(5000)
  for (const [i, variant] of VARIANTS.entries()) {
    const [own, answer] = [ours(variant, i), await servers(i, refused.get(i))]
    if (isValidation(answer)) continue
    t.same(own, answer, `${i}: ${variant.apply ?? variant.patch} ${JSON.stringify(variant.spec ?? {})} ${JSON.stringify(variant.binding ?? {})}`)
  }
})
