// The table of workloads: sortable by column, shown a part at a time, with details below each row.

import { STATES } from '../../../fleet/types.ts'
import { badge } from './badge.ts'
import { element } from './dom.ts'
import { stateBadge } from './fleet-badges.ts'
import { detailsOf } from './fleet-details.ts'
import type { Workload } from './fleet-workloads.ts'
import { partialList } from './partial-list.ts'

export interface FleetTable {
  show(workloads: readonly Workload[]): void
  /** The column that sorts, with a minus before it where it does downwards; `none` for the order of the report, '' for the order at first. */
  readonly sorting: () => string
  readonly sortBy: (sorting: string) => void
  /** The workloads whose details are unfolded, by `keyOf`. */
  readonly unfolded: () => readonly string[]
  readonly unfold: (keys: readonly string[]) => void
}

/**
 * The name of a workload in addresses.
 * @example keyOf(workload) // 'Deployment/shop/web'
 */
export function keyOf({ source, kind, namespace, name }: Workload): string {
  return `${source === '' ? '' : `${source}/`}${kind}/${namespace}/${name}`
}

interface Sorted {
  readonly column: Column
  readonly descending: boolean
}

interface Column {
  readonly id: string
  readonly title: string
  readonly key: (workload: Workload) => string | number
  readonly cell: (workload: Workload) => (Node | string)[]
}

/**
 * Creates the table.
 * @param onChange called when the reader sorts or unfolds
 */
export function fleetTable(place: HTMLElement, all: readonly Workload[], onChange: () => void): FleetTable {
  const columns = columnsFor(all)
  const orders = new Map<string, ReadonlyMap<Workload, number>>()
  // Rows that need attention come first.
  const first = columns.find(({ id }) => id === 'state')
  const atFirst: Sorted | undefined = first && { column: first, descending: false }
  let sorted = atFirst
  const unfolded = new Set<string>()
  /** In the order of the report. */
  let given: readonly Workload[] = []
  let current: readonly Workload[] = []

  const body = element('tbody')
  const heads = columns.map(column => {
    const button = element('button', { type: 'button', class: 'plain sort' }, column.title)
    const head = element('th', { scope: 'col', class: column.id, 'aria-sort': column === first && 'ascending' }, button)
    button.addEventListener('click', () => {
      sort(sorted?.column !== column ? { column, descending: false } : sorted.descending ? undefined : { column, descending: true })
      draw(given)
      onChange()
    })
    return head
  })
  const table = element('table', {}, element('caption', { class: 'unseen' }, 'Workloads'), element('thead', {}, element('tr', {}, ...heads)), body)
  const none = element('p', { class: 'none', hidden: true }, 'No workload passes these filters.')
  const rows = partialList<Workload>(next => body.append(...next.flatMap(workload => rowOf(workload, { columns, unfolded, onChange }))))
  place.append(element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Workloads' }, table), none, rows.more)

  function sort(by: Sorted | undefined): void {
    sorted = by
    columns.forEach((column, i) => {
      if (column === by?.column) heads[i]?.setAttribute('aria-sort', by.descending ? 'descending' : 'ascending')
      else heads[i]?.removeAttribute('aria-sort')
    })
  }

  function draw(workloads: readonly Workload[]): void {
    given = workloads
    current = sorted === undefined ? given : inOrder(given, sorted)
    body.replaceChildren()
    table.hidden = current.length === 0
    none.hidden = current.length > 0
    rows.show(current)
  }

  /** Ranks of texts: they are compared once, so that sorting compares numbers. */
  function inOrder(workloads: readonly Workload[], { column, descending }: { readonly column: Column; readonly descending: boolean }): Workload[] {
    const order = orders.get(column.id) ?? orderBy(all, column)
    orders.set(column.id, order)
    const rank = (workload: Workload) => order.get(workload) ?? 0
    return workloads.toSorted((a, b) => (descending ? rank(b) - rank(a) : rank(a) - rank(b)))
  }

  return {
    show: draw,
    sorting: () =>
      sorted === undefined ? 'none' : sorted.column === atFirst?.column && !sorted.descending ? '' : `${sorted.descending ? '-' : ''}${sorted.column.id}`,
    sortBy: sorting => {
      const column = columns.find(({ id }) => id === sorting.replace(/^-/, ''))
      sort(sorting === 'none' ? undefined : column === undefined ? atFirst : { column, descending: sorting.startsWith('-') })
    },
    unfolded: () => [...unfolded],
    unfold: keys => {
      unfolded.clear()
      for (const key of keys) unfolded.add(key)
    },
  }
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
  const extra = state !== 'error' && state !== 'conflict' && errors > 0 ? [' ', badge('error', count(errors, 'error'))] : []
  return [stateBadge(state), ...extra, ...(warnings > 0 ? [' ', badge('warning', count(warnings, 'warning'))] : [])]
}

function proxyCell({ version, native }: Workload): (Node | string)[] {
  return version === '' ? ['–'] : [version, ...(native ? [' ', element('span', { class: 'tag' }, 'native')] : [])]
}

function writersOf({ injectors, policies }: Workload): string {
  return [...injectors, ...policies.map(policy => `policy ${policy}`)].join(', ')
}

function driftCell({ drift }: Workload): (Node | string)[] {
  if (drift === undefined || drift.pods === 0) return ['none']
  if (drift.groups.length === 0) return [badge('good', `${drift.pods} as rendered`)]
  return [badge('warning', `${drift.pods - drift.same} of ${drift.pods} differ`)]
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

interface RowOptions {
  readonly columns: readonly Column[]
  /** Keys of workloads. */
  readonly unfolded: Set<string>
  readonly onChange: () => void
}

/** A row, and the row with its details if they are unfolded. */
function rowOf(workload: Workload, options: RowOptions): HTMLTableRowElement[] {
  const { columns, unfolded } = options
  const button = element('button', { type: 'button', class: 'unfold', 'aria-label': `Details of ${workload.kind} ${workload.name}` })
  const cells = columns.map(column =>
    column.id === 'name'
      ? element('th', { scope: 'row', class: 'name' }, element('div', { class: 'with-fold' }, button, ...column.cell(workload)))
      : element('td', { class: column.id }, ...column.cell(workload)),
  )
  const row = element('tr', {}, ...cells)
  const details = unfolds(row, { button, workload, ...options })
  return unfolded.has(keyOf(workload)) ? [row, details()] : [row]
}

/** Makes the button show and hide a row's details in a row below it. */
function unfolds(
  row: HTMLTableRowElement,
  { button, workload, columns, unfolded, onChange }: RowOptions & { readonly button: HTMLButtonElement; readonly workload: Workload },
): () => HTMLTableRowElement {
  const key = keyOf(workload)
  let shown: HTMLTableRowElement | undefined
  const make = () => {
    shown = element('tr', { class: 'details' }, element('td', { colspan: String(columns.length) }, detailsOf(workload)))
    return shown
  }
  button.setAttribute('aria-expanded', String(unfolded.has(key)))
  button.addEventListener('click', () => {
    const isOpen = shown !== undefined
    shown?.remove()
    if (isOpen) unfolded.delete(key)
    else unfolded.add(key)
    shown = undefined
    if (!isOpen) row.after(make())
    button.setAttribute('aria-expanded', String(!isOpen))
    onChange()
  })
  return make
}
