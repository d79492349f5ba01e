// Defines the command line: sub-commands with their arguments, and usage errors. Each command has its own file.

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

/** Runs the command that `args` name, and returns the exit code. */
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
      "Injects sidecars into Kubernetes manifests, as Istio's admission webhook would.\nWithout arguments it is a KRM function for kustomize and kpt: it reads a ResourceList and prints a ResourceList.",
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
    .description('inject sidecars into manifests and print the result, or change the files')
    .addOption(
      new Option(
        '--record <when>',
        'whether injected workloads get the annotation that `uninject` needs; Auto: with -w, --check and --diff; overrides `record` of the function config',
      ).choices(['Auto', 'Always', 'Never']),
    )
    .option(
      '--with-config',
      "also print Istio's configuration and captured Namespaces and Nodes, which are omitted by default because they should not be applied",
    )
    .option('--keep-going', 'with -w: write the files without errors even if other files have errors, and exit with 1')
    .addHelpText(
      'after',
      `
Injecting again updates an earlier injection.
Without -w, --check and --diff the manifests are printed to standard output.

Examples:
  inject-sidecars inject apps/ istio/ > injected.yaml      Istio's configuration is in istio/
  inject-sidecars inject -f sidecars.yaml --diff apps/     show what would change
  inject-sidecars inject -w apps/                          change the files; the function config is inject-sidecars.yaml
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
    .description('remove injected sidecars again and restore the original text; needs a configuration only for your own sidecars, policies and templates')
    .option('--from-status', "also remove injections without a record, such as those of `istioctl kube-inject`, using Istio's own annotations")
    .addHelpText(
      'after',
      `
Examples:
  inject-sidecars uninject -w apps/
  inject-sidecars uninject -f sidecars.yaml -w apps/       sidecars of your own are removed if the function config still adds them
  inject-sidecars uninject --from-status --diff kube-injected.yaml`,
    )
    .action(async (paths: string[], options: UninjectOptions, command: Command) => {
      assertReport(command, options)
      answer(await runUninject(paths, options))
    })
}

/** Adds the options for the delivery of changed manifests. */
function editOptions(command: Command): Command {
  return command
    .argument('<paths...>', PATHS)
    .addOption(functionConfigOption())
    .addOption(namespaceOption())
    .addOption(excludeOption())
    .option('-w, --write', 'change the files instead of printing them; extended attributes and access control lists of a file are lost')
    .addOption(new Option('--check', 'list the files that would change, and exit with 1 if there are any').conflicts('write'))
    .option('--diff', 'print the changes as a unified diff')
    .option('--trust-record', 'trust the records and statuses of earlier injections even where nothing else confirms them, and report what they removed')
    .addOption(outputOption({ pods: command.name() === 'inject' }))
}

function assertReport(command: Command, { output, write, check, diff }: EditOptions): void {
  if (output !== 'text' && (diff || !(write || check))) command.error('error: -o sets the format of a report: use it with --check or -w, and without --diff')
}

function addCheck(program: Command, answer: Answer): void {
  program
    .command('check')
    .description('report problems: missing and outdated injections, misspelt annotations, Jobs that never complete, guards in rendered output')
    .argument('<paths...>', PATHS)
    .addOption(functionConfigOption())
    .addOption(namespaceOption())
    .addOption(excludeOption())
    .option(
      '--sources',
      'the files are sources that are injected when they are rendered: missing injections, guards and unknown namespaces are not errors (automatic for files of a kustomization that lists the function or its guard)',
    )
    .option('--strict', 'also exit with 1 for warnings, and report unused allowances')
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
    .description('show for each workload whether it is injected, by which webhook, and why; needs no cluster')
    .argument('[paths...]', `${PATHS} (default: the working directory)`)
    .addOption(functionConfigOption())
    .addOption(namespaceOption())
    .addOption(excludeOption())
    .option('--trace', 'show every webhook, rule and selector with file and line, and which label or annotation would change the decision')
    .option('--pod', 'print the finished pod with the origin of each line: your manifest, a template and its line, a rule of Istio, the API server')
    .option('--html <file>', 'write the finished pods with the origin of each line to one HTML page (docs/pages.md)')
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
    .description('list every image that injection adds and where it comes from; or print an image lock that pins the images to digests')
    .argument('[paths...]', `${PATHS} (default: the working directory)`)
    .addOption(functionConfigOption())
    .addOption(namespaceOption())
    .addOption(excludeOption())
    .option('--lock <list>', 'print an image lock; LIST has one line per image: IMAGE@sha256:DIGEST, or IMAGE MIRROR-IMAGE@sha256:DIGEST')
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
    .description('print the changes of injection as patches for kustomize; manifests are not changed')
    .argument('<paths...>', PATHS)
    .addOption(functionConfigOption())
    .addOption(namespaceOption())
    .addOption(excludeOption())
    .addOption(
      new Option(
        '-o, --output <format>',
        'kind of patch; resources that kustomize cannot merge always get a JSON patch; post-renderers: for a Flux HelmRelease',
      )
        .choices(['strategic', 'json6902', 'post-renderers'])
        .default('strategic'),
    )
    .option('--no-test', 'leave out the `test` operations, with which JSON patches check the names of list items first')
    .option('--out <folder>', 'write one patch per workload and a kustomization (a Component) that lists them to this folder')
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
    .description('print your own injectors as MutatingAdmissionPolicies with bindings, for pods that are not rendered from Git')
    .argument('[config]', 'function config with `injectors` (default: inject-sidecars.yaml in the working directory)')
    .option('--injector <name>', 'print only this injector')
    .addHelpText(
      'after',
      `
A template construct that a policy cannot express is an error with its line. The policies skip pods that already have the sidecars.

Examples:
  inject-sidecars policy --injector log-shipper > log-shipper-policy.yaml
  inject-sidecars policy sidecars.yaml | kubectl apply -f -`,
    )
    .action(async (config: string | undefined, options: PolicyOptions) => answer(await runPolicy(config, options)))
}

function addUpgrade(program: Command, answer: Answer): void {
  program
    .command('upgrade')
    .description('report what a new configuration changes in the workloads: restarts, images, each change once')
    .argument('<paths...>', 'manifests and folders of manifests; files of the two configurations are left out')
    .requiredOption('--from <path>', "file or folder of the old configuration: Istio's ConfigMaps and webhooks, a SidecarInjector")
    .requiredOption('--to <path>', 'file or folder of the new configuration')
    .option(
      '-f, --function-config <file>',
      'function config for a configuration without its own SidecarInjector (default: inject-sidecars.yaml in the working directory)',
    )
    .addOption(namespaceOption())
    .addOption(excludeOption())
    .addOption(new Option('-o, --output <format>', 'format of the report').choices(['markdown', 'html']).default('markdown'))
    .option('--html <file>', 'write the full report to one HTML file that needs no network; the Markdown becomes a summary that names the page')
    .option('--page-url <url>', 'URL of the page, for the link in the Markdown')
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
