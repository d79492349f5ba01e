// When V8 optimises is no one's business but V8's: a long input, for which it is told to wait, is answered as a short one.

import t from 'tap'
import { example, resourceList, run } from './rig.ts'

t.test('a long input is answered as a short one, without a word on standard error', async t => {
  const input = resourceList([example('istio/config.yaml'), example('namespace.yaml'), example('web.yaml'), example('store.yaml')])
  const comment = `# ${'x'.repeat(30_000)}\n`
  const [short, answer] = [run([], { input }), run([], { input: comment + input })]
  t.same([short.code, short.stderr], [0, ''])
  t.same([answer.code, answer.stderr], [0, ''])
  t.equal(answer.stdout, comment + short.stdout)
})
