// Texts: the standard functions, and cel-go's extension "strings" version 2. Positions count code points.

import { trimSpace } from '../../go/strings.ts'
import { byContents, byDoubleSize, bySize, type CostRule, checkLength, sizeOf, traversal } from '../cost.ts'
import { declare, type FunctionDeclaration, type Implementation } from '../function.ts'
import { CelError, type CelValue, NO_OVERLOAD, type Result } from '../value.ts'

/** Declares a method of a string with one string argument. */
function ofTexts(run: (text: string, other: string) => Result): Implementation {
  return (text = null, other = null) => (typeof text === 'string' && typeof other === 'string' ? run(text, other) : NO_OVERLOAD)
}

const byProduct: CostRule = ([text, part]) => traversal(sizeOf(text)) * traversal(sizeOf(part))
const byResult: CostRule = (_, result) => Math.ceil(sizeOf(result) * 0.2)

function isText(value: CelValue): boolean {
  return typeof value === 'string'
}

function outOfRange(index: bigint): CelError {
  return new CelError(`index out of range: ${index}`)
}

function charAt(text: CelValue = null, index: CelValue = null): Result {
  const chars = [...(text as string)]
  const at = index as bigint
  return at < 0n || at > BigInt(chars.length) ? outOfRange(at) : (chars[Number(at)] ?? '')
}

function indexOf(text: CelValue = null, part: CelValue = null, from: CelValue = 0n): Result {
  const start = from as bigint
  if (part === '') return start
  if (start < 0n) return outOfRange(start)
  const chars = [...(text as string)]
  if (start >= BigInt(chars.length)) return -1n
  const skipped = chars.slice(0, Number(start)).join('').length
  return codePointIndex(text as string, (text as string).indexOf(part as string, skipped))
}

function lastIndexOf(text: CelValue = null, part: CelValue = null, from?: CelValue): Result {
  const chars = [...(text as string)]
  const start = from === undefined ? BigInt(part === '' ? chars.length : chars.length - 1) : (from as bigint)
  if (part === '') return start
  // Without an offset, what is longer than the text is not in it; an offset before the text is an error.
  if (from === undefined && chars.length === 0) return -1n
  if (start < 0n) return outOfRange(start)
  if (start >= BigInt(chars.length)) return -1n
  const skipped = chars.slice(0, Number(start)).join('').length
  return codePointIndex(text as string, (text as string).lastIndexOf(part as string, skipped))
}

function codePointIndex(text: string, index: number): bigint {
  return index < 0 ? -1n : BigInt(sizeOf(text.slice(0, index)))
}

function substring(text: CelValue = null, from: CelValue = null, to?: CelValue): Result {
  const chars = [...(text as string)]
  const length = BigInt(chars.length)
  const start = from as bigint
  const end = to === undefined ? length : (to as bigint)
  if (to !== undefined && start > end) return new CelError(`invalid substring range. start: ${start}, end: ${end}`)
  if (start < 0n || start > length) return outOfRange(start)
  if (end < 0n || end > length) return outOfRange(end)
  return chars.slice(Number(start), Number(end)).join('')
}

function replace(text: CelValue = null, old: CelValue = null, by: CelValue = null, limit: CelValue = -1n): Result {
  const parts = splitAt(text as string, old as string, limit as bigint)
  const added = (by as string).length - (old as string).length
  checkLength((text as string).length + added * (parts.length - 1))
  return parts.join(by as string)
}

/** The text in parts, as strings.Replace finds them: an empty `old` stands before every character and at the end. */
function splitAt(text: string, old: string, limit: bigint): string[] {
  const parts = old === '' ? ['', ...text, ''] : text.split(old)
  // Of an empty text there is one place only.
  if (old === '' && text === '') parts.length = 2
  return limit < 0n || BigInt(parts.length) <= limit + 1n ? parts : [...parts.slice(0, Number(limit)), parts.slice(Number(limit)).join(old)]
}

function split(text: CelValue = null, separator: CelValue = null, limit: CelValue = -1n): Result {
  const most = limit as bigint
  if (most === 0n) return []
  const parts = separator === '' ? [...(text as string)] : (text as string).split(separator as string)
  if (most < 0n || BigInt(parts.length) <= most) return parts
  const kept = Number(most) - 1
  return [...parts.slice(0, kept), parts.slice(kept).join(separator as string)]
}

function join(list: CelValue = null, separator: CelValue = ''): Result {
  const texts = list as readonly CelValue[]
  const wrong = texts.find(text => typeof text !== 'string')
  if (wrong !== undefined) return new CelError(`join: invalid input: ${wrong}`)
  checkLength(texts.reduce((length: number, text) => length + (text as string).length + (separator as string).length, 0))
  return texts.join(separator as string)
}

function quote(text: CelValue = null): Result {
  return `"${(text as string).replace(/["\\\x07\b\f\n\r\t\v]/g, char => ESCAPES.get(char) ?? char)}"`
}

const ESCAPES: ReadonlyMap<string, string> = new Map(
  Object.entries({ '"': '\\"', '\\': '\\\\', '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v' }),
)

export const STRINGS: readonly FunctionDeclaration[] = [
  declare('contains', [['string.(string) -> bool', undefined, byProduct]], { run: ofTexts((text, part) => text.includes(part)), takes: isText }),
  declare('startsWith', [['string.(string) -> bool', undefined, bySize]], { run: ofTexts((text, part) => text.startsWith(part)), takes: isText }),
  declare('endsWith', [['string.(string) -> bool', undefined, bySize]], { run: ofTexts((text, part) => text.endsWith(part)), takes: isText }),
  declare('charAt', [['string.(int) -> string', charAt]]),
  declare('indexOf', [['string.(string, int?) -> int', indexOf]], { cost: byContents }),
  declare('lastIndexOf', [['string.(string, int?) -> int', lastIndexOf]], { cost: byContents }),
  declare('join', [['list(string).(string?) -> string', join]], { cost: byResult }),
  declare('lowerAscii', [['string.() -> string', (text = null) => (text as string).replace(/[A-Z]+/g, part => part.toLowerCase())]], { cost: bySize }),
  declare('upperAscii', [['string.() -> string', (text = null) => (text as string).replace(/[a-z]+/g, part => part.toUpperCase())]], { cost: bySize }),
  declare('replace', [['string.(string, string, int?) -> string', replace]], { cost: byDoubleSize }),
  declare('split', [['string.(string, int?) -> list(string)', split]], { cost: byDoubleSize }),
  declare('substring', [['string.(int, int?) -> string', substring]], { cost: bySize }),
  declare('trim', [['string.() -> string', text => trimSpace(text as string)]], { cost: bySize }),
  declare('strings.quote', [['(string) -> string', quote, bySize]]),
]
