// Removes an earlier injection from the pod that templates see (istio-rules.md, 6.1 step 3 and 6.6).
import { injectionStatus, overridesOf } from '../lib/istio/earlier-injection.ts'
import { STATUS } from '../lib/istio/names.ts'
import { PORT_KEY, prometheusAnnotation, withoutPrometheus } from '../lib/istio/prometheus-annotations.ts'
import { annotationsOf, CONTAINER_LISTS, containerNamed, containersOf, nameOf, type Pod, withContainers, withMetadata } from '../lib/k8s/pod.ts'

export interface StripOptions {
  /** The port at which the agent of this mesh serves merged metrics. */
  readonly statusPort: number
  /** Whether the scrape-targets annotation belongs to Istio's. */
  readonly scrapeTargets: boolean
}

/**
 * The pod without injected containers and without the annotations that the injector itself wrote, but with the user's own containers that it changed.
 * @throws InjectError `annotation-invalid` when the overrides annotation cannot be read
 */
export function stripPod(pod: Pod, options: StripOptions): Pod {
  return withOverrides(withoutInjected(pod, options), pod)
}

function withoutInjected(pod: Pod, { statusPort, scrapeTargets }: StripOptions): Pod {
  const status = injectionStatus(pod)
  if (status === undefined) return pod
  let result = pod
  for (const list of CONTAINER_LISTS) {
    const names = status[list]
    if (names.length > 0)
      result = withContainers(
        result,
        list,
        containersOf(pod, list).filter(container => !names.includes(nameOf(container))),
      )
  }
  const annotations = annotationsOf(pod)
  const ours = prometheusAnnotation(annotations, PORT_KEY) === String(statusPort)
  const { [STATUS]: _status, ...rest } = ours ? withoutPrometheus(annotations, scrapeTargets) : annotations
  return withMetadata(result, 'annotations', rest)
}

function withOverrides(stripped: Pod, original: Pod): Pod {
  const overrides = overridesOf(original)
  let result = stripped
  for (const list of CONTAINER_LISTS) {
    const present = containersOf(result, list)
    const missing = overrides[list].filter(container => containerNamed(present, nameOf(container)) === undefined)
    if (missing.length > 0) result = withContainers(result, list, [...present, ...missing])
  }
  return result
}
