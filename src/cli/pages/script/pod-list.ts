// The list of cards: filtered, sorted, and shown a part at a time so that thousands of workloads stay smooth.

import { element } from './dom.ts'
import { matcher } from './filter.ts'
import { partialList } from './partial-list.ts'
import type { Card } from './pod-card.ts'
import type { Pod } from './pod-model.ts'

export interface Filters {
  readonly text: string
  /** Empty: all of them. `warnings` is among them. */
  readonly states: ReadonlySet<string>
  /** '' for the worst first, `name`, or `file`. */
  readonly order: string
}

export function filteredPods(pods: readonly Pod[], { text, states, order }: Filters): readonly Pod[] {
  const matches = matcher(text)
  const isWanted = (pod: Pod) => states.size === 0 || states.has(pod.state) || (states.has('warnings') && hasWarning(pod))
  const found = pods.filter(pod => isWanted(pod) && (text.trim() === '' || matches(pod.searched())))
  if (order === 'file') return found
  if (order === 'name') return found.toSorted((a, b) => COLLATOR.compare(a.namespace, b.namespace) || COLLATOR.compare(a.name, b.name))
  return found.toSorted((a, b) => rank(a) - rank(b))
}

const COLLATOR = new Intl.Collator('en', { numeric: true })

function hasWarning({ findings }: Pod): boolean {
  return findings.some(({ finding }) => finding.severity === 'warning')
}

const RANKS: ReadonlyMap<string, number> = new Map([
  ['error', 0],
  ['outdated', 1],
  ['missing', 2],
])

/** The rank of a workload by the need for attention. */
function rank(pod: Pod): number {
  const state = RANKS.get(pod.state) ?? 3
  return state * 4 + (hasWarning(pod) ? 0 : pod.contested > 0 ? 1 : pod.state === 'unchanged' ? 3 : 2)
}

export interface PodList {
  readonly show: (pods: readonly Pod[]) => void
  /** The cards that have been added so far. */
  readonly shown: () => readonly Card[]
  /** Adds cards up to the one of a pod that is shown; undefined where it is filtered out. */
  readonly cardOf: (pod: Pod) => Card | undefined
}

export function podList(place: HTMLElement, make: (pod: Pod) => Card): PodList {
  const cards = new Map<Pod, Card>()
  let current: readonly Pod[] = []
  const card = (pod: Pod): Card => {
    const known = cards.get(pod) ?? make(pod)
    cards.set(pod, known)
    return known
  }
  const list = element('div', { class: 'cards' })
  const none = element('p', { class: 'soft', hidden: true }, 'No workload passes these filters.')
  const parts = partialList<Pod>(next => list.append(...next.map(pod => card(pod).details)))
  place.append(list, none, parts.more)
  return {
    show: pods => {
      current = pods
      list.replaceChildren()
      none.hidden = pods.length > 0
      parts.show(pods)
    },
    shown: () => parts.shown().map(card),
    cardOf: pod => {
      const index = current.indexOf(pod)
      if (index < 0) return undefined
      parts.showTo(index)
      return card(pod)
    },
  }
}
