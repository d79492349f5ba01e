// `report`: what runs where, in its forms, and the reports of many runs as one.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import t from 'tap'
import { FUNCTION_CONFIG, MESH } from '../e2e/render.ts'
import { generateWorkloads } from '../e2e/workloads.ts'
import { example, ROOT, run } from '../support/rig.ts'

const SCHEMA = JSON.parse(readFileSync(join(ROOT, 'fn-config/report.schema.json'), 'utf8'))

const deployment = (name: string, namespace: string, { labels = '{}', container = 'web' } = {}) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${JSON.stringify(name)}, namespace: ${namespace}}
spec:
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: ${labels}}
    spec: {containers: [{name: ${container}, image: 'web:1'}]}
`

const namespace = (name: string, labels: string) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: ${labels}}\n---\n`

/** Two own sidecars beside Istio, which contradict each other where both are asked for. */
const own = (name: string, image: string) => `
  - name: ${name}
    webhooks: [{objectSelector: {matchLabels: {${name}: "yes"}}}]
    config: {templates: {t: 'spec: {containers: [{name: helper, image: "${image}"}]}'}, defaultTemplates: [t]}`
const CONFIG = `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
spec:
  istio: {}
  injectors:${own('red', 'red:1')}${own('blue', 'blue:1')}
`

const FILES = {
  'sidecars.yaml': CONFIG,
  istio: { 'config.yaml': example('istio/config.yaml') },
  apps: {
    'namespaces.yaml': namespace('shop', '{istio-injection: enabled}') + namespace('plain', '{}'),
    'render.yaml': deployment('render', 'shop'),
    'git.yaml': deployment('git', 'shop', { labels: '{red: "yes"}' }),
    'plain.yaml': deployment('plain', 'plain'),
    'conflict.yaml': deployment('conflict', 'plain', { labels: '{red: "yes", blue: "yes"}' }),
    'error.yaml': deployment('error', 'nowhere'),
    'README.md': '# {{ no manifest',
    'values.yaml': 'replicas: 3\n',
    'data.json': '[1, 2]',
    'broken.yaml': 'a: [\n',
    chart: { 'Chart.yaml': 'name: c\n', templates: { 'web.yaml': 'kind: {{ .Values.kind }}\n' } },
  },
}

interface Workload {
  readonly name: string
  readonly state: string
  readonly [key: string]: unknown
}

const byName = (stdout: string) => new Map((JSON.parse(stdout).workloads as Workload[]).map(workload => [workload.name, workload]))

t.test('each state, of a whole repository with files that are no manifests', async t => {
  const cwd = t.testdir(FILES)
  t.equal(run(['inject', '-w', '-f', 'sidecars.yaml', 'apps/git.yaml', 'apps/namespaces.yaml', 'istio'], { cwd }).code, 0)
  const { code, stdout, stderr } = run(['report', '-f', 'sidecars.yaml', '-o', 'json'], { cwd })
  t.equal(code, 1)
  t.match(stderr, 'injector-conflict')
  const found = byName(stdout)
  t.same(
    [...found].map(([name, { state }]) => [name, state]),
    [
      ['conflict', 'conflict'],
      ['error', 'error'],
      ['git', 'injected'],
      ['plain', 'not-injected'],
      ['render', 'at-render'],
    ],
  )
  t.match(found.get('git'), {
    kind: 'Deployment',
    namespace: 'shop',
    file: 'apps/git.yaml',
    line: 4,
    revision: 'default',
    proxy: { image: 'registry.example.com/mesh/proxy:1.31.0', version: '1.31.0', native: true },
    sidecars: [{ name: 'helper', image: 'red:1', native: false }],
    injectors: ['istio/default', 'own/red'],
    findings: [],
  })
  t.same(found.get('plain')?.why, ['No webhook matches the labels of its namespace or of its pods'])
  t.match(found.get('conflict')?.findings, [{ severity: 'error', code: 'injector-conflict', file: 'apps/conflict.yaml' }])
  t.match(found.get('error')?.findings, [{ severity: 'error', code: 'namespace-unknown' }])
  t.equal('proxy' in (found.get('plain') ?? {}), false)
})

