// The Go structs reachable from v1.Pod, and the workload kinds around it: their fields in declaration order, with JSON names, types and merge keys (k8s.io/api, by reflection).

import { onceValue } from '../go/sync.ts'
import { POD_SCHEMA } from './generated/pod-schema.ts'
import { WORKLOAD_SCHEMA } from './workload-schema.ts'

export type SchemaType =
  | { readonly kind: 'bool' | 'string' | 'int32' | 'int64'; readonly name: string }
  | { readonly kind: 'pointer' | 'slice'; readonly name: string; readonly elem: SchemaType }
  | { readonly kind: 'map'; readonly name: string; readonly key: SchemaType; readonly elem: SchemaType }
  | { readonly kind: 'struct'; readonly name: string; readonly struct: StructSchema }

export interface FieldSchema {
  readonly goName: string
  /** '' for an inlined struct, whose fields are those of the struct around it. */
  readonly json: string
  readonly type: SchemaType
  readonly omitempty: boolean
  readonly omitzero: boolean
  /** An embedded struct: its fields and methods are promoted. */
  readonly embedded: boolean
  readonly patchStrategies: readonly string[]
  readonly patchMergeKey: string
}

/** A field as JSON sees it: those of inlined structs lifted. */
export interface JsonField extends FieldSchema {
  /** Position in the order in which encoding/json prints. */
  readonly order: number
  /** Go names of the inlined structs on the way to it; encoding/json names them in its errors. */
  readonly through: readonly string[]
}

export interface StructSchema {
  /** As reflect prints it: `v1.PodSpec`. */
  readonly name: string
  /** The model name that its OpenAPIModelName method gives. */
  readonly modelName: string
  /** In declaration order; none for the types with a JSON form of their own (resource.Quantity, intstr.IntOrString, v1.Time, v1.FieldsV1). */
  readonly fields: readonly FieldSchema[]
  /** By exact JSON name, in printing order. */
  readonly byJson: ReadonlyMap<string, JsonField>
}

/**
 * The struct that reflect calls `name`, as `v1.Pod`; undefined for an unknown name.
 * @example structSchema('v1.EnvVar')?.byJson.get('value')?.omitempty // true
 */
export function structSchema(name: string): StructSchema | undefined {
  const read = STRUCTS.get(name)
  if (read !== undefined) return read
  const line = lines().get(name)
  if (line === undefined || line.startsWith('t ')) return undefined
  const struct = readStruct(name, line)
  STRUCTS.set(name, struct)
  return struct
}

/** The field that a JSON key means: by exact name, else by a name that differs in case only (encoding/json's rule). */
export function foldedField(struct: StructSchema, key: string): JsonField | undefined {
  const exact = struct.byJson.get(key)
  if (exact !== undefined) return exact
  const folded = fold(key)
  for (const field of struct.byJson.values()) if (fold(field.json) === folded) return field
  return undefined
}

const PACKAGES: ReadonlyMap<string, string> = new Map([
  ['c', 'io.k8s.api.core.v1'],
  ['m', 'io.k8s.apimachinery.pkg.apis.meta.v1'],
  ['r', 'io.k8s.apimachinery.pkg.api.resource'],
  ['i', 'io.k8s.apimachinery.pkg.util.intstr'],
  ['a', 'io.k8s.api.apps.v1'],
  ['b', 'io.k8s.api.batch.v1'],
])
const BASIC: ReadonlyMap<string, SchemaType> = new Map([
  ['s', { kind: 'string', name: 'string' }],
  ['b', { kind: 'bool', name: 'bool' }],
  ['i', { kind: 'int32', name: 'int32' }],
  ['l', { kind: 'int64', name: 'int64' }],
])

// A run touches a quarter of the structs, so a line is read when it is first asked for.
const lines = onceValue((): ReadonlyMap<string, string> => new Map([...readLines(WORKLOAD_SCHEMA), ...readLines(POD_SCHEMA)]))

function readLines(schema: string): [name: string, line: string][] {
  return schema
    .trim()
    .split('\n')
    .map(line => [fullName(line.split(' ', 2)[1] ?? ''), line])
}

