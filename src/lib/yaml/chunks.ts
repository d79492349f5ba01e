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
  /** Mostly another one for another text or column. */
  readonly sample: number
}

export function partOf(place: Omit<Part, 'sample'>): Part {
  return { ...place, sample: sampleOf(place) }
}

interface Known extends Chunk {
  readonly text: string
  readonly column: number
}

/**
 * Remembers the values of parts of texts that were seen before. Such a part means the same wherever its first character stands in the same column. The values
 * are shared and must not be changed.
 */
export class Chunks {
  // By a few of their characters: to hash all of them takes longer than to compare them with the one part that they may be.
  private readonly bySample = new Map<number, Known[]>()
  private readonly seen = new Set<number>()
  // What is rendered in one column is written in another one: the same object in both is known to be equal at a glance.
  private readonly values = new Map<string, Json>()
  private size = 0

  get({ text, start, end, column, sample }: Part): Chunk | undefined {
    const alike = this.bySample.get(sample)
    if (alike === undefined) return undefined
    // Of a slice, which is not copied, all is compared at once.
    const part = text.slice(start, end)
    return alike.find(known => known.column === column && known.text === part)
  }

  /** Whether a part should be remembered: most come once only, with the name of a workload in them. */
  isWanted({ sample }: Part): boolean {
    if (this.size >= MAX_CHUNKS) return false
    if (this.seen.has(sample)) return (this.bySample.get(sample)?.length ?? 0) < MAX_ALIKE
    if (this.seen.size >= MAX_SEEN) this.seen.clear()
    this.seen.add(sample)
    return false
  }

  /** Answers with the value to be used, which is equal to the chunk's own. */
  set({ text, start, end, column, sample }: Part, chunk: Chunk): Json {
    const part = ownCopy(text.slice(start, end))
    const known = { value: this.theSame(chunk.value, part), habits: chunk.habits, text: part, column }
    const alike = this.bySample.get(sample)
    if (alike === undefined) this.bySample.set(sample, [known])
    else alike.push(known)
    this.size++
    return known.value
  }

  private theSame(value: Json, text: string): Json {
    // JSON does not tell -0 from 0.
    const key = text.includes('-0') ? undefined : JSON.stringify(value)
    const known = key === undefined ? undefined : this.values.get(key)
    if (known !== undefined) return known
    share(value)
    if (key !== undefined) this.values.set(key, value)
    return value
  }
}

/** A number made from the length of a part, its column and six of its characters. */
function sampleOf({ text, start, end, column }: Omit<Part, 'sample'>): number {
  const length = end - start
  let hash = Math.imul(length, 31) + column
  for (let i = 1; i <= 6; i++) hash = Math.imul(hash, 31) + text.charCodeAt(start + ((length * i) >> 3))
  return hash | 0
}

/** Longer parts are hardly ever the same in two workloads. */
export const MAX_CHUNK_LENGTH = 1024
const MAX_CHUNKS = 4096
const MAX_ALIKE = 8
const MAX_SEEN = 16_384

/** A slice of a text keeps the whole text in memory. */
export function ownCopy(text: string): string {
  return JSON.parse(JSON.stringify(text))
}
