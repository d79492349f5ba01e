// Combines the two trees that a template prints if a condition is true and if it is false into one, whose differences depend on the condition.

import { equal } from '../lib/model/index.ts'
import type { Condition } from './symbol.ts'
import type { Entry, ListItem, ListTree, MapTree, ScalarTree, Tree } from './tree.ts'

/** Thrown for a condition on a container outside of the range over containers. */
export class OutsideOfRange extends Error {}

/** @throws OutsideOfRange */
export function combine(condition: Condition, yes: MapTree, no: MapTree): MapTree {
  const tree = both({ condition, inside: false }, yes, no)
  if (tree.kind !== 'map') throw new Error('two mappings make a mapping')
  return tree
}

interface Scope {
  readonly condition: Condition
  /** Whether the trees are inside of the range of the condition. */
  readonly inside: boolean
}

function both(scope: Scope, yes: Tree, no: Tree): Tree {
  if (same(yes, no)) return yes
  if (yes.kind === 'map' && no.kind === 'map') return maps(scope, yes, no)
  if (yes.kind === 'list' && no.kind === 'list') return lists(scope, yes, no)
  return { kind: 'choice', condition: usable(scope), yes, no }
}

function maps(scope: Scope, yes: MapTree, no: MapTree): MapTree {
  const fields = new Map<string, Entry>()
  for (const name of new Set([...yes.fields.keys(), ...no.fields.keys()])) fields.set(name, entry(scope, yes.fields.get(name), no.fields.get(name)))
  return { kind: 'map', fields }
}

function entry<Item extends Entry>(scope: Scope, yes: Item | undefined, no: Item | undefined): Item {
  if (yes !== undefined && no !== undefined) {
    const when = sameCondition(yes.when, no.when) ? yes.when : either(usable(scope), yes.when, no.when)
    return { ...yes, tree: both(scope, yes.tree, no.tree), when }
  }
  if (yes !== undefined) return { ...yes, when: also(usable(scope), yes.when) }
  if (no !== undefined) return { ...no, when: also(negated(usable(scope)), no.when) }
  throw new Error('one of the two is there')
}

/** Combines lists: items of one name or range are merged, the others depend on the condition, in the order of their lists. */
function lists(scope: Scope, yes: ListTree, no: ListTree): ListTree {
  const items: ListItem[] = []
  const rest = [...no.items]
  for (const item of yes.items) {
    const place = rest.findIndex(other => isSameItem(item, other))
    for (const alone of place < 0 ? [] : rest.splice(0, place)) items.push(listItem(scope, undefined, alone))
    items.push(listItem(scope, item, place < 0 ? undefined : rest.shift()))
  }
  return { kind: 'list', items: [...items, ...rest.map(item => listItem(scope, undefined, item))] }
}

function listItem({ condition, inside }: Scope, yes: ListItem | undefined, no: ListItem | undefined): ListItem {
  const loop = (yes ?? no)?.loop
  return entry({ condition, inside: inside || (loop !== undefined && loop.variable === condition.loop?.variable) }, yes, no)
}

function isSameItem(a: ListItem, b: ListItem): boolean {
  if (a.loop?.variable !== b.loop?.variable) return false
  const [left, right] = [a, b].map(item =>
    KEYS.map(key => (item.tree.kind === 'map' ? item.tree.fields.get(key)?.tree : undefined)).find(tree => tree !== undefined),
  )
  return left === undefined || right === undefined ? same(a.tree, b.tree) : same(left, right)
}

const KEYS = ['name', 'mountPath', 'containerPort', 'devicePath', 'ip']

function usable({ condition, inside }: Scope): Condition {
  if (condition.loop !== undefined && !inside) throw new OutsideOfRange(condition.cel)
  return condition
}

/** The negation of a condition. */
export function negated({ cel, loop }: Condition): Condition {
  return { cel: `!(${cel})`, loop }
}

function also(first: Condition, second: Condition | undefined): Condition {
  return second === undefined ? first : { cel: `(${first.cel}) && (${second.cel})`, loop: first.loop ?? second.loop }
}

function either(condition: Condition, yes: Condition | undefined, no: Condition | undefined): Condition {
  const { loop = yes?.loop ?? no?.loop } = condition
  if (yes === undefined) return { cel: `(${condition.cel}) || (${no?.cel ?? 'true'})`, loop }
  if (no === undefined) return { cel: `!(${condition.cel}) || (${yes.cel})`, loop }
  return { cel: `((${condition.cel}) && (${yes.cel})) || (!(${condition.cel}) && (${no.cel}))`, loop }
}

function sameCondition(a: Condition | undefined, b: Condition | undefined): boolean {
  return a?.cel === b?.cel
}

/** Whether two trees are equal. */
export function same(a: Tree, b: Tree): boolean {
  if (a.kind === 'map' && b.kind === 'map') {
    if (a.fields.size !== b.fields.size) return false
    return [...a.fields].every(([name, own]) => {
      const other = b.fields.get(name)
      return other !== undefined && sameCondition(own.when, other.when) && same(own.tree, other.tree)
    })
  }
  if (a.kind === 'list' && b.kind === 'list') {
    if (a.items.length !== b.items.length) return false
    return a.items.every((own, i) => {
      const other = b.items[i]
      return other !== undefined && own.loop?.variable === other.loop?.variable && sameCondition(own.when, other.when) && same(own.tree, other.tree)
    })
  }
  if (a.kind === 'choice' && b.kind === 'choice') return a.condition.cel === b.condition.cel && same(a.yes, b.yes) && same(a.no, b.no)
  return a.kind === 'scalar' && b.kind === 'scalar' && sameScalar(a, b)
}

function sameScalar(a: ScalarTree, b: ScalarTree): boolean {
  if ('parts' in a && 'parts' in b) return JSON.stringify(a.parts) === JSON.stringify(b.parts)
  return 'value' in a && 'value' in b && equal(a.value, b.value)
}
