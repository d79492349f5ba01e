// Aligns the elements of a list before and after a change: which stay, move, are removed and are added. Elements match by deep equality first, then by the
// field that names an element in Kubernetes.

import { namingField } from '../lib/k8s/element-names.ts'
import type { Json } from '../lib/model/index.ts'
import { equal, isObject } from '../lib/model/index.ts'

export interface Alignment {
  /** For each wanted element the index of the present element that stays in its place and becomes it; undefined for one to insert. */
  readonly kept: readonly (number | undefined)[]
  /** For a wanted element to insert the index of the present one that it is moved from. */
  readonly movedFrom: ReadonlyMap<number, number>
}

/** Aligns the elements; those that stay do so in order. Wanted elements that are `fresh` are inserted in any case. Near linear. */
export function align(have: readonly Json[], want: readonly Json[], fresh: ReadonlySet<number> = NONE): Alignment {
  const kept: (number | undefined)[] = new Array(want.length).fill(undefined)
  let start = 0
  while (start < have.length && start < want.length && !fresh.has(start) && equal(have[start], want[start])) kept[start] = start++
  let haveEnd = have.length
  let wantEnd = want.length
  while (haveEnd > start && wantEnd > start && !fresh.has(wantEnd - 1) && equal(have[haveEnd - 1], want[wantEnd - 1])) kept[--wantEnd] = --haveEnd

  const partners = matchByIdentity(have.slice(start, haveEnd), want.slice(start, wantEnd), i => fresh.has(start + i))
  const staying = longestRise(partners)
  const movedFrom = new Map<number, number>()
  partners.forEach((partner, i) => {
    if (partner === undefined) return
    if (staying.has(i)) kept[start + i] = start + partner
    else movedFrom.set(start + i, start + partner)
  })
  pairNameless({ have, want, movedFrom, fresh }, kept)
  return { kept, movedFrom }
}

const NONE: ReadonlySet<number> = new Set()

/** Name of a list element; undefined if it has none. */
export function identity(value: Json): string | undefined {
  if (!isObject(value)) return Array.isArray(value) ? undefined : `=${JSON.stringify(value)}`
  if (typeof value.kind === 'string' && isObject(value.metadata)) return `kind:${JSON.stringify([value.kind, value.metadata.namespace, value.metadata.name])}`
  const field = namingField(value)
  const name = field === undefined ? null : (value[field] ?? null)
  if (typeof name === 'object') return undefined
  return `${field}:${typeof name === 'string' ? '=' : ''}${name}${field === 'containerPort' ? `/${JSON.stringify(value.protocol ?? 'TCP')}` : ''}`
}

// Among elements of one name only so many are looked at for an equal one.
const MAX_LOOK = 32

function matchByIdentity(have: readonly Json[], want: readonly Json[], isFresh: (index: number) => boolean): (number | undefined)[] {
  const free = new Map<string, number[]>()
  have.forEach((value, i) => {
    const id = identity(value) ?? ''
    const list = free.get(id)
    if (list === undefined) free.set(id, [i])
    else list.push(i)
  })
  return want.map((value, place) => {
    if (isFresh(place)) return undefined
    const id = identity(value)
    const candidates = free.get(id ?? '')
    if (candidates === undefined || candidates.length === 0) return undefined
    const same = candidates.slice(0, MAX_LOOK).findIndex(i => equal(have[i], value))
    // Nameless elements are the same only when they are equal.
    if (same < 0 && id === undefined) return undefined
    const [index] = candidates.splice(Math.max(same, 0), 1)
    return index
  })
}

/** The places of a longest strictly rising run among the numbers. */
function longestRise(numbers: readonly (number | undefined)[]): Set<number> {
  const ends: number[] = []
  const previous: number[] = []
  numbers.forEach((value, i) => {
    if (value === undefined) return
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((numbers[ends[middle] ?? 0] ?? 0) < value) low = middle + 1
      else high = middle
    }
    previous[i] = low > 0 ? (ends[low - 1] ?? -1) : -1
    ends[low] = i
  })
  const places = new Set<number>()
  for (let i = ends.at(-1) ?? -1; i >= 0; i = previous[i] ?? -1) places.add(i)
  return places
}

interface Lists {
  readonly have: readonly Json[]
  readonly want: readonly Json[]
  readonly movedFrom: ReadonlyMap<number, number>
  readonly fresh: ReadonlySet<number>
}

/**
 * Pairs nameless elements between two that stay: an old and a new one at the same index are treated as one, so that a replaced scalar keeps its line and comment.
 */
function pairNameless({ have, want, movedFrom, fresh }: Lists, kept: (number | undefined)[]): void {
  const used = new Set([...kept, ...movedFrom.values()])
  let next = 0
  want.forEach((value, i) => {
    const here = kept[i]
    if (here !== undefined) {
      next = here + 1
      return
    }
    if (movedFrom.has(i)) return
    const there = have[next]
    if (there === undefined || used.has(next)) return
    if (!fresh.has(i) && areAlike(there, value)) kept[i] = next
    next++
  })
}

function areAlike(a: Json, b: Json): boolean {
  if (!isObject(a) && !Array.isArray(a)) return !isObject(b) && !Array.isArray(b)
  return Array.isArray(a) === Array.isArray(b) && isObject(a) === isObject(b) && identity(a) === undefined && identity(b) === undefined
}
