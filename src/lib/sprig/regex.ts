// Sprig's regular expressions: RE2 syntax by re2js, matching and replacing as Go's regexp documents it.

import { type Matcher, RE2JS } from 're2js'
import { checkItems, checkText, spend } from '../go/limits.ts'
import { canBackquote, quote } from '../go/strconv.ts'
import { isDigit, isLetter } from '../go/unicode.ts'
import { canonical } from '../go/utf8.ts'
import { BOOL, GoError, type GoFunc, type GoValue, STRING, STRINGS } from '../go/value.ts'
import { type Entries, fn, int, text, typed } from './define.ts'
import { findGroups, type UniquePattern, uniqueNames } from './regex-groups.ts'

export function regexFuncs(): Entries {
  return [
    ['regexMatch', fn([text, text], BOOL, (regex, s) => matchOrNot(regex, s))],
    ['mustRegexMatch', fn([text, text], BOOL, (regex, s) => compile(regex).isMatch(s))],
    ...twins('regexFind', use => fn([text, text], STRING, (regex, s) => first(use(regex), s))),
    ...twins('regexFindAll', use => fn([text, text, int], STRINGS, (regex, s, count) => typed(STRINGS, findAll(use(regex), s, count)))),
    ...twins('regexReplaceAll', use => fn([text, text, text], STRING, (regex, s, by) => replaceAll(use(regex), s, match => expand(by, match)))),
    ...twins('regexReplaceAllLiteral', use => fn([text, text, text], STRING, (regex, s, by) => replaceAll(use(regex), s, () => by))),
    ...twins('regexSplit', use => fn([text, text, int], STRINGS, (regex, s, count) => typed(STRINGS, split(use(regex), s, { regex, count })))),
    ['regexQuoteMeta', fn([text], STRING, s => s.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&'))],
  ]
}

type Use = (regex: string) => Regex

/** A function that panics on a bad pattern, and its `must` form, which says the same in fewer words. */
function twins(name: string, define: (use: Use) => GoFunc): Entries {
  return [
    [name, define(mustCompile)],
    [`must${name[0]?.toUpperCase()}${name.slice(1)}`, define(compile)],
  ]
}

function matchOrNot(regex: string, s: string): GoValue {
  try {
    return compile(regex).isMatch(s)
  } catch (error) {
    if (error instanceof GoError) return false
    throw error
  }
}

function mustCompile(regex: string): Regex {
  try {
    return compile(regex)
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw new GoError(`regexp: Compile(${canBackquote(regex) ? `\`${regex}\`` : quote(regex)}): ${error.message}`)
  }
}

/** One match. Its groups can be asked for until the next one is looked for; undefined for a group that took no part. */
interface Match {
  readonly start: number
  readonly end: number
  readonly text: string
  readonly group: (at: number) => string | undefined
  readonly named: (name: string) => string | undefined
}

interface Regex {
  readonly isMatch: (s: string) => boolean
  /** All matches in turn, without empty ones right behind another match. */
  readonly matches: (s: string) => Iterable<Match>
}

// Patterns are few, but a template in a loop uses them often.
const MOST_COMPILED = 200
const compiled = new Map<string, Regex>()

function compile(regex: string): Regex {
  const known = compiled.get(regex)
  if (known !== undefined) return known
  if (!regex.isWellFormed()) throw new GoError(`error parsing regexp: invalid UTF-8: \`${regex}\``)
  if (compiled.size >= MOST_COMPILED) compiled.clear()
  const made = make(regex)
  compiled.set(regex, made)
  return made
}

function parse(regex: string, { pattern, renamed }: UniquePattern): RE2JS {
  if (regex.length > LONGEST) throw new GoError(`regular expression of ${regex.length} characters: more than ${LONGEST} are refused`)
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (!message.startsWith('error parsing regexp: ')) throw error
    const named = Array.from(renamed).reduce((text, [unique, name]) => text.replaceAll(`<${unique}>`, `<${name}>`), message)
    throw new GoError(named.endsWith('trailing backslash at end of expression') ? `${named}: \`\`` : named)
  }
}

const LONGEST = 65_536

function make(regex: string): Regex {
  const groups = findGroups(regex)
  const re = parse(regex, uniqueNames(regex, groups))
  const names = groups.map(group => group.name)
  return { isMatch: s => matcherOf(re, s).find(), matches: s => findMatches(re, s, names) }
}

