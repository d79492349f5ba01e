// Go's package regexp: RE2 syntax by re2js, matching and replacing as Go documents it, with Go's error texts.

import type { Matcher, RE2JS } from 're2js'
import { compileRe2 } from '#re2'
import { checkItems, checkText, type Meter, spend } from './limits.ts'
import { type ExpandedMatch, expand } from './regexp-expand.ts'
import { findGroups, type UniquePattern, uniqueNames } from './regexp-groups.ts'
import { canBackquote, quote } from './strconv.ts'
import { canonical } from './utf8.ts'
import { GoError } from './value.ts'

/** A compiled pattern. Each method reports its work to the meter, which throws GoError when it is too much. */
export interface Regexp {
  /** Go's MatchString. */
  readonly isMatch: (text: string, meter: Meter) => boolean
  /** Go's FindString: the first match, or an empty text. */
  readonly find: (text: string, meter: Meter) => string
  /** Go's FindAllString: null where nothing matches. A negative count means all. */
  readonly findAll: (text: string, count: number, meter: Meter) => string[] | null
  /** Go's Split: the texts between the matches. A negative count means all; null for a count of 0. */
  readonly split: (text: string, count: number, meter: Meter) => string[] | null
  /** Go's ReplaceAllString: `$1` and `${name}` in the replacement stand for groups. */
  readonly replaceAll: (text: string, replacement: string, meter: Meter) => string
  /** Go's ReplaceAllLiteralString. */
  readonly replaceAllLiteral: (text: string, replacement: string, meter: Meter) => string
}

/**
 * Go's regexp.Compile. Patterns that were compiled lately are at hand.
 *
 *     compile('a(b*)').replaceAll('abbc', '<$1>', createMeter()) // '<bb>c'
 * @throws GoError `error parsing regexp: missing closing ): …`
 */
export function compile(pattern: string): Regexp {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  if (!pattern.isWellFormed()) throw new GoError(`error parsing regexp: invalid UTF-8: \`${pattern}\``)
  if (compiled.size >= MAX_COMPILED) compiled.clear()
  const regexp = create(pattern)
  compiled.set(pattern, regexp)
  return regexp
}

/**
 * Go's regexp.MustCompile, which panics.
 * @throws GoError ``regexp: Compile(`a(`): error parsing regexp: …``
 */
export function mustCompile(pattern: string): Regexp {
  try {
    return compile(pattern)
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw new GoError(`regexp: Compile(${canBackquote(pattern) ? `\`${pattern}\`` : quote(pattern)}): ${error.message}`)
  }
}

/** Go's regexp.QuoteMeta: a pattern that matches just the text. */
export function quoteMeta(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')
}

// A program has few patterns, and may use one in a loop.
const MAX_COMPILED = 200
const compiled = new Map<string, Regexp>()

const MAX_PATTERN = 65_536

function create(pattern: string): Regexp {
  const groups = findGroups(pattern)
  const re = parse(pattern, uniqueNames(pattern, groups))
  const search: Search = { re, names: groups.map(group => group.name) }
  return {
    isMatch: (text, meter) => matcherOf(re, text, meter).find(),
    find: (text, meter) => {
      for (const match of matches(search, text, meter)) return match.text
      return ''
    },
    findAll: (text, count, meter) => findAll(matches(search, text, meter), count),
    split: (text, count, meter) => {
      if (count === 0) return null
      return pattern !== '' && text === '' ? [''] : split(matches(search, text, meter), text, count)
    },
    replaceAll: (text, replacement, meter) => replaceAll(matches(search, text, meter), text, match => expand(replacement, match)),
    replaceAllLiteral: (text, replacement, meter) => replaceAll(matches(search, text, meter), text, () => replacement),
  }
}

function parse(pattern: string, { pattern: unique, renamed }: UniquePattern): RE2JS {
  if (pattern.length > MAX_PATTERN) throw new GoError(`regular expression of ${pattern.length} characters: more than ${MAX_PATTERN} are refused`)
  try {
    return compileRe2(unique)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (!message.startsWith('error parsing regexp: ')) throw error
    const named = Array.from(renamed).reduce((text, [newName, name]) => text.replaceAll(`<${newName}>`, `<${name}>`), message)
    throw new GoError(Array.from(GO_ENDINGS).reduce((text, [ending, go]) => (text.endsWith(ending) ? text.slice(0, -ending.length) + go : text), named))
  }
}

/** Ends of error messages in re2js, and in Go. */
const GO_ENDINGS: ReadonlyMap<string, string> = new Map([
  ['trailing backslash at end of expression', 'trailing backslash at end of expression: ``'],
  ['invalid named capture: `(?<`', 'invalid or unsupported Perl syntax: `(?<`'],
  ['invalid named capture: `(?P<`', 'invalid or unsupported Perl syntax: `(?P`'],
])

/** Compiled expression: the program, and the names of its groups in order. */
interface Search {
  readonly re: RE2JS
  readonly names: readonly (string | undefined)[]
}

interface Match extends ExpandedMatch {
  readonly start: number
  readonly end: number
  readonly text: string
}

// Simulating the automaton takes time in proportion to both sizes.
const STEPS_A_UNIT = 64
// Each search may run to the end of the text before it settles for a match near its start.
const CHARACTERS_A_UNIT = 100

function matcherOf(re: RE2JS, text: string, meter: Meter): Matcher {
  spend(meter, (re.programSize() * text.length) / STEPS_A_UNIT)
  return re.matcher(text)
}

/** All matches in turn, without empty ones right behind another match. The groups of a match can be read until the next one is asked for. */
function* matches({ re, names }: Search, text: string, meter: Meter): Iterable<Match> {
  const matcher = matcherOf(re, text, meter)
  const group = (at: number): string | undefined => (at <= re.groupCount() ? (matcher.group(at) ?? undefined) : undefined)
  const named = (name: string): string | undefined => {
    for (const [i, candidate] of names.entries()) {
      const found = candidate === name ? group(i + 1) : undefined
      if (found !== undefined) return found
    }
    return undefined
  }
  let previousEnd = -1
  for (let at = 0; at <= text.length && matcher.find(at); ) {
    spend(meter, (text.length - at) / CHARACTERS_A_UNIT)
    const start = matcher.start()
    const end = matcher.end()
    const isEmpty = end === at
    if (!isEmpty || start !== previousEnd) yield { start, end, text: text.slice(start, end), group, named }
    previousEnd = end
    at = isEmpty ? at + widthAt(text, at) : end
  }
}

/** Number of UTF-16 units of the character there; at least 1, so that a search moves on. */
function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
}

function findAll(found: Iterable<Match>, count: number): string[] | null {
  const texts: string[] = []
  if (count === 0) return null
  for (const match of found) {
    checkItems(texts.push(match.text))
    if (texts.length === count) break
  }
  return texts.length === 0 ? null : texts
}

function split(found: Iterable<Match>, text: string, count: number): string[] {
  const parts: string[] = []
  let start = 0
  let end = 0
  for (const match of found) {
    if (parts.length === count - 1) break
    end = match.start
    // An empty match at the very beginning separates nothing.
    if (match.end !== 0) checkItems(parts.push(text.slice(start, end)))
    start = match.end
  }
  return end === text.length ? parts : [...parts, text.slice(start)]
}

function replaceAll(found: Iterable<Match>, text: string, replacement: (match: Match) => string): string {
  let out = ''
  let last = 0
  for (const match of found) {
    out += text.slice(last, match.start) + replacement(match)
    last = match.end
    checkText(out.length)
  }
  return last === 0 && out === '' ? text : canonical(out + text.slice(last))
}
