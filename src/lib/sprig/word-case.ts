// snake_case, kebab-case and PascalCase as Sprig's xstrings makes them (its documentation: ToSnakeCase, ToKebabCase, ToPascalCase).

import { checkItems, type Meter, spend } from '../go/limits.ts'
import { isLetter, isSpace, isUpper, toLowerRune, toUpperRune } from '../go/unicode.ts'
import { categoryTest } from '../go/unicode-category.ts'

/** `HTTPServer` becomes `http_server`, `abc123Def` `abc123_def`. */
export function toSnakeCase(text: string, meter: Meter): string {
  return joinWords(text, '_', meter)
}

/** `HTTPServer` becomes `http-server`. */
export function toKebabCase(text: string, meter: Meter): string {
  return joinWords(text, '-', meter)
}

type WordKind = 'connector' | 'punctuation' | 'upper' | 'alphabet' | 'number' | 'other' | 'broken'

interface Word {
  readonly kind: WordKind
  readonly units: readonly Unit[]
}

const isNumber = categoryTest('N')
const isPunctuation = categoryTest('P')

const HAN: readonly (readonly [number, number])[] = [
  [0x3400, 0x4d85],
  [0x4e00, 0x9fcc],
  [0x20000, 0x2a6df],
  [0x2a700, 0x2b739],
  [0x2b740, 0x2b81d],
]

function isConnector(char: string): boolean {
  return char === '-' || char === '_' || isSpace(char)
}

/** Letters of scripts that write words apart; Chinese ones count as others. */
function isAlphabet(char: string): boolean {
  if (!isLetter(char)) return false
  const code = char.codePointAt(0) ?? 0
  return !HAN.some(([from, to]) => code >= from && code <= to)
}

/** A character, with broken bytes before it; the last of a text also with those after it. */
interface Unit {
  readonly char: string
  readonly text: string
}

function unitsOf(text: string): Unit[] {
  const units = Array.from(text.matchAll(UNIT), ([whole, char = '']) => ({ char, text: whole }))
  const last = units.at(-1)
  if (last !== undefined && last.char === '' && units.length > 1) {
    units.pop()
    const before = units.pop()
    if (before !== undefined) units.push({ char: before.char, text: before.text + last.text })
  }
  return units
}

// A replacement character counts as a broken byte: Go's decoding gives the same rune for both.
const UNIT = /[\ufffd\ud800-\udfff]*([^\ufffd\ud800-\udfff])|[\ufffd\ud800-\udfff]+$/gu

function splitWords(text: string, meter: Meter): Word[] {
  checkItems(text.length)
  spend(meter, text.length)
  const units = unitsOf(text)
  const words: Word[] = []
  for (let at = 0; at < units.length; ) {
    const { kind, length } = wordAt(units, at)
    words.push({ kind, units: units.slice(at, at + length) })
    at += length
  }
  return words
}

function wordAt(units: readonly Unit[], start: number): { kind: WordKind; length: number } {
  const first = units[start]?.char ?? ''
  const run = (from: number, belongs: (char: string) => boolean): number => {
    let at = from
    while (at < units.length && belongs(units[at]?.char ?? '')) at++
    return at - start
  }
  if (first === '') return { kind: 'broken', length: 1 }
  if (isConnector(first)) return { kind: 'connector', length: run(start + 1, isConnector) }
  if (isPunctuation(first)) return { kind: 'punctuation', length: run(start + 1, isPunctuation) }
  if (isUpper(first)) return { kind: 'upper', length: upperLength(units, start, run) }
  if (isAlphabet(first)) return { kind: 'alphabet', length: run(start + 1, isSmallLetter) }
  if (isNumber(first)) return { kind: 'number', length: run(start + 1, isNumber) }
  return { kind: 'other', length: run(start + 1, char => !isConnector(char) && !isAlphabet(char) && !isNumber(char) && !isPunctuation(char)) }
}

function isSmallLetter(char: string): boolean {
  return isAlphabet(char) && !isUpper(char)
}

/** `Server` is one word; of `HTTPServer` the last capital belongs to the next one. */
function upperLength(units: readonly Unit[], start: number, run: (from: number, belongs: (char: string) => boolean) => number): number {
  const next = units[start + 1]?.char ?? ''
  if (isUpper(next)) {
    const length = run(start + 2, isUpper)
    const follower = units[start + length]?.char
    return follower !== undefined && isAlphabet(follower) ? length - 1 : length
  }
  return isAlphabet(next) ? run(start + 2, isSmallLetter) : 1
}

/** Words in lower case with the connector between. Numbers stay with the word before them unless letters follow directly. */
function joinWords(text: string, connector: string, meter: Meter): string {
  const words = splitWords(text, meter)
  let out = ''
  let at = 0
  const kindAt = (index: number): WordKind | undefined => words[index]?.kind
  const write = (index: number): void => {
    const word = words[index]
    if (word !== undefined) out += lowered(word, connector)
  }
  const separate = (): void => {
    const kind = kindAt(at)
    if (kind !== undefined && kind !== 'broken' && kind !== 'punctuation' && kind !== 'connector') out += connector
  }
  const writeLettersAndNumbers = (): void => {
    for (; kindAt(at) === 'alphabet' || kindAt(at) === 'number'; at++) write(at)
  }
  while (at < words.length - 1) {
    const kind = kindAt(at)
    write(at)
    at++
    if (kind === 'connector' || kind === 'punctuation') continue
    if (kind === 'number') {
      writeLettersAndNumbers()
      separate()
    } else if (kindAt(at) !== 'number') {
      separate()
    } else if (at < words.length - 1) {
      at++
      if (kindAt(at) !== 'alphabet') {
        write(at - 1)
        separate()
      } else {
        out += connector
        write(at - 1)
        writeLettersAndNumbers()
        separate()
      }
    }
  }
  write(at)
  return out
}

function lowered({ kind, units }: Word, connector: string): string {
  if (kind !== 'upper' && kind !== 'connector') return units.map(unit => unit.text).join('')
  const chars = units.flatMap(unit => Array.from(unit.text.toWellFormed()))
  return chars.map(char => (isConnector(char) ? connector : isUpper(char) ? toLowerRune(char) : char)).join('')
}

/** `foo-bar` becomes `FooBar`, `HTTPServer` `Httpserver`. Connectors at the start, the end and in rows stay, but for one. */
export function toPascalCase(text: string): string {
  checkItems(text.length)
  const chars = Array.from(text.toWellFormed())
  let at = 0
  while (at < chars.length && isConnector(chars[at] ?? '')) at++
  let out = chars.slice(0, at).join('')
  // Of connectors alone the last one comes out twice.
  if (at === chars.length) return out + (chars[at - 1] ?? '')
  let inCapitals = isUpper(chars[at] ?? '')
  let held = toUpperRune(chars[at] ?? '')
  for (at++; at < chars.length; at++) {
    const char = chars[at] ?? ''
    if (isConnector(held)) {
      if (isConnector(char)) {
        out += held
      } else {
        inCapitals = isUpper(char)
        held = toUpperRune(char)
        continue
      }
    } else out += held
    if (inCapitals && !isConnector(char)) {
      inCapitals = isUpper(char)
      held = inCapitals ? toLowerRune(char) : char
    } else held = char
  }
  return out + held
}
