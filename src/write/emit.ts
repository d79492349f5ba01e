// Prints a new value as YAML in the style of its file: block lines, or flow text.

import type { Json, JsonObject } from '../lib/model/index.ts'
import { isObject } from '../lib/model/index.ts'
import type { Node } from '../lib/yaml/index.ts'
import { doubleQuoted, entryOf, literalBlock, looksTyped, scalarValue, singleQuoted, stringStyles } from '../lib/yaml/index.ts'
import { entryMarks, itemMarks, MARK, type Marks, type Shadow } from './marks.ts'
import type { Style } from './style.ts'

/** Style of a flow collection. */
export interface FlowStyle {
  /** Quoted keys and strings only, as in JSON. */
  readonly json: boolean
  /** Inside braces and brackets. */
  readonly padding: string
  /** Behind the colon. */
  readonly colonSpace: string
  /** Behind the comma, where the collection stands on one line. */
  readonly commaSpace: string
  /** Of a collection over several lines: the white space before the line that it starts on, and what each level adds; undefined on one line. */
  readonly lines?: { readonly step: string; readonly indent: string } | undefined
}

/** On one line, as people write it. */
export const ONE_LINE: FlowStyle = { json: false, padding: '', colonSpace: ' ', commaSpace: ' ' }

export interface Emitter {
  readonly style: Style
  readonly flow: FlowStyle
}

/** Whether a value is a collection that is not empty: it has lines of its own in block style. */
export function isFilled(value: Json): value is Json[] | JsonObject {
  if (Array.isArray(value)) return value.length > 0
  return isObject(value) && Object.keys(value).length > 0
}

/**
 * A filled collection in block style, for a place at `column`: its first line without indentation, the others with it.
 * Scalars that `source` has too are spelled as there: a copy keeps `0644` and large integers.
 */
export function blockText(value: Json[] | JsonObject, at: Layout, source?: Node): string {
  const lines = Array.isArray(value)
    ? value.map((item, i) => itemText(item, { ...at, marks: itemMarks(at.shadow, i) }, itemOf(source, i)))
    : Object.entries(value).map(([key, child]) => entryText(key, child, at, childOf(source, key)))
  // A text to which a million lines are added one by one takes many times the memory.
  return lines.join(newLine(at))
}

/** Style and column of a written node. */
export interface Layout extends Emitter {
  readonly column: number
  /** The user's node whose comments must not be copied to what is written. */
  readonly shadow?: Shadow | undefined
}

/** A line end and the indentation of the next line. */
function newLine({ style, column }: Layout): string {
  return style.eol + ' '.repeat(column)
}

/** One list element, from its dash on. */
export function itemText(value: Json, at: Layout & { readonly marks?: Marks }, source?: Node): string {
  const { style, flow, column, marks } = at
  const inner = { style, flow, column: column + style.dashWidth, shadow: marks?.shadow }
  const text = '-'.padEnd(style.dashWidth) + (isFilled(value) ? blockText(value, inner, source) : scalarText(value, inner, source))
  return marks?.above === true ? MARK + newLine(at) + text : text
}

/** One entry of a mapping, from its key on. */
export function entryText(key: string, value: Json, at: Layout, source?: Node): string {
  const { style, flow, column } = at
  const marks = at.shadow === undefined ? undefined : entryMarks(at.shadow, key)
  const name = `${marks?.above === true ? MARK + newLine(at) : ''}${keyText(key, at)}`
  const mark = marks?.behind === true ? ` ${MARK}` : ''
  if (!isFilled(value)) {
    const text = scalarText(value, { style, flow, column: column + style.step }, source)
    return `${name}: ${text}${text.includes('\n') ? '' : mark}`
  }
  const below = { style, flow, column: column + (Array.isArray(value) ? style.seqIndent : style.step), shadow: marks?.shadow }
  return `${name}:${mark}${newLine(below)}${blockText(value, below, source)}`
}

/** A key in block style. */
export function keyText(key: string, { style }: Emitter): string {
  return stringText(key, style, KEY)
}

/** A scalar or empty collection; the lines of a literal block stand at the column. */
export function scalarText(value: Json, at: Layout, source?: Node): string {
  const same = sourceText(value, source)
  if (same !== undefined) return same
  if (typeof value === 'string' && at.style.literals && isLiteral(value)) {
    const { header, lines } = literalBlock(value, at.style.step)
    const line = newLine(at)
    return header + lines.map(text => (text === '' ? at.style.eol : line + text)).join('')
  }
  return inlineText(value, at)
}

/** A scalar or empty collection on one line, outside flow collections. */
export function inlineText(value: Json, { style }: Emitter): string {
  return typeof value === 'string' ? stringText(value, style, BLOCK) : plainText(value)
}

/** Any value in flow style. */
export function flowText(value: Json, emitter: Emitter, source?: Node): string {
  const { flow, style } = emitter
  if (!isFilled(value)) {
    const same = sourceText(value, source)
    if (same !== undefined && !flow.json) return isFlowSafe(same) ? same : flowScalar(value, flow, style)
    return flowScalar(value, flow, style)
  }
  const inner = flow.lines === undefined ? emitter : { style, flow: oneLevelDeeper(flow) }
  const parts = Array.isArray(value)
    ? value.map((item, i) => flowText(item, inner, itemOf(source, i)))
    : Object.entries(value).map(([key, child]) => flowEntry(key, child, inner, childOf(source, key)))
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  if (flow.lines === undefined) return `${open}${flow.padding}${parts.join(`,${flow.commaSpace}`)}${flow.padding}${close}`
  const line = `${style.eol}${flow.lines.indent}${flow.lines.step}`
  return `${open}${line}${parts.join(`,${line}`)}${style.eol}${flow.lines.indent}${close}`
}

