// The texts of an input: with others in their place, and with edits made.

import type { InjectInput, SourceFile } from './lib/model/index.ts'
import { applyEdits, type Edit } from './lib/yaml/index.ts'

/** The same input with other texts, in the same order. */
export function withFiles<Input extends InjectInput>(input: Input, files: readonly SourceFile[]): Input {
  const [file] = files
  return input.resourceList === undefined || file === undefined ? { ...input, files } : { ...input, resourceList: file }
}

/** The same object where there is nothing to edit. */
export function editedFile(file: SourceFile, edits: readonly Edit[]): SourceFile {
  return edits.length === 0 ? file : { path: file.path, text: applyEdits(file.text, edits) }
}
