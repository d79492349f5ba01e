// Makes the part of docs/command-line.md about each command: usage, arguments and options, from the command line itself.

import type { Argument, Command, Option } from 'commander'
import { commandLine } from '../src/cli/commands.ts'

/** Parts of the page by name: `command inject` and so on. */
export function commandTables(): ReadonlyMap<string, string> {
  const program = commandLine(() => {})
  const commands = program.commands.filter(command => command.name() !== 'help')
  return new Map([['commands', overview(commands)], ...commands.map(command => [`command ${command.name()}`, tableOf(command)] as const)])
}

function overview(commands: readonly Command[]): string {
  return `| command | purpose |\n|---|---|\n${commands.map(command => `| [\`${command.name()}\`](#${command.name()}) | ${cell(command.description())} |\n`).join('')}`
}

function tableOf(command: Command): string {
  const rows = [
    ...command.registeredArguments.map((argument: Argument) => row(term(argument), argument.description)),
    ...command.options.filter(option => !option.hidden).map(option => row(option.flags, description(option))),
  ]
  return `\`inject-sidecars ${command.name()} ${command.usage()}\`: ${command.description()}\n\n| | |\n|---|---|\n${rows.join('')}`
}

function row(name: string, what: string): string {
  return `| \`${name}\` | ${cell(what)} |\n`
}

function term(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${name}>` : `[${name}]`
}

function description({ description: text, argChoices, defaultValue, negate, mandatory }: Option): string {
  const choices = argChoices === undefined ? '' : `; one of ${argChoices.map(choice => `\`${choice}\``).join(', ')}`
  const fallback = defaultValue === undefined || negate || typeof defaultValue === 'boolean' ? '' : ` (default: \`${String(defaultValue)}\`)`
  return `${text}${choices}${fallback}${mandatory ? '; required' : ''}`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
}
