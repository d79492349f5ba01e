// Repositories as they are: files that are no manifests, patches of kustomize, charts, other operators' webhooks.

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

t.test('files that a kustomization names as something else than a resource are no workloads', async t => {
  const named: Readonly<Record<string, string>> = {
    'patches: [{path: p.yaml}]': 'p.yaml',
    'patchesStrategicMerge: [p.yaml]': 'p.yaml',
    'patchesJson6902: [{path: p.yaml, target: {kind: Deployment, version: v1, name: web}}]': 'p.yaml',
    'configurations: [p.yaml]': 'p.yaml',
    'transformers: [p.yaml]': 'p.yaml',
    'generators: [p.yaml]': 'p.yaml',
    'crds: [p.yaml]': 'p.yaml',
    'openapi: {path: p.yaml}': 'p.yaml',
    'replacements: [{path: ../p.yaml}]': '../p.yaml',
    'configMapGenerator: [{name: a, files: [key=p.yaml]}]': 'p.yaml',
  }
  for (const [line, path] of Object.entries(named)) {
    const cwd = repository(t.testdir({}), {
      'o/kustomization.yaml': `resources: [w.yaml]\n${line}\n`,
      'o/w.yaml': deployment('web'),
      [join('o', path)]: deployment('patch'),
    })
    t.equal(run(['inject', '-w', '.'], { cwd }).code, 0, line)
    t.equal(isInjected(cwd, join('o', path)), false, line)
    t.equal(isInjected(cwd, 'o/w.yaml'), true, line)
  }
})

t.test('a patch that is given alone, as pre-commit does, is left alone', async t => {
  const files = { 'o/kustomization.yml': 'patches: [{path: parts/p.yaml}]\n', 'o/parts/p.yaml': deployment('web') }
  const cwd = repository(t.testdir({ '.git': {} }), files)
  t.equal(run(['inject', '-w', 'o/parts/p.yaml', 'mesh.yaml'], { cwd }).code, 0)
  t.equal(isInjected(cwd, 'o/parts/p.yaml'), false)
})

t.test('parts of manifests are left alone, also without a kustomization', async t => {
  const head = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n'
  const parts = [
    `${head}spec: {replicas: 3}\n`,
    `${head}$patch: delete\n`,
    `${head}spec: {template: {metadata: {labels: {a: b}}}}\n`,
    `${head}spec: {template: {spec: {serviceAccountName: x}}}\n`,
    `${head}spec: {template: {spec: {containers: [{name: web, resources: {limits: {memory: 1Gi}}}]}}}\n`,
    `${head}spec: {template: {spec: {containers: [{name: a, $patch: delete}]}}}\n`,
    'apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c, namespace: shop}\nspec: {schedule: "@daily"}\n',
  ]
  for (const text of parts) {
    const cwd = repository(t.testdir({}), { 'part.yaml': text })
    const { code, stderr } = run(['inject', '-w', '.'], { cwd })
    t.same([code, stderr], [0, ''], text)
    t.equal(readFileSync(join(cwd, 'part.yaml'), 'utf8'), text)
    t.match(JSON.parse(run(['inject', '--check', '-o', 'json', '.'], { cwd }).stdout).findings, [{ code: 'manifest-partial', severity: 'info' }])
  }
  const { code, stderr } = run(['inject', '-', 'mesh.yaml'], { cwd: repository(t.testdir({}), {}), input: parts[0] ?? '' })
  t.equal(code, 1, 'what was rendered must be whole')
  t.match(stderr, 'the pod template is missing')
})

