// The API server's defaults and its admission of pods, rule by rule; test/conformance/apiserver has a real server's answers.
import fc from 'fast-check'
import t from 'tap'
import {
  AdmissionError,
  admitPod,
  type ClusterFacts,
  checkLimits,
  defaultObject,
  defaultPod,
  defaultPullPolicy,
  storeObject,
} from '../../src/lib/k8s/defaults/index.ts'
import { applyJsonPatch, JsonPatchError, type PatchOperation } from '../../src/lib/k8s/json-patch.ts'
import { strictProblem } from '../../src/lib/k8s/strict-decode.ts'
import { TypedError } from '../../src/lib/k8s/typed.ts'
import { at, equal, type Json, type JsonObject } from '../../src/lib/model/index.ts'
import { takesLabelsFromTemplate } from '../support/job-labels.ts'

const container = (fields: JsonObject = {}): JsonObject => ({ name: 'web', image: 'web:1', ...fields })
const pod = (spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop', ...metadata },
  spec: { containers: [container()], ...spec },
})
const deployment = (spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { selector: {}, template: { spec: { containers: [container()] } }, ...spec },
})
const first = (object: JsonObject, field: string): Json | undefined => at(object, ['spec', 'containers', 0, field])

function refusal(run: () => unknown): string | undefined {
  try {
    run()
  } catch (error) {
    if (error instanceof AdmissionError || error instanceof TypedError) return error.message
    throw error
  }
  return undefined
}

t.test('a gRPC probe without timeoutSeconds gets one second, and the empty service', async t => {
  const probed = defaultObject(pod({ containers: [container({ readinessProbe: { grpc: { port: 9000 } } })] }))
  t.same(first(probed, 'readinessProbe'), {
    grpc: { port: 9000, service: '' },
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  })
})

t.test('what is given stays, and what is empty counts as absent', async t => {
  const cases: [name: string, spec: JsonObject, field: string, want: Json][] = [
    ['a policy that is given', { restartPolicy: 'Never' }, 'restartPolicy', 'Never'],
    ['an empty policy', { restartPolicy: '' }, 'restartPolicy', 'Always'],
    ['a period of zero', { terminationGracePeriodSeconds: 0 }, 'terminationGracePeriodSeconds', 0],
    ['a period of null', { terminationGracePeriodSeconds: null }, 'terminationGracePeriodSeconds', 30],
    ['the old name of the account', { serviceAccount: 'a' }, 'serviceAccountName', 'a'],
    ['both names of the account', { serviceAccountName: 'a', serviceAccount: 'b' }, 'serviceAccount', 'a'],
    ['a volume without source', { volumes: [{ name: 'v' }] }, 'volumes', [{ name: 'v', emptyDir: {} }]],
  ]
  for (const [name, spec, field, want] of cases) t.same(at(defaultObject(pod(spec)), ['spec', field]), want, name)
})

t.test('a pod gets requests from limits and host ports, a template does not', async t => {
  const spec = { hostNetwork: true, containers: [container({ ports: [{ containerPort: 80 }], resources: { limits: { cpu: '2000m' } } })] }
  const single = defaultObject(pod(spec))
  t.same(first(single, 'ports'), [{ hostPort: 80, containerPort: 80, protocol: 'TCP' }])
  t.same(first(single, 'resources'), { limits: { cpu: '2' }, requests: { cpu: '2' } })
  t.equal(at(single, ['spec', 'enableServiceLinks']), true)
  const template = at(defaultObject(deployment({ template: { spec } })), ['spec', 'template']) as JsonObject
  t.same(first(template, 'ports'), [{ containerPort: 80, protocol: 'TCP' }])
  t.same(first(template, 'resources'), { limits: { cpu: '2' } })
  t.equal(at(template, ['spec', 'enableServiceLinks']), undefined)
})

