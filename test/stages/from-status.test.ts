// Taking an injection off by what Istio leaves on a pod; Istio's own cases run in the conformance suite uninject/from-status.

import t from 'tap'
import { at, InjectError, type Json, type JsonObject } from '../../src/lib/model/index.ts'
import { loadYaml } from '../../src/lib/yaml/index.ts'
import { takeOffByStatus } from '../../src/record/from-status.ts'

const TEMPLATE = ['spec', 'template']

interface Injected {
  readonly labels?: JsonObject
  readonly annotations?: JsonObject
  readonly status?: JsonObject
  readonly env?: JsonObject
  readonly containers?: JsonObject[]
  readonly proxy?: JsonObject
  readonly spec?: JsonObject
}

const STATUS = {
  initContainers: ['istio-init'],
  containers: ['istio-proxy'],
  volumes: ['istio-envoy', 'istio-data'],
  imagePullSecrets: null,
  revision: 'default',
}

/** A Deployment as a webhook leaves its template, cut down to what taking it off looks at. */
function injected(facts: Injected = {}): JsonObject {
  const env = { ISTIO_META_APP_CONTAINERS: 'web', ISTIO_META_OWNER: 'kubernetes://apis/apps/v1/namespaces/shop/deployments/web', ...facts.env }
  const proxy = {
    name: 'istio-proxy',
    image: 'proxyv2',
    args: ['proxy', 'sidecar'],
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    ...facts.proxy,
  }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      template: {
        metadata: {
          labels: {
            app: 'shop',
            'security.istio.io/tlsMode': 'istio',
            'service.istio.io/canonical-name': 'shop',
            'service.istio.io/canonical-revision': 'latest',
            ...facts.labels,
          },
          annotations: {
            'istio.io/rev': 'default',
            'kubectl.kubernetes.io/default-container': 'web',
            'sidecar.istio.io/status': JSON.stringify({ ...STATUS, ...facts.status }),
            ...facts.annotations,
          },
        },
        spec: {
          initContainers: [{ name: 'istio-init', image: 'proxyv2' }],
          containers: [...(facts.containers ?? [{ name: 'web', image: 'web:1' }]), proxy],
          volumes: [
            { name: 'istio-envoy', emptyDir: { medium: 'Memory' } },
            { name: 'istio-data', emptyDir: {} },
            { name: 'own', emptyDir: {} },
          ],
          ...facts.spec,
        },
      },
    },
  }
}

function takenOff(facts: Injected, trustsStatus = false) {
  const { value, notes, doubtful } = takeOffByStatus(injected(facts), TEMPLATE, { trustsStatus })
  return {
    doubtful,
    template: at(value, TEMPLATE) as JsonObject,
    notes,
    field: (...path: (string | number)[]) => at(value, [...TEMPLATE, ...path]),
  }
}

function thrownBy(run: () => unknown): { readonly code: string; readonly field: unknown } | undefined {
  try {
    run()
  } catch (error) {
    if (error instanceof InjectError) return { code: error.diagnostic.code, field: error.diagnostic.field }
    throw error
  }
  return undefined
}

t.test('what the status names goes, and so do the metadata that injection derives', async t => {
  const { template, notes } = takenOff({})
  t.same(template, { metadata: { labels: { app: 'shop' } }, spec: { containers: [{ name: 'web', image: 'web:1' }], volumes: [{ name: 'own', emptyDir: {} }] } })
  t.same(
    notes.map(({ code, severity }) => [code, severity]),
    [['removal-uncertain', 'info']],
  )
})

t.test('a workload without the status annotation is handed back itself', async t => {
  const workload = loadYaml(
    '{kind: Deployment, spec: {template: {metadata: {labels: {security.istio.io/tlsMode: istio}}, spec: {containers: []}}}}',
  ) as JsonObject
  t.equal(takeOffByStatus(workload, TEMPLATE).value, workload)
})

