// The vectors in test/vectors are those that the installed Go prints, if it is the version that wrote them.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { ROOT } from '../support/rig.ts'

const VECTORS = join(ROOT, 'test/vectors')

t.test('the vectors are what Go prints, where there is one', async t => {
  const { go } = JSON.parse(readFileSync(join(VECTORS, 'strconv.json'), 'utf8')) as { go: string }
  t.match(go, /^go1\.26\./)
  const installed = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' }).stdout?.trim()
  // Another Go has other tables of Unicode and other texts.
  if (installed !== go) return
  const folder = mkdtempSync(join(tmpdir(), 'go-vectors-'))
  const { status, stderr } = spawnSync('go', ['run', '.', folder], {
    cwd: join(ROOT, 'test/go'),
    encoding: 'utf8',
    env: { ...process.env, GOFLAGS: '-mod=mod' },
  })
  t.equal(status, 0, stderr)
  for (const file of readdirSync(VECTORS)) t.ok(readFileSync(join(folder, file)).equals(readFileSync(join(VECTORS, file))), `${file} is what ${go} prints`)
  rmSync(folder, { recursive: true })
})