t.test('a kustomization that changes what is injected in place is told, once', async t => {
  const files = {
    'base/kustomization.yaml': 'resources: [a.yaml, b.yaml]\n',
    'base/a.yaml': deployment('a'),
    'base/b.yaml': deployment('b'),
    'prod/kustomization.yaml': 'resources: [../base]\nnamePrefix: prod-\nimages: [{name: web, newTag: v2}]\n',
    'plain/kustomization.yaml': 'resources: [../base]\n',
  }
  const cwd = repository(t.testdir({}), files)
  const { code, stderr } = run(['inject', '-w', '.'], { cwd })
  t.equal(code, 0)
  t.equal(stderr.match(/kustomize-source/g)?.length, 1)
  t.match(
    stderr,
    /^prod\/kustomization\.yaml:1:1: warning\[kustomize-source\]: this kustomization changes \(namePrefix, images\) workloads that are injected in base\/a\.yaml and 1 more/,
  )
  t.match(stderr, 'transformers:\n')
})

t.test('a text that can be no manifest does not stop a run', async t => {
  const files = {
    '.github/workflows/ci.yaml': 'on: push\njobs:\n  a: [\n    kind: Deployment\n',
    'cloud-init.yaml': '#cloud-config\nruncmd:\n- "unclosed\n',
    'template.yaml': '%{ if enabled ~}\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\n%{ endif ~}\n',
    'jinja.yaml': '{% if x %}\napiVersion: apps/v1\nkind: Deployment\n{% endif %}\n',
    'values.yaml': 'template: {spec: {containers: [{name: a, image: b}]}}\na: 1\na: 2\n',
    'crd.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {containers: [\n',
    'pipeline.yml': 'kind: pipeline\nmetadata: [a]\n',
    'w.yaml': deployment('web'),
  }
  const cwd = repository(t.testdir({}), files)
  const { code, stderr } = run(['inject', '-w', '.'], { cwd })
  t.same([code, stderr], [0, ''])
  t.equal(isInjected(cwd, 'w.yaml'), true)
})

t.test('a text that may be a manifest and cannot be read stops it', async t => {
  for (const text of [
    `${deployment('x')}a: [\n`,
    `${deployment('x')}---\n{{ if x }}\na: [\n`,
    '{"apiVersion": "v1", "kind": "List", "items": [',
    'apiVersion: v1\nkind: ConfigMap\n# istio\n: [',
  ]) {
    const cwd = repository(t.testdir({}), { 'x.yaml': text })
    const { code, stderr } = run(['inject', '-w', '.'], { cwd })
    t.equal(code, 1, text)
    t.match(stderr, 'error[yaml-syntax]', text)
  }
})

