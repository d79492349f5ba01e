// Prints a Kubernetes struct as Go's encoding/json does: fields in the struct's order, map keys sorted.

import { compareStrings } from '../go/utf8.ts'
import type { Json } from '../model/index.ts'
import { get, isObject } from '../model/index.ts'
import type { SchemaType } from './pod-schema.ts'
import { structSchema } from './pod-schema.ts'
import { decodeTyped } from './typed.ts'

/**
 * A value of the Go struct `struct` as json.Marshal writes it.
 * @param print writes names, texts and numbers; without it there are no HTML escapes
 * @throws TypedError when the value does not fit the struct
 * @example typedJson('v1.EnvVar', { value: '1', name: 'A' }) // {"name":"A","value":"1"}
 */
export function typedJson(struct: string, value: Json, print: (value: Json) => string = JSON.stringify): string {
  const schema = structSchema(struct)
  return encode(decodeTyped(struct, value), schema === undefined ? undefined : { kind: 'struct', name: struct, struct: schema }, print)
}

function encode(value: Json, type: SchemaType | undefined, print: (value: Json) => string): string {
  if (type?.kind === 'pointer') return encode(value, type.elem, print)
  if (type?.kind === 'slice' && Array.isArray(value)) return `[${value.map(item => encode(item, type.elem, print)).join(',')}]`
  if (!isObject(value)) return print(value)
  if (type?.kind === 'struct' && type.struct.fields.length > 0) {
    return `{${Object.entries(value)
      .map(([name, item]) => `${print(name)}:${encode(item, type.struct.byJson.get(name)?.type, print)}`)
      .join(',')}}`
  }
  if (type?.kind !== 'map') return print(value)
  // Written out here because an object of JavaScript cannot hold keys such as "10" and "9" in Go's order.
  const keys = Object.keys(value).sort(compareStrings)
  return `{${keys.map(key => `${print(key)}:${encode(get(value, key) ?? null, type.elem, print)}`).join(',')}}`
}
