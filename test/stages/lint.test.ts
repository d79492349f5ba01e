// Warnings about workloads that are injected, or left alone, without an error.

import t from 'tap'
import type { Decision, JsonObject, Resource } from '../../src/lib/model/index.ts'
import { knownAnnotations, lint, lintNamespace } from '../../src/select/lint.ts'
import { unknownKinds } from '../../src/select/unknown-kinds.ts'
import { decideFor, functionConfig, istioWebhook, namespace, type PodOptions, podOf, sourceOf, workload } from '../support/mesh.ts'

const INJECT = 'sidecar.istio.io/inject'
const REV = 'istio.io/rev'
const KNOWN = knownAnnotations([])

interface Subject extends PodOptions {
  readonly after?: JsonObject
  readonly decision?: Decision
  readonly cni?: boolean
  /** Of the workload itself. */
  readonly own?: JsonObject
}

/** `code field: message (hint)` of each warning. */
function warnings({ after, decision, cni, own, ...pod }: Subject): string[] {
  const target = workload(pod)
  if (own !== undefined) Object.assign(target.resource.value.metadata as JsonObject, own)
  const { metadata, spec } = podOf(workload(pod)) as { metadata: JsonObject; spec: JsonObject }
  const before = { metadata: { labels: pod.labels ?? {}, annotations: pod.annotations ?? {} }, spec }
  void metadata
  const subject = { workload: target, before, ...(after === undefined ? {} : { after }), ...(decision === undefined ? {} : { decision }) }
  return lint(subject, { annotations: KNOWN, ...(cni === undefined ? {} : { cni }) }).map(d => `${d.code} ${d.at?.file}: ${d.message} (${d.hint})`)
}

const TEMPLATE = 'web.yaml#spec.template'

t.test('annotations that Istio does not know are named with the nearest one', async t => {
  const cases: readonly [string, Record<string, string>, string[]][] = [
    [
      'none',
      { 'sidecar.istio.io/proxyCPU': '1', 'example.com/x': 'y', 'traffic.sidecar.istio.io/excludeInboundPorts': '1', 'proxy.istio.io/config': '{}' },
      [],
    ],
    [
      "Istio's own release note",
      { 'sidecar.istio.io/native-side': 'true' },
      [
        `annotation-unknown ${TEMPLATE}.metadata.annotations["sidecar.istio.io/native-side"]: annotation sidecar.istio.io/native-side is unknown to Istio (did you mean sidecar.istio.io/nativeSidecar?)`,
      ],
    ],
    [
      'a wrong capital',
      { 'sidecar.istio.io/proxyCpu': '1' },
      [
        `annotation-unknown ${TEMPLATE}.metadata.annotations["sidecar.istio.io/proxyCpu"]: annotation sidecar.istio.io/proxyCpu is unknown to Istio (did you mean sidecar.istio.io/proxyCPU?)`,
      ],
    ],
    [
      'the other prefixes',
      {
        'traffic.sidecar.istio.io/excludeInboundPort': '1',
        'proxy.istio.io/conf': '{}',
        'inject.istio.io/template': 'x',
        'sidecar.istio.io/somethingElseAltogether': '1',
      },
      [
        `annotation-unknown ${TEMPLATE}.metadata.annotations["traffic.sidecar.istio.io/excludeInboundPort"]: annotation traffic.sidecar.istio.io/excludeInboundPort is unknown to Istio (did you mean traffic.sidecar.istio.io/excludeInboundPorts?)`,
        `annotation-unknown ${TEMPLATE}.metadata.annotations["proxy.istio.io/conf"]: annotation proxy.istio.io/conf is unknown to Istio (did you mean proxy.istio.io/config?)`,
        `annotation-unknown ${TEMPLATE}.metadata.annotations["inject.istio.io/template"]: annotation inject.istio.io/template is unknown to Istio (did you mean inject.istio.io/templates?)`,
        `annotation-unknown ${TEMPLATE}.metadata.annotations["sidecar.istio.io/somethingElseAltogether"]: annotation sidecar.istio.io/somethingElseAltogether is unknown to Istio (Istio does not read it: remove it)`,
      ],
    ],
  ]
  for (const [name, annotations, want] of cases) t.same(warnings({ annotations }), want, name)
})

