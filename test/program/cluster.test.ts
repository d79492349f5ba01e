// Reading a cluster: what is asked, what is written, and every way in which a server can fail.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { capture } from '../../src/cli/cluster/capture.ts'
import { connect } from '../../src/cli/cluster/connect.ts'
import { eachRunningPod } from '../../src/cli/cluster/running-pods.ts'
import { verify } from '../../src/cli/cluster/verify.ts'
import type { Difference } from '../../src/drift/drift.ts'
import { lookAt } from '../../src/inject.ts'
import type { Outcome } from '../../src/inject-workload.ts'
import { at, type Diagnostic, InjectError, type Json } from '../../src/lib/model/index.ts'
import { read } from '../../src/read/read.ts'
import { type Answer, kubeconfig, startApiServer } from '../support/api-server.ts'

const MANAGED = { resourceVersion: '7', uid: 'u', managedFields: [{ manager: 'x' }], creationTimestamp: '2026-01-01T00:00:00Z' }
const list = (kind: string, items: Json[]): Answer => ({ body: { kind: `${kind}List`, apiVersion: 'v1', metadata: {}, items } })
const configMap = (name: string, data: Json): Json => ({ metadata: { name, namespace: 'istio-system', ...MANAGED }, data })
const node = (name: string, kubeletVersion: string): Json => ({ metadata: { name }, status: { nodeInfo: { kubeletVersion } } })

