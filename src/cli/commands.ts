// The command line: its sub-commands, what they are called with, and usage errors. Each command is a file of its own.

import { Command, CommanderError } from 'commander'
import { addClusterCommands } from './cluster/add-commands.ts'
import { BAD_USAGE, DONE } from './exit-code.ts'
import { type InjectOptions, runInject } from './inject-command.ts'
import { type InstallOptions, runInstall } from './install-kustomize-plugin.ts'
import { writeFully } from './stdio.ts'
import { VERSION } from './version.ts'

/** Runs the command that `args` name, and answers with the exit code. */
export async function runCommand(args: readonly string[]): Promise<number> {
  let code = DONE
  const program = newProgram()
  const answer = (given: number) => {
    code = given
  }
  addInject(program, answer)
  addInstall(program, answer)
  addClusterCommands(program, answer)
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? DONE : BAD_USAGE
  }
  return code
}

type Answer = (code: number) => void

function newProgram(): Command {
  const program = new Command('inject-sidecars')
  program
    .description(
      "Injects sidecars into Kubernetes manifests, as Istio's admission webhook would.\nWithout arguments: a KRM function for kustomize and kpt, ResourceList in, ResourceList out.",
    )
    .version(VERSION)
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride()
    .configureOutput({ writeOut: text => writeFully(1, text), writeErr: text => writeFully(2, text) })
    .addHelpText('after', '\nExit codes: 0 done, 1 an error was found, 2 a bug of ours, 3 bad function config or usage.')
  return program
}

function addInject(program: Command, answer: Answer): void {
  program
    .command('inject')
    .description('inject sidecars into the manifests in files and folders, and print them')
    .argument('<paths...>', 'manifests, folders of manifests, or - for standard input')
    .option('-f, --function-config <file>', 'what to inject: a SidecarInjector or a ConfigMap (without it: as Istio would)')
    .option('-w, --write', 'change the files instead of printing them')
    .action(async (paths: string[], options: InjectOptions) => answer(await runInject(paths, options)))
}

function addInstall(program: Command, answer: Answer): void {
  program
    .command('install-kustomize-plugin')
    .description('put a copy of this program where the kustomize inside kubectl finds it as a plugin')
    .option('--plugin-home <folder>', 'the plugin home (default: $KUSTOMIZE_PLUGIN_HOME, else ~/.config/kustomize/plugin)')
    .action((options: InstallOptions) => answer(runInstall(options)))
}