// Simulating the automaton takes time in proportion to both sizes.
const STEPS_A_UNIT = 64
// Each search may run to the end of the text before it settles for a match near its start.
const CHARACTERS_A_UNIT = 100

function matcherOf(re: RE2JS, s: string): Matcher {
  spend((re.programSize() * s.length) / STEPS_A_UNIT)
  return re.matcher(s)
}

function* findMatches(re: RE2JS, s: string, names: readonly (string | undefined)[]): Iterable<Match> {
  const matcher = matcherOf(re, s)
  const group = (at: number): string | undefined => (at <= re.groupCount() ? (matcher.group(at) ?? undefined) : undefined)
  const named = (name: string): string | undefined => {
    for (const [i, candidate] of names.entries()) {
      const found = candidate === name ? group(i + 1) : undefined
      if (found !== undefined) return found
    }
    return undefined
  }
  let previousEnd = -1
  for (let at = 0; at <= s.length && matcher.find(at); ) {
    spend((s.length - at) / CHARACTERS_A_UNIT)
    const start = matcher.start()
    const end = matcher.end()
    const isEmpty = end === at
    if (!isEmpty || start !== previousEnd) yield { start, end, text: s.slice(start, end), group, named }
    previousEnd = end
    at = isEmpty ? at + widthAt(s, at) : end
  }
}

/** Of the character there, at least 1 so that a search moves on. */
function widthAt(s: string, at: number): number {
  return (s.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
}

function first(regex: Regex, s: string): string {
  for (const match of regex.matches(s)) return match.text
  return ''
}

/** Null, a nil slice, where nothing matches. A negative count means all. */
function findAll(regex: Regex, s: string, count: number): string[] | null {
  const texts: string[] = []
  if (count === 0) return null
  for (const match of regex.matches(s)) {
    checkItems(texts.push(match.text))
    if (texts.length === count) break
  }
  return texts.length === 0 ? null : texts
}

function split(found: Regex, s: string, { regex, count }: { regex: string; count: number }): string[] | null {
  if (count === 0) return null
  if (regex !== '' && s === '') return ['']
  const parts: string[] = []
  let start = 0
  let end = 0
  for (const match of found.matches(s)) {
    if (parts.length === count - 1) break
    end = match.start
    // An empty match at the very beginning separates nothing.
    if (match.end !== 0) checkItems(parts.push(s.slice(start, end)))
    start = match.end
  }
  return end === s.length ? parts : [...parts, s.slice(start)]
}

function replaceAll(regex: Regex, s: string, replacement: (match: Match) => string): string {
  let out = ''
  let last = 0
  for (const match of regex.matches(s)) {
    out += s.slice(last, match.start) + replacement(match)
    last = match.end
    checkText(out.length)
  }
  return last === 0 && out === '' ? s : canonical(out + s.slice(last))
}

/** Go's Regexp.Expand: `$1`, `${1}`, `$name`, `$$`. A name is as long as possible; an unknown one stands for nothing. */
function expand(template: string, match: Match): string {
  if (!template.includes('$')) return template
  let out = ''
  let rest = template
  for (let at = rest.indexOf('$'); at >= 0; at = rest.indexOf('$')) {
    out += rest.slice(0, at)
    rest = rest.slice(at + 1)
    const reference = rest.startsWith('$') ? undefined : readReference(rest)
    if (reference === undefined) {
      out += '$'
      if (rest.startsWith('$')) rest = rest.slice(1)
      continue
    }
    rest = reference.rest
    const { name } = reference
    const isNumber = /^(?:0|[1-9][0-9]{0,8})$/.test(name)
    out += (isNumber ? match.group(Number(name)) : match.named(name)) ?? ''
  }
  return out + rest
}

function readReference(text: string): { name: string; rest: string } | undefined {
  const isBraced = text.startsWith('{')
  let name = ''
  for (const char of isBraced ? text.slice(1) : text) {
    if (char !== '_' && !isLetter(char) && !isDigit(char)) break
    name += char
  }
  const end = name.length + (isBraced ? 2 : 0)
  if (name === '' || (isBraced && text[end - 1] !== '}')) return undefined
  return { name, rest: text.slice(end) }
}
