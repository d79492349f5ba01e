// Creates the apply configuration for a partial pod, so that the server's structured merge gives the result and order of a strategic merge patch.

import type { ListType, MergeType } from '../lib/k8s/structured-merge/schema.ts'
import { formatPath } from '../lib/model/index.ts'
import { negated } from './combine.ts'
import { braces, brackets, either, indented, sum } from './format.ts'
import { conditional, fieldOf, type Output, type PodField, WHOLE_POD } from './output.ts'
import { fieldType, Inexpressible, scalarCel } from './scalars.ts'
import { type Condition, celText } from './symbol.ts'
import type { Entry, ListItem, ListTree, MapTree, Tree } from './tree.ts'

/**
 * The expression of type Object; atomic values are left to `output.operations`.
 * @throws Inexpressible
 */
export function configurationOf(tree: MapTree, output: Output): string {
  return structCel(tree, { type: { kind: 'struct', name: 'Pod', atomic: false }, place: WHOLE_POD, output })
}

interface Context {
  readonly type: MergeType
  readonly place: PodField
  readonly output: Output
}

function isAtomic(type: MergeType): boolean {
  if (type.kind === 'list') return type.list === 'atomic' || (type.items.kind === 'struct' && type.items.atomic)
  return (type.kind === 'struct' || type.kind === 'map') && type.atomic
}

function structCel(tree: MapTree, { type, place, output }: Context): string {
  return braces(
    place.type,
    [...tree.fields].flatMap(([name, entry]) =>
      entryCel(name, name, entry, { type: fieldType(type, name, place.path), place: fieldOf(place, name, entry.when), output }),
    ),
  )
}

function entryCel(name: string, key: string, { tree, when }: Entry, context: Context): string[] {
  const cel = valueCel(tree, context, name)
  if (cel === undefined) return []
  return [when === undefined ? `${key}: ${cel}` : `?${key}: (${when.cel}) ? optional.of(${cel}) : optional.none()`]
}

/** The value in CEL; undefined for values that a JSONPatch writes. */
function valueCel(tree: Tree, context: Context, name: string): string | undefined {
  const { type, place, output } = context
  if (isAtomic(type)) {
    output.operations.push({ place, type, tree })
    return undefined
  }
  if (tree.kind === 'choice') {
    const { condition } = tree
    const yes = valueCel(tree.yes, { ...context, place: conditional(place, condition) }, name)
    const no = valueCel(tree.no, { ...context, place: conditional(place, negated(condition)) }, name)
    return yes === undefined || no === undefined ? undefined : either(condition.cel, yes, no)
  }
  switch (type.kind) {
    case 'struct':
      if (tree.kind === 'map') return structCel(tree, context)
      break
    case 'map':
      if (tree.kind === 'map')
        return braces(
          '',
          [...tree.fields].flatMap(([key, entry]) => entryCel(key, celText(key), entry, { type: type.values, place: fieldOf(place, key, entry.when), output })),
        )
      break
    case 'list':
      if (tree.kind === 'list') return type.list === 'map' ? listCel(tree, { ...context, type }) : brackets(tree.items.map(item => setItem(item, type, place)))
      break
    default:
      if (tree.kind === 'scalar') return scalarCel(tree, type, place.path)
  }
  throw new Inexpressible(
    `${formatPath(place.path)} is ${tree.kind === 'scalar' && 'value' in tree ? JSON.stringify(tree.value) : `a ${tree.kind}`}, which is not a ${type.kind}`,
  )
}

function setItem({ tree, when, loop }: ListItem, type: ListType, { path }: PodField): string {
  if (tree.kind !== 'scalar' || when !== undefined || loop !== undefined) throw new Inexpressible(`items of ${formatPath(path)} that depend on the pod`)
  return scalarCel(tree, type.items, path)
}

type ListContext = Context & { readonly type: ListType }

function listCel(tree: ListTree, context: ListContext): string {
  const { place } = context
  if (place.live === undefined) return joined(tree.items.map(item => [item, newItem(item, context)] as const))
  if (place.type === 'Object.spec.containers' || place.type === 'Object.spec.initContainers') return containersCel(tree, context)
  return mergedCel(tree.items, context)
}

