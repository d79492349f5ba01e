// Puts another value in the place of a node: on its line, in lines below its key, or back from those lines onto the line of the key.

import type { FieldPath } from '../lib/model/index.ts'
import type { Node } from '../lib/yaml/index.ts'
import { blockLines, type Emitter, flowText, inlineText, isFilled, scalarLines } from './emit.ts'
import { childrenOf, flowStyleOf } from './flow-style.ts'
import { startsLine } from './lines.ts'
import type { Place, Plan, Wanted } from './plan.ts'
import { columnOf, lineEndOf } from './style.ts'

/** Replaces the node by `want`. `outer` is the style of the flow collection around it. */
export function replaceValue(plan: Plan, place: Place, { want, outer }: Wanted): void {
  const { node, slot } = place
  const source = node.kind === 'alias' ? plan.document.target(node)?.node : node
  plan.drop(node)
  const emitter: Emitter = { style: plan.style, flow: flowStyleOf(plan.text, node, outer) }
  if (slot.flow || (isFilled(want) && isFlow(node))) {
    const text = flowText(want, emitter, source)
    replaceInline(plan, place, slot.bare ? `: ${text}` : gapBefore(plan, place, slot.flow ? emitter.flow.colonSpace : ' ') + text)
  } else if (isFilled(want)) replaceByBlock(plan, place, blockLines(want, emitter, source))
  else if (isBlock(node)) collapse(plan, place, want === null ? '' : ` ${inlineText(want, emitter)}`)
  else replaceByScalar(plan, place, scalarLines(want, emitter, source), inlineText(want, emitter))
}

/** Puts `text` behind the colon or dash, as it is. */
export function replaceText(plan: Plan, place: Place, text: string): void {
  plan.drop(place.node)
  if (isBlock(place.node) && !text.includes('\n')) {
    collapse(plan, place, text)
    return
  }
  // Lines of a collection bring the comment on the key's line along.
  const { node, slot, path } = place
  const [first = ''] = text.split(/\r?\n/, 1)
  const rest = plan.text.slice(node.end, lineEndOf(plan.text, node.end))
  const comment = COMMENT.exec(rest)?.[0] ?? ''
  const takesRest = isBlock(node) || (comment !== '' && first.length < text.length && first.endsWith(comment))
  const length = node.end - slot.after + (takesRest ? rest.length : 0)
  plan.edit({ offset: slot.after, length, text, path, part: 'value' })
}

/** A non-empty collection in flow style. */
function isFlow(node: Node): boolean {
  return (node.kind === 'map' || node.kind === 'seq') && node.flow && childrenOf(node).length > 0
}

function isBlock(node: Node): boolean {
  return (node.kind === 'map' || node.kind === 'seq') && !node.flow
}

function gapBefore(plan: Plan, { node, slot }: Place, usual: string): string {
  if (slot.kind === 'root' || (slot.flow && slot.kind === 'item')) return plan.text.slice(slot.after, node.start)
  const gap = plan.text.slice(slot.after, node.start)
  return gap === '' && node.end === node.start ? usual : gap === '' && !slot.flow ? ' ' : gap
}

function replaceInline(plan: Plan, { node, slot, path }: Place, text: string): void {
  // A comment behind the last line of a block collection goes with it.
  const end = isBlock(node) ? lineEndOf(plan.text, node.end) : node.end
  plan.edit({ offset: slot.after, length: end - slot.after, text, path, part: 'value' })
}

function replaceByScalar(plan: Plan, place: Place, lines: readonly string[], inline: string): void {
  const { node, slot } = place
  const gap = gapBefore(plan, place, ' ')
  const rest = plan.text.slice(node.end, lineEndOf(plan.text, node.end))
  const fits = lines.length > 1 && rest.trim() === '' && !gap.includes('\n') && slot.kind !== 'root'
  const { eol, step, dashWidth } = plan.style
  const pad = slot.column + (slot.kind === 'item' ? dashWidth : step)
  const text = fits ? indented(lines, pad).join(eol) : lines.length > 1 ? inline : (lines[0] ?? '')
  replaceInline(plan, place, gap + text)
}