const STRUCTS = new Map<string, StructSchema>()
const TYPES = new Map<string, SchemaType>()

function fullName(short: string): string {
  return short.includes('.') ? short : `v1.${short}`
}

function readStruct(name: string, line: string): StructSchema {
  const [letter = '', , ...texts] = line.split(' ')
  return new LazyStruct(name, `${PACKAGES.get(letter)}.${name.slice(name.indexOf('.') + 1)}`, texts)
}

/** Structs refer to each other, so the fields of one are read when they are first used. */
class LazyStruct implements StructSchema {
  readonly name: string
  readonly modelName: string
  #texts: readonly string[]
  #fields: readonly FieldSchema[] | undefined
  #byJson: ReadonlyMap<string, JsonField> | undefined

  constructor(name: string, modelName: string, texts: readonly string[]) {
    this.name = name
    this.modelName = modelName
    this.#texts = texts
  }

  get fields(): readonly FieldSchema[] {
    this.#fields ??= this.#texts.map(readField)
    return this.#fields
  }

  get byJson(): ReadonlyMap<string, JsonField> {
    this.#byJson ??= liftInlined(this.fields)
    return this.#byJson
  }
}

/** `GoName:type=json?!^~strategies~key`, as scripts/generate-pod-schema.ts writes it. */
function readField(text: string): FieldSchema {
  const match = /^(\w+):([^=?!^@~]+)(?:=(\w+))?([?!^@]*)(?:~([^~]*)(?:~(.*))?)?$/.exec(text)
  if (match === null) throw new Error(`pod schema: cannot read field ${text}`)
  const [, goName = '', type = '', json, flags = '', strategies, patchMergeKey = ''] = match
  const inlined = flags.includes('^')
  return {
    goName,
    json: inlined ? '' : (json ?? goName.charAt(0).toLowerCase() + goName.slice(1)),
    type: typeOf(type),
    omitempty: flags.includes('?'),
    omitzero: flags.includes('!'),
    embedded: inlined || flags.includes('@'),
    patchStrategies: strategies === undefined ? [] : strategies.split(','),
    patchMergeKey,
  }
}

function typeOf(text: string): SchemaType {
  let type = TYPES.get(text)
  if (type === undefined) {
    type = readType(text)
    TYPES.set(text, type)
  }
  return type
}

function readType(text: string): SchemaType {
  const basic = BASIC.get(text)
  if (basic !== undefined) return basic
  if (text.startsWith('*')) {
    const elem = typeOf(text.slice(1))
    return { kind: 'pointer', name: `*${elem.name}`, elem }
  }
  if (text.startsWith('[]')) {
    const elem = typeOf(text.slice(2))
    return { kind: 'slice', name: `[]${elem.name}`, elem }
  }
  if (text.startsWith('map[')) {
    const end = text.indexOf(']')
    const [key, elem] = [typeOf(text.slice(4, end)), typeOf(text.slice(end + 1))]
    return { kind: 'map', name: `map[${key.name}]${elem.name}`, key, elem }
  }
  const name = fullName(text)
  const struct = structSchema(name)
  if (struct !== undefined) return { kind: 'struct', name, struct }
  const line = lines().get(name)
  // A named type that the table does not spell out is a string.
  return line === undefined ? { kind: 'string', name } : { ...typeOf(line.split(' ')[2] ?? 's'), name }
}

function liftInlined(fields: readonly FieldSchema[]): Map<string, JsonField> {
  const lifted = new Map<string, JsonField>()
  const add = (list: readonly FieldSchema[], through: readonly string[]): void => {
    for (const field of list) {
      if (field.json !== '') lifted.set(field.json, { ...field, order: lifted.size, through })
      else if (field.type.kind === 'struct') add(field.type.struct.fields, [...through, field.goName])
    }
  }
  add(fields, [])
  return lifted
}

/** Go folds ASCII letters and the two letters that Unicode folds onto ASCII ones: the long s and the Kelvin sign. */
function fold(name: string): string {
  return name
    .replace(/\u017f/g, 's')
    .replace(/\u212a/g, 'k')
    .toLowerCase()
}
