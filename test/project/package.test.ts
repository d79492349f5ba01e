// The npm package in the hands of its users: an empty project that installs the archive and nothing else, and imports, compiles and runs it.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { publint } from 'publint'
import t from 'tap'
import { VERSION } from '../../src/cli/version.ts'
import { KUBECONFIG } from '../support/kubeconfig.ts'
import { pack, packageFolder } from '../support/package.ts'
import { example, ROOT, resourceList } from '../support/rig.ts'
import { sidecars } from '../support/tools.ts'

// Not below this project, whose node_modules would be found from there.
const project = mkdtempSync(join(tmpdir(), 'inject-sidecars-project-'))
process.once('exit', () => rmSync(project, { recursive: true, force: true }))
const { archive, files } = pack(project)
write('package.json', '{"private": true, "type": "module"}')

const SHOP = ['istio/config.yaml', 'namespace.yaml', 'web.yaml'].map(example)

/** Every Node on this machine that the package promises to run on. */
const NODES = [process.execPath, ...(process.env.PATH ?? '').split(delimiter).map(folder => join(folder, 'node'))].reduce((nodes, path) => {
  const version = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout?.trim()
  return version && Number(/^v(\d+)/.exec(version)?.[1]) >= 20 && !nodes.has(version) ? nodes.set(version, path) : nodes
}, new Map<string, string>())

function write(name: string, text: string): void {
  writeFileSync(join(project, name), text)
}

function call(command: string, args: readonly string[], { input = '', path = '' }: { input?: string; path?: string } = {}) {
  const { NODE_OPTIONS: _, NODE_EXTRA_CA_CERTS: __, ...rest } = process.env
  const env = { ...rest, PATH: [path, process.env.PATH].join(delimiter) }
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: project, encoding: 'utf8', maxBuffer: 1 << 28, env, input })
  return { status, stdout, stderr }
}

t.test('the archive holds what users need and nothing else', async t => {
  const kinds = [...new Set(files.map(file => file.replace(/model\/[\w-]+\.d\.ts$/, 'model/*').replace(/shared-\w+/, 'shared-*')))]
  t.same(kinds.filter(file => file !== 'README.md').sort(), [
    'LICENSE',
    'dist/THIRD_PARTY_LICENSES',
    'dist/bin.cjs',
    'dist/index.js',
    'dist/inject-sidecars.1',
    'dist/inject-sidecars.cjs',
    'dist/kpt.js',
    'dist/kubernetes-client.cjs',
    'dist/sbom.cdx.json',
    'dist/shared-*.js',
    'dist/types/index.d.ts',
    'dist/types/kpt.d.ts',
    'dist/types/lib/model/*',
    'fn-config/.krmignore',
    'fn-config/krm-function-definition.yaml',
    'fn-config/log-shipper.yaml',
    'fn-config/mesh.yaml',
    'fn-config/metadata.yaml',
    'fn-config/report.schema.json',
    'fn-config/sidecar-injector.schema.json',
    'package.json',
  ])
})

t.test('publint finds nothing to say about it', async t => {
  const { messages } = await publint({ pkgDir: packageFolder(), strict: true })
  t.same(messages, [])
})

t.test('attw finds the types right in every module resolution, node10 included; it may say that CommonJS has to import() a module', async t => {
  const attw = join(ROOT, 'node_modules/.bin/attw')
  const { status, stdout } = call(attw, [archive, '--profile', 'strict', '--ignore-rules', 'cjs-resolves-to-esm', '--format', 'ascii', '--no-color'])
  t.equal(status, 0, stdout)
  t.match(stdout, /"inject-sidecars\/kpt"/)
})

t.test('it installs into an empty project without a registry, and brings no other package', async t => {
  const { status, stderr } = call('npm', ['install', '--offline', '--no-audit', '--no-fund', archive])
  t.equal(status, 0, stderr)
  t.same(
    readdirSync(join(project, 'node_modules')).filter(name => !name.startsWith('.')),
    ['inject-sidecars'],
  )
})

