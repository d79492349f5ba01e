// Decides which values are assignable to a type, and gives zero values (spec of Go: Assignability, The zero value).

import { type GoType, type GoValue, wrap } from '../go/value.ts'

/** Result of evaluating an expression. undefined is Go's zero reflect.Value ("no value"). null is an interface that holds nil. */
export type Value = GoValue | undefined

/** The parameter type of builtins that take any value as it is, also none. */
export const REFLECT: GoType = { kind: 'struct', name: 'reflect.Value' }

/** Whether two objects stand for one type; each room may have its own object. */
export function isSameType(a: GoType, b: GoType): boolean {
  return a === b || (a.name === b.name && a.kind === b.kind)
}

/** The empty interface, which everything may be assigned to. */
export function isAny(type: GoType): boolean {
  return type.kind === 'interface' && type.name === 'interface {}'
}

// Conditions for a type to be one of these.
const INTERFACE_METHODS: ReadonlyMap<string, string> = new Map([
  ['error', 'Error'],
  ['fmt.Stringer', 'String'],
])

/** Whether a value of one type may be passed, as it is, where another is wanted. */
export function isAssignable(from: GoType, to: GoType): boolean {
  if (isSameType(from, to)) return true
  if (to.kind === 'interface') {
    const method = to.requires ?? INTERFACE_METHODS.get(to.name)
    return isAny(to) || (method !== undefined && from.method?.(method) !== undefined)
  }
  return from.kind === to.kind && (isUnnamed(from) || isUnnamed(to)) && hasSameParts(from, to)
}

/** A type written out, like `[]string`: a named type with the same parts is assignable to it. */
function isUnnamed({ name }: GoType): boolean {
  return name.startsWith('[') || name.startsWith('map[') || name.startsWith('*')
}

function hasSameParts(a: GoType, b: GoType): boolean {
  if (a.elem === undefined || b.elem === undefined || !isSameType(a.elem, b.elem)) return false
  return a.key === undefined || b.key === undefined || isSameType(a.key, b.key)
}

/** Whether nil is a value of the type. */
export function canBeNil({ kind, name }: GoType): boolean {
  switch (kind) {
    case 'chan':
    case 'func':
    case 'interface':
    case 'map':
    case 'pointer':
    case 'slice':
      return true
    default:
      return name === REFLECT.name
  }
}

/** The zero value of a type. */
export function zeroValue(type: GoType): GoValue {
  return wrap(type, rawZero(type))
}

function rawZero({ kind }: GoType): unknown {
  switch (kind) {
    case 'bool':
      return false
    case 'string':
      return ''
    case 'float32':
    case 'float64':
      return 0
    case 'complex128':
      return { re: 0, im: 0 }
    case 'struct':
      return undefined
    case 'array':
      return []
    case 'slice':
    case 'map':
    case 'pointer':
    case 'interface':
    case 'func':
    case 'chan':
      return null
    default:
      return 0n
  }
}

const INT_BITS: ReadonlyMap<string, number> = new Map([
  ['int', 64],
  ['int8', 8],
  ['int16', 16],
  ['int32', 32],
  ['int64', 64],
])
const UINT_BITS: ReadonlyMap<string, number> = new Map([
  ['uint', 64],
  ['uint8', 8],
  ['uint16', 16],
  ['uint32', 32],
  ['uint64', 64],
])

/** Whether a kind is a signed integer. */
export function isIntKind(kind: string): boolean {
  return INT_BITS.has(kind)
}

/** Whether a kind is an unsigned integer. */
export function isUintKind(kind: string): boolean {
  return UINT_BITS.has(kind)
}

/** An integer as a value of an integer type, cut to its bits as Go's conversions do. */
export function toInteger(type: GoType, value: bigint): GoValue {
  const bits = INT_BITS.get(type.kind)
  return wrap(type, bits === undefined ? BigInt.asUintN(UINT_BITS.get(type.kind) ?? 64, value) : BigInt.asIntN(bits, value))
}