/** Joins items in order; those of a range are a list of their own. */
function joined(items: readonly (readonly [item: ListItem, cel: string])[]): string {
  const lists: string[] = []
  let plain: string[] = []
  const flush = () => {
    if (plain.length > 0) lists.push(brackets(plain))
    plain = []
  }
  for (const [{ when, loop }, cel] of items) {
    if (when === undefined && loop === undefined) {
      plain.push(cel)
      continue
    }
    flush()
    lists.push(loop === undefined && when !== undefined ? either(when.cel, brackets([cel]), '[]') : cel)
  }
  flush()
  return sum(lists)
}

/** A new item of a list; inside of a range over containers there is one for each container. */
function newItem(item: ListItem, context: ListContext): string {
  const { loop, when } = item
  const { place } = context
  const cel = itemCel(item, context, { ...place, now: '', pointer: [] })
  if (loop === undefined) return cel
  if (context.output.operations.some(operation => operation.place.path.join().startsWith(place.path.join()) && operation.place.now.startsWith('.'))) {
    throw new Inexpressible(`atomic fields in ${formatPath(place.path)} for each container`)
  }
  return `variables.${loop.list}${when === undefined ? '' : `.filter(${loop.variable}, ${when.cel})`}.map(${loop.variable}, ${cel})`
}

function itemCel({ tree, when }: ListItem, { type, output, place: list }: ListContext, place: PodField): string {
  if (tree.kind !== 'map') throw new Inexpressible(`an item of ${formatPath(list.path)} that is not a mapping`)
  const key = keyOf(type)
  const known = place.live === undefined && place.now === '' ? withIndex(list, { tree, key }) : place
  return structCel(tree, { type: type.items, output, place: when === undefined ? known : conditional(known, when) })
}

/** The index of a new item, found by its key. */
function withIndex(list: PodField, { tree, key }: { readonly tree: MapTree; readonly key: string }): PodField {
  const name = tree.fields.get(key)?.tree
  if (name?.kind !== 'scalar') throw new Inexpressible(`an item of ${formatPath(list.path)} without ${key}`)
  if ('parts' in name) return { ...list, live: undefined, now: '.', pointer: [] }
  const value = typeof name.value === 'string' ? celText(name.value) : JSON.stringify(name.value)
  const pointer = [...list.pointer, '/', { cel: `string(${list.now}.map(x, x.${key}).indexOf(${value}))` }]
  return { ...list, live: undefined, pointer, now: `${list.now}.filter(x, x.${key} == ${value})[0]` }
}

function keyOf({ keys }: ListType): string {
  return keys[0]?.name ?? 'name'
}

/** Containers: new ones, which no pod has (selection.ts), and the pod's own ones in a range. */
function containersCel({ items }: ListTree, context: ListContext): string {
  const { place, output } = context
  const list = place.path.at(-1) ?? ''
  const live = list === 'containers' ? place.live : `${place.live}.orValue([])`
  const ranges = items.filter(({ loop }) => loop !== undefined)
  const [range] = ranges
  if (ranges.length > 1) throw new Inexpressible(`two items for each of the pod's own ${list}`)
  const parts = items.map(item => {
    if (item.loop !== undefined) return [{ tree: item.tree, loop: item.loop }, ownContainers(item, context, live ?? '')] as const
    addName(item, list, output)
    return [item, itemCel(item, context, { ...place, live: undefined, now: '' })] as const
  })
  if (range === undefined) return sum([joined(parts), `${live}.map(x, ${place.type}{name: x.name})`])
  const isPartial = range.when !== undefined || (output.before.get(list)?.size ?? 0) > 0
  if (isPartial && items.indexOf(range) < items.length - 1) throw new Inexpressible(`new ${list} behind a range over some of the pod's own: put them before it`)
  return joined(parts)
}

function addName({ tree }: ListItem, list: string, { added }: Output): void {
  const name = tree.kind === 'map' ? tree.fields.get('name')?.tree : undefined
  if (name?.kind !== 'scalar' || !('value' in name) || typeof name.value !== 'string') throw new Inexpressible(`a name of new ${list} that depends on the pod`)
  const names = added.get(list) ?? new Set()
  added.set(list, names.add(name.value))
}

