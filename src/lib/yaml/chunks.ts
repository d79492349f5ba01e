// Values of parts of texts that come again and again: what injection puts into one workload, it puts into the next one too.

import { type Json, share } from '../model/index.ts'
import type { HabitsSeen } from './habits.ts'

export interface Chunk {
  readonly value: Json
  readonly habits: HabitsSeen
}

/** A node below a key or behind a dash with everything in it, from its first character to the start of the line behind it. */
export interface Part {
  readonly text: string
  readonly start: number
  readonly end: number
  /** Of its first character. */
  readonly column: number
}

interface Known extends Chunk {
  readonly text: string
  readonly column: number
}

/**
 * Remembers the value of a part of a text. Such a part means the same wherever its first character stands in the same column. The values are shared and
 * must not be changed.
 */
export class Chunks {
  // By a few of their characters: to hash all of them takes longer than to compare them with the one part that they may be.
  private readonly bySample = new Map<number, Known[]>()
  private size = 0

  get({ text, start, end, column }: Part): Chunk | undefined {
    const alike = this.bySample.get(sample(text, start, end))
    if (alike === undefined) return undefined
    // Of a slice, which is not copied, all is compared at once.
    const part = text.slice(start, end)
    return alike.find(known => known.column === column && known.text === part)
  }

  /** Whether nothing more is remembered. Those that come first stay: they come from configuration that all share. */
  get isFull(): boolean {
    return this.size >= MAX_CHUNKS
  }

  set({ text, start, end, column }: Part, chunk: Chunk): void {
    if (this.isFull) return
    const key = sample(text, start, end)
    const alike = this.bySample.get(key)
    if (alike !== undefined && alike.length >= MAX_ALIKE) return
    share(chunk.value)
    const known = { ...chunk, text: ownCopy(text.slice(start, end)), column }
    if (alike === undefined) this.bySample.set(key, [known])
    else alike.push(known)
    this.size++
  }
}

/** A number for a part of a text, made from its length and six of its characters. */
function sample(text: string, start: number, end: number): number {
  const length = end - start
  let hash = length
  for (let i = 1; i <= 6; i++) hash = Math.imul(hash, 31) + text.charCodeAt(start + ((length * i) >> 3))
  return hash | 0
}

/** Longer parts are hardly ever the same in two workloads. */
export const MAX_CHUNK_LENGTH = 1024
const MAX_CHUNKS = 4096
const MAX_ALIKE = 8

/** A slice of a text keeps the whole text in memory. */
export function ownCopy(text: string): string {
  return JSON.parse(JSON.stringify(text))
}
