// The nodes of a document with their offsets in the text. Each is created from the tape once, on first use.

import type { Json } from '../model/index.ts'
import type { Reading } from './reader.ts'
import { keyOfPlain, resolvePlain } from './scalar.ts'
import { taggedValue } from './tagged.ts'
import { ALIAS, BLOCK_MAP, BLOCK_SEQ, FLOW_MAP, FLOW_SEQ, PAIR, type Tape } from './tape.ts'

interface NodeBase {
  /** With its anchor and tag. */
  readonly start: number
  /** Behind its anchor and tag: the first character of the node proper. */
  readonly content: number
  /** Behind the last character; of a block scalar behind its last line of text, before the line end. */
  readonly end: number
  readonly anchor?: string
  /** With its prefix in place of its handle: `tag:yaml.org,2002:str`. */
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
  /** The entry of each key; the last one of duplicates, as it is the one that counts. */
  readonly byKey: ReadonlyMap<string, MapEntry>
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

/** Styles of scalars, by their kinds on the tape. */
export const STYLES: readonly ScalarStyle[] = ['plain', 'single', 'double', 'literal', 'folded', 'empty']

/** The nodes of a reading; `base` is added to offsets. */
export class Nodes {
  private readonly known = new Map<number, Node>()
  readonly tape: Tape
  private readonly text: string
  readonly base: number

  constructor({ tape, text }: Reading, base: number) {
    this.tape = tape
    this.text = text
    this.base = base
  }

  /** The node that was noted at `index`. */
  at(index: number): Node {
    let node = this.known.get(index)
    if (node === undefined) {
      node = this.build(index)
      this.known.set(index, node)
    }
    return node
  }

  private build(index: number): Node {
    const { tape, base } = this
    const kind = tape.kind(index)
    const content = base + tape.content(index)
    const properties = tape.propertiesOf(index)
    const places = {
      start: properties === undefined ? content : base + properties.start,
      content,
      end: base + tape.end(index),
      ...(properties?.anchor === undefined ? {} : { anchor: properties.anchor }),
      ...(properties?.tag === undefined ? {} : { tag: properties.tag.name }),
    }
    if (kind === BLOCK_MAP || kind === FLOW_MAP || kind === PAIR) return new TapeMap(this, index, places)
    if (kind === BLOCK_SEQ || kind === FLOW_SEQ) return new TapeSeq(this, index, places)
    if (kind === ALIAS) return { kind: 'alias', ...places, name: this.text.slice(tape.content(index) + 1, tape.end(index)) }
    return { kind: 'scalar', style: STYLES[kind] ?? 'plain', ...places, text: scalarText(tape, this.text, index) }
  }
}

/** The root node of a reading; undefined where it holds no document, or three dashes only. */
export function rootNode(reading: Reading): Node | undefined {
  return reading.tape.length === 0 ? undefined : new Nodes(reading, 0).at(0)
}

/** The decoded text of the scalar that was noted at `index`. */
export function scalarText(tape: Tape, source: string, index: number): string {
  const text = tape.text(index)
  if (text !== undefined) return text
  const quote = STYLES[tape.kind(index)] === 'single' || STYLES[tape.kind(index)] === 'double' ? 1 : 0
  return source.slice(tape.content(index) + quote, tape.end(index) - quote)
}

class TapeMap implements MapNode {
  readonly kind = 'map'
  readonly flow: boolean
  readonly pair: boolean
  readonly start: number
  readonly content: number
  readonly end: number
  declare readonly anchor?: string
  declare readonly tag?: string
  private readonly nodes: Nodes
  private readonly index: number
  private found: readonly MapEntry[] | undefined
  private keys: Map<string, MapEntry> | undefined

  constructor(nodes: Nodes, index: number, { start, content, end, anchor, tag }: NodeBase) {
    const kind = nodes.tape.kind(index)
    this.nodes = nodes
    this.index = index
    this.flow = kind !== BLOCK_MAP
    this.pair = kind === PAIR
    this.start = start
    this.content = content
    this.end = end
    if (anchor !== undefined) this.anchor = anchor
    if (tag !== undefined) this.tag = tag
  }

