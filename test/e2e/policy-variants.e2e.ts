// MutatingAdmissionPolicies of many forms on a real API server: it answers each pod as our engine does, with the same pod or the same refusal.

import t from 'tap'
import type { JsonObject } from '../../src/lib/model/index.ts'
import { startControlPlane } from './control-plane.ts'
import { answers, type Variant } from './policy-answers.ts'

const plane = await startControlPlane()
t.teardown(plane.stop)

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

t.test('a real API server answers each variant as the engine does', async t => {
  for (const { variant, server, own } of await answers(plane, VARIANTS)) t.same(own, server, JSON.stringify(variant))
})
