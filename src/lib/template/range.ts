// Executes range over lists, maps in the order of their keys, and integers (text/template documentation: Actions).

import { sortedKeys } from '../go/fmtsort.ts'
import { ANY, Box, type GoType, LIST, MAP, wrap } from '../go/value.ts'
import { isIntKind, isUintKind, type Value } from './assign.ts'
import { itemAt } from './items.ts'
import { BREAK, charge, fail, NEXT, type Run, type Signal, type StaticType, type Step } from './run.ts'
import { indirect } from './truth.ts'
import type { SlotOf } from './variables.ts'

/** A compiled range. */
export interface Loop {
  /** Variables for the element, and for the index or key. */
  readonly element: number | SlotOf | undefined
  readonly index: number | SlotOf | undefined
  readonly body: Step
}

/**
 * Runs the body for each item; undefined where there is none, so that the else list is to run.
 * @throws TemplateError for a value over which range cannot iterate
 */
export function runLoop(run: Run, loop: Loop, value: Value): Signal | undefined {
  const target = indirect(value)
  if (target === undefined) return undefined
  if (Array.isArray(target)) return overList(run, loop, { items: target, type: LIST })
  if (target instanceof Map) return overMap(run, loop, { map: target, type: MAP })
  if (typeof target === 'bigint') return overInteger(run, loop, { count: target, type: undefined, value: target })
  if (target instanceof Box) {
    const { type, value: payload } = target
    if (type.kind === 'slice' || type.kind === 'array') return overList(run, loop, { items: (payload ?? []) as ArrayLike<unknown>, type })
    if (type.kind === 'map') return overMap(run, loop, { map: (payload ?? new Map()) as ReadonlyMap<unknown, unknown>, type })
    if (isIntKind(type.kind) || isUintKind(type.kind)) return overInteger(run, loop, { count: payload as bigint, type, value: target })
  }
  throw fail(run, "range can't iterate over %v", target)
}

function overList(run: Run, loop: Loop, { items, type }: { items: ArrayLike<unknown>; type: GoType }): Signal | undefined {
  if (items.length === 0) return undefined
  const { elem = ANY } = type
  const staticType = elem.kind === 'interface' ? elem : undefined
  for (let i = 0; i < items.length; i++) {
    const element = elem === ANY ? (items[i] as Value) : itemAt(items, i, elem)
    if (loop.index !== undefined) assign(run, loop.index, BigInt(i), undefined)
    if (once(run, loop, element, staticType) === BREAK) break
  }
  return NEXT
}

function overMap(run: Run, loop: Loop, { map, type }: { map: ReadonlyMap<unknown, unknown>; type: GoType }): Signal | undefined {
  if (map.size === 0) return undefined
  const { key: keyType = ANY, elem = ANY } = type
  const staticType = elem.kind === 'interface' ? elem : undefined
  for (const key of sortedKeys(keyType, map)) {
    if (loop.index !== undefined) assign(run, loop.index, wrap(keyType, key), keyType.kind === 'interface' ? keyType : undefined)
    if (once(run, loop, wrap(elem, map.get(key)), staticType) === BREAK) break
  }
  return NEXT
}

function overInteger(run: Run, loop: Loop, { count, type, value }: { count: bigint; type: StaticType; value: bigint | Box }): Signal | undefined {
  if (loop.index !== undefined) throw fail(run, "can't use %v to iterate over more than one variable", value)
  if (count <= 0n) return undefined
  for (let i = 0n; i < count; i++) {
    if (once(run, loop, type === undefined ? i : wrap(type, i), undefined) === BREAK) break
  }
  return NEXT
}

/** One round: sets the variable for the element and runs the body. */
function once(run: Run, { element, body }: Loop, value: Value, type: StaticType): Signal {
  charge(run, 1)
  if (element !== undefined) assign(run, element, value, type)
  run.dotType = type
  return body(run, value)
}

function assign(run: Run, slot: number | SlotOf, value: Value, type: StaticType): void {
  const index = typeof slot === 'number' ? slot : slot(run)
  run.vars[index] = value
  run.varTypes[index] = type
}
