// Decodes JSON to Go values as json.Unmarshal into an interface{} does, with its error texts (documentation of encoding/json; RFC 8259).

import { jsonSyntaxError } from './json-syntax.ts'
import { MAX_DEPTH } from './limits.ts'
import type { GoValue } from './value.ts'

/** The result of decoding a JSON text. */
export interface Decoded {
  /** Numbers are float64, objects map[string]interface {}. Null where the syntax is wrong. */
  readonly value: GoValue
  /** Error of Unmarshal, or undefined. A number out of range is an error, and its value is null. */
  readonly error: string | undefined
}

/** `decodeJson('{"a":[1]}')` has the value `Map { 'a' => [1] }`; `decodeJson('[1,]')` has the error of Go. */
export function decodeJson(text: string): Decoded {
  const error = jsonSyntaxError(text, MAX_DEPTH)
  if (error !== undefined) return { value: null, error }
  // Broken bytes become replacement characters before escapes are read, which could otherwise join them.
  const value = goValueOf(JSON.parse(text.toWellFormed()))
  const number = tooLargeIn(text)
  return { value, error: number === undefined ? undefined : `json: cannot unmarshal number ${number} into Go value of type float64` }
}

function goValueOf(json: unknown): GoValue {
  if (typeof json === 'string') return json.toWellFormed()
  if (typeof json === 'number') return Number.isFinite(json) ? json : null
  if (typeof json !== 'object' || json === null) return json === true || json === false ? json : null
  if (Array.isArray(json)) return json.map(goValueOf)
  return new Map(Object.entries(json).map(([key, item]) => [key.toWellFormed(), goValueOf(item)]))
}

/** The first number in a JSON text that no float64 holds. */
function tooLargeIn(text: string): string | undefined {
  // Without an exponent of three digits, or so many digits, there is none.
  if (!/[eE]\+?0*[1-9][0-9]{2}|[0-9]{300}/.test(text)) return undefined
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*/g)) {
    if (!token.startsWith('"') && !Number.isFinite(Number(token))) return token
  }
  return undefined
}