t.test('the input is not changed', async t => {
  const workload = injected()
  const before = JSON.stringify(workload)
  takeOffByStatus(workload, TEMPLATE)
  t.equal(JSON.stringify(workload), before)
})

t.test("labels and annotations with values of their own are the user's", async t => {
  for (const [name, labels, annotations] of [
    ['canonical name', { 'service.istio.io/canonical-name': 'other' }, {}],
    ['canonical revision', { 'service.istio.io/canonical-revision': 'v2' }, {}],
    ['TLS mode', { 'security.istio.io/tlsMode': 'disabled' }, {}],
    ['default container', {}, { 'kubectl.kubernetes.io/default-container': 'side' }],
    ['revision', {}, { 'istio.io/rev': 'canary' }],
  ] as const) {
    const { template } = takenOff({ labels, annotations })
    const [key, value] = Object.entries({ ...labels, ...annotations })[0] ?? []
    t.equal(at(template, ['metadata', Object.keys(labels).length > 0 ? 'labels' : 'annotations', key ?? '']), value, name)
  }
})

t.test('the canonical name is known again, whatever it was derived from', async t => {
  const long = `${'a'.repeat(62)}-tail`
  for (const [name, labels, env, canonical] of [
    ['app.kubernetes.io/name', { 'app.kubernetes.io/name': 'n', app: 'a' }, {}, 'n'],
    ['the name of the workload', { app: '' }, {}, 'web'],
    ['the name at injection time', { app: '' }, { ISTIO_META_OWNER: 'kubernetes://apis/apps/v1/namespaces/shop/deployments/old' }, 'old'],
    ['cut to 63 characters and trimmed', { app: long }, {}, 'a'.repeat(62)],
  ] as const) {
    const { field } = takenOff({ labels: { ...labels, 'service.istio.io/canonical-name': canonical }, env })
    t.equal(field('metadata', 'labels', 'service.istio.io/canonical-name'), undefined, name)
  }
})

t.test('a network label goes with a warning', async t => {
  const { field, notes } = takenOff({ labels: { 'topology.istio.io/network': 'net-1' }, env: { ISTIO_META_NETWORK: 'net-1' } })
  t.same(field('metadata', 'labels'), { app: 'shop' })
  t.same(
    notes.filter(({ severity }) => severity === 'warning').map(({ field }) => field),
    [[...TEMPLATE, 'metadata', 'labels', 'topology.istio.io/network']],
  )
})

t.test('Prometheus annotations come back from the environment of the proxy', async t => {
  const merged = { 'prometheus.io/path': '/stats/prometheus', 'prometheus.io/port': '15020', 'prometheus.io/scrape': 'true' }
  for (const [name, was, want] of [
    ['nothing before', undefined, undefined],
    ['all three', '{"scrape":"true","path":"/m","port":"8080"}', { 'prometheus.io/path': '/m', 'prometheus.io/port': '8080', 'prometheus.io/scrape': 'true' }],
    ['only a port', '{"scrape":"","path":"","port":"8080"}', { 'prometheus.io/port': '8080' }],
    [
      'targets',
      '{"scrape":"true","path":"/metrics","port":"8080","targets":[{"port":"8080","path":"/metrics"},{"port":"9090","path":"/x"}]}',
      { 'prometheus.io/scrape': 'true', 'prometheus.istio.io/scrape-targets': '8080:/metrics,9090:/x' },
    ],
  ] as const) {
    const { field } = takenOff({ annotations: merged, ...(was === undefined ? {} : { env: { ISTIO_PROMETHEUS_ANNOTATIONS: was } }) })
    t.same(field('metadata', 'annotations'), want, name)
  }
  const other = { ...merged, 'prometheus.io/port': '9102' }
  t.same(takenOff({ annotations: other }).field('metadata', 'annotations'), other, 'annotations that do not point to the agent stay')
})

