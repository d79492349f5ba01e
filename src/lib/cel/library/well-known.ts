// Messages of Protocol Buffers that cel-go knows: `google.protobuf.Timestamp{…}` and the like. They are values of CEL, not messages (google/cel-spec, doc/langdef.md).

import type { StructDeclaration } from '../environment.ts'
import { BOOL, BYTES, type CelType, DOUBLE, DURATION, DYN, INT, listOf, mapOf, STRING, TIMESTAMP, UINT, wrapperOf } from '../type.ts'
import { CelError, CelMap, type CelValue, type Result, Uint } from '../value.ts'
import { duration, timestamp } from './operators.ts'

const PACKAGE = 'google.protobuf'
const SECOND = 1_000_000_000n

/** The declaration of a message that cel-go knows. */
export function wellKnownStruct(name: string): StructDeclaration | undefined {
  return STRUCTS.get(name)
}

type Fields = ReadonlyMap<string, CelValue>

function struct(type: CelType, fields: readonly (readonly [string, CelType])[], create: (fields: Fields) => Result): StructDeclaration {
  const types = new Map(fields)
  return { type, field: name => types.get(name), create }
}

function nanosOf(fields: Fields): bigint {
  const part = (name: string): bigint => {
    const value = fields.get(name)
    return typeof value === 'bigint' ? value : 0n
  }
  return part('seconds') * SECOND + part('nanos')
}

const TIME_FIELDS = [
  ['seconds', INT],
  ['nanos', INT],
] as const

type Convert = (value: CelValue) => CelValue | undefined

/** @param convert gives the value as the field holds it; undefined where it does not */
function wrapper(name: string, type: CelType, zero: CelValue, convert: Convert = value => value): readonly [string, StructDeclaration] {
  const create = (fields: Fields): Result => {
    const value = fields.get('value') ?? zero
    const overflow = `${value instanceof Uint ? 'unsigned ' : ''}integer overflow`
    return convert(value) ?? new CelError(`field type conversion error for ${PACKAGE}.${name}.value value type: ${overflow}`)
  }
  return [`${PACKAGE}.${name}`, struct(wrapperOf(type), [['value', type]], create)]
}

const VALUE_FIELDS: readonly (readonly [string, CelType])[] = [
  ['null_value', DYN],
  ['number_value', DOUBLE],
  ['string_value', STRING],
  ['bool_value', BOOL],
  ['struct_value', mapOf(STRING, DYN)],
  ['list_value', listOf(DYN)],
]

const STRUCTS: ReadonlyMap<string, StructDeclaration> = new Map([
  [`${PACKAGE}.Timestamp`, struct(TIMESTAMP, TIME_FIELDS, fields => timestamp(nanosOf(fields)))],
  [`${PACKAGE}.Duration`, struct(DURATION, TIME_FIELDS, fields => duration(nanosOf(fields)))],
  wrapper('BoolValue', BOOL, false),
  wrapper('BytesValue', BYTES, new Uint8Array()),
  wrapper('DoubleValue', DOUBLE, 0),
  wrapper('FloatValue', DOUBLE, 0, value => (typeof value === 'number' ? Math.fround(value) : value)),
  wrapper('Int32Value', INT, 0n, value => (typeof value !== 'bigint' || BigInt.asIntN(32, value) === value ? value : undefined)),
  wrapper('Int64Value', INT, 0n),
  wrapper('StringValue', STRING, ''),
  wrapper('UInt32Value', UINT, new Uint(0n), value => (!(value instanceof Uint) || BigInt.asUintN(32, value.value) === value.value ? value : undefined)),
  wrapper('UInt64Value', UINT, new Uint(0n)),
  [`${PACKAGE}.Value`, struct(DYN, VALUE_FIELDS, fields => [...fields.values()].at(-1) ?? null)],
  [`${PACKAGE}.Struct`, struct(mapOf(STRING, DYN), [['fields', mapOf(STRING, DYN)]], fields => fields.get('fields') ?? CelMap.of([]))],
  [`${PACKAGE}.ListValue`, struct(listOf(DYN), [['values', listOf(DYN)]], fields => fields.get('values') ?? [])],
  [`${PACKAGE}.Any`, struct(DYN, [], () => new CelError(`unknown type '${PACKAGE}.Any'`))],
])
