// The interface of a YAML document: its value, and the positions of its nodes in the text.

import type { Diagnostic, FieldPath, Json, Position, SourceFile, SourceMap } from '../model/index.ts'
import type { Habits } from './habits.ts'
import type { Node } from './node.ts'

/** Target of an alias. */
export interface Anchored {
  readonly node: Node
  readonly value: Json
}

/** A part of the text that can be parsed alone, and the path from the document's root to its value. */
export interface Region {
  readonly path: FieldPath
  readonly root: Node
  /** The part of the file. */
  readonly start: number
  readonly end: number
  /** Text before the part when it is parsed: spaces instead of an item's dash. */
  readonly prefix: string
  /** Targets of its alias nodes. */
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
  /** Whether the part with the node at `path` has aliases, all of which point into the same part. */
  hasAliasesAt(path: FieldPath): boolean
  /** Target of an alias node. */
  target(alias: Node): Anchored | undefined
  /** The node at `path` as it stands in the text: an alias is not followed at the end of the path, but is on the way. Undefined where there is none. */
  nodeAt(path: FieldPath): Node | undefined
  /** Releases the cached nodes, which take more memory than the text. They are created again on demand. */
  forgetNodes(): void
  /** The smallest part around `path` that can be parsed alone. */
  regionAt(path: FieldPath): Region
  /** Styles of the nodes of a part. */
  habitsIn(region: Region): Habits
  /** The decoded text of the scalar at `path`, not read as a number or boolean: `yes` stays `yes`. Undefined where there is no scalar. */
  scalarTextAt(path: FieldPath): string | undefined
  /** The position of the key at `path`; that of its value where there is no such key. */
  keyPositionOf(path: FieldPath): Position
  /** The text of the node at `path` as it was written, with its anchor and tag. */
  sourceAt(path: FieldPath): string | undefined
}
