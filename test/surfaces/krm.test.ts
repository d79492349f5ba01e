// The KRM function as kustomize and kpt call it: a process without arguments, a ResourceList in, a ResourceList out (KRM Functions Specification v1).

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import process from 'node:process'
import t from 'tap'
import { inject } from '../../src/index.ts'
import { at, isObject, type Json } from '../../src/lib/model/index.ts'
import { parseDocuments } from '../../src/lib/yaml/index.ts'
import { example, type Outcome, resourceList, run } from '../support/rig.ts'

const call = (input: string | Buffer, cwd?: string): Outcome => run([], { input, ...(cwd === undefined ? {} : { cwd }) })

const CONFIG = 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata:\n  name: mesh\nspec:\n  istio: {}\n'
const MESH = [example('istio/config.yaml'), example('namespace.yaml')]
const SHOP = [...MESH, example('web.yaml'), example('store.yaml')]
const HEAD = 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n'

function listIn({ stdout }: Outcome): Json {
  const documents = parseDocuments({ path: 'stdout', text: stdout })
  if (documents.length !== 1) throw new Error(`${documents.length} documents on stdout`)
  return documents[0]?.value ?? null
}

const proxies = (outcome: Outcome) => outcome.stdout.match(/sidecar\.istio\.io\/status:/g)?.length ?? 0

t.test('workloads are injected, items keep their order, and the function config is passed on', async t => {
  const outcome = call(resourceList(SHOP, CONFIG))
  t.equal(outcome.code, 0, outcome.stderr)
  t.equal(proxies(outcome), 2)
  const list = listIn(outcome)
  const items = at(list, ['items'])
  t.same(Array.isArray(items) && items.map(item => at(item, ['kind'])), ['ConfigMap', 'ConfigMap', 'Namespace', 'Deployment', 'StatefulSet'])
  t.equal(at(list, ['functionConfig', 'kind']), 'SidecarInjector')
})

t.test('the answer has the version of the question', async t => {
  for (const version of ['v1', 'v1beta1', 'v1alpha1']) {
    const input = resourceList(SHOP).replace('config.kubernetes.io/v1\n', `config.kubernetes.io/${version}\n`)
    t.equal(at(listIn(call(input)), ['apiVersion']), `config.kubernetes.io/${version}`)
  }
})

t.test('a second run on the answer changes nothing', async t => {
  const { stdout } = call(resourceList(SHOP, CONFIG))
  t.equal(call(stdout).stdout, stdout)
})

t.test('where nothing is injected every byte stays', async t => {
  const odd = `# head\n${HEAD}items:\n# first\n-   apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: a, annotations: {config.k8s.io/id: '7', internal.config.kubernetes.io/seqindent: compact}}\n    data: {mode: "0644", yes: on, big: 12345678901234567890}\n- {}\nother: kept\n`
  for (const input of [
    odd,
    `${HEAD}items: []\n`,
    `${HEAD}items: []`,
    odd.replaceAll('\n', '\r\n'),
    JSON.stringify({ apiVersion: 'config.kubernetes.io/v1', kind: 'ResourceList', items: [] }),
  ]) {
    const outcome = call(input)
    t.equal(outcome.code, 0, outcome.stderr)
    t.equal(outcome.stdout, input)
    t.equal(outcome.stderr, '')
  }
})

t.test('items are always there, also when they were null or missing', async t => {
  for (const input of [`${HEAD}items:\n`, `${HEAD}items: null\n`, HEAD]) {
    const outcome = call(input)
    t.equal(outcome.code, 0)
    t.match(outcome.stdout, /^items: \[\]$/m)
  }
})

t.test('a ResourceList in JSON is answered in JSON', async t => {
  const input = JSON.stringify(listIn({ code: 0, stdout: resourceList(SHOP, CONFIG), stderr: '' }))
  const list = JSON.parse(call(input).stdout)
  t.equal(at(list, ['items', 4, 'spec', 'template', 'spec', 'initContainers', 0, 'name']), 'istio-proxy')
  t.equal(at(list, ['results', 0, 'severity']), 'info')
})

t.test('the answer has no byte order mark', async t => {
  const outcome = call(`\ufeff${resourceList(SHOP)}`)
  t.equal(outcome.code, 0)
  t.equal(outcome.stdout.startsWith('apiVersion'), true)
})

t.test('line ends of Windows stay', async t => {
  const { stdout } = call(resourceList(SHOP).replaceAll('\n', '\r\n'))
  t.match(stdout, /sidecar\.istio\.io\/status: .*\r\n/)
})

