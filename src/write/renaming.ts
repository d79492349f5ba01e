// Scalars that became others, each to one of its own: then all values that were equal are, and no others.

import { isObject, type Json } from '../lib/model/index.ts'

/** Scalars of a value, as texts, for names are compared as such; each with how often it occurs. */
export type Leaves = ReadonlyMap<string, number>

/** New names by the old ones. */
export type Names = ReadonlyMap<string, string>

export function leavesOf(value: Json): Leaves {
  const leaves = new Map<string, number>()
  count(value, leaves)
  return leaves
}

function count(value: Json, leaves: Map<string, number>): void {
  if (typeof value === 'object' && value !== null) for (const child of Object.values(value)) count(child, leaves)
  else leaves.set(String(value), (leaves.get(String(value)) ?? 0) + 1)
}

/** Between several values and others of the same form. */
export class Renaming<Side extends string> {
  private readonly leaves: Readonly<Record<Side, Leaves>>
  private readonly renamed = new Map<string, string>()
  private readonly taken = new Set<string>()
  /** By side: how often each scalar was renamed. */
  private readonly counts = new Map<Side, Map<string, number>>()
  private isSound = true

  /** @param leaves of the old values */
  constructor(leaves: Readonly<Record<Side, Leaves>>) {
    this.leaves = leaves
  }

  get names(): Names {
    return this.renamed
  }

  /** One scalar of a value that became another one. */
  add(side: Side, from: string | number, to: string | number): void {
    const [old, name] = [String(from), String(to)]
    const known = this.renamed.get(old)
    if (known === undefined) {
      if (this.taken.has(name)) this.isSound = false
      this.renamed.set(old, name)
      this.taken.add(name)
    } else if (known !== name) this.isSound = false
    let counts = this.counts.get(side)
    if (counts === undefined) {
      counts = new Map()
      this.counts.set(side, counts)
    }
    counts.set(old, (counts.get(old) ?? 0) + 1)
  }

  /** All that differ between two values. False where anything but texts and numbers does, or the order of keys. */
  addAll(side: Side, was: Json, is: Json): boolean {
    if (was === is) return true
    if (Array.isArray(was)) return Array.isArray(is) && is.length === was.length && was.every((item, i) => this.addAll(side, item, is[i] ?? null))
    if (isObject(was)) {
      if (!isObject(is)) return false
      const [keys, others] = [Object.keys(was), Object.keys(is)]
      return keys.length === others.length && keys.every((key, i) => key === others[i] && this.addAll(side, was[key] ?? null, is[key] ?? null))
    }
    if (typeof was === 'string' && typeof is === 'string') this.add(side, was, is)
    else if (typeof was === 'number' && typeof is === 'number') this.add(side, was, is)
    else return false
    return true
  }

  /** Whether each scalar became another one wherever it occurs, which is none that was there, and no two became the same. */
  isOneToOne(): boolean {
    if (!this.isSound) return false
    const sides = Object.entries(this.leaves) as [Side, Leaves][]
    for (const [old, name] of this.renamed) {
      for (const [side, leaves] of sides) {
        if (leaves.has(name) || (this.counts.get(side)?.get(old) ?? 0) !== (leaves.get(old) ?? 0)) return false
      }
    }
    return true
  }
}
