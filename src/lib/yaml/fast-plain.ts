// Plain scalars as fast.ts reads them: what is not JSON, or no key, is left to the full parser.

import type { Json } from '../model/index.ts'
import { GIVE_UP } from './fast-scanner.ts'
import { keyOfPlain, resolvePlain } from './scalar.ts'

/** The value of a plain scalar. */
export function plainValue(text: string): Json {
  const value = resolvePlain(text)
  if (typeof value === 'number' && !Number.isFinite(value)) throw GIVE_UP
  return value
}

/** The text of a plain scalar as a key. */
export function plainKey(text: string): string {
  const first = text.charCodeAt(0)
  // Only short words, and what starts with a digit, sign or point, can be more than its text.
  if (text.length > 5 && first >= 65) return text
  const key = keyOfPlain(text)
  if (key === undefined) throw GIVE_UP
  return key
}
