// A marker in every place that may hold a secret, with a mistake beside it: no message of any command in any format repeats it.

import { strict as assert } from 'node:assert'
import t from 'tap'
import { check } from '../../src/check.ts'
import { modelOf } from '../../src/cli/pages/script/pod-model.ts'
import { FORMATS } from '../../src/cli/report/index.ts'
import { inject } from '../../src/inject.ts'
import { type Diagnostic, InjectError } from '../../src/lib/model/index.ts'
import { uninject } from '../../src/uninject.ts'
import { example, resourceList, run } from '../support/rig.ts'

const MARKER = 'hunter2'
const NAMESPACE = example('namespace.yaml')
const MESH = `${NAMESPACE}---\n${example('istio/config.yaml')}`

const metadata = 'metadata: {name: web, namespace: shop}'
const deployment = (spec: string, more = '') =>
  `apiVersion: apps/v1\nkind: Deployment\n${metadata}\n${more}spec:\n  template:\n    spec:\n${spec.replace(/^/gm, '      ')}\n`
const containers = (env: string, more = '') => deployment(`containers:\n- name: web\n  image: web\n  env:\n${env.replace(/^/gm, '  ')}${more}`)
const inJson = (text: string) => `{"apiVersion": "v1", "kind": "Secret",\n"metadata": {"name": "web"},\n"stringData": {\n${text}\n}}\n`
const indented = (text: string) => text.replace(/^/gm, '  ').trimStart()
const list = (...items: string[]) => `apiVersion: v1\nkind: List\nitems:\n${items.map(item => `- ${indented(item)}`).join('')}`
const secret = (rest: string) => `apiVersion: v1\nkind: Secret\nmetadata: {name: Deployment}\n${rest}`
const template = (text: string) =>
  `apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata: {name: own}\nspec:\n  injectors:\n  - name: own\n    webhooks: [{objectSelector: {}}]\n    config:\n      defaultTemplates: [own]\n      templates:\n        own: |\n${text.replace(/^/gm, '          ')}\n`

const FINE = containers(`- {name: PASSWORD, value: "${MARKER}"}`)
const CONDITION = (expression: string) =>
  template('spec: {}').replace(
    '    webhooks: [{objectSelector: {}}]\n    config:',
    `    webhooks:\n    - name: own.example.com\n      rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]\n      matchConditions: [{name: c, expression: "${expression}"}]\n    config:`,
  )
const own = (value: string) =>
  `    webhooks: [{objectSelector: {}}]\n    config:\n      defaultTemplates: [own]\n      templates:\n        own: |\n          spec:\n            containers:\n            - name: web\n              env: [{name: PASSWORD, value: ${value}}]\n`
const TWO = `apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata: {name: own}\nspec:\n  injectors:\n  - name: a\n${own(`${MARKER}-a`)}  - name: b\n${own(`${MARKER}-b`)}`
const PASSWORD_OF_POD = 'index (index .Spec.Containers 0).Env 0'

