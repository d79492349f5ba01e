// Inserts and removes entries of a mapping and elements of a list, by lines in block style, by commas in flow style.

import type { FieldPath } from '../lib/model/index.ts'
import { keyOf, type MapNode, type SeqNode } from '../lib/yaml/index.ts'
import type { FlowStyle } from './emit.ts'
import { childrenOf } from './flow-style.ts'
import { endOfBlock, lineEndsBetween, ownedLines, previousLineEnd, skipLines, startsLine } from './lines.ts'
import { startWithMark } from './marks.ts'
import type { Plan, Slot, Spelling } from './plan.ts'
import { columnOf, lineEndOf, lineStartOf } from './style.ts'

export interface Collection {
  readonly node: MapNode | SeqNode
  readonly slot: Slot
  readonly path: FieldPath
  /** Of a flow collection. */
  readonly flow: FlowStyle | undefined
}

/** Text to insert. */
export interface Insertion {
  readonly path: FieldPath
  /** The child that it stands behind, -1 for none. */
  readonly behind: number
  /** The exact text. */
  readonly spelled: Spelling | undefined
  /** Writes it at `column`, with the first line not indented. In flow style, the text. */
  readonly write: (column: number) => string
}

/** Whether lines can be put before the first child, and the first child taken away by lines. */
export function firstOwnsLine(plan: Plan, { node }: Collection): boolean {
  const first = node.kind === 'map' ? node.entries[0] : node.items[0]
  return first !== undefined && startsLine(plan.text, first.start)
}

/** Takes out the children at `places` (rising); at least one other stays. */
export function removeChildren(plan: Plan, collection: Collection, places: readonly number[]): void {
  if (places.length === 0) return
  const children = childrenOf(collection.node)
  const below = collection.node.flow ? undefined : linesBelow(plan, collection, { children, removed: places })
  places.forEach((place, i) => {
    const child = children[place]
    if (child === undefined) return
    const path = [...collection.path, childStep(collection.node, place)]
    if (below === undefined) plan.edit({ ...flowRange(children, place, place === i), text: '', path, part: 'entry' })
    else {
      const lines = below[i] ?? 0
      plan.edit({
        ...ownedLines(plan.text, startWithMark(plan.text, child.start), child.end),
        text: '',
        path,
        part: 'entry',
        ...(lines > 0 ? { below: lines } : {}),
      })
    }
  })
}

interface Extent {
  readonly start: number
  readonly end: number
}

/** Of each child that goes: how many lines of comments and blank lines stand between it and what stays above it. */
function linesBelow(plan: Plan, collection: Collection, { children, removed }: { children: readonly Extent[]; removed: readonly number[] }): number[] {
  const { text } = plan
  const inserted = insertedInside(plan, collection)
  let next = 0
  let at: number | undefined
  let [lines, others] = [0, 0]
  return removed.map((place, i) => {
    const child = children[place]
    if (child === undefined) return 0
    if (removed[i - 1] !== place - 1 || i === 0) {
      const above = children[place - 1]
      at = above === undefined ? headEnd(plan, collection, child.start) : lineEndOf(text, above.end)
      // Lines that are inserted into the child above may come after comments, which are then inside of it.
      for (let offset = inserted[next]; offset !== undefined && offset < child.start; offset = inserted[++next]) {
        if (at !== undefined) at = Math.max(at, offset)
      }
      lines = 0
      others = 0
    }
    if (at === undefined) return 0
    const start = startWithMark(text, child.start)
    lines += lineEndsBetween(text, at, start)
    at = start
    const between = lines - 1 - others
    others += lineEndsBetween(text, child.start, child.end) + 1
    return Math.max(0, between)
  })
}

/** Offsets of insertions so far, in ascending order. The edits inside a collection are the last ones. */
function insertedInside({ edits }: Plan, { node }: Collection): number[] {
  const offsets: number[] = []
  for (let i = edits.length - 1; i >= 0; i--) {
    const { offset, length } = edits[i] ?? { offset: 0, length: 0 }
    if (offset < node.start) break
    if (length === 0) offsets.push(offset)
  }
  return offsets.sort((a, b) => a - b)
}

