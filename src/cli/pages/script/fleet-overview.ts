// The table of namespaces: how many workloads each has in every state, with a badge for each of them.

import { STATES } from '../../../fleet/types.ts'
import { element } from './dom.ts'
import { signOf, stateName, toneOf } from './fleet-badges.ts'
import type { Workload } from './fleet-workloads.ts'

export interface Chosen {
  readonly source: string
  readonly namespace: string
  /** '' for all states. */
  readonly state: string
}

interface Namespace {
  readonly source: string
  readonly namespace: string
  readonly states: Map<string, number>
  readonly workloads: Workload[]
  readonly versions: Set<string>
}

/** Number of namespaces that are shown at first. */
const SHOWN = 10

export function overviewOf(workloads: readonly Workload[], choose: (chosen: Chosen) => void): HTMLElement {
  const namespaces = namespacesOf(workloads)
  const isMerged = namespaces.some(({ source }) => source !== '')
  const present = STATES.filter(state => namespaces.some(({ states }) => states.has(state)))
  const head = element(
    'tr',
    {},
    isMerged && element('th', { scope: 'col' }, 'Report'),
    element('th', { scope: 'col' }, 'Namespace'),
    element('th', { scope: 'col', class: 'tiles' }, 'Workloads'),
    ...present.map(state => element('th', { scope: 'col', class: 'number' }, stateName(state))),
    element('th', { scope: 'col' }, 'Proxy versions'),
  )
  const row = (each: Namespace) => {
    const link = (state: string, label: string, text: string) => {
      const button = element('button', { type: 'button', class: 'plain', 'aria-label': label }, text)
      button.addEventListener('click', () => choose({ source: each.source, namespace: each.namespace, state }))
      return button
    }
    return element(
      'tr',
      {},
      isMerged && element('td', {}, each.source),
      element(
        'th',
        { scope: 'row' },
        link('', `Show the workloads of ${each.namespace}`, each.namespace),
        element('span', { class: 'print-only' }, each.namespace),
      ),
      element('td', { class: 'tiles' }, element('span', { class: 'unseen' }, String(each.workloads.length)), tilesOf(each)),
      ...present.map(state => {
        const number = each.states.get(state) ?? 0
        if (number === 0) return element('td', { class: 'number none' }, '0')
        const text = number.toLocaleString('en')
        const label = `${text} ${stateName(state)} in ${each.namespace}: show them`
        return element('td', { class: `number ${toneOf(state)}` }, link(state, label, text), element('span', { class: 'print-only' }, text))
      }),
      element('td', {}, [...each.versions].sort().join(', ') || '–'),
    )
  }
  const body = element('tbody', {}, ...namespaces.slice(0, SHOWN).map(row))
  const table = element('table', {}, element('caption', { class: 'unseen' }, 'Workloads by namespace and state'), element('thead', {}, head), body)
  const parts: HTMLElement[] = [element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Workloads by namespace and state' }, table)]
  if (namespaces.length > SHOWN) {
    const more = element('button', { type: 'button' }, `Show all ${namespaces.length.toLocaleString('en')} namespaces`)
    const showAll = () => {
      body.append(...namespaces.slice(body.rows.length).map(row))
      more.remove()
    }
    more.addEventListener('click', showAll)
    addEventListener('beforeprint', showAll)
    parts.push(more)
  }
  return element(
    'details',
    { class: 'fold', open: true },
    element('summary', {}, element('h2', {}, 'Namespaces')),
    element('div', { class: 'folded' }, ...parts),
  )
}

const ORDER: readonly string[] = STATES

/** Maximum number of tiles in a namespace. */
const TILES = 48

/** A tile for each workload, hidden from screen readers, which read the numbers beside it. */
function tilesOf({ workloads }: Namespace): HTMLElement {
  const rank = ({ state }: Workload) => ORDER.indexOf(state)
  const sorted = workloads.length === 1 ? workloads : workloads.toSorted((a, b) => rank(a) - rank(b))
  const tiles = sorted
    .slice(0, TILES)
    .map(({ kind, name, state }) => element('span', { class: `tile ${toneOf(state)}`, title: `${kind} ${name}: ${stateName(state)}` }, signOf(state)))
  const rest = sorted.length - tiles.length
  return element(
    'span',
    { class: 'tile-list', 'aria-hidden': 'true' },
    ...tiles,
    rest > 0 && element('span', { class: 'soft' }, `+${rest.toLocaleString('en')}`),
  )
}

/** The namespaces, those that need attention first. */
function namespacesOf(workloads: readonly Workload[]): Namespace[] {
  const found = new Map<string, Namespace>()
  for (const workload of workloads) {
    const { source, namespace, state, version } = workload
    const key = JSON.stringify([source, namespace])
    const each: Namespace = found.get(key) ?? { source, namespace, states: new Map(), workloads: [], versions: new Set() }
    found.set(key, each)
    each.workloads.push(workload)
    each.states.set(state, (each.states.get(state) ?? 0) + 1)
    if (version !== '') each.versions.add(version)
  }
  const care = ({ states }: Namespace) => ['error', 'conflict', 'outdated'].reduce((sum, state) => sum + (states.get(state) ?? 0), 0)
  return [...found.values()].sort((a, b) => care(b) - care(a) || compare(a.source, b.source) || compare(a.namespace, b.namespace))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
