// Edits like those of an earlier resource that is written alike and changed alike: the manifests of one chart differ in names, images and numbers.
//
// What is written, the differences that lead there and the record of them are decided by which values are equal and by what is no scalar. Where a resource is
// another one with its scalars renamed, each to one of its own, before and after the change, all of it is the same with other scalars in it, and that the new text
// reads as what is wanted needs no reading. test/stages/write-repeat.test.ts and test/stages/record-renamed.test.ts hold this against doing it afresh.

import { at, isObject, type Json, Patience } from '../lib/model/index.ts'
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
import { inlineText, ONE_LINE } from './emit.ts'
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
export interface Come {
  /** What the region holds now. */
  readonly value: Json
  /** A text in it that is made from the rest: what it is with other names; undefined where that is not known. */
  readonly made?: { readonly text: string; readonly renamed: (names: Names) => string | undefined } | undefined
}

/** What is known of a change before it is written. */
export interface Repetition {
  /** One edit with all that `write` would do; undefined where the change repeats none. */
  readonly edit: Edit | undefined
  /** Remembers the change once it is written. What may not come off by rule is none to repeat. `come` is asked for what came of it only where that is needed. */
  remember(written: WrittenChange, come: () => Come | undefined): void
}

/** The changes of one run, as far as they may be repeated. */
export class Repetitions {
  private readonly shapes = new Map<string, KnownShape>()
  private examples = 0
  private readonly patience = new Patience()

  /**
   * Looks for an earlier change of which this one is a copy.
   * @example repetitions.of({ document, region: document.regionAt(path), what: 'spec.template', before, after }).edit
   */
  of(change: RegionChange): Repetition {
    const shape = this.patience.isTried() ? shapeIn(change) : undefined
    if (shape === undefined) return NONE
    const known = this.known(shape.key)
    known.times++
    const edit = known.examples.reduce<Edit | undefined>((found, example) => found ?? example.repeated(shape.holes, change), undefined)
    this.patience.note(edit !== undefined)
    const remember: Repetition['remember'] = (written, come) => {
      if (known.times < TIMES || known.examples.length === MAX_ALIKE || written.changed.text.length > MAX_LENGTH) return
      const came = isInverse(written.document, written.edits, written.changed) ? come() : undefined
      if (came === undefined) return
      known.examples.push(new Example(written, came, shape))
      this.examples++
    }
    return { edit, remember }
  }

  private known(key: string): KnownShape {
    const known = this.shapes.get(key)
    if (known !== undefined) return known
    if (this.shapes.size >= MAX_SHAPES || this.examples >= MAX_EXAMPLES) {
      this.shapes.clear()
      this.examples = 0
    }
    const shape = { times: 0, examples: [] }
    this.shapes.set(key, shape)
    return shape
  }
}

const NONE: Repetition = { edit: undefined, remember: () => undefined }

interface KnownShape {
  /** How often it was seen. */
  times: number
  readonly examples: Example[]
}

// Most shapes come once or twice, and to make an example costs as much as the change.
const TIMES = 3
const MAX_ALIKE = 3
const MAX_SHAPES = 1024
const MAX_EXAMPLES = 128
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
  private readonly made: Come['made']
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

  constructor({ document, region, before, after, edits, changed }: WrittenChange, { value, made }: Come, { holes }: Shape) {
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
        if (node?.kind === 'seq' && !node.flow) for (const [i, item] of value.entries()) visit(item, node.items[i]?.value)
      } else if (isObject(value)) {
        if (node?.kind === 'map' && !node.flow) for (const [key, child] of Object.entries(value)) visit(child, entryOf(node, key)?.value)
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
      if (now.text.includes(MARK)) return undefined
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
