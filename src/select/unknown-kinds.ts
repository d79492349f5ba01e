// Warns of resources of unknown kinds with a pod template, which are not injected.

import { containsPodTemplate, findWorkloadKind, groupOf } from '../lib/k8s/workloads.ts'
import type { Diagnostic, FieldPath, Resource, WorkloadKind } from '../lib/model/index.ts'
import { formatPath, locate, warning } from '../lib/model/index.ts'

/**
 * One warning for each kind, at its first resource; the hint is the entry for the function config.
 * @param further the kinds that the function config adds
 * @example unknownKinds(resources, config.workloads)[0]?.hint
 * // add to the function config: workloads: [{apiVersion: example.com/v1, kind: Widget, podTemplate: spec.podTemplate}]
 */
export function unknownKinds(resources: readonly Resource[], further: readonly WorkloadKind[]): Diagnostic[] {
  const seen = new Set<string>()
  const warnings: Diagnostic[] = []
  for (const resource of resources) {
    const { apiVersion, kind } = resource.ref
    const key = `${apiVersion}/${kind}`
    if (kind === 'HelmRelease' || seen.has(key)) continue
    if (isKnative(apiVersion, kind) && findWorkloadKind(apiVersion, kind, further) === undefined) {
      seen.add(key)
      warnings.push(locate(KNATIVE, resource))
      continue
    }
    if (isKubernetes(apiVersion) || findWorkloadKind(apiVersion, kind, further) !== undefined) continue
    const field = containsPodTemplate(resource.value)
    if (field === undefined || isInValues(field)) continue
    seen.add(key)
    warnings.push(locate(unknownKind(resource, field), resource))
  }
  return warnings
}

/** Whether a kind is Knative's, whose webhook refuses the volumes, probes and init containers of injection (pkg/apis/serving/fieldmask.go). */
function isKnative(apiVersion: string, kind: string): boolean {
  return groupOf(apiVersion) === 'serving.knative.dev' && (kind === 'Service' || kind === 'Configuration')
}

const KNATIVE = warning({
  code: 'kind-unsupported',
  message: 'not injected: Knative rejects what injection adds to its template, so its pods need the live webhook',
  hint: 'keep the webhook for its namespace; if Knative is configured to accept init containers and all volumes, add the kind to `workloads`',
})

/** Whether a path is in the values of a Helm chart (Flux' HelmRelease, Argo CD's Application), which are not pod templates. */
function isInValues(field: FieldPath): boolean {
  return field.some(step => typeof step === 'string' && /^values(?:Object|Inline|Override)?$/i.test(step))
}

/** Whether a kind is one of Kubernetes' own, all of which are known: those that are not workloads create no pods. */
function isKubernetes(apiVersion: string): boolean {
  const group = groupOf(apiVersion)
  return group === '' || group === 'apps' || group === 'batch' || group.endsWith('.k8s.io')
}

function unknownKind({ ref: { apiVersion, kind } }: Resource, field: FieldPath): Diagnostic {
  const path = formatPath(field)
  const message = `${kind} is not a known workload kind, but \`${path}\` looks like a pod template; it is not injected`
  const hint = `add to the function config: workloads: [{apiVersion: ${apiVersion}, kind: ${kind}, podTemplate: ${JSON.stringify(path)}}]`
  return warning({ code: 'kind-unknown', message, hint, field })
}
