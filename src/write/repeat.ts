// Edits like those of an earlier resource that is written alike and changed alike: the manifests of one chart differ in names, images and numbers.
//
// The writer decides by which values are equal and by what is no scalar. Where a resource is another one with its scalars renamed, each to one of its own, before
// and after the change, the edits are the same with other scalars in them, and that the new text reads as what is wanted needs no reading.
// test/write-repeat.test.ts holds both against the writer.

import { at, isObject, type Json } from '../lib/model/index.ts'
import {
  type Document,
  documentOf,
  type Edit,
  entryOf,
  type Hole,
  inOrder,
  type Node,
  ownCopy,
  type Region,
  type Shape,
  scalarOf,
  shapeOf,
} from '../lib/yaml/index.ts'
import { inlineText } from './emit.ts'
import { isInverse } from './inverse.ts'
import { MARK } from './marks.ts'
import type { TextEdit } from './plan.ts'
import { type Style, styleOf } from './style.ts'
import type { ChangedPart } from './verify.ts'

/** A region of a document that is to hold a value. */
export interface RegionChange {
  readonly document: Document
  readonly region: Region
  readonly after: Json
}

/** How `write` did that. */
export interface WrittenChange extends RegionChange {
  readonly edits: readonly TextEdit[]
  readonly changed: ChangedPart
}

/**
 * One edit with all that `write` would do, where it repeats an earlier change; else undefined.
 * @example repeatedEdit({ document, region: document.regionAt(path), after }) ?? write({ document, path, after })
 */
export function repeatedEdit({ document, region, after }: RegionChange): Edit | undefined {
  const shape = shapeIn(document, region)
  if (shape === undefined) return undefined
  for (const example of examples.get(shape.key) ?? []) {
    const edit = example.repeated(shape.holes, after)
    if (edit !== undefined) return { ...edit, offset: region.start + edit.offset }
  }
  return undefined
}

/** Remembers a change, where it is not the first one of its shape: most shapes come once. What may not come off by rule is none to repeat. */
export function rememberChange(change: WrittenChange): void {
  const shape = shapeIn(change.document, change.region)
  if (shape === undefined) return
  const known = examples.get(shape.key)
  if (known === undefined) {
    if (examples.size >= MAX_SHAPES) examples.clear()
    examples.set(shape.key, [])
  } else if (known.length < MAX_ALIKE && isInverse(change.document, change.edits, change.changed)) known.push(new Example(change, shape))
}

const examples = new Map<string, Example[]>()
const MAX_SHAPES = 256
const MAX_ALIKE = 4
const MAX_LENGTH = 1 << 15

function shapeIn({ file, hasAliases }: Document, { start, end, prefix }: Region): Shape | undefined {
  return hasAliases || end - start > MAX_LENGTH ? undefined : shapeOf(file.text.slice(start, end), prefix)
}

/** A scalar of the changed text that may be another one in a repetition. */
interface Slot {
  readonly was: Json
  /** The hole of the old text that it is; undefined where the change has put it there. */
  readonly hole: number | undefined
  /** Its place in the changed text. */
  readonly start: number
  readonly end: number
}

/** The slots of a value, in the value's form; undefined for what has to be the same. */
type Slots = Slot | Slots[] | Map<string, Slots> | undefined

class Example {
  private readonly after: Json
  private readonly style: Style
  private readonly holes: readonly Hole[]
  /** By hole; none for one that is no value, or does not stay. */
  private readonly holeSlots = new Map<number, Slot>()
  private readonly slots: Slots
  private readonly leaves: { readonly before: Leaves; readonly after: Leaves }
  /** The edit of the region's text. */
  private readonly offset: number
  private readonly length: number
  /** Its text, cut at the slots in it. */
  private readonly pieces: readonly string[]
  private readonly places = new Map<Slot, number>()

