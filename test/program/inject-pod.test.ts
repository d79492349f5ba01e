// One pod through render, merge and postprocess: what Istio's webhook does, on a small configuration of our own.
import t from 'tap'
import { type InjectedPod, type InjectPodRequest, injectOwn } from '../../src/inject-pod.ts'
import type { InjectorConfig } from '../../src/lib/istio/injector-config.ts'
import { decodeTyped } from '../../src/lib/k8s/typed.ts'
import type { Json, JsonObject } from '../../src/lib/model/index.ts'
import { at, get, InjectError } from '../../src/lib/model/index.ts'
import { beforeInjection } from '../../src/record/before-injection.ts'
import { APP, INJECTOR, inject, injectorWith, NATIVE, podWith, VALUES } from '../support/small-mesh.ts'

const names = (pod: JsonObject, list: string): unknown => {
  const found = at(pod, ['spec', list])
  return Array.isArray(found) ? found.map(item => get(item, 'name')) : found
}
const annotationOf = (pod: JsonObject, name: string): unknown => at(pod, ['metadata', 'annotations', name])
const codesOf = ({ warnings }: InjectedPod): string[] => warnings.map(({ code }) => code)

function failure(run: () => unknown): { code: string; message: string } | undefined {
  try {
    run()
  } catch (error) {
    if (error instanceof InjectError) return { code: error.diagnostic.code, message: error.message }
    throw error
  }
  return undefined
}

t.test('a first injection', async t => {
  const { pod, warnings, rendered } = inject(podWith())
  t.same(warnings, [])
  t.equal(rendered[0]?.template, 'sidecar')
  t.same(names(pod, 'containers'), ['app', 'istio-proxy'])
  t.same(names(pod, 'initContainers'), ['istio-init'])
  t.match(at(pod, ['metadata', 'labels']), { 'service.istio.io/canonical-name': 'web' })
  t.equal(
    annotationOf(pod, 'sidecar.istio.io/status'),
    '{"initContainers":["istio-init"],"containers":["istio-proxy"],"volumes":["istio-data"],"imagePullSecrets":null,"revision":"default"}',
  )
  t.match(at(pod, ['spec', 'containers', 1]), {
    image: 'hub.example.com/proxyv2:1.31.0',
    env: [
      { name: 'ISTIO_META_APP_CONTAINERS', value: 'app' },
      { name: 'ISTIO_META_WORKLOAD_NAME', value: 'web' },
      { name: 'PROXY_CONFIG', value: '{}' },
    ],
    resources: { limits: { memory: '1Gi' } },
  })
  const native = inject(podWith({ initContainers: [{ name: 'migrate', image: 'm' }] }), { injector: NATIVE }).pod
  t.same(names(native, 'containers'), ['app'])
  t.same(names(native, 'initContainers'), ['istio-init', 'istio-proxy', 'migrate'])
})

t.test("a container of the user's own with the proxy's name changes it", async t => {
  const own = { name: 'istio-proxy', image: 'auto', env: [{ name: 'MINE', value: '1' }], resources: { limits: { cpu: '4' } } }
  const pod = podWith({ containers: [own, APP] })
  for (const [injector, list, index] of [
    [INJECTOR, 'containers', 1],
    [NATIVE, 'initContainers', 1],
  ] as const) {
    const result = inject(pod, { injector })
    const proxy = at(result.pod, ['spec', list, index])
    t.match(proxy, { name: 'istio-proxy', image: 'hub.example.com/proxyv2:1.31.0', resources: { limits: { cpu: '4', memory: '1Gi' } } }, list)
    t.equal(
      annotationOf(result.pod, 'proxy.istio.io/overrides'),
      `{"${list}":[{"name":"istio-proxy","env":[{"name":"MINE","value":"1"}],"resources":{"limits":{"cpu":"4"}}}]}`,
    )
    t.same(inject(result.pod, { injector }).pod, result.pod, `${list}: again the same`)
  }
})

