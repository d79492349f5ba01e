// Appends long lists to lists.

/** Adds the items at the end. `list.push(...items)` breaks at a hundred thousand items. */
export function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item)
}
