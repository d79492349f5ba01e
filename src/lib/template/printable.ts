// Converts values to the form that an action prints (text/template documentation: Actions, `{{pipeline}}`).

import { sprint } from '../go/fmt.ts'
import { Box, type GoType, type GoValue } from '../go/value.ts'
import type { Value } from './assign.ts'
import { indirect } from './truth.ts'

/** The text that an action prints where there is no value. */
export const NO_VALUE = '<no value>'

/** The value that fmt is to print for a value: what a pointer leads to, with its String method if it has one. Undefined: it cannot be printed. */
export function printable(value: Value): GoValue | undefined {
  if (value === undefined) return NO_VALUE
  if (!(value instanceof Box)) return value
  const pointerType = value.type.kind === 'pointer' ? lastPointer(value).type : undefined
  const target = indirect(value)
  if (!(target instanceof Box)) return target ?? null
  const { type } = target
  if (saysItself(type)) return target
  if (pointerType !== undefined && type.kind !== 'pointer' && saysItself(pointerType)) return lastPointer(value)
  if (type.addr !== undefined && saysItself(type.addr)) return new Box(type.addr, target)
  return type.kind === 'func' || type.kind === 'chan' ? undefined : target
}

/** The pointer in a chain of pointers that leads to no other pointer. */
function lastPointer(pointer: Box): Box {
  let last = pointer
  while (last.value instanceof Box && last.value.type.kind === 'pointer') last = last.value
  return last
}

function saysItself({ method }: GoType): boolean {
  return method?.('Error') !== undefined || method?.('String') !== undefined
}

/** The text that html, js and urlquery work on: one string as it is, else all values as print gives them. */
export function joinedText(values: readonly GoValue[]): string {
  const [first] = values
  if (values.length === 1 && typeof first === 'string') return first
  return sprint(...values.map(value => printable(value === null ? undefined : value) ?? value))
}
