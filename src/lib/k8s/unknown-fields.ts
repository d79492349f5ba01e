// Finds fields of a value that its Go struct does not have, which Kubernetes drops.

import { type FieldPath, isObject, type Json, nearest } from '../model/index.ts'
import { foldedField, type SchemaType, structSchema } from './pod-schema.ts'

export interface UnknownField {
  readonly path: FieldPath
  /** The struct without the field: `v1.Volume`. */
  readonly struct: string
  /** The field with a similar name, if there is one. */
  readonly near?: string
}

/**
 * The unknown fields of a value of the struct `struct`, at any depth.
 * @example unknownFields('v1.Volume', { name: 'a', emptyDirr: {} }) // [{ path: ['emptyDirr'], struct: 'v1.Volume', near: 'emptyDir' }]
 */
export function unknownFields(struct: string, value: Json): UnknownField[] {
  const schema = structSchema(struct)
  const found: UnknownField[] = []
  if (schema !== undefined) collect({ kind: 'struct', name: struct, struct: schema }, value, [], found)
  return found
}

function collect(type: SchemaType, value: Json, path: FieldPath, found: UnknownField[]): void {
  if (type.kind === 'pointer') collect(type.elem, value, path, found)
  else if (type.kind === 'slice' && Array.isArray(value)) for (const [i, item] of value.entries()) collect(type.elem, item, [...path, i], found)
  else if (type.kind === 'map' && isObject(value)) for (const [key, item] of Object.entries(value)) collect(type.elem, item, [...path, key], found)
  else if (type.kind === 'struct' && isObject(value) && type.struct.byJson.size > 0) {
    for (const [key, item] of Object.entries(value)) {
      const field = foldedField(type.struct, key)
      if (field !== undefined) collect(field.type, item, [...path, key], found)
      else {
        const near = nearest(key, [...type.struct.byJson.keys()])
        found.push({ path: [...path, key], struct: type.name, ...(near === undefined ? {} : { near }) })
      }
    }
  }
}
