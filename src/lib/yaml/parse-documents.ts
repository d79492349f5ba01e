// Reads the YAML documents of a file: their values as Kubernetes reads them, and the positions of their nodes. JSON is YAML too.

import type { Diagnostic, Json, SourceFile } from '../model/index.ts'
import { findingsOn, InjectError, warning } from '../model/index.ts'
import { type Expansion, expansionOf } from './anchors.ts'
import type { Document } from './document.ts'
import { YamlError } from './error.ts'
import { keyOnly } from './excerpt.ts'
import { LineIndex } from './line-index.ts'
import { refuseRest } from './load.ts'
import { ReadDocument } from './read-document.ts'
import { type Reading, readYaml } from './reader.ts'
import { documentParts } from './split.ts'
import { unreadLine, withoutQuotes } from './unread-excerpt.ts'

/**
 * All documents of a file, in order. Parts of the file that hold only comments give none; an empty document behind a `---` has the value null.
 * Documents are left out if `matters` returns false for their text, or `keeps` for their value.
 * @throws InjectError `yaml-syntax` with the position
 * @example parseDocuments({ path: 'a.yaml', text: 'a: 1\n---\nb: yes\n' }).map(d => d.value) // [{ a: 1 }, { b: true }]
 */
export function parseDocuments(file: SourceFile, matters?: (text: string) => boolean, keeps?: (value: Json) => boolean): Document[] {
  const lines = new LineIndex(file)
  const documents: Document[] = []
  const expansion = expansionOf(file.text.length)
  for (const { start, end } of documentParts(file.text)) {
    const text = start === 0 && end === file.text.length ? file.text : file.text.slice(start, end)
    if (matters?.(text) === false) continue
    const reading = readPart(text, { start, lines, expansion })
    if (reading.isDocument && keeps?.(reading.value) !== false)
      documents.push(new ReadDocument({ file, start, lines, reading, diagnostics: duplicatesOf(reading, start, lines) }))
  }
  return documents
}

/** A text that has been read, as the one document that it holds. */
export function documentOf(file: SourceFile, reading: Reading): Document {
  return new ReadDocument({ file, start: 0, lines: new LineIndex(file), reading, diagnostics: [] })
}

interface Part {
  readonly start: number
  readonly lines: LineIndex
  readonly expansion: Expansion
}

/** JSON, with which Kubernetes' own reader of files begins where a document begins with a brace. */
const JSON_START = /^[\s\uFEFF]*\{/

function readPart(text: string, { start, lines, expansion }: Part): Reading {
  try {
    const reading = readYaml(text, { expansion, isFirst: start === 0, isJson: JSON_START.test(text) })
    refuseRest(reading)
    return reading
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    const { lineText, isConcealed } = unreadLine(text, error.offset)
    const words = error.message.replace(/^yaml: (line \d+: )?/, '')
    const message = isConcealed ? withoutQuotes(words) : words
    throw new InjectError({ code: 'yaml-syntax', message, at: lines.position(start + error.offset, 1, () => lineText) }, { cause: error })
  }
}

function duplicatesOf({ duplicates, text }: Reading, start: number, lines: LineIndex): readonly Diagnostic[] {
  return findingsOn(duplicates, ({ key, offset }) =>
    warning({
      code: 'yaml-duplicate-key',
      message: `key ${JSON.stringify(key)} occurs twice in one mapping; Kubernetes reads the last one`,
      at: lines.position(start + offset, key.length, line => keyOnly(text.slice(line.start - start, line.end - start))),
    }),
  )
}
