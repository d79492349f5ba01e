// Replaces texts of an input, and applies edits to them.

import type { InjectInput, SourceFile } from '../lib/model/index.ts'
import { type Edit, editedPieces } from '../lib/yaml/index.ts'

/** The same input with other texts, in the same order. */
export function withFiles<Input extends InjectInput>(input: Input, files: readonly SourceFile[]): Input {
  const [file] = files
  return input.resourceList === undefined || file === undefined ? { ...input, files } : { ...input, resourceList: file }
}

/** The same object where there is nothing to edit. The new text is put together when it is first read. */
export function editedFile(file: SourceFile, edits: readonly Edit[]): SourceFile {
  if (edits.length === 0) return file
  const pieces = editedPieces(file.text, edits)
  const edited = {
    path: file.path,
    get text() {
      if (pieces.length > 1) pieces.splice(0, pieces.length, pieces.join(''))
      return pieces[0] ?? ''
    },
  }
  piecesOfEdited.set(edited, pieces)
  return edited
}

/** Whether a text is another one than before, where most are the same objects. */
export function isChanged(before: SourceFile | undefined, after: SourceFile | undefined): boolean {
  return before !== after && before?.text !== after?.text
}

/** The text of a file piece by piece, for writing it without the whole edited text in memory. */
export function piecesOf(file: SourceFile): readonly string[] {
  return piecesOfEdited.get(file) ?? [file.text]
}

const piecesOfEdited = new WeakMap<SourceFile, readonly string[]>()
