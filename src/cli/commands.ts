// The command line: its sub-commands, what they are called with, and usage errors. Each command is a file of its own.

import { Command, CommanderError, Option } from 'commander'
import { visibleLines } from '../lib/model/index.ts'
import { type CheckCommandOptions, runCheck } from './check-command.ts'
import { addClusterCommands } from './cluster/add-commands.ts'
import type { EditOptions } from './edit-command.ts'
import { BAD_USAGE, DONE } from './exit-code.ts'
import { type ExplainOptions, runExplain } from './explain-command.ts'
import { type ImagesOptions, runImages } from './images-command.ts'
import { runInject } from './inject-command.ts'
import { excludeOption, functionConfigOption, namespaceOption, outputOption, PATHS } from './options.ts'
import { type PatchCommandOptions, runPatch } from './patch-command.ts'
import { type PolicyOptions, runPolicy } from './policy-command.ts'
import { addReport } from './report-command.ts'
import { addCompletion, addHelp, addInit, addInstall, addSchema } from './setup-commands.ts'
import { writeFully } from './stdio.ts'
import { runUninject, type UninjectOptions } from './uninject-command.ts'
import { runUpgrade, type UpgradeCommandOptions } from './upgrade-command.ts'
import { VERSION } from './version.ts'

/** Runs the command that `args` name, and answers with the exit code. */
export async function runCommand(args: readonly string[]): Promise<number> {
  let code = DONE
  const program = commandLine(given => {
    code = given
  })
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? DONE : BAD_USAGE
  }
  return code
}

type Answer = (code: number) => void

/** The program with all its commands, which give their exit code to `answer`. */
export function commandLine(answer: Answer): Command {
  const program = newProgram()
  addInject(program, answer)
  addUninject(program, answer)
  addCheck(program, answer)
  addExplain(program, answer)
  addImages(program, answer)
  addPatch(program, answer)
  addPolicy(program, answer)
  addReport(program, answer)
  addUpgrade(program, answer)
  addInit(program, answer)
  addSchema(program)
  addInstall(program, answer)
  addClusterCommands(program, answer)
  addCompletion(program)
  addHelp(program)
  return program
}

function newProgram(): Command {
  const program = new Command('inject-sidecars')
  program
    .description(
      "Injects sidecars into Kubernetes manifests, as Istio's admission webhook would.\nWithout arguments: a KRM function for kustomize and kpt, ResourceList in, ResourceList out.",
    )
    .version(VERSION)
    .showHelpAfterError('(--help lists the commands and options)')
    .exitOverride()
    .configureOutput({ writeOut: text => writeFully(1, text), writeErr: text => writeFully(2, visibleLines(text)) })
    .addHelpText('after', '\nExit codes: 0 done, 1 an error was found, 2 a bug in inject-sidecars, 3 bad function config or usage.')
  return program
}

function addInject(program: Command, answer: Answer): void {
  editOptions(program.command('inject'))
    .description('inject sidecars into the manifests in files and folders, and print them')
    .addOption(
      new Option(
        '--record <when>',
        "leave the annotation by which `uninject` works, instead of the function config's `record`; Auto: in files that are changed in place",
      ).choices(['Auto', 'Always', 'Never']),
    )
    .option('--with-config', "print Istio's configuration, captured Namespaces and Nodes as well, which are left out because they are not to be applied")
    .option('--keep-going', 'with -w: write the files that are right also where others have errors, and exit with 1')
    .addHelpText(
      'after',
      `
Injecting what is injected already brings it up to date.

Examples:
  inject-sidecars inject apps/ istio/ > injected.yaml      the Istio configuration is among the files
  inject-sidecars inject -f sidecars.yaml --diff apps/     what would change
  inject-sidecars inject -w apps/                          in place; the function config is inject-sidecars.yaml
  inject-sidecars inject --check -o github apps/           in CI: exit code 1 when something is not up to date
  helm template shop | inject-sidecars inject - > shop.yaml`,
    )
    .action(async (paths: string[], options: EditOptions, command: Command) => {
      assertReport(command, options)
      answer(await runInject(paths, options))
    })
}