function indented(lines: readonly string[], columns: number): string[] {
  const pad = ' '.repeat(columns)
  return lines.map((line, i) => (i === 0 || line === '' ? line : pad + line))
}

function replaceByBlock(plan: Plan, place: Place, lines: readonly string[]): void {
  const { node, slot } = place
  const { eol } = plan.style
  if (isBlock(node) || slot.kind === 'root') {
    replaceBlock(plan, place, lines)
    return
  }
  const gap = plan.text.slice(slot.after, node.start)
  if (slot.kind === 'item') {
    const rest = plan.text.slice(node.end, lineEndOf(plan.text, node.end))
    if (COMMENT.test(rest) && !gap.includes('\n')) {
      // The comment stays with the dash.
      if (node.end > slot.after) plan.edit({ offset: slot.after, length: node.end - slot.after, text: '', path: place.path, part: 'value' })
      insertLines(plan, {
        offset: lineEndOf(plan.text, node.end),
        lines,
        column: slot.column + plan.style.dashWidth,
        path: place.path,
        eol,
        first: node.end === slot.after,
      })
      return
    }
    const column = gap.includes('\n') ? columnOf(plan.text, node.start) : slot.column + plan.style.dashWidth
    const before = gap.includes('\n') ? gap : ' '.repeat(plan.style.dashWidth - 1)
    const [first = '', ...further] = lines
    replaceInline(plan, place, before + first)
    if (further.length > 0) insertLines(plan, { offset: lineEndOf(plan.text, node.end), lines: further, column, path: place.path, eol })
    return
  }
  const column = slot.column + (lines[0]?.startsWith('-') ? plan.style.seqIndent : plan.style.step)
  // A comment between the key and its value stays.
  const kept = gap.includes('#') ? gap.replace(/\s*$/, '') : ''
  if (node.end > slot.after) plan.edit({ offset: slot.after, length: node.end - slot.after, text: kept, path: place.path, part: 'value' })
  insertLines(plan, { offset: lineEndOf(plan.text, node.end), lines, column, path: place.path, eol, first: node.end === slot.after })
}

/** All lines of a block collection by others. */
function replaceBlock(plan: Plan, place: Place, lines: readonly string[]): void {
  const { node, slot } = place
  const isMap = !(lines[0] ?? '').startsWith('-')
  const there = columnOf(plan.text, node.content)
  // A list may stand under its key at the key's column, a mapping may not.
  const column = isMap && slot.kind === 'entry' && there <= slot.column ? slot.column + plan.style.step : there
  const text = indented(lines, column).join(plan.style.eol)
  const gap = plan.text.slice(slot.after, node.content)
  replaceInline(plan, place, (column === there ? gap : gap.replace(/ *$/, ' '.repeat(column))) + text)
}

interface Lines {
  readonly offset: number
  readonly lines: readonly string[]
  readonly column: number
  readonly path: FieldPath
  readonly eol: string
  readonly first?: boolean
}

function insertLines(plan: Plan, { offset, lines, column, path, eol, first }: Lines): void {
  const pad = ' '.repeat(column)
  const text = lines.map(line => eol + (line === '' ? '' : pad + line)).join('')
  plan.edit({ offset, length: 0, text, path, part: first === true ? 'value' : 'tail' })
}

/** From lines below the key to `text` on its line. A comment on the key's line stays; those between the lines go with them. */
function collapse(plan: Plan, place: Place, text: string): void {
  const { node, slot } = place
  if (slot.kind === 'root' || !startsLine(plan.text, node.content)) {
    replaceInline(plan, place, text === '' ? ' null' : text)
    return
  }
  const head = plan.text.slice(slot.after, lineEndOf(plan.text, node.start < node.content ? node.start : slot.after))
  replaceInline(plan, place, text + (COMMENT.exec(head)?.[0] ?? ''))
}

const COMMENT = /[ \t]+#[^\n]*$/
