// Evaluates `.a.b.c`: methods, struct fields and map keys, through pointers (text/template documentation: Arguments).

import { ANY, Box, type GoField, type GoFunc, type GoType, MAP, typeOf, wrap } from '../go/value.ts'
import { isAny, type Value, zeroValue } from './assign.ts'
import { settle, wrongCount } from './callee.ts'
import type { Node } from './node.ts'
import { fail, type Run, type StaticType, typeName } from './run.ts'
import { indirectInterface } from './truth.ts'

/** A chain of fields in a template. */
export interface FieldSite {
  readonly node: Node
  readonly names: readonly string[]
  /** Calls the last name if it is a method. If undefined, there are no arguments, which fields allow as well. */
  readonly call: MethodCall | undefined
  /** The member that each name was resolved to last time. */
  readonly cache: (Member | undefined)[]
}

/** A method of a value. */
export interface Method {
  readonly name: string
  readonly func: GoFunc
  readonly receiver: Box
}

/** Calls a method with the arguments behind the chain of fields. `run.dot` and `run.final` hold dot and the piped value. */
export type MethodCall = (run: Run, method: Method) => Value

/** The method or field that a name is for values of one type. */
interface Member {
  readonly type: GoType
  /** The pointer that led to the value. */
  readonly pointer: GoType | undefined
  readonly method: GoFunc | undefined
  /** Kind of the method's receiver. */
  readonly receiver: 'value' | 'pointer' | 'address'
  readonly field: GoField | undefined
  /** The field's type, if it is an interface. */
  readonly anyType: GoType | undefined
}

interface Receiver {
  readonly value: Value
  readonly type: StaticType
}

/** A chain of fields at a node, with nothing resolved yet. */
export function fieldSite(node: Node, names: readonly string[], call?: MethodCall): FieldSite {
  return { node, names, call, cache: names.map(() => undefined) }
}

/** The fields of a value, one after the other. `run.fieldType` is the static type of the value, and then of the last field. */
export function evalFields(run: Run, site: FieldSite, start: Value): Value {
  const { names, call } = site
  const plain = call === undefined ? names.length : names.length - 1
  let value = start
  for (let i = 0; i < names.length; i++) {
    // By far the most frequent case: a key of a map[string]interface {}.
    if (value instanceof Map && i < plain) {
      const name = names[i] ?? ''
      const found: Value = value.get(name)
      value = found === undefined ? missing(run, name, ANY) : found
      run.fieldType = value === undefined ? undefined : ANY
    } else {
      value = evalField(run, site, { at: i, receiver: { value, type: run.fieldType } })
    }
  }
  return value
}

interface Step {
  /** Index of the name. */
  readonly at: number
  readonly receiver: Receiver
}

function evalField(run: Run, site: FieldSite, { at, receiver }: Step): Value {
  const name = site.names[at] ?? ''
  const call = at === site.names.length - 1 ? site.call : undefined
  run.fieldType = undefined
  if (receiver.value === undefined) {
    if (run.program.missingKey === 'error') throw fail(run, 'nil data; no entry for key %q', name)
    return undefined
  }
  let pointer: Box | undefined
  let target: Value = receiver.value
  while (target instanceof Box && target.type.kind === 'pointer' && target.value !== null) {
    pointer = target
    target = target.value as Value
  }
  if (target === undefined || indirectInterface(target) === undefined) throw nilPointer(run, receiver, name)
  if (target instanceof Map) return mapKey(run, { type: MAP, map: target, name, hasArgs: call !== undefined })
  if (!(target instanceof Box)) throw noField(run, receiver, name)
  const member = memberOf(site, at, { target, pointer })
  if (member.method !== undefined) {
    return callMethod(run, { name, func: member.method, receiver: methodReceiver(member, target, pointer) }, call)
  }
  if (member.field !== undefined) {
    if (call !== undefined) throw fail(run, '%s has arguments but cannot be invoked as function', name)
    if (member.anyType !== undefined) run.fieldType = member.anyType
    return member.field.get(target.value)
  }
  const { type } = target
  if (type.kind === 'map' && type.key !== undefined && (type.key.name === 'string' || isAny(type.key))) {
    return mapKey(run, { type, map: target.value as ReadonlyMap<unknown, unknown> | null, name, hasArgs: call !== undefined })
  }
  // That there is no such field at all is reported before a nil pointer is.
  if (type.kind === 'pointer' && !(type.elem?.kind === 'struct' && type.elem.field?.(name) === undefined)) throw nilPointer(run, receiver, name)
  throw noField(run, receiver, name)
}

