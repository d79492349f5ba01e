// Merges the user's own containers over those that templates changed, and records them in an annotation (istio-rules.md, 6.5, steps 1 to 3).
import { goJson } from '../lib/go/json.ts'
import type { Overrides } from '../lib/istio/earlier-injection.ts'
import { injectionStatus, overridesOf } from '../lib/istio/earlier-injection.ts'
import { OVERRIDES, STATUS } from '../lib/istio/names.ts'
import {
  annotation,
  annotationsOf,
  CONTAINER_LISTS,
  type Container,
  type ContainerList,
  containerListWith,
  containerNamed,
  containersOf,
  nameOf,
  type Pod,
  withMetadata,
} from '../lib/k8s/pod.ts'
import { typedJson } from '../lib/k8s/typed-json.ts'
import type { Diagnostic, JsonObject } from '../lib/model/index.ts'
import { get, warning } from '../lib/model/index.ts'
import { overlay, overlayError } from './overlay.ts'

/** The image with which a user asks for that of the template. */
const AUTO = 'auto'

export interface ReapplyRequest {
  /** The original pod. */
  readonly original: Pod
  readonly merged: Pod
  /** Pod made by the templates alone. */
  readonly injected: Pod
}

/**
 * Merges each container that both the user and a template wrote once more, now with the user's fields on top.
 * @throws InjectError with Istio's text (`failed to apply sidecar container: …`)
 */
export function reapplyContainers({ original, merged, injected }: ReapplyRequest): { readonly pod: Pod; readonly warnings: readonly Diagnostic[] } {
  const overrides = overridesOf(original)
  const status = injectionStatus(original)
  const found = { containers: [] as Container[], initContainers: [] as Container[] }
  let pod = merged
  for (const list of CONTAINER_LISTS) {
    for (const { name } of containersOf(injected, list).map(container => ({ name: nameOf(container) }))) {
      // A container that only an earlier injection made is not the user's.
      if (status?.[list].includes(name)) continue
      const own = ownContainer({ original, overrides, list, name })
      if (own === undefined) continue
      const container = own.image === AUTO ? withoutImage(own) : own
      found[list].push(container)
      pod = applyContainer(pod, list, container)
    }
  }
  const recorded = annotation(original, STATUS) === undefined && found.containers.length + found.initContainers.length > 0
  const result = recorded ? withMetadata(pod, 'annotations', { ...annotationsOf(pod), [OVERRIDES]: record(found) }) : pod
  return {
    pod: result,
    warnings: [...found.containers, ...found.initContainers].flatMap(container => doubleValues(result, { name: nameOf(container), original })),
  }
}

interface Wanted {
  readonly original: Pod
  readonly overrides: Overrides
  readonly list: ContainerList
  readonly name: string
}

/** The user's container of a name, from the record of an earlier injection, or from the pod. A container can become a native sidecar, but not the reverse. */
function ownContainer({ original, overrides, list, name }: Wanted): Container | undefined {
  const recorded = containerNamed(overrides[list], name)
  if (recorded !== undefined) return recorded
  const places: readonly ContainerList[] = list === 'containers' ? ['containers'] : ['containers', 'initContainers']
  return places.map(place => containerNamed(containersOf(original, place), name)).find(container => container !== undefined)
}

function withoutImage(container: Container): Container {
  const { image: _image, ...rest } = container
  return rest
}

function applyContainer(pod: Pod, list: ContainerList, container: Container): Pod {
  // An empty list of containers leaves the pod's own alone; null would delete them.
  const spec: JsonObject = list === 'containers' ? { containers: [container] } : { initContainers: [container], containers: [] }
  try {
    return overlay(pod, { metadata: {}, spec, status: {} })
  } catch (error) {
    const prefix = `failed to apply sidecar ${list === 'containers' ? '' : 'init '}container`
    throw overlayError(error, prefix, `the container ${nameOf(container)} of the workload does not fit the one of the template`)
  }
}

function record({ containers, initContainers }: Overrides): string {
  const lists = Object.entries({ containers, initContainers }).filter(([, list]) => list.length > 0)
  const printed = lists.map(([name, list]) => `"${name}":[${list.map(container => typedJson('v1.Container', container, goJson)).join(',')}]`)
  return `{${printed.join(',')}}`
}

/** Warns of variables with both a value and a reference, for which Kubernetes refuses the pod. */
function doubleValues(pod: Pod, { name, original }: Pick<Wanted, 'name' | 'original'>): readonly Diagnostic[] {
  // A container of the manifest may have become a native sidecar.
  const list = containerListWith(original, name)
  const container = containerNamed([...containersOf(pod), ...containersOf(pod, 'initContainers')], name)
  const env = get(container, 'env')
  if (!Array.isArray(env)) return []
  return env
    .filter(entry => get(entry, 'value') !== undefined && get(entry, 'valueFrom') !== undefined)
    .map(entry => {
      const message = `container ${name}: the variable ${nameOf(entry)} has both value and valueFrom, one from the workload and one from the template; Kubernetes rejects the pod`
      return warning({ code: 'env-value-twice', message, field: ['spec', list, name, 'env', nameOf(entry)] })
    })
}
