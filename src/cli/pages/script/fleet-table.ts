// The table of workloads: sorted by its columns, a part at a time, each row with details that unfold.

import { element } from './dom.ts'
import { badge, STATES, stateBadge } from './fleet-badges.ts'
import { detailsOf } from './fleet-details.ts'
import type { Workload } from './fleet-workloads.ts'

export interface FleetTable {
  show(workloads: readonly Workload[]): void
}

/** So many rows are there at first, and so many more are added when the end comes into sight. */
const PART = 60

interface Column {
  readonly id: string
  readonly title: string
  readonly key: (workload: Workload) => string | number
  readonly cell: (workload: Workload) => (Node | string)[]
}

export function fleetTable(place: HTMLElement, all: readonly Workload[]): FleetTable {
  const columns = columnsFor(all)
  const orders = new Map<string, ReadonlyMap<Workload, number>>()
  // Rows that need attention come first.
  const first = columns.find(({ id }) => id === 'state')
  let sorted: { readonly column: Column; readonly descending: boolean } | undefined = first && { column: first, descending: false }
  /** In the order of the report. */
  let given: readonly Workload[] = []
  let current: readonly Workload[] = []
  let shown = 0

  const body = element('tbody')
  const heads = columns.map(column => {
    const button = element('button', { type: 'button', class: 'plain sort' }, column.title)
    const head = element('th', { scope: 'col', class: column.id, 'aria-sort': column === first && 'ascending' }, button)
    button.addEventListener('click', () => {
      sorted = sorted?.column !== column ? { column, descending: false } : sorted.descending ? undefined : { column, descending: true }
      for (const other of heads) other.removeAttribute('aria-sort')
      if (sorted !== undefined) head.setAttribute('aria-sort', sorted.descending ? 'descending' : 'ascending')
      draw(given)
    })
    return head
  })
  const table = element('table', {}, element('caption', { class: 'unseen' }, 'Workloads'), element('thead', {}, element('tr', {}, ...heads)), body)
  const none = element('p', { class: 'none', hidden: true }, 'No workload passes these filters.')
  const more = element('button', { type: 'button', hidden: true }, 'Show more')
  place.append(element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Workloads' }, table), none, more)
  more.addEventListener('click', () => add(PART))
  new IntersectionObserver(entries => entries.some(({ isIntersecting }) => isIntersecting) && add(PART), { rootMargin: '600px' }).observe(more)
  addEventListener('beforeprint', () => add(current.length))

  function add(count: number): void {
    const next = current.slice(shown, shown + count)
    body.append(...next.map(workload => rowOf(workload, columns)))
    shown += next.length
    more.hidden = shown >= current.length
  }

  function draw(workloads: readonly Workload[]): void {
    given = workloads
    current = sorted === undefined ? given : inOrder(given, sorted)
    body.replaceChildren()
    shown = 0
    table.hidden = current.length === 0
    none.hidden = current.length > 0
    add(PART)
  }

  /** Texts are compared once for all workloads; a sort is then one of numbers. */
  function inOrder(workloads: readonly Workload[], { column, descending }: { readonly column: Column; readonly descending: boolean }): Workload[] {
    const order = orders.get(column.id) ?? orderBy(all, column)
    orders.set(column.id, order)
    const rank = (workload: Workload) => order.get(workload) ?? 0
    return workloads.toSorted((a, b) => (descending ? rank(b) - rank(a) : rank(a) - rank(b)))
  }

  return { show: draw }
}

const COLLATOR = new Intl.Collator('en', { numeric: true })

function orderBy(workloads: readonly Workload[], { key }: Column): ReadonlyMap<Workload, number> {
  const keys = [...new Set(workloads.map(key))].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : COLLATOR.compare(String(a), String(b)),
  )
  const ranks = new Map(keys.map((each, i) => [each, i]))
  return new Map(workloads.map(workload => [workload, ranks.get(key(workload)) ?? 0]))
}

