// Values of parts of texts that come again and again: what injection puts into one workload, it puts into the next one too.

import { type Json, share } from '../model/index.ts'

/**
 * Remembers the value of a part of a text: a node below a key or behind a dash with everything in it, from its first character to the start of the line
 * behind it. Such a part means the same wherever its first character stands in the same column. The values are shared and must not be changed.
 */
export class Chunks {
  private readonly byColumn = new Map<number, Map<string, Json>>()

  get(text: string, column: number): Json | undefined {
    return this.byColumn.get(column)?.get(text)
  }

  set(text: string, column: number, value: Json): void {
    let chunks = this.byColumn.get(column)
    if (chunks === undefined) {
      chunks = new Map()
      this.byColumn.set(column, chunks)
    }
    // Those that come first stay: they come from configuration that all share, and to replace them all the time keeps the garbage collector busy.
    if (chunks.size >= MAX_CHUNKS) return
    share(value)
    chunks.set(ownCopy(text), value)
  }
}

/** Longer parts are hardly ever the same in two workloads. */
export const MAX_CHUNK_LENGTH = 1024
const MAX_CHUNKS = 1024

/** A slice of a text keeps the whole text in memory. */
export function ownCopy(text: string): string {
  return JSON.parse(JSON.stringify(text))
}
