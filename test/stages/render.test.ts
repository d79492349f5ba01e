// Rendering: which templates, with which data and functions, and what a template's text becomes.
import t from 'tap'
import { podFromWorkload, templateFromPod } from '../../src/lib/k8s/synthesise.ts'
import type { JsonObject } from '../../src/lib/model/index.ts'
import { InjectError } from '../../src/lib/model/index.ts'
import { appendMultusNetwork } from '../../src/render/multus.ts'
import { otelResourceAttributes } from '../../src/render/open-telemetry.ts'
import { withoutSharedIds } from '../../src/render/openshift-ids.ts'
import { stripPod } from '../../src/render/strip.ts'
import { templateText } from '../../src/render/templates.ts'

const codeOf = (run: () => unknown): string | undefined => {
  try {
    run()
  } catch (error) {
    if (error instanceof InjectError) return error.diagnostic.code
    throw error
  }
  return undefined
}

t.test('a template that is not there', async t => {
  const set = {
    templates: new Map([
      ['sidecar', ''],
      ['a', ''],
    ]),
  }
  t.throws(() => templateText(set, 'nope'), { message: 'requested template "nope" not found; have a, sidecar' })
  t.equal(
    codeOf(() => templateText(set, '__proto__')),
    'template-unknown',
  )
})

t.test('networks of the Multus plugin', async t => {
  const cases: [string, string, string][] = [
    ['', 'default/istio-cni', 'default/istio-cni'],
    ['a,b', 'default/istio-cni', 'a,b, default/istio-cni'],
    ['a, default/istio-cni', 'default/istio-cni', 'a, default/istio-cni'],
    [' ', 'istio-cni', ' , istio-cni'],
    ['[{"name":"x"}]', 'default/istio-cni', '[{"name":"x"}, {"name": "istio-cni", "namespace": "default"}]'],
    ['[{"name":"istio-cni"}]', 'istio-cni', '[{"name":"istio-cni"}]'],
    ['[{"name":"istio-cni"}]', 'default/istio-cni', '[{"name":"istio-cni"}, {"name": "istio-cni", "namespace": "default"}]'],
    ['[]', 'istio-cni', '[, {"name": "istio-cni"}]'],
    ['[bad]', 'istio-cni', '[bad]'],
    ['["a"]', 'istio-cni', '["a"]'],
    ['[1]]', 'istio-cni', '[1]]'],
  ]
  for (const [list, network, want] of cases) t.equal(appendMultusNetwork(list, network), want, `${list} + ${network}`)
})

t.test('OpenTelemetry resource attributes', async t => {
  const mesh = { extensionProviders: [{ name: 'a' }, { opentelemetry: { serviceAttributeEnrichment: 'OTEL_SEMANTIC_CONVENTIONS' } }] }
  const attributes = (
    image: string,
    facts: { annotations?: Record<string, string>; labels?: Record<string, string>; namespace?: string; more?: boolean } = {},
  ): string =>
    otelResourceAttributes({
      mesh,
      annotation: name => facts.annotations?.[name] ?? '',
      label: name => facts.labels?.[name] ?? '',
      namespace: facts.namespace ?? 'ns',
      containers: [{ name: 'c', image }, ...(facts.more ? [{ name: 'd', image: 'd:1' }] : [])],
    })
  const rest = 'service.instance.id=ns.$(POD_NAME).c'
  t.equal(attributes('reg:5000/x/app:v1'), `service.namespace=ns,service.version=v1,${rest}`)
  t.equal(attributes('reg:5000/app@sha256:1'), `service.namespace=ns,service.version=sha256:1,${rest}`)
  t.equal(attributes('app:v1@sha256:1'), `service.namespace=ns,service.version=v1@sha256:1,${rest}`)
  t.equal(attributes('reg:5000/app'), `service.namespace=ns,${rest}`, 'the port of a registry is no tag')
  t.equal(attributes('app:v1', { more: true }), `service.namespace=ns,${rest}`, 'two containers have no one version')
  t.equal(attributes('app:v1', { labels: { 'app.kubernetes.io/version': '7' } }), `service.namespace=ns,service.version=7,${rest}`)
  const annotations = {
    'resource.opentelemetry.io/service.namespace': 'n',
    'resource.opentelemetry.io/service.version': '9',
    'resource.opentelemetry.io/service.instance.id': 'i',
  }
  t.equal(attributes('app:v1', { annotations }), 'service.namespace=n,service.version=9,service.instance.id=i')
  t.equal(otelResourceAttributes({ mesh: {}, annotation: () => 'x', label: () => 'x', namespace: 'n', containers: [] }), '', 'only when a provider wants them')
})

