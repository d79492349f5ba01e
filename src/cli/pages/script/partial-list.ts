// Shows a long list a part at a time, so that thousands of items stay smooth.

import { element } from './dom.ts'

/** Number of items at first, and of those that are added when the end comes into view. */
const PART = 60

export interface PartialList<Item> {
  /** The button that shows the next part, for the place behind the list. */
  readonly more: HTMLElement
  /** Shows the first part of other items. */
  readonly show: (items: readonly Item[]) => void
  /** The items that have been shown so far. */
  readonly shown: () => readonly Item[]
  /** Shows the items up to an index. */
  readonly showTo: (index: number) => void
}

/**
 * Creates a list, which is empty at first. All items are shown before the page is printed.
 * @param append adds the elements of items to the page
 */
export function partialList<Item>(append: (items: readonly Item[]) => void): PartialList<Item> {
  const more = element('button', { type: 'button', hidden: true }, 'Show more')
  let all: readonly Item[] = []
  let count = 0
  const add = (number: number): void => {
    const next = all.slice(count, count + number)
    append(next)
    count += next.length
    more.hidden = count >= all.length
  }
  more.addEventListener('click', () => add(PART))
  new IntersectionObserver(entries => entries.some(({ isIntersecting }) => isIntersecting) && add(PART), { rootMargin: '600px' }).observe(more)
  addEventListener('beforeprint', () => add(all.length))
  return {
    more,
    show: items => {
      all = items
      count = 0
      add(PART)
    },
    shown: () => all.slice(0, count),
    showTo: index => {
      if (index >= count) add(index + 1 - count)
    },
  }
}