t.test("probes and lifecycle handlers come back from the agent's list", async t => {
  const rewritten = (step: string) => ({ httpGet: { path: `/app-health/web/${step}`, port: 15020, scheme: 'HTTP' }, periodSeconds: 5 })
  const probers = {
    '/app-health/web/readyz': { httpGet: { path: '/r', port: 8080, scheme: 'HTTPS' }, timeoutSeconds: 3 },
    '/app-health/web/livez': { tcpSocket: { port: 9090 } },
    '/app-health/web/startupz': { grpc: { port: 7070, service: null } },
    '/app-lifecycle/web/prestopz': { httpGet: { path: '/bye', port: 8080 } },
  }
  const { field } = takenOff({
    env: { ISTIO_KUBE_APP_PROBERS: JSON.stringify(probers) },
    containers: [
      {
        name: 'web',
        image: 'web:1',
        ports: [{ name: 'http', containerPort: 8080 }],
        readinessProbe: rewritten('readyz'),
        livenessProbe: rewritten('livez'),
        startupProbe: rewritten('startupz'),
        lifecycle: { preStop: { httpGet: { path: '/app-lifecycle/web/prestopz', port: 15020 } }, postStart: { exec: { command: ['true'] } } },
      },
    ],
  })
  t.same(
    field('spec', 'containers', 0, 'readinessProbe'),
    { httpGet: { path: '/r', port: 'http', scheme: 'HTTPS' }, periodSeconds: 5 },
    'a port that has a name is called by it',
  )
  t.same(field('spec', 'containers', 0, 'livenessProbe'), { tcpSocket: { port: 9090 }, periodSeconds: 5 })
  t.same(field('spec', 'containers', 0, 'startupProbe'), { grpc: { port: 7070 }, periodSeconds: 5 })
  t.same(field('spec', 'containers', 0, 'lifecycle'), { preStop: { httpGet: { path: '/bye', port: 'http' } }, postStart: { exec: { command: ['true'] } } })
})

t.test('a probe without a copy stays, with a warning; one that the user wrote anew stays without', async t => {
  const probe = (path: string) => ({ httpGet: { path, port: 15020 } })
  const { field, notes } = takenOff({
    containers: [{ name: 'web', image: 'web:1', readinessProbe: probe('/app-health/web/readyz'), livenessProbe: probe('/healthz') }],
  })
  t.same(field('spec', 'containers', 0, 'readinessProbe'), probe('/app-health/web/readyz'))
  t.same(
    notes.filter(({ code }) => code === 'probe-not-restored').map(({ field }) => field),
    [[...TEMPLATE, 'spec', 'containers', 0, 'readinessProbe']],
  )
})

t.test("a user's own istio-proxy comes back as it was written", async t => {
  const copy = { name: 'istio-proxy', resources: { limits: { cpu: '500m' } } }
  const { field } = takenOff({
    annotations: { 'proxy.istio.io/overrides': JSON.stringify({ containers: [copy] }) },
    proxy: { resources: { limits: { cpu: 0.5 }, requests: { cpu: '100m' } } },
  })
  t.same(field('spec', 'containers'), [
    { name: 'web', image: 'web:1' },
    { name: 'istio-proxy', image: 'auto', resources: { limits: { cpu: '500m' } } },
  ])
  t.equal(field('metadata', 'annotations'), undefined)
})

t.test("a user's istio-proxy that became a native sidecar is a container again", async t => {
  const workload = injected({
    status: { initContainers: ['istio-init', 'istio-proxy'], containers: null },
    annotations: { 'proxy.istio.io/overrides': '{"initContainers":[{"name":"istio-proxy","resources":{}}]}' },
    spec: {
      initContainers: [{ name: 'istio-init' }, { name: 'istio-proxy', image: 'proxyv2', restartPolicy: 'Always' }, { name: 'wait', image: 'w' }],
      containers: [{ name: 'web', image: 'web:1' }],
    },
  })
  const { value } = takeOffByStatus(workload, TEMPLATE)
  t.same(at(value, [...TEMPLATE, 'spec', 'containers']), [
    { name: 'web', image: 'web:1' },
    { name: 'istio-proxy', image: 'auto' },
  ])
  t.same(at(value, [...TEMPLATE, 'spec', 'initContainers']), [{ name: 'wait', image: 'w' }])
})

