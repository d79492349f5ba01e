// Reads block style: mappings and lists by indentation, with all nodes in them.

import type { Json, JsonObject } from '../model/index.ts'
import { BlockScanner, notAllowed } from './block-scanner.ts'
import { AMPERSAND, ASTERISK, BANG, COLON, DASH, DOUBLE, GREATER, LEFT_BRACE, LEFT_BRACKET, PIPE, QUESTION, SINGLE } from './chars.ts'
import type { Key } from './node-reader.ts'
import { ALIAS, BLOCK_MAP, BLOCK_SEQ, type Properties } from './tape.ts'

const NO_KEY_HERE = 'did not find expected key'

/** Reads block collections. */
export class BlockReader extends BlockScanner {
  /** Start of a possible key after a node that has only an anchor or a tag. */
  protected keyStart = NOWHERE

  /**
   * The node at the cursor, in a block collection at column `parent`. Goes on to the token behind it.
   * @param lead its colon or dash
   */
  protected node(parent: number, lead: number): Json {
    this.enter()
    const value = this.content(parent, lead)
    this.leave()
    return value
  }

  /** As `node`; `key` is the first key of a mapping that may start here, where it has an anchor or a tag. */
  private content(parent: number, lead: number, key?: NamedKey): Json {
    const { text, at, keyAllowed, lineStart } = this
    const code = text.charCodeAt(at)
    switch (code) {
      case AMPERSAND:
      case BANG:
        return key === undefined ? this.named(parent, lead) : this.empty(at, lead)
      case DASH:
      case QUESTION:
      case COLON:
        if (!this.isIndicator(at)) break
        if (key !== undefined && code === COLON) return this.emptyFirstKey(lead, key)
        return this.indicated(code, { parent, lead })
      case LEFT_BRACE:
      case LEFT_BRACKET:
        return this.flowNode(parent, lead, key)
      case PIPE:
      case GREATER: {
        if (key?.second !== undefined) return this.emptyBefore(key, key.second, lead)
        this.pending = joined(key?.outer, this.pending)
        this.blockScalar(parent)
        const value = this.scalar(lead)
        this.next()
        return value
      }
      default:
    }
    if (this.pending !== undefined && ',]}'.includes(text.charAt(at))) return this.emptyAt(at, lead, key)
    this.scanOne(code, parent)
    const start = key === undefined ? (keyAllowed ? at : NOWHERE) : key.start
    if (start !== NOWHERE && this.lineStart === lineStart && this.isColon(start)) {
      if (this.scalarKind === ALIAS && key !== undefined && this.pending !== undefined) throw this.fail(NO_KEY_HERE, at, 'parser')
      return this.map(lead, key ?? { start, column: start - lineStart, outer: this.takePending() })
    }
    // Behind an anchor or a tag an alias is not a node.
    if (this.scalarKind === ALIAS && (this.pending ?? key?.outer) !== undefined) {
      this.keyStart = start
      return this.emptyAt(at, lead, key)
    }
    if (key !== undefined) {
      if (key.second !== undefined) return this.emptyBefore(key, key.second, lead)
      this.pending = joined(key.outer, this.pending)
    }
    const value = this.scalarKind === ALIAS ? this.alias(lead) : this.scalar(lead)
    this.next()
    return value
  }

  /** An empty node before a second anchor or tag, at which the cursor stops. */
  private emptyBefore(key: NamedKey, { at, before }: Second, lead: number): Json {
    this.keyStart = key.start
    this.at = at
    this.lineStart = key.start - key.column
    this.column = at - this.lineStart
    this.keyAllowed = at === key.start
    this.pending = before
    return this.empty(at, lead)
  }

  /** An empty node before the token at `at`, at which the cursor stops. */
  private emptyAt(at: number, lead: number, key: NamedKey | undefined): Json {
    if (key?.second !== undefined) return this.emptyBefore(key, key.second, lead)
    this.pending = joined(key?.outer, this.pending)
    this.at = at
    return this.empty(at, lead)
  }

