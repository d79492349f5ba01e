// The methods of Kubernetes structs that a template can call: String, the getters of ObjectMeta, those of embedded structs, ResourceList's.

import { Box, GoError, type GoFunc, type GoType, type GoValue, pointerTo, STRING } from '../go/value.ts'
import type { Json } from '../model/index.ts'
import { stringAt } from '../model/index.ts'
import type { SchemaType, StructSchema } from './pod-schema.ts'
import { structSchema } from './pod-schema.ts'
import { goString } from './pod-string.ts'
import { NIL_DEREFERENCE, payloadOf, type View } from './view.ts'

type ViewOf = (type: SchemaType) => View
type MethodLookup = NonNullable<GoType['method']>

/** The methods of a pointer to a struct. */
export function structMethods(struct: () => StructSchema, viewOf: ViewOf): MethodLookup {
  let table: ReadonlyMap<string, GoFunc> | undefined
  return name => {
    table ??= makeMethods(struct(), viewOf)
    return table.get(name)
  }
}

/** The methods of a named map type: those of v1.ResourceList. */
export function mapMethods(name: string, viewOf: ViewOf): { method?: MethodLookup } {
  if (name !== 'v1.ResourceList') return {}
  const quantity = viewOf(structType('resource.Quantity'))
  const pointer = quantity.type.addr ?? pointerTo(quantity.type)
  const methods = new Map(
    RESOURCES.map(([method, resource]): [string, GoFunc] => {
      const call = (list: GoValue): GoValue =>
        new Box(pointer, quantity.of(list instanceof Box && list.value instanceof Map ? list.value.get(resource) : undefined))
      return [method, { params: [], result: pointer, call }]
    }),
  )
  return { method: method => methods.get(method) }
}

const RESOURCES = [
  ['Cpu', 'cpu'],
  ['Memory', 'memory'],
  ['Storage', 'storage'],
  ['Pods', 'pods'],
  ['StorageEphemeral', 'ephemeral-storage'],
] as const

function structType(name: string): SchemaType {
  const struct = structSchema(name)
  if (struct === undefined) throw new Error(`the pod schema has no struct ${name}`)
  return { kind: 'struct', name, struct }
}

function makeMethods(struct: StructSchema, viewOf: ViewOf): ReadonlyMap<string, GoFunc> {
  const { type } = viewOf(structType(struct.name))
  const methods = new Map<string, GoFunc>([
    ['String', { params: [], result: STRING, call: receiver => goString(struct, payloadOf(receiver), viewOf) }],
    ['OpenAPIModelName', { params: [], result: STRING, call: () => struct.modelName }],
  ])
  if (struct.name === 'v1.ObjectMeta') addGetters(methods, type)
  if (struct.name === 'v1.TypeMeta') addKinds(methods, type)
  for (const { embedded, goName } of struct.fields) if (embedded) promote(methods, type, goName)
  return methods
}

/** GetName, GetLabels and so on, one for each field that has one; GetObjectMeta is the struct itself. */
function addGetters(methods: Map<string, GoFunc>, type: GoType): void {
  for (const { name, type: result, get } of type.fields?.() ?? []) {
    methods.set(`Get${name}`, { params: [], result, call: receiver => get(requirePayload(receiver)) })
  }
  methods.set('GetObjectMeta', { params: [], result: { kind: 'interface', name: 'v1.Object' }, call: receiver => receiver })
}

const GROUP_VERSION_KIND: GoType = {
  kind: 'struct',
  name: 'schema.GroupVersionKind',
  fields: () => KIND_FIELDS,
  field: name => KIND_FIELDS.find(field => field.name === name),
  method: name => (name === 'String' ? KIND_STRING : undefined),
}
const KIND_FIELDS = ['Group', 'Version', 'Kind'].map(name => ({ name, type: STRING, get: (kind: unknown) => stringAt(kind as Json, [name]) ?? '' }))
const KIND_STRING: GoFunc = {
  params: [],
  result: STRING,
  call: value => {
    const [group, version, kind] = KIND_FIELDS.map(field => field.get(value instanceof Box ? value.value : undefined))
    return `${group}/${version}, Kind=${kind}`
  },
}

function addKinds(methods: Map<string, GoFunc>, type: GoType): void {
  methods.set('GroupVersionKind', {
    params: [],
    result: GROUP_VERSION_KIND,
    call: receiver => {
      const meta = requirePayload(receiver)
      const [version = '', group = ''] = (stringAt(meta, ['apiVersion']) ?? '').split('/').reverse()
      return new Box(GROUP_VERSION_KIND, { Group: group, Version: version, Kind: stringAt(meta, ['kind']) ?? '' })
    },
  })
  methods.set('GetObjectKind', {
    params: [],
    result: { kind: 'interface', name: 'schema.ObjectKind' },
    call: receiver => new Box(type.addr ?? type, new Box(type, requirePayload(receiver))),
  })
}

/** The methods of an embedded struct, called on the struct around it. */
function promote(methods: Map<string, GoFunc>, type: GoType, goName: string): void {
  const field = type.field?.(goName)
  const pointer = field?.type.addr
  if (field === undefined || pointer === undefined) return
  for (const name of promoted()) {
    const method = pointer.method?.(name)
    if (method === undefined || methods.has(name)) continue
    methods.set(name, { ...method, call: receiver => method.call(new Box(pointer, field.get(requirePayload(receiver)))) })
  }
}

/** The names of all methods that an embedded struct may bring. */
function promoted(): readonly string[] {
  const getters = (structSchema('v1.ObjectMeta')?.fields ?? []).map(field => `Get${field.goName}`)
  return [...getters, 'GetObjectMeta', 'GetObjectKind', 'GroupVersionKind']
}

function requirePayload(receiver: GoValue): Json {
  const payload = payloadOf(receiver)
  if (payload === undefined) throw new GoError(NIL_DEREFERENCE)
  return payload
}
