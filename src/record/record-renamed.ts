// The record of an injection that is like another one, with other names.

import { isObject, type Json } from '../lib/model/index.ts'
import { type InjectionRecord, printRecord, sealed } from './record.ts'
import { type UnitPlace, visitInjected } from './units.ts'

interface Unit {
  readonly place: UnitPlace
  readonly value: Json
}

/** What the record's text becomes with other names; undefined where that would take more than other digests. */
export type RenamedRecord = (names: ReadonlyMap<string, string>) => string | undefined

/**
 * Prepares for injections that are like one of `record` with scalars renamed, in the old values and in the new ones, each to one of its own; undefined where
 * units of the record are not told apart.
 * @param injected what the record is of
 */
export function recordRenamed(record: InjectionRecord, injected: Json): RenamedRecord | undefined {
  const { undo, digests } = record
  const units: Unit[] = []
  visitInjected(undo, injected, (place, value) => units.push({ place, value }))
  if (digests.isAmbiguous || digests.size !== units.length) return undefined
  const [before, behind] = around(printRecord(record), digests.toString())
  // What the undo says, and where units are, has to stay.
  const fixed = new Set<string>()
  wordsOf(undo as Json, fixed)
  for (const { place } of units) wordsOf(place.path as Json, fixed)
  const unitsWith = new Map<string, number[]>()
  units.forEach(({ value }, i) => {
    const words = new Set<string>()
    wordsOf(value, words)
    for (const word of words) {
      const known = unitsWith.get(word)
      if (known === undefined) unitsWith.set(word, [i])
      else known.push(i)
    }
  })
  return names => {
    const changed = new Map<number, Json>()
    for (const old of names.keys()) {
      if (fixed.has(old)) return undefined
      for (const i of unitsWith.get(old) ?? []) if (!changed.has(i)) changed.set(i, renamed(units[i]?.value ?? null, names))
    }
    return sealed(`${before}${digests.withValues(changed)}${behind}`)
  }
}

/** What stands before and behind the digests in a record's text, without its checksum. */
function around(text: string, digests: string): [before: string, behind: string] {
  const start = text.indexOf(`"ours":"${digests}"}`) + '"ours":"'.length
  return [text.slice(0, start), '"}']
}

/** Scalars and keys, as texts. */
function wordsOf(value: Json, words: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) wordsOf(item, words)
  else if (isObject(value)) {
    for (const [key, child] of Object.entries(value)) {
      words.add(key)
      wordsOf(child, words)
    }
  } else words.add(String(value))
}

function renamed(value: Json, names: ReadonlyMap<string, string>): Json {
  if (Array.isArray(value)) return value.map(item => renamed(item, names))
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, renamed(child, names)]))
  const name = names.get(String(value))
  return name === undefined ? value : typeof value === 'number' ? Number(name) : name
}
