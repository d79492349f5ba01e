// Finds the one edit that turns a text into another.

import type { Edit } from '../lib/yaml/index.ts'

/** The edit that makes `after` of `before`, which stands at `offset`: what both begin and end with is left alone, for it may belong to others, too. */
export function difference(before: string, after: string, offset: number): readonly Edit[] {
  if (before === after) return []
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++
  let end = 0
  while (end < shorter - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end++
  // A pair of surrogates is one character.
  if (start > 0 && isHighSurrogate(before.charCodeAt(start - 1))) start--
  if (end > 0 && isHighSurrogate(before.charCodeAt(before.length - end - 1))) end--
  return [{ offset: offset + start, length: before.length - start - end, text: after.slice(start, after.length - end) }]
}

function isHighSurrogate(code: number): boolean {
  return (code & 0xfc00) === 0xd800
}
