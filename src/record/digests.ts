// Short digests of the units of an injection, by which later edits are detected.

import type { Json } from '../lib/model/index.ts'
import { digestOf, FIRST, hashCode, RIGHT_BRACKET, SECOND, ValueHashes } from './hash.ts'
import type { UnitLocation, VisitUnit } from './units.ts'

const PATH_DIGITS = 5

/** Whether a unit was injected, and whether it still has the injected value. */
export type UnitState = 'foreign' | 'edited' | 'ours'

/** 30 bits of the path, and of the value 30 bits; in records of version 1 only 12. */
const VALUE_DIGITS = { 1: 2, 2: 5 } as const

export type RecordVersion = keyof typeof VALUE_DIGITS

interface Units {
  /** By the digest of the path: the digest of the value. */
  readonly values: ReadonlyMap<string, string>
  readonly valueDigits: number
  /** 60 bits of all values together; absent in records of version 1. */
  readonly all?: string | undefined
  readonly isAmbiguous?: boolean
}

/** Digests of the units of an injection. */
export class Digests {
  /** 60 bits of the values of all units together. */
  readonly all: string | undefined
  /** Whether two units have the same digest of their paths, so that one of them is not recognised. */
  readonly isAmbiguous: boolean
  private readonly values: ReadonlyMap<string, string>
  private readonly valueDigits: number

  private constructor({ values, valueDigits, all, isAmbiguous = false }: Units) {
    this.all = all
    this.isAmbiguous = isAmbiguous
    this.values = values
    this.valueDigits = valueDigits
  }

  /**
   * Reads the result of `toString`; undefined for any other text.
   * @param all 60 bits of all values together
   */
  static read(text: string, version: RecordVersion, all?: string): Digests | undefined {
    const valueDigits = VALUE_DIGITS[version]
    const size = PATH_DIGITS + valueDigits
    if (text.length % size !== 0 || /[^\w-]/.test(text)) return undefined
    const values = new Map<string, string>()
    for (let i = 0; i < text.length; i += size) values.set(text.slice(i, i + PATH_DIGITS), text.slice(i + PATH_DIGITS, i + size))
    return new Digests({ values, valueDigits, all })
  }

  /** Digests of the units that `visitAll` visits. */
  static of(visitAll: (visit: VisitUnit) => void): Digests {
    const values = new Map<string, string>()
    const valueDigits = VALUE_DIGITS[2]
    let isAmbiguous = false
    const all = digestOfAll(visitAll, (location, hash) => {
      const path = pathDigest(location)
      const sum = digestOf(hash, valueDigits)
      if ((values.get(path) ?? sum) !== sum) isAmbiguous = true
      values.set(path, sum)
    })
    return new Digests({ values, valueDigits, all, isAmbiguous })
  }

  /** Whether digests of values are so short that an edited value may have the digest of the injected one. */
  get areShort(): boolean {
    return this.valueDigits < VALUE_DIGITS[2]
  }

  find(location: UnitLocation, value: Json): UnitState {
    const known = this.values.get(pathDigest(location))
    return known === undefined ? 'foreign' : this.stateOf(known, new ValueHashes().of(value, location.hash).alone)
  }

  private stateOf(known: string, hash: number): UnitState {
    return known === digestOf(hash, this.valueDigits) ? 'ours' : 'edited'
  }

  /**
   * Whether every single digest matches, but the one of all units together does not: a value was changed to another one with the same digest.
   * @param visitAll as it was handed to `of`
   */
  hidesEdit(visitAll: (visit: VisitUnit) => void): boolean {
    if (this.all === undefined) return false
    let ours = 0
    let others = 0
    const all = digestOfAll(visitAll, (location, hash) => {
      const known = this.values.get(pathDigest(location))
      if (known !== undefined && this.stateOf(known, hash) === 'ours') ours++
      else others++
    })
    return others === 0 && ours === this.values.size && all !== this.all
  }

  /** One word for each unit: the digest of its path, then of its value. */
  toString(): string {
    let text = ''
    for (const [path, sum] of this.values) text += path + sum
    return text
  }
}

function pathDigest({ hash }: UnitLocation): string {
  return digestOf(hashCode(FIRST, hash, RIGHT_BRACKET), PATH_DIGITS)
}

/**
 * Computes the digest of all units together.
 * @param onUnit called with the hash of each unit's value
 */
function digestOfAll(visitAll: (visit: VisitUnit) => void, onUnit: (location: UnitLocation, hash: number) => void): string {
  const hashes = new ValueHashes()
  let [first, second] = [FIRST.start, SECOND.start]
  visitAll((location, value) => {
    hashes.of(value, location.hash)
    // Units may come in another order: a user, or kustomize, sorts keys.
    first = (first + hashes.first) | 0
    second = (second + hashes.second) | 0
    onUnit(location, hashes.alone)
  })
  return digestOf(first, 5) + digestOf(second, 5)
}