t.test('a result has a message, a severity, and a resource, field and file where they are known', async t => {
  const app = example('store.yaml')
    .replace(
      '  namespace: shop\n',
      "  namespace: shop\n  annotations:\n    internal.config.kubernetes.io/path: 'apps/store.yaml'\n    internal.config.kubernetes.io/index: '1'\n",
    )
    .replace('      labels:\n', '      annotations: {inject.istio.io/templates: nope}\n      labels:\n')
  const outcome = call(resourceList([...MESH, app]))
  t.equal(outcome.code, 1)
  t.match(at(listIn(outcome), ['results', 0]), {
    message: /requested template "nope" not found/,
    severity: 'error',
    resourceRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'store', namespace: 'shop' },
    field: { path: 'spec.template.metadata.annotations["inject.istio.io/templates"]' },
    file: { path: 'apps/store.yaml', index: 1 },
    tags: { code: 'template-unknown' },
  })
  t.match(outcome.stderr, /^apps\/store\.yaml \(document 2\): error\[template-unknown\]: /)
  t.match(outcome.stderr, /\^\^\^\^/)
})

t.test('with an error every item comes back as it was, and the run fails', async t => {
  const bad = example('store.yaml').replace('      labels:\n', '      annotations: {inject.istio.io/templates: nope}\n      labels:\n')
  const input = resourceList([...SHOP, bad], CONFIG)
  const outcome = call(input)
  t.equal(outcome.code, 1)
  t.equal(outcome.stdout.startsWith(input), true)
  t.match(outcome.stdout.slice(input.length), /^results:\n/)
})

t.test('results are those of this run alone', async t => {
  const { stdout } = call(`${resourceList(SHOP)}results:\n- {message: of another function, severity: error}\n`)
  t.equal(at(listIn({ code: 0, stdout, stderr: '' }), ['results', 0, 'severity']), 'info')
  t.equal(/another/.test(stdout), false)
})

const EARLIER: [name: string, results: string][] = [
  ['on one line', 'results:\n- {message: of another, severity: error}\n'],
  ['over several lines', 'results:\n  - message: a long message\n      of another\n    severity: info\n'],
  ['a list of lines', 'results:\n- message: |\n    of another\n\n    and more\n- message: "of\n    another"\n'],
  ['with an alias', 'results:\n- &a {message: of another}\n- *a\n'],
  ['empty', 'results: []\n'],
  ['null', 'results:\n'],
  ['quoted', '"results":\n- message: of another\n'],
  ['none, but something like it in a string', 'note: "\\n  a\n\n  results:\n  - message: of another"\n'],
  ['that are twice', 'results:\n- message: of another\nresults:\n- message: of another\n'],
]

for (const [name, results] of EARLIER) {
  t.test(`items are the same whatever the earlier results are: ${name}`, async t => {
    const answer = (text: string) => inject({ resourceList: { path: '<stdin>', text } }).files[0]?.text ?? ''
    const [plain, again] = [answer(resourceList(SHOP)), answer(`${resourceList(SHOP)}${results}`)]
    const [want, have] = [plain, again].map(text => listIn({ code: 0, stdout: text, stderr: '' }))
    t.same(at(have ?? null, ['items']), at(want ?? null, ['items']))
    t.equal(JSON.stringify(at(have ?? null, ['results'])).includes('of another'), false)
    t.equal(again.startsWith(plain.slice(0, plain.indexOf('\nresults:'))), true, 'bytes')
  })
}

const refused: [name: string, input: string | Buffer, code: number, message: RegExp][] = [
  ['nothing', '', 1, /error\[resource-list-invalid\]: not a ResourceList: standard input is empty/],
  ['what is not YAML', `${HEAD}items: [\n`, 1, /<stdin>:\d+:\d+: error\[yaml-syntax\]/],
  ['a plain manifest', example('store.yaml'), 1, /standard input is a StatefulSet/],
  [
    'what is not UTF-8',
    Buffer.concat([Buffer.from(`${HEAD}items: [] # `), Buffer.from([0xff, 0xfe])]),
    1,
    /<stdin>:3:13: error\[yaml-syntax\]: line 3 is not valid UTF-8/,
  ],
]
for (const [name, input, code, message] of refused) {
  t.test(`${name} is refused, with nothing on standard output`, async t => {
    const outcome = call(input)
    t.equal(outcome.code, code)
    t.equal(outcome.stdout, '')
    t.match(outcome.stderr, message)
  })
}

t.test('wrong items are each reported', async t => {
  const input = `${HEAD}items:\n- 5\n- [a]\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n`
  const outcome = call(input)
  t.equal(outcome.code, 1)
  t.equal(outcome.stdout.startsWith(input), true)
  t.equal(outcome.stderr.match(/error\[resource-invalid\]/g)?.length, 2)
})

t.test('an unknown field in the function config is exit code 3, with the nearest known one', async t => {
  const outcome = call(resourceList(SHOP, CONFIG.replace('istio: {}', 'istoi: {}')))
  t.equal(outcome.code, 3)
  t.match(outcome.stderr, /error\[config-invalid\]: .*istoi/)
  t.match(outcome.stderr, /istio/)
  t.equal(proxies(outcome), 0)
})

t.test('the function config that kpt makes up is a function config', async t => {
  for (const data of ['', 'data: {}\n']) {
    t.equal(proxies(call(resourceList(SHOP, `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: function-input\n${data}`))), 2)
  }
})

