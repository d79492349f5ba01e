// Prints a value as sigs.k8s.io/yaml's Marshal does: sorted keys, lists not indented, strings quoted that YAML 1.1 would misread (vectors `jsonToYaml`).

import { onceValue } from '../go/sync.ts'
import type { Json, JsonObject } from '../model/index.ts'
import { type FoldedStyle, fold } from './fold.ts'
import { formatG } from './scalar.ts'
import { doubleQuoted, literalBlock, looksTyped, singleQuoted, stringStyles } from './string-style.ts'

/**
 * The YAML text of `value`, with a final line end.
 *
 * @example toYaml({ b: ['yes'], a: 1 }) // 'a: 1\nb:\n- "yes"\n'
 */
export function toYaml(value: Json): string {
  const out: string[] = []
  print(value, 0, out)
  const text = out.join('')
  return text.endsWith('\n') ? text : `${text}\n`
}

const INDENT = 2
/** libyaml writes longer keys, and those of several lines, as `? key`. */
const MAX_SIMPLE_KEY = 128

/** Appends `value` as the node that starts here; a collection's further lines are indented by `indent`. */
function print(value: Json, indent: number, out: string[]): void {
  if (Array.isArray(value) && value.length > 0) printList(value, indent, out)
  else if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0) printMap(value, indent, out)
  else out.push(scalarText(value, { indent, column: indent }), '\n')
}

function printList(list: readonly Json[], indent: number, out: string[]): void {
  list.forEach((item, i) => {
    if (i > 0) out.push(' '.repeat(indent))
    out.push('- ')
    print(item, indent + INDENT, out)
  })
}

function printMap(object: JsonObject, indent: number, out: string[]): void {
  const keys = Object.keys(object).sort(compareKeys)
  keys.forEach((key, i) => {
    const value = object[key] ?? null
    if (i > 0) out.push(' '.repeat(indent))
    const name = stringText(key, { indent: indent + INDENT, column: undefined })
    const long = name.length > MAX_SIMPLE_KEY || key.includes('\n')
    out.push(long ? `? ${name}\n${' '.repeat(indent)}:` : `${name}:`)
    if (!isFilled(value)) out.push(' ', scalarText(value, { indent: indent + INDENT, column: indent + (long ? 0 : name.length) + 2 }), '\n')
    else {
      const below = Array.isArray(value) && !long ? indent : indent + INDENT
      out.push(long ? ' ' : `\n${' '.repeat(below)}`)
      print(value, below, out)
    }
  })
}

function isFilled(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

interface Columns {
  /** Of further lines. */
  readonly indent: number
  /** Start of the scalar; undefined for a key, which stays on its line. */
  readonly column: number | undefined
}

function scalarText(value: Json, columns: Columns): string {
  switch (typeof value) {
    case 'string':
      return stringText(value, columns)
    case 'number':
      return numberText(value)
    case 'boolean':
      return String(value)
    default:
      return value === null ? 'null' : Array.isArray(value) ? '[]' : '{}'
  }
}

/** A number as text: integers of 64 bits in full, others as Go's `%g`. */
function numberText(value: number): string {
  if (Number.isInteger(value) && value > -(2 ** 63) && value < 2 ** 64) return Object.is(value, -0) ? '0' : BigInt(value).toString()
  return formatG(value)
}

function stringText(text: string, { indent, column }: Columns): string {
  const styles = stringStyles(text)
  const folded = (written: string, style: FoldedStyle): string => (column === undefined ? written : fold(written, { column, indent, style }))
  if (text.includes('\n')) {
    if (!styles.literal) return folded(doubleQuoted(text), 'double')
    const { header, lines } = literalBlock(text, INDENT)
    const pad = ' '.repeat(Math.max(indent, INDENT))
    return `${header}\n${lines.map(line => (line === '' ? '' : pad + line)).join('\n')}`
  }
  if (looksTyped(text)) return folded(doubleQuoted(text), 'double')
  if (styles.plain) return folded(text, 'plain')
  return styles.single ? folded(singleQuoted(text), 'single') : folded(doubleQuoted(text), 'double')
}

/** Compares keys in Go's order: digits before letters, numbers in them by size. */
function compareKeys(a: string, b: string): number {
  const left = [...a]
  const right = [...b]
  for (let i = 0; i < left.length && i < right.length; i++) {
    const x = left[i] ?? ''
    const y = right[i] ?? ''
    if (x === y) continue
    const xLetter = isLetter(x)
    const yLetter = isLetter(y)
    if (xLetter !== yLetter) return xLetter ? 1 : -1
    if (!xLetter) {
      const order = compareNumbers(left, right, i)
      if (order !== 0) return order
    }
    return (x.codePointAt(0) ?? 0) - (y.codePointAt(0) ?? 0)
  }
  return left.length - right.length
}

const DIGIT = /^[0-9]$/
const ASCII_LETTER = /^[A-Za-z]$/
// Made when it is first used: V8 collects the characters of a literal whenever it reads the program.
// biome-ignore lint/complexity/useRegexLiterals: see above
const letter = onceValue(() => new RegExp('^\\p{L}$', 'u'))

function isLetter(char: string): boolean {
  if (char < '\x80') return ASCII_LETTER.test(char)
  return letter().test(char)
}

/** Compares the numbers that differ from place `at` on. */
function compareNumbers(left: readonly string[], right: readonly string[], at: number): number {
  // Behind a digit that is not a leading zero, a further digit makes the number larger, also a zero.
  let started = false
  if (left[at] === '0' || right[at] === '0') for (let i = at - 1; i >= 0 && DIGIT.test(left[i] ?? ''); i--) started ||= left[i] !== '0'
  const x = digitsFrom(left, at)
  const y = digitsFrom(right, at)
  const lead = started ? '1' : ''
  const bySize = BigInt(lead + x || '0') - BigInt(lead + y || '0')
  if (bySize !== 0n) return bySize < 0n ? -1 : 1
  return x.length - y.length
}

function digitsFrom(chars: readonly string[], at: number): string {
  let end = at
  while (DIGIT.test(chars[end] ?? '')) end++
  return chars.slice(at, end).join('')
}