  /** Collection that a dash, a question mark or a colon starts. */
  private indicated(code: number, { parent, lead }: { parent: number; lead: number }): Json {
    const { at, column } = this
    if (!this.keyAllowed) throw this.fail(notAllowed(code))
    if (code === DASH) return this.sequence(column, { parent, lead })
    if (code === COLON) throw this.fail(NO_KEY_HERE, at, 'parser')
    return this.map(lead, { start: at, column, outer: this.takePending() })
  }

  private takePending(): Properties | undefined {
    const { pending } = this
    this.pending = undefined
    return pending
  }

  /** A mapping whose first key is only an anchor or a tag. */
  private emptyFirstKey(lead: number, key: NamedKey): Json {
    this.emptyScalar(this.at)
    return this.map(lead, key)
  }

  private flowNode(parent: number, lead: number, key: NamedKey | undefined): Json {
    const { at, lineStart, keyAllowed } = this
    if (key?.second !== undefined) return this.emptyBefore(key, key.second, lead)
    this.blockColumn = parent
    this.pending = joined(key?.outer, this.pending)
    const value = this.flow(lead)
    if ((keyAllowed || key !== undefined) && this.canBeKey && this.lineStart === lineStart && this.isColon(at)) throw this.invalidKey(value, key?.start ?? at)
    this.next()
    return value
  }

  /** A list whose dashes stand at `column`; those of a list below a key may stand at the column of the key. */
  private sequence(column: number, { parent, lead }: { parent: number; lead: number }): Json[] {
    const list: Json[] = []
    const index = this.open(BLOCK_SEQ, this.at, lead)
    do {
      const dash = this.at
      if (!this.keyAllowed) throw this.fail(notAllowed(DASH))
      this.at++
      this.keyAllowed = true
      this.next()
      list.push(this.isBelow(column) ? this.node(column, dash) : this.empty(dash + 1, dash))
    } while (this.column === column && this.isDash())
    if (this.column > column || (this.column === column && column > parent)) throw this.noDash(column)
    return this.close(index, list, this.nodeEnd)
  }

  private noDash(column: number): Error {
    const error = this.unexpected("did not find expected '-' indicator")
    // A node at the column of a list must be a key.
    if (this.column === column) this.nextKey(column)
    return error
  }

  /** A mapping. Its first key has been scanned, up to its colon, or starts with a question mark. */
  private map(lead: number, first: NamedKey): JsonObject {
    const { column } = first
    const object: JsonObject = {}
    const own = this.takePending()
    this.pending = first.outer
    const index = this.open(BLOCK_MAP, first.start, lead)
    this.pending = own
    let { start } = first
    let key = this.isExplicit(start) ? this.nextKey(column) : this.scannedKey(start)
    for (;;) {
      const valueIndex = this.tape.length
      const value = this.entryValue(column, start)
      if (this.isPlainEntry(object, key)) object[key] = value
      else this.put(object, { key, start, value, index: valueIndex })
      if (this.column !== column) break
      start = this.at
      key = this.nextKey(column)
    }
    if (this.column > column) throw this.unexpected(NO_KEY_HERE)
    return this.close(index, object, this.nodeEnd)
  }

  private scannedKey(start: number): Key {
    return this.scalarKind === ALIAS ? this.aliasKey(start) : this.key(start)
  }

  /** The value behind the key of an entry that starts at `start`. The cursor is at its colon; an explicit key may have none. */
  private entryValue(column: number, start: number): Json {
    const { at: colon, text } = this
    const isExplicit = this.isExplicit(start)
    if (isExplicit && !(this.column === column && text.charCodeAt(colon) === COLON && this.isIndicator(colon))) return this.empty(this.nodeEnd, -1)
    if (isExplicit && !this.keyAllowed) throw this.fail(notAllowed(COLON))
    this.at++
    this.keyAllowed = isExplicit
    this.next()
    if (this.isBelow(column)) return this.node(column, colon)
    if (this.column === column && this.isDash()) return this.sequence(column, { parent: column, lead: colon })
    return this.empty(colon + 1, colon)
  }