function methodReceiver({ receiver }: Member, target: Box, pointer: Box | undefined): Box {
  if (receiver === 'value') return target
  return receiver === 'pointer' && pointer !== undefined ? pointer : new Box(target.type.addr ?? target.type, target)
}

function callMethod(run: Run, method: Method, call: MethodCall | undefined): Value {
  const { func, name, receiver } = method
  let value: Value
  if (call !== undefined) {
    value = call(run, method)
  } else {
    const wrong = wrongCount({ name, func, hasFinal: false }, 0)
    if (wrong !== undefined) throw fail(run, wrong.format, ...wrong.args)
    run.site = run.node === undefined ? undefined : { name, node: run.node }
    value = settle(run, func, func.call(receiver))
  }
  run.fieldType = func.result.kind === 'interface' ? func.result : undefined
  return value
}

/** Looks a name up: methods before fields. The last result is kept for values of the same types. */
function memberOf(site: FieldSite, at: number, { target, pointer }: { target: Box; pointer: Box | undefined }): Member {
  const known = site.cache[at]
  if (known !== undefined && known.type === target.type && known.pointer === pointer?.type) return known
  const member = findMember(site.names[at] ?? '', target.type, pointer?.type)
  site.cache[at] = member
  return member
}

function findMember(name: string, type: GoType, pointer: GoType | undefined): Member {
  const viaPointer = pointer?.method?.(name)
  const viaAddress = viaPointer === undefined && type.kind === 'struct' ? type.addr?.method?.(name) : undefined
  const method = viaPointer ?? viaAddress ?? type.method?.(name)
  const receiver = viaPointer !== undefined ? 'pointer' : viaAddress !== undefined ? 'address' : 'value'
  const field = method === undefined && type.kind === 'struct' ? type.field?.(name) : undefined
  return { type, pointer, method, receiver, field, anyType: field?.type.kind === 'interface' ? field.type : undefined }
}

interface Key {
  readonly type: GoType
  readonly map: ReadonlyMap<unknown, unknown> | null
  readonly name: string
  readonly hasArgs: boolean
}

function mapKey(run: Run, { type, map, name, hasArgs }: Key): Value {
  if (hasArgs) throw fail(run, '%s is not a method but has arguments', name)
  const { elem = ANY } = type
  const raw = map?.get(name)
  const value = raw === undefined ? missing(run, name, elem) : wrap(elem, raw)
  run.fieldType = value !== undefined && elem.kind === 'interface' ? elem : undefined
  return value
}

/** A key that a map has not, by the missingkey option. */
function missing(run: Run, name: string, elem: GoType): Value {
  switch (run.program.missingKey) {
    case 'default':
    case 'invalid':
      return undefined
    case 'zero':
      return zeroValue(elem)
    case 'error':
      throw fail(run, 'map has no entry for key %q', name)
  }
}

function receiverType({ value, type }: Receiver): string {
  return typeName(type ?? (value === null ? ANY : value === undefined ? undefined : typeOf(value)))
}

function nilPointer(run: Run, receiver: Receiver, name: string): Error {
  return fail(run, 'nil pointer evaluating %s.%s', receiverType(receiver), name)
}

function noField(run: Run, receiver: Receiver, name: string): Error {
  return fail(run, "can't evaluate field %s in type %s", name, receiverType(receiver))
}
