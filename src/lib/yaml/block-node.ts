// Nodes of a text that the fast reader has read: found line by line, and below a collection only when somebody looks there.
//
// They are those that node.ts gives; test/lib/yaml.test.ts holds the two against each other. What the fast reader does not accept never gets here.

import {
  COLON,
  COMMA,
  CR,
  DASH,
  DOT,
  DOUBLE,
  FastScanner,
  GREATER,
  HASH,
  LEFT_BRACE,
  LEFT_BRACKET,
  LF,
  PIPE,
  PLUS,
  RIGHT_BRACE,
  RIGHT_BRACKET,
  SINGLE,
  SPACE,
  TAB,
} from './fast-scanner.ts'
import { FlowMap, FlowSeq } from './flow-node.ts'
import { type MapEntry, type MapNode, type Node, parseNode, type ScalarNode, type ScalarStyle, type SeqItem, type SeqNode } from './node.ts'

/**
 * The root node of a text, undefined where it holds none. Places are shifted by `base`.
 * @param text one that `readFast` reads, with no flow collection over several lines
 */
export function blockNode(text: string, base: number): Node | undefined {
  return new BlockReader(text, base).root()
}

/** Where a block collection starts in its reader's text. */
interface Place {
  readonly reader: BlockReader
  readonly at: number
  readonly column: number
}

class BlockMap implements MapNode {
  readonly kind = 'map'
  readonly flow = false
  readonly pair = false
  readonly start: number
  readonly content: number
  private readonly place: Place
  private found: readonly MapEntry[] | undefined
  /** Where the next content behind it starts its line, once that is known. */
  limit: number | undefined

  constructor(place: Place) {
    this.place = place
    this.start = place.reader.base + place.at
    this.content = this.start
  }

  get entries(): readonly MapEntry[] {
    this.found ??= this.place.reader.entries(this.place)
    return this.found
  }

  get end(): number {
    return this.place.reader.endBefore(this.limit) ?? this.entries.at(-1)?.value.end ?? this.start
  }
}

class BlockSeq implements SeqNode {
  readonly kind = 'seq'
  readonly flow = false
  readonly start: number
  readonly content: number
  private readonly place: Place
  private found: readonly SeqItem[] | undefined
  /** Where the next content behind it starts its line, once that is known. */
  limit: number | undefined

  constructor(place: Place) {
    this.place = place
    this.start = place.reader.base + place.at
    this.content = this.start
  }

  get items(): readonly SeqItem[] {
    this.found ??= this.place.reader.items(this.place)
    return this.found
  }

  get end(): number {
    return this.place.reader.endBefore(this.limit) ?? this.items.at(-1)?.value.end ?? this.start
  }
}

class BlockReader extends FastScanner {
  readonly base: number

  constructor(text: string, base: number) {
    super(text)
    this.base = base
  }

  root(): Node | undefined {
    if (this.text.charCodeAt(0) === 0xfeff) this.at = 1
    this.nextLine(true)
    if (this.column < 0) return undefined
    const code = this.text.charCodeAt(this.at)
    // An element of a list that is looked at by itself: how far such a scalar is indented, depends on what is around it.
    if (code === PIPE || code === GREATER) return parseNode(this.text, this.base)
    return this.node(this.column, -1)
  }

  /** The node that starts at the current content. Where the cursor is afterwards depends on its kind. */
  private node(column: number, parent: number): Node {
    const { at, text } = this
    if (this.isDash()) return new BlockSeq({ reader: this, at, column })
    const code = text.charCodeAt(at)
    if (code === LEFT_BRACE || code === LEFT_BRACKET) return this.flow()
    if (code === PIPE || code === GREATER) return this.block(parent)
    const scalar = this.scalar(code)
    const behind = this.at
    while (text.charCodeAt(this.at) === SPACE) this.at++
    if (text.charCodeAt(this.at) === COLON && this.isSpaceAt(this.at + 1)) {
      this.at = at
      return new BlockMap({ reader: this, at, column })
    }
    this.at = behind
    return scalar
  }

