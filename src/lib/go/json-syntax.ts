// Finds the syntax error that Go's encoding/json reports for a text (documentation of encoding/json; RFC 8259).

import { quote } from './strconv.ts'
import { toBytes } from './utf8.ts'

/** Deepest nesting that Go reads. */
const MAX_NESTING = 10_000

/**
 * The syntax error of a text, or undefined when it is JSON.
 *
 *     jsonSyntaxError('{"a":x}') // "invalid character 'x' looking for beginning of value"
 */
export function jsonSyntaxError(text: string, maxNesting: number = MAX_NESTING): string | undefined {
  if (isValid(text) && (text.length <= maxNesting || nestingOf(text) <= maxNesting)) return undefined
  const scan: Scan = { text, at: 0, maxNesting }
  const error = scanValues(scan) ?? (skipBlanks(scan) < text.length ? unexpected(scan, 'after top-level value') : undefined)
  return error ?? END
}

function isValid(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    // Engines of JavaScript word this error differently, so the text is scanned again for Go's error.
    return false
  }
}

/** The deepest nesting in a JSON text. */
function nestingOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth)
    else if (token === ']' || token === '}') depth--
  }
  return deepest
}

interface Scan {
  readonly text: string
  readonly maxNesting: number
  at: number
}

const END = 'unexpected end of JSON input'
const BLANKS = ' \t\r\n'

/** Scans one value with everything in it. Open brackets are kept in a list rather than by recursion, so that nesting costs no stack. */
function scanValues(scan: Scan): string | undefined {
  const open: string[] = []
  for (;;) {
    // A value, or the start of one.
    let first = charAt(scan)
    if (first === '[' || first === '{') {
      if (open.push(first) > scan.maxNesting) return 'exceeded max depth'
      scan.at++
      const next = charAt(scan)
      if (next !== (first === '[' ? ']' : '}')) {
        const error = first === '{' ? scanKey(scan) : undefined
        if (error !== undefined) return error
        continue
      }
      scan.at++
      open.pop()
    } else {
      const error = scanScalar(scan, first)
      if (error !== undefined) return error
    }
    // After a value: close what ends here, then a comma or the end.
    for (;;) {
      const inside = open.at(-1)
      if (inside === undefined) return undefined
      first = charAt(scan)
      if (first === '') return END
      scan.at++
      if (first === (inside === '[' ? ']' : '}')) {
        open.pop()
        continue
      }
      if (first === ',') {
        const error = inside === '{' ? scanKey(scan) : undefined
        if (error !== undefined) return error
        break
      }
      scan.at--
      return unexpected(scan, inside === '[' ? 'after array element' : 'after object key:value pair')
    }
  }
}

function scanKey(scan: Scan): string | undefined {
  const first = charAt(scan)
  if (first !== '"') return first === '' ? END : unexpected(scan, 'looking for beginning of object key string')
  const error = scanString(scan)
  if (error !== undefined) return error
  if (charAt(scan) !== ':') return unexpected(scan, 'after object key')
  scan.at++
  return undefined
}

const LITERALS: ReadonlyMap<string, string> = new Map([
  ['t', 'true'],
  ['f', 'false'],
  ['n', 'null'],
])

function scanScalar(scan: Scan, first: string): string | undefined {
  if (first === '"') return scanString(scan)
  if (first === '-' || isDigit(first)) return scanNumber(scan)
  const literal = LITERALS.get(first)
  if (literal === undefined) return unexpected(scan, 'looking for beginning of value')
  for (const letter of literal) {
    if (scan.text[scan.at] !== letter) return unexpectedIn(scan, `in literal ${literal} (expecting '${letter}')`)
    scan.at++
  }
  return undefined
}

const ESCAPES = 'bfnrt\\/"u'

function scanString(scan: Scan): string | undefined {
  scan.at++
  for (;;) {
    const char = scan.text[scan.at]
    if (char === undefined) return END
    if (char < ' ') return unexpected(scan, 'in string literal')
    scan.at++
    if (char === '"') return undefined
    if (char !== '\\') continue
    const code = scan.text[scan.at]
    if (code === undefined || !ESCAPES.includes(code)) return unexpectedIn(scan, 'in string escape code')
    scan.at++
    for (let i = 0; code === 'u' && i < 4; i++, scan.at++) {
      if (!/^[0-9a-fA-F]$/.test(scan.text[scan.at] ?? '')) return unexpectedIn(scan, 'in \\u hexadecimal character escape')
    }
  }
}

function scanNumber(scan: Scan): string | undefined {
  if (scan.text[scan.at] === '-') scan.at++
  if (scan.text[scan.at] === '0') scan.at++
  else if (!skipDigits(scan)) return unexpectedIn(scan, 'in numeric literal')
  if (scan.text[scan.at] === '.') {
    scan.at++
    if (!skipDigits(scan)) return unexpectedIn(scan, 'after decimal point in numeric literal')
  }
  if (scan.text[scan.at] === 'e' || scan.text[scan.at] === 'E') {
    scan.at++
    if (scan.text[scan.at] === '+' || scan.text[scan.at] === '-') scan.at++
    if (!skipDigits(scan)) return unexpectedIn(scan, 'in exponent of numeric literal')
  }
  return undefined
}

function skipDigits(scan: Scan): boolean {
  const from = scan.at
  while (isDigit(scan.text[scan.at] ?? '')) scan.at++
  return scan.at > from
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9'
}

function skipBlanks(scan: Scan): number {
  while (scan.at < scan.text.length && BLANKS.includes(scan.text[scan.at] ?? '')) scan.at++
  return scan.at
}

/** The next character that is not a blank; '' at the end. */
function charAt(scan: Scan): string {
  return scan.text[skipBlanks(scan)] ?? ''
}

function unexpected({ text, at }: Scan, where: string): string {
  if (at >= text.length) return END
  // Go reads bytes, so it names the first byte of a character as if that were one.
  const byte = String.fromCharCode(toBytes(String.fromCodePoint(text.codePointAt(at) ?? 0))[0] ?? 0)
  return `invalid character ${quoteChar(byte)} ${where}`
}

/** The same within a word, a number or an escape. Go reads one more space at the end of the text, which is wrong there. */
function unexpectedIn(scan: Scan, where: string): string {
  return scan.at < scan.text.length ? unexpected(scan, where) : unexpected({ ...scan, text: `${scan.text} ` }, where)
}

function quoteChar(char: string): string {
  if (char === "'") return "'\\''"
  if (char === '"') return "'\"'"
  return `'${quote(char).slice(1, -1)}'`
}