t.test('on OpenShift a proxy loses the ids that it shares with the application', async t => {
  const pod = (proxy: JsonObject | undefined, app: JsonObject, init?: JsonObject): JsonObject => ({
    spec: {
      containers: [
        { name: 'app', securityContext: app },
        { name: 'istio-proxy', ...(proxy && { securityContext: proxy }) },
      ],
      ...(init && {
        initContainers: [
          { name: 'i', securityContext: init },
          { name: 'istio-init', securityContext: { runAsUser: 0 } },
        ],
      }),
    },
  })
  const proxyOf = (result: JsonObject): unknown => ((result.spec as JsonObject).containers as JsonObject[])[1]
  t.same(proxyOf(withoutSharedIds(pod({ runAsUser: 5, runAsGroup: 6, privileged: false }, { runAsUser: 5 }))), {
    name: 'istio-proxy',
    securityContext: { privileged: false },
  })
  t.same(proxyOf(withoutSharedIds(pod({ runAsGroup: 6 }, {}))), { name: 'istio-proxy', securityContext: {} }, 'nobody sets a user: the same')
  const differs = pod({ runAsUser: 5 }, { runAsUser: 5 }, { runAsUser: 7 })
  t.equal(withoutSharedIds(differs), differs, "the last container counts, but never Istio's")
  const none = pod(undefined, { runAsUser: 5 })
  t.equal(withoutSharedIds(none), none)
})

t.test('templates see the pod without an earlier injection', async t => {
  const options = { statusPort: 15020, scrapeTargets: true }
  const status = '{"initContainers":["istio-init"],"containers":["istio-proxy"],"volumes":["v"]}'
  const merged = { 'prometheus.io/port': '15020', 'prometheus.io/path': '/stats/prometheus', 'prometheus.io/scrape': 'true' }
  const pod = (annotations: JsonObject): JsonObject => ({
    metadata: { annotations },
    spec: { containers: [{ name: 'app' }, { name: 'istio-proxy' }], initContainers: [{ name: 'istio-init' }], volumes: [{ name: 'v' }] },
  })
  t.same(stripPod(pod({ a: 'b', ...merged, 'sidecar.istio.io/status': status }), options), {
    metadata: { annotations: { a: 'b' } },
    spec: { containers: [{ name: 'app' }], volumes: [{ name: 'v' }] },
  })
  t.match(stripPod(pod({ ...merged, 'prometheus.io/port': '1', 'sidecar.istio.io/status': status }), options), {
    metadata: { annotations: { 'prometheus.io/port': '1', 'prometheus.io/scrape': 'true' } },
  })
  const unreadable = pod({ ...merged, 'sidecar.istio.io/status': 'zz' })
  t.equal(stripPod(unreadable, options), unreadable)
  const overrides = '{"containers":[{"name":"istio-proxy","image":"mine"},{"name":"app","image":"old"}]}'
  const restored = stripPod(pod({ 'sidecar.istio.io/status': status, 'proxy.istio.io/overrides': overrides }), options)
  t.match(restored, { spec: { containers: [{ name: 'app' }, { name: 'istio-proxy', image: 'mine' }] } }, "the user's own proxy comes back")
  t.equal(
    codeOf(() => stripPod(pod({ 'proxy.istio.io/overrides': '{' }), options)),
    'annotation-invalid',
  )
  t.equal(
    codeOf(() => stripPod(pod({ 'proxy.istio.io/overrides': '{"containers":5}' }), options)),
    'annotation-invalid',
  )
})