const ORDER: readonly string[] = STATES

function columnsFor(all: readonly Workload[]): Column[] {
  const isMerged = all.some(({ source }) => source !== '')
  const hasDrift = all.some(({ drift }) => drift !== undefined)
  const columns: (Column | false)[] = [
    isMerged && { id: 'source', title: 'Report', key: ({ source }) => source, cell: ({ source }) => [source] },
    { id: 'namespace', title: 'Namespace', key: ({ namespace }) => namespace, cell: ({ namespace }) => [namespace] },
    { id: 'name', title: 'Workload', key: ({ name }) => name, cell: nameCell },
    { id: 'state', title: 'State', key: ({ state }) => ORDER.indexOf(state), cell: stateCell },
    { id: 'version', title: 'Proxy', key: ({ version }) => version, cell: proxyCell },
    { id: 'revision', title: 'Revision', key: ({ revision }) => revision, cell: ({ revision }) => [revision || '–'] },
    { id: 'injectors', title: 'Injectors and policies', key: writersOf, cell: workload => [writersOf(workload) || '–'] },
    hasDrift && { id: 'drift', title: 'Running pods', key: ({ drift }) => (drift === undefined ? -1 : drift.pods - drift.same), cell: driftCell },
  ]
  return columns.filter(column => column !== false)
}

function nameCell({ kind, name, where }: Workload): (Node | string)[] {
  const title = element('span', {}, element('strong', {}, name), ' ', element('span', { class: 'soft' }, kind))
  return [element('span', { class: 'title' }, title, where !== '' && element('code', { class: 'soft' }, where))]
}

function stateCell({ state, findings }: Workload): (Node | string)[] {
  const warnings = findings.filter(({ severity }) => severity === 'warning').length
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const extra = state !== 'error' && state !== 'conflict' && errors > 0 ? [' ', badge('error', '✕', count(errors, 'error'))] : []
  return [stateBadge(state), ...extra, ...(warnings > 0 ? [' ', badge('warning', '▲', count(warnings, 'warning'))] : [])]
}

function proxyCell({ version, native }: Workload): (Node | string)[] {
  return version === '' ? ['–'] : [version, ...(native ? [' ', element('span', { class: 'tag' }, 'native')] : [])]
}

function writersOf({ injectors, policies }: Workload): string {
  return [...injectors, ...policies.map(policy => `policy ${policy}`)].join(', ')
}

function driftCell({ drift }: Workload): (Node | string)[] {
  if (drift === undefined || drift.pods === 0) return ['none']
  if (drift.groups.length === 0) return [badge('good', '✓', `${drift.pods} as rendered`)]
  return [badge('warning', '▲', `${drift.pods - drift.same} of ${drift.pods} differ`)]
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

function rowOf(workload: Workload, columns: readonly Column[]): HTMLTableRowElement {
  const cells = columns.map(column =>
    column.id === 'name'
      ? element('th', { scope: 'row', class: 'name' }, element('div', { class: 'with-fold' }, unfold(workload, columns.length), ...column.cell(workload)))
      : element('td', { class: column.id }, ...column.cell(workload)),
  )
  return element('tr', {}, ...cells)
}

/** The button that shows a row's details in a row below it. */
function unfold(workload: Workload, width: number): HTMLElement {
  const button = element('button', { type: 'button', class: 'unfold', 'aria-expanded': 'false', 'aria-label': `Details of ${workload.kind} ${workload.name}` })
  let details: HTMLElement | undefined
  button.addEventListener('click', () => {
    const isOpen = details !== undefined
    details?.remove()
    details = isOpen ? undefined : element('tr', { class: 'details' }, element('td', { colspan: String(width) }, detailsOf(workload)))
    if (details !== undefined) button.closest('tr')?.after(details)
    button.setAttribute('aria-expanded', String(!isOpen))
  })
  return button
}
