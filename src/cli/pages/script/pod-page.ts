// The script of the pod page: filters, order and cards, and their state in the page's address.

import type { PodData } from '../pod-data.ts'
import { pageAddress, type View } from './address.ts'
import { byId, pageData } from './dom.ts'
import { afterTyping } from './filter.ts'
import { cardOf } from './pod-card.ts'
import { allFindings } from './pod-findings.ts'
import { filteredPods, podList } from './pod-list.ts'
import { modelOf, type Pod } from './pod-model.ts'
import { printsUnfolded } from './pod-print.ts'

/** Maximum number of workloads that are opened at once. */
const OPENED_AT_ONCE = 100

const model = modelOf(pageData<PodData>())
const field = byId('filter', HTMLInputElement)
const order = byId('order', HTMLSelectElement)
const all = byId('all', HTMLButtonElement)
const clear = byId('clear', HTMLButtonElement)
const tiles = [...byId('states', HTMLElement).querySelectorAll('button')]
const byKey = new Map(model.pods.map(pod => [pod.key, pod]))
/** The pod with the most recently selected line. */
let lined: Pod | undefined
/** Whether the page is applying its address: changes are then no history entries. */
let follows = false

const list = podList(byId('pods', HTMLElement), pod =>
  cardOf(pod, {
    source: model.source,
    onToggle: () => remember({ isStep: true }),
    onChoose: () => {
      lined = pod
      remember({ isStep: true })
    },
  }),
)
const findings = allFindings(byId('findings', HTMLElement), model, (pod, line) => {
  const values = new URLSearchParams([['open', pod.key]])
  if (line >= 0) values.set('at', String(line))
  return `#${values}`
})
const address = pageAddress(['q', 'state', 'order', 'open', 'line', 'at'], follow)

function states(): Set<string> {
  return new Set(tiles.filter(tile => tile.getAttribute('aria-pressed') === 'true').map(({ value }) => value))
}

function show(): void {
  const asked = { text: field.value, states: states(), order: order.value }
  const isFiltered = asked.text.trim() !== '' || asked.states.size > 0
  const pods = filteredPods(model.pods, asked)
  list.show(pods)
  findings.show(isFiltered ? new Set(pods) : undefined)
  const total = model.pods.length.toLocaleString('en')
  byId('shown', HTMLElement).textContent = isFiltered ? `${pods.length.toLocaleString('en')} of ${total}` : total
  clear.disabled = !isFiltered
  nameAll()
}

function nameAll(): void {
  const shown = list.shown().slice(0, OPENED_AT_ONCE)
  all.textContent = shown.length > 0 && shown.every(({ details }) => details.open) ? 'Close all' : 'Open all'
}

let writing = 0
let isStepWaiting = false

/** Writes the view into the address, once for simultaneous changes. */
function remember({ isStep }: { readonly isStep: boolean }): void {
  isStepWaiting ||= isStep && !follows
  nameAll()
  clearTimeout(writing)
  writing = setTimeout(() => {
    address.write(view(), { isStep: isStepWaiting })
    isStepWaiting = false
  })
}

/** The view for the address; the card of the selected line is the last one in it. */
function view(): View {
  const open = list.shown().filter(({ details }) => details.open)
  const chosen = open.find(({ pod }) => pod === lined)
  const path = chosen?.lines()?.chosenPath() ?? ''
  const keys = [...open.filter(card => path === '' || card !== chosen), ...(chosen === undefined || path === '' ? [] : [chosen])].map(({ pod }) => pod.key)
  return new Map([
    ['q', field.value.trim() === '' ? [] : [field.value]],
    ['state', [...states()]],
    ['order', order.value === '' ? [] : [order.value]],
    ['open', keys],
    ['line', path === '' ? [] : [path]],
  ])
}

/** Shows the view of the address, without parts that the page does not have. */
function follow(): void {
  follows = true
  const asked = address.read()
  const one = (name: string) => asked.get(name)?.at(-1) ?? ''
  field.value = one('q')
  const wanted = new Set(asked.get('state'))
  for (const tile of tiles) tile.setAttribute('aria-pressed', String(wanted.has(tile.value)))
  order.value = one('order')
  if (order.selectedIndex < 0) order.selectedIndex = 0
  show()
  const pods = (asked.get('open') ?? []).flatMap(key => byKey.get(key) ?? [])
  const cards = pods.flatMap(pod => list.cardOf(pod) ?? [])
  for (const { details } of list.shown()) details.open = cards.some(card => card.details === details)
  for (const { lines } of list.shown()) lines()?.leave()
  const last = cards.at(-1)
  if (last !== undefined) {
    const lines = last.fill()
    const line = one('at') === '' ? lines.lineAt(one('line')) : Number(one('at'))
    if (Number.isInteger(line) && line >= 0) lines.show(line)
    else last.details.scrollIntoView({ block: 'nearest' })
  }
  // The cards tell of their change a little later.
  setTimeout(() => {
    remember({ isStep: false })
    follows = false
  }, 50)
}

afterTyping(field, () => {
  show()
  remember({ isStep: false })
})
order.addEventListener('change', () => {
  show()
  remember({ isStep: true })
})
for (const tile of tiles)
  tile.addEventListener('click', () => {
    tile.setAttribute('aria-pressed', String(tile.getAttribute('aria-pressed') !== 'true'))
    show()
    remember({ isStep: true })
  })
clear.addEventListener('click', () => {
  field.value = ''
  for (const tile of tiles) tile.setAttribute('aria-pressed', 'false')
  show()
  remember({ isStep: true })
  field.focus()
})
all.addEventListener('click', () => {
  const shown = list.shown().slice(0, OPENED_AT_ONCE)
  const opens = shown.some(({ details }) => !details.open)
  for (const { details } of shown) details.open = opens
})
printsUnfolded(list)
follow()
const [first, second] = model.pods
if (first !== undefined && second === undefined) {
  const card = list.cardOf(first)
  if (card !== undefined) card.details.open = true
}
