// Converts the value of an ApplyConfiguration's expression to a plain value as the API server does: maps and lists of literals only one level deep
// (docs/policies.md; k8s.io/apiserver/pkg/cel/mutation/dynamic).

import {
  CelMap,
  type CelValue,
  Duration,
  durationText,
  isConcatenation,
  jsonOf,
  Opaque,
  Optional,
  Struct,
  structOf,
  Timestamp,
  TypeValue,
  Uint,
} from '../lib/cel/index.ts'
import { clockOf, fixedZone, formatTime, UTC } from '../lib/go/time-format.ts'
import { GoValue, goSyntax, goText, type PatchObject, type PatchValue } from '../lib/k8s/structured-merge/index.ts'

/** A value without a plain form, with the API server's message. */
export class ValueError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ValueError'
  }
}

/**
 * An Object as a plain one, by its fields.
 * @throws ValueError as `fail to convert field "labels": map key …`
 * @example patchObject(new Struct('Object', new Map([['spec', spec]])))
 */
export function patchObject(struct: Struct): PatchObject {
  const plain: PatchObject = {}
  for (const [field, value] of struct.fields) {
    try {
      define(plain, field, fieldValue(value))
    } catch (error) {
      if (error instanceof ValueError) throw new ValueError(`fail to convert field ${JSON.stringify(field)}: ${error.message}`)
      throw error
    }
  }
  return plain
}

/** Converts a field's value: one level more than Go's own conversion, for the items of a list and the values of a map. */
function fieldValue(given: CelValue): PatchValue {
  const value = structOf(given) ?? given
  if (value instanceof Optional) return value.value === undefined ? null : fieldValue(value.value)
  const json = typeof value === 'object' && value !== null ? jsonOf(value) : undefined
  if (json !== undefined) return json
  if (Array.isArray(value)) return (value as readonly CelValue[]).map(plainValue)
  if (!(value instanceof CelMap)) return plainValue(value)
  const plain: PatchObject = {}
  for (const [key, item] of value.entries()) {
    if (typeof key !== 'string') throw new ValueError(`map key ${keyText(key)} is of type ${keyType(key)}, not string`)
    define(plain, key, plainValue(item))
  }
  return plain
}

/** The value that Go's Value() returns. */
function plainValue(given: CelValue): PatchValue {
  const value = structOf(given) ?? given
  if (value === null) return new GoValue('structpb.NullValue', 'NULL_VALUE', '0')
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value
  if (typeof value !== 'object') return value
  const json = jsonOf(value)
  if (json !== undefined) return json
  if (Array.isArray(value)) {
    const items = (value as readonly CelValue[]).map(plainValue)
    return isConcatenation(value) ? items : new GoValue('[]ref.Val', goText(items), `[]ref.Val{${items.map(goSyntax).join(', ')}}`)
  }
  if (value instanceof Optional) return value.value === undefined ? null : plainValue(value.value)
  if (value instanceof Struct) return structValue(value)
  return foreign(value as Exclude<CelValue, readonly CelValue[]>)
}

function structValue(value: Struct): PatchValue {
  try {
    return patchObject(value)
  } catch (error) {
    if (error instanceof ValueError) return new GoValue('*types.Err', error.message)
    throw error
  }
}

function foreign(value: Exclude<CelValue, readonly CelValue[]>): PatchValue {
  if (value instanceof TypeValue) return value.name
  if (value instanceof Uint) return new GoValue('uint64', String(value.value), `0x${value.value.toString(16)}`)
  if (value instanceof Duration) return new GoValue('time.Duration', durationText(value), String(value.nanos))
  if (value instanceof Timestamp) return goTime(value)
  if (value instanceof Uint8Array) {
    return new GoValue('[]uint8', `[${[...value].join(' ')}]`, `[]uint8{${[...value].map(byte => `0x${byte.toString(16)}`).join(', ')}}`)
  }
  if (value instanceof CelMap) return new GoValue('map[ref.Val]ref.Val', 'map[]', 'map[ref.Val]ref.Val{}')
  return value instanceof Opaque ? new GoValue(`*${value.type}`, value.text) : new GoValue('interface {}', String(value))
}

/** As Go prints its times. */
function goTime({ nanos, offset }: Timestamp): GoValue {
  const zone = offset === 0 ? UTC : fixedZone('', offset)
  const { year, day, hour, minute, second, nanosecond } = clockOf(nanos, zone)
  const numbers = [day, hour, minute, second, nanosecond].join(', ')
  const syntax = `time.Date(${year}, time.${formatTime(nanos, zone, 'January')}, ${numbers}, ${offset === 0 ? 'time.UTC' : 'time.Location("")'})`
  return new GoValue('time.Time', formatTime(nanos, zone, '2006-01-02 15:04:05.999999999 -0700 MST'), syntax)
}

function define(object: PatchObject, key: string, value: PatchValue): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
}

function keyType(key: CelValue): string {
  if (typeof key === 'bigint') return 'types.Int'
  if (key instanceof Uint) return 'types.Uint'
  return typeof key === 'boolean' ? 'types.Bool' : 'types.Double'
}

/** As Go's `%q` prints a number: the character of that code. */
function keyText(key: CelValue): string {
  const code = typeof key === 'bigint' ? Number(key) : key instanceof Uint ? Number(key.value) : undefined
  if (code === undefined) return String(key)
  return code >= 0x20 && code < 0x7f ? `'${String.fromCharCode(code)}'` : `'\\x${code.toString(16).padStart(2, '0')}'`
}