t.test('configuration below the working directory is found through `sources`', async t => {
  const cwd = t.testdir({ istio: { 'config.yaml': example('istio/config.yaml') } })
  const config = CONFIG.replace('istio: {}', 'istio: {}\n  sources: [istio/]')
  t.equal(proxies(call(resourceList([example('namespace.yaml'), example('store.yaml')], config), cwd)), 1)
})

t.test('ten megabytes are answered whole', async t => {
  const count = 20_000
  const filler = Array.from({ length: count }, (_, i) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: filler-${i}\ndata:\n  text: ${'x'.repeat(440)}\n`)
  const input = resourceList([...filler, ...SHOP])
  t.equal(input.length > 10_000_000, true)
  const outcome = call(input)
  t.equal(outcome.code, 0, outcome.stderr)
  t.equal(proxies(outcome), 2)
  t.equal(outcome.stdout.match(/^ {4}name: filler-/gm)?.length, count)
})

const NODE_20 = '/usr/bin/node'
const isNode20 = existsSync(NODE_20) && spawnSync(NODE_20, ['--version'], { encoding: 'utf8' }).stdout.startsWith('v20.')

t.test('the bundle runs on Node 20 as on this one', { skip: isNode20 ? false : `no Node 20 at ${NODE_20}` }, async t => {
  const input = resourceList(SHOP, CONFIG)
  t.equal(run([], { input, node: NODE_20 }).stdout, run([], { input, node: process.execPath }).stdout)
})

t.test('the program needs neither a home nor a writable folder nor an environment', async t => {
  t.equal(isObject(listIn(call(resourceList(SHOP, CONFIG), '/'))), true)
})

const GUARD = 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: InjectionGuard\nmetadata:\n  name: guard\n'

t.test('a guard is taken out, in any style, and stays when there is an error', async t => {
  const without = resourceList(SHOP, CONFIG)
  for (const place of [0, 2, SHOP.length]) {
    const input = resourceList([...SHOP.slice(0, place), GUARD, ...SHOP.slice(place)], CONFIG)
    t.equal(call(input).stdout, call(without).stdout)
  }
  const alone = call(resourceList([GUARD]))
  t.same([alone.code, at(listIn(alone), ['items'])], [0, []])
  const json = call(JSON.stringify(listIn({ code: 0, stdout: resourceList([...SHOP, GUARD]), stderr: '' })))
  t.equal(/InjectionGuard/.test(json.stdout), false)
  t.equal(JSON.parse(json.stdout).items.length, 5)
  const failing = call(resourceList([GUARD, ...SHOP], `${CONFIG}  expect:\n  - {kind: Job, injected: true}\n`))
  t.equal(failing.code, 1)
  t.match(failing.stdout, /kind: InjectionGuard/)
})

t.test('a guard behind a workload that was injected before is taken out too', async t => {
  const once = call(resourceList(SHOP, CONFIG)).stdout
  const items = once.slice(once.indexOf('items:\n') + 'items:\n'.length).split(/^(?=\S)/m)
  const [guard = ''] = resourceList([GUARD])
    .split(/^(?=- )/m)
    .slice(1)
  t.equal(items.filter(item => item.includes('sidecar.istio.io/status')).length, 2)
  const again = items.map(item => (item.includes('sidecar.istio.io/status') ? item + guard : item)).join('')
  t.equal(call(once.slice(0, once.indexOf('items:\n') + 'items:\n'.length) + again).stdout, once)
})

t.test('what a guard shares with other items by an anchor stays theirs', async t => {
  const guard = GUARD.replace('name: guard\n', 'name: guard\n  labels: &app\n    app: store\n')
  const store = example('store.yaml').replace('      labels:\n        app: store\n', '      labels: *app\n')
  const outcome = call(resourceList([guard, ...MESH, store], CONFIG))
  t.equal(outcome.code, 0, outcome.stderr)
  t.equal(proxies(outcome), 1)
  t.notMatch(outcome.stdout, /InjectionGuard|&app|: \*app$/m)
  t.same(at(listIn(outcome), ['items', 3, 'spec', 'template', 'metadata', 'labels', 'app']), 'store')
})

t.test('an expectation that is not met is an error', async t => {
  const outcome = call(resourceList(SHOP, `${CONFIG}  expect:\n  - {kind: StatefulSet, injected: false}\n`))
  t.equal(outcome.code, 1)
  t.match(outcome.stderr, /error\[expectation-violated\]: .*injected/)
  t.equal(proxies(outcome), 0)
})

t.test('a kind that is not known and plainly holds a pod template is reported', async t => {
  const widget =
    'apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: w\nspec:\n  podTemplate:\n    spec:\n      containers:\n      - {name: a, image: b}\n'
  t.match(call(resourceList([widget])), { code: 0, stderr: /warning\[kind-unknown\]/ })
  const config = `${CONFIG}  workloads:\n  - {apiVersion: example.com/v1, kind: Widget, podTemplate: spec.podTemplate}\n  unknownNamespace: NoLabels\n`
  t.match(call(resourceList([...MESH, widget], config)), { code: 0, stderr: '' })
})
