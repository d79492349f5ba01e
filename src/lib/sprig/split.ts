// Sprig's functions between strings and lists: split, join and sort (documentation, "String Slice Functions").

import { checkItems, checkText, MAX_ITEMS } from '../go/limits.ts'
import { canonical, compareStrings, countRunes } from '../go/utf8.ts'
import { type GoValue, STRING, STRING_MAP, STRINGS, typeOf } from '../go/value.ts'
import { any, type Entries, fn, int, text, typed } from './define.ts'
import { isNil, itemsOf, strslice, strval } from './reflected.ts'

/** The functions by name. */
export function splitFuncs(): Entries {
  return [
    ['split', fn([text, text], STRING_MAP, (separator, s) => numbered(splitText(s, separator)))],
    ['splitn', fn([text, int, text], STRING_MAP, (separator, count, s) => numbered(splitAtMost(s, separator, count)))],
    ['splitList', fn([text, text], STRINGS, (separator, s) => typed(STRINGS, splitText(s, separator)))],
    ['join', fn([text, any], STRING, join)],
    ['toStrings', fn([any], STRINGS, value => typed(STRINGS, strslice(value)))],
    ['sortAlpha', fn([any], STRINGS, sortAlpha)],
  ]
}

/** Go's strings.Split: an empty separator splits into characters. */
function splitText(s: string, separator: string): string[] {
  if (separator === '') checkItems(countRunes(s))
  const parts = separator === '' ? Array.from(s) : s.split(separator, MAX_ITEMS + 1)
  checkItems(parts.length)
  return parts
}

/** Go's strings.SplitN: the last part holds the rest; 0 gives nothing, a negative count everything. */
function splitAtMost(s: string, separator: string, count: number): string[] {
  if (count === 0) return []
  const parts = splitText(s, separator)
  return count < 0 || parts.length <= count ? parts : [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)]
}

function numbered(parts: readonly string[]): GoValue {
  return typed(STRING_MAP, new Map(parts.map((part, i) => [`_${i}`, part])))
}

function join(separator: string, value: GoValue): string {
  const parts = strslice(value)
  checkText(parts.reduce((length, part) => length + part.length + separator.length, 0))
  return canonical(parts.join(separator))
}

/** The sorted texts. As in Go, a []string is sorted in place, so that the template's own list changes as well. */
function sortAlpha(value: GoValue): GoValue {
  if (itemsOf(value) === undefined) return typed(STRINGS, [strval(value)])
  const texts = strslice(value).sort(compareStrings)
  // A nil []string comes back as it is.
  return isNil(value) && typeOf(value)?.name === STRINGS.name ? value : typed(STRINGS, texts)
}
