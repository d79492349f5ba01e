// MutatingAdmissionPolicies through the whole program: manifests in, manifests out, with records, findings, explanations and Istio's webhook after them.

import t from 'tap'
import { type InjectInput, inject, uninject } from '../../src/index.ts'
import { explainTable, explainTrace } from '../../src/select/explain.ts'
import { policyText } from '../support/policy.ts'

function policy(name: string, mutation: string, more = ''): string {
  return policyText({ name, mutation, more })
}

const SIDECAR = 'Object{spec: Object.spec{initContainers: [Object.spec.initContainers{name: "proxy", image: "mesh/proxy:1", restartPolicy: "Always"}]}}'

const WEB = `# The shop.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  template:
    spec:
      initContainers:
      - name: migrate   # first
        image: "shop/migrate:1"
      containers:
      - name: web
        image: shop/web:1
`

const CONFIG = { path: 'inject-sidecars.yaml', text: 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nspec: {policies: []}\n' }

function run(texts: Record<string, string>, more: Partial<InjectInput> = {}) {
  const files = Object.entries(texts).map(([path, text]) => ({ path, text }))
  return inject({ files, functionConfig: CONFIG, ...more })
}

/** The first of the texts with its injection removed; the policies confirm what they added. */
function taken(texts: Record<string, string>): string | undefined {
  const files = Object.entries(texts).map(([path, text]) => ({ path, text }))
  return uninject({ files, functionConfig: CONFIG }).files[0]?.text
}

function codes({ diagnostics }: ReturnType<typeof run>): string[] {
  return diagnostics.map(({ code }) => code)
}

t.test('a policy on pods changes the template, keeps the rest of the text, and comes off again', async t => {
  const result = run({ 'web.yaml': WEB, 'policy.yaml': policy('proxy', SIDECAR) })
  t.same(codes(result), [])
  const text = result.files[0]?.text ?? ''
  t.match(
    text,
    /initContainers:\n {6}- name: migrate {3}# first\n {8}image: "shop\/migrate:1"\n {6}- name: proxy\n {8}image: mesh\/proxy:1\n {8}restartPolicy: Always\n {6}containers:/,
  )
  t.equal(text.includes('terminationMessagePath'), false, 'no default is written')
  t.equal(text.includes('kube-api-access'), false, 'nor the volume of the token')
  t.match(text, 'inject-sidecars.dev/record')
  const again = run({ 'web.yaml': text, 'policy.yaml': policy('proxy', SIDECAR) })
  t.equal(again.files[0]?.text, text, 'a second run changes nothing')
  t.equal(taken({ 'web.yaml': text, 'policy.yaml': policy('proxy', SIDECAR) }), WEB)
})

t.test('a changed policy replaces what the old one did', async t => {
  const old = run({ 'web.yaml': WEB, 'policy.yaml': policy('proxy', SIDECAR) }).files[0]?.text ?? ''
  const changed = policy('proxy', SIDECAR.replace('proxy:1', 'proxy:2'))
  t.equal(run({ 'web.yaml': old, 'policy.yaml': changed }).files[0]?.text, run({ 'web.yaml': WEB, 'policy.yaml': changed }).files[0]?.text)
})

t.test('between mutations a pod is read with its types: empty lists are not there, and quantities are canonical', async t => {
  const empty =
    'Object{spec: Object.spec{initContainers: [], containers: [Object.spec.containers{name: "web", resources: Object.spec.containers.resources{requests: {"cpu": "0.5"}}}]}}'
  const seen = `
  - patchType: ApplyConfiguration
    applyConfiguration:
      expression: |
        Object{metadata: Object.metadata{annotations: {"seen": has(object.spec.initContainers) ? "empty" : string(object.spec.containers[0].resources.requests.cpu)}}}`
  const without = WEB.replace(/ {6}initContainers:\n.*\n.*\n/, '')
  const result = run({ 'web.yaml': without, 'policy.yaml': policy('typed', empty).replace('\n---', `${seen}\n---`) })
  t.same(codes(result), [])
  const text = result.files[0]?.text ?? ''
  t.match(text, 'seen: 500m')
  t.equal(text.includes('initContainers'), false)
  t.equal(taken({ 'web.yaml': text, 'policy.yaml': policy('typed', empty).replace('\n---', `${seen}\n---`) }), without)
})

t.test('a policy on deployments acts on the manifest, and policies on pods on what came of it', async t => {
  const scale = policy(
    'scale',
    'Object{metadata: Object.metadata{labels: {"team": "shop"}}, spec: Object.spec{replicas: 3, template: Object.spec.template{metadata: Object.spec.template.metadata{labels: {"tier": "front"}}}}}',
  )
    .replace('apiGroups: [""]', 'apiGroups: [apps]')
    .replace('resources: [pods]', 'resources: [deployments]')
  const tier = policy('tier', 'Object{metadata: Object.metadata{annotations: {"tier": object.metadata.labels.tier}}}')
  const result = run({ 'web.yaml': WEB, 'policies.yaml': `${scale}---\n${tier}` })
  t.same(codes(result), [])
  const text = result.files[0]?.text ?? ''
  t.match(text, /\n {2}labels:\n {4}team: shop\n/)
  t.match(text, /\n {2}replicas: 3\n/)
  t.match(text, /annotations:\n {8}tier: front\n/)
  t.equal(text.includes('revisionHistoryLimit'), false, 'no default is written')
  t.equal(run({ 'web.yaml': text, 'policies.yaml': `${scale}---\n${tier}` }).files[0]?.text, text)
  t.equal(taken({ 'web.yaml': text, 'policies.yaml': `${scale}---\n${tier}` }), WEB)
})

t.test('a policy on manifests sees what the API server adds to them, which is not written', async t => {
  const manifest = WEB.replace('kind: Deployment', 'kind: DaemonSet')
  const text = policy(
    'seen',
    'Object{metadata: Object.metadata{labels: {"ready": string(object.status.numberReady), "annotated": string(object.metadata.annotations.size())}}}',
  )
  const onSets = text.replace('apiGroups: [""]', 'apiGroups: [apps]').replace('resources: [pods]', 'resources: [daemonsets]')
  const result = run({ 'web.yaml': manifest, 'policy.yaml': onSets })
  t.same(result.diagnostics, [])
  const written = result.files.find(({ path }) => path === 'web.yaml')?.text ?? ''
  t.match(written, /ready: "0"/)
  t.match(written, /annotated: "1"/)
  t.notMatch(written, /status:|deprecated/)
})

t.test('what the client or the cluster decides is not known: options of the request, fields of stored parameters', async t => {
  const note = (value: string) => `Object{metadata: Object.metadata{annotations: {"v": string(${value})}}}`
  const onManifests = (text: string) => text.replace('apiGroups: [""]', 'apiGroups: [apps]').replace('resources: [pods]', 'resources: [deployments]')
  const manager = policy('asks', note('has(request.options.fieldManager)'))
  t.same(codes(run({ 'web.yaml': WEB, 'policy.yaml': manager })), [])
  t.same(codes(run({ 'web.yaml': WEB, 'policy.yaml': onManifests(manager) })), ['admission-policy-unknown'])
  t.same(codes(run({ 'web.yaml': WEB, 'policy.yaml': onManifests(policy('asks', note('request.options.kind'))) })), [])
  const withUid = withParameter().replace('params.data.image', 'params.metadata.uid')
  t.same(codes(run({ 'web.yaml': WEB, 'policy.yaml': withUid, 'settings.yaml': PARAMETER })), ['admission-policy-unknown'])
})

const PARAMETER = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: {image: "mesh/proxy:7"}\n'

function withParameter(): string {
  return policy('proxy', SIDECAR.replace('"mesh/proxy:1"', 'params.data.image'), '  paramKind: {apiVersion: v1, kind: ConfigMap}\n').replace(
    'spec: {policyName: proxy}',
    'spec: {policyName: proxy, paramRef: {name: settings, parameterNotFoundAction: Deny}}',
  )
}

t.test('parameters stand among the resources, also where nothing else in them matters', async t => {
  const result = run({ 'web.yaml': WEB, 'policy.yaml': withParameter(), 'settings.yaml': PARAMETER })
  t.same(codes(result), [])
  t.match(result.files[0]?.text, 'mesh/proxy:7')
})

t.test('a parameter that no file has is an error with a way out', async t => {
  const missing = run({ 'web.yaml': WEB, 'policy.yaml': withParameter().replace('Deny', 'Allow') })
  t.same(codes(missing), ['admission-policy-param-missing'])
  t.match(missing.diagnostics[0]?.message, "policy 'proxy' with binding 'proxy' is not among the resources: ConfigMap shop/settings")
  const skipping = { ...CONFIG, text: CONFIG.text.replace('{policies: []}', '{policies: [], unknownParams: Skip}') }
  const skipped = run({ 'web.yaml': WEB, 'policy.yaml': withParameter().replace('Deny', 'Allow') }, { functionConfig: skipping })
  t.same([codes(skipped), skipped.diagnostics[0]?.severity], [['admission-policy-param-missing'], 'warning'])
  t.equal(skipped.files[0]?.text, WEB)
  t.same(codes(run({ 'web.yaml': WEB, 'policy.yaml': withParameter() })), ['admission-policy-param-missing'])
})

t.test('who applies the manifests is asked for where an expression needs it, and known for pods of controllers', async t => {
  const condition = (expression: string) => policy('proxy', SIDECAR, `  matchConditions: [{name: user, expression: '${expression}'}]\n`)
  const ofController = run({ 'web.yaml': WEB, 'policy.yaml': condition('request.userInfo.username.endsWith(":replicaset-controller")') })
  t.same(codes(ofController), [])
  t.match(ofController.files[0]?.text, 'mesh/proxy:1')
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: "shop/web:1"}]}\n'
  const asked = run({ 'web.yaml': pod, 'policy.yaml': condition('request.userInfo.username == "jane"') })
  t.same(codes(asked), ['admission-policy-unknown'])
  t.match(asked.diagnostics[0]?.hint, 'cluster.request')
  const told = { ...CONFIG, text: CONFIG.text.replace('{policies: []}', '{policies: [], cluster: {request: {userInfo: {username: jane}}}}') }
  t.match(run({ 'web.yaml': pod, 'policy.yaml': condition('request.userInfo.username == "jane"') }, { functionConfig: told }).files[0]?.text, 'mesh/proxy:1')
})

