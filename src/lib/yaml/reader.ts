// Reads the first document of a YAML text as sigs.k8s.io/yaml does (YAML 1.1): its value, and a tape of its nodes.

import type { Json } from '../model/index.ts'
import { type Alias, type Expansion, expansionOf } from './anchors.ts'
import { BlockReader, NOWHERE } from './block-reader.ts'
import { notAllowed } from './block-scanner.ts'
import {
  AMPERSAND,
  ASTERISK,
  BANG,
  COLON,
  COMMA,
  DASH,
  DOUBLE,
  GREATER,
  isBreak,
  LEFT_BRACE,
  LEFT_BRACKET,
  PERCENT,
  PIPE,
  QUESTION,
  REFUSED,
  RIGHT_BRACE,
  RIGHT_BRACKET,
  SINGLE,
  SPACE,
} from './chars.ts'
import { YamlError, yamlErrorAt } from './error.ts'
import type { DuplicateKey } from './node-reader.ts'
import { END_COLUMN } from './scanner.ts'
import { BLOCK_MAP, BLOCK_SEQ, EMPTY_SCALAR, FOLDED_SCALAR, LITERAL_SCALAR, type Tape } from './tape.ts'

/** Result of reading a text. */
export interface Reading {
  readonly text: string
  readonly value: Json
  /** Whether there is a document at all; three dashes are one. */
  readonly isDocument: boolean
  /** The root node has the first record. */
  readonly tape: Tape
  readonly aliases: readonly Alias[]
  /** Start of content after the document's node that belongs to no document. */
  readonly rest: number | undefined
  readonly duplicates: readonly DuplicateKey[]
  readonly hasDirectives: boolean
  /** End of the document in the text, if nothing follows its node. */
  readonly end: number
  /** Whether there are line ends other than `\n` and `\r\n`. */
  readonly hasOtherBreaks: boolean
  /** Whether a flow collection goes on to another line. */
  readonly hasWraps: boolean
  /** Whether it has anchors, tags, aliases, duplicate or explicit keys, directives, or words over several lines. */
  readonly isUnusual: boolean
  /** Infinity or NaN, if there is one. */
  readonly infinite: number | undefined
}

export interface ReadOptions {
  /** Remaining limit for the expansion of aliases. */
  readonly expansion?: Expansion
  /** Whether no document stands before this one; then it can't begin with `...`. */
  readonly isFirst?: boolean
  /** JSON's escapes are read that YAML 1.1 does not know: `\/`, and pairs of surrogates. */
  readonly isJson?: boolean
}

/**
 * Reads the first document of `text`. Text behind it is only checked up to the point to which Go reads.
 * @throws YamlError with Go's message
 * @example readYaml('a: 0777\nb: on').value // { a: 511, b: true }
 */
export function readYaml(text: string, options: ReadOptions = {}): Reading {
  const reader = new DocumentReader(text, options)
  const value = allowed(reader, text)
  reader.tape.complete()
  const { tape, anchors, rest, duplicates, hasDirectives, hasWraps, isUnusual, infinite, isDocument, position } = reader
  return {
    text,
    value,
    isDocument,
    tape,
    aliases: anchors.aliases,
    rest,
    duplicates,
    hasDirectives,
    end: position,
    hasOtherBreaks: !reader.isCommon && /\r(?!\n)|[\x85\u2028\u2029]/.test(text),
    hasWraps,
    isUnusual,
    infinite,
  }
}

/** Throws if the text that Go reads has characters that are not allowed in YAML; otherwise returns the document's value. */
function allowed(reader: DocumentReader, text: string): Json {
  const refused = reader.isCommon ? -1 : text.search(REFUSED)
  if (refused < 0) return reader.document()
  const error = yamlErrorAt('yaml: control characters are not allowed', text, refused)
  try {
    const value = reader.document()
    if (refused >= lookedAt(text, reader.position)) return value
  } catch (problem) {
    if (!(problem instanceof YamlError) || refused >= lookedAt(text, problem.offset)) throw problem
  }
  throw error
}

class DocumentReader extends BlockReader {
  rest: number | undefined
  isDocument = true
  private readonly isFirst: boolean

  constructor(text: string, { expansion = expansionOf(text.length), isFirst = true, isJson = false }: ReadOptions) {
    super(text, expansion)
    this.isFirst = isFirst
    this.isJson = isJson
  }

  document(): Json {
    const { text } = this
    if (!this.isCommon && !text.isWellFormed()) throw this.fail('found invalid Unicode character escape code', loneSurrogate(text))
    this.next()
    this.prologue()
    if (this.column === END_COLUMN) {
      if (text.startsWith('...', this.at) && this.isFirst && !this.hasMarker) throw this.fail('did not find expected node content', this.at, 'parser')
      this.endOfDocument()
      this.isDocument = this.hasMarker
      return this.isDocument ? this.empty(this.at, -1) : null
    }
    const { at: start, keyAllowed } = this
    const value = this.node(-1, -1)
    this.refuseKeysIn(value)
    if (this.column === END_COLUMN) this.endOfDocument()
    else {
      this.rest = this.at
      this.lookAhead(this.rootKey(start, keyAllowed))
    }
    return value
  }

