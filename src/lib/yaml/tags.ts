// Scans anchors and tags of nodes, and directives of documents.

import { BlockScalarScanner } from './block-scalar.ts'
import { behindBreak, isBlankOrEnd, isBreak, LESS, SPACE, TAB } from './chars.ts'
import type { Tag } from './tape.ts'

const NAME = /[0-9A-Za-z_-]+/y
const URI = /(?:[0-9A-Za-z_\-;/?:@&=+$,.!~*'()[\]]|%[0-9A-Fa-f]{2})+/y
const HANDLE = /![0-9A-Za-z_-]*!|!/y
const BEHIND_NAME = '?:,]}%@`'
const CORE = 'tag:yaml.org,2002:'

/** Scans directives and tags. */
export class TagScanner extends BlockScalarScanner {
  private handles: Map<string, string> | undefined
  private hasVersion = false
  /** Whether the document has directives: its parts can then not be read alone. */
  hasDirectives = false

  private match(pattern: RegExp, at: number): string {
    pattern.lastIndex = at
    return pattern.exec(this.text)?.[0] ?? ''
  }

  /** The name behind `&` or `*`. Stops behind it. */
  protected anchorName(): string {
    const { text, at } = this
    const name = this.match(NAME, at + 1)
    this.at += 1 + name.length
    const code = text.charCodeAt(this.at)
    if (name === '' || !(isBlankOrEnd(code) || BEHIND_NAME.includes(text.charAt(this.at)))) {
      throw this.fail('did not find expected alphabetic or numeric character')
    }
    return name
  }

  /** The tag at the cursor. Stops behind it. */
  protected tag(): Tag {
    const { at: start } = this
    const handle = this.tagHandle()
    const source = this.text.slice(start, this.at)
    if (handle === '!<') return { source, name: decoded(source.slice(2, -1)) }
    if (source === '!') return { source, name: '!' }
    const prefix = this.handles?.get(handle) ?? (handle === '!' ? '!' : handle === '!!' ? CORE : undefined)
    if (prefix === undefined) throw this.fail('found undefined tag handle', start, 'parser')
    return { source, name: prefix + decoded(source.slice(handle.length)) }
  }

  /** Moves over the tag at the cursor, and returns its handle; `!<` for a tag without one. */
  protected tagHandle(): string {
    const { at: start } = this
    const handle = this.text.charCodeAt(start + 1) === LESS ? '!<' : this.match(HANDLE, start)
    const uri = this.match(URI, start + handle.length)
    this.at = start + handle.length + uri.length
    if (handle !== '!' && uri === '') throw this.fail('did not find expected tag URI')
    if (handle === '!<' && this.text.charAt(this.at++) !== '>') throw this.fail("did not find the expected '>'")
    if (!isBlankOrEnd(this.text.charCodeAt(this.at))) throw this.fail('did not find expected whitespace or line break')
    return handle
  }

  /** Scans the directive at the cursor, up to the end of its line. A directive of the next document only has to be valid. */
  protected directive(isOurs = true): void {
    const start = this.at++
    this.hasDirectives ||= isOurs
    this.isUnusual = true
    const name = this.match(NAME, this.at)
    if (name === '') throw this.fail('could not find expected directive name')
    this.at += name.length
    if (!isBlankOrEnd(this.text.charCodeAt(this.at))) throw this.fail('found unexpected non-alphabetical character')
    if (name === 'YAML') this.version(start, isOurs)
    else if (name === 'TAG') this.tagPrefix(start, isOurs)
    else throw this.fail('found unknown directive name', start)
    this.skipBlanks()
    if (this.text.charAt(this.at) === '#') this.at = this.lineEnd(this.at)
    const code = this.text.charCodeAt(this.at)
    if (this.at < this.text.length && !isBreak(code)) throw this.fail('did not find expected comment or line break')
    if (this.at < this.text.length) this.at = this.lineStart = behindBreak(this.text, this.at)
    this.keyAllowed = false
  }

  private skipBlanks(): void {
    let code = this.text.charCodeAt(this.at)
    while (code === SPACE || code === TAB) code = this.text.charCodeAt(++this.at)
  }

  private version(start: number, isOurs: boolean): void {
    this.skipBlanks()
    const version = this.match(/[0-9]{1,9}\.[0-9]{1,9}/y, this.at)
    if (version === '') throw this.fail('did not find expected version number')
    this.at += version.length
    if (!isOurs) return
    if (this.hasVersion) throw this.fail('found duplicate %YAML directive', start, 'parser')
    if (!/^0*1\.0*1$/.test(version)) throw this.fail('found incompatible YAML document', start, 'parser')
    this.hasVersion = true
  }

  private tagPrefix(start: number, isOurs: boolean): void {
    this.skipBlanks()
    const handle = this.match(HANDLE, this.at)
    if (handle === '') throw this.fail("did not find expected '!'")
    this.at += handle.length
    if (handle === '!' && /[0-9A-Za-z_-]/.test(this.text.charAt(this.at))) throw this.fail("did not find expected '!'")
    if (!this.isAtBlank()) throw this.fail('did not find expected whitespace')
    this.skipBlanks()
    const prefix = this.match(URI, this.at)
    if (prefix === '') throw this.fail('did not find expected tag URI')
    this.at += prefix.length
    if (!isBlankOrEnd(this.text.charCodeAt(this.at))) throw this.fail('did not find expected whitespace or line break')
    if (!isOurs) return
    this.handles ??= new Map()
    if (this.handles.has(handle)) throw this.fail('found duplicate %TAG directive', start, 'parser')
    this.handles.set(handle, decoded(prefix))
  }

  private isAtBlank(): boolean {
    const code = this.text.charCodeAt(this.at)
    return code === SPACE || code === TAB
  }
}

/** A URI without its `%XX`. */
function decoded(uri: string): string {
  if (!uri.includes('%')) return uri
  try {
    return decodeURIComponent(uri)
  } catch (error) {
    if (error instanceof URIError) return uri
    throw error
  }
}