t.test('a second time changes nothing', async t => {
  for (const object of [pod({ volumes: [{ name: 'v', configMap: { name: 'c' } }] }), deployment()]) {
    const once = defaultObject(object)
    t.same(defaultObject(once), once)
  }
  const once = defaultPod(defaultObject(pod()))
  t.same(defaultPod(once), once)
})

t.test('fields stand in the order in which Go prints them', async t => {
  const [web] = at(defaultObject(pod({ containers: [{ image: 'web', name: 'web', ports: [{ containerPort: 80 }], stdin: true }] })), [
    'spec',
    'containers',
  ]) as JsonObject[]
  t.equal(Object.keys(web ?? {}).join(' '), 'name image ports resources terminationMessagePath terminationMessagePolicy imagePullPolicy stdin')
})

t.test('the pull policy follows the tag that the reference means', async t => {
  const digest = `@sha256:${'0'.repeat(64)}`
  const cases: [image: string, policy: string][] = [
    ['web', 'Always'],
    ['auto', 'Always'],
    ['registry.example.com:5000/web', 'Always'],
    ['registry.example.com:5000/web:5000', 'IfNotPresent'],
    ['Registry.example.com/web', 'Always'],
    ['index.docker.io/web', 'Always'],
    ['localhost/web', 'Always'],
    ['shop/Web', 'IfNotPresent'],
    [`web${digest}`, 'IfNotPresent'],
    [`web:latest${digest}`, 'Always'],
    ['web:latest@sha256:00', 'IfNotPresent'],
    [`web:${'a'.repeat(129)}`, 'IfNotPresent'],
    ['0'.repeat(64), 'IfNotPresent'],
    ['a'.repeat(5000), 'IfNotPresent'],
    ['', 'IfNotPresent'],
  ]
  for (const [image, policy] of cases) t.equal(defaultPullPolicy(image), policy, image.slice(0, 80))
})

t.test('workloads of other groups and versions stay as they are', async t => {
  for (const apiVersion of ['extensions/v1beta1', 'example.com/v1']) {
    const object = { ...deployment(), apiVersion }
    t.equal(defaultObject(object), object)
  }
})

t.test('a value that does not fit is refused in words of Go', async t => {
  const wrong = pod({ containers: [container({ env: [{ name: 'A', value: 1 }] })] })
  t.equal(
    refusal(() => defaultObject(wrong)),
    'json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string',
  )
})

const RANGE: JsonObject = {
  kind: 'LimitRange',
  metadata: { name: 'r', namespace: 'shop' },
  spec: { limits: [{ type: 'Container', default: { memory: '1024Mi' }, defaultRequest: { cpu: '0.1' }, max: { memory: '2Gi' }, min: { cpu: '50m' } }] },
}
const CLASS: JsonObject = { kind: 'PriorityClass', metadata: { name: 'high' }, value: 7, preemptionPolicy: 'Never' }

t.test('admission uses the objects that are known, and without them changes nothing but what every cluster does', async t => {
  const plain = admitPod(defaultObject(pod({ priorityClassName: 'high', runtimeClassName: 'sandbox', serviceAccountName: 'builder' })))
  t.same(
    ['serviceAccount', 'priority', 'overhead', 'imagePullSecrets'].map(field => at(plain, ['spec', field])),
    ['builder', undefined, undefined, undefined],
  )
  const objects: JsonObject[] = [
    CLASS,
    { kind: 'ServiceAccount', metadata: { name: 'builder', namespace: 'shop' }, imagePullSecrets: [{ name: 's' }] },
    { kind: 'ServiceAccount', metadata: { name: 'builder', namespace: 'other' }, imagePullSecrets: [{ name: 'x' }] },
    {
      kind: 'RuntimeClass',
      metadata: { name: 'sandbox' },
      overhead: { podFixed: { cpu: '0.25' } },
      scheduling: { nodeSelector: { a: 'b' }, tolerations: [{ operator: 'Exists', effect: 'NoExecute' }] },
    },
  ]
  const admitted = admitPod(defaultObject(pod({ priorityClassName: 'high', runtimeClassName: 'sandbox', serviceAccountName: 'builder' })), {
    objects,
    complete: true,
  })
  t.match(admitted.spec, {
    priority: 7,
    preemptionPolicy: 'Never',
    imagePullSecrets: [{ name: 's' }],
    overhead: { cpu: '250m' },
    nodeSelector: { a: 'b' },
    // The wider one of the class takes the place of the defaults.
    tolerations: [{ operator: 'Exists', effect: 'NoExecute' }],
  })
  t.equal((at(admitted, ['spec', 'tolerations']) as Json[]).length, 1)
})

