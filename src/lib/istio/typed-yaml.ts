// Decodes YAML into a Go struct as sigs.k8s.io/yaml does: numbers and booleans become text in string fields (istio-rules.md, 1.2).
import { isObject, type Json, type JsonObject, set } from '../model/index.ts'
import { jsonKind } from './proto-decode.ts'
import { sortedKeys } from './proto-encode.ts'
import { type NumberTexts, numberTexts } from './yaml-numbers.ts'
import { YamlTextError, yamlToJson } from './yaml-text.ts'

/** A Go type; `go` is its name in error texts. */
export type TypedShape =
  | { readonly kind: 'string'; readonly go: string }
  | { readonly kind: 'bool' | 'int32'; readonly go: string }
  | { readonly kind: 'list' | 'map'; readonly go: string; readonly of: TypedShape }
  | { readonly kind: 'struct'; readonly go: string; readonly fields: Readonly<Record<string, TypedShape>> }

/** The message is that of sigs.k8s.io/yaml: `error unmarshaling JSON: while decoding JSON: …` or `error converting YAML to JSON: …`. */
export class TypedYamlError extends Error {}

/**
 * The first document of `text` decoded into the struct `shape`: keys in any case, unknown keys dropped, null as if absent.
 *
 *
 *     decodeTypedYaml('S: 1.50', { kind: 'struct', go: 'T', fields: { s: { kind: 'string', go: 'string' } } }) // { s: '1.5' }
 * @throws TypedYamlError
 */
export function decodeTypedYaml(text: string, shape: TypedShape): JsonObject {
  try {
    const json = yamlToJson(text)
    return decodeTypedJson(json, shape, numberTexts(text))
  } catch (error) {
    if (error instanceof YamlTextError) throw new TypedYamlError(`error converting YAML to JSON: ${error.message}`, { cause: error })
    throw error
  }
}

function decodeTypedJson(json: Json, shape: TypedShape, numbers: NumberTexts): JsonObject {
  if (json === null) return {}
  const decoding: Decoding = { numbers, problem: undefined }
  if (!isObject(json)) throw failure(`Go value of type ${shape.go}`, json)
  const value = decode(decoding, shape, json, { struct: shape.go, fields: [], path: [] })
  if (decoding.problem !== undefined) throw decoding.problem
  return isObject(value) ? value : {}
}

interface Decoding {
  readonly numbers: NumberTexts
  /** Go reads on after a wrong type and reports the first one. */
  problem: TypedYamlError | undefined
}

interface Location {
  /** The innermost struct, and the fields from the root to the value, without list positions and map keys. */
  readonly struct: string
  readonly fields: readonly string[]
  readonly path: readonly (string | number)[]
}

/** The value in its Go type; undefined for null or a wrong type. */
function decode(decoding: Decoding, shape: TypedShape, json: Json, location: Location): Json | undefined {
  if (json === null) return undefined
  switch (shape.kind) {
    case 'string':
      if (typeof json === 'number') return decoding.numbers(location.path, json)
      return typeof json === 'string' ? json : typeof json === 'boolean' ? String(json) : wrong(decoding, shape, json, location)
    case 'bool':
      return typeof json === 'boolean' ? json : wrong(decoding, shape, json, location)
    case 'int32':
      return typeof json === 'number' && Number.isInteger(json) && Math.abs(json) < 2 ** 31 ? json : wrong(decoding, shape, json, location)
    case 'list': {
      if (!Array.isArray(json)) return wrong(decoding, shape, json, location)
      return json.map((item, i) => decode(decoding, shape.of, item, { ...location, path: [...location.path, i] }) ?? zero(shape.of))
    }
    case 'map': {
      if (!isObject(json)) return wrong(decoding, shape, json, location)
      const map: JsonObject = {}
      for (const key of sortedKeys(json)) {
        const value = decode(decoding, shape.of, json[key] ?? null, { ...location, path: [...location.path, key] })
        set(map, key, value ?? zero(shape.of))
      }
      return map
    }
    case 'struct':
      return isObject(json) ? decodeStruct(decoding, shape, json, location) : wrong(decoding, shape, json, location)
  }
}

function decodeStruct(decoding: Decoding, shape: TypedShape & { kind: 'struct' }, json: JsonObject, location: Location): JsonObject {
  const struct: JsonObject = {}
  for (const key of sortedKeys(json)) {
    const name = Object.hasOwn(shape.fields, key) ? key : Object.keys(shape.fields).find(field => field.toLowerCase() === key.toLowerCase())
    const field = name === undefined ? undefined : shape.fields[name]
    if (name === undefined || field === undefined) continue
    const inside = { struct: shape.go.replace(/^.*\./, ''), fields: [...location.fields, name], path: [...location.path, key] }
    const value = decode(decoding, field, json[key] ?? null, inside)
    const before = struct[name]
    // A map that is there already, from the same key in another case, is added to.
    if (value !== undefined) struct[name] = field.kind === 'map' && isObject(before) && isObject(value) ? { ...before, ...value } : value
  }
  return struct
}

function zero(shape: TypedShape): Json {
  if (shape.kind === 'string') return ''
  if (shape.kind === 'struct') return {}
  return shape.kind === 'bool' ? false : shape.kind === 'int32' ? 0 : null
}

function wrong(decoding: Decoding, shape: TypedShape, json: Json, location: Location): undefined {
  decoding.problem ??= failure(`Go struct field ${[location.struct, ...location.fields].join('.')} of type ${shape.go}`, json)
  return undefined
}

function failure(into: string, json: Json): TypedYamlError {
  // Go shows the number where the wanted type is one, too.
  const what = typeof json === 'number' && into.endsWith(' int32') ? `number ${json}` : jsonKind(json)
  return new TypedYamlError(`error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${what} into ${into}`)
}
