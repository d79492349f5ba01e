// `inject-sidecars completion SHELL`: prints a shell script that completes commands, options and their values, generated from the command line.

import type { Command, Option } from 'commander'

export type Shell = 'bash' | 'zsh' | 'fish'

export const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish']

/** @example completionScript(program, 'bash') // '_inject_sidecars() {\n…' */
export function completionScript(program: Command, shell: Shell): string {
  switch (shell) {
    case 'bash':
      return bash(program)
    case 'zsh':
      return `autoload -U +X compinit bashcompinit && compinit && bashcompinit\n${bash(program)}`
    case 'fish':
      return fish(program)
  }
}

/** Candidates for one position: known words, or file names. */
interface Completion {
  readonly when: string
  readonly words: readonly string[]
}

function bash(program: Command): string {
  const first = [...program.commands.map(command => command.name()), ...program.options.flatMap(flagsOf)]
  const values = program.commands.flatMap(command =>
    command.options
      .filter(option => option.argChoices !== undefined)
      .map(option => ({
        when: flagsOf(option)
          .map(flag => `'${command.name()} ${flag}'`)
          .join(' | '),
        words: option.argChoices ?? [],
      })),
  )
  const others = program.commands.map(command => ({ when: command.name(), words: [...command.options.flatMap(flagsOf), ...argumentWords(command)] }))
  return `_inject_sidecars() {
  local current=\${COMP_WORDS[COMP_CWORD]} command=\${COMP_WORDS[1]} words=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${first.join(' ')}' -- "$current"))
    return
  fi
  case "$command \${COMP_WORDS[COMP_CWORD - 1]}" in
${values.map(({ when, words }) => `    ${when}) COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$current")); return ;;\n`).join('')}  esac
  case "$command" in
${others.map(({ when, words }: Completion) => `    ${when}) words='${words.join(' ')}' ;;\n`).join('')}  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  # Names of files where no option was begun, or none fits.
  if [[ \${#COMPREPLY[@]} -eq 0 || -z $current && $words == -* ]]; then COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _inject_sidecars ${program.name()}
`
}

function fish(program: Command): string {
  const start = `complete -c ${program.name()}`
  const lines = program.commands.flatMap(command => {
    const here = `${start} -n '__fish_seen_subcommand_from ${command.name()}'`
    return [
      `${start} -f -n __fish_use_subcommand -a ${command.name()} -d ${quoted(command.description())}`,
      ...command.options.map(option => `${here}${fishFlags(option)} -d ${quoted(option.description)}`),
      ...argumentWords(command).map(word => `${here} -f -a ${word}`),
    ]
  })
  return `${lines.join('\n')}\n`
}

function fishFlags({ short, long, required, argChoices }: Option): string {
  const names = `${short === undefined ? '' : ` -s ${short.slice(1)}`}${long === undefined ? '' : ` -l ${long.slice(2)}`}`
  if (argChoices !== undefined) return `${names} -x -a ${quoted(argChoices.join(' '))}`
  return required ? `${names} -r` : names
}

function flagsOf({ short, long }: Option): string[] {
  return [short, long].filter(flag => flag !== undefined)
}

function argumentWords(command: Command): readonly string[] {
  return command.registeredArguments.flatMap(argument => argument.argChoices ?? [])
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
