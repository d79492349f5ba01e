// A document as a tree of nodes with their places, made from js-yaml's events; values are in construct.ts.
//
// The events lack what an editor needs, so it is found in the text between them: ends of collections, dashes, colons,
// the quotes of a scalar, the header of a block scalar, the place of an empty scalar.

import type { Event, ScalarEvent } from 'js-yaml'
import { CHOMPING_MODE, COLLECTION_STYLE, EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml'
import { fromParser, placeOf, YamlError, yamlErrorAt } from './error.ts'

interface NodeBase {
  /** With its anchor and tag. */
  readonly start: number
  /** Behind its anchor and tag: the first character of the node proper. */
  readonly content: number
  /** Behind the last character; of a block scalar behind its last line of text, before the line end. */
  readonly end: number
  readonly anchor?: string
  readonly tag?: string
}

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded' | 'empty'

export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar'
  readonly style: ScalarStyle
  /** The decoded text, not yet read as a number or boolean. */
  readonly text: string
}

export interface AliasNode extends NodeBase {
  readonly kind: 'alias'
  readonly name: string
}

export interface MapEntry {
  /** Of the key, or of the `?` before it. */
  readonly start: number
  readonly key: Node
  /** Of the colon; -1 where the value has none. */
  readonly colon: number
  readonly value: Node
}

export interface MapNode extends NodeBase {
  readonly kind: 'map'
  readonly flow: boolean
  /** A pair in a flow sequence without braces: `[a: b]`. */
  readonly pair: boolean
  readonly entries: readonly MapEntry[]
}

export interface SeqItem {
  /** Of the dash; of the node itself in a flow sequence. */
  readonly start: number
  readonly value: Node
}

export interface SeqNode extends NodeBase {
  readonly kind: 'seq'
  readonly flow: boolean
  readonly items: readonly SeqItem[]
}

export type Node = ScalarNode | AliasNode | MapNode | SeqNode

/**
 * The root node of the one document in `text`, undefined where it holds none (comments only). Places are shifted by `base`.
 * Throws YamlError.
 */
export function parseNode(text: string, base = 0): Node | undefined {
  const blanked: number[] = []
  let source = text
  for (;;) {
    try {
      const events = parseEvents(source, {})
      if (events.length === 0) return undefined
      const root = new Builder(source, base, events).root()
      for (const at of blanked) if (isInScalar(root, base + at)) throw yamlErrorAt('yaml: deficient indentation', text, at)
      return root
    } catch (error) {
      const at = error instanceof YAMLException && error.reason === 'deficient indentation' ? (error.mark?.position ?? 0) : 0
      const lineEnd = source.lastIndexOf('\n', at - 1)
      if (lineEnd < 0 || blanked.length >= Math.min(MAX_BLANKED, MAX_READ / source.length)) throw fromParser(error, text, base)
      source = blankLineEnd(source, lineEnd)
      blanked.push(lineEnd)
    }
  }
}

// Go does not ask for indentation inside flow collections: `args: [\n"a"\n]`. js-yaml does, so the line end before such a line is made a space.
const MAX_BLANKED = 200
// The text is read again each time; so many characters take about a second.
const MAX_READ = 10_000_000

