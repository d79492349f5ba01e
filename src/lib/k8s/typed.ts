// Decodes a JSON value into a Kubernetes struct and encodes it again, as Go does (istio-rules.md, 10).

import { trimSpace } from '../go/strings.ts'
import type { Json, JsonObject } from '../model/index.ts'
import { isObject, set } from '../model/index.ts'
import type { FieldSchema, SchemaType, StructSchema } from './pod-schema.ts'
import { foldedField, structSchema } from './pod-schema.ts'
import { canonicalQuantity } from './quantity.ts'
import { formatTimestamp, parseTimestamp } from './timestamp.ts'
import { typedError } from './typed-error.ts'

export { TypedError } from './typed-error.ts'

export interface DecodeOptions {
  /** Whether a key has to match the field's name exactly, as in the API server; otherwise its case does not matter, as in encoding/json. */
  readonly exactCase?: boolean
  /** A result of decoding the same struct: whatever `value` shares with it is decoded already, and not looked into. */
  readonly known?: Json
}

/**
 * `value` as it stands after a round trip through the Go struct `struct`: unknown fields gone, zero values gone or added as the struct's tags
 * say, fields in the struct's order, quantities and times in their canonical form. Maps keep their order: they are sorted when they are printed.
 * The result shares with `value` whatever does not change, and is `value` itself when nothing does.
 * @throws TypedError with Go's text, as `json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string`
 * @example decodeTyped('v1.EnvVar', { value: '', name: 'A', nonsense: 1 }) // { name: 'A' }
 */
export function decodeTyped(struct: string, value: JsonObject, options?: DecodeOptions): JsonObject
export function decodeTyped(struct: string, value: Json, options?: DecodeOptions): Json
export function decodeTyped(struct: string, value: Json, options?: DecodeOptions): Json {
  const schema = structSchema(struct)
  if (schema === undefined) throw new Error(`the pod schema has no struct ${struct}`)
  const type: SchemaType = { kind: 'struct', name: struct, struct: schema }
  const decoded = codecOf(type).decode(value, options?.exactCase !== true, options?.known)
  // A second pass finds the position of an error, so that the first pass does not have to track positions.
  if (decoded === undefined) throw typedError(type, value, options?.exactCase !== true)
  return decoded
}

/** Decoder of a type, and the values that encoding/json leaves out. */
export interface Codec {
  /** undefined: the value does not fit the type. What is the same as in `known` comes out as it is. */
  readonly decode: (value: Json, foldCase: boolean, known?: Json) => Json | undefined
  /** Whether a decoded value counts as empty for omitempty. A struct never does. */
  readonly isEmpty: (decoded: Json) => boolean
}

const CODECS = new Map<string, Codec>()

function codecOf(type: SchemaType): Codec {
  const known = CODECS.get(type.name)
  if (known !== undefined) return known
  const codec = makeCodec(type)
  CODECS.set(type.name, codec)
  return codec
}

const NEVER = (): boolean => false
const isNull = (decoded: Json): boolean => decoded === null

function makeCodec(type: SchemaType): Codec {
  switch (type.kind) {
    case 'string':
      return { decode: value => (typeof value === 'string' ? value : value === null ? '' : undefined), isEmpty: decoded => decoded === '' }
    case 'bool':
      return { decode: value => (typeof value === 'boolean' ? value : value === null ? false : undefined), isEmpty: decoded => decoded === false }
    case 'int32':
      return { decode: value => (value === null ? 0 : isInteger(value, 2 ** 31) ? value : undefined), isEmpty: decoded => decoded === 0 }
    case 'int64':
      // The largest int64 is read as 2^63.
      return { decode: value => (value === null ? 0 : value === 2 ** 63 || isInteger(value, 2 ** 63) ? value : undefined), isEmpty: decoded => decoded === 0 }
    case 'pointer': {
      // Most of the schema is never met in a run: what a pointer or list leads to is made when a value has it.
      let elem: Codec | undefined
      return {
        decode: (value, fold, known) => {
          if (value === null) return null
          elem ??= codecOf(type.elem)
          return elem.decode(value, fold, known)
        },
        isEmpty: isNull,
      }
    }
    case 'slice':
      return { decode: listDecoder(type.elem), isEmpty: decoded => decoded === null || (Array.isArray(decoded) && decoded.length === 0) }
    case 'map':
      return { decode: mapDecoder(codecOf(type.elem)), isEmpty: decoded => decoded === null || !hasKeys(decoded) }
    case 'struct':
      return SPECIAL.get(type.name) ?? { decode: structDecoder(type.struct), isEmpty: NEVER }
  }
}

function isInteger(value: Json, limit: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= -limit && value < limit
}

/** The structs that have a JSON form of their own. */
const SPECIAL: ReadonlyMap<string, Codec> = new Map([
  ['resource.Quantity', { decode: decodeQuantity, isEmpty: NEVER }],
  ['v1.Time', { decode: decodeTime, isEmpty: NEVER }],
  ['v1.FieldsV1', { decode: value => value, isEmpty: NEVER }],
  [
    'intstr.IntOrString',
    { decode: value => (typeof value === 'string' ? value : value === null ? 0 : isInteger(value, 2 ** 31) ? value : undefined), isEmpty: NEVER },
  ],
] satisfies [string, Codec][])

function decodeQuantity(value: Json): Json | undefined {
  if (value === null) return '0'
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  try {
    return canonicalQuantity(trimSpace(String(value)))
  } catch {
    return undefined
  }
}

function decodeTime(value: Json): Json | undefined {
  if (value === null) return null
  if (typeof value !== 'string') return undefined
  try {
    return formatTimestamp(parseTimestamp(value))
  } catch {
    return undefined
  }
}

