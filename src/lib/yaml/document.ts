// A file as its YAML documents: values as Kubernetes reads them, and where each node stands in the text. JSON is YAML too.

import type { Diagnostic, FieldPath, Json, Position, SourceFile, SourceMap } from '../model/index.ts'
import { append, findingsOn, get, InjectError, warning } from '../model/index.ts'
import { blockNode } from './block-node.ts'
import { type Anchored, ConstructError, construct, type Expansion, expansionOf, keyOf } from './construct.ts'
import { YamlError } from './error.ts'
import { type FastDocument, readFast } from './fast.ts'
import { addHabits, type Habits, habitsOf, lineStartOf, noHabits } from './habits.ts'
import { LineIndex } from './line-index.ts'
import type { MapEntry, MapNode, Node } from './node.ts'
import { parseNode } from './node.ts'
import { splitDocuments } from './split.ts'

/** A part of the text that can be parsed for itself, and the path from the document's root to the value it holds. */
export interface Region {
  readonly path: FieldPath
  readonly root: Node
  /** The part of the file. */
  readonly start: number
  readonly end: number
  /** What the part is parsed with before it: the spaces in place of an item's dash. */
  readonly prefix: string
  /** What each alias node in it points at. */
  readonly aliases: ReadonlyMap<Node, Anchored>
}

export interface Document extends SourceMap {
  readonly file: SourceFile
  /** The value in Kubernetes' dialect. Parts may be shared where the text has aliases. `.inf` and `.nan` are JavaScript's numbers. */
  readonly value: Json
  /** The part of the file that holds the document, with its comments and markers. */
  readonly start: number
  readonly end: number
  /** Duplicate keys. */
  readonly diagnostics: readonly Diagnostic[]
  /** Whether there are aliases that may point from one item of a list to another. */
  readonly hasAliases: boolean
  /** Whether there are some in the part that holds the node at `path`, and point at nothing outside of it. */
  hasAliasesAt(path: FieldPath): boolean
  /** What an alias node points at. */
  target(alias: Node): Anchored | undefined
  /** The node at `path` as it stands in the text: an alias is not followed at the end of the path, but is on the way. Undefined where there is none. */
  nodeAt(path: FieldPath): Node | undefined
  /** The smallest part around `path` that can be parsed for itself. */
  regionAt(path: FieldPath): Region
  /** How the nodes of a part are written. */
  habitsIn(region: Region): Habits
  /** The decoded text of the scalar at `path`, not read as a number or boolean: `yes` stays `yes`. Undefined where there is no scalar. */
  scalarTextAt(path: FieldPath): string | undefined
  /** The text of the node at `path` as it was written, with its anchor and tag. */
  sourceAt(path: FieldPath): string | undefined
}

/**
 * All documents of a file, in order. Parts of the file that hold only comments give none; an empty document behind a `---` has the value null.
 * Those of which `matters` says no, given their text, are left out.
 * Throws InjectError `yaml-syntax` with the position.
 *
 * @example parseDocuments({ path: 'a.yaml', text: 'a: 1\n---\nb: yes\n' }).map(d => d.value) // [{ a: 1 }, { b: true }]
 */
export function parseDocuments(file: SourceFile, matters?: (text: string) => boolean): Document[] {
  const lines = new LineIndex(file)
  const documents: Document[] = []
  const expansion = expansionOf(file.text.length)
  for (const { start, end } of splitDocuments(file.text)) {
    const text = start === 0 && end === file.text.length ? file.text : file.text.slice(start, end)
    if (matters?.(text) === false) continue
    const slow = new SlowItems({ text, base: start, lines, expansion })
    const fast = readFast(text, undefined, slow.read)
    try {
      if (fast === undefined) {
        const root = parseNode(text, start)
        if (root !== undefined) documents.push(new ParsedDocument({ file, start, end, lines, ...read(root, lines, expansion), root }))
      } else if (fast.value !== null || hasContent(text))
        documents.push(new ParsedDocument({ file, start, end, lines, value: fast.value, fast, ...slow.found }))
    } catch (error) {
      throw asInjectError(error, lines)
    }
  }
  return documents
}

/** A text that the fast reader has read, as the one document that it holds. */
export function documentOf(file: SourceFile, fast: FastDocument): Document {
  return new ParsedDocument({ file, start: 0, end: file.text.length, lines: new LineIndex(file), value: fast.value, fast })
}

