// Declares the message types of the API server: the request, the namespace, `Object` and `JSONPatch` (k8s.io/apiserver, pkg/admission/plugin/cel and
// pkg/cel/mutation).

import {
  BOOL,
  CelError,
  CelMap,
  type CelType,
  type CelValue,
  DYN,
  declare,
  type FunctionDeclaration,
  INT,
  isList,
  kindOf,
  listOf,
  mapOf,
  nativeOf,
  STRING,
  Struct,
  type StructDeclaration,
  type StructMethods,
  structType,
  TIMESTAMP,
} from '../cel/index.ts'

const STRINGS = listOf(STRING)

const FIELDS: Readonly<Record<string, Readonly<Record<string, CelType>>>> = {
  'kubernetes.AdmissionRequest': {
    kind: structType('kubernetes.GroupVersionKind'),
    resource: structType('kubernetes.GroupVersionResource'),
    subResource: STRING,
    requestKind: structType('kubernetes.GroupVersionKind'),
    requestResource: structType('kubernetes.GroupVersionResource'),
    requestSubResource: STRING,
    name: STRING,
    namespace: STRING,
    operation: STRING,
    userInfo: structType('kubernetes.UserInfo'),
    dryRun: BOOL,
    options: DYN,
  },
  'kubernetes.GroupVersionKind': { group: STRING, version: STRING, kind: STRING },
  'kubernetes.GroupVersionResource': { group: STRING, version: STRING, resource: STRING },
  'kubernetes.UserInfo': { username: STRING, uid: STRING, groups: STRINGS, extra: mapOf(STRING, STRINGS) },
  'kubernetes.Namespace': {
    metadata: structType('kubernetes.NamespaceMetadata'),
    spec: structType('kubernetes.NamespaceSpec'),
    status: structType('kubernetes.NamespaceStatus'),
  },
  'kubernetes.NamespaceMetadata': {
    name: STRING,
    generateName: STRING,
    namespace: STRING,
    labels: mapOf(STRING, STRING),
    annotations: mapOf(STRING, STRING),
    UID: STRING,
    creationTimestamp: TIMESTAMP,
    deletionGracePeriodSeconds: INT,
    deletionTimestamp: TIMESTAMP,
    generation: INT,
    resourceVersion: STRING,
    finalizers: STRINGS,
  },
  'kubernetes.NamespaceSpec': { finalizers: STRINGS },
  'kubernetes.NamespaceStatus': { conditions: listOf(structType('kubernetes.NamespaceCondition')), phase: STRING },
  'kubernetes.NamespaceCondition': { status: STRING, type: STRING, lastTransitionTime: TIMESTAMP, message: STRING, reason: STRING },
}

/** A message type of the request or the namespace. */
export const requestStruct: StructLookup = lookup(
  new Map(Object.entries(FIELDS).map(([name, fields]) => [name, declared(name, new Map(Object.entries(fields)))])),
)

export type StructLookup = (name: string) => StructDeclaration | undefined

function lookup(structs: ReadonlyMap<string, StructDeclaration>): StructLookup {
  return name => structs.get(name)
}

/** A message type with these fields. */
export function declared(name: string, fields: ReadonlyMap<string, CelType>): StructDeclaration {
  return { type: structType(name), field: field => fields.get(field) }
}

/** `Object`, the types below it, and `JSONPatch`. */
export const patchStruct: StructLookup = name => {
  if (name === 'JSONPatch') return JSON_PATCH
  if (name !== 'Object' && !name.startsWith('Object.')) return undefined
  return { type: structType(name), field: () => DYN, create: fields => new Struct(name, fields, OBJECT_METHODS) }
}

export const OBJECT: CelType = structType('Object')
export const JSON_PATCHES: CelType = listOf(structType('JSONPatch'))

// As the server's Go values behave: a field that is not given is null, and lists and maps are equal to nothing.
const OBJECT_METHODS: StructMethods = {
  missing: () => null,
  same: (a, b) => kindOf(a) === kindOf(b) && !isList(a) && !(a instanceof CelMap) && sameValue(a, b),
  kind: 'type',
  goType: '*dynamic.ObjectVal',
  native: plainMap,
}

function plainMap(struct: Struct): CelMap {
  const entries = Array.from(
    struct.fields,
    ([name, value]) => [name, value instanceof Struct && value.more === OBJECT_METHODS ? plainMap(value) : value] as const,
  )
  return nativeOf(CelMap.of(entries), struct)
}

function sameValue(a: CelValue, b: CelValue): boolean {
  if (a instanceof Struct && b instanceof Struct) {
    return (
      a.type === b.type && a.fields.size === b.fields.size && [...a.fields].every(([name, value]) => OBJECT_METHODS.same?.(value, b.fields.get(name) ?? null))
    )
  }
  return (
    Object.is(a, b) ||
    JSON.stringify(a, (_, value) => (typeof value === 'bigint' ? `${value}n` : value)) ===
      JSON.stringify(b, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))
  )
}

const TEXTS = ['op', 'path', 'from']
const NO_TYPE: CelType = { kind: 'struct', name: '', parameters: [] }

const JSON_PATCH: StructDeclaration = {
  type: structType('JSONPatch'),
  // The server knows any field, and that those that are not there have no type.
  field: name => (TEXTS.includes(name) ? STRING : name === 'value' ? DYN : NO_TYPE),
  create: fields => {
    const wrong = TEXTS.find(name => fields.has(name) && typeof fields.get(name) !== 'string')
    if (wrong !== undefined) return new CelError(`unexpected type ${goKind(fields.get(wrong) ?? null)} for JSONPatchType '${wrong}' field`)
    return new Struct('JSONPatch', new Map<string, CelValue>([['op', ''], ['path', ''], ...fields]), PATCH_METHODS)
  },
}

const PATCH_METHODS: StructMethods = { missing: field => (field === 'from' ? '' : null), kind: 'type', goType: '*mutation.JSONPatchVal' }

function goKind(value: CelValue): string {
  const kind = kindOf(value)
  return GO_KINDS.get(kind) ?? kind
}

const GO_KINDS: ReadonlyMap<string, string> = new Map([
  ['int', 'int64'],
  ['uint', 'uint64'],
  ['double', 'float64'],
  ['bytes', '[]uint8'],
  ['null_type', 'structpb.NullValue'],
])

/** The function `jsonpatch.escapeKey`. */
export const PATCH_FUNCTIONS: readonly FunctionDeclaration[] = [
  declare('jsonpatch.escapeKey', [['(string) -> string', key => String(key).replaceAll('~', '~0').replaceAll('/', '~1')]], {
    cost: ([key]) => Math.ceil((typeof key === 'string' ? [...key].length : 1) * 0.1),
  }),
]
