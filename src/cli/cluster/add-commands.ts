// The command line of `capture` and `verify`.

import { type Command, Option } from 'commander'
import { excludeOption, functionConfigOption, namespaceOption } from '../options.ts'
import { type CaptureCommandOptions, runCapture, runVerify, type VerifyOptions } from './cluster-commands.ts'
import { DRIFT_FORMATS } from './drift-report.ts'

/** Adds the commands `capture` and `verify`; `answer` gets their exit code. */
export function addClusterCommands(program: Command, answer: (code: number) => void): void {
  clusterCommand(program, 'capture', "read a cluster's injection configuration, and print it as manifests for `sources` or a kustomization")
    .option('--istio-namespace <name>', "where Istio's ConfigMaps are", 'istio-system')
    .option('-o, --output <file>', 'write to a file')
    .addHelpText('after', CAPTURE_HELP)
    .action(async (options: CaptureCommandOptions) => answer(await runCapture(options)))

  clusterCommand(
    program,
    'verify',
    "compare what is injected here with what the cluster's webhook would inject, by a server-side dry run; or with the pods that run",
  )
    .argument('<paths...>', 'manifests and folders of manifests')
    .addOption(functionConfigOption())
    .addOption(namespaceOption())
    .addOption(excludeOption())
    .addOption(podsOption())
    .option('--running', RUNNING)
    .addOption(new Option('-o, --output <format>', 'format of the report on running pods').choices(Object.keys(DRIFT_FORMATS)).default('text'))
    .addHelpText('after', VERIFY_HELP)
    .action(async (paths: string[], options: VerifyOptions, command: Command) => {
      const { output, pods, running } = options
      if (output !== 'text' && pods === undefined && !running) command.error('error: -o is for running pods: use it with --pods or --running')
      answer(await runVerify(paths, options))
    })
}

export const RUNNING = 'compare with the pods that run in the cluster'

/** The option `--pods`. */
export function podsOption(): Option {
  const description = 'compare with these pods, as `kubectl get pods -A -o json` prints them; - for standard input'
  return new Option('--pods <file>', description).conflicts('running')
}

function clusterCommand(program: Command, name: string, description: string): Command {
  return connectionOptions(program.command(name).description(description))
}

/** The options of every command that may connect to a cluster. */
export function connectionOptions(command: Command): Command {
  return command
    .option('--context <name>', 'the context of the kubeconfig')
    .option('--kubeconfig <file>', 'the kubeconfig (default: $KUBECONFIG, else ~/.kube/config)')
    .option('--timeout <seconds>', 'how long to wait for one answer', '15')
}

const CAPTURE_HELP = `
Reads the ConfigMaps istio* and istio-sidecar-injector*, injection webhooks, ProxyConfigs, labels of namespaces and kubelet versions of nodes. Never secrets.

Examples:
  inject-sidecars capture --context prod > istio.yaml
  inject-sidecars capture --istio-namespace mesh -o istio/prod.yaml`

const VERIFY_HELP = `
The pods are created in a dry run: the cluster's webhooks see them, nothing is stored. Exit code 1 when something differs.
With --pods or --running the pods that run already are compared with the rendered ones: not injected, injected by another webhook, version or configuration, or
edited. --pods opens no connection.

Examples:
  inject-sidecars verify --context prod apps/ istio.yaml
  inject-sidecars verify --running --context prod apps/ istio.yaml
  kubectl get pods -A -o json | inject-sidecars verify --pods - apps/ istio.yaml`