interface SlowFindings {
  readonly diagnostics: Diagnostic[]
  readonly itemsWithAliases: Set<number>
  hasSharedAliases: boolean
}

/** Elements of a list that are read by the full parser, each for itself. */
class SlowItems {
  /** Absent where there is no such element, as in most documents. */
  found: SlowFindings | undefined
  private readonly text: string
  private readonly base: number
  private readonly lines: LineIndex
  private readonly expansion: Expansion

  constructor({ text, base, lines, expansion }: { text: string; base: number; lines: LineIndex; expansion: Expansion }) {
    this.text = text
    this.base = base
    this.lines = lines
    this.expansion = expansion
  }

  /** The element's value; undefined where it is not right by itself: then the whole document has to be read, and says why. */
  readonly read = (dash: number, end: number): Json | undefined => {
    const { prefix, from } = partBehind(this.text, dash)
    try {
      const root = parseNode(prefix + this.text.slice(dash + 1, end), this.base + from)
      if (root === undefined) return undefined
      const { value, diagnostics, aliases } = read(root, this.lines, this.expansion)
      this.found ??= { diagnostics: [], itemsWithAliases: new Set(), hasSharedAliases: false }
      append(this.found.diagnostics, diagnostics)
      if (aliases.size > 0) this.found.itemsWithAliases.add(this.base + dash)
      // A List among the elements holds several resources.
      if (aliases.size > 0 && Array.isArray(get(value, 'items'))) this.found.hasSharedAliases = true
      return value
    } catch (error) {
      if (error instanceof YamlError || error instanceof ConstructError) return undefined
      throw error
    }
  }
}

/** With what and from where the part behind a dash is parsed, so that its columns are right. */
function partBehind(text: string, dash: number): { prefix: string; from: number } {
  const from = text.lastIndexOf('\n', dash) + 1
  return { prefix: ' '.repeat(dash + 1 - from), from }
}

function emptyNode(start: number): Node {
  return { kind: 'scalar', style: 'plain', start, content: start, end: start, text: '' }
}

