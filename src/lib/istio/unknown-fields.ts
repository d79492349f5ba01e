// Finds fields of a document that its protobuf message does not have, which istiod ignores (istio-rules.md, 13.3).

import { type FieldPath, isObject, type Json, nearest } from '../model/index.ts'
import { type MessageType, messageType } from './proto-schema.ts'

export interface UnknownMember {
  readonly path: FieldPath
  /** The field with a similar name, if there is one. */
  readonly near?: string
}

/**
 * The unknown fields of a document of the message, at any depth.
 * @example unknownMembers(messageType(PROXY_CONFIG), { concurency: 2 }) // [{ path: ['concurency'], near: 'concurrency' }]
 */
export function unknownMembers(type: MessageType, value: Json, path: FieldPath = []): UnknownMember[] {
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, item]): UnknownMember[] => {
    const here = [...path, key]
    const field = type.fields.find(({ json, name }) => json === key || name === key)
    if (field === undefined) {
      const near = nearest(
        key,
        type.fields.map(({ json }) => json),
      )
      return [{ path: here, ...(near === undefined ? {} : { near }) }]
    }
    if (field.kind !== 'message') return []
    const inner = messageType(field.type)
    if (field.cardinality === 'list' && Array.isArray(item)) return item.flatMap((element, i) => unknownMembers(inner, element, [...here, i]))
    if (field.cardinality === 'map' && isObject(item)) return Object.entries(item).flatMap(([name, member]) => unknownMembers(inner, member, [...here, name]))
    return unknownMembers(inner, item, here)
  })
}
