// Keeps the state of a page in the fragment of its address (behind '#'): filters, order and open parts, so that a link opens the same view and the back button
// works.

/** Maximum length of a value: addresses are untrusted. */
const LONGEST = 500
const MOST = 50

/** The state of a page: values by name. */
export type View = ReadonlyMap<string, readonly string[]>

export interface Address {
  readonly read: () => View
  /** Writes a view into the address, as a new history entry or replacing the present one. */
  readonly write: (view: View, how: { readonly isStep: boolean }) => void
}

/**
 * The page's address.
 * @param names of the values that the page knows; others are not read
 * @param onChange called when the reader goes back, forward, or to another address of the page
 */
export function pageAddress(names: readonly string[], onChange: () => void): Address {
  let current = location.hash
  const changed = () => {
    if (location.hash === current) return
    current = location.hash
    onChange()
  }
  addEventListener('popstate', changed)
  addEventListener('hashchange', changed)
  return {
    read: () => {
      const values = new URLSearchParams(location.hash.slice(1))
      return new Map(
        names.map(name => [
          name,
          values
            .getAll(name)
            .slice(0, MOST)
            .map(value => value.slice(0, LONGEST)),
        ]),
      )
    },
    write: (view, { isStep }) => {
      const values = new URLSearchParams()
      for (const name of names) for (const value of (view.get(name) ?? []).slice(0, MOST)) values.append(name, value)
      const text = values.size === 0 ? '' : `#${values}`
      // A page in a frame without an address of its own has no history.
      if (text === current || location.protocol === 'about:') return
      current = text
      const target = text === '' ? location.href.replace(/#.*$/s, '') : text
      if (isStep) history.pushState(undefined, '', target)
      else history.replaceState(undefined, '', target)
    },
  }
}
