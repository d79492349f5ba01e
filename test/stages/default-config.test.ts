// The function config of the working directory counts for every command that takes one.

import t from 'tap'
import { example, run } from '../support/rig.ts'

const CONFIG = 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata: {name: mesh}\nspec:\n  istio: {}\n'
const COMMANDS = [
  ['inject', 'apps', 'istio'],
  ['uninject', 'apps'],
  ['check', 'apps', 'istio'],
  ['explain', 'apps'],
  ['patch', 'apps', 'istio'],
]
COMMANDS.push(['upgrade', '--from', 'istio', '--to', 'istio', 'apps'])

t.test('inject-sidecars.yaml is read unless another one is named', async t => {
  const cwd = t.testdir({
    'inject-sidecars.yaml': CONFIG.replace('istio:', 'itsio:'),
    'good.yaml': CONFIG,
    apps: { 'web.yaml': example('web.yaml'), 'namespace.yaml': example('namespace.yaml') },
    istio: { 'config.yaml': example('istio/config.yaml') },
  })
  for (const args of COMMANDS) {
    const name = args.join(' ')
    const wrong = run(args, { cwd })
    t.match(wrong, { code: 3 }, name)
    t.match(`${wrong.stdout}${wrong.stderr}`, /itsio/, name)
    const { stdout, stderr } = run([...args, '-f', 'good.yaml'], { cwd })
    t.equal(/itsio/.test(`${stdout}${stderr}`), false, `${name} -f good.yaml`)
  }
})
