// The report of an upgrade: goldens in test/golden/upgrade, UPDATE=1 rewrites them and still fails.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import type { Diagnostic, JsonObject } from '../../src/lib/model/index.ts'
import { loadYaml } from '../../src/lib/yaml/index.ts'
import { hunksOf, hunkText } from '../../src/upgrade/difference.ts'
import { type Side, type UpgradedWorkload, type UpgradeInput, upgradeModel } from '../../src/upgrade/model.ts'
import { upgradeReport } from '../../src/upgrade/report.ts'
import { restartOf } from '../../src/upgrade/restart.ts'
import { shortReport } from '../../src/upgrade/short-report.ts'
import { example, run } from '../support/rig.ts'

const reportOf = (input: Omit<UpgradeInput, 'budgets'>) => upgradeReport(upgradeModel({ budgets: [], ...input }))

const GOLDENS = join(import.meta.dirname, '../golden/upgrade')
const used = new Set<string>()

function golden(name: string, text: string): string {
  const file = join(GOLDENS, name)
  used.add(name)
  const before = existsSync(file) ? readFileSync(file, 'utf8') : ''
  if (process.env.UPDATE !== undefined && before !== text) {
    mkdirSync(GOLDENS, { recursive: true })
    writeFileSync(file, text)
  }
  return before
}

function object(yaml: string): JsonObject {
  return loadYaml(yaml) as JsonObject
}

interface Options {
  readonly kind?: string
  readonly apiVersion?: string
  readonly spec?: string
}

function workload(name: string, template: string, { kind = 'Deployment', apiVersion = 'apps/v1', spec = '{}' }: Options = {}): JsonObject {
  return { apiVersion, kind, metadata: { name, namespace: 'shop' }, spec: { ...object(spec), template: object(template) } }
}

function side(value: JsonObject, injected = true, failed = false): Side {
  return { value, injected, failed }
}

function upgraded(from: Side, to: Side): UpgradedWorkload {
  const { apiVersion, kind, metadata } = to.value as { apiVersion: string; kind: string; metadata: { name: string } }
  return {
    ref: { apiVersion, kind, name: metadata.name, namespace: 'shop' },
    namespace: 'shop',
    podPath: ['spec', 'template'],
    file: `apps/${metadata.name}.yaml`,
    from,
    to,
  }
}

const sidecar = (app: string, version: string) => `
metadata: {labels: {app: ${app}}, annotations: {istio.io/rev: "${version}", inject-sidecars.dev/record: "${app}${version}"}}
spec:
  initContainers: [{name: istio-init, image: "proxyv2:${version}"}]
  containers:
  - {name: ${app}, image: "${app}:1"}
  - name: istio-proxy
    image: proxyv2:${version}
    args: [proxy, sidecar${version === '1.31' ? ', --new' : ''}]
    env:
    - {name: A, value: "1"}
    ${version === '1.29' ? '- {name: GOMAXPROCS, value: "2"}' : ''}
  volumes: [{name: istio-data, emptyDir: {}}${version === '1.31' ? ', {name: istio-ca-crl, configMap: {name: istio-ca-crl, optional: true}}' : ''}]
`
const plain = (app: string) => `{metadata: {}, spec: {containers: [{name: ${app}, image: "${app}:1"}]}}`

function changedBy(app: string, options?: Options): UpgradedWorkload {
  return upgraded(side(workload(app, sidecar(app, '1.29'), options)), side(workload(app, sidecar(app, '1.31'), options)))
}

t.test('equal changes are shown once, with everything that they touch', async t => {
  const workloads = [
    changedBy('web'),
    changedBy('store', { kind: 'StatefulSet' }),
    changedBy('agent', { kind: 'DaemonSet', spec: '{updateStrategy: {type: OnDelete}}' }),
    changedBy('idle', { spec: '{replicas: 0}' }),
    changedBy('migrate', { kind: 'Job', apiVersion: 'batch/v1' }),
    upgraded(side(workload('same', sidecar('same', '1.29'))), side(workload('same', sidecar('same', '1.29')))),
    upgraded(side(workload('odd', sidecar('odd', '1.29'))), side(workload('odd', sidecar('odd', '1.31').replace('value: "1"', 'value: "a|b `c`"')))),
  ]
  const report = reportOf({ from: 'istio-1.29', to: 'istio-1.31', workloads, diagnostics: { from: [], to: [] } })
  t.equal(report, golden('changes.md', report))
})

