// Verifies edits: reads the changed part of the text again, which must hold exactly the wanted value.

import type { FieldPath, Json } from '../lib/model/index.ts'
import { at, equal, withValueAt } from '../lib/model/index.ts'
import type { Document, Edit, Reading, Region } from '../lib/yaml/index.ts'
import { applyEdits, EditError, readWhole, splitDocuments, YamlError } from '../lib/yaml/index.ts'

/** A part of a document's text after edits, read again. */
export interface ChangedPart {
  readonly reading: Reading
  readonly region: Region
  /** With the region's prefix. */
  readonly text: string
}

/** The region of `document` with `edits` made; undefined unless it reads as `want`, and the region still is one document. */
export function provenPart(document: Document, region: Region, { edits, want }: { edits: readonly Edit[]; want: Json }): ChangedPart | undefined {
  const inside = edits.every(edit => edit.offset >= region.start && edit.offset + edit.length <= region.end)
  if (!inside) return undefined
  const shifted = edits.map(edit => ({ ...edit, offset: edit.offset - region.start }))
  try {
    const text = region.prefix + applyEdits(document.file.text.slice(region.start, region.end), shifted)
    if (!isOneDocument(text)) return undefined
    const reading = readWhole(text)
    return equal(reading.value, want) ? { reading, region, text } : undefined
  } catch (error) {
    // Edits that overlap, or text that cannot be read any more, are as wrong as text that reads as something else.
    if (error instanceof YamlError || error instanceof EditError) return undefined
    throw error
  }
}

/** Whether a text is one document: a text from a record may hold a `---`, and what follows it would be lost. */
function isOneDocument(text: string): boolean {
  return splitDocuments(text).length <= 1
}

/** The value that the region should hold when the node at `path` becomes `after`. */
export function wantedIn(document: Document, region: Region, { path, after }: { path: FieldPath; after: Json }): Json {
  return withValueAt(at(document.value, region.path), path.slice(region.path.length), after)
}
