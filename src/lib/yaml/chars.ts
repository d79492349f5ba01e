// Character codes of YAML's syntax. Line ends are those of YAML 1.1, as in Go.

export const TAB = 9
export const LF = 10
const CR = 13
export const SPACE = 32
export const BANG = 33
export const DOUBLE = 34
export const HASH = 35
export const PERCENT = 37
export const AMPERSAND = 38
export const SINGLE = 39
export const ASTERISK = 42
export const PLUS = 43
export const COMMA = 44
export const DASH = 45
export const DOT = 46
export const ZERO = 48
export const NINE = 57
export const COLON = 58
export const LESS = 60
export const GREATER = 62
export const QUESTION = 63
export const LEFT_BRACKET = 91
export const BACKSLASH = 92
export const RIGHT_BRACKET = 93
export const LEFT_BRACE = 123
export const PIPE = 124
export const RIGHT_BRACE = 125
export const NEL = 0x85
const LS = 0x2028
const PS = 0x2029
export const BOM = 0xfeff

/** Matches a text with characters that most manifests do not have. */
export const UNCOMMON = /[^\n\x20-\x7e]/

/** Matches a text with line ends other than `\n`. */
export const OTHER_BREAK = /[\r\x85\u2028\u2029]/

/** Matches characters that a YAML text may have only as escapes. */
export const REFUSED = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/

/** Whether a code is a line end: `\n`, `\r`, and YAML 1.1's U+0085, U+2028 and U+2029. */
export function isBreak(code: number): boolean {
  return code === LF || code === CR || code === NEL || code === LS || code === PS
}

/** Whether a code is a space, a tab, a line end, or the end of the text (NaN). */
export function isBlankOrEnd(code: number): boolean {
  return !(code > SPACE) || code === NEL || code === LS || code === PS
}

/** The offset behind the line end at `at`; `\r\n` is one. */
export function behindBreak(text: string, at: number): number {
  return text.charCodeAt(at) === CR && text.charCodeAt(at + 1) === LF ? at + 2 : at + 1
}

const BREAKS = /\r\n|[\n\r\x85]/g
const BLANKS = /[ \t]+/g

/** The line ends in white space, as a scalar's value has them: `\n` for each but U+2028 and U+2029. */
export function breaksOf(gap: string): string {
  return gap.replace(BREAKS, '\n').replace(BLANKS, '')
}

/** Result of folding the blanks and line breaks between two words: one line break becomes a space, several become one fewer. */
export function foldedGap(gap: string): string {
  const breaks = breaksOf(gap)
  if (!breaks.startsWith('\n')) return breaks
  return breaks === '\n' ? ' ' : breaks.slice(1)
}
