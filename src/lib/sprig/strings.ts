// Sprig's string functions (documentation of Masterminds/sprig, "String Functions"; strings and goutils for the details).

import { formatValue } from '../go/fmt.ts'
import { checkText } from '../go/limits.ts'
import { quote } from '../go/strconv.ts'
import { toLower, toUpper, trimSpace } from '../go/strings.ts'
import { isDigit, isLetter, isLower, isSpace, isUpper, toLowerRune, toTitleRune, toUpperRune } from '../go/unicode.ts'
import { categoryTest } from '../go/unicode-category.ts'
import { byteLength, byteSlice, canonical, countRunes, mapChars, toBinary } from '../go/utf8.ts'
import { BOOL, GoError, type GoFunc, STRING } from '../go/value.ts'
import { alias, any, type Entries, fn, int, text, variadic } from './define.ts'
import { strval } from './reflected.ts'
import { toKebabCase, toPascalCase, toSnakeCase } from './word-case.ts'
import { abbreviate, wrapText } from './wrap.ts'

/** The functions by name. */
export function stringFuncs(): Entries {
  return alias(
    [
      ['hello', fn([], STRING, () => 'Hello!')],
      ['upper', fn([text], STRING, toUpper)],
      ['lower', fn([text], STRING, toLower)],
      ['title', fn([text], STRING, title)],
      ['untitle', fn([text], STRING, untitle)],
      ['swapcase', fn([text], STRING, swapCase)],
      ['snakecase', fn([text], STRING, toSnakeCase)],
      ['camelcase', fn([text], STRING, toPascalCase)],
      ['kebabcase', fn([text], STRING, toKebabCase)],
      ['initials', fn([text], STRING, initials)],
      ['nospace', fn([text], STRING, deleteWhitespace)],
      ['trim', fn([text], STRING, trimSpace)],
      ['trimAll', fn([text, text], STRING, (cutset, s) => trimCutset(s, cutset))],
      ['trimSuffix', fn([text, text], STRING, (suffix, s) => (suffix !== '' && s.endsWith(suffix) ? s.slice(0, -suffix.length) : s))],
      ['trimPrefix', fn([text, text], STRING, (prefix, s) => (s.startsWith(prefix) ? s.slice(prefix.length) : s))],
      ['trunc', fn([int, text], STRING, truncate)],
      ['substr', fn([int, int, text], STRING, substring)],
      ['repeat', fn([int, text], STRING, repeat)],
      ['contains', fn([text, text], BOOL, (part, s) => s.includes(part))],
      ['hasPrefix', fn([text, text], BOOL, (prefix, s) => s.startsWith(prefix))],
      ['hasSuffix', fn([text, text], BOOL, (suffix, s) => s.endsWith(suffix))],
      ['quote', quoted(value => quote(strval(value)))],
      ['squote', quoted(value => `'${formatValue(value)}'`)],
      ['cat', variadic([], any, { result: STRING, call: values => joinWithSpaces(values.filter(value => value !== null).map(value => formatValue(value))) })],
      ['toString', fn([any], STRING, strval)],
      ['indent', fn([int, text], STRING, indent)],
      ['nindent', fn([int, text], STRING, (spaces, s) => `\n${indent(spaces, s)}`)],
      ['replace', fn([text, text, text], STRING, replaceAll)],
      ['plural', fn([text, text, int], STRING, (one, many, count) => (count === 1 ? one : many))],
      ['abbrev', fn([int, text], STRING, (width, s) => (width < 4 ? s : abbreviate(s, 0, width)))],
      ['abbrevboth', fn([int, int, text], STRING, abbreviateBoth)],
      ['wrap', fn([int, text], STRING, (width, s) => wrapText(s, { width, separator: '', breakWords: false }))],
      ['wrapWith', fn([int, text, text], STRING, (width, separator, s) => wrapText(s, { width, separator, breakWords: true }))],
    ],
    { trimall: 'trimAll' },
  )
}

function quoted(print: (value: Parameters<typeof strval>[0]) => string): GoFunc {
  return variadic([], any, {
    result: STRING,
    call: values =>
      values
        .filter(value => value !== null)
        .map(print)
        .join(' '),
  })
}

function joinWithSpaces(texts: readonly string[]): string {
  return canonical(texts.join(' '))
}

