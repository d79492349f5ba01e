// Annotations whose content is not what their author thinks, pods in two kinds of mesh, and images that Istio publishes no more.

import t from 'tap'
import type { JsonObject } from '../../src/lib/model/index.ts'
import { lint } from '../../src/select/lint.ts'
import { lintAnnotations } from '../../src/select/lint-annotations.ts'
import { lintImages } from '../../src/select/lint-images.ts'
import { workload } from '../support/mesh.ts'
import { example, run } from '../support/rig.ts'

const PROXY: JsonObject = { name: 'istio-proxy', image: 'proxy:1', resources: { requests: { cpu: '10m' } } }
const template = (annotations: JsonObject, proxy: JsonObject = PROXY) => ({
  before: { metadata: { annotations }, spec: { containers: [{ name: 'web' }] } },
  after: { metadata: { annotations }, spec: { containers: [{ name: 'web' }, proxy] } },
})
const told = (annotations: JsonObject) => lintAnnotations(template(annotations)).map(({ message, hint }) => `${message} (${hint})`)

t.test('unknown fields in typed annotations', async t => {
  const cases: readonly (readonly [annotation: string, content: string, found: string[]])[] = [
    [
      'sidecar.istio.io/userVolume',
      '[{"name":"a","emptyDirr":{}}]',
      ['`[0].emptyDirr` is not a field of Volume; Kubernetes ignores it (did you mean `emptyDir`?)'],
    ],
    [
      'sidecar.istio.io/userVolume',
      '{"a":{"hostPath":{"path":"/x","typo":1}}}',
      ['`a.hostPath.typo` is not a field of HostPathVolumeSource; Kubernetes ignores it (did you mean `type`?)'],
    ],
    [
      'sidecar.istio.io/userVolume',
      '{"a":{"configMap":{"name":"x","items":[{"key":"k","path":"p","xyzzy":1}]}}}',
      ['`a.configMap.items[0].xyzzy` is not a field of KeyToPath; Kubernetes ignores it (remove it)'],
    ],
    ['sidecar.istio.io/userVolume', '{"a":{"csi":{"driver":"d","volumeAttributes":{"anything":"x"}}},"b":{"emptyDir":{"sizeLimit":"1Gi"}}}', []],
    ['sidecar.istio.io/userVolume', 'no JSON', []],
    ['sidecar.istio.io/userVolumeMount', '[{"name":"a","mountpath":"/x","readonly":true}]', []],
    [
      'sidecar.istio.io/userVolumeMount',
      '{"a":{"mountPaths":"/x"}}',
      ['`a.mountPaths` is not a field of VolumeMount; Kubernetes ignores it (did you mean `mountPath`?)'],
    ],
    [
      'proxy.istio.io/overrides',
      '{"containers":[{"name":"istio-proxy","resource":{}}]}',
      ['`containers[0].resource` is not a field of Container; Istio ignores it (did you mean `resources`?)'],
    ],
    [
      'proxy.istio.io/overrides',
      '{"initContainers":[{"name":"istio-proxy","env":[{"name":"A","values":"b"}]}]}',
      ['`initContainers[0].env[0].values` is not a field of EnvVar; Istio ignores it (did you mean `value`?)'],
    ],
    [
      'proxy.istio.io/config',
      'holdApplicationUntilProxyStart: true',
      ['`holdApplicationUntilProxyStart` is not a field of ProxyConfig; Istio ignores it (did you mean `holdApplicationUntilProxyStarts`?)'],
    ],
    [
      'proxy.istio.io/config',
      'tracing:\n  zipkin: {adress: a:1}',
      ['`tracing.zipkin.adress` is not a field of ProxyConfig; Istio ignores it (did you mean `address`?)'],
    ],
    ['proxy.istio.io/config', 'hold_application_until_proxy_starts: true\nproxyMetadata: {anything: x}\nproxyStatsMatcher: {inclusionPrefixes: [a]}', []],
    ['proxy.istio.io/config', '{', []],
  ]
  for (const [annotation, content, found] of cases)
    t.same(
      told({ [annotation]: content }),
      found.map(text => `annotation ${annotation}: ${text}`),
      content,
    )
  t.same(lintAnnotations(template({ 'sidecar.istio.io/userVolume': '{"a":{"x":1}}' }))[0]?.field, ['metadata', 'annotations', 'sidecar.istio.io/userVolume'])
})