function listDecoder(type: SchemaType): Codec['decode'] {
  let elem: Codec | undefined
  return (value, fold, known) => {
    if (value === null || value === known) return value
    if (!Array.isArray(value)) return undefined
    elem ??= codecOf(type)
    let out: Json[] | undefined
    for (let i = 0; i < value.length; i++) {
      const item = value[i] ?? null
      const decoded = elem.decode(item, fold, knownItem(known, item, i))
      if (decoded === undefined) return undefined
      if (out === undefined && decoded !== item) out = value.slice(0, i)
      out?.push(decoded)
    }
    return out ?? value
  }
}

/** Counterpart of an item in a known list: the item itself at any index, else the item at the same index. */
export function knownItem(known: Json | undefined, item: Json, index: number): Json | undefined {
  if (!Array.isArray(known)) return undefined
  return known[index] !== item && known.includes(item) ? item : known[index]
}

function mapDecoder(elem: Codec): Codec['decode'] {
  return (value, fold, known) => {
    if (value === null || value === known) return value
    if (!isObject(value)) return undefined
    let out: JsonObject | undefined
    for (const key of Object.keys(value)) {
      const item = value[key] ?? null
      const decoded = elem.decode(item, fold)
      if (decoded === undefined) return undefined
      if (decoded === item) continue
      out ??= { ...value }
      set(out, key, decoded)
    }
    return out ?? value
  }
}

/** A field as the decoder needs it. */
interface Slot {
  readonly name: string
  readonly order: number
  readonly codec: Codec
  /** Whether encoding/json prints the field even when it is zero. */
  readonly always: boolean
  /** The zero value in its JSON form. */
  readonly zero: Json
  readonly omits: (decoded: Json) => boolean
}

interface Plan {
  readonly slots: readonly Slot[]
  readonly byName: ReadonlyMap<string, Slot>
  readonly alwaysCount: number
  readonly zero: JsonObject
}

function structDecoder(struct: StructSchema): Codec['decode'] {
  let plan: Plan | undefined
  return (value, fold, known) => {
    plan ??= makePlan(struct)
    if (value === null) return plan.zero
    if (!isObject(value)) return undefined
    return value === known ? value : decodeStruct(value, { struct, plan, fold, known: isObject(known) ? known : undefined })
  }
}

interface StructContext {
  readonly struct: StructSchema
  readonly plan: Plan
  readonly fold: boolean
  readonly known: JsonObject | undefined
}

/** Undefined where a field does not fit. */
function decodeStruct(value: JsonObject, { struct, plan, fold, known }: StructContext): JsonObject | undefined {
  const { byName } = plan
  let order = -1
  let always = 0
  let decodedFields: (Json | undefined)[] | undefined
  for (const key of Object.keys(value)) {
    const exact = byName.get(key)
    const slot = exact ?? (fold ? foldedSlot(struct, plan, key, value) : undefined)
    const item = value[key] ?? null
    const before = slot === undefined ? undefined : known?.[slot.name]
    const isKnown = before !== undefined && before === item
    const decoded = isKnown ? item : slot?.codec.decode(item, fold, before)
    if (slot !== undefined && decoded === undefined) return undefined
    const unchanged = exact !== undefined && decoded === item && exact.order > order && (isKnown || !exact.omits(item))
    if (unchanged && decodedFields === undefined) {
      order = exact.order
      if (exact.always) always++
      continue
    }
    decodedFields ??= fieldsBefore(value, key, plan)
    if (slot !== undefined) decodedFields[slot.order] = decoded
  }
  if (decodedFields === undefined) {
    if (always === plan.alwaysCount) return value
    decodedFields = fieldsBefore(value, undefined, plan)
  }
  return assemble(decodedFields, plan)
}

/** The fields that stand before `key`, which are all unchanged. */
function fieldsBefore(value: JsonObject, end: string | undefined, plan: Plan): (Json | undefined)[] {
  const fields: (Json | undefined)[] = new Array(plan.slots.length)
  for (const key of Object.keys(value)) {
    if (key === end) break
    const slot = plan.byName.get(key)
    if (slot !== undefined) fields[slot.order] = value[key]
  }
  return fields
}

function assemble(fields: readonly (Json | undefined)[], plan: Plan): JsonObject {
  const out: JsonObject = {}
  for (const slot of plan.slots) {
    const decoded = fields[slot.order]
    if (decoded === undefined) {
      if (slot.always) out[slot.name] = slot.zero
    } else if (!slot.omits(decoded)) {
      out[slot.name] = decoded
    }
  }
  return out
}

/** The field that a key in another case means, unless the exact name is there too. */
function foldedSlot(struct: StructSchema, plan: Plan, key: string, value: JsonObject): Slot | undefined {
  const name = foldedField(struct, key)?.json
  return name === undefined || Object.hasOwn(value, name) ? undefined : plan.byName.get(name)
}

function makePlan(struct: StructSchema): Plan {
  const slots = [...struct.byJson.values()].map(field => makeSlot(field, field.json, field.order))
  const zero: JsonObject = {}
  for (const slot of slots) if (slot.always) zero[slot.name] = slot.zero
  return { slots, byName: new Map(slots.map(slot => [slot.name, slot])), alwaysCount: slots.filter(slot => slot.always).length, zero: Object.freeze(zero) }
}

function makeSlot(field: FieldSchema, name: string, order: number): Slot {
  const codec = codecOf(field.type)
  const zero = codec.decode(null, false) ?? null
  // The one struct with omitzero is v1.Time, whose zero value is null.
  const omits = field.omitzero ? isNull : field.omitempty ? codec.isEmpty : NEVER
  return { name, order, codec, zero, omits, always: !omits(zero) }
}

function hasKeys(value: Json): boolean {
  return Object.keys(value as JsonObject).length > 0
}
