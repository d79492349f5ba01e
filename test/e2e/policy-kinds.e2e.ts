// More MutatingAdmissionPolicies on a real API server, by the kinds of what they touch: lists, values, operations, several mutations, requests, other objects.

import t from 'tap'
import type { JsonObject } from '../../src/lib/model/index.ts'
import { startControlPlane } from './control-plane.ts'
import { answers, mutation, type Variant } from './policy-answers.ts'

const plane = await startControlPlane()
t.teardown(plane.stop)

const LABEL = 'Object{metadata: Object.metadata{labels: {"seen": "yes"}}}'
const CONFIG_MAP = { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }
const spec = (fields: string) => `Object{spec: Object.spec{${fields}}}`
const web = (fields: string) => spec(`containers: [Object.spec.containers{name: "web", ${fields}}]`)
const label = (value: string) => `Object{metadata: Object.metadata{labels: {"v": ${value}}}}`
const note = (value: string) => `Object{metadata: Object.metadata{annotations: {"v": ${value}}}}`
const patch = (...operations: string[]) => `[${operations.map(text => `JSONPatch{${text}}`).join(', ')}]`
const put = (path: string, value: string) => patch(`op: "add", path: "${path}", value: ${value}`)
const matching = (constraints: JsonObject) => ({ spec: { matchConstraints: constraints } })
const bound = (paramRef: JsonObject) => ({ spec: CONFIG_MAP, binding: { paramRef } })