/** Files with a secret and a mistake, or a mistake in the secret itself. */
const PLACES: readonly (readonly [string, string, { readonly config?: string }?])[] = [
  ['a Secret: a value with a colon', secret(`stringData:\n  a: x\n  password: ${MARKER}: oops\n`)],
  ['a Secret: an alias', secret(`stringData:\n  password: *${MARKER}\n`)],
  ['a Secret: a tag', secret(`stringData:\n  password: !!int ${MARKER}\n`)],
  ['a Secret: a directive', secret(`stringData:\n  password: %${MARKER}\n`)],
  ['a Secret: an at sign', secret(`stringData:\n  password: @${MARKER}\n`)],
  ['a Secret: an escape', secret(`stringData:\n  password: "a\\q${MARKER}"\n`)],
  ['a Secret: an open quote', secret(`stringData:\n  password: "${MARKER}\n`)],
  ['a Secret: an open quote over lines', secret(`stringData:\n  password: "a\n\n    ${MARKER}: b\n  ${MARKER}: c\n`)],
  ['a Secret: a quote in the wrong column', secret(`stringData:\n  password: "a\n${MARKER}: "b"\n`)],
  ['a Secret: a tab', secret(`stringData:\n  password: |\n    a\n\t${MARKER}: b\n`)],
  ['a Secret: a literal that ends too early', secret(`stringData:\n  password: |\n    a\n   ${MARKER}: b: c\n  - x\n`)],
  ['a Secret: plain lines', secret(`stringData:\n  password: a\n    ${MARKER}: b\n`)],
  ['a Secret: a mapping as key', secret(`stringData:\n  ? {a: ${MARKER}}\n  : b\n`)],
  ['a Secret: braces as a value', secret(`stringData:\n  password: {{ ${MARKER} }}\n`)],
  ['a Secret: flow style', secret(`stringData: {password: ${MARKER}, b: [}\n`)],
  ['a Secret: flow style over lines', secret(`stringData: {a: b,\npassword:\n${MARKER}: c: d\n`)],
  ['a Secret: a duplicate', secret(`stringData: {password: ${MARKER}, a: b, a: c}\nkind: Secret\n`)],
  ['a Secret: no mapping', secret(`stringData: ${MARKER}\nmetadata: [${MARKER}]\n`)],
  ['a Secret: a comment', secret(`stringData:\n  # ${MARKER}: a\n  a: b: c # ${MARKER}\n`)],
  ['a Secret: an annotation', secret(`metadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: {"stringData":{"a":"${MARKER}"}}: x\n`)],
  ['a Secret: a wrong kind of kind', `apiVersion: v1\nkind: [Secret]\nmetadata: {name: Deployment}\nstringData: {password: "${MARKER}"}\n`],
  ['a Secret in one line', `{apiVersion: v1, kind: Secret, stringData: {password: ${MARKER}}, metadata: [}\n`],
  ['a Secret in one line, with a wrong field', `{stringData: {password: ${MARKER}}, apiVersion: v1, kind: Secret, metadata: [a]}\n`],
  ['a Secret in JSON', inJson(`"password": "${MARKER}" "b"`)],
  ['a Secret in JSON: an escape', inJson(`"password": "\\q${MARKER}"`)],
  ['a Secret in JSON: an open text', inJson(`"password": "${MARKER}`)],
  ['a Secret among items', list(FINE, secret(`stringData:\n  password: ${MARKER}: oops\n`))],
  ['a Secret among items, with a wrong field', list(FINE, secret(`stringData: {password: ${MARKER}}\n`).replace('{name: Deployment}', `[${MARKER}]`))],
  ['items in flow style', `{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Secret, stringData: {password: ${MARKER}}, metadata: []}]}\n`],
  ['a Secret before a workload', `${secret(`stringData:\n  password: ${MARKER}: oops\n`)}---\n${FINE}`],
  ['a Secret that is not UTF-8', secret(`stringData:\n  password: ${MARKER}\u00ff\n`)],
  ['a ConfigMap', `apiVersion: v1\nkind: ConfigMap\n${metadata}\ndata:\n  password: ${MARKER}: oops\n`],
  ['a ConfigMap: binary data', `apiVersion: v1\nkind: ConfigMap\n${metadata}\nbinaryData:\n  password: "${MARKER}" x\n`],
  ['data of another kind', `apiVersion: example.com/v1\nkind: Namespace\n${metadata}\ndata:\n  inner:\n    password: ${MARKER}: oops\n`],
  ['an environment variable: a mapping', containers(`- {name: PASSWORD, value: {"${MARKER}": x}}`)],
  ['an environment variable: a number', containers(`- {name: A, value: 12345678901}\n- {name: PASSWORD, value: "${MARKER}"}`)],
  ['an environment variable: one line', containers(`- {name: PASSWORD, value: "${MARKER}", valueFrom: [a]}`)],
  [
    'an environment variable: the list in one line',
    deployment(`containers: [{name: web, image: web, env: [{name: PASSWORD, value: ${MARKER}}, {name: 1, value: [${MARKER}]}]}]`),
  ],
  ['an environment variable: syntax', containers(`- name: PASSWORD\n  value: ${MARKER}: oops`)],
  ['an environment variable: an alias', containers(`- name: PASSWORD\n  value: *${MARKER}`)],
  ['an environment variable: a literal', containers(`- name: PASSWORD\n  value: |\n    a\n\t${MARKER}: x`)],
  ['an environment variable: a list in a literal', containers(`- name: PASSWORD\n  value:\n  - |\n    ${MARKER}\n  - ${MARKER}`)],
  ['an environment variable: flow style over lines', containers(`- {name: PASSWORD, value:\n"${MARKER}" b: c}`)],
  [
    'an environment variable in JSON',
    `{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"template": {"spec": {"containers": [{"name": "web",\n"env": [{"name": "A",\n"value": "${MARKER}" "b"}]}]}}}}\n`,
  ],
  ['an environment variable beside a wrong port', containers(`- {name: PASSWORD, value: ${MARKER}}`, '\n  ports: [{containerPort: x}]')],
  [
    'an environment variable in a line with a wrong port',
    deployment(`containers:\n- {name: web, image: web, env: [{name: A, value: ${MARKER}}], ports: [{containerPort: x}]}`),
  ],
  [
    'a copy of the manifest',
    deployment('containers: []', '').replace(
      metadata,
      `metadata: {name: web, namespace: shop, annotations: {kubectl.kubernetes.io/last-applied-configuration: '{"value":"${MARKER}"}', sidecar.istio.io/injct: a}}`,
    ),
  ],
  [
    'overrides that are no JSON',
    FINE.replace('    spec:', `    metadata: {annotations: {proxy.istio.io/overrides: '{"containers":[{"env":[{"value":"${MARKER}"x'}}\n    spec:`),
  ],
  ['two injectors that differ', FINE, { config: TWO }],
  ['no manifest', `PASSWORD=${MARKER}\nA: [\n`],
  ['no manifest, but YAML', `password: ${MARKER}\nkind: Deployment\nkind: Secret\n`],
  ['no manifest: text', `${MARKER}\n`],
  [
    'a generator of kustomize',
    `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: List\nsecretGenerator:\n- name: a\n  literals:\n  - password=${MARKER}: x: y\n`,
  ],
  ['a template that fails on a value', FINE, { config: template(`spec: {a: {{ required "x" nil }}{{ range (${PASSWORD_OF_POD}).Value }}{{ end }}}`) }],
  ['a template that repeats a value', FINE, { config: template(`spec: {a: {{ fail (printf "not %q" (${PASSWORD_OF_POD}).Value) }}}`) }],
  ['a template that converts a value', FINE, { config: template(`spec: {a: {{ mustToDate "2006" (${PASSWORD_OF_POD}).Value }}}`) }],
  [
    'a template that copies a value',
    FINE,
    { config: template(`spec:\n  containers:\n  - name: a\n    env:\n    - name: A\n      value: {{ (${PASSWORD_OF_POD}).Value }}: b`) },
  ],
  [
    'a template that copies an alias',
    FINE,
    { config: template(`spec:\n  containers:\n  - name: a\n    env:\n    - name: A\n      value: *{{ (${PASSWORD_OF_POD}).Value }}`) },
  ],
  ['a template that holds a value', FINE, { config: template(`spec:\n  containers:\n  - env: [{name: A, value: ${MARKER}{{ .No.Such }}}]`) }],
  ['a template with a syntax error beside a value', FINE, { config: template(`spec:\n  containers:\n  - env: [{name: A, value: "${MARKER}{{ if }}"}]`) }],
  ['a condition that fails on a value', FINE, { config: CONDITION('int(object.spec.containers[0].env[0].value) > 1') }],
  [
    'a condition that takes a value for a time',
    FINE,
    { config: CONDITION("timestamp(object.spec.containers[0].env[0].value) > timestamp('2020-01-01T00:00:00Z')") },
  ],
  ['a condition that takes a value for a version', FINE, { config: CONDITION('semver(object.spec.containers[0].env[0].value).major() > 1') }],
  ['a function config that is none', FINE, { config: `PASSWORD=${MARKER}\n` }],
  ['a function config with a mistake in it', FINE, { config: `password: "${MARKER}" x\n` }],
  ['a ConfigMap as function config', FINE, { config: `apiVersion: v1\nkind: ConfigMap\n${metadata}\ndata: {config: "{istio: *${MARKER}}"}\n` }],
  [
    'a ConfigMap as function config, line by line',
    FINE,
    { config: `apiVersion: v1\nkind: ConfigMap\n${metadata}\ndata:\n  config: |\n    istio:\n      env: ${MARKER}: x\n` },
  ],
  ['sources that are no manifests', FINE, { config: template('spec: {}').replace('spec:\n', 'spec:\n  sources: [.env, .env.yaml]\n') }],
]