t.test('what is injected by an older configuration is outdated, and no error', async t => {
  const cwd = t.testdir({ ...FILES, old: { 'config.yaml': example('istio/config.yaml').replaceAll('1.31.0', '1.30.9') } })
  t.equal(run(['inject', '-w', 'apps/render.yaml', 'apps/namespaces.yaml', 'old'], { cwd }).code, 0)
  const { code, stdout } = run(['report', '-o', 'json', 'apps/render.yaml', 'apps/namespaces.yaml', 'istio'], { cwd })
  t.equal(code, 0)
  t.match(byName(stdout).get('render'), { state: 'outdated', findings: [] })
})

t.test('without its configuration no decision is known: each workload is an error that says so', async t => {
  const cwd = t.testdir(FILES)
  const { code, stdout } = run(['report', '-o', 'json', 'apps/render.yaml', 'apps/namespaces.yaml'], { cwd })
  t.equal(code, 1)
  t.match(byName(stdout).get('render'), { state: 'error', why: [/Istio is to be injected/] })
  t.match(JSON.parse(stdout).findings, [{ severity: 'error', code: 'config-missing' }])
})

t.test('the JSON form keeps its schema, for generated workloads of every kind', async t => {
  const apps = generateWorkloads(24).map(({ text }) => text)
  const cwd = t.testdir({ 'apps.yaml': apps.join('---\n'), 'mesh.yaml': MESH, 'config.yaml': FUNCTION_CONFIG })
  const { stdout } = run(['report', '-f', 'config.yaml', '-o', 'json', '.'], { cwd })
  const ajv = new Ajv({ allErrors: true, strict: true })
  t.equal(ajv.validate(SCHEMA, JSON.parse(stdout)), true, ajv.errorsText())
  t.equal(JSON.parse(stdout).workloads.length, 24)
})

t.test('warnings are in the report, and only errors on standard error', async t => {
  const odd = deployment('odd', 'shop').replace('labels: {}', 'labels: {}, annotations: {sidecar.istio.io/inejct: "true"}')
  const cwd = t.testdir({ 'odd.yaml': odd, 'ns.yaml': FILES.apps['namespaces.yaml'], istio: FILES.istio })
  const { code, stdout, stderr } = run(['report'], { cwd })
  t.same([code, stderr], [0, ''])
  t.match(stdout, /Deployment\/odd +injected at render, 1 warning +1\.31\.0/)
})

t.test('equal names in several files: a finding belongs to the workload in its own file', async t => {
  const misspelt = deployment('web', 'shop').replace('labels: {}', 'labels: {}, annotations: {sidecar.istio.io/inejct: "true"}')
  const cwd = t.testdir({
    a: { 'web.yaml': deployment('web', 'shop') },
    b: { 'web.yaml': `${misspelt}---${deployment('web', 'shop')}` },
    'ns.yaml': FILES.apps['namespaces.yaml'],
    istio: FILES.istio,
  })
  const { stdout } = run(['report', '-o', 'json', '.'], { cwd })
  const workloads = JSON.parse(stdout).workloads as { file: string; line: number; findings: { code: string }[] }[]
  t.same(
    workloads.map(({ file, line, findings }) => [file, line, findings.map(({ code }) => code)]),
    [
      ['a/web.yaml', 4, []],
      ['b/web.yaml', 4, ['annotation-unknown']],
      ['b/web.yaml', 13, []],
    ],
  )
})

