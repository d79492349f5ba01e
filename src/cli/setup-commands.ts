// The commands that read no manifests: init, schema, install-kustomize-plugin, completion and help.

import { Argument, type Command } from 'commander'
import schema from '../../fn-config/sidecar-injector.schema.json' with { type: 'json' }
import { completionScript, SHELLS, type Shell } from './completion.ts'
import { helpForCode } from './help-command.ts'
import { type InitOptions, runInit } from './init/init-command.ts'
import { type InstallOptions, runInstall } from './install-kustomize-plugin.ts'
import { writeFully } from './stdio.ts'

/** Adds the command `init`; `answer` gets its exit code. */
export function addInit(program: Command, answer: (code: number) => void): void {
  program
    .command('init')
    .description('write what a repository needs to start with, and say what is missing; existing files stay as they are')
    .argument('[folder]', 'the root of the repository', '.')
    .option('--istio <file>', "Istio's configuration, as `capture` or `helm template` prints it, to put into istio/istio.yaml")
    .addHelpText(
      'after',
      `
Examples:
  inject-sidecars init
  inject-sidecars capture > istio.yaml && inject-sidecars init --istio istio.yaml`,
    )
    .action((folder: string, options: InitOptions) => answer(runInit(folder, options)))
}

/** Adds the command `schema`. */
export function addSchema(program: Command): void {
  program
    .command('schema')
    .description('print the JSON Schema of the function config, for editors')
    .addHelpText(
      'after',
      `
Examples:
  inject-sidecars schema > .vscode/sidecar-injector.schema.json`,
    )
    .action(() => writeFully(1, `${JSON.stringify(schema, null, 2)}\n`))
}

/** Adds the command `install-kustomize-plugin`; `answer` gets its exit code. */
export function addInstall(program: Command, answer: (code: number) => void): void {
  program
    .command('install-kustomize-plugin')
    .description('put a copy of this program where the kustomize inside kubectl finds it as a plugin')
    .option('--plugin-home <folder>', 'the plugin home (default: $KUSTOMIZE_PLUGIN_HOME, else ~/.config/kustomize/plugin)')
    .action((options: InstallOptions) => answer(runInstall(options)))
}

/** Adds the command `completion`. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print a script that completes commands, options and file names in a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  inject-sidecars completion bash > ~/.local/share/bash-completion/completions/inject-sidecars
  source <(inject-sidecars completion zsh)      # in ~/.zshrc
  inject-sidecars completion fish > ~/.config/fish/completions/inject-sidecars.fish`,
    )
    .action((shell: Shell) => writeFully(1, completionScript(program, shell)))
}

/** Replaces commander's own `help`, which knows commands only. */
export function addHelp(program: Command): void {
  program
    .helpCommand(false)
    .command('help')
    .description('show the help of a command, or what a code of a finding means')
    .argument('[topic]', 'a command, or a code such as template-unknown')
    .addHelpText(
      'after',
      `
Examples:
  inject-sidecars help inject
  inject-sidecars help namespace-unknown`,
    )
    .action((topic: string | undefined, _options: unknown, command: Command) => {
      const shown = topic === undefined ? program : program.commands.find(each => each.name() === topic)
      const text = helpForCode(topic ?? '')
      if (shown !== undefined) shown.outputHelp()
      else if (text !== undefined) writeFully(1, text)
      else command.error(`error: there is no command and no code ${JSON.stringify(topic)}`)
    })
}
