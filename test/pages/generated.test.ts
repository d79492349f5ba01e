// The pages' scripts and style sheets: the generated files are current, and the scripts are checked against the browser's types.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { generatedPages } from '../../scripts/generate-pages.ts'
import { ROOT } from '../support/rig.ts'

t.test('the generated scripts and style sheets are those of the sources', async t => {
  const files = generatedPages()
  t.ok(files.size > 0)
  for (const [file, text] of files) t.equal(readFileSync(file, 'utf8'), text, file)
})

t.test('a script in a page ends no element', async t => {
  for (const text of generatedPages().values()) t.notMatch(text, /<\/(?:script|style)|<!--/i)
})

t.test('the scripts have the right types', async t => {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  // Without what tap loads into every process below it.
  const { status, stdout } = spawnSync('env', ['-u', 'NODE_OPTIONS', process.execPath, tsc, '-p', 'src/cli/pages/script'], { cwd: ROOT, encoding: 'utf8' })
  t.equal(stdout, '')
  t.equal(status, 0)
})
