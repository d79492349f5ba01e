// Reads the plain part of YAML that nearly all manifests and rendered templates are written in, many times faster than a full parser.
//
// It either gives exactly what node.ts and construct.ts give, or gives up: anchors, aliases, tags, quoted and plain scalars over several lines, most folded ones, comments
// in flow collections, duplicate keys and every error are left to them. test/lib/yaml.test.ts holds the two against each other.

import type { Json, JsonObject } from '../model/index.ts'
import { type Chunks, MAX_CHUNK_LENGTH, partOf } from './chunks.ts'
import { FlowReader, MAX_DEPTH } from './fast-flow.ts'
import { plainKey } from './fast-plain.ts'
import { COLON, CR, DASH, DOUBLE, GIVE_UP, GREATER, HASH, LEFT_BRACE, LEFT_BRACKET, LF, PIPE, SINGLE, SPACE, TAB } from './fast-scanner.ts'
import { addHabits, countColumns, countQuoted, DASH_WIDTHS, type Habits, type HabitsSeen, habitsSince, noHabits, SEQ_INDENTS, STEPS } from './habits.ts'

export interface FastDocument {
  readonly value: Json
  /** Offsets of the dashes of the block sequence under the root key `items`, and behind them its end; undefined where there is none. */
  readonly items: readonly number[] | undefined
  /** Where flow collections go on to another line. */
  readonly wraps: readonly number[]
  /** Where there are no `items`. */
  readonly habits: Habits
  /** Of each of the `items`; undefined for one that was left to the full parser. */
  readonly itemHabits: readonly (HabitsSeen | undefined)[]
}

/** The value of the element of `items` between two offsets, read by the full parser; undefined where that cannot be had from the element alone. */
export type ReadItem = (dash: number, end: number) => Json | undefined

/**
 * The first document of `text`; undefined where the full parser has to look at it. With `chunks`, parts of the value may be shared with other texts'.
 * With `readItem`, single elements of the root's `items` are left to the full parser.
 */
export function readFast(text: string, chunks?: Chunks, readItem?: ReadItem): FastDocument | undefined {
  if (text.includes('\0') || (text.includes('\r') && /\r(?!\n)/.test(text))) return undefined
  const reader = new FastReader(text, chunks, readItem)
  try {
    const value = reader.document()
    return { value, items: reader.items, wraps: reader.wraps, habits: reader.habits, itemHabits: reader.itemHabits }
  } catch (error) {
    if (error === GIVE_UP) return undefined
    throw error
  }
}

type RootList = 'items' | 'results'

class FastReader extends FlowReader {
  items: readonly number[] | undefined
  readonly itemHabits: (HabitsSeen | undefined)[] = []
  /** Used again for each element of a list of a ResourceList: the counts before it, and of what nobody asks for. */
  private readonly before = noHabits()
  private readonly dashes = noHabits()
  private readonly chunks: Chunks | undefined
  private readonly readItem: ReadItem | undefined

  constructor(text: string, chunks: Chunks | undefined, readItem: ReadItem | undefined) {
    super(text)
    this.chunks = chunks
    this.readItem = readItem
  }

  document(): Json {
    if (this.text.charCodeAt(0) === 0xfeff) this.at = 1
    this.nextLine(true)
    if (this.column < 0) return null
    if (this.text.charCodeAt(this.at) === 37) throw GIVE_UP
    const value = this.block(-1)
    if (this.column >= 0) throw GIVE_UP
    return value
  }

  /** The node that starts at the current content; its parent's column is `parent`. */
  private block(parent: number): Json {
    const chunks = this.chunks
    const end = chunks === undefined ? -1 : this.chunkEnd(parent)
    if (chunks === undefined || end < 0) return this.newBlock(parent)
    const part = partOf({ text: this.text, start: this.at, end, column: this.column })
    const known = chunks.get(part)
    if (known !== undefined) {
      addHabits(this.habits, known.habits)
      this.at = end
      this.nextLine()
      return known.value
    }
    const wraps = this.wraps.length
    const before = chunks.isWanted(part) ? [...this.habits] : undefined
    const value = this.newBlock(parent)
    const isWhole = this.column < 0 ? end === this.text.length : this.lineStart === end
    if (before === undefined || !isWhole || this.wraps.length > wraps) return value
    return chunks.set(part, { value, habits: habitsSince(before, this.habits) })
  }