function childStep(node: MapNode | SeqNode, place: number): string | number {
  if (node.kind === 'seq') return place
  const key = node.entries[place]?.key
  return (key === undefined ? undefined : keyOf(key)) ?? ''
}

/** With the comma behind it where all before it go too, else with the comma before it. */
function flowRange(children: readonly Extent[], place: number, leading: boolean): { offset: number; length: number } {
  const here = children[place]
  const before = children[place - 1]
  const behind = children[place + 1]
  const [start, end] = leading ? [here?.start ?? 0, behind?.start ?? 0] : [before?.end ?? 0, here?.end ?? 0]
  return { offset: start, length: end - start }
}

/** Puts in `insertions`; of those at one place the first one comes first. */
export function insertChildren(
  plan: Plan,
  collection: Collection,
  { insertions, removed }: { insertions: readonly Insertion[]; removed: readonly number[] },
): void {
  if (insertions.length === 0) return
  const children = childrenOf(collection.node)
  // The search for the insertion point passes over removed children.
  const removedChildren = removed.flatMap(place => children[place] ?? []).map(({ start, end }) => ({ start: startWithMark(plan.text, start), end }))
  for (const insertion of insertions) {
    if (collection.node.flow) insertFlow(plan, { ...collection, children }, insertion)
    else insertBlock(plan, { ...collection, children, removed: removedChildren }, insertion)
  }
}

function insertFlow(plan: Plan, { children, flow }: Collection & { children: readonly Extent[] }, { path, behind, spelled, write }: Insertion): void {
  const neighbour = children[Math.max(behind, 0)]
  if (neighbour === undefined || flow === undefined) throw new Error('a flow collection without children has nothing to stand beside')
  const separator = flow.lines === undefined ? `,${flow.commaSpace}` : `,${plan.style.eol}${flow.lines.indent}${flow.lines.step}`
  const text = spelled?.text ?? (behind < 0 ? write(0) + separator : separator + write(0))
  plan.edit({ offset: behind < 0 ? neighbour.start : neighbour.end, length: 0, text, path, part: 'entry' })
}

interface BlockCollection extends Collection {
  readonly children: readonly Extent[]
  readonly removed: readonly Extent[]
}

function insertBlock(plan: Plan, collection: BlockCollection, { path, behind, spelled, write }: Insertion): void {
  const { text, style } = plan
  const { children, removed } = collection
  const first = children[0]
  if (first === undefined) throw new Error('a block collection has children')
  const column = columnOf(text, first.start)
  const inserted = () => style.eol + ' '.repeat(column) + write(column)
  const child = children[behind]
  const below = (from: number) => (spelled?.below === undefined ? from : skipLines(text, from, { count: spelled.below, over: removed }))
  if (child !== undefined) {
    const offset = spelled === undefined ? endOfBlock(text, child.end, column) : below(lineEndOf(text, child.end))
    plan.edit({ offset, length: 0, text: spelled?.text ?? inserted(), path, part: 'entry' })
    return
  }
  const offset = headEnd(plan, collection, first.start)
  if (offset !== undefined) plan.edit({ offset: below(offset), length: 0, text: spelled?.text ?? inserted(), path, part: 'entry' })
  else {
    // The text starts with the first child.
    const start = lineStartOf(text, first.start)
    const from = text.charCodeAt(start) === BOM ? start + 1 : start
    plan.edit({ offset: from, length: 0, text: spelled?.text ?? `${inserted().slice(style.eol.length)}${style.eol}`, path, part: 'entry' })
  }
}

const BOM = 0xfeff

/** The end of the line above the first child and its comments: that of the key or dash it hangs on. */
function headEnd(plan: Plan, { node, slot }: Collection, first: number): number | undefined {
  if (slot.kind === 'root') return previousLineEnd(plan.text, first)
  const head = node.start < node.content ? node.start : slot.after
  return lineEndOf(plan.text, head)
}
