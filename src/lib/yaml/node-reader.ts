// The base class of the readers of block and flow style: adds nodes to the tape, and reads their values, anchors, aliases and keys.

import { get, isObject, type Json, type JsonObject, set } from '../model/index.ts'
import { Anchors, type Expansion } from './anchors.ts'
import { AMPERSAND } from './chars.ts'
import { type YamlError, yamlErrorAt } from './error.ts'
import { goSyntax } from './go-syntax.ts'
import { integerText, keyOfPlain, resolvePlain } from './scalar.ts'
import { coreTag, TagError, taggedValue } from './tagged.ts'
import { TagScanner } from './tags.ts'
import { ALIAS, EMPTY_SCALAR, PLAIN_SCALAR, type Properties, RECORD_LENGTH, Tape } from './tape.ts'

/** Maximum nesting of nodes. */
const MAX_DEPTH = 100

export interface DuplicateKey {
  readonly key: string
  /** Start of the later of the two keys. */
  readonly offset: number
}

/** The merge key `<<`. */
const MERGE = Symbol('<<')
/** A key that Kubernetes refuses: null, or an integer beyond 63 bits. */
const NO_KEY = Symbol('no key')
export type Key = string | typeof MERGE | typeof NO_KEY

export interface Entry {
  readonly key: Key
  /** Of the key. */
  readonly start: number
  readonly value: Json
  /** Of the value's record. */
  readonly index: number
}

/** Adds nodes to the tape, with their anchors, aliases and values. */
export class NodeReader extends TagScanner {
  readonly tape = new Tape()
  readonly anchors: Anchors
  readonly duplicates: DuplicateKey[] = []
  /** The first number that JSON has no text for. */
  infinite: number | undefined
  /** The anchor and tag of the node to come. */
  protected pending: Properties | undefined
  /** End of the node that was read last. */
  protected nodeEnd = 0
  /** Keys that mappings with a merge key have themselves. */
  private ownKeys: Map<JsonObject, Set<string>> | undefined
  /** Mappings with a key that JSON cannot represent. */
  private refused: Map<JsonObject, RefusedKey> | undefined
  private depth = 0

  constructor(text: string, expansion: Expansion) {
    super(text)
    this.anchors = new Anchors(expansion)
  }

  protected enter(): void {
    if (++this.depth > MAX_DEPTH) throw this.fail(`exceeded max depth of ${MAX_DEPTH}`)
  }

  protected leave(): void {
    this.depth--
  }

  /** Throws an error about the content of the text, not its syntax. */
  protected refuse(message: string, at: number): YamlError {
    return yamlErrorAt(message, this.text, at)
  }

  /** Notes the start of a collection, to which the anchor and tag read before belong. */
  protected open(kind: number, content: number, lead: number): number {
    const index = this.tape.add(kind, content, content, lead)
    const { pending } = this
    if (pending === undefined) return index
    this.pending = undefined
    this.tape.setProperties(index, pending)
    if (pending.anchor !== undefined) this.anchors.set(pending.anchor, { index, value: undefined, size: this.anchors.expanded })
    return index
  }

  protected close<T extends Json>(index: number, value: T, end: number): T {
    const { tape, anchors } = this
    tape.close(index, end)
    this.nodeEnd = end
    const anchor = tape.propertiesOf(index)?.anchor
    if (anchor !== undefined) anchors.complete(anchor, index, { value, nodes: (tape.length - index) / RECORD_LENGTH })
    return value
  }

  /** Notes the scalar that was scanned last. */
  private addScalar(lead: number): number {
    const index = this.tape.add(this.scalarKind, this.scalarStart, this.scalarEnd, lead)
    if (this.scalarIsDecoded) this.tape.setText(index, this.scalarText)
    this.nodeEnd = this.scalarEnd
    return index
  }

  /** The scalar that was scanned last, as a value. */
  protected scalar(lead: number): Json {
    const index = this.addScalar(lead)
    if (this.pending !== undefined) return this.finite(this.namedScalar(index, this.pending))
    return this.scalarKind === PLAIN_SCALAR ? this.finite(resolvePlain(this.scalarText)) : this.scalarText
  }

