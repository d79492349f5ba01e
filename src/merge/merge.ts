// Merges the rendered templates into the pod, in order (istio-rules.md, 6.1 step 6, 6.3 and 6.4).
import { NATIVE_SIDECAR, PROXY } from '../lib/istio/names.ts'
import type { Pod } from '../lib/k8s/pod.ts'
import { annotation, containerNamed, containersOf, withContainers } from '../lib/k8s/pod.ts'
import type { JsonObject } from '../lib/model/index.ts'
import { EMPTY_POD, overlay, overlayError } from './overlay.ts'

export interface MergeRequest {
  /** The original pod, decoded with its types. */
  readonly pod: Pod
  /** Output of each template, in order. */
  readonly rendered: readonly { readonly template: string; readonly pod: JsonObject }[]
  /** Receives the pod after each template, with the template's index. */
  readonly onMerged?: ((pod: Pod, template: number) => void) | undefined
  /** Whether the proxy is to run as a native sidecar, unless the pod's annotation says otherwise. */
  readonly nativeSidecars: boolean
}

export interface MergedPod {
  readonly pod: Pod
  /** Pod made by the templates alone. */
  readonly injected: Pod
}

/**
 * Merges the templates' partial pods into the pod, and also into an empty pod (`injected`).
 * @throws InjectError `template-output`, `pod-invalid` with Istio's text
 * @example
 * const { pod, injected } = merge({ pod, rendered: [{ template: 'sidecar', pod: { spec: { containers: [proxy] } } }], nativeSidecars: false })
 */
export function merge({ pod, rendered, nativeSidecars, onMerged }: MergeRequest): MergedPod {
  let merged = pod
  let injected = EMPTY_POD
  for (const [i, { template, pod: patch }] of rendered.entries()) {
    injected = overlayTemplate(injected, patch, template, OVERLAY_FAILED)
    merged = overlayTemplate(moveToInit(merged, injected, nativeSidecars), patch, template, MERGE_FAILED)
    onMerged?.(merged, i)
  }
  return { pod: merged, injected }
}

const OVERLAY_FAILED = 'failed applying injection overlay'
const MERGE_FAILED = 'failed parsing generated injected YAML (check Istio sidecar injector configuration)'

function overlayTemplate(pod: Pod, patch: JsonObject, template: string, prefix: string): Pod {
  try {
    return overlay(pod, patch)
  } catch (error) {
    throw overlayError(error, prefix, `template ${JSON.stringify(template)} rendered what the message names`)
  }
}

/** Moves a user's own proxy container to the init containers if the injected one is there, so that both are merged. */
function moveToInit(merged: Pod, injected: Pod, nativeSidecars: boolean): Pod {
  const wish = annotation(merged, NATIVE_SIDECAR)
  const native = wish === 'true' || (wish !== 'false' && nativeSidecars)
  if (!native || containerNamed(containersOf(injected, 'initContainers'), PROXY) === undefined) return merged
  const containers = containersOf(merged)
  const proxy = containerNamed(containers, PROXY)
  if (proxy === undefined) return merged
  const left = withContainers(
    merged,
    'containers',
    containers.filter(container => container !== proxy),
  )
  return withContainers(left, 'initContainers', [...containersOf(merged, 'initContainers'), proxy])
}
