// Warns about effects of an injection that the webhook does not report (istio-rules.md, appendix C).

import { jsonSyntaxError } from '../lib/go/json.ts'
import { NATIVE_SIDECAR, STATUS } from '../lib/istio/names.ts'
import { annotation, CONTAINER_LISTS, containersByName, containersOf, listOf, nameOf, type Pod } from '../lib/k8s/pod.ts'
import type { Diagnostic } from '../lib/model/index.ts'
import { get, warning } from '../lib/model/index.ts'

export interface WarningFacts {
  /** The original pod. */
  readonly original: Pod
  /** Name of the pod's owner; '' if it is not known. */
  readonly workloadName: string
  /** The pod after injection. */
  readonly pod: Pod
}

/** Warnings that need both the original and the finished pod. */
export function podWarnings(facts: WarningFacts): readonly Diagnostic[] {
  return [...injectedBefore(facts), ...ownerUnknown(facts), ...nativeSidecarUnclear(facts), ...networksBroken(facts), ...portsLost(facts)]
}

function injectedBefore({ original }: WarningFacts): readonly Diagnostic[] {
  if (annotation(original, STATUS) === undefined) return []
  const message = 'the pod was injected before: where the workload and the template set the same field, the template now wins'
  return [
    warning({
      code: 'already-injected',
      message,
      hint: 'remove the earlier injection first: `inject-sidecars uninject --from-status`',
      field: annotationField(STATUS),
    }),
  ]
}

function ownerUnknown({ workloadName }: WarningFacts): readonly Diagnostic[] {
  if (workloadName !== '') return []
  const message = 'the pod has a generated name and no controller, so its canonical service name is empty'
  return [
    warning({ code: 'owner-unknown', message, hint: 'give it a name, or the label service.istio.io/canonical-name', field: ['metadata', 'generateName'] }),
  ]
}

function nativeSidecarUnclear({ original }: WarningFacts): readonly Diagnostic[] {
  const value = annotation(original, NATIVE_SIDECAR)
  if (value === undefined || value === '' || value === 'true' || value === 'false') return []
  const message = `${NATIVE_SIDECAR}: ${JSON.stringify(value)} is neither "true" nor "false": templates take it as true, the injector ignores it`
  return [
    warning({
      code: 'native-sidecar-unclear',
      message,
      hint: 'set it to "true" or "false"; a pod with its own istio-proxy container gets two proxies otherwise',
      field: annotationField(NATIVE_SIDECAR),
    }),
  ]
}

const NETWORKS = 'k8s.v1.cni.cncf.io/networks'

function networksBroken({ original, pod }: WarningFacts): readonly Diagnostic[] {
  const [before, after] = [annotation(original, NETWORKS), annotation(pod, NETWORKS)]
  if (before === undefined || after === undefined || before === after) return []
  if (jsonSyntaxError(before) !== undefined || jsonSyntaxError(after) === undefined) return []
  const message = `${NETWORKS} is no longer JSON after Istio's network was added to it: ${after}`
  return [warning({ code: 'networks-invalid', message, hint: 'remove the empty list', field: annotationField(NETWORKS) })]
}

/** Ports that the merge lost: Kubernetes merges ports by number alone. */
function portsLost({ original, pod }: WarningFacts): readonly Diagnostic[] {
  const after = containersByName([...containersOf(pod), ...containersOf(pod, 'initContainers')])
  const lists = CONTAINER_LISTS.flatMap(list => containersOf(original, list).map(container => ({ list, container })))
  return lists.flatMap(({ list, container }) => {
    const merged = after.get(nameOf(container))
    const left = new Set(listOf(merged, 'ports').map(portKey))
    const index = listOf(container, 'ports').findIndex(port => !left.has(portKey(port)))
    const lost = listOf(container, 'ports')[index]
    if (merged === undefined || lost === undefined) return []
    const message = `container ${nameOf(container)}: port ${get(lost, 'containerPort')}/${get(lost, 'protocol') ?? 'TCP'} was merged into another port with the same number`
    return [warning({ code: 'port-collision', message, field: ['spec', list, nameOf(container), 'ports', index] })]
  })
}

function portKey(port: Parameters<typeof get>[0]): string {
  return `${get(port, 'containerPort')}/${get(port, 'protocol') ?? 'TCP'}`
}

function annotationField(name: string): readonly string[] {
  return ['metadata', 'annotations', name]
}
