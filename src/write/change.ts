// Compares a node with its wanted value, and edits only the differences.

import { equal, isObject } from '../lib/model/index.ts'
import { changeList } from './change-list.ts'
import { changeMap } from './change-map.ts'
import { isFilled } from './emit.ts'
import { flowStyleOf } from './flow-style.ts'
import type { MapTarget, Plan, SeqTarget, Target, Wanted } from './plan.ts'
import { removeValue, replaceText, replaceValue } from './replace.ts'

/** Edits the node at `target` so that it holds the wanted value. */
export function changeNode(plan: Plan, target: Target, wanted: Wanted): void {
  const { node, slot } = target
  const spelling = plan.valueSpelling(target.wantPath)
  if (spelling !== undefined) {
    if (plan.text.slice(slot.after, node.end) !== spelling) plan.enter(node, () => replaceText(plan, target, spelling))
    return
  }
  if (wanted.want === null && plan.isBare(target.wantPath)) {
    if (!slot.bare) plan.enter(node, () => removeValue(plan, target))
    return
  }
  if (wanted.differs !== true && equal(target.have, wanted.want) && !plan.hasWorkBelow(target)) return
  plan.enter(node, () => {
    if (!changeInside(plan, target, wanted)) replaceValue(plan, target, wanted)
  })
}

/** False, without an edit made, where the node has to be replaced as a whole. */
function changeInside(plan: Plan, target: Target, { want, outer }: Wanted): boolean {
  if (target.depth >= plan.strategy.depth || !isFilled(want)) return false
  if (isMapTarget(target) && isObject(want)) return changeMap(plan, target, { want, outer: flowInside(plan, target, outer), changeNode })
  if (isSeqTarget(target) && Array.isArray(want)) return changeList(plan, target, { want, outer: flowInside(plan, target, outer), changeNode })
  return false
}

function isMapTarget(target: Target): target is MapTarget {
  return target.node.kind === 'map' && isObject(target.have)
}

function isSeqTarget(target: Target): target is SeqTarget {
  return target.node.kind === 'seq' && Array.isArray(target.have)
}

function flowInside({ text }: Plan, { node }: MapTarget | SeqTarget, outer: Wanted['outer']): Wanted['outer'] {
  return node.flow ? flowStyleOf(text, node, outer) : undefined
}
