// Values of parts of texts that come again and again: what injection puts into one workload, it puts into the next one too.

import { type Json, share } from '../model/index.ts'
import type { HabitsSeen } from './habits.ts'

export interface Chunk {
  readonly value: Json
  readonly habits: HabitsSeen
}

/**
 * Remembers the value of a part of a text: a node below a key or behind a dash with everything in it, from its first character to the start of the line
 * behind it. Such a part means the same wherever its first character stands in the same column. The values are shared and must not be changed.
 */
export class Chunks {
  private readonly byColumn = new Map<number, Map<string, Chunk>>()

  get(text: string, column: number): Chunk | undefined {
    return this.byColumn.get(column)?.get(text)
  }

  /** Whether nothing more is remembered in this column. Those that come first stay: they come from configuration that all share. */
  isFull(column: number): boolean {
    return (this.byColumn.get(column)?.size ?? 0) >= MAX_CHUNKS
  }

  set(text: string, column: number, chunk: Chunk): void {
    let chunks = this.byColumn.get(column)
    if (chunks === undefined) {
      chunks = new Map()
      this.byColumn.set(column, chunks)
    }
    if (chunks.size >= MAX_CHUNKS) return
    share(chunk.value)
    chunks.set(ownCopy(text), chunk)
  }
}

/** Longer parts are hardly ever the same in two workloads. */
export const MAX_CHUNK_LENGTH = 1024
const MAX_CHUNKS = 1024

/** A slice of a text keeps the whole text in memory. */
export function ownCopy(text: string): string {
  return JSON.parse(JSON.stringify(text))
}
