// Go values as reflection shows them: kinds, types, functions, and a box for each value that a plain JavaScript value cannot stand for
// (documentation of Go's package reflect).

/** The kinds of Go types, as reflect.Kind names them. */
export type Kind =
  | 'bool'
  | 'int'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float32'
  | 'float64'
  | 'complex128'
  | 'string'
  | 'slice'
  | 'array'
  | 'map'
  | 'struct'
  | 'pointer'
  | 'interface'
  | 'func'
  | 'chan'

/** A Go type. Compare types by identity, or by `name` where two rooms may each have an object for it. */
export interface GoType {
  readonly kind: Kind
  /** As reflect prints it: `map[string]interface {}`, `*v1.Pod`, `v1.Protocol`. */
  readonly name: string
  /** The element type of a pointer, slice, array or map. */
  readonly elem?: GoType
  /** The key type of a map. */
  readonly key?: GoType
  /** Field `name` of a struct (promoted fields included), or undefined. */
  readonly field?: (name: string) => GoField | undefined
  /** All fields in declaration order, for printing with %v. */
  readonly fields?: () => readonly GoField[]
  /** For an interface that the engine does not know: a method that only types which implement it have. */
  readonly requires?: string
  /** Method `name` of a value of this type, or undefined. The receiver is the first argument of its `call`. */
  readonly method?: (name: string) => GoFunc | undefined
  /**
   * Of a struct whose value has an address (it was reached through a pointer or is a slice's element): the pointer type. Callers may then also
   * call that type's methods, and a value printed by itself uses its String; one nested in another printed value does not (Go's CanAddr).
   */
  readonly addr?: GoType
  /** The JSON text that encoding/json gives for a payload of this type, without HTML escapes. Absent: by the kind. */
  readonly json?: (payload: unknown) => string
  /** Converts a raw value of this type (an element, a field) to a GoValue. If absent, it becomes a `Box`, or the plain value. */
  readonly wrap?: (raw: unknown) => GoValue
}

/** A field of a struct. */
export interface GoField {
  readonly name: string
  readonly type: GoType
  /** The field's value, from the payload of the struct's box. Never undefined: a missing field gives its Go zero value. */
  readonly get: (struct: unknown) => GoValue
}

/**
 * A value. The plain JavaScript values stand for the most frequent Go types:
 * null is an untyped nil, boolean bool, string string, number float64, bigint int,
 * an array []interface {} and a Map map[string]interface {} (neither nil). Everything else is a Box.
 *
 * Strings: Go strings are bytes. A byte that is not part of valid UTF-8 is held as the lone surrogate U+DC00 + byte
 * (0xDC80 to 0xDCFF); `utf8.ts` converts both ways.
 */
export type GoValue = null | boolean | string | number | bigint | GoValue[] | Map<GoValue, GoValue> | Box

/**
 * A value with an explicit type. The payload by kind:
 * integers bigint · floats number · named bool and string types boolean, string ·
 * slice and array: readonly raw elements (Uint8Array for []uint8), null for a nil slice; use `wrap(type.elem, raw)` to read one ·
 * map: a Map from raw keys to raw elements, null for a nil map ·
 * pointer: the GoValue pointed at, or null · struct: whatever its fields' `get` read · func: a GoFunc, or null · interface: never boxed.
 */
export class Box {
  readonly type: GoType
  readonly value: unknown

  constructor(type: GoType, value: unknown) {
    this.type = type
    this.value = value
  }
}

/** Counts the work that functions do beyond what their arguments and results show (limits.ts). */
export interface Meter {
  spent: number
}

/** A function or method that can be called by name, with the types that its arguments are checked against. */
export interface GoFunc {
  /** Parameter types; the last one of a variadic function is the slice type, as in Go. */
  readonly params: readonly GoType[]
  readonly variadic?: boolean
  /** The static type of the (first) result. */
  readonly result: GoType
  /**
   * Whether it reads only the items of a list or map, never what is inside them. The arguments of other functions are weighed before a call, which takes
   * time for large values, so that a hostile caller cannot have gigabytes walked.
   */
  readonly shallow?: boolean
  /** Whether the result depends on the arguments alone and no argument is changed, so that an earlier result may be used again. */
  readonly pure?: boolean
  /**
   * Names of fields that lead from the first argument to a map. Of that argument the function reads one entry of that map only, with the second argument as
   * the key. Without names the argument itself is the map, and the function must be shallow, so that it is not weighed either.
   */
  readonly entryOf?: readonly string[]
  /** Whether it writes YAML or JSON of a value: a text that it gives is noted with what an action prints (template/run.ts). */
  readonly encodes?: boolean
  /**
   * Arguments are already assignable to the parameter types; variadic ones follow the others singly.
   * @throws GoError for Go's error result
   */
  readonly call: (...args: GoValue[]) => GoValue
  /** The same for a function that does more work than its arguments and result show: it tells the meter. The engine calls this one where there is one. */
  readonly metered?: (meter: Meter, ...args: GoValue[]) => GoValue
}

