// Tells whether the values that a template can read of its data are the same as in the execution before, by comparing identities only.

import { Box, type GoField, type GoType, wrap } from '../../go/value.ts'
import type { Value } from '../assign.ts'
import type { Path } from './reads.ts'

/**
 * One path into the data. `token` stands for its value: as long as nothing is changed in place (memory.ts), the same token means the same value.
 * It is a value that is not an object, or the object that holds the value.
 */
export interface Input {
  readonly name: string
  readonly below: Map<string, Input>
  token: unknown
  /** The member that the name was resolved to last time. */
  member: Member | undefined
}

/** The method or field that a name is for values of one type, also behind a pointer. */
interface Member {
  readonly type: GoType
  readonly pointer: GoType | undefined
  readonly isMethod: boolean
  readonly field: GoField | undefined
  /** Whether the field's values are of any type. */
  readonly isAny: boolean
}

/** The token of a value that cannot be distinguished from others: executions that read it are not kept. */
export const UNCLEAR: unique symbol = Symbol('unclear')

/** The inputs of all statements of a template, as a tree of paths. */
export class Inputs {
  private readonly root: Input = newInput('')
  private dataType: GoType | undefined
  private isNew = true

  /** The input at a path, which has no token before the next look at the data. */
  at(path: Path): Input {
    let input = this.root
    for (const name of path) {
      let next = input.below.get(name)
      if (next === undefined) {
        next = newInput(name)
        input.below.set(name, next)
        this.isNew = true
      }
      input = next
    }
    return input
  }

  /** Reads the values of all inputs from the data of an execution. */
  update(data: Value): void {
    const type = data instanceof Box ? data.type : undefined
    const isNew = this.isNew || type !== this.dataType
    this.dataType = type
    this.isNew = false
    for (const input of this.root.below.values()) refresh(input, step(data, input), isNew)
  }

  /** After something may have been changed in place: the same object need not mean the same value. */
  forget(): void {
    this.isNew = true
  }
}

function newInput(name: string): Input {
  return { name, below: new Map(), token: UNCLEAR, member: undefined }
}

/** The value at a path; or only the object that it is read from, where a method or a value of any type lies between. */
type Found = Value | Origin

class Origin {
  readonly token: unknown

  constructor(token: unknown) {
    this.token = token
  }
}

const NOWHERE = new Origin(UNCLEAR)
// Fields of nothing are nothing, or an error, as the first of them was.
const BELOW_NOTHING = new Origin(Symbol('below nothing'))
const BELOW_NIL = new Origin(Symbol('below nil'))

function refresh(input: Input, found: Found, isNew: boolean): void {
  const token = found instanceof Origin ? found.token : tokenOf(found)
  // The same object, so that everything below it is the same.
  if (!isNew && Object.is(token, input.token) && token !== UNCLEAR) return
  input.token = token
  for (const child of input.below.values()) refresh(child, found instanceof Origin ? found : step(found, child), isNew)
}

/** The object that holds a value of a known static type. */
function tokenOf(value: Value): unknown {
  let inner: unknown = value
  while (inner instanceof Box) inner = inner.value
  return inner
}

/** A field of a value, or an entry of a map: as fields.ts evaluates it. */
function step(value: Value, input: Input): Found {
  let pointer: GoType | undefined
  let target = value
  while (target instanceof Box && target.type.kind === 'pointer' && target.value !== null) {
    pointer = target.type
    target = target.value as Value
  }
  if (target === undefined) return BELOW_NOTHING
  if (target === null) return BELOW_NIL
  const { name } = input
  if (target instanceof Map) return anything(target.get(name))
  if (!(target instanceof Box)) return NOWHERE
  const { type, value: payload } = target
  let { member } = input
  if (member?.type !== type || member.pointer !== pointer) {
    member = memberOf(name, type, pointer)
    input.member = member
  }
  if (member.isMethod) return new Origin(tokenOf(target))
  if (member.field !== undefined) return member.isAny ? anything(member.field.get(payload)) : member.field.get(payload)
  if (type.kind === 'map') return entryOf(type, payload as ReadonlyMap<unknown, unknown> | null, name)
  return type.kind === 'pointer' ? BELOW_NIL : NOWHERE
}

/** Methods come before fields, and may look at all there is. */
function memberOf(name: string, type: GoType, pointer: GoType | undefined): Member {
  const isMethod = (pointer?.method?.(name) ?? type.addr?.method?.(name) ?? type.method?.(name)) !== undefined
  const field = type.kind === 'struct' ? type.field?.(name) : undefined
  return { type, pointer, isMethod, field, isAny: field?.type.kind === 'interface' }
}

function entryOf({ elem }: GoType, map: ReadonlyMap<unknown, unknown> | null, name: string): Found {
  const raw = map?.get(name)
  if (raw === undefined || elem === undefined) return undefined
  return elem.kind === 'interface' ? anything(raw as Value) : wrap(elem, raw)
}

/** A value whose type its place does not tell: a box is known by itself only. */
function anything(value: Value): Found {
  return value instanceof Box ? new Origin(value) : value
}