/** All existing containers: those of the range with the fields of the item, the others only with their names. */
function ownContainers({ tree, loop, when }: ListItem, { type, place, output }: ListContext, live: string): string {
  const variable = loop?.variable ?? 'c'
  const list = place.path.at(-1) ?? ''
  const name = tree.kind === 'map' ? tree.fields.get('name')?.tree : undefined
  if (
    loop?.list !== list ||
    tree.kind !== 'map' ||
    name?.kind !== 'scalar' ||
    !('parts' in name) ||
    JSON.stringify(name.parts) !== JSON.stringify([{ cel: `string(${variable}.name)` }])
  ) {
    throw new Inexpressible(`an item of ${list} in a range whose name is not that of the container`)
  }
  const own = {
    ...place,
    live: variable,
    now: variable,
    pointer: [...place.pointer, '/', { cel: 'string(n)' }],
    loop,
    conditions: when === undefined ? place.conditions : [...place.conditions, when],
  }
  const cel = structCel(tree, { type: type.items, place: own, output })
  const earlier = [...(output.before.get(list) ?? [])]
  const conditions = [
    ...(earlier.length === 0 ? [] : [`!(${variable}.name in ${brackets(earlier.map(celText))})`]),
    ...(when === undefined ? [] : [`(${when.cel})`]),
  ]
  const mapped = conditions.length === 0 ? cel : either(conditions.join(' && '), cel, `${place.type}{name: ${variable}.name}`)
  return mapped.includes('\n') ? `${live}.map(${variable},\n${indented(mapped)}\n)` : `${live}.map(${variable}, ${mapped})`
}

/** Merges items into a list that may have some of them, in the order of a strategic merge patch: new items first. */
function mergedCel(items: readonly ListItem[], context: ListContext): string {
  const { place, type } = context
  const open = items.find(({ when }) => when !== undefined)
  if (open?.when !== undefined) {
    const condition: Condition = open.when
    const [yes, no] = [items.map(item => (item === open ? { ...item, when: undefined } : item)), items.filter(item => item !== open)]
    return either(
      condition.cel,
      mergedCel(yes, { ...context, place: conditional(place, condition) }),
      mergedCel(no, { ...context, place: conditional(place, negated(condition)) }),
    )
  }
  const key = keyOf(type)
  const live = `${place.live}.orValue([])`
  const keys = items.map(({ tree, loop }) => {
    const name = tree.kind === 'map' ? tree.fields.get(key)?.tree : undefined
    if (loop !== undefined || name?.kind !== 'scalar') throw new Inexpressible(`items of ${formatPath(place.path)} without a ${key}, or of a range`)
    return scalarCel(name, fieldType(type.items, key, place.path), place.path)
  })
  if (type.keys.length > 1 && items.length > 0) throw new Inexpressible(`${formatPath(place.path)} of a container that is there already`)
  if (new Set(keys).size < keys.length) throw new Inexpressible(`two items with one ${key} in ${formatPath(place.path)}`)
  const cels = items.map((item, i) => itemCel(item, context, liveField(place, { key, value: keys[i] ?? '' })))
  const stub = (list: string) => `${list}.map(x, ${place.type}{${key}: x.${key}})`
  if (items.length === 0) return '[]'
  if (items.length === 1) return `${brackets(cels)} + (${live}.exists(x, x.${key} == ${keys[0]}) ? [] : ${stub(live)})`
  const names = brackets(keys)
  // Before each item stand those of the others that stood before it, and before the items in front of it.
  const places = cels.map((_, i) => (i === 0 ? 'at[0]' : `at.slice(0, ${i + 1}).max()`))
  const between = cels.flatMap((cel, i) => [`others.slice(${i === 0 ? '0' : places[i - 1]}, ${places[i]})`, brackets([cel])])
  const body = sum([...between, `others.slice(${places.at(-1)}, others.size())`])
  const count = `p in keys ? keys.slice(0, keys.indexOf(p)).filter(k, !(k in ${names})).size() : 0`
  return [
    `[${live}.map(x, x.${key})].map(keys,`,
    `  [${names}.map(p, ${count})].map(at,`,
    `    [${stub(`${live}.filter(x, !(x.${key} in ${names}))`)}].map(others,`,
    indented(indented(indented(body))),
    '    )[0])[0])[0]',
  ].join('\n')
}

function liveField(place: PodField, { key, value }: { readonly key: string; readonly value: string }): PodField {
  const pointer = [...place.pointer, '/', { cel: `string(${place.now}.map(x, x.${key}).indexOf(${value}))` }]
  return { ...place, live: `${place.live}.orValue([]).filter(x, x.${key} == ${value})[?0]`, pointer, now: `${place.now}.filter(x, x.${key} == ${value})[0]` }
}