t.test('errors, new decisions and new warnings have their own sections', async t => {
  const finding = (severity: Diagnostic['severity'], message: string, name = 'web'): Diagnostic => ({
    code: 'annotation-invalid',
    severity,
    message,
    resource: { apiVersion: 'apps/v1', kind: 'Deployment', name, namespace: 'shop' },
  })
  const workloads = [
    changedBy('web'),
    upgraded(side(workload('bad', sidecar('bad', '1.29'))), side(workload('bad', plain('bad')), false, true)),
    upgraded(side(workload('more', plain('more')), false), side(workload('more', sidecar('more', '1.31')))),
    upgraded(side(workload('less', sidecar('less', '1.29'))), side(workload('less', plain('less')), false)),
  ]
  const general: Diagnostic = { code: 'mesh-config-missing', severity: 'warning', message: 'no mesh config' }
  const diagnostics = {
    from: [finding('warning', 'old')],
    to: [finding('error', 'invalid port', 'bad'), general, finding('warning', 'old'), finding('warning', 'new')],
  }
  const report = reportOf({ from: 'old', to: 'new', workloads, diagnostics })
  t.equal(report, golden('decisions.md', report))
})

t.test('a report of nothing is short, and of many workloads folded', async t => {
  const none = reportOf({ from: 'a', to: 'b', workloads: [], diagnostics: { from: [], to: [] } })
  t.equal(none, '# Sidecars: `a` → `b`\n\n**0 workloads**: changed 0, to be restarted or created again 0, unchanged 0, failed 0.\n')
  const many = reportOf({ from: 'a', to: 'b', workloads: Array.from({ length: 11 }, (_, i) => changedBy(`w${i}`)), diagnostics: { from: [], to: [] } })
  t.equal(many, golden('many.md', many))
})

