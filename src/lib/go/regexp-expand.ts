// Expands references to groups in replacements, as Go's Regexp.Expand documents: `$1`, `${1}`, `$name`, `$$`.

import { isDigit, isLetter } from './unicode.ts'

/** The groups of a match; undefined for a group that took no part in it. */
export interface ExpandedMatch {
  readonly group: (at: number) => string | undefined
  readonly named: (name: string) => string | undefined
}

/** The replacement with its references resolved. A name is as long as possible; an unknown one stands for nothing. */
export function expand(replacement: string, match: ExpandedMatch): string {
  if (!replacement.includes('$')) return replacement
  let out = ''
  let rest = replacement
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

function readReference(text: string): { readonly name: string; readonly rest: string } | undefined {
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
