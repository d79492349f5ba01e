// Filters texts by words: a text matches if it contains every word.

/**
 * A test of texts in lower case.
 * @example matcher('Shop web')('deployment shop/web') // true
 */
export function matcher(query: string): (text: string) => boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  return text => words.every(word => text.includes(word))
}

/** Calls `then` when typing has paused. */
export function afterTyping(field: HTMLInputElement, then: () => void): void {
  let waiting = 0
  field.addEventListener('input', () => {
    clearTimeout(waiting)
    waiting = setTimeout(then, 60)
  })
}
