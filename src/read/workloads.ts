// Finds the workloads: resources with a pod template.

import { podTemplatePath } from '../lib/k8s/workloads.ts'
import { at, type Diagnostic, type FunctionConfig, isObject, locate, type Resource, type Workload } from '../lib/model/index.ts'
import { partLacking } from './partial.ts'
import { kindOf } from './resources.ts'

export interface Workloads {
  readonly workloads: readonly Workload[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * The workloads among `resources`, in their order. One without a valid pod template or metadata is an error; with `allowsParts` an incomplete manifest in a
 * file is an info.
 * @example workloadsIn(resources, config).workloads[0]?.podPath // ['spec', 'template']
 */
export function workloadsIn(
  resources: readonly Resource[],
  config: FunctionConfig,
  { allowsParts = false }: { readonly allowsParts?: boolean } = {},
): Workloads {
  const workloads: Workload[] = []
  const diagnostics: Diagnostic[] = []
  for (const resource of resources) {
    const podPath = podTemplatePath(resource.ref, config.workloads, resource.value)
    if (podPath === undefined) continue
    const lacking = allowsParts && isInFile(resource) ? partLacking(resource, podPath) : undefined
    if (lacking !== undefined) {
      diagnostics.push(partial(resource, lacking))
      continue
    }
    const template = at(resource.value, podPath)
    const wrong = wrongMetadata(resource)
    if (wrong !== undefined) diagnostics.push(wrong)
    else if (isObject(template)) workloads.push({ resource, podPath, namespace: resource.ref.namespace ?? config.cluster.defaultNamespace })
    else diagnostics.push(invalid(resource, podPath, template === undefined ? 'missing' : kindOf(template)))
  }
  return { workloads, diagnostics }
}

/** Findings about fields that Kubernetes would not decode, and that injection reads or writes. */
function wrongMetadata(resource: Resource): Diagnostic | undefined {
  for (const [name, wanted] of METADATA) {
    const found = at(resource.value, ['metadata', name]) ?? null
    if (found === null || (wanted === 'a string' ? typeof found === 'string' : isObject(found))) continue
    const message = `\`metadata.${name}\` must be ${wanted}, not ${kindOf(found)}`
    return locate({ code: 'resource-invalid', severity: 'error', message, field: ['metadata', name] }, resource)
  }
  return undefined
}

const METADATA = [
  ['name', 'a string'],
  ['namespace', 'a string'],
  ['annotations', 'a mapping'],
] as const

function invalid(resource: Resource, field: Workload['podPath'], found: string): Diagnostic {
  const message = found === 'missing' ? 'the pod template is missing' : `the pod template must be a mapping, not ${found}`
  return locate({ code: 'resource-invalid', severity: 'error', message, field }, resource)
}

/** Whether a resource is in a file; in rendered output on standard input an incomplete manifest is a mistake. */
function isInFile({ source, path }: Resource): boolean {
  return !(source.file?.path ?? source.positionOf(path).file).startsWith('<')
}

function partial(resource: Resource, lacking: string): Diagnostic {
  const message = `only a part of a ${resource.ref.kind}, such as a kustomize patch (${lacking}); it is not injected`
  return locate({ code: 'manifest-partial', severity: 'info', message }, resource)
}
