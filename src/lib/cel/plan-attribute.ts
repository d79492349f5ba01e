// Plans selections and indexes such as `a.b`, `a[i]`, `a.?b` and `has(a.b)`. Each step costs 1, and so does the variable or value at the start (cel-go's
// attributes).

import type { Attribute, Eval, Frame, Planned, Qualifier } from './frame.ts'
import { doubleText } from './text.ts'
import { CelError, CelMap, type CelValue, isList, kindOf, NO_OVERLOAD, NONE, Optional, type Result, Struct, Uint } from './value.ts'

/** The value of an attribute; the cost of its start is not charged here. */
function resolve(attribute: Attribute, frame: Frame): Result {
  if (attribute.kind === 'choice') {
    const condition = attribute.condition(frame)
    if (condition instanceof CelError) return condition
    if (typeof condition !== 'boolean') return NO_OVERLOAD
    return resolve(condition ? attribute.yes : attribute.no, frame)
  }
  const base = attribute.base(frame)
  if (base instanceof CelError || (attribute.qualifiers.length === 0 && !(base instanceof Optional))) return base
  return qualify(base, attribute.qualifiers, frame)
}

function qualify(base: CelValue, qualifiers: readonly Qualifier[], frame: Frame): Result {
  let optional = base instanceof Optional
  let here: Result | undefined = base instanceof Optional ? insideOf(base) : base
  for (const qualifier of qualifiers) {
    if (here === undefined) return NONE
    optional ||= qualifier.optional
    here = optional ? qualifier.find(here, frame) : qualifier.get(here, frame)
    if (here instanceof CelError) return here
  }
  if (!optional) return here === undefined ? null : here
  return here === undefined ? NONE : new Optional(here)
}

/** Value of an optional: optionals inside of it are removed, and some messages become maps, as in cel-go. */
function insideOf({ value }: Optional): CelValue | undefined {
  if (value instanceof Struct) return value.more.native?.(value) ?? value
  if (!(value instanceof Optional)) return value
  const inside = insideOf(value)
  return inside === undefined ? null : inside
}

/** The attribute with one more selection. */
export function extended(attribute: Attribute, qualifier: Qualifier): Attribute {
  if (attribute.kind === 'choice') return { ...attribute, yes: extended(attribute.yes, qualifier), no: extended(attribute.no, qualifier) }
  return { ...attribute, qualifiers: [...attribute.qualifiers, qualifier] }
}

/** The attribute of a node from which fields can be selected. */
export function attributeOf({ attribute, run }: Planned): Attribute {
  return attribute ?? { kind: 'path', base: run, qualifiers: [] }
}

/** The node that evaluates an attribute. */
export function plannedAttribute(attribute: Attribute): Planned {
  const run: Eval = frame => {
    const value = resolve(attribute, frame)
    // A choice costs what its parts do.
    if (attribute.kind === 'path') frame.meter.charge(1)
    return value
  }
  return { run, attribute }
}

/** `has(…)`: costs as the same selection without its last step. */
export function plannedPresence(attribute: Attribute): Planned {
  const run: Eval = frame => {
    const value = resolve(attribute, frame)
    return value instanceof Optional ? value.value !== undefined : value
  }
  return { run, attribute }
}

/** A selection of a field; `typed` where the checker knows the message. */
export function fieldQualifier(field: string, { typed, optional }: { readonly typed: boolean; readonly optional: boolean }): Qualifier {
  return qualifierOf(optional, field, object => find(object, field, typed))
}

/** The last step of `has(a.b)`. */
export function presenceQualifier(field: string): Qualifier {
  const present = (object: CelValue): Result => {
    const found = object instanceof Struct ? structPresence(object, field) : find(object, field, false)
    return found instanceof CelError ? found : found !== undefined
  }
  return {
    optional: false,
    get: (object, frame) => charged(present(object), frame),
    find: (object, frame) => {
      const found = present(object)
      return found === true ? charged(found, frame) : found === false ? undefined : found
    },
  }
}

function structPresence(object: Struct, field: string): Result | undefined {
  const found = object.fields.get(field)
  return found === undefined && object.more.open === true ? object.more.missing?.(field) : found
}