  constructor({ document, region, after, edits, changed }: WrittenChange, { holes }: Shape) {
    this.after = after
    this.style = styleOf(document, region)
    this.holes = holes.map(({ text, start }) => ({ text: ownCopy(text), start }))
    this.leaves = { before: leavesOf(at(document.value, region.path) ?? null), after: leavesOf(after) }
    const shifts = new Shifts(edits, { start: region.start, prefix: region.prefix.length })
    const holeAt = new Map(holes.map(({ start }, i) => [shifts.placeOf(start), i]))
    const { text, fast } = changed
    const slots: Slot[] = []
    const slotOf = ({ start, end }: Node, was: Json): Slot | undefined => {
      const hole = holeAt.get(start)
      const isRight = text.slice(start, end) === (hole === undefined ? this.print(was) : holes[hole]?.text)
      if (!isRight || (hole === undefined && !shifts.isNew(start))) return undefined
      const slot: Slot = { was, hole, start, end }
      slots.push(slot)
      if (hole !== undefined) this.holeSlots.set(hole, slot)
      return slot
    }
    const root = fast === undefined ? undefined : documentOf({ path: '', text }, fast).nodeAt([])
    this.slots = root === undefined ? undefined : slotsIn(after, root, slotOf)
    this.offset = shifts.start
    this.length = shifts.end - shifts.start
    const pieces: string[] = []
    let done = shifts.newStart
    for (const slot of slots.toSorted((a, b) => a.start - b.start)) {
      if (slot.start < done || slot.end > shifts.newEnd) continue
      pieces.push(ownCopy(text.slice(done, slot.start)))
      this.places.set(slot, pieces.push(ownCopy(text.slice(slot.start, slot.end))) - 1)
      done = slot.end
    }
    pieces.push(ownCopy(text.slice(done, shifts.newEnd)))
    this.pieces = pieces
  }

  /** The edit of a region with these holes that is to hold `after`; undefined where that is no repetition. */
  repeated(holes: readonly Hole[], after: Json): Edit | undefined {
    const values = new Map<Slot, Json>()
    if (!collectChanges({ was: this.after, is: after, slots: this.slots }, values)) return undefined
    const renaming = new Renaming(this.leaves)
    const pieces = [...this.pieces]
    for (const [slot, value] of values) {
      const text = slot.hole === undefined ? this.print(value) : holes[slot.hole]?.text
      if (text === undefined || (slot.hole !== undefined && scalarOf(text) !== value)) return undefined
      renaming.add('after', slot.was, value)
      const place = this.places.get(slot)
      if (place !== undefined) pieces[place] = text
    }
    let { offset, length } = this
    for (let i = 0; i < holes.length; i++) {
      const [old, now] = [this.holes[i], holes[i]]
      if (old === undefined || now === undefined) return undefined
      if (old.text === now.text) continue
      const slot = this.holeSlots.get(i)
      if (slot === undefined || !values.has(slot)) return undefined
      renaming.add('before', slot.was, scalarOf(now.text))
      const longer = now.text.length - old.text.length
      if (old.start < this.offset) offset += longer
      else if (old.start < this.offset + this.length) length += longer
    }
    return renaming.isOneToOne() ? { offset, length, text: pieces.join('') } : undefined
  }

  /** A scalar as the writer writes it behind a key or dash; undefined for one that may take several lines, or that only the full parser reads. */
  private print(value: Json): string | undefined {
    if (typeof value === 'object' || (typeof value === 'string' && (UNUSUAL.test(value) || value.includes(MARK)))) return undefined
    return inlineText(value, { style: this.style, flow: ONE_LINE })
  }
}

const UNUSUAL = /[^ -~]/
const ONE_LINE = { json: false, padding: '', colonSpace: ' ', commaSpace: ' ' }

/** How places in a region's text move with edits. */
class Shifts {
  /** The part of the old text that the edits change, and what it becomes. */
  readonly start: number
  readonly end: number
  readonly newStart: number
  readonly newEnd: number
  private readonly removed: readonly (Span & { readonly by: number })[]
  private readonly added: readonly Span[]

  /** @param region where the region starts in the edits' text, and how many characters stand before its own new text */
  constructor(edits: readonly TextEdit[], region: { readonly start: number; readonly prefix: number }) {
    let by = region.prefix
    const removed: (Span & { readonly by: number })[] = []
    this.added = inOrder(edits).map(({ offset, length, text }) => {
      const start = offset - region.start
      const added = { start: start + by, end: start + by + text.length }
      by += text.length - length
      removed.push({ start, end: start + length, by })
      return added
    })
    this.removed = removed
    this.start = removed[0]?.start ?? 0
    this.end = removed.reduce((most, { end }) => Math.max(most, end), this.start)
    this.newStart = this.start + region.prefix
    this.newEnd = this.end + by
  }