function hasContent(text: string): boolean {
  return /^(?!\.\.\.)[^#\s\uFEFF]/m.test(text)
}

function read(root: Node, lines: LineIndex, expansion: Expansion) {
  const { value, duplicates, aliases } = construct(root, expansion)
  const diagnostics = findingsOn(duplicates, ({ key, offset }) =>
    warning({
      code: 'yaml-duplicate-key',
      message: `key ${JSON.stringify(key)} occurs twice in one mapping; Kubernetes reads the last one`,
      at: lines.position(offset, key.length),
    }),
  )
  return { value, diagnostics, aliases }
}

function asInjectError(error: unknown, lines: LineIndex): unknown {
  if (!(error instanceof YamlError) && !(error instanceof ConstructError)) return error
  return new InjectError(
    { code: 'yaml-syntax', message: error.message.replace(/^yaml: (line \d+: )?/, ''), at: lines.position(error.offset) },
    { cause: error },
  )
}

interface Parts {
  readonly file: SourceFile
  readonly start: number
  readonly end: number
  readonly lines: LineIndex
  readonly value: Json
  readonly fast?: FastDocument
  readonly root?: Node
  readonly diagnostics?: readonly Diagnostic[]
  readonly aliases?: ReadonlyMap<Node, Anchored>
  /** Offsets of the dashes of the elements that have aliases. */
  readonly itemsWithAliases?: ReadonlySet<number>
  /** Some of those hold several resources. */
  readonly hasSharedAliases?: boolean
}

class ParsedDocument implements Document {
  readonly file: SourceFile
  readonly value: Json
  readonly start: number
  readonly end: number
  readonly diagnostics: readonly Diagnostic[]
  private readonly lines: LineIndex
  readonly hasAliases: boolean
  private readonly itemsWithAliases: ReadonlySet<number>
  /** By alias node, of the parts that have been parsed. */
  private targets: WeakMap<Node, Anchored> | undefined
  /** Starts of the elements of `items`, and their end, of a document that the fast reader read: such ones can be parsed for themselves. */
  private readonly itemStarts: readonly number[] | undefined
  /** Of a document that the fast reader read, without elements that can be parsed for themselves. */
  private readonly habits: Habits | undefined
  private readonly itemHabits: FastDocument['itemHabits'] | undefined
  /** Of a document that the fast reader read: where its nodes cannot be found line by line. */
  private readonly wraps: readonly number[] | undefined
  /** The part that was asked for last: a list of ten thousand workloads is edited from front to back. */
  private last: { readonly index: number; readonly region: Region } | undefined

  constructor(parts: Parts) {
    this.file = parts.file
    this.value = parts.value
    this.start = parts.start
    this.end = parts.end
    this.lines = parts.lines
    this.diagnostics = parts.diagnostics ?? []
    this.itemsWithAliases = parts.itemsWithAliases ?? NO_ITEMS
    this.hasAliases = (parts.aliases?.size ?? 0) > 0 || parts.hasSharedAliases === true
    this.itemStarts = parts.fast?.items
    this.wraps = parts.fast?.wraps
    this.habits = parts.fast?.items === undefined ? parts.fast?.habits : undefined
    this.itemHabits = parts.fast?.itemHabits
    if (parts.root !== undefined) this.last = { index: WHOLE, region: this.wholeRegion(parts.root, parts.aliases) }
  }

  hasAliasesAt(path: FieldPath): boolean {
    const start = this.itemStart(path)
    return start !== undefined && this.itemsWithAliases.has(this.start + start)
  }

  target(alias: Node): Anchored | undefined {
    return this.targets?.get(alias)
  }

  private itemStart([key, index]: FieldPath): number | undefined {
    return key === 'items' && typeof index === 'number' ? this.itemStarts?.[index] : undefined
  }

  regionAt(path: FieldPath): Region {
    const [, index] = path
    const itemStart = this.itemStart(path)
    const itemEnd = typeof index === 'number' ? this.itemStarts?.[index + 1] : undefined
    if (typeof index !== 'number' || itemStart === undefined || itemEnd === undefined) return this.partOf(this.whole(), path)
    let region = this.last?.index === index ? this.last.region : undefined
    if (region === undefined) {
      // The spaces before the next dash are not of this element.
      const isLast = index + 2 === this.itemStarts?.length
      const end = this.start + itemEnd
      region = this.itemRegion(index, this.start + itemStart, isLast ? end : lineStartOf(this.file.text, end))
      this.last = { index, region }
    }
    return region
  }

  nodeAt(path: FieldPath): Node | undefined {
    const region = this.regionAt(path)
    let node: Node | undefined = region.root
    for (const step of path.slice(region.path.length)) {
      if (node?.kind === 'alias') node = this.target(node)?.node
      node = node === undefined ? undefined : childOf(node, step)
    }
    return node
  }

  habitsIn({ path, prefix, start, end, root }: Region): Habits {
    if (this.habits !== undefined && path.length === 0) return this.habits
    const seen = path.length === 2 ? this.itemHabits?.[Number(path[1])] : undefined
    if (seen !== undefined) return addHabits(noHabits(), seen)
    return readFast(prefix + this.file.text.slice(start, end))?.habits ?? habitsOf(this.file.text, root)
  }

  scalarTextAt(path: FieldPath): string | undefined {
    const node = this.nodeAt(path)
    const scalar = node?.kind === 'alias' ? this.target(node)?.node : node
    return scalar?.kind === 'scalar' ? scalar.text : undefined
  }

  sourceAt(path: FieldPath): string | undefined {
    const node = this.nodeAt(path)
    return node === undefined ? undefined : this.file.text.slice(node.start, node.end)
  }

  positionOf(path: FieldPath): Position {
    try {
      for (let length = path.length; length >= 0; length--) {
        const node = this.nodeAt(path.slice(0, length))
        if (node === undefined) continue
        const at = node.start === node.end ? this.keyPlace(path.slice(0, length)) : node
        return this.lines.position(at.start, at.end - at.start)
      }
    } catch (error) {
      // What is to be said about the place matters more.
      if (!(error instanceof InjectError)) throw error
    }
    return this.lines.position(this.start)
  }

  /** An empty value has no place of its own to point at. */
  private keyPlace(path: FieldPath): { start: number; end: number } {
    const parent = this.nodeAt(path.slice(0, -1))
    const entry = parent?.kind === 'map' ? entryOf(parent, String(path.at(-1))) : undefined
    return entry?.key ?? { start: this.start, end: this.start }
  }

  private whole(): Region {
    let region = this.last?.index === WHOLE ? this.last.region : undefined
    if (region === undefined) {
      // Three dashes by themselves are a document too, without a node.
      const root = this.nodeIn({ start: this.start, end: this.end, prefix: '', from: this.start }) ?? emptyNode(this.start)
      region = this.wholeRegion(root, this.itemsWithAliases.size > 0 ? this.aliasesIn(root) : undefined)
      this.last = { index: WHOLE, region }
    }
    return region
  }

  /** Elements of `items` are parts too where the whole document has been parsed, and nothing in it points elsewhere. */
  private partOf(whole: Region, [key, index]: FieldPath): Region {
    const list = whole.root.kind === 'map' && key === 'items' && !this.hasAliases ? entryOf(whole.root, key)?.value : undefined
    if (list?.kind !== 'seq' || typeof index !== 'number') return whole
    const item = list.items[index]
    if (item === undefined || item.value.start === item.value.end || hasTagDirective(this.file.text, this.start)) return whole
    if (list.flow) return { path: ['items', index], root: item.value, start: item.value.start, end: item.value.end, prefix: '', aliases: NO_ALIASES }
    const { prefix } = partBehind(this.file.text, item.start)
    const next = list.items[index + 1]
    const end = next !== undefined ? lineStartOf(this.file.text, next.start) : lineEndBehind(this.file.text, list.end, this.end)
    return { path: ['items', index], root: item.value, start: item.start + 1, end, prefix, aliases: NO_ALIASES }
  }

  /** The node in a part of the text behind `prefix`; `from` is where the prefix starts. */
  private nodeIn({ start, end, prefix, from }: { start: number; end: number; prefix: string; from: number }): Node | undefined {
    const text = prefix + this.file.text.slice(start, end)
    const wraps = this.wraps === undefined || hasBetween(this.wraps, start - this.start, end - this.start)
    try {
      return wraps ? parseNode(text, from) : blockNode(text, from)
    } catch (error) {
      // Elements that are right by themselves may be wrong together: the full parser takes a tab in `- {a: 1,\tb: 2}` for indentation.
      throw asInjectError(error, this.lines)
    }
  }

  private wholeRegion(root: Node, aliases: ReadonlyMap<Node, Anchored> = NO_ALIASES): Region {
    return this.known({ path: [], root, start: this.start, end: this.end, prefix: '', aliases })
  }

  private aliasesIn(root: Node): ReadonlyMap<Node, Anchored> {
    return construct(root, expansionOf(this.file.text.length)).aliases
  }

  private known(region: Region): Region {
    if (region.aliases.size > 0) this.targets ??= new WeakMap()
    for (const [alias, target] of region.aliases) this.targets?.set(alias, target)
    return region
  }

  private itemRegion(index: number, dash: number, end: number): Region {
    const { prefix, from } = partBehind(this.file.text, dash)
    const root = this.nodeIn({ start: dash + 1, end, prefix, from })
    // An empty item cannot be told from an empty text.
    if (root === undefined) return this.whole()
    const aliases = this.itemsWithAliases.has(dash) ? this.aliasesIn(root) : NO_ALIASES
    return this.known({ path: ['items', index], root, start: dash + 1, end, prefix, aliases })
  }
}

const WHOLE = -1
const NO_ITEMS: ReadonlySet<number> = new Set()
const NO_ALIASES: ReadonlyMap<Node, Anchored> = new Map()

/** Whether one of the sorted numbers is at least `from` and below `to`. */
function hasBetween(sorted: readonly number[], from: number, to: number): boolean {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) < from) low = middle + 1
    else high = middle
  }
  return (sorted[low] ?? to) < to
}

function hasTagDirective(text: string, start: number): boolean {
  return /^(?:%.*|#.*|\s*)*?%TAG/.test(text.slice(start, start + 1000))
}

/** Behind the comments that follow `at`, up to the next content. */
function lineEndBehind(text: string, at: number, limit: number): number {
  let end = at
  for (;;) {
    const next = text.indexOf('\n', end)
    if (next < 0 || next >= limit) return limit
    const content = /[^ \r]/.exec(text.slice(next + 1, next + 200))
    if (content !== null && content[0] !== '#' && content[0] !== '\n') return next + 1
    end = next + 1
  }
}

/** The entry of `name`: the last one of duplicates, as it is the one that counts. */
export function entryOf(node: MapNode, name: string): MapEntry | undefined {
  return node.entries.findLast(entry => keyOf(entry.key) === name)
}

function childOf(node: Node, step: string | number): Node | undefined {
  if (typeof step === 'number') return node.kind === 'seq' ? node.items[step]?.value : undefined
  return node.kind === 'map' ? entryOf(node, step)?.value : undefined
}
