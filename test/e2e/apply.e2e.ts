// A real API server accepts what injection writes: every example, and a hundred workloads of every form, by server-side apply with strict validation.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { clone, missing, shell } from '../support/clone.ts'
import { ROOT } from '../support/rig.ts'
import type { Document } from './client.ts'
import { startControlPlane } from './control-plane.ts'
import { documentsOf, namespaceOf, render } from './render.ts'
import { generateWorkloads, NAMESPACE } from './workloads.ts'

const { client, stop } = await startControlPlane()
t.teardown(stop)

const EXEC = 'kustomize build --enable-alpha-plugins --enable-exec'
const own = (name: string): [string, string] => [name, `cd examples/${name}; inject-sidecars inject -f inject-sidecars.yaml app.yaml`]

/** What prints each example's manifests with their sidecars. */
const EXAMPLES = new Map<string, string>([
  ...['cloud-sql-proxy', 'istio-and-log-shipper', 'log-shipper', 'otel-collector', 'vault-agent'].map(own),
  ['argocd', `cd examples/argocd/app; ${EXEC} .`],
  ['flux', 'sh examples/flux/render.sh examples/flux/apps examples/flux/rendered >&2; cat examples/flux/rendered/*/*.yaml'],
  [
    'helm',
    `helm template shop examples/helm/chart --namespace shop --post-renderer inject-sidecars --post-renderer-args inject \
      --post-renderer-args --function-config=examples/helm/sidecars.yaml --post-renderer-args -`,
  ],
  ['kpt-render', 'cd examples/kpt-render; inject-sidecars inject -f sidecars.yaml web.yaml'],
  ...['kustomize-exec', 'policy-environment', 'policy-native-sidecar', 'policy-parameters', 'policy-registry'].map((name): [string, string] => [
    name,
    `${EXEC} examples/${name}`,
  ]),
  [
    'kustomize-legacy-plugin',
    `inject-sidecars install-kustomize-plugin --plugin-home plugins >&2
    KUSTOMIZE_PLUGIN_HOME=$PWD/plugins kustomize build --enable-alpha-plugins examples/kustomize-legacy-plugin`,
  ],
  ['kustomize-overlays', `for overlay in staging production; do ${EXEC} examples/kustomize-overlays/overlays/$overlay; echo ---; done`],
])

t.test('every example is among those that are applied', async t => {
  t.same([...EXAMPLES.keys()].toSorted(), readdirSync(join(ROOT, 'examples')).toSorted())
})

for (const [name, commands] of EXAMPLES) {
  t.test(`the API server accepts the example ${name}`, { skip: missing(commands) }, async t => {
    const { code, stdout, stderr } = shell(commands, clone(t.testdir({})))
    t.equal(code, 0, stderr)
    const documents = documentsOf(stdout)
    t.equal(documents.length > 0, true)
    t.same(await refusals(documents), [])
  })
}

const WORKLOADS = generateWorkloads(100)

t.test('the API server accepts a hundred workloads as they are written, so that what it refuses later is ours', async t => {
  t.same(await refusals(WORKLOADS), [])
})

t.test('the API server accepts a hundred workloads with a proxy and a shipper', async t => {
  const rendered = WORKLOADS.map(({ text }) => render(text))
  t.equal(rendered.filter(text => text.includes('name: istio-proxy') || text.includes('"istio-proxy"')).length > 60, true)
  t.same(await refusals(rendered.flatMap(documentsOf)), [])
})

const ISTIO = join(process.env.CONFORMANCE_DIR ?? join(ROOT, '../shared/conformance'), 'istio/live/cluster/default.yaml')

t.test("the API server accepts a hundred workloads with Istio's own sidecar", { skip: !existsSync(ISTIO) && `${ISTIO} is not here` }, async t => {
  const mesh = readFileSync(ISTIO, 'utf8')
  const rendered = WORKLOADS.map(({ text }) => render(text, { mesh }))
  t.equal(rendered.filter(text => text.includes('istio-proxy')).length > 60, true)
  t.same(await refusals(rendered.flatMap(documentsOf)), [])
})

/** What the server says to those that it does not accept. */
async function refusals(documents: readonly Document[]): Promise<string[]> {
  const names = new Set([NAMESPACE, ...documents.flatMap(({ value }) => namespaceOf(value) ?? [])])
  for (const name of names) await client.apply({ value: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } })
  const answers = await Promise.all(
    documents.map(async ({ value, ...document }) => {
      const { status, body } = await client.apply({ value, ...document }, { dryRun: true })
      return status === 200 || status === 201 ? [] : [`${String(value.kind)} ${JSON.stringify(value.metadata)}: ${status} ${String(body.message)}`]
    }),
  )
  return answers.flat()
}