const CLUSTER = new Map<string, Answer>([
  [
    'GET /api/v1/namespaces/istio-system/configmaps',
    list('ConfigMap', [
      configMap('istio-sidecar-injector', { config: 'policy: enabled\n', values: '{}' }),
      configMap('istio', { mesh: 'trustDomain: td\n' }),
      configMap('istio-ca-root-cert', { 'root-cert.pem': 'x' }),
      configMap('kube-root-ca.crt', { 'ca.crt': 'x' }),
      configMap('istio-canary', { mesh: '{}' }),
    ]),
  ],
  [
    'GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
    list('MutatingWebhookConfiguration', [
      {
        metadata: { name: 'istio-sidecar-injector', labels: { 'istio.io/rev': 'default' }, ...MANAGED },
        webhooks: [
          {
            name: 'namespace.sidecar-injector.istio.io',
            clientConfig: { service: { name: 'istiod', namespace: 'istio-system', path: '/inject' }, caBundle: 'Q0E=' },
            namespaceSelector: { matchLabels: { 'istio-injection': 'enabled' } },
            sideEffects: 'None',
            admissionReviewVersions: ['v1'],
          },
        ],
      },
      { metadata: { name: 'other' }, webhooks: [{ name: 'x.example.com', clientConfig: {}, sideEffects: 'None', admissionReviewVersions: ['v1'] }] },
    ]),
  ],
  [
    'GET /api/v1/namespaces',
    list('Namespace', [
      { metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' }, annotations: { 'openshift.io/sa.scc.uid-range': '1/2', other: 'x' }, ...MANAGED } },
    ]),
  ],
  ['GET /api/v1/nodes', list('Node', [node('b', 'v1.34.0'), node('a', 'v1.34.0'), node('c', 'v1.30.1')])],
])

const EXPECTED = `---
apiVersion: v1
data:
  mesh: |
    trustDomain: td
kind: ConfigMap
metadata:
  annotations:
    config.kubernetes.io/local-config: "true"
  name: istio
  namespace: istio-system
---
apiVersion: v1
data:
  mesh: '{}'
kind: ConfigMap
metadata:
  annotations:
    config.kubernetes.io/local-config: "true"
  name: istio-canary
  namespace: istio-system
---
apiVersion: v1
data:
  config: |
    policy: enabled
  values: '{}'
kind: ConfigMap
metadata:
  annotations:
    config.kubernetes.io/local-config: "true"
  name: istio-sidecar-injector
  namespace: istio-system
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata:
  annotations:
    config.kubernetes.io/local-config: "true"
  labels:
    istio.io/rev: default
  name: istio-sidecar-injector
webhooks:
- admissionReviewVersions:
  - v1
  clientConfig:
    service:
      name: istiod
      namespace: istio-system
      path: /inject
  name: namespace.sidecar-injector.istio.io
  namespaceSelector:
    matchLabels:
      istio-injection: enabled
  sideEffects: None
---
apiVersion: v1
kind: Namespace
metadata:
  annotations:
    config.kubernetes.io/local-config: "true"
    openshift.io/sa.scc.uid-range: 1/2
  labels:
    istio-injection: enabled
  name: shop
---
apiVersion: v1
kind: Node
metadata:
  annotations:
    config.kubernetes.io/local-config: "true"
  name: a
status:
  nodeInfo:
    kubeletVersion: v1.34.0
---
apiVersion: v1
kind: Node
metadata:
  annotations:
    config.kubernetes.io/local-config: "true"
  name: c
status:
  nodeInfo:
    kubeletVersion: v1.30.1
`

const NOT_FOUND: Answer = { status: 404, message: 'the server could not find the requested resource' }

async function captureFrom(folder: string, config: string, timeoutMs = 2000): Promise<string> {
  const file = join(folder, 'kubeconfig')
  writeFileSync(file, config)
  return await capture(await connect({ kubeconfig: file, timeoutMs }), { istioNamespace: 'istio-system' })
}

async function failure(promise: Promise<unknown>): Promise<{ code: string; message: string; hint: string }> {
  try {
    await promise
  } catch (error) {
    if (error instanceof InjectError) return { code: error.diagnostic.code, message: error.message, hint: error.diagnostic.hint ?? '' }
    throw error
  }
  return { code: 'none', message: 'nothing failed', hint: '' }
}

t.test('what decides injection is written as manifests, everything else left out', async t => {
  const server = await startApiServer(request => CLUSTER.get(request) ?? NOT_FOUND)
  t.equal(await captureFrom(t.testdir(), server.kubeconfig), EXPECTED)
  t.same(
    server.requests.map(request => request.split('?')[0]),
    [
      'GET /api/v1/namespaces/istio-system/configmaps',
      'GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
      'GET /api/v1/namespaces',
      'GET /apis/networking.istio.io/v1beta1/proxyconfigs',
      'GET /api/v1/nodes',
    ],
  )
  await server.close()
})

t.test('ProxyConfigs keep the age that decides which one applies', async t => {
  const proxyConfig = { metadata: { name: 'root', namespace: 'istio-system', ...MANAGED }, spec: { concurrency: 2 } }
  const server = await startApiServer(request => (request.endsWith('proxyconfigs') ? { body: { items: [proxyConfig] } } : (CLUSTER.get(request) ?? NOT_FOUND)))
  const text = await captureFrom(t.testdir(), server.kubeconfig)
  t.match(
    text,
    /kind: ProxyConfig\nmetadata:\n(?:.*\n){2} {2}creationTimestamp: "2026-01-01T00:00:00Z"\n {2}name: root\n {2}namespace: istio-system\nspec:\n {2}concurrency: 2\n/,
  )
  await server.close()
})

t.test('a busy server is asked again after the pause that it names', async t => {
  const server = await startApiServer((request, count) =>
    count === 0 ? { status: 429, message: 'too many requests', retryAfter: 0 } : (CLUSTER.get(request) ?? NOT_FOUND),
  )
  t.equal(await captureFrom(t.testdir(), server.kubeconfig), EXPECTED)
  t.equal(server.requests.length, 10)
  await server.close()
})

t.test('a connection that breaks once is tried again', async t => {
  const server = await startApiServer((request, count) => (count === 0 && request.endsWith('nodes') ? 'hang-up' : (CLUSTER.get(request) ?? NOT_FOUND)))
  t.equal(await captureFrom(t.testdir(), server.kubeconfig), EXPECTED)
  await server.close()
})

const FORBIDDEN = 'configmaps is forbidden: User "x" cannot list resource "configmaps" in API group "" in the namespace "istio-system"'

const FAILURES: [name: string, answer: Answer, code: string, message: RegExp, hint?: RegExp][] = [
  [
    'always busy',
    { status: 429, message: 'too many requests', retryAfter: 0 },
    'cluster-failed',
    /answered 429 while reading ConfigMaps in istio-system: too many requests/,
  ],
  [
    'forbidden',
    { status: 403, message: FORBIDDEN },
    'cluster-denied',
    /^reading ConfigMaps in istio-system is forbidden \(403\): configmaps is forbidden: User "x" cannot list/,
    /^ask for the right to list configmaps;/,
  ],
  ['broken connections', 'hang-up', 'cluster-unreachable', /cannot be reached while reading ConfigMaps/],
  ['silence', 'silence', 'cluster-timeout', /did not answer within 0.3 s while reading ConfigMaps/, /--timeout/],
  [
    'a time-out of the server',
    { status: 504, message: 'request did not complete' },
    'cluster-timeout',
    /answered 504 while reading .*: request did not complete/,
  ],
  ['no such path', NOT_FOUND, 'cluster-refused', /answered 404 while reading ConfigMaps/],
  ['a fault of the server', { status: 500, message: 'etcdserver: leader changed' }, 'cluster-failed', /answered 500 while reading .*: etcdserver/, /try again/],
]

for (const [name, answer, code, message, hint = /^/] of FAILURES) {
  t.test(`${name}: one clear error`, async t => {
    const server = await startApiServer(() => answer)
    t.match(await failure(captureFrom(t.testdir(), server.kubeconfig, 300)), { code, message, hint })
    await server.close()
  })
}

t.test('a wrong token: the credentials are named as the reason', async t => {
  const server = await startApiServer(() => NOT_FOUND)
  const config = server.kubeconfig.replace(/token: .*\}/, 'token: wrong}')
  const message = /does not accept the credentials of the kubeconfig \(401\)/
  t.match(await failure(captureFrom(t.testdir(), config)), { code: 'cluster-credentials', message, hint: /log in again/ })
  await server.close()
})

