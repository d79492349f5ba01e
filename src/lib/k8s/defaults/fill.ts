// Fills in the defaults of table.ts and rules.ts in a typed value, by its Go structs. Unchanged parts are shared with the input.
import { get, isObject, type Json, type JsonObject, set } from '../../model/index.ts'
import { type SchemaType, type StructSchema, structSchema } from '../pod-schema.ts'
import { knownItem } from '../typed.ts'
import { roundedList } from './resource-list.ts'
import { RULES } from './rules.ts'
import { FIELD_DEFAULTS } from './table.ts'

type Fill = (value: JsonObject, known: JsonObject | undefined) => JsonObject
type FillValue = (value: Json, known: Json | undefined) => Json

/**
 * The value of a struct with the API server's defaults, in the order of the struct's fields; itself where it has them all.
 * @param struct the name of the Go struct, as `v1.PodTemplateSpec`
 * @param value decoded with its types before
 * @param known a result for the same struct: whatever the value shares with it has its defaults, and is not looked into
 * @example fillDefaults('v1.ContainerPort', { containerPort: 80 }) // { containerPort: 80, protocol: 'TCP' }
 */
export function fillDefaults(struct: string, value: JsonObject, known?: JsonObject): JsonObject {
  const schema = structSchema(struct)
  if (schema === undefined) throw new Error(`the pod schema has no struct ${struct}`)
  return fillOf(schema)?.(value, known) ?? value
}

const FILLS = new Map<string, Fill | undefined>()

/** Function that sets the defaults of a struct; undefined if it has no field with a default. */
function fillOf(struct: StructSchema): Fill | undefined {
  if (FILLS.has(struct.name)) return FILLS.get(struct.name)
  // Ends the recursion for structs that hold themselves; none of them has defaults.
  FILLS.set(struct.name, undefined)
  const fill = makeFill(struct)
  FILLS.set(struct.name, fill)
  return fill
}

function makeFill(struct: StructSchema): Fill | undefined {
  const defaults = FIELD_DEFAULTS.get(struct.name) ?? []
  const rule = RULES.get(struct.name)
  const children = new Map<string, FillValue>()
  for (const [name, { type }] of struct.byJson) {
    const child = fillOfType(type)
    if (child !== undefined) children.set(name, child)
  }
  if (defaults.length === 0 && rule === undefined && children.size === 0) return undefined
  return (value, known) => {
    if (value === known) return value
    let changed: JsonObject | undefined
    for (const name of Object.keys(value)) {
      const before = value[name] ?? null
      const child = before === null ? undefined : children.get(name)
      if (child === undefined) continue
      const after = child(before, known?.[name])
      if (after === before) continue
      changed ??= {}
      changed[name] = after
    }
    for (const [name, wanted] of defaults) {
      if ((get(value, name) ?? null) !== null) continue
      changed ??= {}
      changed[name] = wanted
    }
    const current = changed === undefined ? value : inOrder(struct, value, changed)
    const more = rule?.(current)
    return more === undefined ? current : inOrder(struct, current, more)
  }
}

/** `value` with other fields, all in the struct's order; those of `value` stand in it already. */
function inOrder(struct: StructSchema, value: JsonObject, changed: JsonObject): JsonObject {
  if (Object.keys(changed).every(name => Object.hasOwn(value, name))) return { ...value, ...changed }
  const out: JsonObject = {}
  for (const name of struct.byJson.keys()) {
    const field = Object.hasOwn(changed, name) ? changed[name] : get(value, name)
    if (field !== undefined) set(out, name, field)
  }
  return out
}

const RESOURCE_LIST = 'v1.ResourceList'

function fillOfType(type: SchemaType): FillValue | undefined {
  if (type.name === RESOURCE_LIST) return (value, known) => (isObject(value) && value !== known ? roundedList(value) : value)
  switch (type.kind) {
    case 'pointer':
      return fillOfType(type.elem)
    case 'slice': {
      const fill = fillOfType(type.elem)
      return fill === undefined ? undefined : (value, known) => (Array.isArray(value) && value !== known ? filledList(value, known, fill) : value)
    }
    case 'struct': {
      const fill = fillOf(type.struct)
      return fill === undefined ? undefined : (value, known) => (isObject(value) ? fill(value, isObject(known) ? known : undefined) : value)
    }
    default:
      return undefined
  }
}

function filledList(list: readonly Json[], known: Json | undefined, fill: FillValue): Json {
  let filled: Json[] | undefined
  for (const [i, item] of list.entries()) {
    const after = fill(item, knownItem(known, item, i))
    if (filled === undefined && after !== item) filled = list.slice(0, i)
    filled?.push(after)
  }
  return filled ?? (list as Json[])
}
