// Conversions between kinds, sizes and types (google/cel-spec, doc/langdef.md, "List of Standard Definitions"; what Go's strconv and time parse).

import { parseDuration } from '../../go/duration.ts'
import { parseBool, parseFloating, parseInteger, parseUint } from '../../go/strconv.ts'
import { parseTime } from '../../go/time-parse.ts'
import { GoError } from '../../go/value.ts'
import { bySize, sizeOf } from '../cost.ts'
import { declare, type FunctionDeclaration, type Implementation, type OverloadEntry } from '../function.ts'
import { doubleText, secondsText, zonedText } from '../text.ts'
import { CelError, CelMap, type CelValue, Duration, isList, kindOf, Opaque, type Result, type Timestamp, TypeValue, Uint } from '../value.ts'
import { INT_OVERFLOW, int, timestamp, UINT_OVERFLOW, uint } from './operators.ts'

const T = 'google.protobuf.Timestamp'
const D = 'google.protobuf.Duration'
const SECOND = 1_000_000_000n

const same: Implementation = (value = null) => value

/** Parses a text with a function of Go's library; any error becomes CEL's "type conversion error". */
function parsed(kind: string, parse: (text: string) => Result): Implementation {
  return (text = null) => {
    try {
      return parse(text as string)
    } catch (error) {
      if (!(error instanceof GoError)) throw error
      return new CelError(`type conversion error from 'string' to '${kind}'`)
    }
  }
}

/** A conversion to `kind`, from the kinds given. */
function conversion(name: string, kind: string, from: readonly (readonly [string, Implementation])[]): FunctionDeclaration {
  const overloads: OverloadEntry[] = from.map(([type, run]) => [`(${type}) -> ${kind}`, run, readsText(kind, type) ? bySize : undefined] as OverloadEntry)
  return declare(name, [[`(${kind}) -> ${kind}`, same], ...overloads])
}

function readsText(to: string, from: string): boolean {
  return (to === 'bytes' && from === 'string') || (to === 'string' && from === 'bytes')
}

function doubleToInt(value: number): Result {
  // The bounds themselves are not converted either.
  return value > -(2 ** 63) && value < 2 ** 63 ? BigInt(Math.trunc(value)) : INT_OVERFLOW
}

function doubleToUint(value: number): Result {
  return value >= 0 && value < 2 ** 64 ? new Uint(BigInt(Math.trunc(value))) : UINT_OVERFLOW
}

/** The text of bytes in UTF-8; an error if they are not valid. */
export function bytesToString(bytes: Uint8Array): string | CelError {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return new CelError('invalid UTF-8 in bytes, cannot convert to string')
  }
}

function floorSeconds({ nanos }: Timestamp): bigint {
  const seconds = nanos / SECOND
  return nanos % SECOND < 0n ? seconds - 1n : seconds
}

function parseTimestamp(text: string): Result {
  const { nanoseconds, zone } = parseTime('2006-01-02T15:04:05Z07:00', text)
  return timestamp(nanoseconds, zone.at(0).offset)
}

const size: Implementation = (value = null) => BigInt(sizeOf(value))

function hasSize(value: CelValue): boolean {
  return (
    typeof value === 'string' ||
    isList(value) ||
    value instanceof CelMap ||
    value instanceof Uint8Array ||
    (value instanceof Opaque && value.size !== undefined)
  )
}

const SIZED = ['string', 'bytes', 'list(<A>)', 'map(<A>, <B>)']

export const CONVERSIONS: readonly FunctionDeclaration[] = [
  declare('size', [...SIZED.map(type => [`(${type}) -> int`] as const), ...SIZED.map(type => [`${type}.() -> int`] as const)], { run: size, takes: hasSize }),
  declare('type', [['(<A>) -> type(<A>)', (value = null) => new TypeValue(kindOf(value))]]),
  declare('dyn', [['(<A>) -> dyn', same]]),
  conversion('bool', 'bool', [['string', parsed('bool', parseBool)]]),
  conversion('bytes', 'bytes', [['string', (text = null) => new TextEncoder().encode(text as string)]]),
  conversion('double', 'double', [
    ['int', (value = null) => Number(value)],
    ['string', parsed('double', parseFloating)],
    ['uint', (value = null) => Number((value as Uint).value)],
  ]),
  conversion('duration', D, [
    ['int', () => new CelError(`type conversion error from 'int' to '${D}'`)],
    ['string', parsed(D, text => new Duration(parseDuration(text)))],
  ]),
  conversion('int', 'int', [
    ['double', (value = null) => doubleToInt(value as number)],
    [D, (value = null) => (value as Duration).nanos],
    ['string', parsed('int', text => parseInteger(text))],
    [T, (value = null) => floorSeconds(value as Timestamp)],
    ['uint', (value = null) => int((value as Uint).value)],
  ]),
  conversion('string', 'string', [
    ['bool', (value = null) => String(value)],
    ['bytes', (value = null) => bytesToString(value as Uint8Array)],
    ['double', (value = null) => doubleText(value as number)],
    [D, (value = null) => secondsText(value as Duration)],
    ['int', (value = null) => String(value)],
    [T, (value = null) => zonedText(value as Timestamp)],
    ['uint', (value = null) => (value as Uint).value.toString()],
  ]),
  conversion('timestamp', T, [
    ['int', (value = null) => timestamp((value as bigint) * SECOND)],
    ['string', parsed(T, parseTimestamp)],
  ]),
  conversion('uint', 'uint', [
    ['double', (value = null) => doubleToUint(value as number)],
    ['int', (value = null) => uint(value as bigint)],
    ['string', parsed('uint', text => uint(parseUint(text)))],
  ]),
]
