// Replaces a node by another value: on its line, in lines below its key, or from those lines back to the line of the key.

import type { Json } from '../lib/model/index.ts'
import type { Node } from '../lib/yaml/index.ts'
import { blockText, type Emitter, flowText, inlineText, isFilled, scalarText } from './emit.ts'
import { childrenOf, flowStyleOf } from './flow-style.ts'
import { startsLine } from './lines.ts'
import type { Plan, Target, Wanted } from './plan.ts'
import { columnOf, lineEndOf } from './style.ts'

/** Replaces the node by `want`. `outer` is the style of the flow collection around it. */
export function replaceValue(plan: Plan, target: Target, { want, outer }: Wanted): void {
  const { node, slot } = target
  const source = node.kind === 'alias' ? plan.document.target(node)?.node : node
  plan.drop(node)
  const emitter: Emitter = { style: plan.style, flow: flowStyleOf(plan.text, node, outer) }
  if (slot.bare && !slot.flow) fillBareKey(plan, target, want, { emitter, source })
  else if (slot.flow || (isFilled(want) && isFlow(node))) {
    const text = flowText(want, emitter, source)
    replaceInline(plan, target, slot.bare ? `: ${text}` : gapBefore(plan, target, slot.flow ? emitter.flow.colonSpace : ' ') + text)
  } else if (isFilled(want)) {
    const block = (column: number) => blockText(want, { ...emitter, column }, source)
    replaceByBlock(plan, target, { block, columns: Array.isArray(want) ? plan.style.seqIndent : plan.style.step })
  } else if (isBlock(node)) collapse(plan, target, want === null ? '' : ` ${inlineText(want, emitter)}`)
  else replaceByScalar(plan, target, want, { emitter, source })
}

/** Writes `text` unchanged behind the colon or dash. */
export function replaceText(plan: Plan, target: Target, text: string): void {
  plan.drop(target.node)
  if (isBlock(target.node) && !text.includes('\n')) {
    collapse(plan, target, text)
    return
  }
  // Lines of a collection bring the comment on the key's line along.
  const { node, slot, path } = target
  const [first = ''] = text.split(/\r?\n/, 1)
  const rest = plan.text.slice(node.end, lineEndOf(plan.text, node.end))
  const comment = COMMENT.exec(rest)?.[0] ?? ''
  const takesRest = isBlock(node) || (comment !== '' && first.length < text.length && first.endsWith(comment))
  const length = node.end - slot.after + (takesRest ? rest.length : 0)
  plan.edit({ offset: slot.after, length, text, path, part: 'value' })
}

/** Puts a colon and the value below a key of a block mapping that is written `? key`, with nothing behind it. */
function fillBareKey(plan: Plan, { slot, path }: Target, want: Json, { emitter, source }: { emitter: Emitter; source: Node | undefined }): void {
  const column = slot.column + plan.style.step
  const { eol } = plan.style
  const value = isFilled(want) ? `${eol}${' '.repeat(column)}${blockText(want, { ...emitter, column }, source)}` : ` ${inlineText(want, emitter)}`
  const text = `${eol}${' '.repeat(slot.column)}:${value}`
  plan.edit({ offset: lineEndOf(plan.text, slot.after), length: 0, text, path, part: 'bare' })
}

/** Removes the value and the colon, and keeps the key; in block style with the rest of its line. */
export function removeValue(plan: Plan, { node, slot, path }: Target): void {
  const keyEnd = slot.keyEnd ?? slot.after
  const offset = slot.flow ? keyEnd : lineEndOf(plan.text, keyEnd)
  if (offset > node.end) return
  plan.drop(node)
  plan.edit({ offset, length: node.end - offset, text: '', path, part: 'value' })
}

/** A non-empty collection in flow style. */
function isFlow(node: Node): boolean {
  return (node.kind === 'map' || node.kind === 'seq') && node.flow && childrenOf(node).length > 0
}

function isBlock(node: Node): boolean {
  return (node.kind === 'map' || node.kind === 'seq') && !node.flow
}

function gapBefore(plan: Plan, { node, slot }: Target, usual: string): string {
  if (slot.kind === 'root' || (slot.flow && slot.kind === 'item')) return plan.text.slice(slot.after, node.start)
  const gap = plan.text.slice(slot.after, node.start)
  return gap === '' && node.end === node.start ? usual : gap === '' && !slot.flow ? ' ' : gap
}

