// Edits like those of an earlier resource that is written alike and changed alike: the manifests of one chart differ in names, images and numbers.
//
// What is written, the differences that lead there and the record of them are decided by which values are equal and by what is no scalar. Where a resource is
// another one with its scalars renamed, each to one of its own, before and after the change, all of it is the same with other scalars in it, and that the new text
// reads as what is wanted needs no reading. test/write-repeat.test.ts and test/record-renamed.test.ts hold this against doing it afresh.

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
import { type Leaves, leavesOf, type Names, Renaming } from './renaming.ts'
import { type Style, styleOf } from './style.ts'
import type { ChangedPart } from './verify.ts'

/** A part of what a region of a document holds, before and after a change, in any view of it. */
export interface RegionChange {
  readonly document: Document
  readonly region: Region
  /** Which part, and in which view. */
  readonly what: string
  readonly before: Json
  readonly after: Json
}

/** A change that was written. */
export interface WrittenChange extends RegionChange {
  readonly edits: readonly TextEdit[]
  readonly changed: ChangedPart
}

/** What came of it. */
export interface Written {
  /** What the region holds now. */
  readonly value: Json
  /** A text in it that is made from the rest: what it is with other names; undefined where that is not known. */
  readonly made?: { readonly text: string; readonly renamed: (names: Names) => string | undefined } | undefined
}

/**
 * One edit with all that `write` would do, where the change repeats an earlier one; else undefined.
 * @example repeatedEdit({ document, region: document.regionAt(path), what: 'spec.template', before, after })
 */
export function repeatedEdit(change: RegionChange): Edit | undefined {
  const shape = shapeIn(change)
  if (shape === undefined) return undefined
  for (const example of examples.get(shape.key) ?? []) {
    const edit = example.repeated(shape.holes, change)
    if (edit !== undefined) return edit
  }
  return undefined
}

/**
 * Remembers a change, where it is not the first one of its shape: most shapes come once. What may not come off by rule is none to repeat.
 * @param writtenSo is asked only then; undefined where nothing should be remembered
 */
export function rememberChange(change: WrittenChange, writtenSo: () => Written | undefined): void {
  const shape = change.changed.text.length > MAX_LENGTH ? undefined : shapeIn(change)
  if (shape === undefined) return
  if (examples.size >= MAX_SHAPES || remembered >= MAX_EXAMPLES) {
    examples.clear()
    remembered = 0
  }
  const known = examples.get(shape.key)
  if (known === undefined) examples.set(shape.key, [])
  else if (known.length < MAX_ALIKE && isInverse(change.document, change.edits, change.changed)) {
    const written = writtenSo()
    if (written === undefined) return
    known.push(new Example(change, written, shape))
    remembered++
  }
}

/** By shape; none where one of a shape was seen. */
const examples = new Map<string, Example[]>()
let remembered = 0
const MAX_SHAPES = 1024
const MAX_EXAMPLES = 128
const MAX_ALIKE = 4
/** Of a text before and after. */
const MAX_LENGTH = 1 << 15

