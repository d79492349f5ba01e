// Reads booleans and numbers in annotations as Go's strconv does; any other text counts as not set.

import { atoi, parseBool } from '../lib/go/strconv.ts'
import { GoError } from '../lib/go/value.ts'

/** `booleanOf('True')` is true; undefined for a text that strconv.ParseBool refuses. */
export function booleanOf(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : unlessRefused(() => parseBool(text))
}

/** `integerOf('+7')` is 7; undefined for a text that strconv.Atoi refuses. */
export function integerOf(text: string): number | undefined {
  return unlessRefused(() => Number(atoi(text)))
}

function unlessRefused<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof GoError) return undefined
    throw error
  }
}
