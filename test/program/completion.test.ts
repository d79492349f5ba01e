// Completion of commands, options and values in shells.

import { spawnSync } from 'node:child_process'
import t from 'tap'
import { commandLine } from '../../src/cli/commands.ts'
import { completionScript } from '../../src/cli/completion.ts'
import { run } from '../support/rig.ts'

const PROGRAM = commandLine(() => {})

t.test('bash completes commands, options, values and file names', async t => {
  const cwd = t.testdir({ apps: { 'web.yaml': '' } })
  const cases: [words: string, want: string][] = [
    ['in', 'inject\ninit\ninstall-kustomize-plugin'],
    ['he', 'help'],
    ['explain --t', '--trace'],
    ['check -o s', 'sarif'],
    ['inject --output ', 'text\njson\nsarif\njunit\ngithub\ngitlab\nmarkdown\nhtml'],
    ['patch --output ', 'strategic\njson6902\npost-renderers'],
    ['completion ', 'bash\nzsh\nfish'],
    ['inject ', 'apps'],
    ['inject -w a', 'apps'],
    ['inject -f apps/', 'apps/web.yaml'],
  ]
  for (const [words, want] of cases) {
    const list = ['inject-sidecars', ...words.split(' ')].map(word => `'${word}'`)
    const script = `${completionScript(PROGRAM, 'bash')}COMP_WORDS=(${list.join(' ')})\nCOMP_CWORD=${list.length - 1}\n_inject_sidecars\nprintf '%s\\n' "\${COMPREPLY[@]}"`
    t.equal(spawnSync('bash', ['--norc', '-c', script], { cwd, encoding: 'utf8' }).stdout.trim(), want, words)
  }
})

t.test('zsh takes what bash takes', async t => {
  const script = completionScript(PROGRAM, 'zsh')
  t.equal(script.endsWith(completionScript(PROGRAM, 'bash')), true)
  t.match(script, /^autoload -U \+X compinit bashcompinit && compinit && bashcompinit\n/)
})

t.test('fish is told of every command and option, in quotes that hold', async t => {
  const lines = completionScript(PROGRAM, 'fish').trimEnd().split('\n')
  for (const line of lines)
    t.match(
      line,
      /^complete -c inject-sidecars( -n ('__fish_seen_subcommand_from [a-z-]+'|__fish_use_subcommand)| -[fxr]| -[adls] ('(?:[^'\\]|\\['\\])*'|[\w-]+))+$/,
    )
  for (const command of PROGRAM.commands) {
    t.equal(
      lines.some(line => line.includes(` -n __fish_use_subcommand -a ${command.name()} `)),
      true,
      command.name(),
    )
    for (const { long } of command.options) {
      t.equal(
        lines.some(line => line.includes(`subcommand_from ${command.name()}'`) && line.includes(` -l ${long?.slice(2)} `)),
        true,
        `${command.name()} ${long}`,
      )
    }
  }
})

t.test('a shell that is not known is an error of usage', async t => {
  t.match(run(['completion', 'ksh']), { code: 3, stdout: '', stderr: /Allowed choices are bash, zsh, fish/ })
  t.match(run(['completion', 'bash']), { code: 0, stdout: /^_inject_sidecars\(\)/ })
})