t.test("an application container that a template changed loses what it was given, and keeps the user's later edits", async t => {
  const copy = { name: 'web', image: 'web:1', env: [{ name: 'A', value: '1' }], resources: {} }
  const now = {
    name: 'web',
    image: 'web:2',
    tty: false,
    env: [
      { name: 'GRPC_XDS_BOOTSTRAP', value: '/b' },
      { name: 'LATER', value: 'x' },
      { name: 'A', value: '2' },
    ],
    volumeMounts: [{ name: 'istio-data', mountPath: '/var/lib/istio/data' }],
  }
  const { field, notes } = takenOff(
    {
      status: { containers: ['istio-proxy', 'web'] },
      annotations: { 'proxy.istio.io/overrides': JSON.stringify({ containers: [copy] }) },
      containers: [now],
    },
    true,
  )
  t.same(field('spec', 'containers', 0), { name: 'web', image: 'web:2', tty: false, env: [{ name: 'A', value: '2' }] })
  t.match(
    notes.map(({ message }) => message),
    [/container web: removed env\[1\] with/, /.*/],
  )
})

t.test('a volume that a remaining container mounts stays, with a warning', async t => {
  const { field, notes } = takenOff({ containers: [{ name: 'web', image: 'web:1', volumeMounts: [{ name: 'istio-data', mountPath: '/d' }] }] })
  t.same(field('spec', 'volumes'), [
    { name: 'istio-data', emptyDir: {} },
    { name: 'own', emptyDir: {} },
  ])
  t.equal(notes.filter(({ severity }) => severity === 'warning').length, 1)
})

t.test("pull secrets of the templates stand in front; one behind a secret of the user's is the user's; all stay if the status is not trusted", async t => {
  for (const [name, secrets, want] of [
    ['in front', ['reg', 'mine'], ['mine']],
    ['behind', ['mine', 'reg'], ['mine', 'reg']],
    ['alone', ['reg'], undefined],
  ] as const) {
    const facts = { status: { imagePullSecrets: ['reg'] }, spec: { imagePullSecrets: secrets.map(secret => ({ name: secret })) } }
    const { field } = takenOff(facts, true)
    t.same(
      field('spec', 'imagePullSecrets'),
      want?.map(secret => ({ name: secret })),
      name,
    )
    const careful = takenOff(facts)
    t.same(careful.field('spec', 'imagePullSecrets'), facts.spec.imagePullSecrets, name)
    t.same(careful.doubtful, [], name)
    const warnings = careful.notes.filter(({ severity }) => severity === 'warning').map(({ message }) => message)
    t.match(warnings, name === 'behind' ? [] : [/^imagePullSecrets reg are kept/], name)
    t.equal(warnings.length, name === 'behind' ? 0 : 1, name)
  }
})

