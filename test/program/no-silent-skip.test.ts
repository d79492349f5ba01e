// Nothing is skipped in silence: labels that nearly mean something, contradictions, versions that are not known; and one error that does not hold up the rest.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { example, run } from '../support/rig.ts'

const ISTIO = example('istio/config.yaml')
const WEB = example('web.yaml')
const namespace = (labels: string, more = '') => `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: {${labels}}\n${more}`
const functionConfig = (namespaces: string, istio = '{}') =>
  `apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nspec: {istio: ${istio}, cluster: {namespaces: {${namespaces}}}}\n`

interface Finding {
  readonly code: string
  readonly severity: string
  readonly message: string
  readonly hint?: string
  readonly file?: string
  readonly line?: number
}

const check = (cwd: string, args: string[] = []) => {
  const { code, stdout } = run(['check', '--strict', '--sources', '-o', 'json', ...args, '.'], { cwd })
  const { findings } = JSON.parse(stdout) as { findings: readonly Finding[] }
  return { code, warnings: findings.filter(({ severity }) => severity !== 'info') }
}

t.test('labels of namespaces that nearly switch injection on are warnings with the name or value that is meant', async t => {
  const cases: readonly (readonly [labels: string, hint: RegExp])[] = [
    ['istio-injectio: enabled', /did you mean istio-injection\?/],
    ['istio_injection: enabled', /did you mean istio-injection\?/],
    ['Istio-Injection: enabled', /did you mean istio-injection\?/],
    ['istio-injection: enable', /did you mean enabled\?/],
    ['istio-injection: Enabled', /did you mean enabled\?/],
    ['istio-injection: "true"', /did you mean enabled\?/],
    ['istio-injection: "yes"', /write enabled or disabled/],
    ['istio.io/revision: default', /did you mean istio.io\/rev\?/],
    ['istio.io/rve: default', /did you mean istio.io\/rev\?/],
    ['sidecar.istio.io/inject: "true"', /istio-injection=enabled/],
  ]
  for (const [labels, hint] of cases) {
    const cwd = t.testdir({ 'istio.yaml': ISTIO, 'web.yaml': WEB, 'ns.yaml': namespace(labels) })
    const { code, warnings } = check(cwd)
    t.equal(code, 1, labels)
    t.match(warnings, [{ code: 'label-unknown', hint, file: 'ns.yaml', line: 5 }], labels)
    t.match(run(['inject', '--check', 'istio.yaml', 'web.yaml', 'ns.yaml'], { cwd }).stderr, 'warning[label-unknown]', 'inject says it, too')
    const inConfig = t.testdir({ 'istio.yaml': ISTIO, 'web.yaml': WEB, 'config.yaml': functionConfig(`shop: {labels: {${labels}}}`) })
    t.match(
      check(inConfig, ['-f', 'config.yaml']).warnings,
      [{ code: 'label-unknown', hint, file: 'config.yaml', line: 3 }],
      `${labels} in the function config`,
    )
  }
})

t.test('labels that mean something else, and right ones, are no warning', async t => {
  for (const labels of [
    'istio-injection: enabled',
    'istio-injection: disabled',
    'istio.io/tag: x',
    'istio.io/use-waypoint: w',
    'topology.istio.io/network: n',
    'team: list',
    'injection: x',
    'registry: y',
  ]) {
    const cwd = t.testdir({ 'istio.yaml': ISTIO, 'ns.yaml': namespace(labels) })
    t.same(check(cwd).warnings, [], labels)
  }
})

t.test('an annotation on a Namespace that should be a label', async t => {
  const cwd = t.testdir({ 'istio.yaml': ISTIO, 'ns.yaml': namespace('a: b', '  annotations: {istio-injection: enabled}\n') })
  t.match(check(cwd).warnings, [{ code: 'annotation-misplaced', hint: 'make it a label' }])
})

t.test('a misspelt label of a pod gets the nearest name', async t => {
  const labelled = (label: string) => WEB.replace('      labels:\n', `      labels:\n        ${label}\n`)
  for (const [label, near] of [
    ['sidecar.istio.io/injekt: "false"', 'sidecar.istio.io/inject'],
    ['sidecar.istio.oi/inject: "false"', 'sidecar.istio.io/inject'],
    ['istio.io/rvev: canary', 'istio.io/rev'],
  ] as const) {
    const cwd = t.testdir({ 'istio.yaml': ISTIO, 'web.yaml': labelled(label), 'ns.yaml': example('namespace.yaml') })
    t.match(check(cwd).warnings, [{ code: 'label-unknown', hint: `did you mean ${near}?` }], label)
  }
})

