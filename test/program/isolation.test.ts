// The function sees its input and nothing else: no other program, machine, file or variable, no clock, no chance, no language, no place. Each circumstance is
// shown to be one that a program can be caught in: by a bundle that was changed to depend on it.

import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { buildSync } from 'esbuild'
import t from 'tap'
import { bundleAll } from '../../scripts/bundle.ts'
import { toYaml } from '../../src/lib/yaml/index.ts'
import { example, program, ROOT, resourceList } from '../support/rig.ts'

const DENY = join(ROOT, 'test/support/deny.cjs')
const FOLDER = t.testdir({ elsewhere: {} })
const MESH = [example('istio/config.yaml'), example('namespace.yaml')]
const WEB = example('web.yaml')
const CONFIG = example('sidecars.yaml')

/** Functions that know time zones, characters, regular expressions, digests and versions. */
const TEMPLATE = `metadata:
  annotations:
    zone: '{{ dateInZone "2006-01-02 15:04:05 MST" (toDate "2006-01-02" "2024-07-01") "Europe/Berlin" }}'
    date: '{{ date "Mon Jan _2 15:04:05" 1700000000 }}|{{ htmlDate 0 }}|{{ dateModify "-1.5h" (toDate "2006-01-02" "2024-07-01") | unixEpoch }}'
    case: '{{ upper "straße İi" }}|{{ lower "IİΣ" }}|{{ title "ǆ ß" }}|{{ snakecase "ÄöÜx" }}|{{ untitle "IX" }}|{{ swapcase "Iİı" }}'
    sort: '{{ list "ä" "z" "a" "Z" "É" | sortAlpha | join "," }}|{{ keys (dict "b" 1 "a" 2) | sortAlpha }}'
    regexp: '{{ regexReplaceAll "(?i)K(.)" "kxKy\u212a." "<$1>" }}'
    digest: '{{ sha256sum "x" }}|{{ adler32sum "x" }}|{{ derivePassword 1 "long" "p" "u" "s" }}'
    number: '{{ printf "%08.3f|%e|%g|%x" 1234567.891 1e21 1e-7 255 }}|{{ 1e6 | toString }}|{{ round 2.345 2 }}|{{ toDecimal "0755" }}'
    version: '{{ semverCompare "^1.2" "1.10.0" }}|{{ (semver "1.2.3-x").Prerelease }}'
    url: '{{ (urlParse "http://u@h/p?q#f").host }}|{{ base "/a/b" }}|{{ osBase "a/b" }}|{{ duration 95 }}'
spec: {containers: [{name: a, image: b}]}
`
const CONDITIONS = [
  'timestamp("2024-07-01T12:00:00Z").getHours("Europe/Berlin") == 14',
  'timestamp("2024-07-01T12:00:00Z").getDayOfYear() == 182',
  'string(1.5) + string(1e21) == "1.51e+21"',
  'duration("1500ms").getMilliseconds() == 1500 && duration("90m").getHours() == 1',
  '"%.2f|%s|%d".format([567.891, "x", 5]) == "567.89|x|5"',
  '"I".lowerAscii() == "i" && "kK".matches("^(?i)KK$") && ["b", "a"].sort() == ["a", "b"]',
]
const own = (template: string, conditions: readonly string[]) =>
  toYaml({
    apiVersion: 'inject-sidecars.dev/v1alpha1',
    kind: 'SidecarInjector',
    metadata: { name: 'own' },
    spec: {
      unknownNamespace: 'NoLabels',
      explain: true,
      injectors: [
        {
          name: 'own',
          webhooks: [{ matchConditions: conditions.map((expression, i) => ({ name: `c${i}`, expression })) }],
          config: { templates: { sidecar: template } },
        },
      ],
    },
  })

const BROKEN = WEB.replace('name: web\n', 'name: broken\n').replace(
  '      labels:\n',
  '      annotations: {sidecar.istio.io/proxyCPU: x, inject.istio.io/x: y}\n      labels:\n',
)

const INPUTS: [name: string, input: string][] = [
  ['workloads with a mesh', resourceList([...MESH, WEB, example('store.yaml')], CONFIG)],
  ['text that is no YAML', resourceList([...MESH, WEB.replace('cpu: 2000m', 'cpu: [')], CONFIG)],
  ['findings about workloads', resourceList([...MESH, BROKEN, WEB.replace('- name: web', '- name: web\n        istio: x')], CONFIG)],
  ["templates and conditions of one's own", resourceList([WEB], own(TEMPLATE, CONDITIONS))],
  ['templates that fail', resourceList([WEB], own('{{ now }}{{ index . 5 }}', []))],
  ['nothing', ''],
]

interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

interface Circumstances {
  readonly flags?: readonly string[]
  readonly env?: Record<string, string>
  readonly cwd?: string
}

/** The program's own answers. */
const expected = new Map<string, Outcome>()

function answered(input: string): Outcome {
  const outcome = expected.get(input) ?? run(program(), input)
  expected.set(input, outcome)
  return outcome
}