  private finite(value: Json): Json {
    if (typeof value === 'number' && !Number.isFinite(value)) this.infinite ??= value
    return value
  }

  /** A scalar with an anchor or a tag. */
  private namedScalar(index: number, properties: Properties): Json {
    const { anchor, tag } = properties
    this.pending = undefined
    this.tape.setProperties(index, properties)
    const isPlain = this.scalarKind === PLAIN_SCALAR || this.scalarKind === EMPTY_SCALAR
    const value = tag !== undefined ? this.tagged(tag.name, properties.start) : isPlain ? resolvePlain(this.scalarText) : this.scalarText
    if (anchor !== undefined) this.anchors.set(anchor, { index, value, size: 1 })
    return value
  }

  private tagged(tag: string, at: number): Json {
    try {
      return taggedValue(tag, this.scalarText)
    } catch (error) {
      if (error instanceof TagError) throw this.refuse(`yaml: ${error.message}`, at)
      throw error
    }
  }

  /** A node without a text; `at` is where it would stand. */
  protected empty(at: number, lead: number): Json {
    this.emptyScalar(at)
    const index = this.addScalar(lead)
    return this.pending === undefined ? null : this.namedScalar(index, this.pending)
  }

  /** As if a scalar without a text had been scanned. */
  protected emptyScalar(at: number): void {
    this.scalarKind = EMPTY_SCALAR
    this.scalarStart = this.scalarEnd = this.pending?.end ?? at
    this.scalarText = ''
    this.scalarIsDecoded = false
  }

  /** The scalar that was scanned last, as the key of an entry that starts at `start`. */
  protected key(start: number): Key {
    const { scalarKind, scalarText: text, pending } = this
    const index = this.addScalar(start)
    if (pending !== undefined) return this.namedKey(index, pending)
    if (scalarKind !== PLAIN_SCALAR) return scalarKind === EMPTY_SCALAR ? NO_KEY : text
    return text === '<<' ? MERGE : plainKey(text)
  }

  private namedKey(index: number, properties: Properties): Key {
    const { scalarKind, scalarText: text } = this
    const value = this.namedScalar(index, properties)
    const tag = properties.tag?.name
    if (text === '<<' && (tag === undefined ? scalarKind === PLAIN_SCALAR : tag === '!' || coreTag(tag) === 'merge')) return MERGE
    return typeof value === 'string' ? value : value === null ? NO_KEY : plainKey(text)
  }

  /** The alias that was scanned last, as a key. */
  protected aliasKey(start: number): Key {
    const index = this.tape.length
    const value = this.alias(start)
    const key = this.keyOfNode(index, value, start)
    return key === MERGE ? '<<' : key
  }

  /** The node that was noted at `index`, as a key. */
  protected keyOfNode(index: number, value: Json, start: number): Key {
    if (typeof value === 'object') {
      if (value === null) return NO_KEY
      throw this.invalidKey(value, start)
    }
    const { tape } = this
    const kind = tape.kind(index)
    if (kind === ALIAS) return this.keyOfNode(this.anchors.aliases.at(-1)?.anchor.index ?? index, value, start)
    const text = tape.text(index) ?? this.text.slice(tape.content(index), tape.end(index))
    if (text === '<<' && kind === PLAIN_SCALAR) return MERGE
    return typeof value === 'string' ? value : plainKey(text)
  }

  protected invalidKey(value: Json, start: number): YamlError {
    return this.refuse(`yaml: invalid map key: ${goSyntax(value)}`, start)
  }

  /** Scans the alias at the cursor, as a scalar whose text is its name. */
  protected scanAlias(): void {
    this.scalarKind = ALIAS
    this.scalarStart = this.at
    this.scalarText = this.anchorName()
    this.scalarEnd = this.at
    this.isUnusual = true
    this.keyAllowed = false
  }

  /** Target of the alias that was scanned last. */
  protected alias(lead: number): Json {
    const index = this.tape.add(ALIAS, this.scalarStart, this.scalarEnd, lead)
    this.nodeEnd = this.scalarEnd
    const found = this.anchors.follow(this.scalarText, index, index / RECORD_LENGTH + 2)
    if (typeof found === 'string') throw this.refuse(`yaml: ${found}`, this.scalarStart)
    return found.value ?? null
  }