  /** Where the line starts that follows a node of several lines below `parent`; -1 where it is short or long. */
  private chunkEnd(parent: number): number {
    const { text } = this
    const limit = this.at + MAX_CHUNK_LENGTH
    let lines = 0
    for (let at = this.at; ; ) {
      const lineEnd = text.indexOf('\n', at)
      if (lineEnd < 0) return -1
      const lineStart = lineEnd + 1
      at = lineStart
      let code = text.charCodeAt(at)
      while (code === SPACE) code = text.charCodeAt(++at)
      if (at > limit) return -1
      if (at < text.length && (code === LF || code === CR || at - lineStart > parent || code === HASH)) {
        lines++
        continue
      }
      if (lines === 0 || code === TAB) return -1
      return at < text.length ? lineStart : text.length
    }
  }

  private newBlock(parent: number): Json {
    if (++this.depth > MAX_DEPTH) throw GIVE_UP
    const value = this.isDash() ? this.sequence(this.column) : this.mapOrScalar(this.column, parent)
    this.depth--
    return value
  }

  private sequence(column: number): Json[] {
    const list: Json[] = []
    do list.push(this.element(column))
    while (this.column === column && this.isDash())
    if (this.column > column) throw GIVE_UP
    return list
  }

  /** The list element whose dash is at the cursor. */
  private element(column: number, dashes = this.habits): Json {
    const { text } = this
    this.at++
    let code = text.charCodeAt(this.at)
    while (code === SPACE) code = text.charCodeAt(++this.at)
    if (code === LF || code === CR || code === HASH || this.at >= text.length) {
      this.endLine()
      return this.column > column ? this.block(column) : null
    }
    const isSeq = code === LEFT_BRACKET || (code === DASH && this.isDash())
    if (!isSeq) countColumns(dashes, DASH_WIDTHS, this.at - this.lineStart - column)
    this.column = this.at - this.lineStart
    return this.block(column)
  }

  private mapOrScalar(column: number, parent: number): Json {
    const code = this.text.charCodeAt(this.at)
    if (code === DOUBLE || code === SINGLE) {
      const string = this.quoted(code)
      const behind = this.at
      let next = this.text.charCodeAt(this.at)
      while (next === SPACE) next = this.text.charCodeAt(++this.at)
      if (next === COLON && this.isSpaceAt(this.at + 1)) return this.map(column, string)
      this.at = behind
      countQuoted(this.habits, code === SINGLE)
      this.endLine()
      return string
    }
    if (code === LEFT_BRACE || code === LEFT_BRACKET) {
      const value = this.flow()
      this.endLine()
      return value
    }
    if (code === PIPE || code === GREATER) return this.blockScalar(parent)
    const plain = this.plain()
    if (this.text.charCodeAt(this.at) === COLON) return this.map(column, plainKey(plain))
    this.endLine()
    if (this.column > parent) throw GIVE_UP
    return this.plainScalar(plain)
  }

  /** A mapping whose first key has been read up to its colon. */
  private map(column: number, firstKey: string): JsonObject {
    const object: JsonObject = {}
    const root = column === 0 && this.depth === 1
    let key = firstKey
    for (;;) {
      if (key === '__proto__' || (object[key] !== undefined && Object.hasOwn(object, key))) throw GIVE_UP
      this.at++
      object[key] = this.entryValue(column, root && (key === 'items' || key === 'results') ? key : undefined)
      if (this.column !== column) break
      key = this.key()
    }
    if (this.column > column) throw GIVE_UP
    return object
  }

  private key(): string {
    const code = this.text.charCodeAt(this.at)
    if (code !== DOUBLE && code !== SINGLE) {
      const plain = this.plain()
      if (this.text.charCodeAt(this.at) !== COLON) throw GIVE_UP
      return plainKey(plain)
    }
    const string = this.quoted(code)
    while (this.text.charCodeAt(this.at) === SPACE) this.at++
    if (this.text.charCodeAt(this.at) !== COLON || !this.isSpaceAt(this.at + 1)) throw GIVE_UP
    return string
  }