const WEB = {
  name: 'web',
  image: 'web:1',
  env: [{ name: 'GRPC_PORT', value: '1' }],
  volumeMounts: [{ name: 'own', mountPath: '/d' }],
  securityContext: { runAsUser: 1 },
}
const OVERRIDES_OF_WEB = { 'proxy.istio.io/overrides': JSON.stringify({ containers: [{ name: 'web', image: 'web:1' }] }) }
const CHANGED = { status: { containers: ['istio-proxy', 'web'] }, annotations: OVERRIDES_OF_WEB }
const LISTED: [what: string, facts: Injected, doubtful: readonly string[]][] = [
  [
    'a container that the proxy does not know',
    { status: { containers: ['istio-proxy', 'late'] }, containers: [WEB, { name: 'late', image: 'l:1' }] },
    ['spec.containers[late]'],
  ],
  ['a volume that nothing mounts', { status: { volumes: ['istio-envoy', 'own'] } }, ['spec.volumes[own]']],
  ['variables of an application', { ...CHANGED, containers: [{ name: 'web', image: 'web:1', env: WEB.env }] }, ['spec.containers[web].env']],
  [
    'mounts of an application',
    { ...CHANGED, status: { ...CHANGED.status, volumes: ['own'] }, containers: [{ name: 'web', image: 'web:1', volumeMounts: WEB.volumeMounts }] },
    ['spec.containers[web].volumeMounts'],
  ],
  [
    'the security context of an application',
    { ...CHANGED, containers: [{ name: 'web', image: 'web:1', securityContext: WEB.securityContext }] },
    ['spec.containers[web].securityContext'],
  ],
]
for (const [what, facts, doubtful] of LISTED) {
  t.test(`a status that lists ${what} names it, and removes it only if it is trusted`, async t => {
    const careful = takenOff(facts)
    t.same(careful.doubtful, doubtful)
    for (const list of ['containers', 'volumes']) {
      const own = (spec: Json | undefined) => ((at(spec ?? null, [list]) ?? []) as JsonObject[]).filter(({ name }) => !String(name).startsWith('istio-'))
      t.same(own(careful.field('spec')), own(at(injected(facts), [...TEMPLATE, 'spec'])), list)
    }
    t.same(takenOff(facts, true).doubtful, [])
    t.not(JSON.stringify(takenOff(facts, true).template), JSON.stringify(careful.template))
  })
}

t.test('a volume with a name of its own goes if only the sidecar mounts it', async t => {
  const facts = { status: { volumes: ['istio-envoy', 'own'] }, proxy: { volumeMounts: [{ name: 'own', mountPath: '/own' }] } }
  t.same(takenOff(facts).doubtful, [])
  t.equal(JSON.stringify(takenOff(facts).field('spec', 'volumes') ?? []).includes('own'), false)
})

t.test('a gateway loses the sysctl of its template', async t => {
  const sysctls = [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }]
  t.equal(takenOff({ proxy: { args: ['proxy', 'router'] }, spec: { securityContext: { sysctls } } }).field('spec', 'securityContext'), undefined)
  t.same(takenOff({ spec: { securityContext: { sysctls } } }).field('spec', 'securityContext'), { sysctls }, "of any other pod it is the user's")
})

t.test("what the template tells the CNI plugin goes, and the user's own rules stay", async t => {
  const cni = {
    'sidecar.istio.io/interceptionMode': 'REDIRECT',
    'traffic.sidecar.istio.io/includeOutboundIPRanges': '*',
    'traffic.sidecar.istio.io/includeInboundPorts': '*',
    'traffic.sidecar.istio.io/excludeInboundPorts': '15020',
  }
  const status = { initContainers: ['istio-validation'] }
  t.equal(takenOff({ status, annotations: cni }).field('metadata', 'annotations'), undefined)
  const own = { 'sidecar.istio.io/interceptionMode': 'TPROXY', 'traffic.sidecar.istio.io/includeInboundPorts': '80' }
  t.same(takenOff({ status, annotations: { ...cni, ...own, 'traffic.sidecar.istio.io/excludeInboundPorts': '22,15020' } }).field('metadata', 'annotations'), {
    ...own,
    'traffic.sidecar.istio.io/excludeInboundPorts': '22',
  })
  for (const [after, before] of [
    ['default/istio-cni', undefined],
    ['macvlan, default/istio-cni', 'macvlan'],
    ['[{"name": "macvlan"}, {"name": "istio-cni", "namespace": "default"}]', '[{"name": "macvlan"}]'],
  ] as const) {
    t.equal(
      at(takenOff({ status, annotations: { ...cni, 'k8s.v1.cni.cncf.io/networks': after } }).template, [
        'metadata',
        'annotations',
        'k8s.v1.cni.cncf.io/networks',
      ]),
      before,
      after,
    )
  }
})

