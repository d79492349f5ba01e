// Types that the checker gives to expressions, and the two ways in which cel-go prints them.

export type TypeKind = 'dyn' | 'error' | 'null' | 'simple' | 'wrapper' | 'list' | 'map' | 'struct' | 'opaque' | 'type' | 'parameter'

export interface CelType {
  readonly kind: TypeKind
  readonly name: string
  readonly parameters: readonly CelType[]
}

function type(kind: TypeKind, name: string, parameters: readonly CelType[] = []): CelType {
  return { kind, name, parameters }
}

export const DYN = type('dyn', 'dyn')
export const ERROR = type('error', '!error!')
export const NULL = type('null', 'null_type')
export const BOOL = type('simple', 'bool')
export const INT = type('simple', 'int')
export const UINT = type('simple', 'uint')
export const DOUBLE = type('simple', 'double')
export const STRING = type('simple', 'string')
export const BYTES = type('simple', 'bytes')
export const TIMESTAMP = type('simple', 'google.protobuf.Timestamp')
export const DURATION = type('simple', 'google.protobuf.Duration')

/** The type of lists with these elements. */
export function listOf(element: CelType): CelType {
  return type('list', 'list', [element])
}

/** The type of maps with these keys and values. */
export function mapOf(key: CelType, value: CelType): CelType {
  return type('map', 'map', [key, value])
}

/** The type of optional values. */
export function optionalOf(value: CelType): CelType {
  return type('opaque', 'optional_type', [value])
}

/** The type of types: `type(int)`. */
export function typeOf(value: CelType): CelType {
  return type('type', 'type', [value])
}

/** The type of a value that may be null, as `google.protobuf.Int64Value`. */
export function wrapperOf(value: CelType): CelType {
  return type('wrapper', 'wrapper', [value])
}

/** A message type. */
export function structType(name: string): CelType {
  return type('struct', name)
}

/** An opaque type: only functions read its values. */
export function opaqueType(name: string): CelType {
  return type('opaque', name)
}

/** A type parameter of a signature. */
export function typeParameter(name: string): CelType {
  return type('parameter', name)
}

/** The name of a type in results and signatures: `list(google.protobuf.Timestamp)`. */
export function typeText({ name, parameters }: CelType): string {
  return parameters.length === 0 ? name : `${name}(${parameters.map(typeText).join(', ')})`
}

/** The name of a type in error messages: `list(timestamp)`, `null`. */
export function typeInMessage({ name, parameters }: CelType): string {
  const shown = IN_MESSAGES.get(name) ?? name
  return parameters.length === 0 ? shown : `${shown}(${parameters.map(typeInMessage).join(', ')})`
}

const IN_MESSAGES: ReadonlyMap<string, string> = new Map([
  ['null_type', 'null'],
  ['google.protobuf.Timestamp', 'timestamp'],
  ['google.protobuf.Duration', 'duration'],
])

/** Whether two types are the same. */
export function sameType(a: CelType, b: CelType): boolean {
  return (
    a === b ||
    (a.kind === b.kind &&
      a.name === b.name &&
      a.parameters.length === b.parameters.length &&
      a.parameters.every((p, i) => sameType(p, b.parameters[i] ?? ERROR)))
  )
}

/** The type inside an optional type; undefined for other types. */
export function insideOptional({ name, parameters: [inside] }: CelType): CelType | undefined {
  return name === 'optional_type' ? inside : undefined
}

/** Whether the checker allows every operation on the type: dyn, and the type of errors. */
export function isOpen({ kind }: CelType): boolean {
  return kind === 'dyn' || kind === 'error'
}

/** The same type with other parameters. */
export function withParameters(of: CelType, parameters: readonly CelType[]): CelType {
  return { ...of, parameters }
}

const SIMPLE: ReadonlyMap<string, CelType> = new Map(
  [DYN, BOOL, INT, UINT, DOUBLE, STRING, BYTES, TIMESTAMP, DURATION, NULL].map(simple => [simple.name, simple]),
)

// Of these types cel-go says that they have no fields; of others, that they are unknown.
const OPAQUE: ReadonlySet<string> = new Set(['optional_type', 'net.IP', 'net.CIDR'])

/** A signature such as `list(<T>).(int, int) -> list(<T>)`; with a receiver before the first parenthesis it is that of a method. */
export interface Signature {
  readonly isMethod: boolean
  readonly parameters: readonly CelType[]
  readonly result: CelType
}

/**
 * Reads a signature.
 * @example parseSignature('string.(int) -> string').isMethod // true
 */
export function parseSignature(text: string): Signature {
  const [, head = '', result = ''] = /^(.*) -> (.*)$/.exec(text) ?? []
  const start = head.startsWith('(') ? 0 : head.indexOf('.(') + 1
  const target = head.slice(0, Math.max(0, start - 1))
  const parameters = splitTypes(head.slice(start + 1, -1)).map(parseType)
  return { isMethod: target !== '', parameters: target === '' ? parameters : [parseType(target), ...parameters], result: parseType(result) }
}

function parseType(text: string): CelType {
  if (text.startsWith('<')) return typeParameter(text.slice(1, -1))
  const open = text.indexOf('(')
  const name = open < 0 ? text : text.slice(0, open)
  const parameters = open < 0 ? [] : splitTypes(text.slice(open + 1, -1)).map(parseType)
  if (name === 'list' || name === 'map' || name === 'type') return type(name, name, parameters)
  return SIMPLE.get(name) ?? type(OPAQUE.has(name) ? 'opaque' : 'struct', name, parameters)
}

/** Splits at commas outside of parentheses. */
function splitTypes(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++
    else if (text[i] === ')') depth--
    else if (text[i] === ',' && depth === 0) {
      parts.push(text.slice(start, i).trim())
      start = i + 1
    }
  }
  const rest = text.slice(start).trim()
  return rest === '' ? parts : [...parts, rest]
}

/** The names of the type parameters in a signature. */
export function parameterNames({ parameters, result }: Signature): string[] {
  const names = new Set<string>()
  const visit = (of: CelType): void => {
    if (of.kind === 'parameter') names.add(of.name)
    for (const inside of of.parameters) visit(inside)
  }
  for (const parameter of [...parameters, result]) visit(parameter)
  return [...names]
}
