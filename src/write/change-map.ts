// Edits a mapping in place: changes values, removes and adds keys, and resolves merge keys.

import type { Json, JsonObject } from '../lib/model/index.ts'
import { equal, isObject } from '../lib/model/index.ts'
import type { MapEntry, MapNode, Node } from '../lib/yaml/index.ts'
import { isMerge, keyOf } from '../lib/yaml/index.ts'
import { type Collection, firstOwnsLine, type Insertion, insertChildren, removeChildren } from './children.ts'
import { entryText, flowEntry, keyText, ONE_LINE, oneLevelDeeper } from './emit.ts'
import type { ChangeNode, MapTarget, Plan, Slot, Wanted } from './plan.ts'
import { columnOf } from './style.ts'

/** Edits the mapping; returns false without an edit if the whole mapping must be replaced. `outer` is the style of the mapping itself, in flow style. */
export function changeMap(plan: Plan, target: MapTarget, { want, outer, changeNode }: Wanted<JsonObject> & { changeNode: ChangeNode }): boolean {
  const { node, have, path } = target
  if (node.pair) return false
  const own = ownEntries(node)
  const inherited = inheritedValues(plan, node)
  if (inherited === undefined || !isOpen({ own, inherited, node }, have, want)) return false
  // A key that is to be what a merge brings anyway goes, unless its text is asked for.
  const isIdle = (name: string) =>
    inherited.has(name) && equal(inherited.get(name), want[name]) && !equal(have[name], want[name]) && !plan.hasSpellingAt([...target.wantPath, name])
  const removed = node.entries.flatMap((entry, i) => (isRemoved(entry, want, isIdle) ? [i] : []))
  const going = new Set(removed)
  const collection: Collection = { node, slot: target.slot, path, flow: outer }
  const ownsLine = node.flow || firstOwnsLine(plan, collection)
  if (going.size === node.entries.length || (!ownsLine && going.has(0))) return false
  const { passesEqual } = plan
  for (const [name, index] of own) {
    const entry = node.entries[index]
    const value = want[name]
    if (entry === undefined || value === undefined || going.has(index) || (passesEqual && equal(have[name], value))) continue
    changeNode(
      plan,
      {
        node: entry.value,
        have: have[name] ?? null,
        path: [...path, name],
        wantPath: [...target.wantPath, name],
        slot: slotOf(plan, node, entry),
        depth: target.depth + 1,
      },
      { want: value, outer, differs: passesEqual },
    )
  }
  removeChildren(plan, collection, removed)
  for (const index of removed) {
    const entry = node.entries[index]
    if (entry !== undefined) plan.drop(entry.value)
  }
  insertChildren(plan, collection, { removed, insertions: insertionsOf(plan, { target, want, own, going, ownsLine, flow: outer }) })
  return true
}

/** Names with the index of their entry; of duplicates the last one, which is the one that counts. */
function ownEntries(node: MapNode): Map<string, number> {
  const own = new Map<string, number>()
  node.entries.forEach(({ key }, i) => {
    const name = isMerge(key) ? undefined : keyOf(key)
    if (name !== undefined) own.set(name, i)
  })
  return own
}

/** Fields from merge keys, with their values if known; undefined if one of them has to be written out. */
function inheritedValues(plan: Plan, node: MapNode): ReadonlyMap<string, Json | undefined> | undefined {
  if (!node.entries.some(({ key }) => isMerge(key))) return NOTHING
  const values = new Map<string, Json | undefined>()
  for (const { key, value } of node.entries) {
    if (!isMerge(key)) continue
    const parts: readonly Node[] = value.kind === 'seq' ? value.items.map(item => item.value) : [value]
    for (const part of parts) {
      if (plan.forced.has(part)) return undefined
      const anchored = part.kind === 'alias' ? plan.document.target(part) : undefined
      if (anchored === undefined) {
        if (part.kind !== 'map') return undefined
        for (const entry of part.entries) values.set(keyOf(entry.key) ?? '', undefined)
      } else if (isObject(anchored.value)) for (const [name, value] of Object.entries(anchored.value)) if (!values.has(name)) values.set(name, value)
    }
  }
  return values
}

