// The environment of an expression: variables, message types, functions.

import type { FunctionDeclaration } from './function.ts'
import { BOOL, BYTES, type CelType, DOUBLE, DURATION, DYN, INT, listOf, mapOf, NULL, opaqueType, optionalOf, STRING, TIMESTAMP, typeOf, UINT } from './type.ts'
import { type CelValue, type Result, TypeValue } from './value.ts'

/** A message type: which fields it has, and what `Type{…}` makes. */
export interface StructDeclaration {
  readonly type: CelType
  /** The type of a field; undefined for a field that it does not have. */
  readonly field: (name: string) => CelType | undefined
  /** Makes a value of given fields; absent for types whose values come from outside. */
  readonly create?: (fields: ReadonlyMap<string, CelValue>) => Result
}

export interface Declarations {
  readonly variables: ReadonlyMap<string, CelType>
  /** The message type of a name. */
  readonly struct: (name: string) => StructDeclaration | undefined
  readonly functions: ReadonlyMap<string, FunctionDeclaration>
}

/** Meaning of a name outside of loops: a variable, or a type as a value (undefined if there is none at run time). */
export interface Named {
  readonly type: CelType
  readonly constant?: CelValue | undefined
}

/** The declaration of a name, which a leading dot makes absolute; undefined for an unknown name. */
export function lookUpName({ variables, struct }: Declarations, name: string): Named | undefined {
  const bare = name.startsWith('.') ? name.slice(1) : name
  const variable = variables.get(bare)
  if (variable !== undefined) return { type: variable }
  const typeOnly = TYPES_WITHOUT_VALUE.get(bare)
  if (typeOnly !== undefined) return { type: typeOf(typeOnly) }
  const builtIn = TYPES.get(bare)
  if (builtIn !== undefined) return { type: typeOf(builtIn), constant: new TypeValue(bare) }
  if (bare === 'google.protobuf.NullValue.NULL_VALUE') return { type: INT, constant: 0n }
  const message = struct(bare)
  return message && { type: typeOf(message.type) }
}

/** Names of types of the API server that cannot be used as values. */
const TYPES_WITHOUT_VALUE: ReadonlyMap<string, CelType> = new Map([
  ['timestamp', TIMESTAMP],
  ['duration', DURATION],
])

const TYPES: ReadonlyMap<string, CelType> = new Map([
  ['bool', BOOL],
  ['bytes', BYTES],
  ['double', DOUBLE],
  ['int', INT],
  ['list', listOf(DYN)],
  ['map', mapOf(DYN, DYN)],
  ['null_type', NULL],
  ['optional_type', optionalOf(DYN)],
  ['string', STRING],
  ['type', { kind: 'type', name: 'type', parameters: [] }],
  ['uint', UINT],
  ['google.protobuf.Timestamp', TIMESTAMP],
  ['google.protobuf.Duration', DURATION],
  ['net.IP', opaqueType('net.IP')],
  ['net.CIDR', opaqueType('net.CIDR')],
])
