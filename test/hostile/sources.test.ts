// What a function config names as `sources`: files below the working directory, and nothing else that a path can lead to.

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { bounded } from '../support/bounded.ts'
import { example } from '../support/rig.ts'

const MESH = `${example('istio/config.yaml')}\n---\n${example('namespace.yaml')}`
const BELOW = /error\[config-invalid\]: `spec\.sources\[0\]` is .* but must be a relative path below the working directory, without `\.\.`/
const LEADS_OUT = /error\[config-invalid\]: `sources` must name files or folders below the working directory, and ".*" is not/

const REFUSED: [name: string, path: string, code: number, stderr: RegExp][] = [
  ['a path that goes up', '../outside', 3, BELOW],
  ['a path that goes up and comes back', '../work/mesh', 3, BELOW],
  ['a path that goes down first', 'mesh/../../outside', 3, BELOW],
  ['an absolute path', '/etc', 3, BELOW],
  ['an absolute path to standard input', '/dev/stdin', 3, BELOW],
  ['no path', '""', 3, BELOW],
  ['a link to a folder outside', 'away', 3, LEADS_OUT],
  ['a link to a file outside', 'leak.yaml', 3, LEADS_OUT],
  ['a folder with such a link in it', 'leaking', 3, LEADS_OUT],
  ['a link to a device', 'device', 3, LEADS_OUT],
  ['a link that leads nowhere', 'dangling', 1, /error\[file-unreadable\]: dangling: does not exist/],
  ['a link that leads to itself', 'loop', 1, /error\[file-unreadable\]: loop: a symbolic link that leads to itself/],
  ['a pipe that nobody writes to', 'pipe', 1, /error\[file-unreadable\]: pipe: is a pipe, not a file/],
  ['a name with NUL', '"a\\0b"', 1, /error\[file-unreadable\]: a\\u0000b: /],
  ['a name that is too long', 'x'.repeat(5000), 1, /error\[file-unreadable\]: x+: the name is too long/],
  ['a file that is no UTF-8', 'latin.yaml', 1, /latin\.yaml:1:7: error\[yaml-syntax\]: line 1 is not valid UTF-8/],
]

const TAKEN = ['mesh', 'mesh/istio.yaml', './mesh/', 'inside', 'inside.yaml']

const config = (path: string) => `apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nspec:\n  istio: {}\n  sources: [${path}]\n`

const root = t.testdir({
  outside: { 'istio.yaml': MESH },
  work: {
    app: { 'store.yaml': example('store.yaml') },
    mesh: { 'istio.yaml': MESH },
    away: t.fixture('symlink', '../outside'),
    'leak.yaml': t.fixture('symlink', '../outside/istio.yaml'),
    leaking: { 'x.yaml': t.fixture('symlink', '../../outside/istio.yaml') },
    device: t.fixture('symlink', '/dev/zero'),
    dangling: t.fixture('symlink', 'nowhere'),
    loop: t.fixture('symlink', 'loop'),
    inside: t.fixture('symlink', 'mesh'),
    'inside.yaml': t.fixture('symlink', 'mesh/istio.yaml'),
    'latin.yaml': Buffer.from('a: caf\xe9\n', 'latin1'),
    ...Object.fromEntries(TAKEN.map((path, i) => [`taken-${i}.config`, config(path)])),
    ...Object.fromEntries(REFUSED.map(([, path], i) => [`refused-${i}.config`, config(path)])),
  },
})
const cwd = join(root, 'work')
execFileSync('mkfifo', [join(cwd, 'pipe')])

for (const [i, path] of TAKEN.entries()) {
  t.test(`taken: ${path}`, async t => {
    t.match(bounded(['inject', '-f', `taken-${i}.config`, 'app'], { cwd }), { code: 0, stdout: /sidecar\.istio\.io\/status:/ })
  })
}

for (const [i, [name, , code, stderr]] of REFUSED.entries()) {
  t.test(`refused: ${name}`, async t => {
    t.match(bounded(['inject', '-f', `refused-${i}.config`, 'app'], { cwd }), { code, stdout: '', stderr })
  })
}