const LISTS: readonly Variant[] = [
  {
    apply: spec('topologySpreadConstraints: [Object.spec.topologySpreadConstraints{maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule"}]'),
    pod: { topologySpreadConstraints: [{ maxSkew: 2, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }] },
  },
  {
    apply: spec('topologySpreadConstraints: [Object.spec.topologySpreadConstraints{topologyKey: "zone", whenUnsatisfiable: "ScheduleAnyway", maxSkew: 5}]'),
    pod: { topologySpreadConstraints: [{ maxSkew: 2, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }] },
  },
  { apply: spec('topologySpreadConstraints: [Object.spec.topologySpreadConstraints{maxSkew: 1}]') },
  { apply: spec('imagePullSecrets: [Object.spec.imagePullSecrets{name: "b"}]'), pod: { imagePullSecrets: [{ name: 'a' }] } },
  { apply: spec('imagePullSecrets: [Object.spec.imagePullSecrets{}]'), pod: { imagePullSecrets: [{ name: 'a' }] } },
  { apply: spec('hostAliases: [Object.spec.hostAliases{ip: "10.0.0.1"}]'), pod: { hostAliases: [{ ip: '10.0.0.1', hostnames: ['a'] }] } },
  { apply: spec('hostAliases: [Object.spec.hostAliases{ip: "10.0.0.1", hostnames: ["b"]}]') },
  { apply: spec('schedulingGates: [Object.spec.schedulingGates{name: "example.com/a"}]') },
  { apply: spec('readinessGates: [Object.spec.readinessGates{conditionType: "example.com/a"}]') },
  { apply: spec('dnsConfig: Object.spec.dnsConfig{nameservers: ["10.0.0.1"]}') },
  { apply: spec('dnsConfig: Object.spec.dnsConfig{}') },
  { apply: spec('affinity: Object.spec.affinity{nodeAffinity: Object.spec.affinity.nodeAffinity{}}') },
  { apply: spec('overhead: {"cpu": "10m"}') },
  { apply: spec('securityContext: Object.spec.securityContext{supplementalGroups: [5]}') },
  { apply: spec('securityContext: Object.spec.securityContext{sysctls: [Object.spec.securityContext.sysctls{name: "a", value: "b"}]}') },
  {
    apply: web('securityContext: Object.spec.containers.securityContext{capabilities: Object.spec.containers.securityContext.capabilities{drop: ["ALL"]}}'),
  },
  { apply: web('volumeDevices: [Object.spec.containers.volumeDevices{devicePath: "/dev/a", name: "data"}]') },
  { apply: web('env: [Object.spec.containers.env{name: "A", value: "1"}, Object.spec.containers.env{name: "A", value: "2"}]') },
  {
    apply: web('env: [Object.spec.containers.env{name: "P", value: "v", ?valueFrom: optional.none()}]'),
    web: { env: [{ name: 'P', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
  },
  {
    apply: web(
      'env: [Object.spec.containers.env{name: "P", valueFrom: Object.spec.containers.env.valueFrom{fieldRef: Object.spec.containers.env.valueFrom.fieldRef{fieldPath: "metadata.uid"}}}]',
    ),
  },
  { apply: web('envFrom: [Object.spec.containers.envFrom{prefix: "A_"}]') },
  { apply: web('resizePolicy: [Object.spec.containers.resizePolicy{resourceName: "cpu", restartPolicy: "NotRequired"}]') },
  { apply: web('ports: [Object.spec.containers.ports{containerPort: 80, protocol: "TCP", hostPort: 8080}]') },
  {
    apply: web(
      'ports: [Object.spec.containers.ports{containerPort: 80, protocol: "TCP", name: "a"}, Object.spec.containers.ports{containerPort: 80, protocol: "UDP", name: "b"}]',
    ),
  },
  {
    apply: web(
      'volumeMounts: [Object.spec.containers.volumeMounts{mountPath: "/e", name: "data"}, Object.spec.containers.volumeMounts{mountPath: "/d", name: "data", subPath: "s"}]',
    ),
  },
  {
    apply: 'Object{metadata: Object.metadata{ownerReferences: [Object.metadata.ownerReferences{uid: "b", name: "n", kind: "K", apiVersion: "v1"}]}}',
    metadata: { ownerReferences: [{ uid: 'a', name: 'n', kind: 'K', apiVersion: 'v1' }] },
  },
  { apply: 'Object{metadata: Object.metadata{finalizers: ["example.com/a", "example.com/a"]}}', metadata: { finalizers: ['example.com/b'] } },
  { apply: 'Object{metadata: Object.metadata{managedFields: []}}' },
  { apply: spec('volumes: [Object.spec.volumes{name: "data", configMap: Object.spec.volumes.configMap{name: "c", items: []}}]') },
  { apply: spec('volumes: [Object.spec.volumes{name: "p", projected: Object.spec.volumes.projected{sources: []}}]') },
  { apply: spec('ephemeralContainers: [Object.spec.ephemeralContainers{name: "e", image: "e"}]') },
  { apply: spec('containers: []') },
  { apply: spec('containers: [Object.spec.containers{name: "two", image: "t"}, Object.spec.containers{name: "two", image: "u"}]') },
]

const VALUES: readonly Variant[] = [
  ...['Object{}', 'Object{spec: Object.spec{}}', 'Object{metadata: null}', 'Object{metadata: Object.metadata{labels: {}}}'].map(apply => ({ apply })),
  ...['null', '1', 'true', '["a"]', '{}', 'string(1.50)', '"\\u00e9\\n\\t\\"\\\\"', 'b"bytes"', 'string(b"bytes")', 'string(quantity("1Gi"))'].map(value => ({
    apply: note(value),
  })),
  ...['timestamp("2026-01-02T03:04:05Z")', 'duration("90s")', 'optional.of("a")', 'dyn(1u)', 'type(1)', 'string(9223372036854775807)', 'dyn("a")'].map(
    value => ({
      apply: note(value),
    }),
  ),
  ...['9223372036854775807', '-1', '5u', '1e3', '"5"', 'int("9223372036854775807")', 'dyn(3)', '9007199254740993'].map(value => ({
    apply: spec(`terminationGracePeriodSeconds: ${value}`),
  })),
  ...['"0.5"', '"500m"', '0.5', '1', '"1e3"', '" 1"', '"abc"', '"1.0001m"', '2147483648', 'quantity("1")'].map(value => ({
    apply: web(`resources: Object.spec.containers.resources{limits: {"cpu": ${value}}}`),
  })),
  ...['80', '80.0', '"80"', '80.5', '"http"', '3000000000', 'true'].map(value => ({
    apply: web(`livenessProbe: Object.spec.containers.livenessProbe{tcpSocket: Object.spec.containers.livenessProbe.tcpSocket{port: ${value}}}`),
  })),
  ...['4294967297', '1.0', '"1"', '2147483648'].map(value => ({
    apply: web(`ports: [Object.spec.containers.ports{containerPort: 80, protocol: "TCP", hostPort: ${value}}]`),
  })),
  { apply: web('securityContext: Object.spec.containers.securityContext{runAsUser: 0, privileged: false, runAsNonRoot: dyn(true)}') },
  { apply: spec('hostUsers: false, shareProcessNamespace: true, enableServiceLinks: false') },
  { apply: spec('securityContext: Object.spec.securityContext{seccompProfile: Object.spec.securityContext.seccompProfile{colour: 1}}') },
  { apply: web('tty: true, stdin: dyn(null)') },
  { apply: 'Object{metadata: Object.metadata{creationTimestamp: timestamp("2026-01-02T03:04:05Z")}}' },
  { apply: 'Object{metadata: Object.metadata{generateName: "g-", labels: object.metadata.labels}}' },
  { apply: 'Object{metadata: Object.metadata{labels: {"app": optional.none()}}}' },
  { apply: 'Object{metadata: Object.metadata{labels: {?"app": optional.none(), ?"b": optional.of("c")}}}' },
  { apply: label('google.protobuf.FloatValue{value: -1.1} == -1.1 ? "64" : "32"') },
  { apply: label('{"a": 1, "a": 2}.a == 2 ? "last" : "first"') },
]

const PATCHES: readonly Variant[] = [
  ...[
    'op: "test", path: "/spec/containers/0/ports/0/containerPort", value: 80.0',
    'op: "test", path: "/metadata/annotations", value: null',
    'op: "test", path: "/spec/nothing", value: null',
    'op: "test", path: "/spec/nothing/below", value: 1',
    'op: "test", path: "/spec/containers/9", value: 1',
    'op: "test", path: "/spec/containers/9/name", value: 1',
    'op: "test", path: "/spec/containers/x", value: 1',
    'op: "test", path: "/spec/containers/-", value: 1',
    'op: "test", path: "/spec/containers/-1/name", value: "two"',
    'op: "test", path: "", value: {}',
    'op: "test", path: "/metadata/labels/app"',
    'op: "test", path: "/spec/hostNetwork"',
    'op: "test", path: "/metadata/labels", value: {"app": "web"}',
  ].map(test => ({ patch: patch(test, 'op: "add", path: "/metadata/labels/t", value: "t"') })),
  { patch: patch('op: "move", from: "/spec/containers/1", path: "/spec/containers/0"') },
  { patch: patch('op: "move", from: "/spec", path: "/spec/containers"') },
  { patch: patch('op: "move", from: "/metadata/labels/nothing", path: "/metadata/labels/a"') },
  { patch: patch('op: "copy", from: "/metadata/labels/nothing", path: "/metadata/labels/a"') },
  { patch: patch('op: "copy", from: "/spec/containers/7", path: "/spec/containers/-"') },
  { patch: patch('op: "copy", from: "/metadata/name", path: "/metadata/labels/name"') },
  { patch: patch('op: "copy", path: "/metadata/labels/name"') },
  { patch: patch('op: "remove", path: "/metadata/labels"', 'op: "add", path: "/metadata/labels/a", value: "b"') },
  { patch: patch('op: "remove", path: "/metadata/labels"', 'op: "add", path: "/metadata/labels", value: {"a": "b"}') },
  { patch: patch('op: "replace", path: "/metadata/name", value: "other"') },
  { patch: patch('op: "replace", path: "/kind", value: "Deployment"') },
  { patch: patch('op: "remove", path: "/apiVersion"') },
  { patch: patch('op: "add", path: "/spec/containers/0/env"') },
  { patch: patch('op: "replace", path: "/spec/containers/0/env"') },
  { patch: patch('op: "add", path: "/metadata/labels/a"') },
  { patch: patch('op: "replace", path: "/apiVersion", value: "apps/v1"') },
  { patch: patch('op: "replace", path: "/apiVersion", value: "a/b/c"') },
  { patch: patch('op: "remove", path: "/kind"') },
  { patch: patch('op: "move", path: "/metadata/labels/name"') },
  { patch: patch('path: "/metadata/labels/a", value: "b"') },
  { patch: patch('op: "add", value: "b"') },
  { patch: patch('op: "add", path: "", value: {}') },
  ...[
    ['/', '"a"'],
    ['/metadata/labels/a~2b', '"c"'],
    ['/metadata/labels/~01', '"c"'],
    ['/metadata/labels/', '"c"'],
    ['/spec/containers/01', '{"name": "n", "image": "n"}'],
    ['/spec/containers/1e0', '{"name": "n", "image": "n"}'],
    ['/spec/containers/+1', '{"name": "n", "image": "n"}'],
    ['/spec/containers/2', '{"name": "n", "image": "n"}'],
    ['/spec/containers/-', 'Object.spec.containers{name: "n", image: "n", ports: [Object.spec.containers.ports{containerPort: 1}]}'],
    ['/spec/containers/-', '{"name": "n", "image": "n", "colour": "red", "shape": {"a": 1}}'],
    ['/spec/containers/0/ports/0/hostPort', '"80"'],
    ['/spec/containers/0/ports/0/hostPort', '80.0'],
    ['/spec/containers/0/ports/0/hostPort', '80.5'],
    ['/spec/containers/0/resources', 'null'],
    ['/spec/containers/0/env', 'null'],
    ['/spec/containers/0/env', '[]'],
    ['/spec/containers/0/command', '["a", "b"]'],
    ['/spec/terminationGracePeriodSeconds', '9007199254740993'],
    ['/spec/terminationGracePeriodSeconds', '9223372036854775807'],
    ['/spec/terminationGracePeriodSeconds', '5u'],
    ['/spec/priority', '5'],
    ['/spec/hostname', 'optional.of("a")'],
    ['/spec/hostname', 'optional.none()'],
    ['/metadata/annotations', '{"a": "b", ?"c": optional.none()}'],
    ['/metadata/annotations', 'object.metadata.labels'],
    ['/metadata/creationTimestamp', 'timestamp("2026-01-02T03:04:05Z")'],
    ['/metadata/labels/v', 'b"ab"'],
    ['/metadata/labels/v', 'duration("1h")'],
    ['/metadata/labels/v', 'double("NaN")'],
    ['/metadata/labels/v', '[1.0 / 0.0]'],
    ['/metadata/labels/v', '[type("a")]'],
    ['/spec/priority', 'null'],
    ['/metadata/labels/v', 'quantity("1Gi")'],
    ['/metadata/labels/v', 'type("a")'],
    ['/metadata/labels/v', '1'],
    ['/metadata/labels/v', '{1: "a"}'],
    ['/status', '{"phase": "Running"}'],
    ['/spec/volumes/-', '{"name": "t", "emptyDir": {"sizeLimit": "1.5"}}'],
    ['/spec/volumes/-', '{"name": "t", "emptyDir": {"sizeLimit": 1.5}}'],
    ['/spec/securityContext/runAsUser', '1'],
    ['/spec/nodeSelector/a', '"b"'],
    ['/spec/nodeSelector', '{"a": "b"}'],
    ['/spec/overhead', '{"cpu": 1}'],
  ].map(([path = '', value = '']) => ({ patch: put(path, value) })),
  { patch: 'object.spec.containers.map(c, c.name).map(n, JSONPatch{op: "add", path: "/metadata/labels/" + n, value: n})' },
  { patch: '[JSONPatch{op: "add", path: "/metadata/labels/a", value: "b", from: "/spec"}]' },
  {
    patch:
      'object.spec.containers.transformList(i, c, c.image.startsWith("web"), JSONPatch{op: "replace", path: "/spec/containers/" + string(i) + "/image", value: "m/" + c.image})',
  },
]

const BAD = { apply: label('object.metadata.labels.nothing') }
const several = (...all: readonly { readonly apply?: string; readonly patch?: string }[]) => all.map(mutation)

const REQUESTS: readonly Variant[] = [
  ...['Fail', 'Ignore'].flatMap(failurePolicy => [
    { mutations: several({ apply: LABEL }, BAD, { apply: note('"c"') }), spec: { failurePolicy } },
    {
      mutations: several({ patch: put('/metadata/labels/a', '"b"') }, { patch: put('/spec/nothing/below', '1') }, { apply: note('"c"') }),
      spec: { failurePolicy },
    },
    { mutations: several({ patch: put('/spec/colour', '"red"') }, { apply: LABEL }), spec: { failurePolicy } },
    { mutations: several(BAD, { apply: label('object.metadata.labels.alsoNothing') }), spec: { failurePolicy } },
    { mutations: several({ apply: web('args: ["a"]') }, { apply: LABEL }), spec: { failurePolicy } },
    { apply: LABEL, ...bound({ name: 'absent', parameterNotFoundAction: 'Deny' }), spec: { ...CONFIG_MAP, failurePolicy } },
  ]),
  { mutations: several({ apply: LABEL }, { apply: note('object.metadata.labels.seen') }) },
  {
    mutations: several({ apply: label('variables.n') }, { apply: note('variables.n') }),
    spec: { variables: [{ name: 'n', expression: 'string(object.metadata.labels.size())' }] },
  },
  {
    apply: label('variables.a'),
    spec: {
      variables: [
        { name: 'bad', expression: 'object.nothing' },
        { name: 'a', expression: 'true ? "x" : string(variables.bad)' },
      ],
    },
  },
  {
    apply: label('variables.a'),
    spec: {
      variables: [
        { name: 'a', expression: 'variables.b' },
        { name: 'b', expression: '"x"' },
      ],
    },
  },
  { apply: label('has(variables.a) ? "yes" : "no"'), spec: { variables: [{ name: 'a', expression: '"x"' }] } },
  ...[
    'request.name',
    'request.namespace',
    'request.kind.group + "-" + request.kind.version + "-" + request.kind.kind',
    'request.resource.resource + request.requestResource.resource',
    'request.operation + string(request.dryRun)',
    'string(has(request.subResource)) + string(has(request.name))',
    'string(has(request.options))',
    'string(request.options.kind)',
    'request.options.map(k, k).sort().join(",")',
    'object.metadata.map(k, k).sort().join(",") + ";" + object.map(k, k).sort().join(",")',
    'namespaceObject.metadata.labels.map(k, k).sort().join(",")',
    'string(has(object.metadata.uid)) + string(has(object.metadata.creationTimestamp)) + string(has(object.metadata.managedFields))',
    'string(has(object.kind)) + string(has(object.status)) + string(has(object.metadata.generation))',
    'string(object.spec.?priority.orValue(-1)) + string(object.spec.?serviceAccountName.orValue("none"))',
    'string(oldObject == null) + string(oldObject.?metadata.hasValue())',
    'namespaceObject.metadata.name + string(has(namespaceObject.metadata.annotations)) + string(has(namespaceObject.spec))',
    'string(namespaceObject.metadata.labels.size()) + string(namespaceObject.status.phase)',
    'string(object.spec.volumes.size()) + string(object.spec.containers[0].volumeMounts.size())',
    'string(object.spec.tolerations.size()) + object.spec.restartPolicy + object.spec.dnsPolicy',
    'string(type(object.spec.containers[0].ports[0].containerPort)) + string(type(object.metadata))',
    'request.object.metadata.name',
    'string(object == object) + string(object.spec.containers[0] in object.spec.containers)',
  ].map(value => ({ apply: note(value) })),
  { apply: LABEL, ...matching({ matchPolicy: 'Exact' }) },
  ...['Exact', 'Equivalent'].map(matchPolicy => ({
    apply: LABEL,
    ...matching({ matchPolicy, resourceRules: [{ apiGroups: [''], apiVersions: ['v2'], operations: ['*'], resources: ['pods'] }] }),
  })),
  ...[['pods/*'], ['pods/ephemeralcontainers', 'pods/status'], ['*'], ['*/*'], ['pods', 'pods/status']].map(resources => ({
    apply: LABEL,
    ...matching({ resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources }] }),
  })),
  { apply: LABEL, ...matching({ resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['pods'] }] }) },
  { apply: LABEL, ...matching({ resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'DELETE'], resources: ['pods'] }] }) },
  { apply: LABEL, ...matching({ excludeResourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['DELETE'], resources: ['pods'] }] }) },
  { apply: LABEL, binding: { matchResources: { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['DELETE'], resources: ['pods'] }] } } },
  { apply: LABEL, ...matching({ resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['PATCH'], resources: ['pods'] }] }) },
  ...['Cluster', 'Namespaced', '*'].map(scope => ({
    apply: LABEL,
    ...matching({ resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope }] }),
  })),
  ...[['web'], ['other'], []].map(resourceNames => ({
    apply: LABEL,
    ...matching({ resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], resourceNames }] }),
  })),
  { apply: LABEL, ...matching({ objectSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] } }) },
  { apply: LABEL, ...matching({ objectSelector: { matchExpressions: [{ key: 'nothing', operator: 'DoesNotExist' }] } }) },
  { apply: LABEL, binding: { matchResources: { objectSelector: { matchLabels: { app: 'other' } } } } },
  {
    apply: LABEL,
    binding: { matchResources: { excludeResourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }] } },
  },
  ...['Deny', 'Allow'].map(parameterNotFoundAction => ({ apply: LABEL, ...bound({ selector: { matchLabels: { use: 'never' } }, parameterNotFoundAction }) })),
  {
    apply: 'Object{metadata: Object.metadata{labels: {params.metadata.name: params.data.team}}}',
    ...bound({ selector: { matchLabels: { use: 'yes' } }, parameterNotFoundAction: 'Deny' }),
    settings: { second: { use: 'yes' }, third: { use: 'no' } },
  },
  {
    apply: 'Object{metadata: Object.metadata{labels: {params.metadata.name: params.metadata.labels.use}}}',
    ...bound({ selector: { matchExpressions: [{ key: 'use', operator: 'In', values: ['yes', 'no'] }] }, parameterNotFoundAction: 'Deny' }),
    settings: { second: { use: 'no' }, third: { other: 'no' } },
  },
  {
    apply: label('params.metadata.namespace.startsWith("variant") ? "own" : "other"'),
    ...bound({ name: 'settings', namespace: 'default', parameterNotFoundAction: 'Allow' }),
  },
]

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1', ports: [{ containerPort: 80 }] }] } }
const selector = { matchLabels: { app: 'web' } }
const run = { metadata: template.metadata, spec: { ...template.spec, restartPolicy: 'Never' } }
const WORKLOADS: readonly JsonObject[] = [
  { apiVersion: 'apps/v1', kind: 'Deployment', spec: { selector, template } },
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', spec: { selector, template } },
  { apiVersion: 'apps/v1', kind: 'DaemonSet', spec: { selector, template } },
  { apiVersion: 'apps/v1', kind: 'StatefulSet', spec: { selector, template, serviceName: 'web' } },
  { apiVersion: 'v1', kind: 'ReplicationController', spec: { selector: selector.matchLabels, template } },
]
const JOBS: readonly JsonObject[] = [
  { apiVersion: 'batch/v1', kind: 'Job', spec: { template: run } },
  { apiVersion: 'batch/v1', kind: 'CronJob', spec: { schedule: '@daily', jobTemplate: { spec: { template: run } } } },
]
const inTemplate =
  'Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: [Object.spec.template.spec.containers{name: "log", image: "log:1"}]}}}}'

