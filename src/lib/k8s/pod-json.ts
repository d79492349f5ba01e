// Go values back to JSON data: what structToJSON and toYaml give for the typed objects that a template passes on.

import { Box, type GoType, type GoValue, wrap } from '../gotemplate/value.ts'
import type { Json, JsonObject } from '../model/index.ts'
import { set } from '../model/index.ts'
import { structSchema } from './pod-schema.ts'
import { goTypeOf } from './pod-types.ts'
import { decodeTyped } from './typed.ts'

/**
 * The JSON data that encoding/json would print for a value: Kubernetes structs in their fields' order without what omitempty leaves out.
 * undefined for what has no JSON form: functions, complex numbers, NaN.
 * @example toJson(podValue({ spec: { containers: [] } })) // { metadata: {}, spec: { containers: [] }, status: {} }
 */
export function toJson(value: GoValue): Json | undefined {
  switch (typeof value) {
    case 'boolean':
    case 'string':
      return value
    case 'bigint':
      return Number(value)
    case 'number':
      return Number.isFinite(value) ? value : undefined
    default:
      if (value === null) return null
      if (Array.isArray(value)) return listToJson(value)
      return value instanceof Map ? mapToJson([...value]) : boxToJson(value)
  }
}

function boxToJson({ type, value }: Box): Json | undefined {
  switch (type.kind) {
    case 'pointer':
    case 'interface':
      return toJson(value as GoValue)
    case 'struct':
      return structToJson(type, value)
    case 'slice':
    case 'array':
      if (value === null) return null
      if (value instanceof Uint8Array) return undefined
      return listToJson(Array.from(value as ArrayLike<unknown>, item => wrap(type.elem ?? type, item)))
    case 'map':
      if (value === null) return null
      return mapToJson(
        Array.from(value as ReadonlyMap<unknown, unknown>, ([key, item]): [GoValue, GoValue] => [wrap(type.key ?? type, key), wrap(type.elem ?? type, item)]),
      )
    case 'func':
    case 'chan':
    case 'complex128':
      return undefined
    default:
      return toJson(value as GoValue)
  }
}

function structToJson(type: GoType, payload: unknown): Json | undefined {
  if (structSchema(type.name) !== undefined && goTypeOf(type.name) === type) return decodeTyped(type.name, payload as Json)
  return type.json === undefined ? undefined : (JSON.parse(type.json(payload)) as Json)
}

function listToJson(list: readonly GoValue[]): Json[] | undefined {
  const items: Json[] = []
  for (const item of list) {
    const json = toJson(item)
    if (json === undefined) return undefined
    items.push(json)
  }
  return items
}

function mapToJson(entries: readonly (readonly [GoValue, GoValue])[]): JsonObject | undefined {
  const object: JsonObject = {}
  for (const [key, item] of entries) {
    const json = toJson(item)
    if (json === undefined) return undefined
    set(object, String(key instanceof Box ? key.value : key), json)
  }
  return object
}
