// Walks a node and its wanted value together and edits only what differs.

import { equal, isObject } from '../lib/model/index.ts'
import { changeList } from './change-list.ts'
import { changeMap } from './change-map.ts'
import { isFilled } from './emit.ts'
import { flowStyleOf } from './flow-style.ts'
import type { MapPlace, Place, Plan, SeqPlace, Wanted } from './plan.ts'
import { removeValue, replaceText, replaceValue } from './replace.ts'

/** Edits the node at `place` so that it holds the wanted value. */
export function changeNode(plan: Plan, place: Place, wanted: Wanted): void {
  const { node, slot } = place
  const spelling = plan.valueSpelling(place.wantPath)
  if (spelling !== undefined) {
    if (plan.text.slice(slot.after, node.end) !== spelling) plan.within(node, () => replaceText(plan, place, spelling))
    return
  }
  if (wanted.want === null && plan.isBare(place.wantPath)) {
    if (!slot.bare) plan.within(node, () => removeValue(plan, place))
    return
  }
  if (equal(place.have, wanted.want) && !plan.hasWorkBelow(place)) return
  plan.within(node, () => {
    if (!changeInside(plan, place, wanted)) replaceValue(plan, place, wanted)
  })
}

/** False, without an edit made, where the node has to be replaced as a whole. */
function changeInside(plan: Plan, place: Place, { want, outer }: Wanted): boolean {
  if (place.depth >= plan.care.depth || !isFilled(want)) return false
  if (isMapPlace(place) && isObject(want)) return changeMap(plan, place, { want, outer: flowInside(plan, place, outer), changeNode })
  if (isSeqPlace(place) && Array.isArray(want)) return changeList(plan, place, { want, outer: flowInside(plan, place, outer), changeNode })
  return false
}

function isMapPlace(place: Place): place is MapPlace {
  return place.node.kind === 'map' && isObject(place.have)
}

function isSeqPlace(place: Place): place is SeqPlace {
  return place.node.kind === 'seq' && Array.isArray(place.have)
}

function flowInside({ text }: Plan, { node }: MapPlace | SeqPlace, outer: Wanted['outer']): Wanted['outer'] {
  return node.flow ? flowStyleOf(text, node, outer) : undefined
}
