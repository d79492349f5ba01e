// The script of the fleet page: filters, sorts and shows the workloads, so many at a time that thousands stay smooth.

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
const table = fleetTable(byId('workloads', HTMLElement), workloads)

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

afterTyping(text, show)
for (const field of [...boxes, ...choices.map(choice => choice.field)]) field.addEventListener('change', show)
clear.addEventListener('click', () => {
  text.value = ''
  for (const box of boxes) box.checked = false
  for (const { field } of choices) field.value = ''
  show()
  text.focus()
})
show()

/** A click on a namespace or a number of it is a filter like any other. */
byId('overview', HTMLElement).append(
  overviewOf(workloads, ({ namespace, source, state }) => {
    for (const { name, field } of choices) {
      if (name === 'namespace') field.value = namespace
      if (name === 'source') field.value = source
    }
    for (const box of boxes) box.checked = box.value === state
    show()
    byId('workloads', HTMLElement).scrollIntoView()
  }),
)
