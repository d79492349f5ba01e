// Kubernetes objects as templates see them: Go's structs as views over plain JSON, by the pod schema. Nothing is copied; types are made when
// first asked for and fields read when a template names them.

import { BOOL, Box, type GoField, type GoType, type GoValue, INT32, INT64, STRING, STRING_MAP, STRINGS } from '../go/value.ts'
import type { Json } from '../model/index.ts'
import { isObject } from '../model/index.ts'
import { mapMethods, structMethods } from './pod-methods.ts'
import type { FieldSchema, SchemaType, StructSchema } from './pod-schema.ts'
import { structSchema } from './pod-schema.ts'
import { specialView } from './special-types.ts'
import { typedJson } from './typed-json.ts'
import type { GoTypeDraft, View } from './view.ts'

/**
 * A value of a Kubernetes struct that has an address, over its JSON; undefined gives Go's zero value.
 * @example typedValue('v1.ObjectMeta', { labels: { app: 'web' } })
 */
export function typedValue(struct: string, json: Json | undefined): GoValue {
  return viewOfStruct(struct).of(json)
}

/**
 * The Go type of a Kubernetes struct, always the same object; its `addr` is the pointer type.
 * @example goTypeOf('v1.ObjectMeta').name // 'v1.ObjectMeta'
 */
export function goTypeOf(struct: string): GoType {
  return viewOfStruct(struct).type
}

function viewOfStruct(name: string): View {
  return VIEWS.get(name) ?? viewOf(structType(name))
}

/** The schema is read when a template gets to the struct. */
function structType(name: string): StructType {
  return {
    kind: 'struct',
    name,
    get struct() {
      return requireStruct(name)
    },
  }
}

const VIEWS = new Map<string, View>([
  ['string', { type: STRING, of: json => (typeof json === 'string' ? json : '') }],
  ['bool', { type: BOOL, of: json => json === true }],
  ['int32', { type: INT32, of: json => new Box(INT32, integer(json)) }],
  ['int64', { type: INT64, of: json => new Box(INT64, integer(json)) }],
])

function requireStruct(name: string): StructSchema {
  const struct = structSchema(name)
  if (struct === undefined) throw new Error(`the pod schema has no struct ${name}`)
  return struct
}

function integer(json: Json | undefined): bigint {
  return typeof json === 'number' ? BigInt(Math.trunc(json)) : 0n
}

function viewOf(type: SchemaType): View {
  const known = VIEWS.get(type.name)
  if (known !== undefined) return known
  const view = makeView(type)
  VIEWS.set(type.name, view)
  return view
}

function makeView(type: SchemaType): View {
  switch (type.kind) {
    case 'pointer':
      return pointerView(viewOf(type.elem))
    case 'slice':
      return sliceView(type.name, viewOf(type.elem))
    case 'map':
      return mapView(type)
    case 'struct':
      return specialView(type.name) ?? structView(type)
    default: {
      // A named string: v1.Protocol.
      const named: GoType = { kind: type.kind, name: type.name }
      return { type: named, of: json => new Box(named, typeof json === 'string' ? json : '') }
    }
  }
}

function pointerView(elem: View): View {
  const type = pointerType(elem.type)
  const nil = new Box(type, null)
  return { type, of: json => (json === undefined || json === null ? nil : new Box(type, elem.of(json))) }
}

function pointerType(elem: GoType): GoType {
  return elem.addr ?? { kind: 'pointer', name: `*${elem.name}`, elem }
}

function sliceView(name: string, elem: View): View {
  const type: GoType = name === STRINGS.name ? STRINGS : { kind: 'slice', name, elem: elem.type }
  const nil = new Box(type, null)
  const isNumber = elem.type === INT32 || elem.type === INT64
  return { type, of: json => (Array.isArray(json) ? new Box(type, isNumber ? json.map(integer) : json) : nil) }
}

function mapView(type: SchemaType & { kind: 'map' }): View {
  const mapType: GoType =
    type.name === STRING_MAP.name
      ? STRING_MAP
      : { kind: 'map', name: type.name, key: viewOf(type.key).type, elem: mapElement(type.elem), ...mapMethods(type.name, viewOf) }
  const nil = new Box(mapType, null)
  return { type: mapType, of: json => (isObject(json) ? boxedMap(mapType, json) : nil) }
}

/** Values in a map have no address. */
function mapElement(elem: SchemaType): GoType {
  const { addr: _addr, ...type } = viewOf(elem).type
  return elem.kind === 'struct' ? type : viewOf(elem).type
}

// Templates look up one annotation after the other: the map is made once for an object.
const MAPS = new WeakMap<object, Box>()

function boxedMap(type: GoType, json: { [key: string]: Json }): Box {
  const known = MAPS.get(json)
  if (known !== undefined && known.type === type) return known
  const entries = new Map<string, Json>()
  for (const key of Object.keys(json)) entries.set(key, json[key] ?? null)
  const box = new Box(type, entries)
  MAPS.set(json, box)
  return box
}

type StructType = SchemaType & { readonly kind: 'struct' }

function structView(schema: StructType): View {
  const { name } = schema
  const pointer: GoTypeDraft = { kind: 'pointer', name: `*${name}`, method: structMethods(() => schema.struct, viewOf) }
  let known: readonly GoField[] | undefined
  const fields = () => {
    known ??= schema.struct.fields.map(goField)
    return known
  }
  let byName: ReadonlyMap<string, GoField> | undefined
  const type: GoType = {
    kind: 'struct',
    name,
    addr: pointer,
    fields,
    field: wanted => {
      byName ??= withPromoted(schema.struct, fields())
      return byName.get(wanted)
    },
    json: payload => typedJson(name, isObject(payload) ? payload : {}),
  }
  pointer.elem = type
  return { type, of: json => new Box(type, json ?? EMPTY) }
}

const EMPTY = Object.freeze({})

function goField(field: FieldSchema): GoField {
  const { goName: name, json } = field
  let view: View | undefined
  return {
    name,
    // Structs contain each other; a type is made when a template gets there.
    get type() {
      return viewOf(field.type).type
    },
    get: payload => {
      view ??= viewOf(field.type)
      return view.of(json === '' ? (payload as Json) : own(payload, json))
    },
  }
}

function own(payload: unknown, key: string): Json | undefined {
  return isObject(payload) && Object.hasOwn(payload, key) ? payload[key] : undefined
}

/** The fields of a struct and, where it has none of that name, those of the structs embedded in it. */
function withPromoted(struct: StructSchema, fields: readonly GoField[]): ReadonlyMap<string, GoField> {
  const byName = new Map(fields.map(field => [field.name, field]))
  for (const { embedded, type, json } of struct.fields) {
    if (!embedded || type.kind !== 'struct') continue
    for (const inner of viewOf(type).type.fields?.() ?? []) {
      if (byName.has(inner.name)) continue
      const promoted = (payload: unknown): GoValue => inner.get(json === '' ? payload : own(payload, json))
      byName.set(inner.name, { name: inner.name, type: inner.type, get: promoted })
    }
  }
  return byName
}