  private entryValue(column: number, list: RootList | undefined): Json {
    const { text } = this
    let code = text.charCodeAt(this.at)
    while (code === SPACE) code = text.charCodeAt(++this.at)
    switch (code) {
      case LF:
      case CR:
      case HASH: {
        this.endLine()
        const dash = this.column >= column && this.isDash()
        if (dash) countColumns(this.habits, SEQ_INDENTS, this.column - column)
        if (list !== undefined && dash) return this.listItems(list)
        if (this.column > column) return dash ? this.block(column) : this.below(column)
        return dash ? this.sequence(column) : null
      }
      case DOUBLE:
      case SINGLE: {
        const string = this.quoted(code)
        countQuoted(this.habits, code === SINGLE)
        this.endLine()
        return string
      }
      case LEFT_BRACE:
      case LEFT_BRACKET: {
        const value = this.flow()
        this.endLine()
        return value
      }
      case PIPE:
      case GREATER:
        return this.blockScalar(column)
      default: {
        if (this.at >= text.length) {
          this.endLine()
          return null
        }
        const plain = this.plain()
        if (text.charCodeAt(this.at) === COLON) throw GIVE_UP
        this.endLine()
        if (this.column > column) throw GIVE_UP
        return this.plainScalar(plain)
      }
    }
  }

  /** A mapping or scalar on the lines below its key. */
  private below(column: number): Json {
    const step = this.column - column
    const code = this.text.charCodeAt(this.at)
    const value = this.block(column)
    if (typeof value === 'object' && value !== null && code !== LEFT_BRACE && code !== LEFT_BRACKET) countColumns(this.habits, STEPS, step)
    return value
  }

  /** The elements of a list of a ResourceList. One that is not read here does not keep the others from it. */
  private listItems(of: RootList): Json[] {
    const { column } = this
    const habits = of === 'items' ? this.itemHabits : []
    const list: Json[] = []
    const starts: number[] = []
    do {
      starts.push(this.at)
      list.push(this.listItem(column, habits))
    } while (this.column === column && this.isDash())
    if (this.column > column) throw GIVE_UP
    starts.push(this.column < 0 ? this.at : this.lineStart)
    if (of === 'items') this.items = starts
    return list
  }

  private listItem(column: number, seen: (HabitsSeen | undefined)[]): Json {
    const { at, depth } = this
    const wraps = this.wraps.length
    const before = this.copyHabits()
    try {
      // Its own dash is not inside of it.
      const value = this.element(column, this.dashes)
      seen.push(habitsSince(before, this.habits))
      return value
    } catch (error) {
      if (error !== GIVE_UP || this.readItem === undefined) throw error
      const end = this.itemEnd(at, column)
      const value = this.readItem(at, end)
      if (value === undefined) throw GIVE_UP
      this.depth = depth
      this.at = end
      this.nextLine()
      // Its nodes cannot be found line by line.
      this.wraps.length = wraps
      this.wraps.push(at + 1)
      seen.push(undefined)
      return value
    }
  }

  private copyHabits(): Habits {
    for (let i = 0; i < this.habits.length; i++) this.before[i] = this.habits[i] ?? 0
    return this.before
  }

  /** The start of the line of the first content behind the dash at `at` that is not deeper than it. */
  private itemEnd(at: number, column: number): number {
    const { text } = this
    for (let lineEnd = text.indexOf('\n', at); lineEnd >= 0; lineEnd = text.indexOf('\n', lineEnd + 1)) {
      let content = lineEnd + 1
      while (text.charCodeAt(content) === SPACE) content++
      const code = text.charCodeAt(content)
      if (code === TAB) throw GIVE_UP
      if (code !== LF && code !== CR && code !== HASH && content < text.length && content - lineEnd - 1 <= column) return lineEnd + 1
    }
    return text.length
  }
}