t.test('cluster and network come from the path, the values and the pod', async t => {
  const { pod } = inject(podWith(), { webhookPath: '/inject/cluster/east/net/net-1' })
  t.match(at(pod, ['metadata', 'labels']), { 'topology.istio.io/network': 'net-1' })
  t.match(at(pod, ['spec', 'containers', 1, 'env', 3]), { name: 'ISTIO_META_CLUSTER_ID', value: 'east' })
  const labelled = inject(podWith({ labels: { 'topology.istio.io/network': 'mine' } }), { webhookPath: '/inject/net/net-1' })
  t.match(at(labelled.pod, ['spec', 'containers', 1, 'env', 3]), { name: 'ISTIO_META_NETWORK', value: 'mine' })
})

t.test("what cannot be injected is an error in istiod's words", async t => {
  const withTemplate = (sidecar: string): Partial<InjectPodRequest> => ({ injector: injectorWith({ templates: { sidecar } }) })
  const cases: [string, JsonObject, Partial<InjectPodRequest>, string, string][] = [
    [
      'a bad annotation',
      podWith({ annotations: { 'sidecar.istio.io/interceptionMode': 'x' } }),
      {},
      'annotation-invalid',
      "failed to run injection template: 1 error occurred:\n\t* invalid value 'x' for annotation 'sidecar.istio.io/interceptionMode': interceptionMode invalid, use REDIRECT,TPROXY,NONE: x\n\n",
    ],
    [
      'an unknown template',
      podWith(),
      { templates: ['nope'] },
      'template-unknown',
      'failed to run injection template: requested template "nope" not found; have sidecar',
    ],
    ['a template that is none', podWith(), withTemplate('{{ foo }}'), 'template-parse', 'config: template: inject:1: function "foo" not defined'],
    [
      'a template that fails',
      podWith(),
      withTemplate('{{ .Nope }}'),
      'template-exec',
      'failed to run injection template: template: inject:1:3: executing "inject" at <.Nope>: can\'t evaluate field Nope in type *inject.SidecarTemplateData',
    ],
    [
      'text that is no YAML',
      podWith(),
      withTemplate('a: ['),
      'template-output',
      'failed to run injection template: failed applying injection overlay: strategic merge: invalid JSON document',
    ],
    [
      'a list',
      podWith(),
      withTemplate('[1]'),
      'template-output',
      'failed to run injection template: failed applying injection overlay: strategic merge: invalid JSON document',
    ],
    [
      'a container without name',
      podWith(),
      withTemplate('spec: {containers: [{image: z}]}'),
      'template-output',
      'failed to run injection template: failed parsing generated injected YAML (check Istio sidecar injector configuration): strategic merge: map: map[image:z] does not contain declared merge key: name',
    ],
    [
      'a wrong type',
      podWith(),
      withTemplate('spec: {containers: [{name: app, env: [{name: A, value: 5}]}]}'),
      'pod-invalid',
      'failed to run injection template: failed applying injection overlay: unmarshal patched pod: json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string',
    ],
    [
      "a port that is Istio's",
      podWith({ annotations: { 'prometheus.io/port': '15000' } }),
      {},
      'annotation-invalid',
      'failed to process pod: invalid prometheus scrape configuration: port 15000 is reserved for Istio (Envoy admin) and cannot be scraped',
    ],
  ]
  for (const [name, pod, request, code, message] of cases)
    t.same(
      failure(() => inject(pod, request)),
      { code, message },
      name,
    )
  const overrides = failure(() => inject(podWith({ annotations: { 'proxy.istio.io/overrides': '{' } })))
  t.equal(overrides?.code, 'annotation-invalid')
})

t.test('an error points into the template', async t => {
  const injector = injectorWith({ templates: { sidecar: 'a: b\nc: {{ .ObjectMeta.Nope }}' } })
  try {
    inject(podWith(), { injector })
    t.equal(true, false, 'must throw')
  } catch (error) {
    t.match(error, { diagnostic: { at: { file: '<template sidecar>', line: 2, column: 7, length: 16, lineText: 'c: {{ .ObjectMeta.Nope }}' } } })
  }
})

