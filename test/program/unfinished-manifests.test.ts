// Manifests as they are before they are deployed: encrypted, with placeholders, without a namespace or a name, and kinds that are left alone.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { example, run } from '../support/rig.ts'

const MESH = `${example('namespace.yaml')}---\n${example('istio/config.yaml')}`
const deployment = (name: string, { spec = '', container = '', metadata = '' } = {}) =>
  `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop${metadata}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      ${spec}
      containers:
      - name: web
        image: web:1
        ${container}
`.replace(/\n +\n/g, '\n')

/** A folder with these files, and the mesh. */
function repository(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries({ 'mesh.yaml': MESH, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

const isInjected = (cwd: string, path: string) => readFileSync(join(cwd, path), 'utf8').includes('sidecar.istio.io/status')

t.test('a manifest that SOPS has encrypted is refused, unless its checksum covers only what is encrypted', async t => {
  const sops = (more: string) =>
    `${deployment('web', { container: 'env: [{name: T, value: "ENC[AES256_GCM,data:AAAA,type:str]"}]' })}sops: {mac: "ENC[AES256_GCM,data:BBBB]", version: 3.9.0${more}}\n`
  const cwd = repository(t.testdir({}), { 'w.yaml': sops('') })
  const { code, stderr } = run(['inject', '-w', '.'], { cwd })
  t.equal(code, 1)
  t.match(stderr, /error\[manifest-encrypted\].*SOPS[\s\S]*mac_only_encrypted/)
  t.equal(readFileSync(join(cwd, 'w.yaml'), 'utf8'), sops(''))
  writeFileSync(join(cwd, 'w.yaml'), sops(', mac_only_encrypted: true'))
  t.equal(run(['inject', '-w', '.'], { cwd }).code, 0)
  t.equal(isInjected(cwd, 'w.yaml'), true)
  const elsewhere = repository(t.testdir({}), {
    'w.yaml': sops('').replace('namespace: shop', 'namespace: other'),
    'ns.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: other}\n',
  })
  t.equal(run(['inject', '-w', '.'], { cwd: elsewhere }).code, 0, 'one that is not to be injected')
})

const SOPS = 'sops: {mac: "ENC[AES256_GCM,data:BBBB]", version: 3.9.0}\n'

t.test("uninject refuses what SOPS has encrypted as inject does, with a record, an encrypted one, Istio's status alone, or in a List", async t => {
  const folder = repository(t.testdir({}), { 'w.yaml': deployment('web') })
  t.equal(run(['inject', '-w', '.'], { cwd: folder }).code, 0)
  const recorded = readFileSync(join(folder, 'w.yaml'), 'utf8')
  const bare = recorded.replace(/, annotations: \{inject-sidecars.dev\/record: '.*?'\}/, '')
  t.not(bare, recorded)
  const list = (text: string) => `apiVersion: v1\nkind: List\nitems:\n- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`
  const mine = { 'w.yaml': deployment('web') + SOPS }
  const byInject = run(['inject', '.'], { cwd: repository(t.testdir({ mine: {} }), mine) }).stderr
  const hint = /hint: .*/.exec(byInject)?.[0] ?? 'no hint'
  const cases: [name: string, text: string, args: readonly string[]][] = [
    ['a record', recorded + SOPS, []],
    ['an encrypted record', recorded.replace(/record: '.*?'/, "record: 'ENC[AES256_GCM,data:CCCC,type:str]'") + SOPS, []],
    ['no record', bare + SOPS, []],
    ['no record, from the status', bare + SOPS, ['--from-status']],
    ['a record, from the status', recorded + SOPS, ['--from-status']],
    ['a record, in a List', list(recorded) + SOPS, []],
    ['no record, in a List', list(bare) + SOPS, ['--from-status']],
  ]
  for (const [name, text, args] of cases) {
    const cwd = repository(t.testdir({ [name.replaceAll(/\W/g, '-')]: {} }), { 'w.yaml': text })
    for (const command of [['uninject', '-w', ...args], ...(name.startsWith('a record') ? [['inject', '-w']] : [])]) {
      const { code, stderr } = run([...command, '.'], { cwd })
      t.equal(code, 1, name)
      t.equal(stderr.match(/error\[/g)?.length, 1, `${name}: ${stderr}`)
      t.match(stderr, /error\[manifest-encrypted\]/, name)
      t.equal(stderr.includes(hint), true, name)
      t.equal(readFileSync(join(cwd, 'w.yaml'), 'utf8'), text, name)
    }
  }
  const partly = recorded + SOPS.replace('}', ', mac_only_encrypted: true}')
  const cwd = repository(t.testdir({ partly: {} }), { 'w.yaml': partly })
  t.match(run(['uninject', '-w', '.'], { cwd }), { code: 0 })
  t.equal(isInjected(cwd, 'w.yaml'), false)
})

t.test('a List that SOPS has encrypted is refused as a whole', async t => {
  const item = deployment('web').trimEnd().replaceAll('\n', '\n  ')
  const cwd = repository(t.testdir({}), { 'w.yaml': `apiVersion: v1\nkind: List\nitems:\n- ${item}\n${SOPS}` })
  const { code, stderr } = run(['inject', '-w', '.'], { cwd })
  t.equal(code, 1)
  t.match(stderr, /error\[manifest-encrypted\]/)
})

t.test('placeholders in fields that are no texts are passed through, also into what is made of them', async t => {
  const container = `ports: [{containerPort: "\${PORT}"}]
        resources: {limits: {memory: "\${MEM:=1Gi}", cpu: "\${CPU}m"}}
        securityContext: {runAsUser: $(USER_ID)}
        readinessProbe: {httpGet: {path: /ready, port: "\${PORT}"}, periodSeconds: "\${PERIOD:=5}"}`
  const cwd = repository(t.testdir({}), { 'w.yaml': deployment('web', { container }) })
  const before = readFileSync(join(cwd, 'w.yaml'), 'utf8')
  const { code, stderr } = run(['inject', '-w', '.'], { cwd })
  t.same([code, stderr], [0, ''])
  const after = readFileSync(join(cwd, 'w.yaml'), 'utf8')
  t.equal(/19000000/.test(after), false)
  for (const line of container.split('\n').slice(0, 3)) t.match(after, line.trim())
  t.equal(run(['uninject', '-w', 'w.yaml'], { cwd }).code, 0)
  t.equal(readFileSync(join(cwd, 'w.yaml'), 'utf8'), before)
})

t.test('a placeholder where true or false decides is an error of that workload alone, and named', async t => {
  const cwd = repository(t.testdir({}), { 'w.yaml': deployment('web', { spec: 'hostNetwork: ${HOST:=false}' }), 'v.yaml': deployment('v') })
  const { code, stderr } = run(['inject', '--check', '.'], { cwd })
  t.equal(code, 1)
  t.match(stderr, /^w\.yaml:.*error\[placeholder-unresolved\]: `spec\.hostNetwork` is the placeholder \$\{HOST:=false\}/)
  t.equal(stderr.match(/error\[/g)?.length, 1)
})

t.test('a placeholder for true or false stays where nothing else depends on it', async t => {
  const spec = 'automountServiceAccountToken: ${TOKEN:=true}\n      enableServiceLinks: $(LINKS)\n      shareProcessNamespace: ${SHARE}'
  const container = `stdin: \${STDIN}
        securityContext: {runAsNonRoot: "\${NON_ROOT}", readOnlyRootFilesystem: "\${READ_ONLY:=false}", runAsUser: "\${USER_ID}"}
        volumeMounts: [{name: v, mountPath: /v, readOnly: "\${READ_ONLY}"}]
        envFrom: [{configMapRef: {name: c, optional: $(OPTIONAL)}}]`
  const cwd = repository(t.testdir({}), { 'w.yaml': deployment('web', { spec, container }) })
  const before = readFileSync(join(cwd, 'w.yaml'), 'utf8')
  const { code, stderr } = run(['inject', '-w', '.'], { cwd })
  t.same([code, stderr], [0, ''])
  t.equal(isInjected(cwd, 'w.yaml'), true)
  const after = readFileSync(join(cwd, 'w.yaml'), 'utf8')
  for (const line of [...spec.split('\n'), ...container.split('\n')]) t.match(after, line.trim())
  t.equal(run(['inject', '--check', '.'], { cwd }).code, 0, 'injecting again changes nothing')
  t.equal(run(['uninject', '-w', 'w.yaml'], { cwd }).code, 0)
  t.equal(readFileSync(join(cwd, 'w.yaml'), 'utf8'), before)
})

t.test('a placeholder for a list or mapping is an error of that workload alone, and named', async t => {
  for (const line of ['tolerations: ${TOLERATIONS}', 'nodeSelector: "${NODES}"', 'affinity: $(AFFINITY)', 'hostAliases: ${ALIASES:=[]}']) {
    const cwd = repository(t.testdir({}), { 'w.yaml': deployment('web', { spec: line }), 'v.yaml': deployment('v') })
    const { code, stderr } = run(['inject', '--check', '.'], { cwd })
    t.equal(code, 1)
    t.match(stderr, /^w\.yaml:.*error\[placeholder-unresolved\]: `spec\.\w+` is the placeholder \$.*must be replaced/, line)
    t.equal(stderr.match(/error\[/g)?.length, 1)
  }
})

t.test('the namespace of workloads that name none', async t => {
  const files = {
    'w.yaml': deployment('web').replace(', namespace: shop', ''),
    'config.yaml':
      'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nspec: {istio: {}, cluster: {defaultNamespace: other, namespaces: {other: {labels: {}}}}}\n',
  }
  const cwd = repository(t.testdir({}), files)
  const unknown = run(['inject', '--check', '.'], { cwd })
  t.equal(unknown.code, 1)
  t.match(unknown.stderr, /has no namespace.*-n.*cluster\.defaultNamespace/)
  t.equal(run(['inject', '--check', '-n', 'shop', '.'], { cwd }).stdout, 'w.yaml\n')
  t.equal(run(['inject', '--check', '.'], { cwd, env: { ARGOCD_APP_NAMESPACE: 'shop', HELM_NAMESPACE: 'none' } }).stdout, 'w.yaml\n')
  t.equal(run(['inject', '--check', '.'], { cwd, env: { HELM_NAMESPACE: 'shop' } }).stdout, 'w.yaml\n')
  t.equal(
    run(['inject', '--check', '-f', 'config.yaml', '.'], { cwd, env: { HELM_NAMESPACE: 'shop' } }).stdout,
    '',
    'the function config is stronger than the environment',
  )
  t.equal(run(['inject', '--check', '-f', 'config.yaml', '-n', 'shop', '.'], { cwd }).stdout, 'w.yaml\n', 'and -n is stronger than the function config')
})

t.test('a workload with a generated name is known by what is fixed of it', async t => {
  const job = `apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: migrate-, namespace: shop}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}\n`
  const { code, stdout, stderr } = run(['inject', '-', 'mesh.yaml'], { cwd: repository(t.testdir({}), {}), input: job })
  t.same([code, stderr], [0, ''])
  t.match(stdout, 'service.istio.io/canonical-name: migrate')
})

t.test('kinds that are left alone: values of Helm releases without a word, Knative services with one', async t => {
  const template = '{spec: {containers: [{name: a, image: b}]}}'
  const release = `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: r, namespace: shop}\nspec: {values: {template: ${template}}}\n`
  const application = `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: r, namespace: shop}\nspec: {source: {helm: {valuesObject: {podTemplate: ${template}}}}}\n`
  const service = `apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: s, namespace: shop}\nspec: {template: ${template}}\n`
  const quiet = repository(t.testdir({}), { 'r.yaml': release, 'a.yaml': application })
  t.same(run(['check', '--strict', '.'], { cwd: quiet }).code, 0)
  const { code, stderr, stdout } = run(['explain', '.'], { cwd: repository(t.testdir({}), { 's.yaml': service }) })
  t.equal(code, 0)
  t.match(stderr, /warning\[kind-unsupported\].*Knative/)
  t.equal(stdout.includes('Service'), false)
})

t.test('lists of one kind are opened as a List is, also where their elements do not say their kind', async t => {
  const item = (head: string, name: string) =>
    `- ${head}metadata: {name: ${name}, namespace: shop}
  spec:
    selector: {matchLabels: {app: web}}
    template:
      metadata: {labels: {app: web}}
      spec: {containers: [{name: web, image: web:1}]}
`
  const deployments = `apiVersion: apps/v1\nkind: DeploymentList\nitems:\n${item('', 'a')}${item('apiVersion: apps/v1\n  kind: StatefulSet\n  ', 'b')}`
  const pods =
    '{"apiVersion": "v1", "kind": "PodList", "items": [{"metadata": {"name": "p", "namespace": "shop"}, "spec": {"containers": [{"name": "a", "image": "b"}]}}]}\n'
  const other = 'apiVersion: example.com/v1\nkind: AllowList\nitems: [a, b]\n'
  const cwd = repository(t.testdir({}), { 'd.yaml': deployments, 'p.json': pods, 'o.yaml': other })
  const { code, stderr } = run(['inject', '-w', '.'], { cwd })
  t.same([code, stderr], [0, ''])
  t.equal(readFileSync(join(cwd, 'd.yaml'), 'utf8').match(/sidecar\.istio\.io\/status/g)?.length, 2)
  t.equal(isInjected(cwd, 'p.json'), true)
  t.equal(readFileSync(join(cwd, 'o.yaml'), 'utf8'), other)
  t.equal(run(['inject', '--check', '.'], { cwd }).code, 0, 'injecting again changes nothing')
  t.equal(run(['uninject', '-w', '.'], { cwd }).code, 0)
  t.same([readFileSync(join(cwd, 'd.yaml'), 'utf8'), readFileSync(join(cwd, 'p.json'), 'utf8')], [deployments, pods])
})
