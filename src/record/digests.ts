// Short digests by which the units of an injection are known again.

import type { Json } from '../lib/model/index.ts'
import { digestOf, hashCode, RIGHT_BRACKET, valueHash } from './hash.ts'
import type { UnitPlace, VisitUnit } from './units.ts'

const PATH_DIGITS = 5
const VALUE_DIGITS = 2
const UNIT_DIGITS = PATH_DIGITS + VALUE_DIGITS

/** Whether a unit was injected, and whether it still has the value that was. */
export type UnitState = 'foreign' | 'edited' | 'ours'

/** Digests of the units of an injection: 30 bits of the path, 12 bits of the value each. */
export class Digests {
  private readonly text: string
  private read: Map<string, string> | undefined
  private ambiguous = false

  private constructor(text: string) {
    this.text = text
  }

  /** @param text as `toString` gives it */
  static read(text: string): Digests | undefined {
    return text.length % UNIT_DIGITS !== 0 || /[^\w-]/.test(text) ? undefined : new Digests(text)
  }

  /** Of the units that `visit` visits. */
  static of(visitAll: (visit: VisitUnit) => void): Digests {
    const values = new Map<string, string>()
    let ambiguous = false
    visitAll((place, value) => {
      const path = pathDigest(place)
      const sum = digestOf(valueHash(value), VALUE_DIGITS)
      if ((values.get(path) ?? sum) !== sum) ambiguous = true
      values.set(path, sum)
    })
    let text = ''
    for (const [path, sum] of values) text += path + sum
    const digests = new Digests(text)
    digests.ambiguous = ambiguous
    return digests
  }

  /** Whether two units have the same digest of their paths: then one of them is not known again. */
  get isAmbiguous(): boolean {
    return this.ambiguous
  }

  find(place: UnitPlace, value: Json): UnitState {
    const known = this.values.get(pathDigest(place))
    if (known === undefined) return 'foreign'
    return known === digestOf(valueHash(value), VALUE_DIGITS) ? 'ours' : 'edited'
  }

  toString(): string {
    return this.text
  }

  private get values(): ReadonlyMap<string, string> {
    if (this.read !== undefined) return this.read
    const { text } = this
    this.read = new Map()
    for (let i = 0; i < text.length; i += UNIT_DIGITS) this.read.set(text.slice(i, i + PATH_DIGITS), text.slice(i + PATH_DIGITS, i + UNIT_DIGITS))
    return this.read
  }
}

function pathDigest({ hash }: UnitPlace): string {
  return digestOf(hashCode(hash, RIGHT_BRACKET), PATH_DIGITS)
}
