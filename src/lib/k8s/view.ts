// The type of views: a Go type with the function that converts JSON to its values.

import { Box, type GoType, type GoValue } from '../go/value.ts'
import type { Json } from '../model/index.ts'

/** A Go type, and how the JSON of a value of that type is seen; undefined JSON gives the zero value. */
export interface View {
  readonly type: GoType
  readonly of: (json: Json | undefined) => GoValue
}

/** A type under construction: a struct and its pointer type refer to each other. */
export type GoTypeDraft = { -readonly [Key in keyof GoType]: GoType[Key] }

/** The JSON behind a struct or a pointer to one; undefined for a nil pointer. */
export function payloadOf(value: GoValue | undefined): Json | undefined {
  if (!(value instanceof Box)) return undefined
  if (value.type.kind !== 'pointer') return value.value as Json
  return value.value === null ? undefined : payloadOf(value.value as GoValue)
}

export const NIL_DEREFERENCE = 'runtime error: invalid memory address or nil pointer dereference'