/** The style of collections inside a collection of style `flow`. */
export function oneLevelDeeper(flow: FlowStyle): FlowStyle {
  return flow.lines === undefined ? flow : { ...flow, lines: { ...flow.lines, indent: flow.lines.indent + flow.lines.step } }
}

/** An entry of a flow mapping. */
export function flowEntry(key: string, value: Json, emitter: Emitter, source?: Node): string {
  const { flow, style } = emitter
  const name = flow.json ? JSON.stringify(key) : stringText(key, style, FLOW_KEY)
  // Without a space, only a quoted key ends at its colon.
  const space = flow.colonSpace === '' && !/["']$/.test(name) ? ' ' : flow.colonSpace
  return `${name}:${space}${flowText(value, emitter, source)}`
}

function flowScalar(value: Json, flow: FlowStyle, style: Style): string {
  if (typeof value !== 'string') return plainText(value)
  return flow.json ? doubleQuotedJson(value) : stringText(value, style, FLOW)
}

function doubleQuotedJson(text: string): string {
  // JSON may hold these as they are, YAML may not.
  return JSON.stringify(text).replace(/[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function plainText(value: Exclude<Json, string>): string {
  if (typeof value === 'number') return numberText(value)
  if (value === null || typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? '[]' : '{}'
}

/** Integers in full, as Kubernetes reads no exponent into an integer; what rounds to 2^63 is the largest int64. */
function numberText(value: number): string {
  if (value === 2 ** 63) return String(2n ** 63n - 1n)
  if (Object.is(value, -0)) return '0'
  return Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 2 ** 64 ? String(BigInt(value)) : String(value)
}

interface Context {
  readonly inFlow: boolean
  readonly isKey: boolean
  /** Results for short strings, by quoting habit: names and images occur again in every workload. */
  readonly known: Map<string, Map<string, string>>
}

const context = (inFlow: boolean, isKey: boolean): Context => ({ inFlow, isKey, known: new Map() })
const BLOCK = context(false, false)
const KEY = context(false, true)
const FLOW = context(true, false)
const FLOW_KEY = context(true, true)
const MAX_KNOWN = 4096
const MAX_KNOWN_LENGTH = 200

function stringText(text: string, style: Style, where: Context): string {
  if (!style.quoteAll && isPlainWord(text)) return text
  if (text.length > MAX_KNOWN_LENGTH) return decideText(text, style, where)
  const habit = style.quoteAll ? `all ${style.quote}` : style.quote
  let known = where.known.get(habit)
  if (known === undefined || known.size >= MAX_KNOWN) {
    known = new Map()
    where.known.set(habit, known)
  }
  let result = known.get(text)
  if (result === undefined) {
    const copied = copyOf(text)
    result = decideText(copied, style, where)
    known.set(copied, result)
  }
  return result
}

/** The same text, which keeps no longer one alive that V8 cut it from: what a template printed, a thousand times. */
function copyOf(text: string): string {
  return JSON.parse(JSON.stringify(text))
}

/** Longer than any word that some YAML reader takes for a number, boolean or null. */
function isPlainWord(text: string): boolean {
  return text.length > 5 && /^[a-z][\w./-]*$/.test(text)
}

function decideText(text: string, style: Style, { inFlow, isKey }: Context): string {
  const allowed = stringStyles(text)
  const plain = (inFlow ? allowed.flowPlain : allowed.plain) && !looksTyped(text) && !/^(?:<<|=)$|^[?~]/.test(text)
  if (plain && (isKey || !style.quoteAll)) return text
  if (!allowed.single || /[\n\r\x85\u2028\u2029]/.test(text)) return doubleQuoted(text, true)
  const wantsSingle = style.quote === 'single' ? !text.includes("'") || /["\\]/.test(text) : /["\\]/.test(text) && !text.includes("'")
  return wantsSingle ? singleQuoted(text) : doubleQuoted(text, true)
}

function isLiteral(text: string): boolean {
  return text.includes('\n') && stringStyles(text).literal && !/^[ \n]|\n\n$|\r|^\t|\n\t|[\x85\u2028\u2029]/.test(text)
}

function sourceText(value: Json, source: Node | undefined): string | undefined {
  if (source?.kind !== 'scalar' || source.tag !== undefined || source.style !== 'plain' || source.text.includes('\n')) return undefined
  return Object.is(scalarValue(source), value) ? source.text : undefined
}

function isFlowSafe(text: string): boolean {
  return !/[,[\]{}]|^[?:]/.test(text)
}

function itemOf(source: Node | undefined, index: number): Node | undefined {
  return source?.kind === 'seq' ? source.items[index]?.value : undefined
}

function childOf(source: Node | undefined, key: string): Node | undefined {
  return source?.kind === 'map' ? entryOf(source, key)?.value : undefined
}
