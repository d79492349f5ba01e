// Proves edits: the part of the text that they change is read again and has to hold the wanted value, and nothing else.

import type { FieldPath, Json } from '../lib/model/index.ts'
import { at, equal } from '../lib/model/index.ts'
import type { Document, Edit, Region } from '../lib/yaml/index.ts'
import { applyEdits, readDocument } from '../lib/yaml/index.ts'
import { withValueAt } from './with-values.ts'

/** Whether `document` with `edits` made reads as `want` in the region, and the region still is one document. */
export function verifyEdits(document: Document, region: Region, { edits, want }: { edits: readonly Edit[]; want: Json }): boolean {
  const { text } = document.file
  const inside = edits.every(edit => edit.offset >= region.start && edit.offset + edit.length <= region.end)
  if (!inside) return false
  const shifted = edits.map(edit => ({ ...edit, offset: edit.offset - region.start }))
  try {
    return equal(readDocument(region.prefix + applyEdits(text.slice(region.start, region.end), shifted)), want)
  } catch {
    // Text that cannot be read any more is as wrong as one that reads as something else.
    return false
  }
}

/** The value that the region should hold when the node at `path` becomes `after`. */
export function wantedIn(document: Document, region: Region, { path, after }: { path: FieldPath; after: Json }): Json {
  return withValueAt(at(document.value, region.path), path.slice(region.path.length), after)
}
