// Replaces integers of a pod that a double cannot represent, such as `terminationGracePeriodSeconds: 9223372036854775807`, by shorter numbers during injection,
// and restores them afterwards, also in texts that templates print.

import { at, type FieldPath, isObject, type Json, type JsonObject, type Replacement, type Workload, withValuesAt } from '../lib/model/index.ts'
import { integerText } from '../lib/yaml/scalar.ts'
import { writtenText } from './config-position.ts'
import type { Filled } from './placeholders.ts'

/** The first replacement number; the next ones count down from it. */
const FIRST = 2 ** 53 - 1
const MIN_INT64 = -(2n ** 63n)
const MAX_INT64 = 2n ** 63n - 1n
/** The replacement for an integer beyond int64, which decoding the pod refuses. */
const TOO_LONG = 2 ** 64

/**
 * The workload with replacements for integers beyond 2^53 in its pod; undefined if there are none. Integers beyond int64 are refused when the pod is decoded.
 * @example withoutLongIntegers(workload)?.workload // tolerationSeconds: 9007199254740990 in place of 9223372036854775807
 */
export function withoutLongIntegers(workload: Workload): Filled | undefined {
  const { resource, podPath } = workload
  const template = at(resource.value, podPath)
  if (!isObject(template)) return undefined
  const found: LongInteger[] = []
  findLongIntegers(template, podPath, found)
  if (found.length === 0) return undefined
  const taken = JSON.stringify(resource.value)
  const originals = new Map<number, Original>()
  const replacements: Replacement[] = []
  let next = FIRST
  for (const { path, number } of found) {
    const text = integerText(writtenText(resource, path) ?? '')
    const digits = text === undefined ? nearest(number) : text
    // No zero at the end: a quantity would be printed with a suffix.
    do next--
    while (next % 10 === 0 || taken.includes(String(next)))
    const isTooLong = BigInt(digits) < MIN_INT64 || BigInt(digits) > MAX_INT64
    const standIn = isTooLong ? TOO_LONG : number < 0 ? -next : next
    originals.set(standIn, { number, digits })
    replacements.push({ path, after: standIn })
  }
  const value = withValuesAt(resource.value, replacements) as JsonObject
  return { workload: { ...workload, resource: { ...resource, value } }, restore: result => restored(result, originals) }
}

interface LongInteger {
  readonly path: FieldPath
  readonly number: number
}

function findLongIntegers(value: Json, path: FieldPath, found: LongInteger[]): void {
  const inside = (item: Json | undefined, step: string | number) => {
    if (typeof item === 'number') {
      if (Number.isInteger(item) && !Number.isSafeInteger(item)) found.push({ path: [...path, step], number: item })
    } else if (typeof item === 'object' && item !== null) findLongIntegers(item, [...path, step], found)
  }
  if (Array.isArray(value)) value.forEach(inside)
  else if (isObject(value)) for (const key of Object.keys(value)) inside(value[key], key)
}

/** The digits of a number without a known text; 2^63 is taken for the largest int64. */
function nearest(number: number): string {
  return String(number === 2 ** 63 ? MAX_INT64 : BigInt(number))
}

interface Original {
  readonly number: number
  readonly digits: string
}

const DIGITS = /-?9007199254\d{6}|18446744073709552000/g

function restored(value: Json, originals: ReadonlyMap<number, Original>): Json {
  if (typeof value === 'number') return originals.get(value)?.number ?? value
  if (typeof value === 'string') return value.replace(DIGITS, digits => originals.get(Number(digits))?.digits ?? digits)
  if (Array.isArray(value)) return value.map(item => restored(item, originals))
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, restored(item, originals)])) : value
}
