// Why Go's encoding/json would refuse a text, in its words (documentation of encoding/json).
import { goQuote } from './go-text.ts'

/**
 * The syntax error of `text`, or undefined when it is JSON.
 *
 *     jsonSyntaxError('{"a":x}') // "invalid character 'x' looking for beginning of value"
 */
export function jsonSyntaxError(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch {
    // Go names the character and where it stood; engines of JavaScript each word this their own way.
  }
  const scan: Scan = { text, at: 0 }
  const error = scanValues(scan) ?? (skipBlanks(scan) < text.length ? unexpected(scan, 'after top-level value') : undefined)
  return error ?? END
}

interface Scan {
  readonly text: string
  at: number
}

const END = 'unexpected end of JSON input'
const BLANKS = ' \t\r\n'
const MAX_DEPTH = 10_000

/** One value with all that it holds; a stack of closing brackets instead of recursion, so that depth costs no stack. */
function scanValues(scan: Scan): string | undefined {
  const open: string[] = []
  for (;;) {
    // A value, or the start of one.
    let first = charAt(scan)
    if (first === '[' || first === '{') {
      if (open.push(first) > MAX_DEPTH) return 'exceeded max depth'
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

function scanScalar(scan: Scan, first: string): string | undefined {
  if (first === '"') return scanString(scan)
  if (first === '-' || (first >= '0' && first <= '9')) return scanNumber(scan)
  const literal = { t: 'true', f: 'false', n: 'null' }[first]
  if (literal === undefined) return unexpected(scan, 'looking for beginning of value')
  for (const letter of literal) {
    if (scan.text[scan.at] !== letter) return unexpected(scan, `in literal ${literal} (expecting '${letter}')`)
    scan.at++
  }
  return undefined
}

function scanString(scan: Scan): string | undefined {
  scan.at++
  for (;;) {
    const char = scan.text[scan.at]
    if (char === undefined) return END
    if (char < ' ') return unexpected(scan, 'in string literal')
    scan.at++
    if (char === '"') return undefined
    if (char !== '\\') continue
    const code = scan.text[scan.at] ?? ''
    if (code === '') return END
    if (!'bfnrt\\/"u'.includes(code)) return unexpected(scan, 'in string escape code')
    scan.at++
    for (let i = 0; code === 'u' && i < 4; i++, scan.at++) {
      if (!/^[0-9a-fA-F]$/.test(scan.text[scan.at] ?? '')) return unexpected(scan, 'in \\u hexadecimal character escape')
    }
  }
}

function scanNumber(scan: Scan): string | undefined {
  if (scan.text[scan.at] === '-') scan.at++
  if (scan.text[scan.at] === '0') scan.at++
  else if (!digits(scan)) return unexpected(scan, 'in numeric literal')
  if (scan.text[scan.at] === '.') {
    scan.at++
    if (!digits(scan)) return unexpected(scan, 'after decimal point in numeric literal')
  }
  if (/^[eE]$/.test(scan.text[scan.at] ?? '')) {
    scan.at++
    if (/^[+-]$/.test(scan.text[scan.at] ?? '')) scan.at++
    if (!digits(scan)) return unexpected(scan, 'in exponent of numeric literal')
  }
  return undefined
}

function digits(scan: Scan): boolean {
  const from = scan.at
  while (/^[0-9]$/.test(scan.text[scan.at] ?? '')) scan.at++
  return scan.at > from
}

function skipBlanks(scan: Scan): number {
  while (scan.at < scan.text.length && BLANKS.includes(scan.text[scan.at] ?? '')) scan.at++
  return scan.at
}

/** The next character that is no blank; '' at the end. */
function charAt(scan: Scan): string {
  return scan.text[skipBlanks(scan)] ?? ''
}

function unexpected(scan: Scan, where: string): string {
  const code = scan.text.codePointAt(scan.at)
  return code === undefined ? END : `invalid character ${goChar(firstByte(code))} ${where}`
}

// Go reports the first byte of a character, as if it were a character of its own.
function firstByte(code: number): number {
  if (code < 0x80) return code
  if (code < 0x800) return 0xc0 | (code >> 6)
  return code < 0x10000 ? 0xe0 | (code >> 12) : 0xf0 | (code >> 18)
}

function goChar(byte: number): string {
  const char = String.fromCharCode(byte)
  if (char === "'") return "'\\''"
  if (char === '"') return `'"'`
  return `'${goQuote(char).slice(1, -1)}'`
}
