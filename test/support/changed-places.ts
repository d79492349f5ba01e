// Counts the places at which two values differ, so that an edit of one text can be told from the same edit of another.

import { isObject, type Json } from '../../src/lib/model/index.ts'

/** How many values at the ends of the two trees differ, came or went. */
export function changedPlaces(before: Json, after: Json): number {
  if (before === after) return 0
  const [was, is] = [childrenOf(before), childrenOf(after)]
  if (was === undefined || is === undefined || Array.isArray(before) !== Array.isArray(after)) return 1
  let count = 0
  for (const [key, value] of was) count += is.has(key) ? changedPlaces(value, is.get(key) ?? null) : 1
  for (const key of is.keys()) if (!was.has(key)) count++
  return count
}

/** Elements of lists by what they say, as one may have come before them. */
function childrenOf(value: Json): Map<string, Json> | undefined {
  if (Array.isArray(value)) return new Map(value.map((child, i) => [nameIn(child) ?? String(i), child]))
  return isObject(value) ? new Map(Object.entries(value)) : undefined
}

function nameIn(value: Json): string | undefined {
  return isObject(value) && typeof value.name === 'string' ? `name ${value.name}` : undefined
}
