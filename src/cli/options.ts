// Options that several commands share.

import process from 'node:process'
import { Option } from 'commander'
import type { InjectInput } from '../lib/model/index.ts'
import { FORMATS, type Format } from './report/index.ts'

export interface FunctionConfigOption {
  readonly functionConfig?: string
}

export interface OutputOption {
  readonly output: Format
}

/** Options about files: patterns to leave out, and the namespace of workloads without one. */
export interface FileOptions {
  readonly exclude?: readonly string[]
  readonly namespace?: string
}

export const PATHS = 'manifests, folders of manifests, or - for standard input'

/** The option `-f`. */
export function functionConfigOption(): Option {
  const otherwise = 'default: inject-sidecars.yaml in the working directory; without one, Istio is injected as its webhook would'
  return new Option('-f, --function-config <file>', `file with the SidecarInjector or ConfigMap that says what to inject (${otherwise})`)
}

/**
 * The option `-o`.
 * @param pods whether the command looks at pods, which the format `html` shows
 */
export function outputOption({ pods }: { readonly pods: boolean }): Option {
  const formats = Object.keys(FORMATS).filter(format => pods || format !== 'html')
  return new Option('-o, --output <format>', 'format of the report').choices(formats).default('text')
}

/** The option `--exclude`. */
export function excludeOption(): Option {
  const description = 'leave out files and folders that match this .gitignore pattern; can be repeated'
  return new Option('--exclude <glob>', description).argParser((glob: string, others: readonly string[] | undefined) => [...(others ?? []), glob])
}

/** The option `-n`. */
export function namespaceOption(): Option {
  const otherwise = 'default: cluster.defaultNamespace, else $ARGOCD_APP_NAMESPACE, else $HELM_NAMESPACE, else "default"'
  return new Option('-n, --namespace <name>', `namespace of workloads without metadata.namespace (${otherwise})`)
}

/** The namespace of workloads without one: the one of `-n`, or the one into which the calling program deploys. */
export function namespacesFor({ namespace }: FileOptions): Pick<InjectInput, 'namespace' | 'assumedNamespace'> {
  const { ARGOCD_APP_NAMESPACE: argo, HELM_NAMESPACE: helm } = process.env
  const assumed = argo || helm
  return { ...(namespace === undefined ? {} : { namespace }), ...(assumed ? { assumedNamespace: assumed } : {}) }
}
