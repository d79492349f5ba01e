// The script of the upgrade page: shows the rest of long lists, and the changes of one workload, whose name is in the address.

import type { UpgradeData } from '../upgrade-data.ts'
import { pageAddress } from './address.ts'
import { element, pageData } from './dom.ts'
import { afterTyping, matcher } from './filter.ts'

const data = pageData<UpgradeData>()
const texts = data.workloads.map(([name, file]) => `${name} ${file}`.toLowerCase())
const lists = [...document.querySelectorAll<HTMLElement>('[data-list]')].map(place => ({ place, workloads: data.lists[Number(place.dataset.list)] ?? [] }))

/** Shows a whole list, and removes its button. */
function showAll(place: HTMLElement, workloads: readonly number[]): void {
  const list = place.querySelector('ul')
  const missing = workloads.slice(list?.children.length ?? 0)
  list?.append(...missing.map(id => element('li', {}, data.workloads[id]?.[0], ' ', element('code', { class: 'soft' }, data.workloads[id]?.[1]))))
  place.querySelector('button.more')?.remove()
}

for (const { place, workloads } of lists) place.querySelector('button.more')?.addEventListener('click', () => showAll(place, workloads))
addEventListener('beforeprint', () => {
  for (const { place, workloads } of lists) showAll(place, workloads)
})

const groups = [...document.querySelectorAll<HTMLElement>('[data-group]')].map(group => ({
  group,
  workloads: lists.filter(({ place }) => group.contains(place)).flatMap(({ workloads }) => workloads),
}))
const filter = document.getElementById('filter')
const status = document.getElementById('status')

function show(field: HTMLInputElement): void {
  const matches = matcher(field.value)
  const isAsked = field.value.trim() !== ''
  let shown = 0
  for (const { group, workloads } of groups) {
    const isFound = workloads.some(id => matches(texts[id] ?? ''))
    group.hidden = !isFound
    if (isFound) shown++
    // Search results are unfolded if there are few.
    if (isFound && isAsked && shown === 1) group.querySelector('details')?.setAttribute('open', '')
  }
  if (status !== null) status.textContent = isAsked ? `${shown.toLocaleString('en')} of ${groups.length.toLocaleString('en')} changes shown` : ''
}

if (filter instanceof HTMLInputElement) {
  const address = pageAddress(['q'], follow)
  function follow(): void {
    if (!(filter instanceof HTMLInputElement)) return
    filter.value = address.read().get('q')?.at(-1) ?? ''
    update(filter)
  }
  function update(field: HTMLInputElement): void {
    show(field)
    address.write(new Map([['q', field.value.trim() === '' ? [] : [field.value]]]), { isStep: false })
  }
  afterTyping(filter, () => update(filter))
  follow()
}
