// Go's fmt.Sprint, Sprintln and Sprintf over Go values (the fmt package's documentation).

import { formatValue } from './fmt-value.ts'
import { type Flags, noFlags } from './fmt-verbs.ts'
import { checkText } from './limits.ts'
import { canonical } from './utf8.ts'
import { Box, type GoValue, kindOf, typeOf } from './value.ts'

export { formatValue } from './fmt-value.ts'

/**
 * Go's fmt.Sprint: a space between two operands when neither is a string.
 *
 * `sprint('a', 1n, 2n)` is `a1 2`.
 */
export function sprint(...args: readonly GoValue[]): string {
  let text = ''
  let wasText = true
  for (const [i, arg] of args.entries()) {
    const isText = kindOf(arg) === 'string'
    if (i > 0 && !isText && !wasText) text += ' '
    text += formatValue(arg)
    checkText(text.length)
    wasText = isText
  }
  return canonical(text)
}

/** Go's fmt.Sprintln: spaces between all operands, and a newline. */
export function sprintln(...args: readonly GoValue[]): string {
  let text = ''
  for (const [i, arg] of args.entries()) {
    if (i > 0) text += ' '
    text += formatValue(arg)
    checkText(text.length)
  }
  return canonical(`${text}\n`)
}

/**
 * Go's fmt.Sprintf, with its words for wrong verbs, missing and extra operands.
 *
 * `sprintf('%05.1f|%-4s|%d', 3.14159, 'ab', 'x')` is `003.1|ab  |%!d(string=x)`.
 */
export function sprintf(format: string, ...args: readonly GoValue[]): string {
  let out = ''
  const state: State = { format, args, at: 0, arg: 0, reordered: false, goodIndex: true, afterIndex: false }
  while (state.at < format.length) {
    const percent = format.indexOf('%', state.at)
    out += percent < 0 ? format.slice(state.at) : format.slice(state.at, percent)
    if (percent < 0) break
    state.at = percent + 1
    out += directive(state)
    checkText(out.length)
  }
  if (!state.reordered && state.arg < args.length) out += `%!(EXTRA ${args.slice(state.arg).map(extra).join(', ')})`
  return canonical(out)
}

function extra(arg: GoValue): string {
  return arg === null ? '<nil>' : `${typeOf(arg)?.name}=${formatValue(arg)}`
}

interface State {
  readonly format: string
  readonly args: readonly GoValue[]
  /** Offset in the format. */
  at: number
  /** The next operand. */
  arg: number
  /** An explicit index was used, so that operands left over are not a mistake. */
  reordered: boolean
  goodIndex: boolean
  /** The last thing read was an explicit index. */
  afterIndex: boolean
}

/** One directive, from behind its percent sign. */
function directive(state: State): string {
  const { format, args } = state
  const flags = noFlags()
  state.goodIndex = true
  state.afterIndex = false
  readFlags(state, flags)
  let problems = ''
  readIndex(state)
  if (format[state.at] === '*') {
    problems += starWidth(state, flags)
  } else {
    flags.width = readNumber(state)
    if (state.afterIndex && flags.width >= 0) state.goodIndex = false
  }
  if (format[state.at] === '.' && state.at + 1 < format.length) problems += readPrecision(state, flags)
  if (!state.afterIndex) readIndex(state)
  const code = format.codePointAt(state.at)
  if (code === undefined) return `${problems}%!(NOVERB)`
  const verb = String.fromCodePoint(code)
  state.at += verb.length
  if (verb === '%') return `${problems}%`
  if (!state.goodIndex) return `${problems}%!${verb}(BADINDEX)`
  const arg = args[state.arg]
  if (arg === undefined) return `${problems}%!${verb}(MISSING)`
  state.arg++
  if (verb === 'v' || verb === 'w') {
    flags.sharpV = flags.sharp
    flags.plusV = flags.plus
    flags.sharp = false
    flags.plus = false
  }
  return problems + formatValue(arg, verb, flags)
}

function readFlags(state: State, flags: Flags): void {
  for (; ; state.at++) {
    switch (state.format[state.at]) {
      case '+':
        flags.plus = true
        break
      case '-':
        flags.minus = true
        break
      case '#':
        flags.sharp = true
        break
      case ' ':
        flags.space = true
        break
      case '0':
        flags.zero = true
        break
      default:
        return
    }
  }
}

// Go refuses widths, precisions and indexes above this.
const TOO_LARGE = 1_000_000

/** Digits as a number, or -1 for none. A number too large uses up the rest of the format, as in Go. */
function readNumber(state: State): number {
  let number = -1
  for (; ; state.at++) {
    const digit = state.format.charCodeAt(state.at) - 0x30
    if (!(digit >= 0 && digit <= 9)) return number
    if (number > TOO_LARGE) {
      state.at = state.format.length
      return -1
    }
    number = Math.max(number, 0) * 10 + digit
  }
}

/** `[n]`, an explicit operand index. */
function readIndex(state: State): void {
  state.afterIndex = false
  const { format, at } = state
  if (format[at] !== '[') return
  state.reordered = true
  const close = format.indexOf(']', at)
  if (close < 0) {
    state.goodIndex = false
    state.at++
    return
  }
  const inner = { ...state, format: format.slice(0, close), at: at + 1 }
  const number = readNumber(inner)
  const isNumber = number >= 0 && inner.at === close
  state.at = close + 1
  state.afterIndex = isNumber
  if (isNumber && number >= 1 && number <= state.args.length) state.arg = number - 1
  else state.goodIndex = false
}

function starWidth(state: State, flags: Flags): string {
  state.at++
  const width = operandNumber(state)
  state.afterIndex = false
  if (width === undefined) return '%!(BADWIDTH)'
  flags.width = Math.abs(width)
  if (width < 0) {
    flags.minus = true
    flags.zero = false
  }
  return ''
}

function readPrecision(state: State, flags: Flags): string {
  state.at++
  if (state.afterIndex) state.goodIndex = false
  readIndex(state)
  if (state.format[state.at] !== '*') {
    flags.precision = Math.max(readNumber(state), 0)
    return ''
  }
  state.at++
  const precision = operandNumber(state)
  state.afterIndex = false
  if (precision === undefined || precision < 0) return '%!(BADPREC)'
  flags.precision = precision
  return ''
}

/** The next operand as a width or precision; undefined where it is not an integer of a sane size. */
function operandNumber(state: State): number | undefined {
  const arg = state.args[state.arg]
  if (arg === undefined) return undefined
  state.arg++
  const value = arg instanceof Box ? arg.value : arg
  if (typeof value !== 'bigint' || value > BigInt(TOO_LARGE) || value < -BigInt(TOO_LARGE)) return undefined
  return Number(value)
}
