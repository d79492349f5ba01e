// Merging maps as Sprig does with dario.cat/mergo (its documentation): the first map is changed, and keeps its own values unless overwriting.

import { sortedKeys } from '../go/fmtsort.ts'
import { checkDepth } from '../go/limits.ts'
import { Box, GoError, type GoValue, MAP, wrap } from '../go/value.ts'
import type { GoMap } from './define.ts'
import { isEmpty, mapOfValue, type ReflectedMap } from './reflected.ts'

/** The first map with the others merged into it, in turn. A nil map becomes a new one where there is something to put into it. */
export function merge(map: GoMap | null, sources: readonly (GoMap | null)[], overwrite: boolean): GoValue {
  let target = map
  for (const source of sources) {
    if (source === null) continue
    target ??= new Map()
    mergeInto({ type: MAP, entries: target }, { type: MAP, entries: source }, { overwrite, depth: 0 })
  }
  return target ?? new Box(MAP, null)
}

interface Merging {
  readonly overwrite: boolean
  readonly depth: number
}

function mergeInto(target: ReflectedMap, source: ReflectedMap, { overwrite, depth }: Merging): void {
  checkDepth(depth)
  const { entries: into, type: intoType } = target
  const { entries: from, type: fromType } = source
  if (into === null || from === null) return
  for (const key of sortedKeys(fromType.key ?? fromType, from)) {
    const theirs = wrap(fromType.elem ?? fromType, from.get(key))
    const has = into.has(key)
    const ours = has ? wrap(intoType.elem ?? intoType, into.get(key)) : null
    if (theirs === null) {
      if (overwrite) assign(target, source, key)
      continue
    }
    const theirMap = mapOfValue(theirs)
    const ourMap = mapOfValue(ours)
    if (theirMap !== undefined && ourMap !== undefined) mergeInto(ourMap, theirMap, { overwrite, depth: depth + 1 })
    const isUnset = !has || isUnsetValue(ours)
    const bothMaps = theirMap !== undefined && ourMap !== undefined
    if (!isUnset && bothMaps) continue
    if (overwrite || isUnset) assign(target, source, key)
  }
}

/** Whether mergo counts a value as empty: as Sprig does, but pointers by the value behind them. */
function isUnsetValue(value: GoValue): boolean {
  if (value instanceof Box && value.type.kind === 'pointer' && value.value !== null) return isUnsetValue(value.value as GoValue)
  return isEmpty(value)
}

function assign(target: ReflectedMap, source: ReflectedMap, key: unknown): void {
  checkAssignable(target, source)
  const raw = source.entries?.get(key)
  const same = target.type.elem?.name === source.type.elem?.name
  target.entries?.set(key, same ? raw : wrap(source.type.elem ?? source.type, raw))
}

function checkAssignable({ type: into }: ReflectedMap, { type: from }: ReflectedMap): void {
  if (into.elem?.kind === 'interface' || into.elem?.name === from.elem?.name) return
  throw new GoError(`reflect.Value.SetMapIndex: value of type ${from.elem?.name} is not assignable to type ${into.elem?.name}`)
}
