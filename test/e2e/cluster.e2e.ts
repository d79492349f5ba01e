// `capture` and `verify` against a real API server, whose webhook is this library.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { at } from '../../src/lib/model/index.ts'
import { ROOT } from '../support/rig.ts'
import { json } from './client.ts'
import { FUNCTION_CONFIG, injected, startMeshCluster, until, WEB, WITH_FACTS } from './mesh-cluster.ts'
import { documentsOf, MESH, render } from './render.ts'
import { generateWorkloads } from './workloads.ts'

const cluster = await startMeshCluster()
t.teardown(() => cluster.close())

const MAIN = join(ROOT, 'src/cli/main.ts')
const WORKLOADS = generateWorkloads(100)

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
  const images = ['1.31.0', '1.30.9'].map(version => `registry.example.com/mesh/proxy:${version}`)
  const difference = { kind: 'other-version', path: ['spec', 'initContainers', 'istio-proxy', 'image'], rendered: images[0], running: images[1] }
  t.same(
    verdicts.map(({ differences }) => differences),
    [[difference], [difference], []],
  )
  cluster.answerWith(injected)
})

t.test('verify: the webhook makes the pods of a hundred workloads of every form as they are rendered here', async t => {
  const { verdicts, diagnostics } = await cluster.verify(t.testdir(), WORKLOADS.map(({ text }) => text).join('---\n'))
  t.same(diagnostics, [])
  t.equal(verdicts.length, WORKLOADS.length)
  t.equal(verdicts.filter(({ outcome }) => outcome.change !== undefined).length > 60, true)
  t.same(
    verdicts.flatMap(({ outcome, differences }) => (differences.length === 0 ? [] : [[outcome.workload.resource.ref.name, differences]])),
    [],
  )
})

t.test('verify --running: pods that the webhook injected are those that are rendered here, and an edited one is told', async t => {
  const [deployment] = documentsOf(WEB)
  t.equal(deployment !== undefined && (await cluster.client.apply(deployment)).status, 201)
  const folder = t.testdir({ kubeconfig: cluster.kubeconfig(), 'web.yaml': WEB, 'mesh.yaml': MESH, 'config.yaml': WITH_FACTS })
  const args = ['verify', '--running', '--kubeconfig', 'kubeconfig', '-f', 'config.yaml', 'web.yaml', 'mesh.yaml']
  await until(async () => (await program(args, folder)).stdout.includes('shop/web: 1 pod as rendered'))
  const pods = await cluster.client.request('GET', '/api/v1/namespaces/shop/pods?labelSelector=app=web')
  const name = String(at(pods.body, ['items', 0, 'metadata', 'name']))
  const image = { spec: { containers: [{ name: 'web', image: 'web:2' }] } }
  await cluster.client.request('PATCH', `/api/v1/namespaces/shop/pods/${name}`, { ...json(image), type: 'application/strategic-merge-patch+json' })
  const { code, stdout } = await program(args, folder)
  t.same([code, stdout.includes(`: ${name}\n    spec.containers[web].image: rendered "web:1", running "web:2"\n`)], [1, true])
})

/** Runs `inject-sidecars ARGS`, while the webhook answers. */
async function program(args: readonly string[], cwd: string): Promise<{ code: number | null; stdout: string }> {
  const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, ...env } = process.env
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', chunk => chunks.push(chunk))
  const [code] = await once(child, 'close')
  return { code, stdout: Buffer.concat(chunks).toString() }
}
