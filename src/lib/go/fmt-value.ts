// Prints any value as Go's fmt does: lists, maps in key order, structs, pointers, types, and the text for a wrong verb (documentation of fmt).

import { type Flags, formatBool, formatComplex, formatFloating, formatInteger, formatText, hexBytes, hexWithPrefix, noFlags, pad } from './fmt-verbs.ts'
import { sortedKeys } from './fmtsort.ts'
import { checkDepth, checkText } from './limits.ts'
import { formatFloat } from './strconv-float.ts'
import { fromBytes } from './utf8.ts'
import { Box, GoError, type GoType, type GoValue, LIST, MAP, typeOf, wrap } from './value.ts'

/**
 * A value as fmt prints it: with `%v`, or another verb.
 *
 * `formatValue(new Map([['b', 1n], ['a', null]]))` is `map[a:<nil> b:1]`.
 */
export function formatValue(value: GoValue, verb: string = 'v', flags: Flags = PLAIN): string {
  if (flags === PLAIN && verb === 'v') {
    // The most frequent values first.
    if (typeof value === 'string') return value
    if (typeof value === 'number') return formatFloat(value, 'g')
    if (typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  }
  if (value === null) return verb === 'T' || verb === 'v' ? pad(flags, '<nil>') : badVerb({ flags, verb, erroring: false }, null)
  if (verb === 'T') return formatText(flags, typeOf(value)?.name ?? '<nil>', 's') ?? ''
  const printing = { flags, verb, erroring: false }
  // Only Errorf takes %w, and then for an error. Bytes are printed before that is looked at, one by one.
  if (verb === 'w' && typeOf(value)?.name !== '[]uint8') return badVerb(printing, value)
  if (verb === 'p') return pointer(printing, value)
  return (value instanceof Box ? byMethod(printing, value) : undefined) ?? print(printing, value, 0)
}

const PLAIN: Flags = noFlags()

interface Printing {
  readonly flags: Flags
  readonly verb: string
  /** Inside a report on a wrong verb no method is called. */
  readonly erroring: boolean
}

function print(printing: Printing, value: GoValue, depth: number): string {
  const { flags, verb } = printing
  switch (typeof value) {
    case 'string':
      return formatText(flags, value, verb) ?? badVerb(printing, value)
    case 'boolean':
      return formatBool(flags, value, verb) ?? badVerb(printing, value)
    case 'bigint':
      return formatInteger(flags, value, { verb, unsigned: false }) ?? badVerb(printing, value)
    case 'number':
      return formatFloating(flags, value, { verb, bits: 64 }) ?? badVerb(printing, value)
    default:
      checkDepth(depth)
      if (value === null) return '<nil>'
      if (Array.isArray(value)) return printList(printing, { type: LIST, value }, depth)
      if (value instanceof Map) return printMap(printing, { type: MAP, value }, depth)
      return printBox(printing, value, depth)
  }
}

/** An element, key or field. One whose static type is an interface may be nil. */
function printInner(printing: Printing, value: GoValue, { type, depth }: { type: GoType; depth: number }): string {
  if (value === null) return printing.flags.sharpV ? `${type.name}(nil)` : '<nil>'
  return (value instanceof Box ? byMethod(printing, value) : undefined) ?? print(printing, value, depth)
}

function printBox(printing: Printing, box: Box, depth: number): string {
  const { flags, verb } = printing
  const { type, value } = box
  switch (type.kind) {
    case 'bool':
      return formatBool(flags, value === true, verb) ?? badVerb(printing, box)
    case 'string':
      return formatText(flags, String(value), verb) ?? badVerb(printing, box)
    case 'int':
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
      return formatInteger(flags, value as bigint, { verb, unsigned: false }) ?? badVerb(printing, box)
    case 'uint':
    case 'uint8':
    case 'uint16':
    case 'uint32':
    case 'uint64':
      return formatInteger(flags, value as bigint, { verb, unsigned: true }) ?? badVerb(printing, box)
    case 'float32':
      return formatFloating(flags, value as number, { verb, bits: 32 }) ?? badVerb(printing, box)
    case 'float64':
      return formatFloating(flags, value as number, { verb, bits: 64 }) ?? badVerb(printing, box)
    case 'complex128':
      return formatComplex(flags, value as { re: number; im: number }, verb) ?? badVerb(printing, box)
    case 'slice':
    case 'array':
      return printList(printing, { type, value: value as ArrayLike<unknown> | null }, depth)
    case 'map':
      return printMap(printing, { type, value: value as ReadonlyMap<unknown, unknown> | null }, depth)
    case 'struct':
      return printStruct(printing, box, depth)
    case 'pointer':
      return printPointer(printing, box, depth)
    case 'interface':
      return printInner(printing, value as GoValue, { type, depth })
    case 'func':
    case 'chan':
      return pointer(printing, box)
  }
}

function printList(printing: Printing, { type, value }: { type: GoType; value: ArrayLike<unknown> | null }, depth: number): string {
  const { flags, verb } = printing
  const elem = type.elem ?? type
  if (elem.kind === 'uint8' && verb !== 'v' && verb !== 'd') return printBytes(printing, value, type)
  if (elem.kind === 'uint8' && flags.sharpV) {
    const texts = Array.from(value ?? [], byte => hexWithPrefix(flags, BigInt(byte as number), true))
    const name = depth === 0 && type.kind === 'slice' && type.name === '[]uint8' ? '[]byte' : type.name
    return value === null ? `${name}(nil)` : `${name}{${texts.join(', ')}}`
  }
  if (flags.sharpV && value === null) return `${type.name}(nil)`
  const texts: string[] = []
  // A width pads each item: a short list can become a long text.
  let length = 0
  for (let i = 0; i < (value?.length ?? 0); i++) {
    const item = value instanceof Uint8Array ? BigInt(value[i] ?? 0) : value?.[i]
    const text = printInner(printing, wrap(elem, item), { type: elem, depth: depth + 1 })
    length += text.length
    checkText(length)
    texts.push(text)
  }
  return flags.sharpV ? `${type.name}{${texts.join(', ')}}` : `[${texts.join(' ')}]`
}

function printBytes(printing: Printing, value: ArrayLike<unknown> | null, type: GoType): string {
  const bytes = Uint8Array.from((value ?? []) as ArrayLike<number>)
  const { flags, verb } = printing
  if (verb === 'x' || verb === 'X') return hexBytes(flags, bytes, verb)
  if (verb === 's' || verb === 'q') return formatText(flags, fromBytes(bytes), verb) ?? ''
  const texts = Array.from(bytes, byte => printInner(printing, wrap(type.elem ?? type, BigInt(byte)), { type, depth: 1 }))
  return `[${texts.join(' ')}]`
}

function printMap(printing: Printing, { type, value }: { type: GoType; value: ReadonlyMap<unknown, unknown> | null }, depth: number): string {
  const { flags } = printing
  const { key: keyType = type, elem = type } = type
  if (flags.sharpV && value === null) return `${type.name}(nil)`
  let length = 0
  const texts = sortedKeys(keyType, value ?? new Map()).map(key => {
    const name = printInner(printing, wrap(keyType, key), { type: keyType, depth: depth + 1 })
    const text = `${name}:${printInner(printing, wrap(elem, value?.get(key)), { type: elem, depth: depth + 1 })}`
    length += text.length
    checkText(length)
    return text
  })
  return flags.sharpV ? `${type.name}{${texts.join(', ')}}` : `map[${texts.join(' ')}]`
}

function printStruct(printing: Printing, { type, value }: Box, depth: number): string {
  const { flags } = printing
  const named = flags.plusV || flags.sharpV
  const texts = (type.fields?.() ?? []).map(field => {
    const text = printInner(printing, field.get(value), { type: field.type, depth: depth + 1 })
    return named ? `${field.name}:${text}` : text
  })
  return flags.sharpV ? `${type.name}{${texts.join(', ')}}` : `{${texts.join(' ')}}`
}

function printPointer(printing: Printing, box: Box, depth: number): string {
  const elem = box.type.elem?.kind
  const isShown = elem === 'struct' || elem === 'map' || elem === 'slice' || elem === 'array'
  if (depth > 0 || box.value === null || !isShown) return pointer(printing, box)
  return `&${printInner(printing, box.value as GoValue, { type: box.type.elem ?? box.type, depth: 1 })}`
}

// Real addresses differ from run to run; output must not.
const ADDRESS = 0xc000012000n
// Functions lie in the program's text, far below the heap.
const CODE_ADDRESS = 0x556500n

/** A pointer, function or other reference by its address; `%p` also of lists and maps. */
function pointer(printing: Printing, value: GoValue): string {
  const { flags, verb } = printing
  const type = typeOf(value)
  const hasAddress = type?.kind === 'pointer' || type?.kind === 'slice' || type?.kind === 'map' || type?.kind === 'func' || type?.kind === 'chan'
  if (type === undefined || !hasAddress) return badVerb(printing, value)
  const address = value instanceof Box && value.value === null ? 0n : type.kind === 'func' ? CODE_ADDRESS : ADDRESS
  switch (verb) {
    case 'v':
      if (flags.sharpV) return `(${type.name})(${address === 0n ? 'nil' : hexWithPrefix(flags, address, true)})`
      return address === 0n ? pad(flags, '<nil>') : hexWithPrefix(flags, address, !flags.sharp)
    case 'p':
      return hexWithPrefix(flags, address, !flags.sharp)
    case 'b':
    case 'o':
    case 'd':
    case 'x':
    case 'X':
      return formatInteger(flags, address, { verb, unsigned: true }) ?? ''
    default:
      return badVerb(printing, value)
  }
}

/** `%!d(string=x)`. */
function badVerb({ flags, verb }: Printing, value: GoValue): string {
  if (value === null) return `%!${verb}(<nil>)`
  return `%!${verb}(${typeOf(value)?.name}=${print({ flags, verb: 'v', erroring: true }, value, 0)})`
}

const TEXT_VERBS: ReadonlySet<string> = new Set(['v', 's', 'x', 'X', 'q'])

/** Result of the value's own Error or String method, for verbs that print text; undefined if it has none. */
function byMethod(printing: Printing, box: Box): string | undefined {
  const { flags, verb, erroring } = printing
  const { type } = box
  if (type.method === undefined || erroring || (flags.sharpV ? verb !== 'v' : !TEXT_VERBS.has(verb))) return undefined
  const names = flags.sharpV ? ['GoString'] : ['Error', 'String']
  for (const name of names) {
    const method = type.method(name)
    if (method === undefined) continue
    try {
      const text = method.call(box)
      return formatText(flags, String(text), flags.sharpV ? 's' : verb)
    } catch (error) {
      if (!(error instanceof GoError)) throw error
      // A method that cannot do with a nil pointer; others, such as those of Kubernetes, print their own text.
      if (type.kind === 'pointer' && box.value === null) return pad(flags, '<nil>')
      return `%!${verb}(PANIC=${name} method: ${error.message})`
    }
  }
  return undefined
}
