// Sprig's JSON functions (documentation, "Defaults": toJson, fromJson and their kin).

import { decodeJson, encodeJson, type JsonForm } from '../go/json.ts'
import { ANY, GoError, type GoValue, STRING } from '../go/value.ts'
import { any, type Entries, fn, text } from './define.ts'

/** The functions by name. */
export function jsonFuncs(): Entries {
  const pretty: JsonForm = { indent: '  ' }
  const raw: JsonForm = { escapeHtml: false }
  return [
    ['toJson', fn([any], STRING, value => orEmpty(() => encodeJson(value)))],
    ['mustToJson', fn([any], STRING, value => encodeJson(value))],
    ['toPrettyJson', fn([any], STRING, value => orEmpty(() => encodeJson(value, pretty)))],
    ['mustToPrettyJson', fn([any], STRING, value => encodeJson(value, pretty))],
    ['toRawJson', fn([any], STRING, value => encodeJson(value, raw))],
    ['mustToRawJson', fn([any], STRING, value => encodeJson(value, raw))],
    ['fromJson', fn([text], ANY, s => decodeJson(s).value)],
    ['mustFromJson', fn([text], ANY, decode)],
  ]
}

/** Sprig swallows what has no JSON form. */
function orEmpty(encode: () => string): string {
  try {
    return encode()
  } catch (error) {
    if (error instanceof GoError) return ''
    throw error
  }
}

function decode(s: string): GoValue {
  const { value, error } = decodeJson(s)
  if (error !== undefined) throw new GoError(error)
  return value
}
