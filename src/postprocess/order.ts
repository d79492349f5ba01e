// Orders containers after merging, as the live webhook does (istio-rules.md, 7.6).
import { ENABLE_CORE_DUMP, INIT, PROXY, VALIDATION } from '../lib/istio/names.ts'
import type { Container, Pod } from '../lib/k8s/pod.ts'
import { containersOf, nameOf, withContainers } from '../lib/k8s/pod.ts'
import type { Outcome, PodFacts } from './rule.ts'

type End = 'first' | 'last'

/** The rule for the order of containers. */
export function orderContainers(pod: Pod, { holdApplication }: PodFacts): Outcome {
  // Last by default, so that `kubectl exec` still lands in the user's container.
  const containers = move(containersOf(pod), PROXY, holdApplication ? 'first' : 'last')
  const moved = withContainers(pod, 'containers', containers)
  return { pod: withContainers(moved, 'initContainers', orderInitContainers(containersOf(pod, 'initContainers'))) }
}

/** Orders init containers: a native proxy starts after the containers that set up its traffic, and before all others. */
function orderInitContainers(containers: readonly Container[]): readonly Container[] {
  const native = containers.some(container => nameOf(container) === PROXY)
  if (native) {
    return [ENABLE_CORE_DUMP, PROXY, VALIDATION, INIT].reduce((list, name) => move(list, name, 'first'), containers)
  }
  const validated = move(containers, VALIDATION, 'first')
  return move(move(validated, INIT, 'last'), ENABLE_CORE_DUMP, 'last')
}

/** Moves the container of this name to one end. Of several with the name only the last one stays. */
function move(containers: readonly Container[], name: string, end: End): readonly Container[] {
  const moved = containers.findLast(container => nameOf(container) === name)
  if (moved === undefined) return containers
  const others = containers.filter(container => nameOf(container) !== name)
  return end === 'first' ? [moved, ...others] : [...others, moved]
}
