// The well-known types of protobuf as Go values for templates: Duration, the wrappers, Struct and Value, and Go's time.Duration
// (istio-rules.md, 4.2; documentation of durationpb, wrapperspb, structpb and time).
import { DURATION, duration } from '../go/duration.ts'
import { BOOL, Box, FLOAT64, type GoType, type GoValue, INT32, INT64, MAP, mapOf, STRING, UINT32 } from '../go/value.ts'
import { isObject, type Json } from '../model/index.ts'
import { fromDurationJson } from './proto-duration.ts'
import { encodeJson } from './proto-encode.ts'
import { getter, messagePointer } from './proto-pointer.ts'
import type { WellKnownKind, WrapperKind } from './proto-schema.ts'
import { durationFields, wrapperFields } from './proto-text.ts'

/** The pointer type of a well-known type: `*durationpb.Duration`. Its struct's payload is the value's proto JSON. */
export function wellKnownPointer(kind: WellKnownKind): GoType {
  let type = pointers.get(kind)
  if (type === undefined) {
    type = make(kind)
    pointers.set(kind, type)
  }
  return type
}

/** Free-form JSON as a Go value: objects are map[string]interface {}, numbers float64. */
export function jsonToGo(json: Json): GoValue {
  if (Array.isArray(json)) return json.map(jsonToGo)
  return isObject(json) ? new Map(Object.entries(json).map(([key, value]) => [key, jsonToGo(value)])) : json
}

const pointers = new Map<WellKnownKind, GoType>()
const SECOND = 1_000_000_000n

function make(kind: WellKnownKind): GoType {
  if (kind === 'Duration') return durationPointer()
  if (kind === 'Struct') return structPointer()
  // Values hold no IntOrString that templates could reach as a message: they see the values as plain maps.
  return kind === 'Value' || kind === 'IntOrString' ? valuePointer() : wrapperPointer(kind)
}

const WRAPPED: Readonly<Record<WrapperKind, GoType>> = { BoolValue: BOOL, StringValue: STRING, Int32Value: INT32, UInt32Value: UINT32, Int64Value: INT64 }

function wrapperPointer(kind: WrapperKind): GoType {
  const type = WRAPPED[kind]
  const value = (json: Json | undefined): GoValue => {
    if (type === BOOL) return json === true
    if (type === STRING) return typeof json === 'string' ? json : ''
    return new Box(type, BigInt(typeof json === 'number' || typeof json === 'string' ? json : 0))
  }
  return messagePointer({
    name: `wrapperspb.${kind}`,
    members: () => ({ fields: [{ name: 'Value', type, get: json => value(json as Json) }], methods: [['GetValue', getter(type, value)]] }),
    text: wrapperFields,
    json: json => (wrapperFields(json) === '' ? '{}' : `{"value":${encodeJson(kind === 'Int64Value' ? Number(json) : json)}}`),
  })
}

function durationPointer(): GoType {
  const seconds = (json: Json | undefined): GoValue => new Box(INT64, fromDurationJson(json) / SECOND)
  const nanos = (json: Json | undefined): GoValue => new Box(INT32, fromDurationJson(json) % SECOND)
  return messagePointer({
    name: 'durationpb.Duration',
    members: () => ({
      fields: [
        { name: 'Seconds', type: INT64, get: json => seconds(json as Json) },
        { name: 'Nanos', type: INT32, get: json => nanos(json as Json) },
      ],
      methods: [
        ['GetSeconds', getter(INT64, seconds)],
        ['GetNanos', getter(INT32, nanos)],
        ['AsDuration', getter(DURATION, json => duration(fromDurationJson(json)))],
        ['IsValid', getter(BOOL, json => json !== undefined)],
      ],
    }),
    text: durationFields,
    // encoding/json knows no message: it prints the Go struct.
    json: json =>
      `{${durationFields(json)
        .replace(/(\w+):/g, '"$1":')
        .replace(' ', ',')}}`,
  })
}

function structPointer(): GoType {
  const type = mapOf(STRING, wellKnownPointer('Value'))
  const entries = (json: Json | undefined): GoValue => new Box(type, isObject(json) ? new Map(Object.entries(json)) : null)
  return messagePointer({
    name: 'structpb.Struct',
    members: () => ({
      fields: [{ name: 'Fields', type, get: json => entries(json as Json) }],
      methods: [
        ['GetFields', getter(type, entries)],
        ['AsMap', getter(MAP, json => jsonToGo(json ?? {}))],
      ],
    }),
    text: encodeJson,
    json: encodeJson,
  })
}

function valuePointer(): GoType {
  return messagePointer({
    name: 'structpb.Value',
    members: () => ({
      fields: [],
      methods: [
        ['AsInterface', getter({ kind: 'interface', name: 'interface {}' }, json => jsonToGo(json ?? null))],
        ['GetStringValue', getter(STRING, json => (typeof json === 'string' ? json : ''))],
        ['GetNumberValue', getter(FLOAT64, json => (typeof json === 'number' ? json : 0))],
        ['GetBoolValue', getter(BOOL, json => json === true)],
      ],
    }),
    text: encodeJson,
    json: encodeJson,
  })
}
