// The verbs of `format`, and which types each of them takes.

import { formatFloat } from '../../go/strconv.ts'
import { compareStrings } from '../../go/utf8.ts'
import { checkItems } from '../cost.ts'
import { doubleText, secondsText, zonedText } from '../text.ts'
import type { CelType } from '../type.ts'
import { CelMap, type CelValue, Duration, isList, kindOf, Timestamp, TypeValue, Uint } from '../value.ts'
import { bytesToString } from './conversions.ts'

export interface Verb {
  readonly letter: string
  readonly precision: number | undefined
}

export type Formatted = { readonly text: string } | { readonly error: string }

interface Rule {
  readonly kinds: ReadonlySet<string>
  readonly wrong: string
  readonly print: (value: CelValue, verb: Verb) => Formatted
}

/** The text of a value; the error begins with "error during formatting: ". */
export function formatVerb(verb: Verb, value: CelValue): Formatted {
  const rule = VERBS.get(verb.letter)
  if (rule === undefined) return { error: `unrecognized formatting clause "${verb.letter}"` }
  const printed = takes(rule, value) ? rule.print(value, verb) : { error: `${rule.wrong}, was given ${kindOf(value)}` }
  return 'error' in printed ? { error: `error during formatting: ${printed.error}` } : printed
}

function takes(rule: Rule, value: CelValue): boolean {
  return rule.kinds.has(kindOf(value)) || (rule.print === printDouble && typeof value === 'string' && SPECIAL.has(value))
}

/** The error for an argument whose type is known at compile time. */
export function wrongType({ letter }: Verb, type: CelType): string | undefined {
  const rule = VERBS.get(letter)
  if (rule === undefined || type.kind === 'dyn' || rule.kinds.has(type.name) || (rule.print === printDouble && type.name === 'string')) return undefined
  return `${rule.wrong}, was given ${type.name}`
}

const SPECIAL: ReadonlySet<string> = new Set(['NaN', 'Infinity', '-Infinity'])

function printString(value: CelValue): Formatted {
  if (typeof value === 'string') return { text: value }
  if (typeof value === 'number') return { text: doubleText(value) }
  return plain(value, false)
}

/** A value as %s shows it; inside of lists and maps texts stand in quotes, and doubles have six places. */
function plain(value: CelValue, inside: boolean): Formatted {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return { text: String(value) }
  if (typeof value === 'string') return { text: `"${value}"` }
  if (typeof value === 'number') return { text: fixed(value, 6) }
  if (value instanceof Uint) return { text: value.value.toString() }
  if (value instanceof Timestamp) return { text: inside ? `timestamp("${zonedText(value)}")` : zonedText(value) }
  if (value instanceof Duration) return { text: inside ? `duration("${secondsText(value)}")` : secondsText(value) }
  if (value instanceof TypeValue) return { text: value.name }
  if (value instanceof Uint8Array) return bytesText(value, inside)
  if (isList(value))
    return joined(
      value.map(item => plain(item, true)),
      ['[', ']'],
    )
  if (value instanceof CelMap) return mapText(value)
  return { error: `${STRING_RULE.wrong}, was given ${kindOf(value)}` }
}

function joined(parts: readonly Formatted[], [open, close]: readonly [string, string]): Formatted {
  const wrong = parts.find(part => 'error' in part)
  return wrong ?? { text: `${open}${parts.map(part => ('text' in part ? part.text : '')).join(', ')}${close}` }
}

function mapText(map: CelMap): Formatted {
  const pairs = [...map.entries()].map(([key, value]): Formatted => {
    const [shownKey, shown] = [plain(key, true), plain(value, true)]
    return 'error' in shownKey ? shownKey : 'error' in shown ? shown : { text: `${shownKey.text}:${shown.text}` }
  })
  const text = (part: Formatted): string => ('text' in part ? part.text : '')
  return joined(
    pairs.sort((a, b) => compareStrings(text(a), text(b))),
    ['{', '}'],
  )
}

function bytesText(bytes: Uint8Array, inside: boolean): Formatted {
  const text = bytesToString(bytes)
  if (typeof text !== 'string') return { error: `could not convert argument "${text.message}" to string` }
  return { text: inside ? `b"${text}"` : text }
}

function fixed(value: number, precision: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞'
  checkItems(precision)
  // Zero has no sign here.
  return formatFloat(value === 0 ? 0 : value, 'f', precision)
}

function printDouble(value: CelValue, { letter, precision }: Verb): Formatted {
  const double = Number(value)
  return { text: letter === 'f' ? grouped(fixed(double, precision ?? 6)) : scientific(double) }
}

/** Digits grouped by thousands with commas. */
function grouped(text: string): string {
  const [whole = '', ...rest] = text.split('.')
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...rest].join('.')
}

/** `3.141590×10⁰⁰`: always six places. */
function scientific(value: number): string {
  if (Number.isNaN(value)) return '   NaN'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞'
  const [digits = '', exponent = ''] = formatFloat(value === 0 ? 0 : value, 'e', 6).split('e')
  return `${digits}×10${[...exponent.replace('+', '')].map(char => RAISED.get(char) ?? char).join('')}`
}

const RAISED: ReadonlyMap<string, string> = new Map([...'0123456789-'].map((char, i) => [char, [...'⁰¹²³⁴⁵⁶⁷⁸⁹⁻'][i] ?? char]))

function integer(radix: number): (value: CelValue, verb: Verb) => Formatted {
  return (value, { letter }) => {
    const text = value instanceof Uint ? value.value.toString(radix) : (value as bigint).toString(radix)
    return { text: letter === 'X' ? text.toUpperCase() : text }
  }
}

function printHex(value: CelValue, verb: Verb): Formatted {
  if (typeof value !== 'string' && !(value instanceof Uint8Array)) return integer(16)(value, verb)
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
  const text = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
  return { text: verb.letter === 'X' ? text.toUpperCase() : text }
}

function printBinary(value: CelValue, verb: Verb): Formatted {
  return typeof value === 'boolean' ? { text: value ? '1' : '0' } : integer(2)(value, verb)
}

const TIMES = ['google.protobuf.Timestamp', 'google.protobuf.Duration']
const STRING_RULE: Rule = {
  kinds: new Set(['string', 'bool', 'bytes', 'int', 'uint', 'double', 'map', 'list', 'type', 'null_type', ...TIMES]),
  wrong: 'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
  print: printString,
}
const INTS = new Set(['int', 'uint'])
const HEX: Rule = {
  kinds: new Set(['int', 'uint', 'string', 'bytes']),
  wrong: 'only integers, byte buffers, and strings can be formatted as hex',
  print: printHex,
}

export const VERBS: ReadonlyMap<string, Rule> = new Map([
  ['s', STRING_RULE],
  ['d', { kinds: INTS, wrong: 'decimal clause can only be used on integers', print: integer(10) }],
  ['f', { kinds: new Set(['double']), wrong: 'fixed-point clause can only be used on doubles', print: printDouble }],
  ['e', { kinds: new Set(['double']), wrong: 'scientific clause can only be used on doubles', print: printDouble }],
  ['b', { kinds: new Set(['int', 'uint', 'bool']), wrong: 'only integers and bools can be formatted as binary', print: printBinary }],
  ['x', HEX],
  ['X', HEX],
  ['o', { kinds: INTS, wrong: 'octal clause can only be used on integers', print: integer(8) }],
])