function addUninject(program: Command, answer: Answer): void {
  editOptions(program.command('uninject'))
    .description('take injections off again, byte for byte; no Istio configuration is needed')
    .option('--from-status', "also take off injections without a record, as those of `istioctl kube-inject`, by Istio's own annotations")
    .addHelpText(
      'after',
      `
Examples:
  inject-sidecars uninject -w apps/
  inject-sidecars uninject --from-status --diff kube-injected.yaml`,
    )
    .action(async (paths: string[], options: UninjectOptions, command: Command) => {
      assertReport(command, options)
      answer(await runUninject(paths, options))
    })
}

/** What becomes of changed manifests. */
function editOptions(command: Command): Command {
  return command
    .argument('<paths...>', PATHS)
    .addOption(functionConfigOption())
    .addOption(namespaceOption())
    .addOption(excludeOption())
    .option('-w, --write', 'change the files instead of printing them; each is replaced, without extended attributes and access control lists')
    .addOption(new Option('--check', 'print the names of the files that would change, and exit with 1 if there are any').conflicts('write'))
    .option('--diff', 'print what changes as a unified diff')
    .option('--trust-record', 'believe the records of earlier injections also where nothing else shows what was injected, and say what they take back')
    .addOption(outputOption({ pods: command.name() === 'inject' }))
}

function assertReport(command: Command, { output, write, check, diff }: EditOptions): void {
  if (output !== 'text' && (diff || !(write || check))) command.error('error: -o is for reports: use it with --check or -w, and without --diff')
}

function addCheck(program: Command, answer: Answer): void {
  program
    .command('check')
    .description('find what is wrong: what injection reports or would change, misspelt annotations, Jobs that never end, guards left over')
    .argument('<paths...>', PATHS)
    .addOption(functionConfigOption())
    .addOption(namespaceOption())
    .addOption(excludeOption())
    .option(
      '--sources',
      'the files are injected when they are rendered: missing injections, guards and unknown namespaces are not errors (found out by itself for the files of a kustomization that lists the function or its guard)',
    )
    .option('--strict', 'exit with 1 for warnings, too, and report allowances that nothing needs')
    .addOption(outputOption({ pods: true }))
    .addHelpText(
      'after',
      `
Examples:
  kustomize build --enable-alpha-plugins --enable-exec . | inject-sidecars check - istio/
  inject-sidecars check --sources base/ overlays/
  inject-sidecars check -o sarif apps/ > check.sarif`,
    )
    .action(async (paths: string[], options: CheckCommandOptions) => answer(await runCheck(paths, options)))
}

function addExplain(program: Command, answer: Answer): void {
  program
    .command('explain')
    .description('say for each workload whether it is injected, by what, and why; without a cluster')
    .argument('[paths...]', `${PATHS} (default: the working directory)`)
    .addOption(functionConfigOption())
    .addOption(namespaceOption())
    .addOption(excludeOption())
    .option('--trace', 'every webhook, rule and selector, with file and line, and what would flip the decision')
    .option('--pod', 'the finished pod, with who wrote each line: you, a template and its line, a rule of Istio, the API server')
    .option('--html <file>', 'write the finished pods, with who wrote each line and why, as one page to look at (docs/pages.md)')
    .addOption(outputOption({ pods: true }))
    .addHelpText(
      'after',
      `
Examples:
  inject-sidecars explain apps/ istio/
  inject-sidecars explain --trace web.yaml namespace.yaml istio/
  inject-sidecars explain --pod web.yaml namespace.yaml istio/
  inject-sidecars explain --html pods.html apps/ istio/
  inject-sidecars explain -o json . | jq '.workloads[] | select(.injected | not)'`,
    )
    .action(async (paths: string[], options: ExplainOptions) => answer(await runExplain(paths, options)))
}

function addImages(program: Command, answer: Answer): void {
  program
    .command('images')
    .description('list every image that injection adds, with who names it; or print an image lock that pins them to digests')
    .argument('[paths...]', `${PATHS} (default: the working directory)`)
    .addOption(functionConfigOption())
    .addOption(namespaceOption())
    .addOption(excludeOption())
    .option('--lock <list>', 'print the image lock; the list has a line IMAGE@sha256:DIGEST for each image, or IMAGE and the reference in a mirror')
    .addOption(new Option('-o, --output <format>', 'format of the list').choices(['text', 'json', 'cyclonedx']).default('text'))
    .addHelpText(
      'after',
      `
Examples:
  inject-sidecars images apps/ istio/
  inject-sidecars images -o cyclonedx apps/ istio/ > images.cdx.json
  inject-sidecars images --lock digests.txt apps/ istio/ > inject-sidecars.lock`,
    )
    .action(async (paths: string[], options: ImagesOptions) => answer(await runImages(paths, options)))
}

