// `capture` and `verify` against a real API server, whose webhook is this library.

import t from 'tap'
import { at } from '../../src/lib/model/index.ts'
import { FUNCTION_CONFIG, injected, startMeshCluster, until, WEB, WITH_FACTS } from './mesh-cluster.ts'
import { documentsOf, render } from './render.ts'

const cluster = await startMeshCluster()
t.teardown(() => cluster.close())

t.test('what is captured renders as the mesh does', async t => {
  const captured = await cluster.capture(t.testdir())
  const kinds = documentsOf(captured).map(({ value }) => `${String(value.kind)} ${String(at(value, ['metadata', 'name']))}`)
  const namespaces = ['default', 'istio-system', 'kube-node-lease', 'kube-public', 'kube-system', 'other', 'shop', 'strict']
  const rest = ['ConfigMap istio', 'ConfigMap istio-sidecar-injector', 'MutatingWebhookConfiguration istio-sidecar-injector']
  t.same(kinds, [...rest, ...namespaces.map(name => `Namespace ${name}`), 'Node node-1'])
  t.equal(captured.includes('caBundle'), false)
  t.same(documentsOf(captured).find(({ value }) => value.kind === 'Node')?.value.status, { nodeInfo: { kubeletVersion: 'v1.36.3' } })
  t.equal(await cluster.capture(t.testdir()), captured)
  const expected = render(WEB, { functionConfig: WITH_FACTS })
  t.equal(render(WEB, { mesh: captured, functionConfig: FUNCTION_CONFIG }), expected)
  t.match(expected, /name: istio-proxy/)
})

t.test('ProxyConfigs are captured where the cluster has the kind', async t => {
  const names = { plural: 'proxyconfigs', singular: 'proxyconfig', kind: 'ProxyConfig', listKind: 'ProxyConfigList' }
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  const version = { name: 'v1beta1', served: true, storage: true, schema }
  const metadata = { name: 'proxyconfigs.networking.istio.io' }
  const spec = { group: 'networking.istio.io', scope: 'Namespaced', names, versions: [version] }
  await cluster.client.apply({ value: { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata, spec } })
  const config = {
    apiVersion: 'networking.istio.io/v1beta1',
    kind: 'ProxyConfig',
    metadata: { name: 'all', namespace: 'istio-system' },
    spec: { concurrency: 7 },
  }
  await until(async () => (await cluster.client.apply({ value: config })).status < 202)
  const captured = await cluster.capture(t.testdir())
  t.match(captured, /kind: ProxyConfig\nmetadata:\n(?: .*\n)+spec:\n {2}concurrency: 7\n/)
  t.match(render(WEB, { mesh: captured, functionConfig: FUNCTION_CONFIG }), /"concurrency":7/)
  await cluster.client.request('DELETE', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/proxyconfigs.networking.istio.io')
})

t.test('verify: the webhook makes the pods that are rendered here', async t => {
  const { verdicts, diagnostics } = await cluster.verify(t.testdir(), WEB)
  t.same(diagnostics, [])
  t.same(
    verdicts.map(({ outcome, differences }) => [outcome.workload.resource.ref.name, outcome.change !== undefined, differences]),
    [
      ['web', true, []],
      ['report', true, []],
      ['store', false, []],
    ],
  )
})

t.test('verify: what another configuration of the webhook makes is a difference in the field', async t => {
  cluster.answerWith(object => {
    const given = injected(object)
    return { object: JSON.parse(JSON.stringify(given.object).replaceAll('mesh/proxy:1.31.0', 'mesh/proxy:1.30.9')) }
  })
  const { verdicts } = await cluster.verify(t.testdir(), WEB)
  const line = (list: string) => `spec.${list}[0].image: here "registry.example.com/mesh/proxy:1.31.0", in the cluster "registry.example.com/mesh/proxy:1.30.9"`
  t.same(
    verdicts.map(({ differences }) => differences),
    [[line('initContainers')], [line('initContainers')], []],
  )
  cluster.answerWith(injected)
})
