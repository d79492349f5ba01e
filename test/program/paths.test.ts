// File names as the system at hand writes them: on Linux, macOS and Windows alike.

import { readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import t from 'tap'
import { example, run } from '../support/rig.ts'
import { sidecars } from '../support/tools.ts'

const SHOP = { 'namespace.yaml': example('namespace.yaml'), istio: { 'config.yaml': example('istio/config.yaml') } }

t.test('folders are searched at any depth, with blanks and other letters in their names', async t => {
  const cwd = t.testdir({ ...SHOP, apps: { 'two words': { größe: { 'web.yaml': example('web.yaml') } } } })
  const { code, stderr } = run(['inject', '-w', '.'], { cwd })
  t.equal(code, 0, stderr)
  t.equal(sidecars(readFileSync(join(cwd, 'apps/two words/größe/web.yaml'), 'utf8')), 1)
})

t.test('a file is named with the separators of the system, by --check and by errors', async t => {
  const cwd = t.testdir({ ...SHOP, apps: { 'web.yaml': example('web.yaml'), 'broken.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {\n' } })
  const file = ['apps', 'web.yaml'].join(sep)
  const check = run(['inject', '--check', file, 'istio', 'namespace.yaml'], { cwd })
  t.equal(check.code, 1)
  t.equal(check.stdout.trim(), file)
  t.match(run(['inject', '--check', 'apps', 'istio'], { cwd }).stderr, `${['apps', 'broken.yaml'].join(sep)}:`)
})

t.test('sources are found below the working directory with either separator of the system', async t => {
  const config = (source: string) =>
    `apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata: {name: mesh}\nspec:\n  istio: {}\n  sources: ['${source}']\n`
  for (const source of new Set(['istio/config.yaml', `istio${sep}config.yaml`])) {
    const cwd = t.testdir({ ...SHOP, 'web.yaml': example('web.yaml'), 'sidecars.yaml': config(source) })
    const { code, stderr, stdout } = run(['inject', '-f', 'sidecars.yaml', 'web.yaml', 'namespace.yaml'], { cwd })
    t.equal(code, 0, stderr)
    t.equal(sidecars(stdout), 1)
  }
})

t.test('line ends of Windows stay, in the file and in what is injected', async t => {
  const cwd = t.testdir({ ...SHOP, 'web.yaml': example('web.yaml').replaceAll('\n', '\r\n') })
  const { code, stderr } = run(['inject', '-w', 'web.yaml', 'istio', 'namespace.yaml'], { cwd })
  t.equal(code, 0, stderr)
  const text = readFileSync(join(cwd, 'web.yaml'), 'utf8')
  t.equal(sidecars(text), 1)
  t.notMatch(text, /[^\r]\n/)
})