t.test('annotations that a custom template reads are known', async t => {
  const known = knownAnnotations(['{{ annotation .ObjectMeta `sidecar.istio.io/team` "x" }}', '{{ index .ObjectMeta.Annotations "proxy.istio.io/own-thing" }}'])
  t.ok(known.has('sidecar.istio.io/team') && known.has('proxy.istio.io/own-thing') && known.has('sidecar.istio.io/proxyCPU'))
})

t.test('labels and annotations in the wrong place have no effect', async t => {
  t.same(warnings({ labels: { 'sidecar.istio.io/proxyCPU': '1' } }), [
    `annotation-misplaced ${TEMPLATE}.metadata.labels["sidecar.istio.io/proxyCPU"]: sidecar.istio.io/proxyCPU is a label, but Istio reads it as an annotation (make it an annotation)`,
  ])
  t.same(warnings({ own: { annotations: { 'sidecar.istio.io/proxyCPU': '1', 'a.io/b': 'c' }, labels: { [INJECT]: 'false' } } }), [
    'annotation-misplaced web.yaml#metadata.annotations["sidecar.istio.io/proxyCPU"]: sidecar.istio.io/proxyCPU is set on the Deployment, where it has no effect (move it to the pod template\'s annotations)',
    'annotation-misplaced web.yaml#metadata.labels["sidecar.istio.io/inject"]: sidecar.istio.io/inject is set on the Deployment, where it has no effect (move it to the pod template\'s labels)',
  ])
  t.same(warnings({ labels: { [INJECT]: 'false' }, own: { labels: { [INJECT]: 'false' } } }), [], 'unless the pod template has them too')
  t.same(warnings({ kind: 'Pod', annotations: { 'sidecar.istio.io/proxyCPU': '1' } }), [], 'and a Pod is its own template')
})

t.test('image: auto that no injection replaced is found', async t => {
  const auto = { containers: [{ name: 'istio-proxy', image: 'auto' }] }
  t.same(warnings({ spec: auto }), [
    `image-auto ${TEMPLATE}.spec.containers[0].image: container istio-proxy still has image: auto, which is not an image (inject the pod with a template that has this container, or set an image)`,
  ])
  t.same(warnings({ spec: auto, after: { spec: { containers: [{ name: 'istio-proxy', image: 'proxyv2:1' }] } } }), [])
})