const USE = `
import { CODES, inject, InjectError } from 'inject-sidecars'
const { files, decisions, diagnostics } = inject({ files: ${JSON.stringify(SHOP.map((text, i) => ({ path: `${i}.yaml`, text })))} })
const broken = inject({ files: [{ path: 'a.yaml', text: 'a: [' }] }).diagnostics.map(({ code }) => code)
let thrown
try { inject({ resourceList: { path: 'x', text: 'a: 1' } }) } catch (error) { thrown = error instanceof InjectError && error.diagnostic.code }
// Without kpt-functions: the adapter needs its types only.
const { injectSidecars } = await import('inject-sidecars/kpt')
if (typeof injectSidecars !== 'function') throw new Error('no function')
console.log(JSON.stringify({ texts: files.map(file => file.text), injections: decisions.map(decision => decision.injections.length), errors: diagnostics.filter(d => d.severity === 'error'), broken, thrown, known: thrown in CODES }))
`

for (const [version, node] of NODES) {
  t.test(`Node ${version}: inject can be imported, and does what the program does`, async t => {
    write('use.js', USE)
    const { status, stdout, stderr } = call(node, ['use.js'])
    t.equal(status, 0, stderr)
    const { texts, injections, errors, broken, thrown, known } = JSON.parse(stdout)
    t.same([sidecars(texts[2]), injections, errors, broken, thrown, known], [1, [1], [], ['yaml-syntax'], 'resource-list-invalid', true])
  })

  t.test(`Node ${version}: the program runs by its name, as command and as KRM function`, async t => {
    const path = join(node, '..')
    t.match(call('npx', ['--offline', 'inject-sidecars', '--version'], { path }), { status: 0, stdout: `${VERSION}\n` })
    const run = call(join(project, 'node_modules/.bin/inject-sidecars'), [], { path, input: resourceList(SHOP) })
    t.equal(run.status, 0, run.stderr)
    t.equal(sidecars(run.stdout), 1)
  })
}

t.test('the Kubernetes client comes along, for the oldest Node too', async t => {
  write('kubeconfig', KUBECONFIG)
  for (const [version, node] of NODES) {
    const { status, stderr } = call('npx', ['--offline', 'inject-sidecars', 'capture', '--kubeconfig', 'kubeconfig'], { path: join(node, '..') })
    t.equal(status, 1)
    t.match(stderr, /cluster-unreachable\]: https:\/\/127\.0\.0\.1:9/, version)
  }
})

/** Whether one alternative of an `engines.node` range, such as `^20.17.0` or `>=18`, admits Node 20.19. */
function admitsOldest(range: string): boolean {
  return range.split('||').some(alternative =>
    alternative
      .replace(/([<>=^~])\s+/g, '$1')
      .trim()
      .split(/\s+/)
      .every(comparator => {
        const [, operator = '', major = '0', minor = '0'] = /^([<>=^~]*)\s*v?(\d+)(?:\.(\d+))?/.exec(comparator) ?? []
        const version = Number(major) * 1000 + Number(minor)
        if (comparator === '*' || comparator === '') return true
        if (operator.startsWith('<')) return 20_019 < version
        if (operator === '>=' || operator === '>') return 20_019 >= version
        return Number(major) === 20 && (operator === '^' || minor === '0') && 20_019 >= version
      }),
  )
}

t.test('npm ci has nothing to say about the oldest Node: every locked package admits it', async t => {
  t.same(['>=20', '^18 || >=20.1', '>= 18', '*', '20 || >=22'].map(admitsOldest), [true, true, true, true, true])
  t.same(['>=22.12.0', '^22 || >=24', '>=20.20', '<20'].map(admitsOldest), [false, false, false, false])
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as { packages: Record<string, { engines?: { node?: string } }> }
  const refusing = Object.entries(packages).filter(([, { engines }]) => engines?.node !== undefined && !admitsOldest(engines.node))
  t.ok(Object.keys(packages).length > 100)
  t.same(
    refusing.map(([name, { engines }]) => `${name} needs ${engines?.node}`),
    [],
  )
})

const hasOldest = [...NODES.keys()].some(version => version.startsWith('v20.'))

