// Sprig's dictionary functions (documentation, "Dictionaries and Dict Functions").

import { sortedKeys } from '../go/fmtsort.ts'
import { ANY, BOOL, GoError, type GoValue, LIST, MAP, STRING, STRINGS, typeOf } from '../go/value.ts'
import { dynamicType } from './cast.ts'
import { alias, any, changing, dict, type Entries, fn, type GoMap, text, typed, variadic } from './define.ts'
import { merge } from './merge.ts'
import { strval } from './reflected.ts'

/** The functions by name. */
export function dictFuncs(): Entries {
  return alias(
    [
      ['dict', variadic([], any, { result: MAP, call: newDict })],
      ['get', fn([dict, text], ANY, (map, key) => (map?.has(key) ? (map.get(key) ?? null) : ''))],
      ['set', changing(fn([dict, text, any], MAP, set))],
      ['unset', changing(fn([dict, text], MAP, unset))],
      ['hasKey', fn([dict, text], BOOL, (map, key) => map?.has(key) ?? false)],
      ['pluck', variadic([text], dict, { result: LIST, call: (maps, key) => maps.filter(map => map?.has(key)).map(map => map?.get(key) ?? null) })],
      ['keys', variadic([], dict, { result: STRINGS, call: maps => typed(STRINGS, maps.flatMap(inOrder)) })],
      ['values', fn([dict], LIST, map => inOrder(map).map(key => map?.get(key) ?? null))],
      ['pick', variadic([dict], text, { result: MAP, call: pick })],
      ['omit', variadic([dict], text, { result: MAP, call: (keys, map) => new Map([...(map ?? [])].filter(([key]) => !keys.includes(key as string))) })],
      ['merge', changing(variadic([dict], dict, { result: ANY, call: (sources, map) => merge(map, sources, false) }))],
      ['mergeOverwrite', changing(variadic([dict], dict, { result: ANY, call: (sources, map) => merge(map, sources, true) }))],
      ['dig', variadic([], any, { result: ANY, call: dig })],
    ],
    { mustMerge: 'merge', mustMergeOverwrite: 'mergeOverwrite' },
  )
}

function newDict(values: readonly GoValue[]): GoMap {
  const map: GoMap = new Map()
  for (let i = 0; i < values.length; i += 2) map.set(strval(values[i] ?? null), i + 1 < values.length ? (values[i + 1] ?? null) : '')
  return map
}

function set(map: GoMap | null, key: string, value: GoValue): GoMap {
  if (map === null) throw new GoError('assignment to entry in nil map')
  return map.set(key, value)
}

function unset(map: GoMap | null, key: string): GoValue {
  map?.delete(key)
  return map ?? typed(MAP, null)
}

/** Go's order is random, so any will do; ours is always the same. */
function inOrder(map: GoMap | null): GoValue[] {
  return sortedKeys(STRING, map ?? new Map<GoValue, GoValue>())
}

function pick(keys: readonly string[], map: GoMap | null): GoMap {
  return new Map(keys.filter(key => map?.has(key)).map(key => [key, map?.get(key) ?? null]))
}

/** dig KEY… DEFAULT MAP: the value below nested keys. */
function dig(args: readonly GoValue[]): GoValue {
  if (args.length < 3) throw new GoError('dig needs at least three arguments')
  const [fallback = null, root = null] = args.slice(-2)
  let here = asMap(root)
  const keys = args.slice(0, -2).map(asText)
  for (const [i, key] of keys.entries()) {
    if (!here?.has(key)) return fallback
    const found = here.get(key) ?? null
    if (i === keys.length - 1) return found
    here = asMap(found)
  }
  return fallback
}

function asText(value: GoValue): string {
  if (typeof value === 'string') return value
  throw new GoError(`interface conversion: interface {} is ${dynamicType(value)}, not string`)
}

function asMap(value: GoValue): GoMap | null {
  if (value instanceof Map) return value
  if (typeOf(value)?.name === MAP.name) return null
  throw new GoError(`interface conversion: interface {} is ${dynamicType(value)}, not map[string]interface {}`)
}