  /** Where an old place is in the new text; undefined where its text went. */
  placeOf(old: number): number | undefined {
    const last = this.removed.findLast(({ start }) => start <= old)
    if (last === undefined) return old + this.newStart - this.start
    return old < last.end ? undefined : old + last.by
  }

  isNew(place: number): boolean {
    return this.added.some(({ start, end }) => start <= place && place < end)
  }
}

interface Span {
  readonly start: number
  readonly end: number
}

function slotsIn(value: Json, node: Node | undefined, slotOf: (node: Node, value: Json) => Slot | undefined): Slots {
  if (Array.isArray(value)) return node?.kind === 'seq' ? value.map((item, i) => slotsIn(item, node.items[i]?.value, slotOf)) : undefined
  if (!isObject(value)) return node?.kind === 'scalar' ? slotOf(node, value) : undefined
  if (node?.kind !== 'map') return undefined
  return new Map(Object.entries(value).map(([key, child]) => [key, slotsIn(child, entryOf(node, key)?.value, slotOf)]))
}

interface Changed {
  readonly was: Json
  readonly is: Json
  readonly slots: Slots
}

/** Collects the scalars that differ. False where anything else does, or the order of keys. */
function collectChanges({ was, is, slots }: Changed, values: Map<Slot, Json>): boolean {
  if (was === is) return true
  if (Array.isArray(was)) {
    if (!Array.isArray(is) || is.length !== was.length) return false
    return was.every((item, i) => collectChanges({ was: item, is: is[i] ?? null, slots: Array.isArray(slots) ? slots[i] : undefined }, values))
  }
  if (isObject(was)) {
    if (!isObject(is)) return false
    const [keys, others] = [Object.keys(was), Object.keys(is)]
    if (keys.length !== others.length) return false
    return keys.every((key, i) => {
      if (key !== others[i]) return false
      return collectChanges({ was: was[key] ?? null, is: is[key] ?? null, slots: slots instanceof Map ? slots.get(key) : undefined }, values)
    })
  }
  if (slots === undefined || Array.isArray(slots) || slots instanceof Map || typeof is !== typeof was || is === null) return false
  values.set(slots, is)
  return true
}

/** Scalars of a value, as texts, for names are compared as such; each with how often it occurs. */
type Leaves = Map<string, number>

function leavesOf(value: Json, leaves: Leaves = new Map()): Leaves {
  if (typeof value === 'object' && value !== null) for (const child of Object.values(value)) leavesOf(child, leaves)
  else leaves.set(String(value), (leaves.get(String(value)) ?? 0) + 1)
  return leaves
}

type Side = 'before' | 'after'

/** Scalars that became others. */
class Renaming {
  private readonly leaves: Readonly<Record<Side, Leaves>>
  private readonly renamed = new Map<string, { readonly to: string; before: number; after: number }>()
  private readonly taken = new Set<string>()
  private isSound = true

  constructor(leaves: Readonly<Record<Side, Leaves>>) {
    this.leaves = leaves
  }

  add(side: Side, from: Json, value: Json): void {
    const [old, to] = [String(from), String(value)]
    let known = this.renamed.get(old)
    if (known === undefined) {
      known = { to, before: 0, after: 0 }
      this.renamed.set(old, known)
      if (this.taken.has(to) || this.leaves.before.has(to) || this.leaves.after.has(to)) this.isSound = false
      this.taken.add(to)
    } else if (known.to !== to) this.isSound = false
    known[side]++
  }

  /** Whether each scalar became another one wherever it occurs, which is none that was there, and no two became the same: then all that were equal are, and no others. */
  isOneToOne(): boolean {
    if (!this.isSound) return false
    for (const [old, { before, after }] of this.renamed) {
      if (before !== (this.leaves.before.get(old) ?? 0) || after !== (this.leaves.after.get(old) ?? 0)) return false
    }
    return true
  }
}
