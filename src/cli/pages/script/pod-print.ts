// Opens all cards for printing, and restores the page afterwards.

import type { PodList } from './pod-list.ts'

/** Maximum number of workloads that are opened for printing: the lines of more would be thousands of sheets. */
const MOST_OPEN = 200

export function printsUnfolded(list: PodList): void {
  let opened: HTMLDetailsElement[] | undefined
  const prepare = () => {
    if (opened !== undefined) return
    const cards = list.shown()
    const toOpen: HTMLDetailsElement[] = []
    for (const { details, fill } of cards.length > MOST_OPEN ? [] : cards) {
      fill().unfold(true)
      toOpen.push(details)
    }
    const inner = [...document.querySelectorAll<HTMLDetailsElement>(cards.length > MOST_OPEN ? 'details.notes' : 'details.notes, .card details')]
    opened = [...toOpen, ...inner].filter(({ open }) => !open)
    for (const details of opened) details.open = true
  }
  const restore = () => {
    for (const { details, lines } of list.shown()) lines()?.unfold(details.querySelector('.toggle')?.getAttribute('aria-pressed') === 'true')
    for (const details of opened ?? []) details.open = false
    opened = undefined
  }
  addEventListener('beforeprint', prepare)
  addEventListener('afterprint', restore)
  matchMedia('print').addEventListener('change', ({ matches }) => (matches ? prepare() : restore()))
}
