// Values of CEL, and the type names that errors use.

import type { Json } from '../model/index.ts'

export type CelValue =
  | null
  | boolean
  | string
  /** int */
  | bigint
  /** double */
  | number
  /** bytes */
  | Uint8Array
  | Uint
  | Timestamp
  | Duration
  | Optional
  | CelMap
  | readonly CelValue[]
  | Struct
  | TypeValue
  | Opaque

/** A uint. */
export class Uint {
  readonly value: bigint
  constructor(value: bigint) {
    this.value = value
  }
}

/** A timestamp. */
export class Timestamp {
  /** Since 1970. */
  readonly nanos: bigint
  /** Seconds east of UTC where it was written so; only its text as a string shows it. */
  readonly offset: number
  constructor(nanos: bigint, offset: number = 0) {
    this.nanos = nanos
    this.offset = offset
  }
}

/** A duration in nanoseconds. */
export class Duration {
  readonly nanos: bigint
  constructor(nanos: bigint) {
    this.nanos = nanos
  }
}

/** An optional value: one value, or none. */
export class Optional {
  readonly value: CelValue | undefined
  constructor(value: CelValue | undefined) {
    this.value = value
  }
}

export const NONE = new Optional(undefined)

/** A type as a value, as `type(1)` gives it. */
export class TypeValue {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** A value of an opaque type, such as a quantity or an IP address. */
export class Opaque {
  readonly type: string
  readonly text: string
  readonly payload: unknown
  /** For types that have one: what a traversal costs, and `size` gives. */
  readonly size: number | undefined
  /** Whether two payloads are equal; without it, the texts are compared. */
  readonly same: ((a: unknown, b: unknown) => boolean) | undefined
  constructor(type: string, text: string, { payload, size, same }: Partial<Pick<Opaque, 'payload' | 'size' | 'same'>> = {}) {
    this.type = type
    this.text = text
    this.payload = payload
    this.size = size
    this.same = same
  }
}

/** Special behaviour of the messages of a type. */
export interface StructMethods {
  /** Gives fields that are not in `fields`: computes them when they are selected, or knows their zero value. */
  readonly missing?: (field: string) => Result | undefined
  /** Whether fields are found where the checker does not know the message's type. */
  readonly open?: boolean
  /** Equality of two fields' values, where it is not CEL's. */
  readonly same?: (a: CelValue, b: CelValue) => boolean
  /** Result of `type(…)`, if it is not the type's name. */
  readonly kind?: string
  /** Value of the message when cel-go takes it out of an optional. */
  readonly native?: (struct: Struct) => CelValue
  /** The name of the Go type, for messages. */
  readonly goType?: string
}

/** A message: a value with a type of its own and named fields. */
export class Struct {
  readonly type: string
  readonly fields: ReadonlyMap<string, CelValue>
  readonly more: StructMethods
  constructor(type: string, fields: ReadonlyMap<string, CelValue>, more: StructMethods = {}) {
    this.type = type
    this.fields = fields
    this.more = more
  }
}

/** An evaluation that failed, passed on as a value: `false && error` is false. */
export class CelError {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

export type Result = CelValue | CelError

export const NO_OVERLOAD = new CelError('no such overload')

// A key of a Map by which equal keys of one kind are found: uints are moved behind all ints.
type StoredKey = string | boolean | bigint | number | null
const UINTS = 1n << 64n

type JsonConversion = (json: Json | undefined) => CelValue

/** A map with the keys that CEL allows. Keys of equal numeric value are equal, whatever their kinds. Values of JSON are converted on first access. */
export class CelMap {
  #items: Map<StoredKey, CelValue> | undefined
  /** Keys of kinds that only equality can tell apart. */
  #others: [CelValue, CelValue][] | undefined
  /** Converts the entries of the JSON, which are not all among the items yet. */
  #convert: JsonConversion | undefined
  /** Source of the map. */
  readonly json: { readonly [key: string]: Json } | undefined

  constructor(json?: { readonly [key: string]: Json }, convert?: JsonConversion) {
    this.json = json
    this.#convert = convert
  }

