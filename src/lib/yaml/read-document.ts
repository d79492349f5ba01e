// Implements Document: finds nodes by path, and the parts that can be read and edited alone.

import { type Diagnostic, type FieldPath, get, type Json, type Position, type SourceFile } from '../model/index.ts'
import type { Alias } from './anchors.ts'
import type { Anchored, Document, Region } from './document.ts'
import { type Span, shownLine } from './excerpt.ts'
import { type Habits, habitsOf, lineStartOf } from './habits.ts'
import type { LineIndex } from './line-index.ts'
import { entryOf, keyOf, type Node, Nodes } from './node.ts'
import type { Reading } from './reader.ts'
import { BLOCK_SEQ, EMPTY_SCALAR, FLOW_SEQ } from './tape.ts'

interface Parts {
  readonly file: SourceFile
  /** Of the document in the file. */
  readonly start: number
  readonly lines: LineIndex
  readonly reading: Reading
  readonly diagnostics: readonly Diagnostic[]
}

/** The elements of the list under the root key `items`. */
interface Items {
  /** Of the list. */
  readonly index: number
  /** Of each element. */
  readonly elements: readonly number[]
  /** End of the last part in the text of the document. */
  readonly end: number
}

interface KnownRegion {
  readonly region: Region
  readonly record: number
}

/** A document that was read from a text. */
export class ReadDocument implements Document {
  readonly file: SourceFile
  readonly value: Json
  readonly start: number
  readonly end: number
  readonly diagnostics: readonly Diagnostic[]
  readonly hasAliases: boolean
  private readonly lines: LineIndex
  private readonly reading: Reading
  /** Undefined if there is no such list, or its elements cannot be read alone. */
  private readonly items: Items | undefined
  /** By index, of the elements that have any. */
  private readonly aliasesOfItems: ReadonlyMap<number, readonly Alias[]>
  private targets: WeakMap<Node, Anchored> | undefined
  /** The part that was used last: a list of ten thousand workloads is edited from front to back. */
  private last: { readonly index: number; readonly known: KnownRegion } | undefined
  /** The line that was shown last. */
  private lastShown: { readonly start: number; readonly root: Node; readonly text: string } | undefined

  constructor({ file, start, lines, reading, diagnostics }: Parts) {
    this.file = file
    this.value = reading.value
    this.start = start
    this.end = start + reading.text.length
    this.lines = lines
    this.reading = reading
    this.diagnostics = diagnostics
    const items = reading.hasDirectives || reading.hasOtherBreaks ? undefined : itemsOf(reading)
    const inItems = items === undefined ? undefined : aliasesByItem(reading, items)
    this.items = inItems === undefined ? undefined : items
    this.aliasesOfItems = inItems ?? NO_ALIASES_OF_ITEMS
    this.hasAliases = inItems === undefined ? reading.aliases.length > 0 : this.hasListWithAliases(inItems)
  }

  /** A List among the elements holds several resources. */
  private hasListWithAliases(inItems: ReadonlyMap<number, unknown>): boolean {
    const list = get(this.value, 'items')
    return Array.isArray(list) && [...inItems.keys()].some(index => Array.isArray(get(list[index], 'items')))
  }

  hasAliasesAt(path: FieldPath): boolean {
    const [key, index] = path
    return key === 'items' && typeof index === 'number' && this.aliasesOfItems.has(index)
  }

  target(alias: Node): Anchored | undefined {
    return this.targets?.get(alias)
  }

  regionAt(path: FieldPath): Region {
    return this.knownAt(path).region
  }

  private knownAt([key, index]: FieldPath): KnownRegion {
    const record = key === 'items' && typeof index === 'number' ? this.items?.elements[index] : undefined
    // An empty item looks like an empty text.
    const isPart = typeof index === 'number' && record !== undefined && this.reading.tape.kind(record) !== EMPTY_SCALAR
    const place = isPart && !this.hasAliases ? index : WHOLE
    if (this.last?.index !== place) this.last = { index: place, known: place === WHOLE || record === undefined ? this.whole() : this.item(place, record) }
    return this.last.known
  }

  private whole(): KnownRegion {
    const { reading, start, end } = this
    const nodes = new Nodes(reading, start)
    const root = reading.tape.length > 0 ? nodes.at(0) : nothingAt(start)
    return { region: { path: [], root, start, end, prefix: '', aliases: this.targetsOf(reading.aliases, nodes) }, record: 0 }
  }

