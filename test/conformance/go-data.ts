// Decodes the data and compares the results of cases that a Go program computed: JSON with "$go:" tags (the `decoding` lines of each file's header).

import { fromBytes, toBytes } from '../../src/lib/go/utf8.ts'
import {
  BOOL,
  Box,
  BYTES,
  type FuncMap,
  type GoType,
  type GoValue,
  INT,
  INT32,
  INT64,
  LIST,
  MAP,
  type MissingKey,
  parseTemplate,
  pointerTo,
  STRING,
  STRING_MAP,
  STRINGS,
  sliceOf,
  type Template,
  TemplateError,
  UINT64,
} from '../../src/lib/template/index.ts'
import { timeValue } from '../support/go-values.ts'

/** What a JSON number stands for: a Go float64, or an int64 where it is integral. */
export type Numbers = 'int64' | 'float64'

/** Types that the tags of one file name beyond the common ones: tag without `$go:` to decoder. */
export type MoreTags = ReadonlyMap<string, (raw: unknown) => GoValue>

export interface GoCase {
  readonly name: string
  readonly template: string
  readonly numbers: Numbers
  readonly data: unknown
  readonly defs?: Readonly<Record<string, string>>
  readonly options?: readonly string[]
  readonly output?: string
  readonly outputBase64?: string
  readonly phase?: 'parse' | 'exec'
  readonly error?: string
  readonly errorBase64?: string
  readonly errorMatch?: 'prefix'
}

/**
 * A case's data as Go values.
 *
 * `decodeData({ a: 1 }, 'int64')` is a map of "a" to an int64.
 */
export function decodeData(raw: unknown, numbers: Numbers, more: MoreTags = new Map()): GoValue {
  if (raw === null || typeof raw === 'boolean' || typeof raw === 'string') return raw
  if (typeof raw === 'number') return numbers === 'int64' && Number.isInteger(raw) ? new Box(INT64, BigInt(raw)) : raw
  if (Array.isArray(raw)) return raw.map(item => decodeData(item, numbers, more))
  const entries = Object.entries(raw as object)
  const [tag, value] = entries[0] ?? ['', undefined]
  if (entries.length === 1 && tag.startsWith('$go:')) return decodeTagged(tag.slice(4), value, more)
  return new Map(entries.map(([key, item]) => [key, decodeData(item, numbers, more)]))
}

const NILS: ReadonlyMap<string, GoType> = new Map([
  ['map[string]string', STRING_MAP],
  ['map[string]any', MAP],
  ['[]any', LIST],
  ['[]string', STRINGS],
  ['*int64', pointerTo(INT64)],
])

function decodeTagged(tag: string, raw: unknown, more: MoreTags): GoValue {
  const decode = more.get(tag)
  if (decode !== undefined) return decode(raw)
  const nil = tag.startsWith('nil ') ? NILS.get(tag.slice(4)) : undefined
  if (nil !== undefined) return new Box(nil, null)
  switch (tag) {
    case 'int':
      return BigInt(raw as string)
    case 'int32':
      return new Box(INT32, BigInt(raw as string))
    case 'int64':
      return new Box(INT64, BigInt(raw as string))
    case 'uint64':
      return new Box(UINT64, BigInt(raw as string))
    case 'float64':
      return Number((raw as string).replace('Inf', 'Infinity'))
    case 'bytes':
      return new Box(BYTES, new Uint8Array(Buffer.from(raw as string, 'base64')))
    case '[]string':
      return new Box(STRINGS, raw)
    case '[]int':
      return new Box(sliceOf(INT), (raw as (number | string)[]).map(BigInt))
    case 'map[string]string':
      return new Box(STRING_MAP, new Map(Object.entries(raw as object)))
    case '*int64':
      return new Box(pointerTo(INT64), new Box(INT64, BigInt(raw as string)))
    case '*string':
      return new Box(pointerTo(STRING), raw)
    case 'time':
      return timeValue(raw as string)
    case '*bool':
      return new Box(pointerTo(BOOL), raw)
    default:
      throw new Error(`unknown tag $go:${tag}`)
  }
}

/** Runs one case; undefined where output or error are Go's to the byte, else what differs. */
export function checkGoCase(c: GoCase, funcs: FuncMap, more: MoreTags = new Map()): string | undefined {
  let phase: 'parse' | 'exec' = 'parse'
  try {
    const template = parseGoCase(c, funcs)
    phase = 'exec'
    const output = template.execute(decodeData(c.data, c.numbers, more))
    return compareOutput(c, output)
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    return compareError(c, phase, error)
  }
}

function parseGoCase(c: GoCase, funcs: FuncMap): Template {
  const { name: _name, template: text } = c
  const missing = c.options?.find(option => option.startsWith('missingkey='))?.slice('missingkey='.length)
  const associated = Object.entries(c.defs ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  return parseTemplate({ name: 't', text, funcs, associated, ...(missing === undefined ? {} : { missingKey: missing as MissingKey }) })
}

function compareOutput(c: GoCase, output: string): string | undefined {
  const want = c.output ?? (c.outputBase64 === undefined ? undefined : fromBase64(c.outputBase64))
  if (want === undefined) return `printed ${JSON.stringify(output)}, but the ${c.phase} error was to be ${c.error}`
  return Buffer.from(toBytes(output)).equals(toBytes(want)) ? undefined : `printed ${JSON.stringify(output)}\n    wanted ${JSON.stringify(want)}`
}

function compareError(c: GoCase, phase: string, error: TemplateError): string | undefined {
  const want = c.error ?? (c.errorBase64 === undefined ? undefined : fromBase64(c.errorBase64))
  if (want === undefined) return `failed: ${error.message}\n    wanted ${JSON.stringify(c.output ?? c.outputBase64)}`
  const same = c.errorMatch === 'prefix' ? error.message.startsWith(want) : error.message === want
  if (same && phase === c.phase && error.phase === c.phase) return undefined
  return `${phase} error ${error.message}\n    wanted ${c.phase} error ${want}`
}

function fromBase64(text: string): string {
  return fromBytes(new Uint8Array(Buffer.from(text, 'base64')))
}