t.test('a certificate of another authority is refused', async t => {
  const server = await startApiServer(() => NOT_FOUND)
  const config = server.kubeconfig.replace(/, certificate-authority-data: [^}]*/, '')
  t.match(await failure(captureFrom(t.testdir(), config)), { code: 'cluster-unreachable', message: /cannot be reached.*certificate/ })
  await server.close()
})

t.test('a kubeconfig without the wanted context lists those that there are', async t => {
  const file = join(t.testdir(), 'kubeconfig')
  writeFileSync(file, kubeconfig('https://localhost:1', 'x'))
  t.match(await failure(connect({ kubeconfig: file, context: 'prod' })), { code: 'cluster-unreachable', message: /no context "prod"/ })
})

t.test('a kubeconfig that is missing is an error, not a default', async t => {
  t.match(await failure(connect({ kubeconfig: join(t.testdir(), 'none') })), { code: 'cluster-unreachable', message: /cannot be read/ })
})

/** What the cluster's webhook makes of the dry run: the sidecar of the example, and defaults that the API server fills in. */
function injectedBy(body: string, image: string): Json {
  const pod = JSON.parse(body)
  const proxy = { name: 'proxy', image, terminationMessagePath: '/dev/termination-log', resources: {} }
  const token = { name: 'kube-api-access-x1', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }
  const [web] = pod.spec.containers
  return {
    ...pod,
    metadata: { ...pod.metadata, name: 'web-x', labels: { ...pod.metadata.labels, logging: 'on' } },
    spec: {
      ...pod.spec,
      restartPolicy: 'Always',
      containers: [proxy, { ...web, imagePullPolicy: 'Always', volumeMounts: [token] }],
      volumes: [{ name: token.name }],
    },
  }
}