  /** Start of the line of the root node, if a colon after the node would make it a key. */
  private rootKey(start: number, keyAllowed: boolean): number {
    const { text, tape } = this
    if (tape.kind(0) === EMPTY_SCALAR) return this.keyStart
    if (NO_KEYS.has(tape.kind(0)) || !this.canBeKey) return NOWHERE
    let lineStart = tape.content(0)
    while (lineStart > start && !isBreak(text.charCodeAt(lineStart - 1))) lineStart--
    while (text.charCodeAt(lineStart) === SPACE) lineStart++
    return lineStart > start || keyAllowed ? lineStart : NOWHERE
  }

  private endOfDocument(): void {
    if (this.text.charCodeAt(this.at) === PERCENT) this.directive(false)
  }

  private hasMarker = false

  get position(): number {
    return this.at
  }

  /** Directives and the `---` before the document. */
  private prologue(): void {
    const { text } = this
    while (this.column === END_COLUMN && text.charCodeAt(this.at) === PERCENT) {
      this.directive()
      this.next()
    }
    if (this.column === END_COLUMN && text.startsWith('---', this.at)) {
      this.hasMarker = true
      this.at += 3
      this.keyAllowed = false
      this.next()
    } else if (this.hasDirectives) throw this.fail('did not find expected <document start>', this.at, 'parser')
  }

  /**
   * Checks the text behind the root node as Go does: it reads on until it knows that the node is not a key, and reports errors up to there.
   * @param rootStart where a root node starts that might have been a key
   */
  private lookAhead(rootStart: number): void {
    let keyStart = rootStart
    let first: number | undefined
    // A collection that Go doesn't take for a key is one nevertheless when it comes to the colon.
    if (!this.canBeKey && this.text.charCodeAt(this.at) === COLON && this.isKeyFrom(this.tape.content(0))) return
    for (;;) {
      if (this.column === END_COLUMN) {
        this.endOfDocument()
        return
      }
      const isColon = this.flowLevel === 0 && this.text.charCodeAt(this.at) === COLON && this.isIndicator(this.at)
      if (isColon && keyStart !== NOWHERE && this.isKeyFrom(keyStart)) {
        if (first === undefined || keyStart === rootStart) throw this.fail('did not find expected key', this.at, 'parser')
        return
      }
      const code = this.flowLevel === 0 ? this.text.charCodeAt(this.at) : 0
      first ??= this.keyAllowed && this.startsKey(code) ? this.at : NOWHERE
      this.skipToken()
      const isOver = this.flowLevel === 0 && this.endsKey(code)
      if (isOver) return
      if (keyStart === rootStart && (keyStart === NOWHERE || !this.isKeyFrom(keyStart))) keyStart = first
      if (keyStart === NOWHERE || !this.isKeyFrom(keyStart)) return
      this.next()
    }
  }

  private startsKey(code: number): boolean {
    return !this.endsKey(code) && !((code === DASH || code === COLON || code === QUESTION) && this.isIndicator(this.at))
  }

  /** Whether a token outside of flow collections shows that the text before it is not a key. */
  private endsKey(code: number): boolean {
    return END_KEYS.has(code)
  }

  private skipToken(): void {
    const code = this.text.charCodeAt(this.at)
    const isIndicator = this.flowLevel > 0 || this.isIndicator(this.at)
    if (code === LEFT_BRACE || code === LEFT_BRACKET) this.skip(true, 1)
    else if (code === RIGHT_BRACE || code === RIGHT_BRACKET) this.skip(false, this.flowLevel > 0 ? -1 : 0)
    else if (code === COMMA) this.skip(true, 0)
    else if ((code === DASH && this.isIndicator(this.at)) || ((code === QUESTION || code === COLON) && isIndicator)) this.skipIndicator(code)
    else if (code === AMPERSAND || code === ASTERISK) this.anchorName()
    else if (code === BANG) this.tagHandle()
    else if ((code === PIPE || code === GREATER) && this.flowLevel === 0) this.blockScalar(-1)
    else if (code === DOUBLE || code === SINGLE) this.quoted(code)
    else if (this.startsPlain(code)) {
      this.keyAllowed = false
      this.plain(-1)
      return
    } else throw this.fail('found character that cannot start any token')
    if (code === AMPERSAND || code === ASTERISK || code === BANG || code === DOUBLE || code === SINGLE) this.keyAllowed = false
  }

  private skip(keyAllowed: boolean, levels: number): void {
    this.at++
    this.flowLevel += levels
    this.keyAllowed = keyAllowed
  }

  private skipIndicator(code: number): void {
    if (this.flowLevel === 0 && !this.keyAllowed) throw this.fail(notAllowed(code))
    this.skip(this.flowLevel === 0, 0)
  }
}

const CHUNK = 512
const LOOK_AHEAD = 4
const END_KEYS: ReadonlySet<number> = new Set([COMMA, RIGHT_BRACE, RIGHT_BRACKET, PIPE, GREATER])
const NO_KEYS: ReadonlySet<number> = new Set([BLOCK_MAP, BLOCK_SEQ, LITERAL_SCALAR, FOLDED_SCALAR])

/** The number of bytes that Go has read when it is at `position`: a multiple of its buffer size. */
function lookedAt(text: string, position: number): number {
  const encoder = new TextEncoder()
  const { length } = encoder.encode(text.slice(0, position + LOOK_AHEAD))
  return position + LOOK_AHEAD + encoder.encodeInto(text.slice(position + LOOK_AHEAD), new Uint8Array(CHUNK - (length % CHUNK))).read
}

function loneSurrogate(text: string): number {
  return text.search(/(?:[\ud800-\udbff](?![\udc00-\udfff]))|(?:(?<![\ud800-\udbff])[\udc00-\udfff])/)
}
