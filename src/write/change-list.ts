// Edits a list in place: changes elements that stay, and removes, inserts or moves others.

import type { Json } from '../lib/model/index.ts'
import { equal } from '../lib/model/index.ts'
import type { Node } from '../lib/yaml/index.ts'
import { align } from './align.ts'
import { type Collection, firstOwnsLine, type Insertion, insertChildren, removeChildren } from './children.ts'
import { flowText, itemText, ONE_LINE, oneLevelDeeper } from './emit.ts'
import { itemMarks } from './marks.ts'
import type { ChangeNode, Plan, SeqTarget, Slot, Wanted } from './plan.ts'
import { columnOf, isBesideDash, lineEndOf } from './style.ts'

/** Edits the list; returns false without an edit if the whole list must be replaced. `outer` is the style of the list itself, in flow style. */
export function changeList(plan: Plan, target: SeqTarget, { want, outer, changeNode }: Wanted<Json[]> & { changeNode: ChangeNode }): boolean {
  const { passesEqual } = plan
  const { node, have, path } = target
  const fresh = new Set(want.flatMap((_, i) => (plan.entrySpelling([...target.wantPath, i]) === undefined ? [] : [i])))
  const { kept, movedFrom } = align(have, want, fresh)
  const staying = new Set(kept.filter(index => index !== undefined))
  const removed = node.items.map((_, i) => i).filter(i => !staying.has(i))
  const collection: Collection = { node, slot: target.slot, path, flow: outer }
  const ownsLine = node.flow || firstOwnsLine(plan, collection)
  const comesFirst = kept.length > 0 && kept[0] === undefined
  if (staying.size === 0 || (!ownsLine && (comesFirst || removed.includes(0)))) return false
  want.forEach((value, i) => {
    const index = kept[i]
    const item = index === undefined ? undefined : node.items[index]
    if (index === undefined || item === undefined || (passesEqual && equal(have[index], value))) return
    const slot: Slot = node.flow
      ? { kind: 'item', flow: true, after: item.value.start, bare: false, column: 0 }
      : { kind: 'item', flow: false, after: item.start + 1, bare: false, column: columnOf(plan.text, item.start) }
    changeNode(
      plan,
      { node: item.value, have: have[index] ?? null, path: [...path, index], wantPath: [...target.wantPath, i], slot, depth: target.depth + 1 },
      { want: value, outer, differs: passesEqual },
    )
  })
  removeChildren(plan, collection, removed)
  for (const index of removed) {
    const item = node.items[index]
    if (item !== undefined) plan.drop(item.value)
  }
  insertChildren(plan, collection, { removed, insertions: insertionsOf(plan, { target, want, kept, movedFrom, flow: outer }) })
  return true
}

interface Coming {
  readonly target: SeqTarget
  readonly want: readonly Json[]
  readonly kept: readonly (number | undefined)[]
  readonly movedFrom: ReadonlyMap<number, number>
  readonly flow: Wanted['outer']
}

function insertionsOf(plan: Plan, { target, want, kept, movedFrom, flow }: Coming): Insertion[] {
  const { node, have, path } = target
  const insertions: Insertion[] = []
  let behind = -1
  want.forEach((value, i) => {
    const index = kept[i]
    if (index !== undefined) {
      behind = index
      return
    }
    const from = movedFrom.get(i)
    const source = from === undefined ? undefined : node.items[from]
    const text = plan.valueSpelling([...target.wantPath, i])
    const write = (column: number) => {
      if (text !== undefined) return node.flow ? text : `-${text}`
      // An element that only moves takes its text along.
      if (source !== undefined && from !== undefined && equal(have[from], value) && !pointsElsewhere(source.value)) {
        return plan.text.slice(source.start, node.flow ? source.value.end : lineEndOf(plan.text, source.value.end))
      }
      const at = { style: { ...plan.style, dashWidth: dashWidthOf(plan, target) }, flow: oneLevelDeeper(flow ?? ONE_LINE), column }
      if (node.flow) return flowText(value, at, source?.value)
      return itemText(value, source === undefined ? { ...at, marks: itemMarks({ text: plan.text, node }, i) } : at, source?.value)
    }
    insertions.push({ path: [...path, i], behind, spelled: plan.entrySpelling([...target.wantPath, i]), write })
  })
  return insertions
}

/** The number of columns from a dash to its element in this list. */
function dashWidthOf(plan: Plan, { node }: SeqTarget): number {
  const item = node.items.find(({ start, value }) => value.kind !== 'alias' && isBesideDash(plan.text, start, value))
  return item === undefined || node.flow ? plan.style.dashWidth : item.value.start - item.start
}

/** Whether an element has anchors or aliases, which depend on the text before them. */
function pointsElsewhere(node: Node): boolean {
  if (node.kind === 'alias' || node.anchor !== undefined) return true
  if (node.kind === 'seq') return node.items.some(item => pointsElsewhere(item.value))
  return node.kind === 'map' && node.entries.some(({ key, value }) => pointsElsewhere(key) || pointsElsewhere(value))
}