t.test(
  'a Namespace and `cluster.namespaces` that contradict each other: the Namespace wins and it is said, or the function config where it asks to',
  async t => {
    const files = { 'istio.yaml': ISTIO, 'web.yaml': WEB, 'ns.yaml': namespace('istio-injection: disabled') }
    const cwd = t.testdir({ ...files, 'config.yaml': functionConfig('shop: {labels: {istio-injection: enabled}}') })
    t.match(check(cwd, ['-f', 'config.yaml']).warnings, [
      { code: 'namespace-contradiction', message: /istio-injection; the Namespace takes precedence/, hint: /override: true/ },
    ])
    t.equal(run(['inject', '--check', '-f', 'config.yaml', '.'], { cwd }).stdout, '')
    const asked = t.testdir({ ...files, 'config.yaml': functionConfig('shop: {override: true, labels: {istio-injection: enabled}}') })
    t.equal(run(['inject', '--check', '-f', 'config.yaml', '.'], { cwd: asked }).stdout, 'web.yaml\n')
    t.same(check(asked, ['-f', 'config.yaml']).warnings, [])
    const agreeing = t.testdir({ ...files, 'config.yaml': functionConfig('shop: {labels: {istio-injection: disabled}}') })
    t.same(check(agreeing, ['-f', 'config.yaml']).warnings, [])
  },
)

t.test('an Istio older or newer than those whose rules are known is said', async t => {
  const labelled = (version: string) => ISTIO.replace('app.kubernetes.io/version: 1.31.0\n', `app.kubernetes.io/version: "${version}"\n`)
  t.not(labelled('x'), ISTIO)
  const files = (version: string) => ({ 'istio.yaml': labelled(version), 'web.yaml': WEB, 'ns.yaml': example('namespace.yaml') })
  for (const [version, taken] of [
    ['1.18.5', '1.28'],
    ['1.35.2', '1.32'],
    ['2.0.0', '1.32'],
    ['1.27.9', '1.28'],
  ] as const) {
    const message = `the configuration is that of Istio ${version}, which is not supported: it is injected by the rules of ${taken}`
    t.match(check(t.testdir(files(version))).warnings, [{ code: 'istio-version-unsupported', message, file: 'istio.yaml' }])
  }
  for (const version of ['1.28.0', '1.31.0-rc.0', '1.32-alpha.abc', '1.0.0']) t.same(check(t.testdir(files(version))).warnings, [], version)
  const set = t.testdir({ ...files('1.18.5'), 'config.yaml': functionConfig('', '{compatibility: "1.28"}') })
  t.same(check(set, ['-f', 'config.yaml']).warnings, [], 'the function config says it')
})

t.test('a single file whose namespace is not known: the hint names `sources`', async t => {
  const cwd = t.testdir({ 'istio.yaml': ISTIO, 'web.yaml': WEB })
  t.match(
    run(['inject', '-w', 'web.yaml', 'istio.yaml'], { cwd }).stderr,
    /namespace-unknown[\s\S]*hint: add the Namespace shop to the resources or to `sources`/,
  )
})

const BAD = WEB.replace('name: web\n', 'name: bad\n').replace(
  '      labels:\n',
  '      annotations: {sidecar.istio.io/interceptionMode: SOMETIMES}\n      labels:\n',
)
const KEEP_GOING = {
  'istio.yaml': ISTIO,
  'ns.yaml': example('namespace.yaml'),
  'web.yaml': WEB,
  'bad.yaml': BAD,
  'worse.yaml': 'apiVersion: v1\nkind: Pod\na: [\n',
}
const isInjected = (cwd: string, path: string) => readFileSync(join(cwd, path), 'utf8').includes('sidecar.istio.io/status')

t.test('--keep-going writes the files that are right, and exits with 1 and the list of the rest', async t => {
  const cwd = t.testdir(KEEP_GOING)
  t.equal(run(['inject', '-w', '.'], { cwd }).code, 1)
  t.equal(isInjected(cwd, 'web.yaml'), false, 'all or nothing without it')
  const { code, stderr } = run(['inject', '-w', '--keep-going', '.'], { cwd })
  t.equal(code, 1)
  t.match(stderr, /left as it is: bad\.yaml\nleft as it is: worse\.yaml\n$/)
  t.equal(isInjected(cwd, 'web.yaml'), true)
  t.equal(readFileSync(join(cwd, 'bad.yaml'), 'utf8'), BAD)
})

t.test('--keep-going writes nothing where an error is about what all files depend on', async t => {
  for (const broken of [
    { 'istio.yaml': `${ISTIO}a: [\n` },
    { 'ns.yaml': `${example('namespace.yaml')}a: [\n` },
    { 'istio.yaml': ISTIO.replace('{{ .ProxyUID }}', '{{ .ProxyUID') },
  ]) {
    const cwd = t.testdir({ ...KEEP_GOING, ...broken })
    t.equal(run(['inject', '-w', '--keep-going', '.'], { cwd }).code, 1)
    t.equal(isInjected(cwd, 'web.yaml'), false, JSON.stringify(Object.keys(broken)))
  }
})
