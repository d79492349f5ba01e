// A file as its YAML documents: values as Kubernetes reads them, and where each node stands in the text. JSON is YAML too.

import type { Diagnostic, FieldPath, Json, SourceFile, SourceMap } from '../model/index.ts'
import { findingsOn, InjectError, warning } from '../model/index.ts'
import { type Expansion, expansionOf } from './anchors.ts'
import { YamlError } from './error.ts'
import type { Habits } from './habits.ts'
import { LineIndex } from './line-index.ts'
import { refuseRest } from './load.ts'
import type { Node } from './node.ts'
import { ReadDocument } from './read-document.ts'
import { type Reading, readYaml } from './reader.ts'
import { splitDocuments } from './split.ts'

/** What an alias points at. */
export interface Anchored {
  readonly node: Node
  readonly value: Json
}

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
    const reading = readPart(text, { start, lines, expansion })
    if (reading.isDocument) documents.push(new ReadDocument({ file, start, lines, reading, diagnostics: duplicatesOf(reading, start, lines) }))
  }
  return documents
}

/** A text that has been read, as the one document that it holds. */
export function documentOf(file: SourceFile, reading: Reading): Document {
  return new ReadDocument({ file, start: 0, lines: new LineIndex(file), reading, diagnostics: [] })
}

interface Place {
  readonly start: number
  readonly lines: LineIndex
  readonly expansion: Expansion
}

/** JSON, with which Kubernetes' own reader of files begins where a document begins with a brace. */
const JSON_START = /^[\s\uFEFF]*\{/

function readPart(text: string, { start, lines, expansion }: Place): Reading {
  try {
    const reading = readYaml(text, { expansion, isFirst: start === 0, isJson: JSON_START.test(text) })
    refuseRest(reading)
    return reading
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    const message = error.message.replace(/^yaml: (line \d+: )?/, '')
    throw new InjectError({ code: 'yaml-syntax', message, at: lines.position(start + error.offset) }, { cause: error })
  }
}

function duplicatesOf({ duplicates }: Reading, start: number, lines: LineIndex): readonly Diagnostic[] {
  return findingsOn(duplicates, ({ key, offset }) =>
    warning({
      code: 'yaml-duplicate-key',
      message: `key ${JSON.stringify(key)} occurs twice in one mapping; Kubernetes reads the last one`,
      at: lines.position(start + offset, key.length),
    }),
  )
}