t.test('the table: a row for each workload and the numbers, for a name that steers a terminal too', async t => {
  const cwd = t.testdir({ 'web.yaml': deployment('a\u001b[2J\n::error::b', 'plain'), 'ns.yaml': FILES.apps['namespaces.yaml'], istio: FILES.istio })
  const { code, stdout } = run(['report'], { cwd })
  t.equal(code, 0)
  t.notMatch(stdout, '\u001b')
  t.notMatch(stdout, /^\s*::/m)
  t.match(
    stdout,
    /^NAMESPACE +WORKLOAD +STATE +PROXY +NATIVE +INJECTORS +POLICIES +WHERE\nplain +Deployment\/a\\u001b\[2J\\n::error::b +not injected +- +- +- +- +web\.yaml:4\n/,
  )
  t.match(stdout, /\n1 workload in 1 namespace: 1 not injected\n$/)
})

t.test('Markdown: what needs care first, nothing of a name is markup', async t => {
  const cwd = t.testdir({ ...FILES, evil: { 'evil.yaml': deployment('<img src=x>|`x`', 'plain') } })
  const { stdout } = run(['report', '-f', 'sidecars.yaml', '-o', 'markdown'], { cwd })
  t.match(stdout, /^## inject-sidecars report\n\n6 workloads in 3 namespaces: 1 error, 1 conflict, /)
  t.match(stdout, /\| nowhere \| Deployment error \| Error \|.*\n\| plain \| Deployment conflict \| Conflict \|/)
  t.match(stdout, 'Deployment &lt;img src=x&gt;\\|\\`x\\`')
  t.notMatch(stdout, '<img')
})

t.test('--html writes the page, and the numbers go to standard output', async t => {
  const cwd = t.testdir(FILES)
  const { stdout } = run(['report', '-f', 'sidecars.yaml', '--html', 'fleet.html'], { cwd })
  t.match(stdout, /^5 workloads in 3 namespaces: 1 error, 1 conflict, 2 injected at render, 1 not injected; proxy 1\.31\.0 \(2\)\n$/)
  const page = readFileSync(join(cwd, 'fleet.html'), 'utf8')
  t.match(page, /^<!doctype html>\n/)
  t.match(page, '"conflict"')
  t.equal(run(['report', '-f', 'sidecars.yaml', '-o', 'html'], { cwd }).stdout, page)
  t.equal(JSON.parse(run(['report', '-f', 'sidecars.yaml', '--html', 'fleet.html', '-o', 'json'], { cwd }).stdout).workloads.length, 5)
  const { code, stderr } = run(['report', '--html', 'no/such/folder.html', 'apps/plain.yaml', 'apps/namespaces.yaml', 'istio'], { cwd })
  t.equal(code, 1)
  t.match(stderr, /error\[file-unwritable\]/)
})

t.test('running pods: drift for each workload, and the pods of none', async t => {
  const pods = readFileSync(join(ROOT, 'test/fixtures/running-pods.json'), 'utf8').replaceAll('mesh/proxy:1.31.0', 'mesh/proxy:1.30.9')
  const apps = generateWorkloads(16).map(({ text }) => text)
  const cwd = t.testdir({ apps: { 'apps.yaml': apps.slice(0, 15).join('---\n'), 'mesh.yaml': MESH }, 'config.yaml': FUNCTION_CONFIG, 'pods.json': pods })
  const { code, stdout } = run(['report', '-f', 'config.yaml', '--pods', 'pods.json', '-o', 'json', 'apps'], { cwd })
  t.equal(code, 0)
  const report = JSON.parse(stdout)
  t.same(report.pods, { pods: 16, ended: 0, others: 1 })
  const drift = byName(stdout).get('pod-6')?.drift
  const [line] = (drift as { groups: { differences: string[] }[] }).groups[0]?.differences ?? []
  t.match(drift, { pods: 1, same: 0, groups: [{ kind: 'other-version', pods: 1, names: ['pod-6'] }] })
  t.equal(line, 'spec.initContainers[istio-proxy].image: rendered "registry.example.com/mesh/proxy:1.31.0", running "registry.example.com/mesh/proxy:1.30.9"')
  const piped = run(['report', '-f', 'config.yaml', '--pods', '-', 'apps'], { cwd, input: pods })
  t.match(piped.stdout, /drift: 1 of 1 pods/)
  t.match(piped.stdout, /pods of \d+ workloads not as rendered\n$/)
})

t.test('reports of many runs are one: sources, counts, and the same report given twice counts once', async t => {
  const cwd = t.testdir({ ...FILES, reports: {} })
  for (const [name, paths] of [
    ['shop', ['apps/render.yaml']],
    ['billing', ['apps/plain.yaml', 'apps/render.yaml']],
  ] as const) {
    const { stdout } = run(['report', '-o', 'json', ...(name === 'shop' ? ['--name', name] : []), ...paths, 'apps/namespaces.yaml', 'istio'], { cwd })
    writeReport(cwd, `reports/${name}.json`, stdout)
  }
  const { code, stdout } = run(['report', '--merge', '-o', 'json', 'reports', 'reports/shop.json'], { cwd })
  t.equal(code, 0)
  const pairs = (text: string) => JSON.parse(text).workloads.map(({ source, name }: Workload) => `${source} ${name}`)
  t.same(pairs(stdout), ['billing plain', 'billing render', 'shop render'])
  t.same(pairs(run(['report', '-o', 'json', 'reports/shop.json', 'reports/billing.json'], { cwd }).stdout), ['shop render', 'billing plain', 'billing render'])
  writeReport(cwd, 'all.json', stdout)
  t.same(pairs(run(['report', '--merge', '-o', 'json', 'all.json'], { cwd }).stdout), ['billing plain', 'billing render', 'shop render'])
  t.match(run(['report', 'all.json'], { cwd }).stdout, /^REPORT +NAMESPACE .*\nbilling +plain +Deployment\/plain .*\n(?:.*\n)*3 workloads in 3 namespaces: /)
})

function writeReport(cwd: string, path: string, text: string): void {
  writeFileSync(join(cwd, path), text)
}

const WORKLOAD = {
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web', state: 'injected', why: [] },
  ...{ sidecars: [], injectors: [], policies: [], findings: [] },
}
const REPORT = { command: 'report', schema: 1, version: '0.1.0', workloads: [WORKLOAD], findings: [] }
const withWorkload = (change: object) => ({ ...REPORT, workloads: [WORKLOAD, { ...WORKLOAD, ...change }] })

/** Reports that are none, each with what is said. */
const WRONG: readonly (readonly [name: string, text: string, message: RegExp])[] = [
  ['no JSON', '{"command": "report",', /it is not JSON/],
  ['nothing', '', /it is not JSON/],
  ['a list', '[]', /must be a mapping, not a list/],
  ['another report', JSON.stringify({ ...REPORT, command: 'check' }), /`command` is "check" but must be "report"/],
  ['a later form', JSON.stringify({ ...REPORT, schema: 2, workloads: 7 }), /the schema version 2, but this program reads 1/],
  ['a form that is none', JSON.stringify({ ...REPORT, schema: 0 }), /`schema` is 0/],
  ['no workloads', JSON.stringify({ ...REPORT, workloads: undefined }), /field `workloads` is missing/],
  ['a state that is none', JSON.stringify(withWorkload({ state: 'constructor' })), /`workloads\[1\]\.state` is "constructor" but must be one of/],
  ['a name that is a mapping', JSON.stringify(withWorkload({ name: { toString: 'x' } })), /`workloads\[1\]\.name` must be a string/],
  ['a line that is a text', JSON.stringify(withWorkload({ line: '4' })), /`workloads\[1\]\.line` must be a whole number/],
  [
    'a negative count',
    JSON.stringify(withWorkload({ drift: { pods: -1, same: 0, groups: [] } })),
    /`workloads\[1\]\.drift\.pods` is -1 but must be at least 0/,
  ],
  [
    'fields on the prototype',
    '{"command":"report","schema":1,"version":"1","workloads":[{"__proto__":{"kind":"x"}}],"findings":[]}',
    /field `kind` is missing/,
  ],
]

t.test('a report that is none is an error with its place, and the others are still merged', async t => {
  const cwd = t.testdir({ 'good.json': JSON.stringify(REPORT), ...Object.fromEntries(WRONG.map(([, text], i) => [`bad-${i}.json`, text])) })
  for (const [i, [name, , message]] of WRONG.entries()) {
    const { code, stdout, stderr } = run(['report', '--merge', '-o', 'json', `bad-${i}.json`, 'good.json'], { cwd })
    t.equal(code, 1, name)
    t.match(stderr, /error\[report-invalid\]/, name)
    t.match(stderr, message, name)
    t.same(JSON.parse(stdout).workloads, [{ source: 'good', ...WORKLOAD }], name)
  }
})

t.test('fields that are not known are let go, and hostile texts steer nothing', async t => {
  const evil = 'x\u001b[31m\n::warning::y</script>'
  const report = withWorkload({ name: evil, why: [evil], extra: { a: 1 }, proxy: { image: evil, native: true, more: 1 } })
  const cwd = t.testdir({ 'r.json': JSON.stringify({ ...report, more: evil }) })
  const json = run(['report', '-o', 'json', 'r.json'], { cwd }).stdout
  const [, read] = JSON.parse(json).workloads
  t.same(Object.keys(read).toSorted(), ['source', ...Object.keys(WORKLOAD), 'proxy'].toSorted())
  t.same([read.name, read.proxy], [evil, { image: evil, native: true }])
  for (const format of ['text', 'markdown', 'json']) {
    const { stdout } = run(['report', '-o', format, 'r.json'], { cwd })
    t.notMatch(stdout, '\u001b', format)
    t.notMatch(stdout, /^\s*::/m, format)
  }
})

t.test('equal names of files in several folders, standard input, links: each report has a name of its own, and is there once', async t => {
  const text = (name: string) => JSON.stringify({ ...REPORT, workloads: [{ ...WORKLOAD, name }] })
  const cwd = t.testdir({ r: { a: { 'report.json': text('a') }, b: { 'report.json': text('b'), 'other.json': text('c'), 'notes.yaml': 'a: b\n' } } })
  const { code, stdout } = run(['report', '--merge', '-o', 'json', 'r', 'r/b', './r/a/report.json', '-'], { cwd, input: text('d') })
  t.equal(code, 0)
  t.same(
    JSON.parse(stdout).workloads.map(({ source, name }: Workload) => [source, name]),
    [
      ['standard input', 'd'],
      ['r/a/report', 'a'],
      ['other', 'c'],
      ['r/b/report', 'b'],
    ],
  )
})

t.test('reports that lie in a repository are no manifests', async t => {
  const cwd = t.testdir({ ...FILES, reports: {} })
  const first = run(['report', '-f', 'sidecars.yaml', '-o', 'json'], { cwd }).stdout
  writeReport(cwd, 'reports/shop.json', first)
  t.equal(run(['report', '-f', 'sidecars.yaml', '-o', 'json'], { cwd }).stdout, first)
})

t.test('what cannot be read is in the report, too', async t => {
  const cwd = t.testdir({ 'web.yaml': deployment('web', 'shop'), 'pods.json': '[' })
  for (const [args, code] of [
    [['nowhere.yaml'], 'file-unreadable'],
    [['--pods', 'pods.json', 'web.yaml'], 'pods-invalid'],
  ] as const) {
    const { code: exit, stdout } = run(['report', '-o', 'json', '--html', 'page.html', ...args], { cwd })
    t.equal(exit, 1)
    t.match(JSON.parse(stdout), { workloads: [], findings: [{ severity: 'error', code }] })
    t.match(readFileSync(join(cwd, 'page.html'), 'utf8'), code)
  }
})

t.test('--merge takes reports alone', async t => {
  const cwd = t.testdir({ 'web.yaml': deployment('web', 'shop') })
  t.equal(run(['report', '--merge', '--running', '.'], { cwd }).code, 3)
  t.equal(run(['report', '--merge'], { cwd }).code, 3)
  t.equal(run(['report', '--pods', '-', '-'], { cwd }).code, 3)
  t.equal(run(['report', '--merge', 'nowhere.json'], { cwd }).code, 1)
  t.match(run(['report', '--merge', 'web.yaml'], { cwd }).stderr, /report-invalid/)
})