/** The lines of a text that repeat the marker. */
function leaks(text: string): string[] {
  return text.split('\n').filter(line => line.includes(MARKER))
}

const bytesOf = (name: string, text: string) => Buffer.from(text, name.includes('not UTF-8') ? 'latin1' : 'utf8')

t.test('one place after the other, in every format', async t => {
  for (const [name, text, { config } = {}] of PLACES) {
    if (name.includes('not UTF-8')) continue
    const files = [
      { path: 'mesh.yaml', text: MESH },
      { path: 'a.yaml', text },
    ]
    const result = outcome(() => inject({ files, ...(config === undefined ? {} : { functionConfig: { path: 'inject-sidecars.yaml', text: config } }) }))
    const asItems = outcome(() => inject({ resourceList: { path: '<stdin>', text: resourceList([text, MESH], config) } }))
    const { findings } = { findings: [...result, ...asItems, ...outcome(() => check({ files })), ...outcome(() => uninject({ files, fromStatus: true }))] }
    t.equal(findings.length > 0, true, `${name}: something is said`)
    for (const [format, print] of Object.entries(FORMATS)) {
      // The page shows pods, which is what it is for, and quotes no line of a manifest (test/pages).
      if (format === 'html') continue
      t.same(leaks(print({ command: 'check', findings, files: [] })), [], `${name}: ${format}`)
    }
    t.same(leaks(JSON.stringify(findings)), [], `${name}: the library`)
  }
})

