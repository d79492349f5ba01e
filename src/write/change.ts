// Walks a node and its wanted value together and edits only what differs.

import { equal, isObject } from '../lib/model/index.ts'
import { changeList } from './change-list.ts'
import { changeMap } from './change-map.ts'
import { isFilled } from './emit.ts'
import { flowStyleOf } from './flow-style.ts'
import type { Place, Plan, Wanted } from './plan.ts'
import { replaceText, replaceValue } from './replace.ts'

/** Edits the node at `place` so that it holds the wanted value. */
export function changeNode(plan: Plan, place: Place, wanted: Wanted): void {
  const { node, slot } = place
  const spelling = plan.valueSpelling(place.wantPath)
  if (spelling !== undefined) {
    if (plan.text.slice(slot.after, node.end) !== spelling) plan.within(node, () => replaceText(plan, place, spelling))
    return
  }
  if (equal(place.have, wanted.want) && !plan.hasWorkBelow(place)) return
  plan.within(node, () => {
    if (!changeInside(plan, place, wanted)) replaceValue(plan, place, wanted)
  })
}

/** False, without an edit made, where the node has to be replaced as a whole. */
function changeInside(plan: Plan, place: Place, { want, outer }: Wanted): boolean {
  const { node, have, depth } = place
  if (depth >= plan.care.depth || !isFilled(want) || node.kind === 'alias' || node.kind === 'scalar') return false
  const inner = node.flow ? flowStyleOf(plan.text, node, outer) : undefined
  if (node.kind === 'map' && isObject(have) && isObject(want)) return changeMap(plan, { ...place, node, have }, { want, outer: inner, changeNode })
  if (node.kind === 'seq' && Array.isArray(have) && Array.isArray(want)) return changeList(plan, { ...place, node, have }, { want, outer: inner, changeNode })
  return false
}