t.test('what the API server refuses is an error at its place, and a policy that fails one at the workload', async t => {
  const refused = run({ 'web.yaml': WEB, 'policy.yaml': policy('bad', 'Object{spec: nothing}') })
  t.match(refused.diagnostics, [
    { code: 'admission-policy-invalid', message: /undeclared reference to 'nothing'/, at: { file: 'policy.yaml', line: 11, column: 22 } },
  ])
  const denied = run({ 'web.yaml': WEB, 'policy.yaml': policy('bad', 'Object{metadata: Object.metadata{annotations: {"a": object.metadata.nothing}}}') })
  t.match(denied.diagnostics, [
    { code: 'admission-policy-denied', message: /^policy 'bad' with binding 'bad' denied request: .*no such key: nothing$/s, at: { file: 'web.yaml' } },
  ])
  t.equal(denied.files[0]?.text, WEB)
})

t.test('policies that write one field are named, because their order is not fixed', async t => {
  const label = (name: string) => policy(name, `Object{metadata: Object.metadata{labels: {"owner": "${name}"}}}`)
  const result = run({ 'web.yaml': WEB, 'policies.yaml': `${label('a')}---\n${label('b')}` })
  t.same(codes(result), ['admission-policy-order'])
  t.match(
    result.diagnostics[0]?.message,
    "policy 'a' (binding 'a') and policy 'b' (binding 'b') give different results in the reverse order: metadata.labels.owner",
  )
})

