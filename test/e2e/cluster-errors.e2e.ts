// What `capture` and `verify` say where a real API server refuses, fails or is slow: each case has a code and words of its own.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { capture } from '../../src/cli/cluster/capture.ts'
import { connect } from '../../src/cli/cluster/connect.ts'
import { at, type Diagnostic, InjectError } from '../../src/lib/model/index.ts'
import { ROOT } from '../support/rig.ts'
import { freePorts } from './control-plane.ts'
import { injected, startMeshCluster, WEB, WEBHOOK } from './mesh-cluster.ts'
import { documentsOf } from './render.ts'

const cluster = await startMeshCluster()
t.teardown(() => cluster.close())
const [DEPLOYMENT = ''] = WEB.split('---\n')

/** A user who has no rights at first. */
const visitor = () => cluster.serviceAccountToken('other', 'default', 3600)

t.test('capture without rights: the missing right is named', async t => {
  const problem = await problemOf(cluster.capture(t.testdir(), { token: await visitor() }))
  t.match(problem, {
    code: 'cluster-denied',
    message: /configmaps is forbidden: User "system:serviceaccount:other:default"/,
    hint: /the right to list configmaps;/,
  })
})

t.test('the rights that docs/cluster.md gives are enough for capture, and those for verify', async t => {
  const subjects = [{ kind: 'ServiceAccount', name: 'default', namespace: 'other' }]
  const rights = documentsOf(documentedRights()).map(({ value }) => value)
  t.same(
    rights.map(({ kind }) => kind),
    ['ClusterRole', 'Role', 'Role'],
  )
  for (const value of rights) {
    t.equal((await cluster.client.apply({ value })).status < 202, true)
    const kind = `${String(value.kind)}Binding`
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: value.kind ?? '', name: at(value, ['metadata', 'name']) ?? '' }
    t.equal(
      (await cluster.client.apply({ value: { apiVersion: value.apiVersion ?? '', kind, metadata: value.metadata ?? {}, roleRef, subjects } })).status < 202,
      true,
    )
  }
  t.match(await cluster.capture(t.testdir(), { token: await visitor() }), /name: istio-sidecar-injector\n/)
  const { verdicts, diagnostics } = await cluster.verify(t.testdir(), WEB, { token: await visitor() })
  t.equal(verdicts.length, 2)
  t.match(diagnostics, [
    { code: 'cluster-denied', message: /pods is forbidden: .* cannot create resource "pods" .* in the namespace "other"/, hint: /the right to create pods;/ },
  ])
})

t.test('a token that has expired, or is of another issuer: the credentials are named', async t => {
  const message = /does not accept the credentials of the kubeconfig \(401\) while reading ConfigMaps in istio-system/
  for (const token of [await cluster.serviceAccountToken('other', 'default', -60), 'not-a-token']) {
    t.match(await problemOf(cluster.capture(t.testdir(), { token })), { code: 'cluster-credentials', message, hint: /may have expired/ })
  }
})

const REFUSED: [name: string, change: (text: string) => string, code: string, message: RegExp, hint: RegExp][] = [
  [
    'a pod that is not valid',
    text => text.replace('image: "web:1"', 'image: ""'),
    'cluster-refused',
    /422 .*spec\.containers\[0\]\.image: Required value/,
    /a real creation/,
  ],
  [
    'a namespace that is not there',
    text => text.replaceAll(/namespace: (?:shop|other)/g, 'namespace: nowhere'),
    'cluster-refused',
    /404 .*namespaces "nowhere" not found/,
    /a real creation/,
  ],
  [
    'a service account that is not there',
    text => text.replace('      containers', '      serviceAccountName: web\n      containers'),
    'cluster-refused',
    /403 .*serviceaccount "web" not found/,
    /a real creation/,
  ],
  [
    'a namespace that is strict',
    text => text.replace('namespace: shop', 'namespace: strict'),
    'cluster-refused',
    /403 .*violates PodSecurity "restricted:latest"/,
    /a real creation/,
  ],
]

for (const [name, change, code, message, hint] of REFUSED) {
  t.test(`verify: ${name} is refused with the server's own words`, async t => {
    const { diagnostics } = await cluster.verify(t.testdir(), change(DEPLOYMENT))
    t.match(diagnostics, [{ code, message, hint, at: { file: 'web.yaml', line: 3 } }])
  })
}

t.test('verify: a webhook that refuses, that fails, and that does not answer in time', async t => {
  cluster.answerWith(() => ({ refusal: 'not on a Friday' }))
  const hint = new RegExp(`webhook ${WEBHOOK.replaceAll('.', '\\.')} says so`)
  t.match((await cluster.verify(t.testdir(), DEPLOYMENT)).diagnostics, [
    { code: 'cluster-refused', message: /403 .*denied the request: not on a Friday/, hint },
  ])
  cluster.answerWith(() => 'silence')
  t.match((await cluster.verify(t.testdir(), DEPLOYMENT, { timeoutMs: 500 })).diagnostics, [
    { code: 'cluster-timeout', message: /did not answer within 0\.5 s while creating the pod/ },
  ])
  await cluster.install({ timeoutSeconds: 1 })
  t.match((await cluster.verify(t.testdir(), DEPLOYMENT)).diagnostics, [
    { code: 'cluster-failed', message: /500 .*failed calling webhook .*context deadline exceeded/, hint },
  ])
  cluster.answerWith(injected)
  await cluster.install()
})

t.test('a port where no server listens', async t => {
  const file = join(t.testdir(), 'kubeconfig')
  const [port] = await freePorts(1)
  writeFileSync(file, cluster.kubeconfig().replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port}`))
  const problem = await problemOf(connect({ kubeconfig: file }).then(connection => capture(connection, { istioNamespace: 'istio-system' })))
  t.match(problem, { code: 'cluster-unreachable', message: /cannot be reached while reading ConfigMaps in istio-system: .*ECONNREFUSED/ })
})

async function problemOf(promise: Promise<unknown>): Promise<Diagnostic | undefined> {
  try {
    await promise
    return undefined
  } catch (error) {
    if (error instanceof InjectError) return error.diagnostic
    throw error
  }
}

/** The manifests below "Rights" of the page. */
function documentedRights(): string {
  return /## Permissions\n[\s\S]*?```yaml\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'docs/cluster.md'), 'utf8'))?.[1] ?? ''
}