  entries({ at, column }: Place): MapEntry[] {
    const { text, base } = this
    const entries: MapEntry[] = []
    this.at = at
    this.lineStart = at - column
    do {
      const start = base + this.at
      const key = this.scalar(text.charCodeAt(this.at))
      while (text.charCodeAt(this.at) === SPACE) this.at++
      const colon = base + this.at
      this.at++
      this.skipSpaces()
      entries.push({ start, key, colon, value: this.isLineOver() ? this.below(column, colon + 1) : this.behindKey(column) })
    } while (this.column === column)
    return entries
  }

  items({ at, column }: Place): SeqItem[] {
    const items: SeqItem[] = []
    this.at = at
    this.lineStart = at - column
    do {
      const dash = this.at
      this.at++
      this.skipSpaces()
      items.push({ start: this.base + dash, value: this.isLineOver() ? this.below(column, this.base + dash + 1, false) : this.behindDash(column) })
    } while (this.column === column && this.isDash())
    return items
  }

  private isLineOver(): boolean {
    const code = this.text.charCodeAt(this.at)
    return code === LF || code === CR || code === HASH || this.at >= this.text.length
  }

  private skipSpaces(): void {
    while (this.text.charCodeAt(this.at) === SPACE) this.at++
  }

  /** A value on the lines below its key or dash, or none; then on to the next content that is not of it. */
  private below(column: number, empty: number, dashes = true): Node {
    this.endLine()
    const isList = dashes && this.column === column && this.isDash()
    if (this.column <= column && !isList) return { kind: 'scalar', style: 'empty', start: empty, content: empty, end: empty, text: '' }
    const { at } = this
    return this.skipped(this.node(this.column, column), { at, column, isList })
  }

  private behindKey(column: number): Node {
    const code = this.text.charCodeAt(this.at)
    if (code === PIPE || code === GREATER) {
      const node = this.block(column)
      this.nextLine()
      return node
    }
    const node = code === LEFT_BRACE || code === LEFT_BRACKET ? this.flow() : this.scalar(code)
    this.endLine()
    return node
  }

  private behindDash(column: number): Node {
    const { at } = this
    return this.skipped(this.node(at - this.lineStart, column), { at, column, isList: false })
  }

  /** The node that starts at `at`, with the cursor behind it. */
  private skipped(node: Node, { at, column, isList }: { at: number; column: number; isList: boolean }): Node {
    this.at = at
    this.skipDeeper(column, isList)
    if (node instanceof BlockMap || node instanceof BlockSeq) node.limit = this.at < this.text.length ? this.lineStart : this.text.length
    return node
  }

  /** Where a collection ends behind which the line at `limit` is the next one; undefined where only its last child can tell. */
  endBefore(limit: number | undefined): number | undefined {
    if (limit === undefined) return undefined
    const { text } = this
    let end = limit
    while (text.charCodeAt(end - 1) === SPACE) end--
    if (text.charCodeAt(end - 1) !== LF) return undefined
    end--
    if (text.charCodeAt(end - 1) === CR) end--
    const last = text.charCodeAt(end - 1)
    // Blank lines and spaces may belong to a block scalar, and what follows a # to a comment.
    if (last === LF || last === SPACE || last === TAB || text.slice(text.lastIndexOf('\n', end - 1) + 1, end).includes('#')) return undefined
    return this.base + end
  }

  /** On to the first content that is not deeper than `column`; with `dashes`, over those that stand there. */
  private skipDeeper(column: number, dashes: boolean): void {
    const { text } = this
    for (;;) {
      const lineEnd = text.indexOf('\n', this.at)
      this.lineStart = lineEnd + 1
      let at = this.lineStart
      let code = text.charCodeAt(at)
      while (code === SPACE) code = text.charCodeAt(++at)
      this.at = at
      if (lineEnd < 0 || at >= text.length) {
        this.column = -1
        return
      }
      this.column = at - this.lineStart
      if (code === LF || code === CR || this.column > column || code === HASH) continue
      if (dashes && this.column === column && this.isDash()) continue
      if (this.column === 0 && (code === DASH || code === DOT) && this.isMarker()) this.column = -1
      return
    }
  }

