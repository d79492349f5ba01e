// Values that come again in one workload after the other, as one object each: what is worked out for one of them need not be worked out again.

import type { Json } from './json.ts'

const shared = new WeakSet<object>()

/** Marks a value, and everything in it, as shared. It must never be changed. */
export function share(value: Json): void {
  if (typeof value !== 'object' || value === null || shared.has(value)) return
  shared.add(value)
  for (const child of Object.values(value)) share(child)
}

export function isShared(value: Json): boolean {
  return typeof value === 'object' && value !== null && shared.has(value)
}

/** What a pure function gives for shared values. For others it is asked each time: to remember them would cost more. */
export class SharedMemo<Result> {
  private readonly known = new WeakMap<object, Result>()

  of(value: Json, make: () => Result): Result {
    if (typeof value !== 'object' || value === null || !shared.has(value)) return make()
    let result = this.known.get(value)
    if (result === undefined) {
      result = make()
      this.known.set(value, result)
    }
    return result
  }
}