  get entries(): readonly MapEntry[] {
    this.found ??= this.find()
    return this.found
  }

  get byKey(): ReadonlyMap<string, MapEntry> {
    this.keys ??= new Map(this.entries.flatMap(entry => pairOf(entry)))
    return this.keys
  }

  private find(): MapEntry[] {
    const { nodes, index } = this
    const { tape, base } = nodes
    const entries: MapEntry[] = []
    const limit = tape.next(index)
    for (let key = tape.first(index); key < limit; ) {
      const value = tape.next(key)
      const colon = tape.lead(value)
      entries.push(new TapeEntry(nodes, { key, value }, base + tape.lead(key), colon < 0 ? -1 : base + colon))
      key = tape.next(value)
    }
    return entries
  }
}

/** An entry whose nodes are created on first use: most entries of a long mapping are only looked up by key. */
class TapeEntry implements MapEntry {
  readonly start: number
  readonly colon: number
  private readonly nodes: Nodes
  private readonly keyIndex: number
  private readonly valueIndex: number

  constructor(nodes: Nodes, { key, value }: { readonly key: number; readonly value: number }, start: number, colon: number) {
    this.nodes = nodes
    this.keyIndex = key
    this.valueIndex = value
    this.start = start
    this.colon = colon
  }

  get key(): Node {
    return this.nodes.at(this.keyIndex)
  }

  get value(): Node {
    return this.nodes.at(this.valueIndex)
  }
}

class TapeSeq implements SeqNode {
  readonly kind = 'seq'
  readonly flow: boolean
  readonly start: number
  readonly content: number
  readonly end: number
  declare readonly anchor?: string
  declare readonly tag?: string
  private readonly nodes: Nodes
  private readonly index: number
  private found: readonly SeqItem[] | undefined

  constructor(nodes: Nodes, index: number, { start, content, end, anchor, tag }: NodeBase) {
    this.nodes = nodes
    this.index = index
    this.flow = nodes.tape.kind(index) === FLOW_SEQ
    this.start = start
    this.content = content
    this.end = end
    if (anchor !== undefined) this.anchor = anchor
    if (tag !== undefined) this.tag = tag
  }

  get items(): readonly SeqItem[] {
    this.found ??= this.find()
    return this.found
  }

  private find(): SeqItem[] {
    const { nodes, index } = this
    const { tape, base } = nodes
    return tape.children(index).map(child => {
      const value = nodes.at(child)
      return { start: this.flow ? value.start : base + tape.lead(child), value }
    })
  }
}

/** The text of a scalar key as a map key; undefined for keys that Kubernetes refuses (null, lists, maps). */
export function keyOf(key: Node): string | undefined {
  if (key.kind !== 'scalar') return undefined
  if (key.tag === undefined) return key.style === 'plain' || key.style === 'empty' ? keyOfPlain(key.text) : key.text
  const value = taggedValue(key.tag, key.text)
  return typeof value === 'string' ? value : keyOfPlain(key.text)
}

/** Whether `key` is a merge key: plain `<<`, or one tagged `!!merge`, as kpt writes it. */
export function isMerge(key: Node): boolean {
  if (key.kind !== 'scalar' || key.text !== '<<') return false
  return key.tag === undefined ? key.style === 'plain' : key.tag === '!' || key.tag === 'tag:yaml.org,2002:merge'
}

/** The value of a scalar. */
export function scalarValue(node: ScalarNode): Json {
  if (node.tag !== undefined) return taggedValue(node.tag, node.text)
  return node.style === 'plain' || node.style === 'empty' ? resolvePlain(node.text) : node.text
}

/** The entry of `name`: the last one of duplicates, as it is the one that counts. */
export function entryOf(node: MapNode, name: string): MapEntry | undefined {
  return node.entries.length > MANY ? node.byKey.get(name) : node.entries.findLast(entry => keyOf(entry.key) === name)
}

/** Longer mappings are looked up by an index. */
const MANY = 32

function pairOf(entry: MapEntry): [string, MapEntry][] {
  const key = keyOf(entry.key)
  return key === undefined ? [] : [[key, entry]]
}