t.test("the pod that a workload's controller creates", async t => {
  const template = { metadata: { name: 'x', labels: { app: 'a' }, annotations: { n: 'o' } }, spec: { containers: [{ name: 'app' }] } }
  const cases: [string, string, string, JsonObject, string[]][] = [
    ['apps/v1', 'Deployment', 'web-template-', { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-template' }, ['pod-template-hash']],
    ['apps/v1', 'ReplicaSet', 'web-', { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web' }, []],
    ['apps/v1', 'DaemonSet', 'web-', { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'web' }, ['controller-revision-hash', 'pod-template-generation']],
    ['batch/v1', 'CronJob', 'web-00000000-', { apiVersion: 'batch/v1', kind: 'Job', name: 'web-00000000' }, ['job-name']],
    ['v1', 'ReplicationController', 'web-', { apiVersion: 'v1', kind: 'ReplicationController', name: 'web' }, []],
    ['apps.openshift.io/v1', 'DeploymentConfig', 'web-', { apiVersion: 'apps.openshift.io/v1', kind: 'DeploymentConfig', name: 'web' }, ['deploymentconfig']],
    ['argoproj.io/v1alpha1', 'Rollout', 'web-template-', { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-template' }, ['rollouts-pod-template-hash']],
    ['apps.kruise.io/v1alpha1', 'CloneSet', 'web-', { apiVersion: 'apps.kruise.io/v1alpha1', kind: 'CloneSet', name: 'web' }, []],
  ]
  for (const [apiVersion, kind, generateName, owner, labels] of cases) {
    const workload = { apiVersion, kind, name: 'web', namespace: 'shop' }
    const pod = podFromWorkload(workload, template)
    t.match(pod, { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', generateName, ownerReferences: [{ ...owner, controller: true }] } }, kind)
    const metadata = pod.metadata as JsonObject
    t.equal(Object.hasOwn(metadata, 'name'), false, `${kind}: its name is generated`)
    for (const label of labels) t.equal(Object.hasOwn(metadata.labels as JsonObject, label), true, `${kind}: ${label}`)
    t.same(templateFromPod(workload, pod, template), template, `${kind}: and back`)
  }
  const bare = podFromWorkload({ apiVersion: 'v1', kind: 'Pod', name: 'x', namespace: 'shop' }, template)
  t.same(bare.metadata, { ...template.metadata, namespace: 'shop' })
})

t.test('a StatefulSet names its pods', async t => {
  const workload = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', namespace: 'shop' }
  const template = { metadata: {}, spec: {} }
  const pod = podFromWorkload(workload, template)
  t.match(pod, { metadata: { name: 'db-0', generateName: 'db-', labels: { 'apps.kubernetes.io/pod-index': '0' } } })
  t.same(templateFromPod(workload, pod, template), template)
})

t.test("what a template writes into a pod's identity never reaches the workload", async t => {
  const workload = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'shop' }
  const template = { metadata: { labels: { 'pod-template-hash': 'mine' } }, spec: { containers: [] } }
  const pod = podFromWorkload(workload, template)
  const metadata = {
    ...(pod.metadata as JsonObject),
    name: 'zz',
    namespace: 'other',
    generateName: 'q',
    ownerReferences: [],
    finalizers: ['f'],
    annotations: { a: 'b' },
  }
  t.same(templateFromPod(workload, { ...pod, kind: 'Foo', status: { phase: 'Running' }, metadata }, template), {
    metadata: { labels: { 'pod-template-hash': 'mine' }, annotations: { a: 'b' }, finalizers: ['f'] },
    spec: { containers: [] },
  })
})
