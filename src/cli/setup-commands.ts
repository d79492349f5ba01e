// Adds the commands that read no manifests: init, schema, install-kustomize-plugin, completion and help.

import { Argument, type Command } from 'commander'
import reportSchema from '../../fn-config/report.schema.json' with { type: 'json' }
import configSchema from '../../fn-config/sidecar-injector.schema.json' with { type: 'json' }
import { completionScript, SHELLS, type Shell } from './completion.ts'
import { helpForCode } from './help-command.ts'
import { type InitOptions, runInit } from './init/init-command.ts'
import { type InstallOptions, runInstall } from './install-kustomize-plugin.ts'
import { writeFully } from './stdio.ts'

/** Adds the command `init`; `answer` gets its exit code. */
export function addInit(program: Command, answer: (code: number) => void): void {
  program
    .command('init')
    .description('write the files that a repository needs, and list what is missing; existing files are not changed')
    .argument('[folder]', 'root of the repository', '.')
    .option('--istio <file>', "Istio's configuration as `capture` or `helm template` prints it; copied to istio/istio.yaml")
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
    .description('print the JSON Schema of the function config, for editors, or of the JSON report')
    .addArgument(new Argument('[of]', 'config: the function config; report: the output of `report -o json`').choices(['config', 'report']).default('config'))
    .addHelpText(
      'after',
      `
Examples:
  inject-sidecars schema > .vscode/sidecar-injector.schema.json
  inject-sidecars schema report > report.schema.json`,
    )
    .action((of: 'config' | 'report') => writeFully(1, `${JSON.stringify(of === 'report' ? reportSchema : configSchema, null, 2)}\n`))
}

/** Adds the command `install-kustomize-plugin`; `answer` gets its exit code. */
export function addInstall(program: Command, answer: (code: number) => void): void {
  program
    .command('install-kustomize-plugin')
    .description('copy this program to the plugin folder of kustomize, where `kubectl kustomize` finds it')
    .option(
      '--plugin-home <folder>',
      'plugin folder of kustomize (default: $KUSTOMIZE_PLUGIN_HOME, else $XDG_CONFIG_HOME/kustomize/plugin, else ~/.config/kustomize/plugin)',
    )
    .action((options: InstallOptions) => answer(runInstall(options)))
}

/** Adds the command `completion`. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print a shell script that completes commands, options and file names')
    .addArgument(new Argument('<shell>', 'shell to complete in').choices(SHELLS))
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
    .description('show the help of a command, or the cause and remedy of a finding by its code')
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