t.test('what the webhook does in silence is reported', async t => {
  const bare = decodeTyped('v1.Pod', { metadata: { generateName: 'g-', namespace: 'shop' }, spec: { containers: [APP] } })
  const multus = injectorWith({
    templates: {
      sidecar:
        'metadata: {annotations: {k8s.v1.cni.cncf.io/networks: {{ appendMultusNetwork (index .ObjectMeta.Annotations "k8s.v1.cni.cncf.io/networks") "istio-cni" | quote }}}}\nspec: {containers: [{name: istio-proxy, image: p}]}',
    },
  })
  const touching = injectorWith({
    templates: {
      sidecar:
        'spec: {containers: [{name: app, env: [{name: A, valueFrom: {fieldRef: {fieldPath: x}}}], ports: [{containerPort: 53}]}, {name: istio-proxy, image: p}]}',
    },
  })
  const cases: [string, JsonObject, Partial<InjectPodRequest>, string[]][] = [
    ['a pod without owner', bare, {}, ['owner-unknown']],
    ['an unclear nativeSidecar', podWith({ annotations: { 'sidecar.istio.io/nativeSidecar': 'bogus' } }), {}, ['native-sidecar-unclear']],
    ['an empty list of networks', podWith({ annotations: { 'k8s.v1.cni.cncf.io/networks': '[]' } }), { injector: multus }, ['networks-invalid']],
    ['value and valueFrom', podWith({ containers: [{ ...APP, env: [{ name: 'A', value: 'a' }] }] }), { injector: touching }, ['env-value-twice']],
    [
      'one port number twice',
      podWith({
        containers: [
          {
            ...APP,
            ports: [
              { containerPort: 53, protocol: 'UDP' },
              { containerPort: 53, protocol: 'TCP' },
            ],
          },
        ],
      }),
      { injector: touching },
      ['port-collision'],
    ],
    ['an unknown port name', podWith({ containers: [{ ...APP, livenessProbe: { tcpSocket: { port: 'nope' } } }] }), {}, ['probe-port-unknown']],
    ['no proxy to scrape', podWith(), { injector: injectorWith({ templates: { sidecar: 'metadata: {labels: {a: b}}' } }) }, ['prometheus-without-proxy']],
    ['a pod injected before, when that is kept', inject(podWith()).pod, { earlierInjection: 'kept' }, ['already-injected']],
    ['a status that cannot be read', podWith({ annotations: { 'sidecar.istio.io/status': 'zz' } }), {}, ['already-injected']],
    [
      "another cluster's nodes",
      podWith(),
      { injector: injectorWith({ nativeSidecars: 'Auto' }), webhookPath: '/inject/cluster/east' },
      ['cluster-nodes-unknown'],
    ],
  ]
  for (const [name, pod, request, want] of cases) t.same(codesOf(inject(pod, request)), want, name)
})

t.test("istiod's own cluster is the one that the values name, so its nodes are known", async t => {
  const templates = { sidecar: 'metadata: {labels: {native: "{{ .NativeSidecars }}"}}' }
  const cluster = (name: string): InjectorConfig =>
    injectorWith({ templates, nativeSidecars: 'Auto', values: { global: { ...VALUES.global, multiCluster: { clusterName: name } } } })
  const cases: [name: string, injector: InjectorConfig, webhookPath: string, kubelet: string, native: boolean][] = [
    ['no name anywhere', cluster(''), '/inject', 'v1.34.0', true],
    ['a name in the values', cluster('west'), '/inject', 'v1.34.0', true],
    ['a name in the values, old nodes', cluster('west'), '/inject', 'v1.30.0', false],
    ['the same name in the path', cluster('west'), '/inject/cluster/west', 'v1.34.0', true],
    ['another name in the path', cluster('west'), '/inject/cluster/east', 'v1.34.0', false],
    ['the default name in the path, another in the values', cluster('west'), '/inject/cluster/Kubernetes', 'v1.34.0', false],
    ['the default name in the path alone', cluster(''), '/inject/cluster/Kubernetes', 'v1.34.0', true],
  ]
  for (const [name, injector, webhookPath, kubelet, native] of cases) {
    const injected = inject(podWith(), { injector, webhookPath, kubeletVersions: [kubelet] })
    t.equal(at(injected.pod, ['metadata', 'labels', 'native']), String(native), name)
    t.equal(codesOf(injected).includes('cluster-nodes-unknown'), !native && kubelet === 'v1.34.0', name)
  }
})