t.test('--exclude, `exclude`, .gitignore and charts leave files out', async t => {
  const broken = `${deployment('x')}a: [\n`
  const files = {
    'w.yaml': deployment('web'),
    'vendor/a.yaml': broken,
    'apps/old/b.yaml': broken,
    'apps/new/c.yaml': deployment('c'),
    'apps/new/.gitignore': '/local-*.yaml\n!local-kept.yaml\n',
    'apps/new/local-d.yaml': broken,
    'apps/new/local-kept.yaml': deployment('kept'),
    'chart/Chart.yaml': 'apiVersion: v2\nname: c\n',
    'chart/templates/deep/d.yaml': '{{- if .Values.x }}\napiVersion: apps/v1\nkind: Deployment\n{{- end }}\n',
    'chart/charts/sub/Chart.yaml': 'apiVersion: v2\nname: s\n',
    'chart/charts/sub/templates/e.yaml': broken,
  }
  const config = 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nspec: {istio: {}, exclude: [apps/*/b.yaml]}\n'
  const cwd = repository(t.testdir({}), { ...files, 'config.yaml': config })
  const { code, stderr } = run(['inject', '-w', '-f', 'config.yaml', '--exclude', 'vendor', '--exclude', './nothing/**', '.'], { cwd })
  t.same([code, stderr], [0, ''])
  for (const path of ['w.yaml', 'apps/new/c.yaml', 'apps/new/local-kept.yaml']) t.equal(isInjected(cwd, path), true, path)
  t.match(run(['check', '.'], { cwd }).stdout, /vendor\/a\.yaml/)
  t.equal(
    run(['inject', '-w', '-f', 'config.yaml', '--exclude', 'vendor', 'chart/templates/deep/d.yaml', 'mesh.yaml'], { cwd }).code,
    0,
    'a template of a chart alone',
  )
  t.equal(run(['inject', '--diff', '-f', join(cwd, 'config.yaml'), '--exclude', 'vendor/**', '--exclude', 'apps/old', cwd]).code, 0, 'from another folder')
})

t.test('what .gitignore leaves out is taken where it is named, and as `sources`', async t => {
  const config = 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nspec: {istio: {}, sources: [captured]}\n'
  const cwd = t.testdir({
    '.git': {},
    '.gitignore': 'captured/\nlocal/\n',
    captured: { 'mesh.yaml': MESH },
    local: { 'w.yaml': deployment('web') },
    'config.yaml': config,
  })
  t.equal(run(['inject', '-w', '-f', 'config.yaml', 'local'], { cwd }).code, 0)
  t.equal(isInjected(cwd, 'local/w.yaml'), true)
})

t.test("other operators' webhooks do not concern us, and all conflicts of Istio's are told at once without untrue errors", async t => {
  const hook = (path: string) =>
    `apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingWebhookConfiguration\nmetadata: {name: mutating-webhook-configuration}\nwebhooks:\n- name: mpod.kb.io\n  clientConfig: {service: {name: a, namespace: b, path: ${path}}}\n  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]\n`
  const good = repository(t.testdir({}), { 'a.yaml': hook('/a'), 'b.yaml': hook('/b'), 'w.yaml': deployment('web') })
  t.equal(run(['inject', '--diff', '.'], { cwd: good }).code, 0)

  const map = (name: string, data: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: istio-system}\ndata: {${data}}\n`
  const bad = repository(t.testdir({}), {
    'z/a.yaml': map('istio', 'mesh: "a: b"'),
    'z/b.yaml': map('istio-sidecar-injector', 'config: x'),
    'w.yaml': deployment('web'),
  })
  const { findings } = JSON.parse(run(['inject', '--check', '-o', 'json', '.'], { cwd: bad }).stdout)
  const errors = findings.filter(({ severity }: { severity: string }) => severity === 'error')
  t.same(
    errors.map(({ code, file }: { code: string; file: string }) => [code, file]),
    [
      ['injector-config-invalid', 'z/a.yaml'],
      ['injector-config-invalid', 'z/b.yaml'],
    ],
  )
})

t.test('a configuration that cannot be read is one error, and not also missing', async t => {
  const broken = MESH.replace('    policy: enabled', '    policy: [enabled')
  t.not(broken, MESH)
  const cwd = repository(t.testdir({}), { 'mesh.yaml': broken, 'w.yaml': deployment('web'), 'v.yaml': deployment('v') })
  const codes = (args: string[]) =>
    JSON.parse(run(args, { cwd }).stdout).findings.flatMap(({ code, severity }: { code: string; severity: string }) => (severity === 'error' ? [code] : []))
  t.same(codes(['inject', '--check', '-o', 'json', '.']), ['injector-config-invalid'])
  writeFileSync(join(cwd, 'mesh.yaml'), `${MESH}: [\n`)
  t.same(codes(['inject', '--check', '-o', 'json', '.']), ['yaml-syntax'])
})

t.test('a ConfigMap istio without the key mesh is the default mesh config, as for istiod', async t => {
  const without = MESH.replace(/^ {2}mesh: \|/m, '  other: |')
  t.not(without, MESH)
  const cwd = repository(t.testdir({}), { 'mesh.yaml': without, 'w.yaml': deployment('web') })
  const { code, stderr } = run(['inject', '-w', '.'], { cwd })
  t.equal(code, 0)
  t.match(stderr, 'warning[mesh-config-missing]')
  t.equal(isInjected(cwd, 'w.yaml'), true)
})
