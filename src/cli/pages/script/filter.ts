// Filters by words: a text passes when every word is in it.

/**
 * A test of texts in small letters.
 * @example matcher('Shop web')('deployment shop/web') // true
 */
export function matcher(query: string): (text: string) => boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  return text => words.every(word => text.includes(word))
}

/** Calls `then` once typing has stopped for a moment. */
export function afterTyping(field: HTMLInputElement, then: () => void): void {
  let waiting = 0
  field.addEventListener('input', () => {
    clearTimeout(waiting)
    waiting = setTimeout(then, 60)
  })
}