  /** The key at the cursor. Stops at its colon, or behind an explicit one. */
  private nextKey(column: number): Key {
    const { text, at: start, lineStart } = this
    let code = text.charCodeAt(start)
    if (!this.keyAllowed) throw this.unexpected(notAllowed(COLON))
    if (this.isExplicit(start)) return this.explicitKey(column)
    while ((code === AMPERSAND || code === BANG) && this.lineStart === lineStart && !this.isPending(code)) {
      this.property(code)
      this.next()
      code = text.charCodeAt(this.at)
    }
    if (code === LEFT_BRACE || code === LEFT_BRACKET) {
      this.blockColumn = column
      throw this.invalidKey(this.flow(start), start)
    }
    if (code === COLON && this.pending !== undefined && this.isIndicator(this.at)) this.emptyScalar(this.at)
    else if (code === DOUBLE || code === SINGLE || code === ASTERISK || this.startsPlain(code)) this.scanOne(code, column)
    else throw this.unexpected(NO_KEY_HERE)
    if (this.scalarKind === ALIAS && this.pending !== undefined) throw this.unexpected(NO_KEY_HERE)
    if (this.lineStart !== lineStart || !this.isColon(start)) throw this.noColon()
    return this.scannedKey(start)
  }

  /** The key behind the question mark at the cursor. */
  private explicitKey(column: number): Key {
    const start = this.at++
    this.isUnusual = true
    this.keyAllowed = true
    this.next()
    if (this.isBelow(column)) {
      const index = this.tape.length
      const value = this.node(column, start)
      return this.keyOfNode(index, value, start)
    }
    if (this.column === column && this.isDash()) throw this.invalidKey(this.sequence(column, { parent: column, lead: start }), start)
    this.emptyScalar(start + 1)
    return this.key(start)
  }

  /** A node with an anchor or a tag, which may also belong to the first key of a mapping on the same line. */
  private named(parent: number, lead: number): Json {
    const { text } = this
    let outer: Properties | undefined
    let start = NOWHERE
    let column = 0
    let second: Second | undefined
    for (let code = text.charCodeAt(this.at); this.column > parent && (code === AMPERSAND || code === BANG); code = text.charCodeAt(this.at)) {
      if (this.keyAllowed) {
        if (second !== undefined) break
        outer = joined(outer, this.takePending())
        start = this.at
        column = this.column
      }
      if (this.isPending(code)) {
        if (second !== undefined) return this.emptyBefore({ start, column, outer }, second, lead)
        this.keyStart = start
        this.pending = joined(outer, this.pending)
        return this.empty(this.at, lead)
      }
      if ((code === AMPERSAND ? outer?.anchor : outer?.tag) !== undefined) second ??= { at: this.at, before: joined(outer, this.pending) }
      this.property(code)
      this.next()
    }
    const isOnLine = this.column > parent && !this.keyAllowed
    const key = { start, column, outer, second }
    if (isOnLine && start !== NOWHERE) return this.content(parent, lead, key)
    if (second !== undefined) return this.emptyBefore(key, second, lead)
    this.pending = joined(outer, this.pending)
    if (this.isBelow(parent)) return this.content(parent, lead)
    const isInMap = lead >= 0 && text.charCodeAt(lead) !== DASH
    if (isInMap && this.column === parent && this.isDash()) return this.sequence(parent, { parent, lead })
    return this.empty(this.at, lead)
  }
}

export const NOWHERE = -1

/** Start of the first key of a mapping, which may have an anchor and a tag, and those of the mapping. */
interface NamedKey {
  readonly start: number
  readonly column: number
  readonly outer: Properties | undefined
  readonly second?: Second | undefined
}

/** An anchor or tag on the line of what may be a key, where the node has one on an earlier line: without a key, the node ends before it. */
interface Second {
  readonly at: number
  readonly before: Properties | undefined
}

function joined(outer: Properties | undefined, inner: Properties | undefined): Properties | undefined {
  return outer === undefined || inner === undefined ? (outer ?? inner) : { ...outer, ...inner, start: outer.start }
}