t.test('explain says which policy did what, by which binding, and where that stands', async t => {
  const skipped = policy('other', SIDECAR, '  matchConditions: [{name: never, expression: "false"}]\n')
  const { decisions } = run({ 'web.yaml': WEB, 'policies.yaml': `${policy('proxy', SIDECAR)}---\n${skipped}` })
  t.match(explainTable(decisions), /Deployment shop\/web {2}proxy {4}- {9}✔ {9}Policy: it changes spec\.initContainers\["proxy"\]/)
  const [decision] = decisions
  const trace = decision === undefined ? '' : explainTrace(decision)
  t.match(trace, /✔ policy proxy \/ binding proxy on the pod: it changes spec\.initContainers\["proxy"\] \(policies\.yaml:3:18\)/)
  t.match(trace, /✘ policy other \/ binding other on the pod: its condition never is false \(policies\.yaml:24:/)
})

t.test('expectations may name policies', async t => {
  const expecting = (text: string) => ({ ...CONFIG, text: CONFIG.text.replace('{policies: []}', `{policies: [], expect: [${text}]}`) })
  const files = { 'web.yaml': WEB, 'policy.yaml': policy('proxy', SIDECAR) }
  t.same(codes(run(files, { functionConfig: expecting('{kind: Deployment, injected: true, policies: [proxy]}') })), [])
  t.same(codes(run(files, { functionConfig: expecting('{kind: Deployment, injected: false, policies: [proxy]}') })), ['expectation-violated'])
})

t.test('policies inline in the function config count as well', async t => {
  const inline = policy('proxy', SIDECAR)
    .split('---\n')
    .map(text => `  - ${text.trimEnd().split('\n').join('\n    ')}`)
    .join('\n')
  const functionConfig = { ...CONFIG, text: CONFIG.text.replace('spec: {policies: []}\n', `spec:\n  policies:\n${inline}\n`) }
  const result = run({ 'web.yaml': WEB }, { functionConfig })
  t.same(codes(result), [])
  t.match(result.files[0]?.text, 'mesh/proxy:1')
})
