// Finds the styles in which YAML can write a string exactly (YAML 1.1, as Go's emitter decides).

import { COLON } from './chars.ts'
import { resolvePlain } from './scalar.ts'

export interface StringStyles {
  /** Plain, outside flow collections. */
  readonly plain: boolean
  /** Plain inside them. */
  readonly flowPlain: boolean
  readonly single: boolean
  /** As a literal block. */
  readonly literal: boolean
}

const SIMPLE = /^[A-Za-z_/][\w./-]*$/
const INDICATOR_FIRST = /^[#,[\]{}&*!|>'"%@`]|^-(?=[ \t\n\r\x85\u2028\u2029]|$)|^(?:---|\.\.\.)/
const INDICATOR = /^[?:](?=[ \t\n\r\x85\u2028\u2029]|$)|:(?=[ \t\n\r\x85\u2028\u2029]|$)|[ \t\n\r\x85\u2028\u2029]#/
const FLOW_INDICATOR = /[,?[\]{}:]/
// Beyond these, only double quotes can hold a character. Tabs are among them, as Go has it.
const UNPRINTABLE = /[^\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/
const BREAK = /[\n\r\x85\u2028\u2029]/

/** The styles in which YAML reads back exactly `text`. A plain text may still be read as a number or boolean (`looksTyped`). */
export function stringStyles(text: string): StringStyles {
  if (SIMPLE.test(text)) return ALL
  const edges = /^[ \n\r\x85\u2028\u2029]|[ \n\r\x85\u2028\u2029]$/.test(text)
  const special = UNPRINTABLE.test(text) || / [\n\r\x85\u2028\u2029]/.test(text)
  const multiline = BREAK.test(text)
  const indicators = INDICATOR_FIRST.test(text) || INDICATOR.test(text)
  const plain = text !== '' && !edges && !special && !multiline && !indicators
  return {
    plain,
    flowPlain: plain && !FLOW_INDICATOR.test(text),
    single: !special && !/[\n\r\x85\u2028\u2029] /.test(text),
    literal: text !== '' && !special && !text.endsWith(' '),
  }
}

const ALL: StringStyles = { plain: true, flowPlain: true, single: true, literal: true }

const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/
const TIMESTAMP = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]*)?\s*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?)?)?$/

/** Whether some YAML parser reads the plain text as another type than a string: `yes`, `0777`, `1:30`, `2020-01-01`. */
export function looksTyped(text: string): boolean {
  const first = text.charCodeAt(0)
  // Lower case words longer than `false` are strings, which is the most frequent case.
  if (first >= 97 && text.length > 5) return false
  // Digits and signs stand before a colon.
  return typeof resolvePlain(text) !== 'string' || (first < COLON && (BASE_60.test(text) || TIMESTAMP.test(text)))
}

const NAMED = new Map([
  [0x00, '\\0'], [0x07, '\\a'], [0x08, '\\b'], [0x09, '\\t'], [0x0a, '\\n'], [0x0b, '\\v'], [0x0c, '\\f'], [0x0d, '\\r'], [0x1b, '\\e'],
  [0x22, '\\"'], [0x5c, '\\\\'], [0x85, '\\N'], [0x2028, '\\L'], [0x2029, '\\P'],
]) // biome-ignore format: a table
const ESCAPED = /["\\]|[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/gu

/** The text in double quotes. Characters beyond U+FFFF are escaped as in Go, unless `astral` is set. */
export function doubleQuoted(text: string, astral = false): string {
  return `"${text.replace(ESCAPED, char => {
    const code = char.codePointAt(0) ?? 0
    if (code > 0xffff) return astral ? char : `\\U${code.toString(16).toUpperCase().padStart(8, '0')}`
    return NAMED.get(code) ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`)
  })}"`
}

function hex(code: number, width: number): string {
  return code.toString(16).toUpperCase().padStart(width, '0')
}

/** The text in single quotes; only for texts of one line. */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/**
 * The text as a literal block: the header, and the lines without indentation. `step` is the number of an indentation indicator.
 * The header says whether line ends at the end are to be kept.
 */
export function literalBlock(text: string, step: number): { header: string; lines: string[] } {
  const body = text.endsWith('\n') ? text.slice(0, -1) : text
  const hint = /^[ \n]/.test(text) ? String(step) : ''
  const chomping = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : ''
  return { header: `|${hint}${chomping}`, lines: body.split('\n') }
}