function addPatch(program: Command, answer: Answer): void {
  program
    .command('patch')
    .description('print what injection changes as patches for kustomize; the manifests stay as they are')
    .argument('<paths...>', PATHS)
    .addOption(functionConfigOption())
    .addOption(namespaceOption())
    .addOption(excludeOption())
    .addOption(
      new Option('-o, --output <format>', 'kind of patch; kinds that kustomize cannot merge get a JSON patch anyway; post-renderers: for a Flux HelmRelease')
        .choices(['strategic', 'json6902', 'post-renderers'])
        .default('strategic'),
    )
    .option('--no-test', 'JSON patches that do not test the names of list items first')
    .option('--out <folder>', 'write one file per workload and a kustomization (a Component) that lists them')
    .addHelpText(
      'after',
      `
Examples:
  inject-sidecars patch istio/ base/ --out overlays/mesh/sidecars
    and in overlays/mesh/kustomization.yaml:
      resources: [../../base]
      components: [sidecars]
  inject-sidecars patch -o json6902 -f sidecars.yaml rollout.yaml > rollout-patch.yaml
  helm template shop chart/ | inject-sidecars patch -o post-renderers -n shop -    for spec.postRenderers of a HelmRelease`,
    )
    .action(async (paths: string[], options: PatchCommandOptions) => answer(await runPatch(paths, options)))
}

function addPolicy(program: Command, answer: Answer): void {
  program
    .command('policy')
    .description('print your own injectors as MutatingAdmissionPolicies with their bindings, for pods that never pass through Git')
    .argument('[config]', 'function config with `injectors` (default: inject-sidecars.yaml of the working directory)')
    .option('--injector <name>', 'only this one')
    .addHelpText(
      'after',
      `
What a policy cannot express is an error that names the construct and its line. Pods that were rendered with the sidecars are left alone.

Examples:
  inject-sidecars policy --injector log-shipper > log-shipper-policy.yaml
  inject-sidecars policy sidecars.yaml | kubectl apply -f -`,
    )
    .action(async (config: string | undefined, options: PolicyOptions) => answer(await runPolicy(config, options)))
}

function addUpgrade(program: Command, answer: Answer): void {
  program
    .command('upgrade')
    .description('report in Markdown what a new configuration changes in the workloads: images, restarts, every change once')
    .argument('<paths...>', 'manifests and folders of manifests; those of the configurations are left out')
    .requiredOption('--from <path>', "file or folder of the old configuration: Istio's ConfigMaps and webhooks, a SidecarInjector")
    .requiredOption('--to <path>', 'file or folder of the new configuration')
    .option(
      '-f, --function-config <file>',
      'what to inject, where a configuration has no SidecarInjector of its own (default: inject-sidecars.yaml of the working directory)',
    )
    .addOption(namespaceOption())
    .addOption(excludeOption())
    .addOption(new Option('-o, --output <format>', 'format of the report').choices(['markdown', 'html']).default('markdown'))
    .option('--html <file>', 'write the whole report as a page, one HTML file that needs no network; the Markdown is then in short, and names the page')
    .option('--page-url <url>', 'the address that the Markdown links to, where the page will be seen')
    .addHelpText(
      'after',
      `
Examples:
  inject-sidecars upgrade --from istio-1.29/ --to istio-1.31/ apps/ > upgrade.md
  inject-sidecars upgrade --from istio-1.29/ --to istio-1.31/ --html upgrade.html apps/ > summary.md
  inject-sidecars upgrade --from sidecars-old.yaml --to sidecars.yaml . | gh pr comment --body-file -`,
    )
    .action(async (paths: string[], options: UpgradeCommandOptions) => answer(await runUpgrade(paths, options)))
}