const FUNCTION_CONFIG = `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
metadata: {name: own}
spec:
  injectors:
  - name: own
    webhooks: [{objectSelector: {matchLabels: {app: web}}}]
    config:
      templates:
        sidecar: |
          metadata: {labels: {logging: "on"}}
          spec:
            containers:
            - {name: proxy, image: "proxy:1"}
      defaultTemplates: [sidecar]
`
const WEB = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: web, resources: {limits: {cpu: 1000m}}}
`

interface Verified {
  readonly differences: readonly Difference[]
  readonly problems: readonly Partial<Diagnostic>[]
  readonly requests: readonly string[]
}

async function verifyAgainst(answer: (body: string) => Answer): Promise<Verified> {
  const server = await startApiServer((request, _count, body) => (request === 'POST /api/v1/namespaces/shop/pods' ? answer(body) : NOT_FOUND))
  const folder = t.testdir({ kubeconfig: server.kubeconfig })
  const input = { files: [{ path: 'web.yaml', text: WEB }], functionConfig: { path: 'own.yaml', text: FUNCTION_CONFIG } }
  const connection = await connect({ kubeconfig: join(folder, 'kubeconfig'), timeoutMs: 2000 })
  const outcomes: Outcome[] = []
  lookAt({ ...input, onOutcome: outcome => outcomes.push(outcome) }, read(input))
  const { verdicts, diagnostics } = await verify(connection, outcomes)
  await server.close()
  const problems = diagnostics.map(({ code, message, hint, at }) => ({ code, message, ...(hint && { hint }), ...(at && { at }) }))
  return { differences: verdicts.flatMap(verdict => verdict.differences), problems, requests: server.requests }
}

t.test('a cluster that injects the same differs in nothing, whatever it fills in', async t => {
  let owner: Json = null
  const { differences, problems, requests } = await verifyAgainst(body => {
    owner = JSON.parse(body).metadata.ownerReferences[0].name
    return { body: injectedBy(body, 'proxy:1') }
  })
  t.same([differences, problems], [[], []])
  t.match(requests, [/^POST \/api\/v1\/namespaces\/shop\/pods\?dryRun=All$/])
  t.equal(owner, 'web-template')
})

t.test('a cluster that injects something else: each field is named', async t => {
  const { differences } = await verifyAgainst(body => ({ body: injectedBy(body, 'proxy:2') }))
  t.same(differences, [{ kind: 'other-version', path: ['spec', 'containers', 'proxy', 'image'], rendered: 'proxy:1', running: 'proxy:2' }])
})

const REFUSALS: [name: string, status: number, message: string, code: string, hint: RegExp][] = [
  ['a pod that is not valid', 422, 'Pod "web" is invalid: spec.containers[0].image: Required value', 'cluster-refused', /a real creation would be refused/],
  [
    'a right that is missing',
    403,
    'pods is forbidden: User "x" cannot create resource "pods" in API group "" in the namespace "shop"',
    'cluster-denied',
    /^ask for the right to create pods;/,
  ],
  [
    'an admission plugin that says no',
    403,
    'pods "web" is forbidden: violates PodSecurity "restricted:latest"',
    'cluster-refused',
    /a real creation would be refused/,
  ],
  ['a webhook that says no', 403, 'admission webhook "a.example.com" denied the request: no', 'cluster-refused', /webhook a\.example\.com says so/],
  ['a webhook that fails', 500, 'Internal error occurred: failed calling webhook "a.example.com": EOF', 'cluster-failed', /webhook a\.example\.com says so/],
  ['a namespace that is not there', 404, 'namespaces "shop" not found', 'cluster-refused', /a real creation would be refused/],
]

for (const [name, status, message, code, hint] of REFUSALS) {
  t.test(`${name}: the workload's pod is named, with a word of its own`, async t => {
    const { problems, differences } = await verifyAgainst(() => ({ status, message }))
    t.same(differences, [])
    t.equal(problems.length, 1)
    t.match(problems[0], { code, hint, at: { file: 'web.yaml', line: 3 } })
    t.equal(problems[0]?.message?.endsWith(`: ${message}`), true)
    t.match(problems[0]?.message, /creating the pod of Deployment shop\/web in a dry run/)
  })
}

const page = (names: readonly string[], next?: string): Answer => ({
  body: { kind: 'PodList', apiVersion: 'v1', metadata: next === undefined ? {} : { continue: next }, items: names.map(name => ({ metadata: { name } })) },
})

t.test('running pods are read page by page, in each namespace', async t => {
  const server = await startApiServer((request, count) => {
    if (request === 'GET /api/v1/namespaces/a/pods') return count === 0 ? page(['a1', 'a2'], 'more') : page(['a3'])
    return request === 'GET /api/v1/namespaces/b/pods' ? page([]) : NOT_FOUND
  })
  const folder = t.testdir({ kubeconfig: server.kubeconfig })
  const names: Json[] = []
  const connection = await connect({ kubeconfig: join(folder, 'kubeconfig'), timeoutMs: 2000 })
  await eachRunningPod(connection, ['a', 'b'], pod => names.push(at(pod, ['metadata', 'name']) ?? null))
  t.same(names, ['a1', 'a2', 'a3'])
  t.match(server.requests, [/a\/pods\?limit=250$/, /a\/pods\?continue=more&limit=250$/, /b\/pods\?limit=250$/])
  await server.close()
})

t.test('running pods that may not be listed: the right is named', async t => {
  const message = 'pods is forbidden: User "x" cannot list resource "pods" in API group "" in the namespace "a"'
  const server = await startApiServer(() => ({ status: 403, message }))
  const folder = t.testdir({ kubeconfig: server.kubeconfig })
  const connection = await connect({ kubeconfig: join(folder, 'kubeconfig'), timeoutMs: 2000 })
  const problem = await failure(eachRunningPod(connection, ['a'], () => {}))
  t.match(problem, { code: 'cluster-denied', message: /^reading Pods in a is forbidden/, hint: /the right to list pods;/ })
  await server.close()
})
