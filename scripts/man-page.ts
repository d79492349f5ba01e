// The manual page of the program, made from the command line itself; `npm run build` puts it into dist, from where npm installs it.

import type { Command } from 'commander'
import { commandLine } from '../src/cli/commands.ts'
import { VERSION } from '../src/cli/version.ts'

/** The page as roff text, for man(7). */
export function manPage(): string {
  const program = commandLine(() => {})
  const [summary = '', ...more] = program.description().split('\n')
  const lines = [
    `.TH INJECT-SIDECARS 1 "" "inject-sidecars ${VERSION}" "User Commands"`,
    '.SH NAME',
    `inject-sidecars \\- ${text(lowerFirst(summary.replace(/\.$/, '')))}`,
    '.SH SYNOPSIS',
    ...program.commands.flatMap(command => [`.B inject-sidecars ${text(command.name())}`, text(command.usage()), '.br']),
    '.SH DESCRIPTION',
    text(`${summary} ${more.join(' ')}`),
    ...program.commands.flatMap(section),
    '.SH EXIT STATUS',
    ...EXIT_STATUS.flatMap(([code, what]) => ['.TP', `.B ${code}`, text(what)]),
  ]
  return `${lines.join('\n')}\n`
}

const EXIT_STATUS: readonly (readonly [string, string])[] = [
  ['0', 'done'],
  ['1', 'an error was found, or something to change'],
  ['2', 'a bug of this program'],
  ['3', 'bad function config or usage'],
]

function section(command: Command): string[] {
  return [
    `.SH ${text(command.name().toUpperCase())}`,
    text(`${command.description()}.`),
    ...command.options.flatMap(option => ['.TP', `.B ${text(option.flags)}`, text(option.description)]),
    ...examples(command),
  ]
}

/** Examples of the help text. */
function examples(command: Command): string[] {
  const written: string[] = []
  command.configureOutput({ writeOut: part => written.push(part) }).outputHelp()
  const shown = written.join('').split('\nExamples:\n')[1]
  return shown === undefined ? [] : ['.PP', 'Examples:', '.PP', '.nf', ...shown.trimEnd().split('\n').map(text), '.fi']
}

/** Hyphens that can be copied, and no line that is a request. */
function text(words: string): string {
  return words.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^[.']/gm, '\\&$&')
}

function lowerFirst(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1)
}
