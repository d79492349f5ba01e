// Lists of resource amounts, such as limits and requests: their rounding, sums and maxima (k8s.io/component-helpers, resource).
import { get, isObject, type Json, type JsonObject } from '../../model/index.ts'
import { containersOf, type Pod } from '../pod.ts'
import { addQuantities, compareQuantities, formatQuantity, parseQuantity, roundedUp } from '../quantity.ts'

/** Amounts by resource name, as quantities in their canonical text. */
export type ResourceList = Readonly<Record<string, string>>

const MILLI = -3
/** Matches the texts that may be finer than a thousandth. */
const MAY_BE_FINE = /[nu.]|[eE]-/

/** The list with every amount rounded up to a thousandth; itself where nothing changes. */
export function roundedList(list: JsonObject): JsonObject {
  let rounded: JsonObject | undefined
  for (const [name, amount] of Object.entries(list)) {
    if (typeof amount !== 'string' || !MAY_BE_FINE.test(amount)) continue
    const text = formatQuantity(roundedUp(parseQuantity(amount), MILLI))
    if (text === amount) continue
    rounded ??= { ...list }
    rounded[name] = text
  }
  return rounded ?? list
}

/** The limits or requests of a container, or of a pod's spec; empty where there are none. */
export function amountsOf(owner: Json | undefined, field: 'limits' | 'requests'): ResourceList {
  const list = get(get(owner, 'resources'), field)
  return isObject(list) ? (list as ResourceList) : NONE
}

/**
 * Resources of all containers together, as the scheduler counts them: the sum of the main containers and sidecars, or more if an init container, with the sidecars that
 * started before it, needs more.
 */
export function totalOf(pod: Pod, field: 'limits' | 'requests'): ResourceList {
  let total: ResourceList = NONE
  for (const container of containersOf(pod)) total = sum(total, amountsOf(container, field))
  let sidecars: ResourceList = NONE
  let highest: ResourceList = NONE
  for (const container of containersOf(pod, 'initContainers')) {
    const own = amountsOf(container, field)
    if (container.restartPolicy === 'Always') {
      total = sum(total, own)
      sidecars = sum(sidecars, own)
      highest = maximum(highest, sidecars)
    } else {
      highest = maximum(highest, sum(own, sidecars))
    }
  }
  return maximum(total, highest)
}

const NONE: ResourceList = {}

function sum(a: ResourceList, b: ResourceList): ResourceList {
  return combine(a, b, (left, right) => formatQuantity(addQuantities(parseQuantity(left), parseQuantity(right))))
}

function maximum(a: ResourceList, b: ResourceList): ResourceList {
  return combine(a, b, (left, right) => (compareQuantities(parseQuantity(right), parseQuantity(left)) > 0 ? right : left))
}

function combine(a: ResourceList, b: ResourceList, both: (left: string, right: string) => string): ResourceList {
  const entries = Object.entries(b)
  if (entries.length === 0) return a
  const result = new Map(Object.entries(a))
  for (const [name, amount] of entries) {
    const known = result.get(name)
    result.set(name, known === undefined ? amount : both(known, amount))
  }
  return Object.fromEntries(result)
}