function outcome(task: () => { readonly diagnostics: readonly Diagnostic[] }): readonly Diagnostic[] {
  try {
    return task().diagnostics
  } catch (error) {
    if (error instanceof InjectError) return [error.diagnostic]
    throw error
  }
}

const REPORTS = [
  ['check'],
  ['explain'],
  ['explain', '--trace'],
  ['inject', '--check'],
  ['uninject', '--check'],
  ['uninject', '--from-status', '--check'],
  ['inject', '-w'],
  ['inject', '-w', '--keep-going'],
]
const OTHERS = [
  ['inject'],
  ['uninject'],
  ['patch'],
  ['images'],
  ['images', '--lock', '.env'],
  ['upgrade', '--from', 'mesh.yaml', '--to', 'mesh.yaml'],
  ['verify', '--pods', '.env'],
  ['verify', '--pods', 'p1.yaml'],
  ['explain', '--pod'],
  ['report'],
  ['report', '-o', 'json'],
  ['report', '-o', 'markdown'],
  ['report', '--merge'],
]
const CONFIGS = new Map<string | undefined, (readonly [string, string])[]>()
for (const [name, text, { config } = {}] of PLACES) CONFIGS.set(config, [...(CONFIGS.get(config) ?? []), [name, text]])

/** What a pod page says of the pods and their findings, without the lines of the pods and of their manifests, which it shows on purpose. */
function withoutPodLines(page: string): string {
  const [, json] = /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(page) ?? []
  if (json === undefined) return page
  const { pods, others } = modelOf(JSON.parse(json))
  const said = pods.map(({ lines: _, excerpt: __, searched: ___, trace, ...pod }) => ({ ...pod, trace: trace() }))
  assert.ok(said.length + others.length > 0)
  return JSON.stringify([said, others])
}

for (const [config, places] of CONFIGS) {
  const [[name = ''] = []] = places
  t.test(config === undefined ? 'all places together' : name, async t => {
    const files = {
      'mesh.yaml': MESH,
      '.env': `PASSWORD=${MARKER}\nA: [\n`,
      '.env.yaml': `PASSWORD: "${MARKER}" x\n`,
      ...(config === undefined ? {} : { 'inject-sidecars.yaml': config }),
      ...Object.fromEntries(places.map(([place, text], i) => [`p${i}.yaml`, bytesOf(place, text)])),
    }
    const cwd = t.testdir(files)
    const paths = [...places.keys()].map(i => `p${i}.yaml`)
    let said = 0
    for (const command of config === undefined ? REPORTS : [['check'], ['explain', '--trace'], ['inject', '-w']]) {
      for (const format of config === undefined ? Object.keys(FORMATS) : ['text']) {
        const { stdout, stderr } = run([...command, '-o', format, ...paths, 'mesh.yaml'], { cwd })
        t.same(leaks((format === 'html' ? withoutPodLines(stdout) : stdout) + stderr), [], `${command.join(' ')} -o ${format}`)
        said += stdout.length + stderr.length
      }
    }
    t.equal(said > 0, true, 'something is said')
    for (const command of config === undefined ? OTHERS : [['patch']])
      t.same(leaks(run([...command, ...paths, 'mesh.yaml'], { cwd }).stderr), [], command.join(' '))
    t.same(leaks(run(['init', '--istio', 'p0.yaml', 'new'], { cwd }).stderr), [], 'init')
  })
}
