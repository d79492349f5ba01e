// How a text is written: its indentation, quotes and line ends, counted over the nodes of the part that is edited.

import type { Node, ScalarNode } from '../lib/yaml/index.ts'
import { looksTyped, stringStyles } from '../lib/yaml/index.ts'

export interface Style {
  readonly eol: '\n' | '\r\n'
  /** Columns from a mapping's key to the keys of the mapping below it. */
  readonly step: number
  /** Columns from a mapping's key to the dashes of the list below it. */
  readonly seqIndent: number
  /** Columns from a dash to what stands behind it. */
  readonly dashWidth: number
  readonly quote: 'single' | 'double'
  /** Strings are quoted even where they need not be. */
  readonly quoteAll: boolean
  /** Multi-line strings may be written as literal blocks. */
  readonly literals: boolean
}

/** The column of `offset` on its line, from 0. */
export function columnOf(text: string, offset: number): number {
  const start = lineStartOf(text, offset)
  return offset - start - (text.charCodeAt(start) === BOM ? 1 : 0)
}

export function lineStartOf(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
}

/** Where the line of `offset` ends, before its line end. */
export function lineEndOf(text: string, offset: number): number {
  const end = text.indexOf('\n', offset)
  if (end < 0) return text.length
  return end > offset && text.charCodeAt(end - 1) === CR ? end - 1 : end
}

const BOM = 0xfeff
const CR = 13

/** Reads the habits of the nodes below `root`. What is not to be seen there is as kubectl prints it, with double quotes. */
export function styleOf(text: string, root: Node, literals = true): Style {
  const counts = {
    steps: new Map<number, number>(),
    seqIndents: new Map<number, number>(),
    dashWidths: new Map<number, number>(),
    single: 0,
    double: 0,
    plain: 0,
  }
  count(root, text, counts)
  const strings = counts.single + counts.double + counts.plain
  return theSame({
    eol: eolOf(text, root.start),
    step: commonest(counts.steps) ?? 2,
    seqIndent: commonest(counts.seqIndents) ?? 0,
    dashWidth: commonest(counts.dashWidths) ?? 2,
    quote: counts.single > counts.double ? 'single' : 'double',
    quoteAll: strings >= 5 && counts.plain * 5 < strings,
    literals,
  })
}

/** An empty element stands right behind its dash, as no other can. */
export function isBesideDash(text: string, dash: number, { start, end }: Node): boolean {
  return start > dash && end > start && !text.slice(dash, start).includes('\n')
}

const styles = new Map<string, Style>()
const MAX_STYLES = 64

/** One object for equal styles. */
function theSame(style: Style): Style {
  const key = JSON.stringify(style)
  const known = styles.get(key)
  if (known !== undefined) return known
  if (styles.size < MAX_STYLES) styles.set(key, style)
  return style
}

function eolOf(text: string, near: number): Style['eol'] {
  let end = text.indexOf('\n', near)
  if (end < 0) end = text.lastIndexOf('\n')
  return end > 0 && text.charCodeAt(end - 1) === CR ? '\r\n' : '\n'
}

interface Counts {
  readonly steps: Map<number, number>
  readonly seqIndents: Map<number, number>
  readonly dashWidths: Map<number, number>
  single: number
  double: number
  plain: number
}

function count(node: Node, text: string, counts: Counts): void {
  if (node.kind === 'scalar') countScalar(node, counts)
  else if (node.kind === 'map') {
    for (const { start, value } of node.entries) {
      if (!node.flow) countBelow(start, value, { text, counts })
      count(value, text, counts)
    }
  } else if (node.kind === 'seq') {
    for (const { start, value } of node.items) {
      if (!node.flow && (value.kind === 'map' || value.kind === 'scalar') && isBesideDash(text, start, value)) add(counts.dashWidths, value.start - start)
      count(value, text, counts)
    }
  }
}

function countBelow(start: number, value: Node, { text, counts }: { text: string; counts: Counts }): void {
  if ((value.kind !== 'map' && value.kind !== 'seq') || value.flow) return
  const columns = columnOf(text, value.content) - columnOf(text, start)
  if (columns >= 0) add(value.kind === 'map' ? counts.steps : counts.seqIndents, columns)
}

function countScalar(node: ScalarNode, counts: Counts): void {
  if (node.style === 'single') counts.single++
  else if (node.style === 'double') counts.double++
  else if (node.style === 'plain' && stringStyles(node.text).plain && !looksTyped(node.text)) counts.plain++
}

function add(counts: Map<number, number>, columns: number): void {
  counts.set(columns, (counts.get(columns) ?? 0) + 1)
}

function commonest(counts: ReadonlyMap<number, number>): number | undefined {
  let best: number | undefined
  for (const [columns, times] of counts) if (best === undefined || times > (counts.get(best) ?? 0)) best = columns
  return best
}