function shapeIn({ document: { file, hasAliases }, region: { start, end, prefix }, what }: RegionChange): Shape | undefined {
  return hasAliases || end - start > MAX_LENGTH ? undefined : shapeOf(file.text.slice(start, end), `${what}\0${prefix}`)
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

class Example {
  private readonly before: Json
  private readonly after: Json
  private readonly made: Written['made']
  private readonly style: Style
  private readonly holes: readonly Hole[]
  private readonly leaves: { readonly raw: Leaves; readonly before: Leaves; readonly after: Leaves }
  private readonly writtenLeaves: Leaves
  /** By the scalar, as text. */
  private readonly slots = new Map<string, Slot[]>()
  /** Holes that the change takes away, and those that are slots. */
  private readonly gone: ReadonlySet<number>
  private readonly staying: ReadonlySet<number>
  /** The edit of the region's text. */
  private readonly offset: number
  private readonly length: number
  /** Its text, cut at the slots in it. */
  private readonly pieces: readonly string[]
  private readonly pieceOf: ReadonlyMap<Slot, number>

  constructor({ document, region, before, after, edits, changed }: WrittenChange, { value, made }: Written, { holes }: Shape) {
    this.before = before
    this.after = after
    this.made = made
    this.style = styleOf(document, region)
    this.holes = holes.map(({ text, start }) => ({ text: ownCopy(text), start }))
    this.leaves = { raw: leavesOf(at(document.value, region.path) ?? null), before: leavesOf(before), after: leavesOf(after) }
    this.writtenLeaves = leavesOf(value)
    const shifts = new Shifts(edits, { start: region.start, prefix: region.prefix.length })
    this.gone = new Set(holes.flatMap(({ start }, i) => (shifts.placeOf(start) === undefined ? [i] : [])))
    const slots = this.slotsIn(value, changed, shifts)
    this.staying = new Set(slots.flatMap(({ hole }) => hole ?? []))
    for (const slot of slots) {
      const [known, scalar] = [this.slots.get(String(slot.was)), String(slot.was)]
      if (known === undefined) this.slots.set(scalar, [slot])
      else known.push(slot)
    }
    this.offset = shifts.start
    this.length = shifts.end - shifts.start
    const { pieces, pieceOf } = piecesOf(changed.text, slots, { start: shifts.newStart, end: shifts.newEnd })
    this.pieces = pieces
    this.pieceOf = pieceOf
  }

  private slotsIn(written: Json, { text, fast }: ChangedPart, shifts: Shifts): Slot[] {
    const holeAt = new Map(this.holes.map(({ start }, i) => [shifts.placeOf(start), i]))
    const slots: Slot[] = []
    const visit = (value: Json, node: Node | undefined): void => {
      if (Array.isArray(value)) {
        if (node?.kind === 'seq') for (const [i, item] of value.entries()) visit(item, node.items[i]?.value)
      } else if (isObject(value)) {
        if (node?.kind === 'map') for (const [key, child] of Object.entries(value)) visit(child, entryOf(node, key)?.value)
      } else if (node?.kind === 'scalar') {
        const { start, end } = node
        const hole = holeAt.get(start)
        const wanted = hole === undefined ? (shifts.isNew(start) ? this.print(value) : undefined) : this.holes[hole]?.text
        if (text.slice(start, end) === wanted) slots.push({ was: value, hole, start, end })
      }
    }
    if (fast !== undefined) visit(written, documentOf({ path: '', text }, fast).nodeAt([]))
    return slots
  }

  /** The edit of a region with these holes; undefined where the change is no repetition. */
  repeated(holes: readonly Hole[], { region, before, after }: RegionChange): Edit | undefined {
    const renaming = new Renaming(this.leaves)
    let [offset, length] = [region.start + this.offset, this.length]
    for (let i = 0; i < holes.length; i++) {
      const [old, now] = [this.holes[i], holes[i]]
      if (old === undefined || now === undefined) return undefined
      if (old.text === now.text) continue
      // What goes has to come back as the writer writes it; what neither goes nor is a value, as a word in a comment, is not looked for.
      if (this.gone.has(i) ? this.print(scalarOf(now.text)) !== now.text : !this.staying.has(i)) return undefined
      renaming.add('raw', scalarOf(old.text), scalarOf(now.text))
      const longer = now.text.length - old.text.length
      if (old.start < this.offset) offset += longer
      else if (old.start < this.offset + this.length) length += longer
    }
    if (!renaming.addAll('before', this.before, before) || !renaming.addAll('after', this.after, after) || !renaming.isOneToOne()) return undefined
    const text = this.filled(renaming.names, holes)
    return text === undefined ? undefined : { offset, length, text }
  }

  /** The edit's text with other names; undefined where one of them may not be put in. */
  private filled(names: Names, holes: readonly Hole[]): string | undefined {
    const pieces = [...this.pieces]
    const put = (slot: Slot, text: string): void => {
      const piece = this.pieceOf.get(slot)
      if (piece !== undefined) pieces[piece] = text
    }
    for (const [old, name] of names) {
      const slots = this.slots.get(old) ?? []
      if (slots.length !== (this.writtenLeaves.get(old) ?? 0)) return undefined
      for (const slot of slots) {
        const text = slot.hole === undefined ? this.print(typeof slot.was === 'number' ? Number(name) : name) : holes[slot.hole]?.text
        if (text === undefined || (slot.hole !== undefined && String(scalarOf(text)) !== name)) return undefined
        put(slot, text)
      }
    }
    if (this.made === undefined) return pieces.join('')
    const [slot, ...others] = this.slots.get(this.made.text) ?? []
    const text = this.print(this.made.renamed(names) ?? null)
    if (slot === undefined || others.length > 0 || text === undefined) return undefined
    put(slot, text)
    return pieces.join('')
  }

  /** A scalar as the writer writes it behind a key or dash; undefined for one that may take several lines, or that only the full parser reads. */
  private print(value: Json): string | undefined {
    if (typeof value === 'object' || (typeof value === 'string' && (UNUSUAL.test(value) || value.includes(MARK)))) return undefined
    return inlineText(value, { style: this.style, flow: ONE_LINE })
  }
}

const UNUSUAL = /[^ -~]/
const ONE_LINE = { json: false, padding: '', colonSpace: ' ', commaSpace: ' ' }

/** A part of a text, cut at the slots in it. */
function piecesOf(text: string, slots: readonly Slot[], { start, end }: Span): { pieces: string[]; pieceOf: Map<Slot, number> } {
  const pieces: string[] = []
  const pieceOf = new Map<Slot, number>()
  let done = start
  for (const slot of slots.toSorted((a, b) => a.start - b.start)) {
    if (slot.start < done || slot.end > end) continue
    pieces.push(ownCopy(text.slice(done, slot.start)))
    pieceOf.set(slot, pieces.push(ownCopy(text.slice(slot.start, slot.end))) - 1)
    done = slot.end
  }
  pieces.push(ownCopy(text.slice(done, end)))
  return { pieces, pieceOf }
}

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
