// The state of the writer while it computes the edits of one document.

import type { FieldPath, Json, JsonObject } from '../lib/model/index.ts'
import type { Document, Edit, MapNode, Node, Region, SeqNode } from '../lib/yaml/index.ts'
import type { FlowStyle } from './emit.ts'
import type { Style } from './style.ts'
import { styleOf } from './style.ts'

/**
 * Range of an edit. `value`: the text from behind the colon or dash to the end of the node. `entry`: a whole key with its value, or a list element,
 * with the line end before it (in flow style, with its comma). `tail`: belongs to the edit before it. `bare`: the value of a key that had no colon.
 */
export type Part = 'value' | 'entry' | 'tail' | 'bare'

export interface TextEdit extends Edit {
  /** From the document's root. List indexes are those before the edit; of an inserted element, those after it. */
  readonly path: FieldPath
  readonly part: Part
  /** The text that was there before, which as a Spelling brings it back. */
  readonly was: string
  /** Of a removed entry: how many lines of comments and blank lines are between it and the one before. */
  readonly below?: number
}

/** The exact text for a path, which is written instead of a newly printed one; it must have the wanted value. */
export interface Spelling {
  /** From the document's root; list indexes are those of the wanted list. */
  readonly path: FieldPath
  readonly part: 'value' | 'entry' | 'bare'
  readonly text: string
  /** Of an entry: how many lines of comments and blank lines it stands below the one before. */
  readonly below?: number
}

/** Parent of a node: a colon, a dash, or the root. */
export interface Slot {
  readonly kind: 'entry' | 'item' | 'root'
  /** Inside a flow collection. */
  readonly flow: boolean
  /** The offset behind the colon or dash; of an element of a flow list, its start. */
  readonly after: number
  /** A key that has no colon. */
  readonly bare: boolean
  /** The end of the key, where there is one. */
  readonly keyEnd?: number
  /** The column of the key or dash; only in block style. */
  readonly column: number
}

/** A node of the document that gets another value: the node, its present value and its position. */
export interface Target {
  readonly node: Node
  readonly have: Json
  /** From the document's root, with list indexes as they are now. */
  readonly path: FieldPath
  /** The same with list indexes as they will be. */
  readonly wantPath: FieldPath
  readonly slot: Slot
  /** Steps below the node that the change is about. */
  readonly depth: number
}

export type MapTarget = Target & { readonly node: MapNode; readonly have: JsonObject }
export type SeqTarget = Target & { readonly node: SeqNode; readonly have: Json[] }

/** Context of a wanted value; `outer` is the style of the flow collection around the node. */
export interface Wanted<T extends Json = Json> {
  readonly want: T
  readonly outer?: FlowStyle | undefined
  /** Whether it is known already that the node has another value. */
  readonly differs?: boolean
}

/** Operations that change the children of a collection. */
export type ChangeNode = (plan: Plan, target: Target, wanted: Wanted) => void

/** How much of the old text an attempt keeps: from the smallest edits to the replacement of whole nodes. */
export interface Strategy {
  readonly literals: boolean
  /** Nodes this deep below the changed one are replaced as a whole. */
  readonly depth: number
}

/** The edits of one document so far, with what they depend on. */
export class Plan {
  readonly document: Document
  readonly text: string
  readonly strategy: Strategy
  readonly edits: TextEdit[] = []
  /** Aliases to be written out, because what they point at changes. */
  readonly forced: ReadonlySet<Node>
  /** Nodes with an anchor whose text changes or goes. */
  readonly touched = new Set<Node>()
  private readonly enclosing: Node[] = []
  private readonly values = new Map<string, string>()
  private readonly entries = new Map<string, Spelling>()
  private readonly bare = new Set<string>()
  private readonly onWay = new Set<string>()
  readonly region: Region
  private cachedStyle: Style | undefined

  constructor(setting: { document: Document; region: Region; strategy: Strategy; forced: ReadonlySet<Node>; spellings: readonly Spelling[] }) {
    this.document = setting.document
    this.text = setting.document.file.text
    this.region = setting.region
    this.strategy = setting.strategy
    this.forced = setting.forced
    for (const spelling of setting.spellings) {
      const { path, part, text } = spelling
      if (part === 'bare') this.bare.add(JSON.stringify(path))
      else if (part === 'value') this.values.set(JSON.stringify(path), text)
      else this.entries.set(JSON.stringify(path), spelling)
      for (let length = 0; length < path.length; length++) this.onWay.add(JSON.stringify(path.slice(0, length)))
    }
  }

  get style(): Style {
    this.cachedStyle ??= styleOf(this.document, this.region, this.strategy.literals)
    return this.cachedStyle
  }

  valueSpelling(path: FieldPath): string | undefined {
    return this.values.size === 0 ? undefined : this.values.get(JSON.stringify(path))
  }

  /** Whether the key at the path is to stand without a colon. */
  isBare(path: FieldPath): boolean {
    return this.bare.size > 0 && this.bare.has(JSON.stringify(path))
  }

  /** The text behind the colon or dash of a node that is put in. */
  hasSpellingAt(path: FieldPath): boolean {
    const key = JSON.stringify(path)
    return this.values.has(key) || this.onWay.has(key)
  }

  entrySpelling(path: FieldPath): Spelling | undefined {
    return this.entries.size === 0 ? undefined : this.entries.get(JSON.stringify(path))
  }

  /** Whether a node with the wanted value can be passed over unseen. */
  get passesEqual(): boolean {
    return this.onWay.size === 0 && this.forced.size === 0
  }

  /** Whether something below an unchanged node has to be written all the same. */
  hasWorkBelow({ wantPath, node }: Target): boolean {
    if (this.onWay.size > 0 && this.onWay.has(JSON.stringify(wantPath))) return true
    for (const alias of this.forced) if (alias.start >= node.start && alias.end <= node.end) return true
    return false
  }

  /** Runs `work`, which edits inside of `node`, and marks the anchors around these edits as touched. */
  enter(node: Node, work: () => void): void {
    const anchored = node.kind !== 'alias' && node.anchor !== undefined
    if (anchored) this.enclosing.push(node)
    work()
    if (anchored) this.enclosing.pop()
  }

  /** Adds an edit; `was` is given if later edits remove more text. */
  edit(edit: Omit<TextEdit, 'was'> & { was?: string }): void {
    this.edits.push({ was: this.text.slice(edit.offset, edit.offset + edit.length), ...edit })
    for (const node of this.enclosing) this.touched.add(node)
  }

  /** Marks the anchors in `node`, whose text is removed, as touched. */
  drop(node: Node): void {
    if (node.kind === 'alias' || this.region.aliases.size === 0) return
    if (node.anchor !== undefined) this.touched.add(node)
    if (node.kind === 'seq') for (const { value } of node.items) this.drop(value)
    else if (node.kind === 'map') {
      for (const { key, value } of node.entries) {
        this.drop(key)
        this.drop(value)
      }
    }
  }
}

/** Texts that `write` needs to restore what these edits removed, for the record of an injection. Insertions need none. */
export function spellingsOf(edits: readonly TextEdit[]): Spelling[] {
  return edits.flatMap(({ path, part, was, below }): Spelling[] => {
    if (part === 'value' || part === 'bare') return [{ path, part, text: was }]
    return part === 'entry' && was !== '' ? [{ path, part, text: was, ...(below === undefined ? {} : { below }) }] : []
  })
}