t.test("a namespace's LimitRange fills in and bounds what containers need", async t => {
  const facts: ClusterFacts = { objects: [RANGE], complete: false }
  const admitted = admitPod(defaultObject(pod()), facts)
  t.same(first(admitted, 'resources'), { limits: { memory: '1Gi' }, requests: { cpu: '100m', memory: '1Gi' } })
  t.equal(
    at(admitted, ['metadata', 'annotations', 'kubernetes.io/limit-ranger']),
    'LimitRanger plugin set: cpu, memory request for container web; memory limit for container web',
  )
  t.same(first(admitPod(defaultObject(pod({}, { namespace: 'other' })), facts), 'resources'), {})
  const check = (resources: JsonObject) => refusal(() => checkLimits(admitPod(defaultObject(pod({ containers: [container({ resources })] })), facts), facts))
  t.equal(check({}), undefined)
  t.equal(check({ limits: { memory: '3Gi' } }), 'pods "web" is forbidden: maximum memory usage per Container is 2Gi, but limit is 3Gi')
  t.equal(check({ requests: { cpu: '1m' } }), 'pods "web" is forbidden: minimum cpu usage per Container is 50m, but request is 1m')
})

t.test('admission refuses what contradicts the cluster, and unknown names where all are known', async t => {
  const complete: ClusterFacts = { objects: [CLASS], complete: true }
  const cases: [spec: JsonObject, facts: ClusterFacts, want: string | undefined][] = [
    [{ priorityClassName: 'nope' }, complete, 'no PriorityClass with name nope was found'],
    [{ priorityClassName: 'nope' }, { ...complete, complete: false }, undefined],
    [{ serviceAccountName: 'nope' }, complete, 'error looking up service account shop/nope: serviceaccount "nope" not found'],
    [{ runtimeClassName: 'nope' }, complete, 'pod rejected: RuntimeClass "nope" not found'],
    [
      { priorityClassName: 'high', preemptionPolicy: 'PreemptLowerPriority' },
      complete,
      'the string value of PreemptionPolicy (PreemptLowerPriority) must not be provided in pod spec; priority admission controller computed Never from the given PriorityClass name',
    ],
    [{ overhead: { cpu: '1' } }, complete, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead'],
  ]
  for (const [spec, facts, want] of cases) {
    const text = refusal(() => admitPod(defaultObject(pod(spec)), facts))
    t.equal(text, want === undefined ? undefined : `pods "web" is forbidden: ${want}`, JSON.stringify(spec))
  }
})

t.test('storage gives a Job its selector, and its labels the generated ones only while they are those of the template', async t => {
  const given: JsonObject = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec: { template: { metadata: { labels: { a: 'b' } }, spec: {} } } }
  t.equal(takesLabelsFromTemplate(given), true)
  const defaulted = defaultObject(given)
  t.same(at(defaulted, ['metadata', 'labels']), { a: 'b' })
  const generated = { a: 'b', 'job-name': 'j', 'controller-uid': 'U', 'batch.kubernetes.io/job-name': 'j', 'batch.kubernetes.io/controller-uid': 'U' }
  const shared = storeObject(defaulted, { uid: 'U', sharesLabels: true })
  t.same(at(shared, ['spec', 'template', 'metadata', 'labels']), generated)
  t.same(at(shared, ['metadata', 'labels']), generated)
  t.same(at(storeObject(defaulted, { uid: 'U' }), ['metadata', 'labels']), { a: 'b' })
  t.same(at(shared, ['spec', 'selector', 'matchLabels']), { 'batch.kubernetes.io/controller-uid': 'U' })
})