  private scalar(code: number): ScalarNode {
    const from = this.at
    const style = code === DOUBLE ? 'double' : code === SINGLE ? 'single' : 'plain'
    if (style !== 'plain') {
      const text = this.quoted(code)
      return this.scalarNode(style, { from, end: this.at, text })
    }
    const text = this.plain()
    return this.scalarNode(style, { from, end: from + text.length, text })
  }

  private scalarNode(style: ScalarStyle, { from, end, text }: { from: number; end: number; text: string }): ScalarNode {
    const start = this.base + from
    return { kind: 'scalar', style, start, content: start, end: this.base + end, text }
  }

  /** A literal or folded block. Stops at the start of a line behind it. */
  private block(parent: number): ScalarNode {
    const { text, at: from } = this
    const chomping = text.charCodeAt(from + 1)
    const keep = chomping === PLUS
    const header = from + (keep || chomping === DASH ? 2 : 1)
    const decoded = this.blockScalar(parent)
    const next = this.column < 0 ? this.at : this.lineStart
    const headerEnd = text.indexOf('\n', header)
    const valueStart = headerEnd < 0 ? text.length : headerEnd + 1
    let end = this.blockEnd(valueStart, next, parent)
    this.at = end
    if (keep) {
      if (text.charCodeAt(end - 1) === LF) end--
      if (text.charCodeAt(end - 1) === CR) end--
    } else {
      const { length } = text.slice(valueStart, end).trimEnd()
      const last = valueStart + length
      const lineEnd = text.indexOf('\n', last)
      end = length === 0 ? valueStart : lineEnd < 0 ? end : text.charCodeAt(lineEnd - 1) === CR ? lineEnd - 1 : lineEnd
    }
    return this.scalarNode(text.charCodeAt(from) === PIPE ? 'literal' : 'folded', { from, end: Math.max(end, header), text: decoded })
  }

  /** Where the lines of a block scalar end: comments behind them that are less indented are none of it. */
  private blockEnd(valueStart: number, next: number, parent: number): number {
    const { text } = this
    let indent = -1
    for (let at = valueStart; at < next; ) {
      let content = at
      while (text.charCodeAt(content) === SPACE) content++
      const lineEnd = text.indexOf('\n', content)
      const code = text.charCodeAt(content)
      if (code !== LF && code !== CR && content < text.length) {
        const column = content - at
        if (column < (indent < 0 ? parent + 1 : indent)) return at
        if (indent < 0) indent = column
      }
      if (lineEnd < 0) return content < text.length ? text.length : at
      at = lineEnd + 1
    }
    return next
  }

  /** A flow collection on one line; what is in it is parsed when it is asked for. */
  private flow(): Node {
    const { text, base, at } = this
    this.at = this.flowEnd()
    const [start, end] = [base + at, base + this.at]
    let parsed: Node | undefined
    const inside = () => {
      parsed ??= parseNode(text.slice(at, end - base), start)
      return parsed
    }
    if (text.charCodeAt(at) === LEFT_BRACE) return new FlowMap({ start, end }, inside)
    return new FlowSeq({ start, end }, inside)
  }

  private flowEnd(): number {
    const { text } = this
    let depth = 0
    let fresh = true
    for (;;) {
      const code = text.charCodeAt(this.at)
      if (fresh && (code === DOUBLE || code === SINGLE)) {
        this.quoted(code)
        fresh = false
        continue
      }
      this.at++
      if (code === LEFT_BRACE || code === LEFT_BRACKET) depth++
      else if (code === RIGHT_BRACE || code === RIGHT_BRACKET) {
        if (--depth === 0) return this.at
      } else if (code !== COMMA && code !== COLON && code !== SPACE) {
        if (this.at > text.length) throw new Error('a flow collection that the fast reader has read is not closed')
        fresh = false
        continue
      }
      fresh = code === SPACE ? fresh : true
    }
  }
}
