// The manual page: everything of the command line is in it, and man shows it without complaint.

import { spawnSync } from 'node:child_process'
import t from 'tap'
import { manPage } from '../../scripts/man-page.ts'
import { commandLine } from '../../src/cli/commands.ts'

const PAGE = manPage()
const GROFF = spawnSync('groff', ['--version']).status === 0 ? false : 'groff is not installed'

t.test('every command has its section, every option its line', async t => {
  const plain = PAGE.replaceAll('\\-', '-')
  for (const command of commandLine(() => {}).commands) {
    const section = plain.split(`\n.SH ${command.name().toUpperCase()}\n`)[1]?.split('\n.SH ')[0] ?? ''
    t.equal(section.startsWith(command.description()), true, command.name())
    for (const { flags } of command.options) t.equal(section.includes(`\n.B ${flags}\n`), true, `${command.name()} ${flags}`)
  }
})

t.test('groff has nothing to say against it', { skip: GROFF }, async t => {
  const { stdout, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-P-c'], { input: PAGE, encoding: 'utf8' })
  t.equal(stderr, '')
  t.match(stdout, /inject-sidecars inject -w apps\/ /)
})