const OBJECTS: readonly Variant[] = [
  ...WORKLOADS.flatMap(object => [
    { apply: inTemplate, object },
    { patch: patch('op: "add", path: "/spec/template/spec/containers/0/image", value: "m/" + object.spec.template.spec.containers[0].image'), object },
    { patch: put('/spec/template/spec/colour', '"red"'), object },
    {
      apply: 'Object{spec: Object.spec{template: Object.spec.template{metadata: Object.spec.template.metadata{labels: {"a": "b"}}}, minReadySeconds: 5}}',
      object,
    },
    { apply: note('string(object.spec.?replicas.orValue(-1)) + object.kind + object.apiVersion + string(has(object.status))'), object },
    { apply: spec('selector: Object.spec.selector{matchLabels: {"a": "b"}}'), object },
  ]),
  ...[...WORKLOADS, ...JOBS].flatMap(object => [
    { apply: note('string(object.status.map(k, k + "=" + string(object.status[k])).sort().join(","))'), object },
    { apply: note('string(object.spec.map(k, k).sort().join(",")) + string(has(object.metadata.annotations)) + string(has(object.metadata.labels))'), object },
    { apply: note('object.metadata.map(k, k).sort().join(",") + ";" + object.map(k, k).sort().join(",")'), object },
    { patch: put('/metadata/annotations/a', '"b"'), object },
    { patch: put('/status/replicas', '5'), object },
  ]),
  { patch: patch('op: "remove", path: "/metadata/annotations"'), object: WORKLOADS[2] ?? {} },
  ...JOBS.flatMap(object => [
    { apply: LABEL, object },
    { apply: note('string(has(object.spec.selector)) + string(object.spec.?backoffLimit.orValue(-1)) + string(object.spec.?suspend.orValue(true))'), object },
    { patch: put('/spec/suspend', 'true'), object },
    { apply: spec('suspend: true'), object },
  ]),
  { apply: spec('jobTemplate: Object.spec.jobTemplate{spec: Object.spec.jobTemplate.spec{backoffLimit: 2}}'), object: JOBS[1] ?? {} },
  { apply: spec('strategy: Object.spec.strategy{rollingUpdate: Object.spec.strategy.rollingUpdate{maxSurge: 1}}'), object: WORKLOADS[0] ?? {} },
  { apply: spec('strategy: Object.spec.strategy{type: "Recreate"}'), object: WORKLOADS[0] ?? {} },
  { patch: put('/spec/strategy', '{"type": "Recreate"}'), object: WORKLOADS[0] ?? {} },
]

for (const [name, variants] of Object.entries({ lists: LISTS, values: VALUES, patches: PATCHES, requests: REQUESTS, 'other objects': OBJECTS })) {
  t.test(`a real API server answers policies about ${name} as the engine does`, async t => {
    for (const { variant, server, own } of await answers(plane, variants)) t.same(own, server, JSON.stringify(variant))
  })
}