  private item(index: number, record: number): KnownRegion {
    const { tape } = this.reading
    const nodes = new Nodes(this.reading, this.start)
    const root = nodes.at(record)
    const aliases = this.targetsOf(this.aliasesOfItems.get(index) ?? [], nodes)
    const path = ['items', index]
    if (this.items === undefined || tape.kind(this.items.index) === FLOW_SEQ) {
      return { region: { path, root, start: root.start, end: root.end, prefix: '', aliases }, record }
    }
    const { text } = this.file
    const dash = this.start + tape.lead(record)
    const next = this.items.elements[index + 1]
    // The spaces before the next dash are not of this element.
    const end = next === undefined ? this.start + this.items.end : lineStartOf(text, this.start + tape.lead(next))
    const prefix = ' '.repeat(dash + 1 - lineStartOf(text, dash))
    return { region: { path, root, start: dash + 1, end, prefix, aliases }, record }
  }

  /** Targets of aliases, by their nodes. */
  private targetsOf(aliases: readonly Alias[], nodes: Nodes): ReadonlyMap<Node, Anchored> {
    if (aliases.length === 0) return NO_ALIASES
    const found = new Map(aliases.map(({ index, anchor }) => [nodes.at(index), { node: nodes.at(anchor.index), value: anchor.value ?? null }] as const))
    this.targets ??= new WeakMap()
    for (const [alias, target] of found) this.targets.set(alias, target)
    return found
  }

  forgetNodes(): void {
    this.last = undefined
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

  habitsIn({ path }: Region): Habits {
    return habitsOf(this.reading, this.knownAt(path).record)
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
    for (let length = path.length; length >= 0; length--) {
      const node = this.nodeAt(path.slice(0, length))
      if (node === undefined) continue
      const at = node.start === node.end ? this.keyRange(path.slice(0, length)) : node
      return this.position(path, at)
    }
    return this.position(path, { start: this.start, end: this.start + 1 })
  }

  keyPositionOf(path: FieldPath): Position {
    const parent = this.nodeAt(path.slice(0, -1))
    const entry = parent?.kind === 'map' ? entryOf(parent, String(path.at(-1))) : undefined
    return entry === undefined ? this.positionOf(path) : this.position(path, entry.key)
  }

  private position(path: FieldPath, { start, end }: Span): Position {
    return this.lines.position(start, end - start, line => {
      const region = this.regionAt(path)
      // A thousand findings may be about one line of megabytes.
      if (this.lastShown?.start !== line.start || this.lastShown.root !== region.root) {
        this.lastShown = { start: line.start, root: region.root, text: shownLine(this.file.text, line, { root: region.root, within: region }) }
      }
      return this.lastShown.text
    })
  }

  /** The range of the key at a path: an empty value has no text to point at. */
  private keyRange(path: FieldPath): { start: number; end: number } {
    const parent = this.nodeAt(path.slice(0, -1))
    const entry = parent?.kind === 'map' ? entryOf(parent, String(path.at(-1))) : undefined
    return entry?.key ?? { start: this.start, end: this.start }
  }
}

const WHOLE = -1
const NO_ALIASES_OF_ITEMS: ReadonlyMap<number, readonly Alias[]> = new Map()
const NO_ALIASES: ReadonlyMap<Node, Anchored> = new Map()

/** The result for a document without a node, such as a single `---`. */
function nothingAt(start: number): Node {
  return { kind: 'scalar', style: 'plain', start, content: start, end: start, text: '' }
}

function itemsOf(reading: Reading): Items | undefined {
  const { tape, value, text } = reading
  if (!Array.isArray(get(value, 'items'))) return undefined
  const limit = tape.next(0)
  let items: Items | undefined
  const nodes = new Nodes(reading, 0)
  for (let key = tape.first(0); key < limit; ) {
    const list = tape.next(key)
    const next = tape.next(list)
    const kind = tape.kind(list)
    if ((kind === BLOCK_SEQ || kind === FLOW_SEQ) && keyOf(nodes.at(key)) === 'items') {
      items = { index: list, elements: tape.children(list), end: next < limit ? lineStartOf(text, tape.lead(next)) : reading.end }
    }
    key = next
  }
  return items
}

/** The aliases of each element; undefined if one points outside of its element. */
function aliasesByItem({ tape, aliases }: Reading, { elements }: Items): ReadonlyMap<number, readonly Alias[]> | undefined {
  if (aliases.length === 0) return NO_ALIASES_OF_ITEMS
  const found = new Map<number, Alias[]>()
  let element = 0
  for (const alias of aliases) {
    const { index, anchor } = alias
    while (element < elements.length && tape.next(elements[element] ?? 0) <= index) element++
    const start = elements[element] ?? Number.POSITIVE_INFINITY
    if (index < start || anchor.index < start) return undefined
    const ofElement = found.get(element)
    if (ofElement === undefined) found.set(element, [alias])
    else ofElement.push(alias)
  }
  return found
}

function childOf(node: Node, step: string | number): Node | undefined {
  if (typeof step === 'number') return node.kind === 'seq' ? node.items[step]?.value : undefined
  return node.kind === 'map' ? entryOf(node, step)?.value : undefined
}