t.test('a Job with an injected container that runs on never completes', async t => {
  const after = { spec: { containers: [{ name: 'app' }, { name: 'istio-proxy' }] } }
  t.match(
    warnings({ kind: 'Job', after })[0],
    /^job-never-completes .*the Job does not complete while the injected container istio-proxy runs \(.*nativeSidecar: "true"\)/,
  )
  t.match(warnings({ kind: 'CronJob', after })[0], /^job-never-completes web\.yaml#spec\.jobTemplate\.spec\.template\.spec\.containers: the CronJob/)
  t.same(warnings({ kind: 'Deployment', after }), [])
  t.same(warnings({ kind: 'Job', after: { spec: { initContainers: [{ name: 'istio-proxy' }], containers: [{ name: 'app' }] } } }), [], 'a native sidecar ends')
  const ends = { containers: [{ name: 'app', command: ['sh', '-c', 'work; curl -X POST localhost:15020/quitquitquit'] }] }
  t.same(warnings({ kind: 'Job', spec: ends, after }), [], 'or the Job ends the proxy itself')
})

t.test('labels that contradict each other are named with the one that wins', async t => {
  t.match(warnings({ labels: { [INJECT]: 'true' }, annotations: { [INJECT]: 'false' } })[0], /label .*"true" wins over the annotation .*"false"/)
  const disabled = { labels: { [INJECT]: 'true' } }
  const decision = decideFor(disabled, { namespaces: [namespace('shop', { 'istio-injection': 'disabled' })] })
  t.match(warnings({ ...disabled, decision })[0], /has no effect: namespace shop has istio-injection=disabled, which no pod can override/)
  const canary = { labels: { [REV]: 'canary' } }
  const overridden = decideFor(canary, { namespaces: [namespace('shop', { 'istio-injection': 'enabled' })] })
  t.match(warnings({ ...canary, decision: overridden })[0], /label istio\.io\/rev: canary has no effect: Namespace label istio-injection=enabled matches/)
  t.same(warnings({ ...canary, decision: decideFor(canary, { namespaces: [namespace('shop')] }) }), [])
  const both = namespace('shop', { 'istio-injection': 'enabled', [REV]: 'canary' })
  t.same(
    lintNamespace(both).map(d => [d.code, d.message]),
    [['labels-contradict', 'namespace label istio-injection=enabled wins over istio.io/rev=canary']],
  )
  t.same(lintNamespace(namespace('shop', { [REV]: 'canary' })), [])
})

t.test('a pod with a proxy that opts out gets no redirection under istio-cni', async t => {
  const injected = { annotations: { 'sidecar.istio.io/status': '{}' }, labels: { [INJECT]: 'false' } }
  t.match(warnings({ ...injected, cni: true })[0], /^cni-no-redirection .*istio-cni does not redirect its traffic \(.*istio-injection=disabled/)
  t.match(warnings(injected)[0], /\(if istio-cni is used\)/)
  t.same(warnings({ ...injected, cni: false }), [])
  t.same(warnings({ labels: { [INJECT]: 'false' } }), [], 'without a proxy it is what the user wants')
})

t.test('a configuration with two entries that both match would inject twice', async t => {
  const twice = istioWebhook('istio-sidecar-injector', { rev: 'default', legacy: true })
  const entries = twice.value.webhooks as JsonObject[]
  entries.push({ ...(entries[2] as JsonObject), name: 'again.sidecar-injector.istio.io' })
  const decision = decideFor({}, { webhooks: [twice], namespaces: [namespace('shop', { 'istio-injection': 'enabled' })] })
  t.match(warnings({ decision })[0], /^injected-twice .*called 2 times for the pod: namespace\.sidecar-injector\.istio\.io, again\.sidecar-injector\.istio\.io/)
})

t.test('an unknown kind that holds a pod template is named once, with what to add', async t => {
  const template = { spec: { containers: [{ name: 'a', image: 'b' }] } }
  const widget = (name: string, apiVersion = 'example.com/v1', kind = 'Widget'): Resource => {
    const value = { apiVersion, kind, metadata: { name }, spec: { podTemplate: template } }
    return { ref: { apiVersion, kind, name }, value, source: sourceOf(`${name}.yaml`), path: [] }
  }
  const found = unknownKinds([widget('one'), widget('two'), widget('pt', 'v1', 'PodTemplate'), widget('crd', 'apiextensions.k8s.io/v1', 'X')], [])
  t.same(
    found.map(d => [d.severity, d.code, d.resource?.name, d.at?.file]),
    [['warning', 'kind-unknown', 'one', 'one.yaml#spec.podTemplate']],
  )
  t.equal(found[0]?.hint, 'add to the function config: workloads: [{apiVersion: example.com/v1, kind: Widget, podTemplate: "spec.podTemplate"}]')
  const further = functionConfig(`istio: {}\n${found[0]?.hint?.replace('add to the function config: ', '') ?? ''}`).workloads
  t.same(unknownKinds([widget('one')], further), [], 'what the hint says helps')
})

t.test('names like those of prototypes are ordinary names', async t => {
  t.same(warnings({ annotations: { constructor: 'x', 'sidecar.istio.io/__proto__': 'y' }, labels: { toString: 'z' } }).length, 1)
})