t.test('names like __proto__ are keys as any other', async t => {
  const limits = JSON.parse('{"__proto__": "1", "cpu": "100u"}') as JsonObject
  const named = defaultObject(pod({ containers: [container({ resources: { limits } })], nodeSelector: JSON.parse('{"__proto__": "x"}') as JsonObject }))
  t.equal(JSON.stringify(first(named, 'resources')), '{"limits":{"__proto__":"1","cpu":"1m"},"requests":{"__proto__":"1","cpu":"1m"}}')
  t.equal(JSON.stringify(at(named, ['spec', 'nodeSelector'])), '{"__proto__":"x"}')
})

t.test('of a changed object, what it shares with a known result need not be looked into', async t => {
  const rich = defaultObject({
    ...pod({
      hostNetwork: true,
      initContainers: [container({ name: 'init', restartPolicy: 'Always', resources: { limits: { cpu: '0.5' } } })],
      containers: [
        container({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }], ports: [{ containerPort: 80 }] }),
        container({ name: 'log', image: 'log', readinessProbe: { httpGet: { port: 'http' } }, volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
      ],
      volumes: [{ name: 'data' }, { name: 'config', configMap: { name: 'config' } }],
      tolerations: [{ key: 'pool' }],
    }),
  })
  const paths = pathsOf(rich)
  const operation = fc.oneof(
    fc.record({ op: fc.constantFrom('remove'), path: fc.constantFrom(...paths), value: fc.constant(null) }),
    fc.record({
      op: fc.constantFrom('add', 'replace'),
      path: fc.constantFrom(...paths, '/spec/containers/-', '/spec/volumes/-', '/spec/shareProcessNamespace'),
      value: fc.constantFrom(...VALUES),
    }),
    fc.record({ op: fc.constantFrom('copy', 'move'), from: fc.constantFrom(...paths), path: fc.constantFrom(...paths), value: fc.constant(null) }),
  )
  const attempt = <Value>(run: () => Value): Value | string => {
    try {
      return run()
    } catch (error) {
      if (error instanceof TypedError) return error.message
      throw error
    }
  }
  let compared = 0
  const wrong: unknown[] = []
  fc.assert(
    fc.property(fc.array(operation, { minLength: 1, maxLength: 4 }), operations => {
      const changed = patchedOr(rich, operations)
      if (changed === undefined) return
      compared++
      const [partly, whole] = [rich, undefined].map(known => [attempt(() => defaultObject(changed, known)), strictProblem('Pod', changed, known) ?? null])
      if (!equal(partly, whole)) wrong.push(operations)
    }),
    { numRuns: 3000 },
  )
  t.same(wrong, [])
  t.ok(compared > 1000, `${compared} changes`)
})

const VALUES: readonly Json[] = [
  ...['', 'web:2', '1.5', 'Always', true, 0, 80, 2.5, null, [], {}, ['a'], { name: 'new' }, { name: 'web', image: 'web' }],
  ...[
    { requests: { cpu: '1500m' } },
    [{ containerPort: 9000 }],
    [{ name: 'B', value: 'b' }],
    { emptyDir: {} },
    { exec: { command: ['true'] } },
    { colour: 'red' },
  ],
]

function pathsOf(value: Json, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path]
  const below = Object.entries(value).flatMap(([key, item]) => pathsOf(item, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`))
  return path === '' ? below : [path, ...below]
}

function patchedOr(object: JsonObject, operations: readonly PatchOperation[]): JsonObject | undefined {
  try {
    return applyJsonPatch(object, operations)
  } catch (error) {
    if (error instanceof JsonPatchError) return undefined
    throw error
  }
}