/** Look functions up here only: a Map has no prototype to fall into. */
export type FuncMap = ReadonlyMap<string, GoFunc>

/** The error result of a Go function, or the panic of one, with Go's text. */
export class GoError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'GoError'
  }
}

/**
 * The text of the GoError that a call throws, or undefined.
 *
 *     errorText(() => parseUint('x', 10, 16)) // 'strconv.ParseUint: parsing "x": invalid syntax'
 */
export function errorText(call: () => unknown): string | undefined {
  try {
    call()
    return undefined
  } catch (error) {
    if (error instanceof GoError) return error.message
    throw error
  }
}

const basic = (kind: Kind, name: string = kind): GoType => ({ kind, name })

export const ANY: GoType = basic('interface', 'interface {}')
export const ERROR: GoType = basic('interface', 'error')
export const BOOL: GoType = basic('bool')
export const STRING: GoType = basic('string')
export const INT: GoType = basic('int')
export const INT32: GoType = basic('int32')
export const INT64: GoType = basic('int64')
export const UINT: GoType = basic('uint')
export const UINT8: GoType = basic('uint8')
export const UINT32: GoType = basic('uint32')
export const UINT64: GoType = basic('uint64')
export const FLOAT64: GoType = basic('float64')
export const COMPLEX128: GoType = basic('complex128')
export const LIST: GoType = { kind: 'slice', name: '[]interface {}', elem: ANY }
export const STRINGS: GoType = { kind: 'slice', name: '[]string', elem: STRING }
export const BYTES: GoType = { kind: 'slice', name: '[]uint8', elem: UINT8 }
export const MAP: GoType = { kind: 'map', name: 'map[string]interface {}', key: STRING, elem: ANY }
export const STRING_MAP: GoType = { kind: 'map', name: 'map[string]string', key: STRING, elem: STRING }

/** The type of slices of these elements: `sliceOf(INT).name` is `[]int`. */
export function sliceOf(elem: GoType): GoType {
  return { kind: 'slice', name: `[]${elem.name}`, elem }
}

/** The type of maps of these keys and elements. */
export function mapOf(key: GoType, elem: GoType): GoType {
  return { kind: 'map', name: `map[${key.name}]${elem.name}`, key, elem }
}

/** The type of pointers to values of this type. */
export function pointerTo(elem: GoType): GoType {
  return { kind: 'pointer', name: `*${elem.name}`, elem }
}

/** The dynamic type of a value; undefined for an untyped nil. */
export function typeOf(value: GoValue): GoType | undefined {
  switch (typeof value) {
    case 'boolean':
      return BOOL
    case 'string':
      return STRING
    case 'number':
      return FLOAT64
    case 'bigint':
      return INT
    default:
      if (value === null) return undefined
      if (value instanceof Box) return value.type
      return Array.isArray(value) ? LIST : MAP
  }
}

/** The kind of a value; undefined for an untyped nil. */
export function kindOf(value: GoValue): Kind | undefined {
  return typeOf(value)?.kind
}

/** A raw value of the given type (a slice element, a map element) as a GoValue: plain where a plain value can stand for it. */
export function wrap(type: GoType, raw: unknown): GoValue {
  if (type.wrap !== undefined) return type.wrap(raw)
  switch (type.name) {
    case 'bool':
    case 'string':
    case 'float64':
    case 'int':
    case 'interface {}':
      return raw as GoValue
    default:
      if (type.kind === 'interface') return raw as GoValue
      if (raw instanceof Box || (type.name === LIST.name && raw !== null) || (type.name === MAP.name && raw !== null)) return raw as GoValue
      return new Box(type, raw)
  }
}
