// Counts calls of functions that may have changed what they were given: what was remembered before no longer holds.

let count = 0

/** Called before any function that does not say it is pure. */
export function noteChange(): void {
  count++
}

/** The same number twice: nothing that a template was given has changed in between. */
export function changesSoFar(): number {
  return count
}
