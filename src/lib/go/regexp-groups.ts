// Finds the capture groups of an RE2 pattern, and renames repeated ones: Go allows two groups of one name, re2js does not.

/** A capture group of a pattern. */
export interface CaptureGroup {
  /** undefined for one without a name. */
  readonly name: string | undefined
  /** Offset of the name in the pattern. */
  readonly at: number
}

const NAMED = /^\(\?P?<([^>]*)>/

/** All capture groups in order; for a pattern that is not a valid one, whatever looks like groups. */
export function findGroups(pattern: string): CaptureGroup[] {
  const groups: CaptureGroup[] = []
  if (!pattern.includes('(')) return groups
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]
    if (char === '\\') {
      const isLiteral = pattern[at + 1] === 'Q'
      const end = isLiteral ? pattern.indexOf('\\E', at + 2) : at
      if (end < 0) return groups
      at = end + 1
    } else if (char === '[') at = endOfClass(pattern, at)
    else if (char === '(' && pattern[at + 1] !== '?') groups.push({ name: undefined, at })
    else if (char === '(') {
      const [whole, name] = NAMED.exec(pattern.slice(at, at + 2000)) ?? []
      if (whole !== undefined && name !== undefined) groups.push({ name, at: at + whole.length - name.length - 1 })
    }
  }
  return groups
}

/** The closing bracket of a character class; one right at the beginning is a literal. */
function endOfClass(pattern: string, start: number): number {
  let at = start + 1
  if (pattern[at] === '^') at++
  if (pattern[at] === ']') at++
  for (; at < pattern.length && pattern[at] !== ']'; at++) {
    if (pattern[at] === '\\') at++
    else if (pattern.startsWith('[:', at)) {
      const end = pattern.indexOf(':]', at + 2)
      if (end >= 0) at = end + 1
    }
  }
  return at
}

/** A pattern in which each group has a name of its own. */
export interface UniquePattern {
  readonly pattern: string
  /** New names to the repeated ones that they stand for. */
  readonly renamed: ReadonlyMap<string, string>
}

/** The pattern with each repeated group name replaced by a new one. */
export function uniqueNames(pattern: string, groups: readonly CaptureGroup[]): UniquePattern {
  const seen = new Set<string>()
  const repeated = groups.filter(({ name }) => {
    const isRepeated = name !== undefined && seen.has(name)
    if (name !== undefined) seen.add(name)
    return isRepeated
  })
  const renamed = new Map<string, string>()
  let out = pattern
  for (const { name = '', at } of repeated.toReversed()) {
    let number = 2
    while (seen.has(`${name}_${number}`)) number++
    const unique = `${name}_${number}`
    seen.add(unique)
    renamed.set(unique, name)
    out = `${out.slice(0, at)}${unique}${out.slice(at + name.length)}`
  }
  return { pattern: out, renamed }
}