t.test('the metadata that kube-inject writes on the jobs of a CronJob goes from there', async t => {
  const { metadata, spec } = at(injected({ labels: { app: '', 'service.istio.io/canonical-name': 'report' } }), TEMPLATE) as {
    metadata: JsonObject
    spec: JsonObject
  }
  const cronJob: JsonObject = {
    kind: 'CronJob',
    metadata: { name: 'report' },
    spec: { jobTemplate: { metadata, spec: { template: { metadata: { labels: { app: 'r' } }, spec } } } },
  }
  t.same(takeOffByStatus(cronJob, ['spec', 'jobTemplate', 'spec', 'template']).value.spec, {
    jobTemplate: {
      metadata: { labels: { app: '' } },
      spec: {
        template: { metadata: { labels: { app: 'r' } }, spec: { containers: [{ name: 'web', image: 'web:1' }], volumes: [{ name: 'own', emptyDir: {} }] } },
      },
    },
  })
})

t.test('a Pod is taken off at its root, and a record that could not be used goes too', async t => {
  const { metadata, spec } = at(injected(), TEMPLATE) as { metadata: JsonObject; spec: JsonObject }
  const pod: JsonObject = {
    kind: 'Pod',
    metadata: { ...metadata, name: 'web', annotations: { ...(metadata.annotations as JsonObject), 'inject-sidecars.dev/record': 'cut' } },
    spec,
  }
  t.same(takeOffByStatus(pod, []).value.metadata, { labels: { app: 'shop' }, name: 'web' })
})

t.test('a status or a copy that cannot be read is an error with its place', async t => {
  const annotations = [...TEMPLATE, 'metadata', 'annotations']
  const unreadable = (annotations: JsonObject) => () => takeOffByStatus(injected({ annotations }), TEMPLATE)
  t.same(thrownBy(unreadable({ 'sidecar.istio.io/status': 'x' })), { code: 'annotation-invalid', field: [...annotations, 'sidecar.istio.io/status'] })
  t.same(thrownBy(unreadable({ 'sidecar.istio.io/status': 5 })), { code: 'annotation-invalid', field: [...annotations, 'sidecar.istio.io/status'] })
  t.same(thrownBy(unreadable({ 'proxy.istio.io/overrides': '{' })), { code: 'annotation-invalid', field: [...annotations, 'proxy.istio.io/overrides'] })
})

const SOCKETS = ['workload-socket', 'credential-socket', 'workload-certs'].map(name => ({ name, emptyDir: {} }))
const MOUNTS = SOCKETS.map(({ name }) => ({ name, mountPath: `/var/run/secrets/${name}` }))

t.test('volumes of the templates that the status does not name go with the containers that mount them', async t => {
  const { field } = takenOff({ proxy: { volumeMounts: MOUNTS }, spec: { volumes: [...SOCKETS, { name: 'own', emptyDir: {} }] } })
  t.same(field('spec', 'volumes'), [{ name: 'own', emptyDir: {} }])
})

t.test('a volume with a name of the templates stays where a container of the user mounts it, nothing did, or it is no emptyDir', async t => {
  const [first = { name: '' }, ...others] = SOCKETS
  const web = { name: 'web', image: 'web:1', volumeMounts: [{ name: first.name, mountPath: '/run/sockets' }] }
  t.same(takenOff({ containers: [web], proxy: { volumeMounts: MOUNTS }, spec: { volumes: SOCKETS } }).field('spec', 'volumes'), [first])
  t.same(takenOff({ spec: { volumes: others } }).field('spec', 'volumes'), others)
  const spire = { name: 'workload-socket', csi: { driver: 'csi.spiffe.io', readOnly: true } }
  t.same(takenOff({ proxy: { volumeMounts: MOUNTS }, spec: { volumes: [spire] } }).field('spec', 'volumes'), [spire])
})