t.test('resources of the proxy that an annotation takes away', async t => {
  const values = { global: { proxy: { resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '2', memory: '1Gi' } } } } }
  const lost = (annotations: JsonObject, resources: JsonObject) =>
    lintAnnotations({ ...template(annotations, { ...PROXY, resources }), values }).map(({ code, message, hint }) => `${code}: ${message} (${hint})`)
  t.same(lost({ 'sidecar.istio.io/proxyCPU': '10m' }, { requests: { cpu: '10m' } }), [
    'proxy-resources-lost: annotation sidecar.istio.io/proxyCPU replaces all resources of the proxy: it loses requests.memory 128Mi, limits.cpu 2, limits.memory 1Gi of the configuration (set sidecar.istio.io/proxyMemory, sidecar.istio.io/proxyCPULimit, sidecar.istio.io/proxyMemoryLimit as well)',
  ])
  const all = {
    'sidecar.istio.io/proxyCPU': '1',
    'sidecar.istio.io/proxyMemory': '1',
    'sidecar.istio.io/proxyCPULimit': '1',
    'sidecar.istio.io/proxyMemoryLimit': '1',
  }
  t.same(lost(all, { requests: { cpu: '1', memory: '1' }, limits: { cpu: '1', memory: '1' } }), [])
  t.same(lost({}, { requests: { cpu: '100m' } }), [], 'without such an annotation')
  t.same(lost({ 'sidecar.istio.io/proxyMemory': '1' }, values.global.proxy.resources), [], 'the container of the user has them')
  t.same(lintAnnotations(template({ 'sidecar.istio.io/proxyCPU': '10m' })), [], 'no values')
})

t.test('images that Istio publishes no more', async t => {
  const cases: readonly (readonly [image: string, isTold: boolean])[] = [
    ['gcr.io/istio-release/proxyv2:1.31.0', true],
    ['gcr.io/istio-release/proxyv2@sha256:aa', true],
    ['gcr.io/mine/proxyv2:1.20.0', false],
    ['registry.istio.io/release/proxyv2:1.31.0', false],
    ['registry.istio.io/release/proxyv2:1.27.3-distroless', true],
    ['registry.istio.io/testing/proxyv2:latest', false],
    ['docker.io/istio/proxyv2:1.24.2', true],
    ['istio/proxyv2:v1.9.0', true],
    ['docker.io/istio/proxyv2:1.28.0', false],
    ['docker.io/istio/proxyv2@sha256:aa', false],
    ['example.com/istio/proxyv2:1.20.0', false],
  ]
  for (const [image, isTold] of cases) {
    const found = lintImages(template({}, { ...PROXY, image }))
    t.same(
      found.map(({ code }) => code),
      isTold ? ['image-retired'] : [],
      image,
    )
  }
  t.same(
    lintImages({
      before: { spec: { containers: [{ name: 'istio-proxy', image: 'istio/proxyv2:1.20.0' }] } },
      after: template({}, { ...PROXY, image: 'istio/proxyv2:1.20.0' }).after,
    })[0]?.field,
    ['spec', 'containers', 0, 'image'],
  )
})

t.test('a sidecar in the ambient mesh', async t => {
  const found = (labels: Record<string, string>, namespaceLabels: readonly [string, string][] = [], proxy = PROXY) => {
    const subject = workload({ labels })
    const { after } = template({}, proxy)
    const decision = { injections: [], trace: { namespace: { name: 'shop', labels: new Map(namespaceLabels) }, webhooks: [] } }
    return lint({ workload: subject, before: { metadata: { labels }, spec: {} }, after, decision } as never, { annotations: new Set() })
      .filter(({ code }) => code === 'ambient-and-sidecar')
      .map(({ message }) => message)
  }
  const MODE = 'istio.io/dataplane-mode'
  t.same(found({ [MODE]: 'ambient' }), [`the pod has ${MODE}=ambient, and the pod gets a sidecar: ambient mode ignores it`])
  t.same(found({}, [[MODE, 'ambient']]), [`namespace shop has ${MODE}=ambient, and the pod gets a sidecar: ambient mode ignores it`])
  t.same(found({ [MODE]: 'none' }, [[MODE, 'ambient']]), [], 'the pod opts out')
  t.same(found({}, [[MODE, 'none']]), [])
  t.same(found({ [MODE]: 'ambient' }, [], { name: 'log', image: 'a' }), [], 'no proxy')
})

t.test('`check` tells them with their lines', async t => {
  const web = example('web.yaml').replace(
    /^( +)metadata:\n( +)labels:\n/m,
    (_all, outer: string, inner: string) =>
      `${outer}metadata:\n${inner}annotations:\n${inner}  proxy.istio.io/config: "concurency: 2"\n${inner}labels:\n${inner}  istio.io/dataplane-mode: ambient\n`,
  )
  const cwd = t.testdir({ 'web.yaml': web, 'namespace.yaml': example('namespace.yaml'), istio: { 'istio.yaml': example('istio/config.yaml') } })
  const { stdout } = run(['check', '--sources', '.'], { cwd })
  for (const [code, text] of [
    ['annotation-field-unknown', 'concurency'],
    ['ambient-and-sidecar', 'dataplane-mode'],
  ] as const) {
    const line = web.split('\n').findIndex(each => each.includes(text)) + 1
    t.match(stdout, new RegExp(`^web\\.yaml:${line}:\\d+: warning\\[${code}\\]`, 'm'))
  }
})
