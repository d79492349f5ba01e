// Reads the style of a flow collection, so that insertions into it look the same.

import type { MapNode, Node, SeqNode } from '../lib/yaml/index.ts'
import { type FlowStyle, ONE_LINE, oneLevelDeeper } from './emit.ts'
import { lineStartOf } from './style.ts'

/** The style of `node`. Properties that it does not show are those of `outer`, the enclosing collection. */
export function flowStyleOf(text: string, node: Node, outer?: FlowStyle): FlowStyle {
  const base = outer === undefined ? ONE_LINE : oneLevelDeeper(outer)
  if ((node.kind !== 'map' && node.kind !== 'seq') || !node.flow) return base
  const children = childrenOf(node)
  const [first, second] = children
  if (first === undefined) return base
  const gap = text.slice(node.content + 1, first.start)
  const separator = second === undefined ? undefined : text.slice(first.end, second.start)
  const commaSpace = separator === undefined ? undefined : /,\s*$/.test(separator) ? (separator.endsWith(',') ? '' : ' ') : ' '
  const colonSpace = colonSpaceOf(text, node) ?? (commaSpace === '' && outer === undefined ? '' : base.colonSpace)
  return {
    json: isJson(node) ?? base.json,
    padding: gap === '' ? '' : ' ',
    colonSpace,
    commaSpace: commaSpace ?? colonSpace,
    lines: gap.includes('\n') ? linesOf(text, node.content, first.start) : undefined,
  }
}

/** Start and end of the entries or elements. */
export function childrenOf(node: MapNode | SeqNode): { readonly start: number; readonly end: number }[] {
  if (node.kind === 'seq') return node.items.map(({ start, value }) => ({ start, end: value.end }))
  return node.entries.map(({ start, key, colon, value }) => ({ start, end: Math.max(key.end, colon + 1, value.end) }))
}

function linesOf(text: string, open: number, child: number): FlowStyle['lines'] {
  const indent = /^[ \t]*/.exec(text.slice(lineStartOf(text, open), open))?.[0] ?? ''
  const inner = text.slice(lineStartOf(text, child), child)
  const blank = /^[ \t]*$/.test(inner) && inner.startsWith(indent)
  return { indent, step: blank && inner.length > indent.length ? inner.slice(indent.length) : '  ' }
}

/** Undefined where nothing tells. */
function isJson(node: Node): boolean | undefined {
  if (node.kind === 'map') {
    const [first] = node.entries
    return first === undefined ? undefined : first.key.kind === 'scalar' && first.key.style === 'double'
  }
  if (node.kind !== 'seq') return undefined
  const texts = node.items.filter(({ value }) => value.kind === 'scalar').map(({ value }) => value.kind === 'scalar' && value.style === 'double')
  if (texts.length > 0) return texts.every(Boolean)
  const [first] = node.items
  return first === undefined ? undefined : isJson(first.value)
}

function colonSpaceOf(text: string, node: Node): string | undefined {
  if (node.kind === 'seq') {
    for (const { value } of node.items) if (value.kind === 'map' && value.flow) return colonSpaceOf(text, value)
    return undefined
  }
  if (node.kind !== 'map') return undefined
  const entry = node.entries.find(({ colon, value }) => colon >= 0 && value.end > value.start)
  return entry === undefined ? undefined : text.slice(entry.colon + 1, entry.value.start) === '' ? '' : ' '
}
