// Creates the JSONPatch for values that no apply configuration may write: atomic lists, maps and structs. It runs after the apply configuration.

import { formatPath } from '../lib/model/index.ts'
import { braces, brackets, either, indented, sum } from './format.ts'
import type { Operation, Output } from './output.ts'
import { fieldType, Inexpressible, jsonCel, scalarCel } from './scalars.ts'
import { celText, type Part, textCel } from './symbol.ts'
import type { ListItem, MapTree } from './tree.ts'

/**
 * The expression of type list(JSONPatch); undefined if there is nothing to write.
 * @throws Inexpressible
 */
export function operationsCel({ operations, before, added }: Output): string | undefined {
  if (operations.length === 0) return undefined
  const lists = operations.map(operation => {
    const { place } = operation
    const patches = patchesOf(operation)
    if (place.loop === undefined) return place.conditions.length === 0 ? patches : either(allOf(operation), patches, '[]')
    const { list, variable } = place.loop
    const others = [...(before.get(list) ?? []), ...(added.get(list) ?? [])]
    const conditions = [
      ...(others.length === 0 ? [] : [`!(${variable}.name in ${brackets(others.map(celText))})`]),
      ...place.conditions.map(({ cel }) => `(${cel})`),
    ]
    const filter = conditions.length === 0 ? 'true' : conditions.join(' && ')
    return `object.spec.${list}.transformList(n, ${variable}, ${filter},\n${indented(patches)}\n).flatten()`
  })
  return sum(lists)
}

function allOf({ place }: Operation): string {
  return place.conditions.map(({ cel }) => `(${cel})`).join(' && ')
}

/** The operations of one value, as a list. */
function patchesOf({ place, type, tree }: Operation): string {
  const json = (value: Operation['tree'], of: Operation['type']) => jsonCel(value, of, { path: place.path, ranged })
  if (type.kind === 'map') {
    if (tree.kind !== 'map') throw new Inexpressible(`${formatPath(place.path)}, which is not a mapping`)
    return entriesOf({ place, type, tree })
  }
  if (type.kind === 'list' && type.list === 'map') return prepended({ place, type, tree })
  return brackets([patch(place.pointer, json(tree, type))])
}

/** The operations for a map, which is merged by key. */
function entriesOf({ place, type, tree }: Operation & { readonly tree: MapTree }): string {
  const parent = place.now.slice(0, place.now.lastIndexOf('.'))
  const field = place.path.at(-1) ?? ''
  const created = `(has(${parent}.${field}) ? [] : ${brackets([patch(place.pointer, '{}')])})`
  const added = [...tree.fields].map(([key, { tree: value, when }]) => {
    if (value.kind !== 'scalar') throw new Inexpressible(`${formatPath([...place.path, key])}, which is not a string`)
    const one = brackets([
      patch([...place.pointer, `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`], scalarCel(value, fieldType(type, key, place.path), place.path)),
    ])
    return when === undefined ? one : either(when.cel, one, '[]')
  })
  return sum([created, ...added])
}

/** Adds an item before the existing ones, unless it is one of them. */
function prepended({ place, type, tree }: Operation): string {
  const [item, ...others] = tree.kind === 'list' ? tree.items : []
  const name = item?.tree.kind === 'map' ? item.tree.fields.get('name')?.tree : undefined
  if (item === undefined || others.length > 0 || type.kind !== 'list' || item.when !== undefined || item.loop !== undefined || name?.kind !== 'scalar')
    throw new Inexpressible(`more than one item of ${formatPath(place.path)}`)
  const live = `object.spec.?${place.path.at(-1)}.orValue([])`
  const value = `[${jsonCel(item.tree, type.items, { path: place.path, ranged })}] + ${live}`
  const exists = `${live}.exists(x, x.name == ${scalarCel(name, { kind: 'string' }, place.path)})`
  return either(exists, '[]', brackets([patch(place.pointer, value)]))
}

function ranged({ loop, when }: ListItem, cel: string): string {
  const variable = loop?.variable ?? 'c'
  return `variables.${loop?.list}${when === undefined ? '' : `.filter(${variable}, ${when.cel})`}.map(${variable}, ${cel})`
}

function patch(pointer: readonly Part[], value: string): string {
  const parts: Part[] = []
  for (const part of pointer) {
    const last = parts.at(-1)
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part
    else parts.push(part)
  }
  return braces('JSONPatch', ['op: "add"', `path: ${textCel(parts)}`, `value: ${value}`])
}
