// The script of the fleet page: filters, sorts and shows workloads, a part at a time so that thousands stay smooth. The view is in the address.

import { pageAddress } from './address.ts'
import { byId } from './dom.ts'
import { afterTyping } from './filter.ts'
import { type Filters, filtered, isFiltering } from './fleet-filters.ts'
import { overviewOf } from './fleet-overview.ts'
import { fleetTable } from './fleet-table.ts'
import { readWorkloads } from './fleet-workloads.ts'

const workloads = readWorkloads()
const status = byId('status', HTMLElement)
const text = byId('filter', HTMLInputElement)
const boxes = [...document.querySelectorAll<HTMLInputElement>('input[name="state"]')]
const choices = (['source', 'namespace', 'version', 'drift'] as const).flatMap(name => {
  const field = document.getElementById(name)
  return field instanceof HTMLSelectElement ? [{ name, field }] : []
})
const clear = byId('clear', HTMLButtonElement)
const table = fleetTable(byId('workloads', HTMLElement), workloads, () => remember({ isStep: true }))
const address = pageAddress(['q', 'state', 'source', 'namespace', 'version', 'drift', 'sort', 'open'], follow)

function filters(): Filters {
  const chosen = Object.fromEntries(choices.map(({ name, field }) => [name, field.value]))
  return { text: text.value, states: new Set(boxes.filter(({ checked }) => checked).map(({ value }) => value)), ...chosen }
}

function show(): void {
  const asked = filters()
  const found = filtered(workloads, asked)
  table.show(found)
  const all = workloads.length.toLocaleString('en')
  status.textContent = found.length === workloads.length ? `${all} shown` : `${found.length.toLocaleString('en')} of ${all} shown`
  clear.disabled = !isFiltering(asked)
}

/** Writes the view into the address. */
function remember(how: { readonly isStep: boolean }): void {
  const one = (value: string) => (value === '' ? [] : [value])
  address.write(
    new Map([
      ['q', one(text.value.trim() === '' ? '' : text.value)],
      ['state', boxes.filter(({ checked }) => checked).map(({ value }) => value)],
      ...choices.map(({ name, field }) => [name, one(field.value)] as const),
      ['sort', one(table.sorting())],
      ['open', table.unfolded()],
    ]),
    how,
  )
}

/** Shows the view of the address, without parts that the page does not have. */
function follow(): void {
  const asked = address.read()
  const one = (name: string) => asked.get(name)?.at(-1) ?? ''
  text.value = one('q')
  const states = new Set(asked.get('state'))
  for (const box of boxes) box.checked = states.has(box.value)
  for (const { name, field } of choices) {
    field.value = one(name)
    if (field.selectedIndex < 0) field.selectedIndex = 0
  }
  table.sortBy(one('sort'))
  table.unfold(asked.get('open') ?? [])
  show()
  remember({ isStep: false })
}

function step(): void {
  show()
  remember({ isStep: true })
}

afterTyping(text, () => {
  show()
  remember({ isStep: false })
})
for (const field of [...boxes, ...choices.map(choice => choice.field)]) field.addEventListener('change', step)
clear.addEventListener('click', () => {
  text.value = ''
  for (const box of boxes) box.checked = false
  for (const { field } of choices) field.value = ''
  step()
  text.focus()
})
follow()

/** A click on a namespace or its number sets a filter. */
byId('overview', HTMLElement).append(
  overviewOf(workloads, ({ namespace, source, state }) => {
    for (const { name, field } of choices) {
      if (name === 'namespace') field.value = namespace
      if (name === 'source') field.value = source
    }
    for (const box of boxes) box.checked = box.value === state
    step()
    byId('workloads', HTMLElement).scrollIntoView()
  }),
)