const NOTHING: ReadonlyMap<string, undefined> = new Map()

interface Keys {
  readonly own: ReadonlyMap<string, number>
  readonly inherited: ReadonlyMap<string, Json | undefined>
  readonly node: MapNode
}

/** Whether every change can be made by this mapping's own entries. */
function isOpen({ own, inherited, node }: Keys, have: JsonObject, want: JsonObject): boolean {
  // Without merge keys, only keys that are not texts are missing among its own entries.
  if (inherited.size === 0) return own.size === Object.keys(have).length
  const lastMerge = node.entries.findLastIndex(({ key }) => isMerge(key))
  for (const name of Object.keys(have)) {
    if (inherited.has(name)) {
      // An entry before a merge key does not count in Kubernetes' reading.
      const index = own.get(name)
      if (!Object.hasOwn(want, name) || (index !== undefined && index < lastMerge && !equal(have[name], want[name]))) return false
    } else if (!own.has(name)) return false
  }
  return true
}

function isRemoved({ key }: MapEntry, want: JsonObject, isIdle: (name: string) => boolean): boolean {
  if (isMerge(key)) return false
  const name = keyOf(key)
  return name !== undefined && (!Object.hasOwn(want, name) || isIdle(name))
}

function slotOf(plan: Plan, node: MapNode, { start, key, colon }: MapEntry): Slot {
  return {
    kind: 'entry',
    flow: node.flow,
    after: colon < 0 ? key.end : colon + 1,
    bare: colon < 0,
    keyEnd: key.end,
    column: node.flow ? 0 : columnOf(plan.text, start),
  }
}

interface Coming {
  readonly target: MapTarget
  readonly want: JsonObject
  readonly own: ReadonlyMap<string, number>
  /** Indexes of the entries that go. */
  readonly going: ReadonlySet<number>
  readonly ownsLine: boolean
  readonly flow: Wanted['outer']
}

/** New keys stand behind the key that they follow in the wanted mapping, or at its end where the order of its keys is not the text's. */
function insertionsOf(plan: Plan, { target, want, own, going, ownsLine, flow }: Coming): Insertion[] {
  const { node, have, path } = target
  // A key that a merge brings is overridden at the end: there it counts in every reading.
  const isNew = (name: string) => !own.has(name) && !(Object.hasOwn(have, name) && equal(have[name], want[name]))
  const names = Object.keys(want)
  const coming = new Set(names.filter(isNew))
  if (coming.size === 0) return []
  const isStaying = (_: MapEntry, index: number) => !going.has(index)
  const last = node.entries.findLastIndex(isStaying)
  const ordered = isRising(names, own)
  const insertions: Insertion[] = []
  // Behind merge keys in any case, which could hide what stands before them.
  let behind = Math.max(
    ownsLine ? -1 : node.entries.findIndex(isStaying),
    node.entries.findLastIndex(({ key }) => isMerge(key)),
  )
  for (const name of names) {
    behind = Math.max(own.get(name) ?? -1, behind)
    if (!coming.has(name)) continue
    const value = want[name] ?? null
    const text = plan.valueSpelling([...target.wantPath, name])
    const write = (column: number) => {
      const at = { style: plan.style, flow: oneLevelDeeper(flow ?? ONE_LINE), column }
      if (text !== undefined) return `${node.flow && at.flow.json ? JSON.stringify(name) : keyText(name, at)}:${text}`
      return node.flow ? flowEntry(name, value, at) : entryText(name, value, at)
    }
    insertions.push({
      path: [...path, name],
      behind: ordered && !Object.hasOwn(have, name) ? behind : last,
      spelled: plan.entrySpelling([...target.wantPath, name]),
      write,
    })
  }
  return insertions
}

/** Whether the names that the mapping has stand in it in this order. */
function isRising(names: readonly string[], own: ReadonlyMap<string, number>): boolean {
  let last = -1
  return names.every(name => {
    const index = own.get(name)
    if (index === undefined) return true
    const isBehind = index > last
    last = index
    return isBehind
  })
}