t.test('rules that differ between versions', async t => {
  const older = (compatibility: '1.28' | '1.29' | '1.30'): InjectorConfig => injectorWith({ compatibility })
  const interfaces = podWith({ annotations: { 'traffic.sidecar.istio.io/excludeInterfaces': '1a' } })
  t.equal(failure(() => inject(interfaces))?.code, 'annotation-invalid')
  t.equal(failure(() => inject(interfaces, { injector: older('1.30') }))?.code, 'annotation-invalid')
  t.equal(
    failure(() => inject(interfaces, { injector: older('1.29') })),
    undefined,
  )

  const port = podWith({ annotations: { 'prometheus.io/port': 'http' } })
  t.equal(failure(() => inject(port))?.code, 'annotation-invalid')
  t.equal(
    failure(() => inject(port, { injector: older('1.30') })),
    undefined,
  )

  const image = podWith({ annotations: { 'proxy.istio.io/config': 'image: {}' } })
  const values = { ...VALUES, global: { ...VALUES.global, variant: 'distroless' } }
  const imageOf = (injector: InjectorConfig): unknown => at(inject(image, { injector }).pod, ['spec', 'containers', 1, 'image'])
  t.equal(imageOf(injectorWith({ values })), 'hub.example.com/proxyv2:1.31.0-distroless')
  t.equal(imageOf(injectorWith({ values, compatibility: '1.30' })), 'hub.example.com/proxyv2:1.31.0')

  const flush = podWith({ annotations: { 'proxy.istio.io/config': 'fileFlushInterval: 3s' } })
  const configOf = (injector: InjectorConfig): unknown => at(inject(flush, { injector }).pod, ['spec', 'containers', 1, 'env', 2, 'value'])
  t.equal(configOf(INJECTOR), '{"fileFlushInterval":"3s"}')
  t.equal(configOf(older('1.28')), '{}')
})

t.test('durations and quoted texts come out as the real Go writes them, wherever they stand', async t => {
  const configOf = (config: string): unknown =>
    at(inject(podWith({ annotations: { 'proxy.istio.io/config': config } })).pod, ['spec', 'containers', 1, 'env', 2, 'value'])
  t.equal(configOf('{"terminationDrainDuration":"22.41166396280000m"}'), '{"terminationDrainDuration":"1344.699837767s"}')
  t.equal(configOf(`{"terminationDrainDuration":"${'0'.repeat(37)}1s"}`), '{"terminationDrainDuration":"1s"}')
  const messageFor = (name: string, value: string): string | undefined => failure(() => inject(podWith({ annotations: { [name]: value } })))?.message
  // A letter of Unicode 16, which Go 1.26 does not know.
  t.match(messageFor('prometheus.istio.io/merge-metrics', '\u088f'), 'strconv.ParseBool: parsing "\\u088f": invalid syntax')
  t.match(messageFor('proxy.istio.io/config', '{"drainDuration":"5é"}'), 'time: unknown unit "\\xc3\\xa9" in duration "5\\xc3\\xa9"')
  const parsed = injectorWith({ templates: { sidecar: '{{ urlParse "http://[12345::]/" }}' } })
  t.match(failure(() => inject(podWith(), { injector: parsed }))?.message, 'each group must have 4 or less digits (at "12345::")')
})