/** Go's strings.Title: a letter begins a word where no letter, digit or underscore stands before it. */
function title(s: string): string {
  let previous = ' '
  return mapChars(s.toWellFormed(), char => {
    const isStart = isSeparator(previous)
    previous = char
    return isStart ? toTitleRune(char) : char
  })
}

function isSeparator(char: string): boolean {
  if (char < '\x80') return !/[0-9A-Za-z_]/.test(char)
  return !isLetter(char) && !isDigit(char) && isSpace(char)
}

function untitle(s: string): string {
  let isStart = true
  return mapChars(s.toWellFormed(), char => {
    const wasStart = isStart
    isStart = isSpace(char)
    return wasStart && !isStart ? toLowerRune(char) : char
  })
}

const isTitleCase = categoryTest('Lt')

function swapCase(s: string): string {
  let afterSpace = true
  return mapChars(s.toWellFormed(), char => {
    if (isUpper(char) || isTitleCase(char)) {
      afterSpace = false
      return toLowerRune(char)
    }
    if (isLower(char)) {
      const swapped = afterSpace ? toTitleRune(char) : toUpperRune(char)
      afterSpace = false
      return swapped
    }
    afterSpace = isSpace(char)
    return char
  })
}

/** The initials as in goutils: byte by byte, each as a character. */
function initials(s: string): string {
  let isStart = true
  return mapChars(toBinary(s), byte => {
    const isGap = SPACE_BYTE.test(byte)
    const shown = isStart && !isGap ? byte : ''
    isStart = isGap
    return shown
  })
}

const SPACE_BYTE = /[\t-\r \x85\xa0]/

/** The text without white space as in goutils: byte by byte; if there was any space, each remaining byte becomes a character. */
function deleteWhitespace(s: string): string {
  const binary = toBinary(s)
  return SPACE_BYTE.test(binary) ? binary.replace(/[\t-\r \x85\xa0]+/g, '') : s
}

function trimCutset(s: string, cutset: string): string {
  const cut = new Set(cutset)
  let start = 0
  let end = s.length
  while (start < end) {
    const char = String.fromCodePoint(s.codePointAt(start) ?? 0)
    if (!cut.has(char)) break
    start += char.length
  }
  while (end > start) {
    const pair = s.slice(Math.max(start, end - 2), end)
    const char = pair.length === 2 && (pair.codePointAt(0) ?? 0) > 0xffff ? pair : pair.slice(-1)
    if (!cut.has(char)) break
    end -= char.length
  }
  return s.slice(start, end)
}

function truncate(count: number, s: string): string {
  const length = byteLength(s)
  if (count < 0 && length + count > 0) return byteSlice(s, length + count)
  return count >= 0 && length > count ? byteSlice(s, 0, count) : s
}

function substring(start: number, end: number, s: string): string {
  const length = byteLength(s)
  if (start < 0) {
    if (end < 0) throw new GoError(`runtime error: slice bounds out of range [:${end}]`)
    if (end > length) throw new GoError(`runtime error: slice bounds out of range [:${end}] with length ${length}`)
    return byteSlice(s, 0, end)
  }
  const to = end < 0 || end > length ? length : end
  if (start > to) throw new GoError(`runtime error: slice bounds out of range [${start}:${to}]`)
  return byteSlice(s, start, to)
}

function repeat(count: number, s: string): string {
  if (count < 0) throw new GoError('strings: negative Repeat count')
  checkText(count * s.length)
  return canonical(s.repeat(s === '' ? 0 : count))
}

function indent(spaces: number, s: string): string {
  if (spaces < 0) throw new GoError('strings: negative Repeat count')
  const lines = s.split('\n')
  checkText(s.length + lines.length * spaces)
  const pad = ' '.repeat(spaces)
  return pad + lines.join(`\n${pad}`)
}

function replaceAll(old: string, by: string, s: string): string {
  if (old === '') {
    checkText(s.length + (countRunes(s) + 1) * by.length)
    return canonical(by + mapChars(s, char => char + by))
  }
  if (by.length > old.length) checkText(s.length + (s.split(old).length - 1) * (by.length - old.length))
  return canonical(s.replaceAll(old, () => by))
}

function abbreviateBoth(left: number, right: number, s: string): string {
  return right < 4 || (left > 0 && right < 7) ? s : abbreviate(s, left, right)
}