function replaceInline(plan: Plan, { node, slot, path }: Target, text: string): void {
  // A comment behind the last line of a block collection goes with it.
  const end = isBlock(node) ? lineEndOf(plan.text, node.end) : node.end
  plan.edit({ offset: slot.after, length: end - slot.after, text, path, part: slot.flow && slot.bare ? 'bare' : 'value' })
}

function replaceByScalar(plan: Plan, target: Target, want: Json, { emitter, source }: { emitter: Emitter; source: Node | undefined }): void {
  const { node, slot } = target
  const gap = gapBefore(plan, target, ' ')
  const text = scalarText(want, { ...emitter, column: slot.column + (slot.kind === 'item' ? plan.style.dashWidth : plan.style.step) }, source)
  // A literal block needs the rest of the line, and a key or dash to hang on.
  const fits = !text.includes('\n') || (!gap.includes('\n') && slot.kind !== 'root' && restOfLine(plan, node).trim() === '')
  replaceInline(plan, target, gap + (fits ? text : inlineText(want, emitter)))
}

function restOfLine(plan: Plan, node: Node): string {
  return plan.text.slice(node.end, lineEndOf(plan.text, node.end))
}

interface Block {
  /** The lines for a column, the first one without indentation. */
  readonly block: (column: number) => string
  /** Indentation below a key. */
  readonly columns: number
}

function replaceByBlock(plan: Plan, target: Target, { block, columns }: Block): void {
  const { node, slot, path } = target
  const gap = plan.text.slice(slot.after, node.start)
  const inItem = slot.column + plan.style.dashWidth
  if (isBlock(node) || slot.kind === 'root') replaceBlock(plan, target, { block, columns })
  else if (slot.kind === 'item' && gap.includes('\n')) replaceInline(plan, target, gap + block(columnOf(plan.text, node.start)))
  else if (slot.kind === 'item' && !COMMENT.test(restOfLine(plan, node))) {
    // With the blanks behind it, which else would stand at the end of another line.
    const length = lineEndOf(plan.text, node.end) - slot.after
    plan.edit({ offset: slot.after, length, text: ' '.repeat(plan.style.dashWidth - 1) + block(inItem), path, part: 'value' })
  } else {
    const column = slot.kind === 'item' ? inItem : slot.column + columns
    // A comment between the key and its value stays, and so does one behind the value.
    const kept = gap.includes('#') ? gap.replace(/\s*$/, '') : ''
    const text = plan.style.eol + ' '.repeat(column) + block(column)
    const isEmpty = node.end === slot.after
    if (!isEmpty) plan.edit({ offset: slot.after, length: node.end - slot.after, text: kept, path, part: 'value' })
    plan.edit({ offset: lineEndOf(plan.text, node.end), length: 0, text, path, part: isEmpty ? 'value' : 'tail' })
  }
}

/** Replaces all lines of a block collection. */
function replaceBlock(plan: Plan, target: Target, { block, columns }: Block): void {
  const { node, slot } = target
  const there = columnOf(plan.text, node.content)
  // A list may stand under its key at the key's column, a mapping may not.
  const column = slot.kind === 'entry' && there <= slot.column ? slot.column + columns : there
  const gap = plan.text.slice(slot.after, node.content)
  replaceInline(plan, target, (column === there ? gap : gap.replace(/ *$/, ' '.repeat(column))) + block(column))
}

/** Replaces the lines below the key by `text` on the key's line. A comment on the key's line stays; comments between the lines are removed. */
function collapse(plan: Plan, target: Target, text: string): void {
  const { node, slot } = target
  if (slot.kind === 'root' || !startsLine(plan.text, node.content)) {
    replaceInline(plan, target, text === '' ? ' null' : text)
    return
  }
  const head = plan.text.slice(slot.after, lineEndOf(plan.text, node.start < node.content ? node.start : slot.after))
  // Blanks at the end of the key's line stay, too.
  replaceInline(plan, target, text + (COMMENT.exec(head) ?? /[ \t]+$/.exec(head) ?? [''])[0])
}

const COMMENT = /[ \t]+#[^\n]*$/
