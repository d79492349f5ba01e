// Writes a new value in the style of the file it goes into: block lines, or flow text.

import type { Json, JsonObject } from '../lib/model/index.ts'
import { isObject } from '../lib/model/index.ts'
import type { Node } from '../lib/yaml/index.ts'
import { doubleQuoted, entryOf, literalBlock, looksTyped, scalarValue, singleQuoted, stringStyles } from '../lib/yaml/index.ts'
import type { Style } from './style.ts'

/** How a flow collection is written. */
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

export interface Emitter {
  readonly style: Style
  readonly flow: FlowStyle
}

/** Whether a value takes lines of its own in block style. */
export function isFilled(value: Json): value is Json[] | JsonObject {
  if (Array.isArray(value)) return value.length > 0
  return isObject(value) && Object.keys(value).length > 0
}

/**
 * The lines of a filled collection in block style, without the indentation they have in common.
 * Scalars that `source` has too are spelled as there: a copy keeps `0644` and large integers.
 */
export function blockLines(value: Json[] | JsonObject, emitter: Emitter, source?: Node): string[] {
  return Array.isArray(value)
    ? value.flatMap((item, i) => itemLines(item, emitter, itemOf(source, i)))
    : Object.entries(value).flatMap(([key, child]) => entryLines(key, child, emitter, childOf(source, key)))
}

/** The lines of one list element, with its dash. */
export function itemLines(value: Json, emitter: Emitter, source?: Node): string[] {
  const { dashWidth } = emitter.style
  const dash = '-'.padEnd(dashWidth)
  const lines = isFilled(value) ? blockLines(value, emitter, source) : scalarLines(value, emitter, source)
  return lines.map((line, i) => (i === 0 ? dash + line : indent(line, dashWidth)))
}

/** The lines of one entry of a mapping. */
export function entryLines(key: string, value: Json, emitter: Emitter, source?: Node): string[] {
  const { step, seqIndent } = emitter.style
  const name = keyText(key, emitter)
  if (isFilled(value)) {
    const columns = Array.isArray(value) ? seqIndent : step
    return [`${name}:`, ...blockLines(value, emitter, source).map(line => indent(line, columns))]
  }
  const [first = '', ...rest] = scalarLines(value, emitter, source)
  return [`${name}: ${first}`, ...rest.map(line => indent(line, step))]
}

/** A key in block style. */
export function keyText(key: string, { style }: Emitter): string {
  return stringText(key, { ...style, quoteAll: false }, false)
}

/** A scalar or empty collection: one line, or the header and lines of a literal block. */
export function scalarLines(value: Json, emitter: Emitter, source?: Node): string[] {
  const same = sourceText(value, source)
  if (same !== undefined) return [same]
  if (typeof value === 'string' && emitter.style.literals && isLiteral(value)) {
    const { header, lines } = literalBlock(value, emitter.style.step)
    return [header, ...lines]
  }
  return [inlineText(value, emitter)]
}

/** A scalar or empty collection on one line, outside flow collections. */
export function inlineText(value: Json, { style }: Emitter): string {
  if (typeof value === 'string') return stringText(value, style, false)
  return plainText(value)
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

/** The style of what stands inside a collection of style `flow`. */
export function oneLevelDeeper(flow: FlowStyle): FlowStyle {
  return flow.lines === undefined ? flow : { ...flow, lines: { ...flow.lines, indent: flow.lines.indent + flow.lines.step } }
}

/** An entry of a flow mapping. */
export function flowEntry(key: string, value: Json, emitter: Emitter, source?: Node): string {
  const { flow, style } = emitter
  const name = flow.json ? JSON.stringify(key) : stringText(key, { ...style, quoteAll: false }, true)
  // Without a space, only a quoted key ends at its colon.
  const space = flow.colonSpace === '' && !/["']$/.test(name) ? ' ' : flow.colonSpace
  return `${name}:${space}${flowText(value, emitter, source)}`
}

function flowScalar(value: Json, flow: FlowStyle, style: Style): string {
  if (typeof value !== 'string') return plainText(value)
  return flow.json ? doubleQuotedJson(value) : stringText(value, style, true)
}

function doubleQuotedJson(text: string): string {
  // JSON may hold these as they are, YAML may not.
  return JSON.stringify(text).replace(/[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function plainText(value: Exclude<Json, string>): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '0' : String(value)
  if (value === null || typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? '[]' : '{}'
}

function stringText(text: string, style: Style, inFlow: boolean): string {
  const allowed = stringStyles(text)
  const plain = (inFlow ? allowed.flowPlain : allowed.plain) && !looksTyped(text) && !/^(?:<<|=)$|^[?~]/.test(text)
  if (plain && !style.quoteAll) return text
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

function indent(line: string, columns: number): string {
  return line === '' ? '' : ' '.repeat(columns) + line
}
