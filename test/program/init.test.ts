// Starting in a repository: `init`, `schema` and `help`.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { CODES } from '../../src/lib/model/index.ts'
import { example, ROOT, run } from '../support/rig.ts'
import { filesBelow } from '../support/tools.ts'

const SHOP = { apps: { 'web.yaml': example('web.yaml'), 'ns.yaml': example('namespace.yaml') }, 'captured.yaml.txt': example('istio/config.yaml') }

t.test('init with a captured configuration leaves a repository in which injection works', async t => {
  const cwd = t.testdir(SHOP)
  const init = run(['init', '--istio', 'captured.yaml.txt'], { cwd })
  t.equal(init.code, 0, init.stderr)
  t.match(init.stdout, /^wrote inject-sidecars\.yaml$/m)
  t.match(init.stdout, /Nothing is missing/)
  t.match(readFileSync(join(cwd, 'inject-sidecars.yaml'), 'utf8'), /sources:\n {2}- "istio\/"\n {2}- "apps\/ns\.yaml"\n/)
  const inject = run(['inject', '--check', 'apps/web.yaml'], { cwd })
  t.match(inject, { code: 1, stdout: 'apps/web.yaml\n', stderr: '' })
})

t.test('init twice changes nothing, and says what is missing in a repository that has begun', async t => {
  const kustomization = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [apps/web.yaml]\n'
  const cwd = t.testdir({ ...SHOP, 'kustomization.yaml': kustomization, '.pre-commit-config.yaml': 'repos: []\n' })
  t.equal(run(['init'], { cwd }).code, 0)
  const before = filesBelow(cwd)
  const { code, stdout } = run(['init'], { cwd })
  t.equal(code, 0)
  t.same(filesBelow(cwd), before)
  t.match(stdout, /^kept inject-sidecars\.yaml, which exists already$/m)
  t.match(stdout, /^- Istio's configuration is missing: istio\/README\.md/m)
  t.match(stdout, /^- kustomization\.yaml does not list guard\.yaml and inject-sidecars\.yaml\. Add:$/m)
  t.match(stdout, /^- \.pre-commit-config\.yaml has no hook of inject-sidecars\. Add:$/m)
})

t.test('init names the overlays that kustomize builds and that do not list the function yet', async t => {
  const kustomization = (fields: string) => ({ 'kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${fields}` })
  const cwd = t.testdir({
    base: { ...kustomization('resources: [web.yaml]\n'), 'web.yaml': example('web.yaml') },
    sidecars: kustomization('resources: []\n'),
    overlays: {
      a: kustomization('resources: [../../base]\n'),
      b: kustomization('resources: [../../base]\n'),
      ready: kustomization('resources: [../../base]\ntransformers: [../../sidecars]\n'),
    },
  })
  const { stdout } = run(['init'], { cwd })
  t.match(stdout, /^- kustomize builds overlays\/a, overlays\/b: list the function under `transformers` there/m)
})

t.test('init writes a guard and the hook of built manifests only where kustomize injects', async t => {
  const kustomization = { 'kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [web.yaml]\n' }
  const cases: [name: string, folder: Record<string, string | Record<string, string>>, guard: boolean, hook: string][] = [
    ['plain manifests', { apps: { 'web.yaml': example('web.yaml') } }, false, 'inject-sidecars-check'],
    ['a kustomization', { apps: { 'web.yaml': example('web.yaml'), ...kustomization } }, true, 'inject-sidecars-lint'],
    ['nothing yet', {}, true, 'inject-sidecars-check'],
  ]
  for (const [name, folder, guard, hook] of cases) {
    const cwd = t.testdir(folder)
    t.equal(run(['init'], { cwd }).code, 0, name)
    t.equal(existsSync(join(cwd, 'guard.yaml')), guard, name)
    t.match(readFileSync(join(cwd, '.pre-commit-config.yaml'), 'utf8'), new RegExp(`- id: ${hook} `), name)
  }
})

t.test('an injection before Istio is there says how to get it', async t => {
  const cwd = t.testdir(SHOP)
  run(['init'], { cwd })
  t.match(run(['inject', '--check', 'apps/web.yaml'], { cwd }), { code: 1, stderr: /error\[config-missing\]/ })
})

for (const [args, file] of [
  [[], 'sidecar-injector'],
  [['config'], 'sidecar-injector'],
  [['report'], 'report'],
] as const) {
  t.test(`schema ${args.join(' ')} prints the published schema`, async t => {
    const { code, stdout } = run(['schema', ...args])
    t.equal(code, 0)
    t.same(JSON.parse(stdout), JSON.parse(readFileSync(join(ROOT, `fn-config/${file}.schema.json`), 'utf8')))
  })
}

t.test('help explains every code, shows the help of commands, and refuses other words', async t => {
  for (const code of Object.keys(CODES).filter((_, i) => i % 12 === 0)) {
    const { stdout } = run(['help', code])
    t.match(stdout, `${code}\n\nCause:  `)
    t.match(stdout, `docs/diagnostics.md#${code}\n`)
  }
  t.equal(run(['help', 'inject']).stdout, run(['inject', '--help']).stdout)
  t.equal(run(['help']).stdout, run(['--help']).stdout)
  t.match(run(['help', 'constructor']), { code: 3, stderr: /there is no command and no code "constructor"/ })
})

t.test('init does not follow a file that appears in its place, and reports a folder that cannot be written', async t => {
  const cwd = t.testdir({ 'inject-sidecars.yaml': 'mine\n', istio: 'a file, not a folder' })
  writeFileSync(join(cwd, 'guard.yaml'), 'mine too\n')
  const { code, stderr } = run(['init'], { cwd })
  t.equal(code, 1)
  t.match(stderr, /error\[file-unwritable\]/)
  t.equal(readFileSync(join(cwd, 'guard.yaml'), 'utf8'), 'mine too\n')
})

t.test('a function config that is named and is not there is a mistake in the command line', async t => {
  for (const command of ['inject', 'check', 'explain', 'patch']) {
    const { code, stdout, stderr } = run([command, '-f', 'nowhere.yaml', 'examples/log-shipper'])
    t.equal(code, 3, command)
    // What `check` finds is its output.
    t.match(command === 'check' ? stdout : stderr, /^error\[config-invalid\]: nowhere\.yaml: .*\n.*correct the path given with -f/, command)
  }
})