// .github/workflows/ci.yml installs one.
t.test('the promised oldest Node is among those', { skip: !hasOldest && process.env.CI === undefined && 'no Node 20 in PATH' }, async t => {
  t.equal(hasOldest, true)
})

const TYPED = `
import { CODES, type Decision, type Diagnostic, type DiagnosticCode, inject, InjectError, type InjectInput, type InjectResult, type SourceFile } from 'inject-sidecars'
const file: SourceFile = { path: 'a.yaml', text: '' }
const input: InjectInput = { files: [file], readSource: path => [{ path, text: '' }] }
const result: InjectResult = inject(input)
const first: Decision | undefined = result.decisions[0]
const findings: readonly Diagnostic[] = result.diagnostics
const code: DiagnosticCode = new InjectError({ code: 'yaml-syntax', message: 'x' }).diagnostic.code
// @ts-expect-error files are read-only
result.files.push(file)
// @ts-expect-error a text has a path
inject({ files: [{ text: '' }] })
// @ts-expect-error codes are a closed list
const wrong: DiagnosticCode = 'nonsense'
export const all = [first, findings, code, wrong, CODES[code]]
`
const TYPED_KPT = `
import { Configs, type KptFunc, run, runFnWithConfigs } from 'kpt-functions'
import { injectSidecars } from 'inject-sidecars/kpt'
const both: KptFunc = Object.assign(async (configs: Configs) => { await injectSidecars(configs) }, { usage: injectSidecars.usage })
export const done: Promise<void> = runFnWithConfigs(both, new Configs()).then(() => run(injectSidecars))
`

t.test("its types compile in users' projects, with nothing skipped", async t => {
  symlinkSync(join(ROOT, 'node_modules/kpt-functions'), join(project, 'node_modules/kpt-functions'))
  write('typed.ts', TYPED)
  write('typed-kpt.ts', TYPED_KPT)
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const compilerOptions = { strict: true, noEmit: true, target: 'es2022', skipLibCheck: false, types: [] }
  for (const modules of [{ module: 'nodenext' }, { module: 'preserve', moduleResolution: 'bundler' }]) {
    write('tsconfig.json', JSON.stringify({ compilerOptions: { ...compilerOptions, ...modules }, files: ['typed.ts', 'typed-kpt.ts'] }))
    const { status, stdout } = call(process.execPath, [tsc, '-p', '.'])
    t.same([status, stdout], [0, ''], modules.module)
  }
})

t.test('docs/typescript.md: what it shows compiles, and runs', async t => {
  const shown = [...readFileSync(join(ROOT, 'docs/typescript.md'), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text = '']) => text)
  t.equal(shown.length, 3)
  shown.forEach((text, i) => {
    write(`shown-${i}.ts`, text)
  })
  const types = { typeRoots: [join(ROOT, 'node_modules/@types')], types: ['node'], skipLibCheck: true }
  const compilerOptions = { strict: true, noEmit: true, module: 'nodenext', target: 'es2023', ...types }
  write('tsconfig.json', JSON.stringify({ compilerOptions, files: shown.map((_, i) => `shown-${i}.ts`) }))
  const compiled = call(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.'])
  t.same(compiled, { status: 0, stdout: '', stderr: '' })

  const [istio = '', namespace = '', web = ''] = SHOP
  for (const [name, text] of Object.entries({ 'istio.yaml': istio, 'namespace.yaml': namespace, 'web.yaml': web })) write(name, text)
  const { status, stdout, stderr } = call(process.execPath, ['shown-0.ts'])
  t.equal(status, 0, stderr)
  t.equal(sidecars(stdout), 1)
  t.match(stdout, /^web 1\n[\s\S]*\ntrue\n$/)
  t.match(stderr, /resource-list-invalid\n$/)

  const piped = call(process.execPath, ['shown-1.ts'], { input: resourceList(SHOP) })
  t.equal(piped.status, 0, piped.stderr)
  t.equal(sidecars(piped.stdout), 1)
})

t.test('packed twice, it is the same to the byte', async t => {
  const again = pack(t.testdir({}))
  t.equal(readFileSync(again.archive).equals(readFileSync(archive)), true)
})