t.test("on OpenShift the namespace tells the proxy's user", async t => {
  const injector = injectorWith({ platform: 'openshift' })
  const argument = (namespaceAnnotations: Record<string, string> | undefined): unknown =>
    at(inject(podWith(), { injector, namespaceAnnotations }).pod, ['spec', 'initContainers', 0, 'args', 2])
  t.equal(argument({ 'openshift.io/sa.scc.uid-range': '1000620000/10000' }), '1000629999')
  t.equal(argument(undefined), '1337')
})

t.test('the environment of istiod is what the configuration says', async t => {
  const injector = injectorWith({ templates: { sidecar: 'metadata: {labels: {a: {{ env "A" "unset" }}}}' } })
  const labelOf = (environment?: ReadonlyMap<string, string>): unknown => at(inject(podWith(), { injector, environment }).pod, ['metadata', 'labels', 'a'])
  t.equal(labelOf(), 'unset')
  t.equal(labelOf(new Map([['A', 'set']])), 'set')
  t.equal(labelOf(new Map([['A', '']])), 'unset')
})

t.test("a user's own templates follow none of Istio's pod rules", async t => {
  const templates = {
    logger: 'spec: {containers: [{name: logger, image: {{ .Values.image }}, env: [{name: W, value: {{ .DeploymentMeta.Name }}-{{ .TypeMeta.Kind }}}]}]}',
  }
  const pod = podWith({ annotations: { 'prometheus.io/port': '15000', 'sidecar.istio.io/interceptionMode': 'x' } })
  const injector = injectorWith({ templates, values: { image: 'log:1' } })
  const { pod: result } = injectOwn({ pod, injector, templates: ['logger'] })
  t.same(result.metadata, pod.metadata)
  t.match(at(result, ['spec', 'containers']), [{ name: 'logger', image: 'log:1', env: [{ name: 'W', value: 'web-Deployment' }] }, APP])
  const mesh = injectorWith({ templates: { sidecar: '{{ .MeshConfig }}' } })
  t.equal(failure(() => injectOwn({ pod, injector: mesh, templates: ['sidecar'] }))?.code, 'template-exec')
})

t.test('an earlier injection', async t => {
  const probes = { readinessProbe: { httpGet: { path: '/r', port: 8080 }, timeoutSeconds: 3 }, startupProbe: { grpc: { port: 9000, service: 's' } } }
  const original = podWith({
    annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9090', 'prometheus.io/path': '/m' },
    containers: [{ ...APP, ...probes, lifecycle: { preStop: { httpGet: { path: '/d', port: 8080 } } } }],
  })
  const injected = inject(original).pod

  t.test('is taken off, as far as it can be told', async t => {
    const pod = beforeInjection(injected)
    t.same(pod.spec, original.spec)
    t.same(at(pod, ['metadata', 'annotations']), at(original, ['metadata', 'annotations']))
    t.equal(beforeInjection(original), original)
  })
  t.test('is replaced by the same, and by that of a newer configuration', async t => {
    t.same(inject(injected).pod, injected)
    t.same(inject(injected, { injector: NATIVE }).pod, inject(original, { injector: NATIVE }).pod)
    t.same(inject(inject(original, { injector: NATIVE }).pod).pod, injected)
    const newer = injectorWith({ values: { ...VALUES, global: { hub: 'h', tag: '2' } } })
    t.same(inject(injected, { injector: newer }).pod, inject(original, { injector: newer }).pod)
  })
  t.test('leaves a proxy that the user has among the init containers there', async t => {
    const once = inject(podWith({ initContainers: [{ name: 'istio-proxy', image: 'mine' }] })).pod
    t.same(names(once, 'initContainers'), ['istio-init', 'istio-proxy'])
    t.same(inject(once).pod, once)
  })
  t.test('stays where the pod was edited since, as with the webhook', async t => {
    const spec = injected.spec as JsonObject
    const edited = { ...injected, spec: { ...spec, containers: [...(spec.containers as Json[]), { name: 'more', resources: {} }] } }
    t.equal(beforeInjection(edited), edited)
    t.same(codesOf(inject(edited)), ['already-injected'])
  })
})