function blankLineEnd(text: string, lineEnd: number): string {
  const lineStart = text.lastIndexOf('\n', lineEnd - 1) + 1
  const line = text.slice(lineStart, lineEnd)
  const comment = line.search(/(?<=^|\s)#[^"']*$/)
  const kept = comment < 0 ? line.trimEnd() : line.slice(0, comment)
  return `${text.slice(0, lineStart)}${kept.padEnd(line.length + 1)}${text.slice(lineEnd + 1)}`
}

function isInScalar(node: Node, at: number): boolean {
  if (at < node.start || at >= node.end) return false
  if (node.kind === 'scalar') return true
  if (node.kind === 'alias') return false
  if (node.kind === 'seq') return node.items.some(item => isInScalar(item.value, at))
  return node.entries.some(({ key, value }) => isInScalar(key, at) || isInScalar(value, at))
}

function unpaired(text: string, base: number, at: number): YamlError {
  const { line, column } = placeOf(text, at)
  return new YamlError(`yaml: ${line > 1 ? `line ${line}: ` : ''}found invalid Unicode character escape code`, { offset: base + at, line, column })
}

// js-yaml is evaluated when the first text needs it: nothing of it may be asked for before.
function styleOf({ style, valueStart }: ScalarEvent): ScalarStyle {
  if (valueStart < 0) return 'empty'
  switch (style) {
    case SCALAR_STYLE.SINGLE_QUOTED:
      return 'single'
    case SCALAR_STYLE.DOUBLE_QUOTED:
      return 'double'
    case SCALAR_STYLE.LITERAL_BLOCK:
      return 'literal'
    case SCALAR_STYLE.FOLDED_BLOCK:
      return 'folded'
    default:
      return 'plain'
  }
}

interface Properties {
  start: number
  content: number
  anchor?: string
  tag?: string
}

class Builder {
  private readonly text: string
  private readonly base: number
  private readonly events: readonly Event[]
  private index = 1

  constructor(text: string, base: number, events: readonly Event[]) {
    this.text = text
    this.base = base
    this.events = events
  }

  root(): Node {
    const marker = /^---(?=[ \t\r\n]|$)/m.exec(this.text)
    return this.node(marker !== null && !/^[^#%\s\uFEFF]/m.test(this.text.slice(0, marker.index)) ? marker.index + 3 : 0)
  }

  /** The next node; `from` is a place, relative to the text, at or before it with only white space, comments and properties between. */
  private node(from: number): Node {
    const event = this.events[this.index++]
    switch (event?.type) {
      case EVENT_ID.SCALAR:
        return this.scalar(event, from)
      case EVENT_ID.ALIAS: {
        const start = this.base + event.anchorStart - 1
        return { kind: 'alias', start, content: start, end: this.base + event.anchorEnd, name: this.text.slice(event.anchorStart, event.anchorEnd) }
      }
      case EVENT_ID.SEQUENCE: {
        const { start, content, ...named } = this.properties(event, event.start)
        const flow = event.style === COLLECTION_STYLE.FLOW
        const items: SeqItem[] = []
        const end = flow ? this.flowItems(items, content + 1) : this.blockItems(items, content)
        return { kind: 'seq', flow, ...named, start: this.base + start, content: this.base + content, end: this.base + end, items }
      }
      case EVENT_ID.MAPPING: {
        const flow = event.style === COLLECTION_STYLE.FLOW
        const pair = flow && this.text.charCodeAt(event.start) !== LEFT_BRACE
        const { start, content, ...named } = this.properties(event, event.start)
        const entries: MapEntry[] = []
        const end = this.entries(entries, { flow, pair, from: flow && !pair ? content + 1 : content })
        return { kind: 'map', flow, pair, ...named, start: this.base + start, content: this.base + content, end: this.base + end, entries }
      }
      default:
        throw new Error('events of js-yaml out of order')
    }
  }

  private scalar(event: ScalarEvent, from: number): ScalarNode {
    const style = styleOf(event)
    const { content, end } = this.extent(event, style, from)
    const { start, content: behind, ...named } = this.properties(event, content)
    return { kind: 'scalar', style, ...named, start: this.base + start, content: this.base + behind, end: this.base + end, text: this.decode(event, style) }
  }

  private decode(event: ScalarEvent, style: ScalarStyle): string {
    const value = getScalarValue(this.text, event)
    // Half of a pair is no character: no file can hold it, and Go refuses its escape.
    if (!value.isWellFormed()) throw unpaired(this.text, this.base, event.valueStart)
    if (style !== 'literal' && style !== 'folded') return value
    // Where the text ends without a line end, Go reads none.
    const open = event.valueEnd === this.text.length && event.valueEnd > event.valueStart && !this.text.endsWith('\n')
    return open && value.endsWith('\n') && event.chomping !== CHOMPING_MODE.STRIP ? value.slice(0, -1) : value
  }

  private extent(event: ScalarEvent, style: ScalarStyle, from: number): { content: number; end: number } {
    const { valueStart, valueEnd } = event
    switch (style) {
      case 'empty': {
        const content = Math.max(from, event.anchorEnd, event.tagEnd)
        return { content, end: content }
      }
      case 'plain':
        return { content: valueStart, end: valueEnd }
      case 'single':
      case 'double':
        return { content: valueStart - 1, end: valueEnd + 1 }
      default: {
        const content = this.skip(Math.max(from, event.anchorEnd, event.tagEnd))
        const header = this.skipHeader(content)
        // Blank lines behind the text belong to it only where the header says "keep".
        const keep = this.text.slice(content, header).includes('+')
        let end = valueEnd
        if (keep) {
          if (this.text.charCodeAt(end - 1) === LF) end--
          if (this.text.charCodeAt(end - 1) === CR) end--
        } else while (end > valueStart && isSpace(this.text.charCodeAt(end - 1))) end--
        // Spaces at the end of the last line of text are text.
        if (!keep && end > valueStart) while (isBlank(this.text.charCodeAt(end))) end++
        return { content, end: Math.max(Math.min(end, valueEnd), header) }
      }
    }
  }

  private skipHeader(at: number): number {
    let end = at + 1
    while (/[-+0-9]/.test(this.text.charAt(end))) end++
    return end
  }

  private properties(event: { anchorStart: number; anchorEnd: number; tagStart: number; tagEnd: number }, content: number): Properties {
    const { anchorStart, anchorEnd, tagStart, tagEnd } = event
    const found: Properties = { start: content, content }
    if (anchorStart >= 0) {
      found.anchor = this.text.slice(anchorStart, anchorEnd)
      found.start = Math.min(found.start, anchorStart - 1)
    }
    if (tagStart >= 0) {
      found.tag = this.text.slice(tagStart, tagEnd)
      found.start = Math.min(found.start, tagStart)
    }
    return found
  }

  private flowItems(items: SeqItem[], from: number): number {
    let at = from
    while (!this.closed()) {
      const value = this.node(this.skip(at, COMMA))
      items.push({ start: value.start, value })
      at = value.end - this.base
    }
    return this.skip(at, COMMA) + 1
  }

  private blockItems(items: SeqItem[], from: number): number {
    let at = from
    while (!this.closed()) {
      const dash = this.skip(at)
      const value = this.node(dash + 1)
      items.push({ start: this.base + dash, value })
      at = value.end - this.base
    }
    return at
  }

  private entries(entries: MapEntry[], how: { flow: boolean; pair: boolean; from: number }): number {
    let at = how.from
    while (!this.closed()) {
      let start = this.skip(at, how.flow ? COMMA : undefined)
      const explicit = this.text.charCodeAt(start) === QUESTION && isSpace(this.text.charCodeAt(start + 1))
      const key = this.node(explicit ? start + 1 : start)
      if (!explicit) start = key.start - this.base
      const before = key.end - this.base
      const found = this.skip(before)
      const colon = this.text.charCodeAt(found) === COLON ? found : -1
      const value = this.node(colon < 0 ? before : colon + 1)
      entries.push({ start: this.base + start, key, colon: colon < 0 ? -1 : this.base + colon, value })
      at = value.end - this.base
    }
    return how.flow && !how.pair ? this.skip(at, COMMA) + 1 : at
  }

  private closed(): boolean {
    if (this.events[this.index]?.type !== EVENT_ID.POP) return false
    this.index++
    return true
  }

  /** The first character from `at` on that is not white space, a comment, or `also`. */
  private skip(at: number, also = 0): number {
    for (let i = at; ; i++) {
      const code = this.text.charCodeAt(i)
      if (code === HASH) {
        i = this.text.indexOf('\n', i)
        if (i < 0) return this.text.length
      } else if (!isSpace(code) && code !== BOM && (code !== also || also === 0)) return i
    }
  }
}

const LF = 10
const CR = 13
const HASH = 35
const COMMA = 44
const COLON = 58
const QUESTION = 63
const LEFT_BRACE = 123
const BOM = 0xfeff

function isBlank(code: number): boolean {
  return code === 32 || code === 9
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === LF || code === CR
}
