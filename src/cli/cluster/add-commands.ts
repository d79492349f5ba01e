// Defines the command line of `capture` and `verify`.

import { type Command, Option } from 'commander'
import { excludeOption, functionConfigOption, namespaceOption } from '../options.ts'
import { type CaptureCommandOptions, runCapture, runVerify, type VerifyOptions } from './cluster-commands.ts'
import { DRIFT_FORMATS } from './drift-report.ts'

/** Adds the commands `capture` and `verify`; `answer` gets their exit code. */
export function addClusterCommands(program: Command, answer: (code: number) => void): void {
  clusterCommand(program, 'capture', "print a cluster's injection configuration as manifests, for `sources` or a kustomization")
    .option('--istio-namespace <name>', "namespace of Istio's ConfigMaps", 'istio-system')
    .option('-o, --output <file>', 'write to this file instead of standard output')
    .addHelpText('after', CAPTURE_HELP)
    .action(async (options: CaptureCommandOptions) => answer(await runCapture(options)))

  clusterCommand(program, 'verify', "compare injected pods with those that the cluster's webhook makes in a server-side dry run, or with running pods")
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
      if (output !== 'text' && pods === undefined && !running)
        command.error('error: -o sets the format of the report on running pods: use it with --pods or --running')
      answer(await runVerify(paths, options))
    })
}

export const RUNNING = 'compare with the running pods of the cluster'

/** The option `--pods`. */
export function podsOption(): Option {
  const description = 'compare with the pods in this file, as printed by `kubectl get pods -A -o json`; - for standard input'
  return new Option('--pods <file>', description).conflicts('running')
}

function clusterCommand(program: Command, name: string, description: string): Command {
  return connectionOptions(program.command(name).description(description))
}

/** The options of every command that may connect to a cluster. */
export function connectionOptions(command: Command): Command {
  return command
    .option('--context <name>', 'context of the kubeconfig')
    .option('--kubeconfig <file>', 'path of the kubeconfig (default: $KUBECONFIG, else ~/.kube/config)')
    .option('--timeout <seconds>', 'time limit for each request', '15')
}

const CAPTURE_HELP = `
Reads the ConfigMaps istio* and istio-sidecar-injector*, Istio's webhook configurations, ProxyConfigs, namespace labels and the nodes' kubelet versions. It never reads Secrets.

Examples:
  inject-sidecars capture --context prod > istio.yaml
  inject-sidecars capture --istio-namespace mesh -o istio/prod.yaml`

const VERIFY_HELP = `
The pods are created in a server-side dry run: the cluster's webhooks process them, and nothing is stored. The exit code is 1 when a pod differs.
With --pods or --running, running pods are compared with the rendered ones and reported as not injected, injected by another webhook, version or configuration, or
edited. --pods opens no connection.

Examples:
  inject-sidecars verify --context prod apps/ istio.yaml
  inject-sidecars verify --running --context prod apps/ istio.yaml
  kubectl get pods -A -o json | inject-sidecars verify --pods - apps/ istio.yaml`