t.test('the command compares two configurations, which may lie among the manifests', async t => {
  const config = example('istio/config.yaml')
  const cwd = t.testdir({
    old: { 'config.yaml': config },
    new: { 'config.yaml': config.replaceAll('1.31.0', '1.32.0') },
    empty: { 'readme.yaml': '# nothing' },
    'namespace.yaml': example('namespace.yaml'),
    'web.yaml': example('web.yaml'),
    'store.yaml': example('store.yaml'),
  })
  const { code, stdout, stderr } = run(['upgrade', '--from', './old', '--to', 'new', 'namespace.yaml', 'web.yaml', 'store.yaml', 'old', 'new'], { cwd })
  t.same([code, stderr], [0, ''])
  t.equal(stdout, golden('command.md', stdout))
  const broken = run(['upgrade', '--from', 'old', '--to', 'empty', 'namespace.yaml', 'web.yaml', 'store.yaml'], { cwd })
  t.equal(broken.code, 1)
  t.match(broken.stdout, /failed 2\.\n\n## Errors\n\nWith `empty`:\n\n- `+ ?Istio is to be injected.*\(config-missing\)\n$/)
  t.equal(run(['upgrade', '--from', 'old', '--to', 'nowhere', 'web.yaml'], { cwd }).code, 1)
  t.equal(run(['upgrade', '--from', 'old', 'web.yaml'], { cwd }).code, 3)
})

const BUDGETS = `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: v1
kind: List
items:
- apiVersion: policy/v1
  kind: PodDisruptionBudget
  metadata: {name: all, namespace: shop}
  spec: {maxUnavailable: 50%, selector: {}}
- {apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: none, namespace: shop}, spec: {}}
- {apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: broken, namespace: shop}, spec: {selector: {matchExpressions: [{key: a, operator: Near}]}}}
- {apiVersion: policy/v1beta1, kind: PodDisruptionBudget, metadata: {name: old, namespace: shop}, spec: {selector: {}}}
- {apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: elsewhere, namespace: other}, spec: {selector: {}}}
`

t.test('--html writes the page, and Markdown is short: restarts by namespace with the budgets that select the pods, and where the page is', async t => {
  const config = example('istio/config.yaml')
  const cwd = t.testdir({
    old: { 'config.yaml': config.replaceAll('1.31.0', '1.30.9') },
    new: { 'config.yaml': config },
    apps: { 'namespace.yaml': example('namespace.yaml'), 'web.yaml': example('web.yaml'), 'store.yaml': example('store.yaml'), 'budgets.yaml': BUDGETS },
  })
  const { code, stdout } = run(['upgrade', '--from', 'old', '--to', 'new', '--html', 'upgrade.html', 'apps'], { cwd })
  t.equal(code, 0)
  t.equal(stdout, golden('short.md', stdout))
  t.match(readFileSync(join(cwd, 'upgrade.html'), 'utf8'), /^<!doctype html>/)
  t.match(run(['upgrade', '--from', 'old', '--to', 'new', '-o', 'html', 'apps'], { cwd }).stdout, /^<!doctype html>/)
  const linked = run(
    ['upgrade', '--from', 'old', '--to', 'new', '-o', 'markdown', '--html', 'u.html', '--page-url', 'https://ci.example/1/artifacts/u.html', 'apps'],
    { cwd },
  )
  t.match(linked.stdout, '\n[The whole report](https://ci.example/1/artifacts/u.html)\n')
  const hostile = run(['upgrade', '--from', 'old', '--to', 'new', '--page-url', 'javascript:alert(1)', 'apps'], { cwd })
  t.match(hostile.stdout, '\nThe whole report: `javascript:alert(1)`\n')
})

t.test('the short report stays short: many changes, long values, code blocks that end', async t => {
  const long = 'x'.repeat(100_000)
  const workloads = Array.from({ length: 60 }, (_, i) =>
    upgraded(
      side(workload(`w${i}`, sidecar(`w${i}`, '1.29'))),
      side(workload(`w${i}`, sidecar(`w${i}`, '1.31').replace('value: "1"', `value: "${i} ${long}"`))),
    ),
  )
  const model = upgradeModel({ from: 'a', to: 'b', workloads, budgets: [], diagnostics: { from: [], to: [] } })
  const text = shortReport(model, 'upgrade.html')
  t.equal(text.length < 65_536, true, `${text.length}`)
  t.equal((text.match(/^```/gm) ?? []).length % 2, 0)
  t.match(text, 'and 57 more changes')
})

t.test('a function config that cannot be used is bad usage, as in every command', async t => {
  const cwd = t.testdir({
    'config.yaml': example('istio/config.yaml'),
    'sidecars.yaml': 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nspec: {istio: 1}\n',
    'web.yaml': example('web.yaml'),
  })
  const { code, stdout } = run(['upgrade', '--from', 'config.yaml', '--to', 'config.yaml', '--function-config', 'sidecars.yaml', 'web.yaml'], { cwd })
  t.equal(code, 3)
  t.match(stdout, /\(config-invalid\)/)
})

t.test('a function config among the configuration says what to inject', async t => {
  const cwd = t.testdir({
    old: {
      'config.yaml': example('istio/config.yaml'),
      'sidecars.yaml': 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nspec: {istio: {}}\n',
    },
    new: {
      'config.yaml': example('istio/config.yaml'),
      'sidecars.yaml': 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nspec: {istio: {nativeSidecars: Disabled}}\n',
    },
    'namespace.yaml': example('namespace.yaml'),
    'web.yaml': example('web.yaml'),
  })
  const { code, stdout } = run(['upgrade', '--from', 'old', '--to', 'new', 'namespace.yaml', 'web.yaml'], { cwd })
  t.equal(code, 0)
  t.match(stdout, /changed 1/)
})

t.test('every golden is used', async t => {
  t.same(existsSync(GOLDENS) ? readdirSync(GOLDENS).sort() : [], [...used].sort())
})

t.test('a difference names its place and leaves out what stays', async t => {
  for (const [name, before, after, want] of [
    ['nothing', '{a: 1}', '{a: 1}', ''],
    ['the order of keys', '{a: 1, b: 2}', '{b: 2, a: 1}', ''],
    ['a value', '{a: {b: 1}}', '{a: {b: 2}}', '@@ a @@\n-b: 1\n+b: 2\n'],
    ['a field that comes and one that goes', '{a: {b: 1}}', '{a: {c: [x]}}', '@@ a @@\n-b: 1\n+c:\n+- x\n'],
    [
      'an item of a list',
      '{l: [{name: x, v: 1}, {name: w}]}',
      '{l: [{name: x, v: 2}, {name: z}]}',
      '@@ l @@\n-- name: w\n+- name: z\n@@ l[x] @@\n-v: 1\n+v: 2\n',
    ],
    ['the order of a list', '{l: [{name: a}, {name: b}]}', '{l: [{name: b}, {name: a}]}', '@@ l @@\n-# order: a, b\n+# order: b, a\n'],
    ['a list without names', '{l: [a, b, c]}', '{l: [a, x, c]}', '@@ l @@\n - a\n-- b\n+- x\n'],
    ['a text of several lines', '{t: "a\\nb\\nc\\n"}', '{t: "a\\nx\\nc\\n"}', '@@  @@\n   a\n-  b\n+  x\n'],
  ] as const) {
    t.equal(hunkText(hunksOf(object(before), object(after))), want, name)
  }
})

t.test('what happens to the pods depends on the kind and its settings', async t => {
  for (const [yaml, want] of [
    ['{kind: Deployment}', 'restart'],
    ['{kind: Deployment, spec: {paused: true}}', 'paused'],
    ['{kind: StatefulSet, spec: {replicas: 0}}', 'paused'],
    ['{kind: DaemonSet, spec: {updateStrategy: {type: OnDelete}}}', 'on-delete'],
    ['{kind: Rollout}', 'restart'],
    ['{kind: ReplicaSet}', 'new-pods'],
    ['{kind: Job}', 'recreate'],
    ['{kind: Pod}', 'recreate'],
    ['{kind: CronJob}', 'next-run'],
    ['{kind: CloneSet}', 'unknown'],
  ] as const) {
    t.equal(restartOf(object(yaml)), want, yaml)
  }
})