  /** The map of pairs; the last of equal keys counts. */
  static of(pairs: Iterable<readonly [CelValue, CelValue]>): CelMap {
    const map = new CelMap()
    for (const [key, value] of pairs) map.#put(key, value)
    return map
  }

  #put(key: CelValue, value: CelValue): void {
    const stored = storedKey(key)
    if (stored !== undefined) this.#filled().set(stored, value)
    else this.#others = [...(this.#others ?? []), [key, value]]
  }

  /** Adds an entry while the map is built; false where the key is there already. */
  insert(key: CelValue, value: CelValue): boolean {
    if (this.get(key) !== undefined) return false
    this.#put(key, value)
    return true
  }

  get size(): number {
    return this.#filled().size + (this.#others?.length ?? 0)
  }

  /** All items, in the order of the JSON. */
  #filled(): Map<StoredKey, CelValue> {
    const [known, convert] = [this.#items, this.#convert]
    if (known !== undefined && convert === undefined) return known
    const items = new Map<StoredKey, CelValue>()
    for (const [key, value] of Object.entries(this.json ?? {})) items.set(key, known?.get(key) ?? convert?.(value) ?? null)
    this.#items = items
    this.#convert = undefined
    return items
  }

  /** Value that is not converted yet; only values with parts are kept. */
  #fromJson(key: string): CelValue | undefined {
    const [json, convert] = [this.json, this.#convert]
    if (json === undefined || convert === undefined || !Object.hasOwn(json, key)) return undefined
    const value = convert(json[key])
    if (typeof value === 'object' && value !== null) {
      this.#items ??= new Map()
      this.#items.set(key, value)
    }
    return value
  }

  get(key: CelValue): CelValue | undefined {
    if (typeof key === 'string') {
      const known = this.#items?.get(key)
      return known === undefined ? this.#fromJson(key) : known
    }
    const stored = storedKey(key)
    if (stored === undefined) return undefined
    const found = this.#items?.get(stored)
    if (found !== undefined) return found
    for (const other of sameNumber(key)) {
      const value = this.#items?.get(other)
      if (value !== undefined) return value
    }
    return undefined
  }

  *entries(): Generator<[CelValue, CelValue]> {
    for (const [key, value] of this.#filled()) yield [typeof key === 'bigint' && key >= UINTS / 2n ? new Uint(key - UINTS) : key, value]
    if (this.#others !== undefined) yield* this.#others
  }

  *keys(): Generator<CelValue> {
    for (const [key] of this.entries()) yield key
  }
}

function storedKey(key: CelValue): StoredKey | undefined {
  if (key instanceof Uint) return key.value + UINTS
  if (typeof key === 'object' && key !== null) return undefined
  return key
}

/** Keys of the other kinds of numbers with the same value. */
function sameNumber(key: CelValue): StoredKey[] {
  if (typeof key === 'bigint') return [key + UINTS, ...asDouble(key)]
  if (key instanceof Uint) return [key.value, ...asDouble(key.value)]
  if (typeof key !== 'number' || !Number.isInteger(key)) return []
  return [BigInt(key), BigInt(key) + UINTS]
}

function asDouble(value: bigint): number[] {
  const double = Number(value)
  return BigInt(double) === value ? [double] : []
}

/** The name of a value's type: `int`, `google.protobuf.Duration`, `net.IP`. */
export function kindOf(value: CelValue): string {
  switch (typeof value) {
    case 'boolean':
      return 'bool'
    case 'string':
      return 'string'
    case 'bigint':
      return 'int'
    case 'number':
      return 'double'
    default:
      return objectKind(value)
  }
}

function objectKind(value: CelValue & (object | null)): string {
  if (value === null) return 'null_type'
  if (Array.isArray(value)) return 'list'
  if (value instanceof CelMap) return 'map'
  if (value instanceof Struct) return value.more.kind ?? value.type
  if (value instanceof Opaque) return value.type
  if (value instanceof Uint8Array) return 'bytes'
  if (value instanceof Uint) return 'uint'
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp'
  if (value instanceof Duration) return 'google.protobuf.Duration'
  if (value instanceof Optional) return 'optional_type'
  return 'type'
}

/** Whether a value is a list. */
export function isList(value: Result): value is readonly CelValue[] {
  return Array.isArray(value)
}