function run(bundle: string, input: string, { flags = [], env = {}, cwd = ROOT }: Circumstances = {}): Outcome {
  const { CI: _, ...inherited } = process.env
  const { status, stdout, stderr, error } = spawnSync('/usr/bin/env', ['-u', 'NODE_OPTIONS', process.execPath, ...flags, bundle], {
    input,
    cwd,
    env: { ...inherited, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (error) throw error
  return { status, stdout, stderr }
}

/** Only the program may be read, and what is loaded before it. */
const permitted = (bundle: string) => ['--permission', `--allow-fs-read=${bundle}`, `--allow-fs-read=${join(ROOT, 'test/support')}`]
/** The file is loaded before the program. */
function preload(name: string, text: string): string {
  const file = join(FOLDER, name)
  writeFileSync(file, text)
  return file
}

/**
 * What `for … in` finds in any object and any list: functions, for esbuild's own loop over a module's exports dies of anything else. And what can be asked of
 * any object: names that templates, selectors and schemas look for.
 */
const POLLUTED = `
for (const prototype of [Object.prototype, Array.prototype, Function.prototype, String.prototype]) {
  for (const name of ['polluted', '0x', '\u00e9']) prototype[name] = () => 'polluted'
  for (const name of ['sidecar.istio.io/inject', 'istio.io/rev', 'hostNetwork', 'inject-sidecars.dev/record', 'app', 'global', '$patch', 'hostIPC']) {
    Object.defineProperty(prototype, name, { value: 'polluted', writable: true, configurable: true })
  }
}
`

const CIRCUMSTANCES: [name: string, circumstances: (bundle: string) => Circumstances, caught: string[]][] = [
  [
    'without permission for anything',
    bundle => ({ flags: permitted(bundle) }),
    [
      "require('node:child_process').spawnSync('true')",
      "new (require('node:worker_threads').Worker)('', { eval: true }).unref()",
      `require('node:fs').readFileSync(${JSON.stringify(join(ROOT, 'package.json'))})`,
      `require('node:fs').writeFileSync(${JSON.stringify(join(FOLDER, 'written'))}, '')`,
      "try { process.dlopen({ exports: {} }, 'x.node') } catch ({ code }) { if (code === 'ERR_DLOPEN_DISABLED') throw new Error(code) }",
      "process.removeAllListeners('warning'); new (require('node:wasi').WASI)({ version: 'preview1' })",
    ],
  ],
  [
    'where code cannot be made from text',
    () => ({ flags: ['--disallow-code-generation-from-strings'] }),
    ["eval('1')", "new Function('return 1')()", "Function('return 1')()", "(() => 1).constructor('return 1')()"],
  ],
  [
    'where asking for the time, chance, language, the environment or the network ends it',
    bundle => ({ flags: [...permitted(bundle), '--disallow-code-generation-from-strings', '-r', DENY] }),
    [
      ...['Date.now()', 'new Date()', 'Date()', 'new Date(2024, 1, 1)', "new Date('2024-01-01T00:00')", "Date.parse('Jan 1, 2024')"],
      ...['new Date(0).getHours()', 'new Date(0).getTimezoneOffset()', '`${new Date(0)}`', 'performance.now()', "require('perf_hooks').performance.now()"],
      ...['process.hrtime()', 'process.hrtime.bigint()', 'process.uptime()', 'process.memoryUsage()', 'setTimeout(() => {}, 0)'],
      ...["require('node:timers/promises').setTimeout(0)", 'Math.random()', "require('node:crypto').randomBytes(1)", "require('crypto').randomUUID()"],
      ...['crypto.getRandomValues(new Uint8Array(1))', "require('crypto').webcrypto.getRandomValues(new Uint8Array(1))", 'new WeakRef({}).deref()'],
      ...['Intl.DateTimeFormat()', "'a'.localeCompare('b')", "'I'.toLocaleLowerCase()", '(1e6).toLocaleString()', '[1e6].toLocaleString()'],
      ...['process.env.HOME', "'HOME' in process.env", 'Object.keys(process.env)', 'process.pid', "require('os').hostname()", "require('node:os').userInfo()"],
      ...["require('net')", "require('node:http')", "require('dns')", "require('child_process')", "import('node:net')", "process.getBuiltinModule('net')"],
      ...['fetch', 'navigator', "require('node:vm').runInThisContext('1')", "require('tty')"].map(text => `void ${text}.name`),
    ],
  ],
  [
    'where every object has more properties',
    () => ({ flags: ['-r', preload('pollute.cjs', POLLUTED)] }),
    ['for (const name in {}) said(name)', 'for (const name in []) said(name)', "said({}.app ?? '')"],
  ],
  [
    'in Turkish, at the other end of the world',
    () => ({ env: { TZ: 'Pacific/Apia', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', LANGUAGE: 'tr' } }),
    ['said((1234.5).toLocaleString())', 'said(new Date(0))', 'said(Intl.DateTimeFormat().resolvedOptions().timeZone)', 'said(process.env.LANG)'],
  ],
  [
    'where nothing is known of who calls it',
    () => ({ env: { TZ: 'Asia/Kathmandu', LANG: 'C', LC_ALL: 'C', HOME: '/nowhere', USER: '', PATH: '', TMPDIR: '/nowhere', CI: 'true', FORCE_COLOR: '3' } }),
    ["said(require('node:os').homedir())", 'said(process.env.CI)', "said(require('node:os').tmpdir())"],
  ],
  ['in another folder', () => ({ cwd: join(FOLDER, 'elsewhere') }), ['said(process.cwd())', "said(require('node:fs').readdirSync('.'))"]],
]

t.test('the inputs are what they are meant to be', async t => {
  const told = INPUTS.map(([name, input]) => {
    const { status, stdout, stderr } = answered(input)
    return [name, status, /error\[[^\]]*|zone: \w+-.*|istio\.io\/status/.exec(stderr + stdout)?.[0]]
  })
  t.same(told, [
    ['workloads with a mesh', 0, 'istio.io/status'],
    ['text that is no YAML', 1, 'error[yaml-syntax'],
    ['findings about workloads', 1, 'error[pod-invalid'],
    ["templates and conditions of one's own", 0, 'zone: 2024-07-01 02:00:00 CEST'],
    ['templates that fail', 1, 'error[template-exec'],
    ['nothing', 1, 'error[resource-list-invalid'],
  ])
})

const SMALL = resourceList([], own('{}', []))

for (const [name, circumstances, caught] of CIRCUMSTANCES) {
  t.test(`the same bytes ${name}`, async t => {
    for (const [what, input] of INPUTS) t.same(run(program(), input, circumstances(program())), answered(input), what)
  })

  t.test(`what differs ${name} is seen`, async t => {
    const text = readFileSync(program(), 'utf8').replace(/^#!.*\n/, '')
    const bundle = join(FOLDER, 'changed.cjs')
    const changed = (code: string) => writeFileSync(bundle, `const said = text => require('node:fs').writeSync(1, String(text));\n${code};\n${text}`)
    changed(caught.join(';\n'))
    t.equal(run(bundle, SMALL).status, 0, 'by itself the code does nothing')
    for (const code of caught) {
      changed(code)
      const [alone, there] = [code.includes('said(') ? run(bundle, SMALL) : answered(SMALL), run(bundle, SMALL, circumstances(bundle))]
      t.equal(alone.status === there.status && alone.stdout === there.stdout, false, code)
    }
  })
}

/**
 * Uses of the global `eval` and `Function` that could make code: everything but `Function.prototype`, what is bound to it, `x instanceof Function` and `x === Function`. esbuild knows which
 * names are global; its replacements cannot occur in a bundle otherwise.
 */
function codeMakers(bundle: string): string[] {
  const { outputFiles } = buildSync({
    stdin: { contents: bundle },
    define: { eval: 'GLOBAL_EVAL', Function: 'GLOBAL_FUNCTION', 'globalThis.eval': 'GLOBAL_EVAL', 'globalThis.Function': 'GLOBAL_FUNCTION' },
    platform: 'node',
    charset: 'ascii',
    write: false,
    logLevel: 'silent',
  })
  const text = outputFiles[0]?.text ?? ''
  if (text === '') throw new Error('esbuild wrote nothing')
  const harmless = /GLOBAL_FUNCTION\.call\.bind(?=\(GLOBAL_FUNCTION\.prototype)|GLOBAL_FUNCTION\.prototype\b|(?:instanceof|===) GLOBAL_FUNCTION\b(?![.(])/g
  return text.replace(harmless, '').match(/.{0,60}\b(?:GLOBAL_(?:EVAL|FUNCTION)\b|require\("(?:node:)?vm"\)|from "(?:node:)?vm").{0,40}/g) ?? []
}

t.test('no bundle makes code from text', async t => {
  const dist = join(FOLDER, 'dist')
  mkdirSync(dist)
  bundleAll(dist)
  const bundles = readdirSync(dist).filter(name => /\.c?js$/.test(name))
  t.same(
    bundles.map(name => name.replace(/-\w+\.js/, '-….js')),
    ['bin.cjs', 'index.js', 'inject-sidecars.cjs', 'kpt.js', 'kubernetes-client.cjs', 'shared-….js'],
  )
  for (const name of bundles) {
    // Only `capture` and `verify` load the client. Its JSONPath could run expressions, in a mode that nothing asks for.
    // The bin compiles the program's own file, with the code that V8 made of it before.
    const known = name === 'kubernetes-client.cjs' ? ['require("vm")'] : name === 'bin.cjs' ? ['require("node:vm")'] : []
    t.same(
      codeMakers(readFileSync(join(dist, name), 'utf8')).map(found => known.find(text => found.includes(text)) ?? found),
      known,
      name,
    )
  }
  for (const seeded of [
    'eval(x)',
    'f(eval)',
    '(0, eval)(x)',
    'new Function(x)',
    'Function(x)',
    'let F = Function',
    'globalThis.Function(x)',
    "require('vm')",
  ]) {
    t.equal(codeMakers(`function g(eval1) { ${seeded} }`).length, 1, seeded)
  }
  t.same(codeMakers('function f(eval2) { return eval2.eval(1) } class A { eval() {} } const g = Function => Function(1); Function.prototype.call'), [])
})