/** An index that is known at compile time, or an error. */
export function constantIndex(index: CelValue, optional: boolean): Qualifier | CelError {
  return wrongIndex(index) ?? qualifierOf(optional, index, object => find(object, index, false))
}

/** An index that is computed when the attribute is evaluated. */
export function computedIndex(index: Planned, optional: boolean): Qualifier {
  // As an index, too, a variable costs nothing by itself.
  const attribute = attributeOf(index)
  const keyed = (frame: Frame): Qualifier | CelError => {
    const key = resolve(attribute, frame)
    return key instanceof CelError ? key : constantIndex(key, optional)
  }
  return {
    optional,
    get: (object, frame) => {
      const qualifier = keyed(frame)
      return qualifier instanceof CelError ? charged(qualifier, frame) : qualifier.get(object, frame)
    },
    find: (object, frame) => {
      const qualifier = keyed(frame)
      return qualifier instanceof CelError ? qualifier : qualifier.find(object, frame)
    },
  }
}

function qualifierOf(optional: boolean, key: CelValue, look: (object: CelValue) => Result | undefined): Qualifier {
  return {
    optional,
    get: (object, frame) => {
      const found = look(object)
      return charged(found === undefined ? new CelError(`no such key: ${keyText(key)}`) : found, frame)
    },
    find: (object, frame) => {
      const found = look(object)
      if (found instanceof OutOfBounds) return undefined
      return found === undefined || found instanceof CelError ? found : charged(found, frame)
    },
  }
}

function charged(result: Result, frame: Frame): Result {
  frame.meter.charge(1)
  return result
}

function keyText(key: CelValue): string {
  if (key instanceof Uint) return key.value.toString()
  return typeof key === 'number' ? doubleText(key) : String(key)
}

function wrongIndex(index: CelValue): CelError | undefined {
  if (['string', 'bigint', 'number', 'boolean'].includes(typeof index) || index instanceof Uint) return undefined
  return new CelError(`invalid qualifier type: ${goType(index)}`)
}

/** An index outside of a list: absent for an optional index. */
class OutOfBounds extends CelError {}

function find(object: CelValue, key: CelValue, typed: boolean): Result | undefined {
  if (object instanceof CelMap) return object.get(key)
  if (isList(object)) return findIndex(object, key)
  if (!(object instanceof Struct) || typeof key !== 'string' || (!typed && object.more.open !== true)) return undefined
  const found = object.fields.get(key)
  return found === undefined ? object.more.missing?.(key) : found
}

function findIndex(list: readonly CelValue[], key: CelValue): Result {
  const index = key instanceof Uint ? key.value : key
  if (typeof index === 'number' && !Number.isInteger(index)) return new CelError(`unsupported index value ${doubleText(index)} in list`)
  if (typeof index !== 'bigint' && typeof index !== 'number') return new CelError(`unsupported index type '${kindOf(key)}' in list`)
  const found = list[Number(index)]
  return found === undefined ? new OutOfBounds(`index out of bounds: ${index}`) : found
}

/** The Go type that holds a value: some messages name it. */
export function goType(value: CelValue): string {
  if (value instanceof Struct) return value.more.goType ?? value.type
  const name = GO_TYPES.get(kindOf(value))
  return name ?? kindOf(value)
}

const GO_TYPES: ReadonlyMap<string, string> = new Map([
  ['int', 'types.Int'],
  ['uint', 'types.Uint'],
  ['double', 'types.Double'],
  ['bool', 'types.Bool'],
  ['string', 'types.String'],
  ['bytes', 'types.Bytes'],
  ['null_type', 'types.Null'],
  ['google.protobuf.Timestamp', 'types.Timestamp'],
  ['google.protobuf.Duration', 'types.Duration'],
  ['optional_type', '*types.Optional'],
  ['type', '*types.Type'],
  ['list', '*types.baseList'],
  ['map', '*types.baseMap'],
  ['net.IP', 'cel.IP'],
  ['net.CIDR', 'cel.CIDR'],
  ['kubernetes.URL', 'cel.URL'],
  ['kubernetes.Quantity', 'cel.Quantity'],
  ['kubernetes.Semver', 'cel.Semver'],
  ['kubernetes.NamedFormat', '*cel.Format'],
])
