// The examples of users' own sidecars: each makes the diff that it shows, once, and comes off again.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { createTwoFilesPatch } from 'diff'
import t from 'tap'
import { ROOT, run } from '../support/rig.ts'

const EXAMPLES = ['log-shipper', 'otel-collector', 'vault-agent', 'cloud-sql-proxy', 'istio-and-log-shipper']

for (const name of EXAMPLES) {
  t.test(`${name}: the diff is the one that the example shows, a second run makes none, and uninject takes it back`, async t => {
    const cwd = join(ROOT, 'examples', name)
    const before = readFileSync(join(cwd, 'app.yaml'), 'utf8')
    const inject = ['inject', '--record', 'Always', '-f', 'inject-sidecars.yaml']
    const { code, stdout: after, stderr } = run([...inject, 'app.yaml'], { cwd })
    t.same({ code, stderr }, { code: 0, stderr: '' })
    const diff = createTwoFilesPatch('app.yaml', 'app.yaml', before, after)
    const file = join(cwd, 'expected.diff')
    const expected = existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (process.env.UPDATE) writeFileSync(file, diff)
    t.equal(diff, expected)
    t.equal(run([...inject, '-'], { cwd, input: after }).stdout, after)
    t.equal(run(['uninject', '-'], { cwd, input: after }).stdout, before)
    const stream = ['inject', '-f', 'inject-sidecars.yaml', '-']
    const plain = run(stream, { cwd, input: before }).stdout
    t.equal(run(stream, { cwd, input: plain }).stdout, plain, 'and without a record')
  })
}