  /** Adds the anchor or tag at the cursor to those of the next node. */
  protected property(code: number): void {
    const before = this.pending
    const start = before?.start ?? this.at
    const added = code === AMPERSAND ? { anchor: this.anchorName() } : { tag: this.tag() }
    this.isUnusual = true
    this.pending = { ...before, ...added, start, end: this.at }
    this.keyAllowed = false
  }

  /** Whether the next node already has a property that starts with `code`: an anchor or a tag. */
  protected isPending(code: number): boolean {
    return (code === AMPERSAND ? this.pending?.anchor : this.pending?.tag) !== undefined
  }

  /** Whether an entry can be set in a mapping as it is: no merge key, no duplicate. */
  protected isPlainEntry(object: JsonObject, key: Key): key is string {
    return typeof key === 'string' && object[key] === undefined && this.ownKeys === undefined
  }

  /** Adds an entry to a mapping; of duplicate keys the last counts. */
  protected put(object: JsonObject, entry: Entry): void {
    const { key, value } = entry
    if (typeof key !== 'string') this.putSpecial(object, entry)
    else {
      if (Object.hasOwn(object, key) || this.ownKeys !== undefined) this.noteKey(object, entry, key)
      set(object, key, value)
    }
  }

  private noteKey(object: JsonObject, { start }: Entry, key: string): void {
    const own = this.ownKeys?.get(object)
    if (own === undefined ? Object.hasOwn(object, key) : own.has(key)) {
      this.isUnusual = true
      this.duplicates.push({ key, offset: start })
    }
    own?.add(key)
  }

  private putSpecial(object: JsonObject, { key, value, start, index }: Entry): void {
    if (key !== MERGE) {
      this.refused ??= new Map()
      this.refused.set(object, { start, value })
      return
    }
    this.isUnusual = true
    this.ownKeys ??= new Map()
    if (!this.ownKeys.has(object)) this.ownKeys.set(object, new Set(Object.keys(object)))
    // The first of a list of maps wins, so it is put in last.
    const maps = Array.isArray(value) && this.tape.kind(index) !== ALIAS ? value.toReversed() : [value]
    for (const map of maps) this.merge(object, map, this.tape.content(index))
  }

  /** Throws if `value` contains a mapping with a key that JSON cannot represent. A duplicate key may have removed that mapping. */
  protected refuseKeysIn(value: Json): void {
    if (this.refused === undefined || typeof value !== 'object' || value === null) return
    const key = Array.isArray(value) ? undefined : this.refused.get(value)
    if (key !== undefined) throw this.refuse(refusedKey(this.text, key), key.start)
    for (const child of Object.values(value)) this.refuseKeysIn(child)
  }

  private merge(object: JsonObject, map: Json, at: number): void {
    if (!isObject(map)) throw this.refuse('yaml: map merge requires map or sequence of maps as the value', at)
    const keys = Object.keys(map)
    if (!this.anchors.expand(keys.length)) throw this.refuse('yaml: document contains excessive aliasing', at)
    for (const key of keys) set(object, key, get(map, key) ?? null)
    const key = this.refused?.get(map)
    if (key !== undefined) this.refused?.set(object, key)
  }
}

const LETTERS_FROM = 65
const MAX_INTEGER = 80

/** A key that JSON cannot represent, and its value. */
interface RefusedKey {
  readonly start: number
  readonly value: Json
}

function refusedKey(source: string, { start, value }: RefusedKey): string {
  const integer = integerText(/^[^\s:,{}[\]]*/.exec(source.slice(start, start + MAX_INTEGER))?.[0] ?? '')
  const key = integer === undefined ? '%!s(<nil>), key: <nil>' : `uint64, key: 0x${BigInt(integer).toString(16)}`
  return `unsupported map key of type: ${key}, value: ${value === null ? '<nil>' : goSyntax(value)}`
}

/** The text of a plain scalar as a key. */
function plainKey(text: string): Key {
  // Only short words, and what starts with a digit, sign or point, can be more than its text.
  if (text.length > 5 && text.charCodeAt(0) >= LETTERS_FROM) return text
  return keyOfPlain(text) ?? NO_KEY
}
