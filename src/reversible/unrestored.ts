// Finds lines of a user that are lost when an injection is removed: injecting the result again must give the text from which it was removed.

import { at, type FieldPath, InjectError } from '../lib/model/index.ts'
import { applyEdits, type Document, type Edit, EditError, type Node, parseDocuments, shownLine } from '../lib/yaml/index.ts'
import { type TextEdit, writeAll } from '../write/index.ts'
import { MARK } from '../write/marks.ts'
import { editedPart, type Part, partWith, wholeOf } from './exact.ts'
import type { LostLine } from './user-edits.ts'

/** Edits that remove injections, and the workloads that they change. */
export interface Removal {
  readonly edits: readonly TextEdit[]
  /** Of the workloads, which are taken off together. */
  readonly paths: readonly FieldPath[]
}

/**
 * The lines of a document that the edits lose, redacted for messages: a user's comments in an injected part, and lines of the user that are rewritten in
 * another style. Lines that injection made, and values that a user changed in them, are not among them.
 * @example unrestoredLines(document, { edits, paths: [[]] }) // [{ number: 61, text: '# ours' }]
 */
export function unrestoredLines(document: Document, removal: Removal): readonly LostLine[] {
  const { text } = document.file
  if (removal.edits.every(edit => isSafe(text, edit))) return []
  const part = partOf(document, removal)
  const again = injectedAgain(document, part, removal)
  const before = part.prefix + text.slice(part.start, part.end)
  if (again === before) return []
  const ranges = removal.edits.filter(isRemoval).map(({ offset, length }) => ({ start: offset, end: offset + length }))
  const lines = linesOf(text, part).map(line => ({ ...line, isOurs: ranges.some(({ start, end }) => start <= line.start && line.end <= end) }))
  const missing = missingIn(lines, (again ?? editedPart(document, part, removal.edits)).slice(part.prefix.length))
  if (missing.length === 0) return []
  const comments = commentsIn(document, part)
  return missing.flatMap(line => {
    const comment = comments.find(offset => offset >= line.start && offset < line.end)
    const isUsers = comment !== undefined && text.slice(comment, line.end).trim() !== MARK
    return isUsers || !line.isOurs ? [{ number: line.number, text: shownText(document, line, isUsers ? comment : undefined) }] : []
  })
}

/** Part of a line that is shown: its comment, if the comment is lost and is not secret. */
function shownText(document: Document, line: Line, comment: number | undefined): string {
  const { text } = document.file
  const root = document.nodeAt([])
  const shown = root === undefined ? '' : shownLine(text, line, { root, within: document })
  const isShown = comment !== undefined && shown === text.slice(line.start, line.end)
  return (isShown ? text.slice(comment, line.end) : shown).trim()
}

/** The part that the edits change: a record's texts that define an anchor may lie outside of the workload. */
function partOf(document: Document, { edits, paths }: Removal): Part {
  const part = partWith(document, paths)
  const isInside = ({ offset, length, text }: Edit) => offset >= part.start && offset + length <= part.end && !text.includes('*')
  return edits.every(isInside) ? part : wholeOf(document)
}

/** Whether an edit cannot lose anything of the user's: it removes values without comments, and rewrites nothing. */
function isSafe(text: string, edit: TextEdit): boolean {
  const taken = text.slice(edit.offset, edit.offset + edit.length)
  return !taken.includes('#') && (isRemoval(edit) || !taken.includes('\n'))
}

/** Whether an edit removes lines, or replaces them by a single line. */
function isRemoval({ text }: Edit): boolean {
  return !text.includes('\n')
}

/** The part's text after the edits and with the injected values written again; undefined if that cannot be proven. */
function injectedAgain(document: Document, part: Part, { edits, paths }: Removal): string | undefined {
  const changes = paths.map(path => ({ path: path.slice(part.path.length), after: at(document.value, path) ?? null }))
  try {
    const [restored, ...others] = parseDocuments({ path: document.file.path, text: editedPart(document, part, edits) })
    if (restored === undefined || others.length > 0) return undefined
    return applyEdits(restored.file.text, writeAll({ document: restored, changes }))
  } catch (error) {
    if (error instanceof EditError || error instanceof InjectError) return undefined
    throw error
  }
}

interface Line {
  /** In the file, from 1. */
  readonly number: number
  readonly start: number
  readonly end: number
  readonly text: string
}

function linesOf(text: string, { start, end }: Part): Line[] {
  let next = start
  const before = text.slice(0, start).split('\n').length
  return text
    .slice(start, end)
    .split('\n')
    .map((line, i) => {
      const from = next
      next += line.length + 1
      return { number: before + i, start: from, end: from + line.length, text: line }
    })
}

/** The lines that are not in the other text as often as here; of those that say the same, the ones that injection made. */
function missingIn<L extends Line & { readonly isOurs: boolean }>(lines: readonly L[], other: string): L[] {
  const counts = new Map<string, number>()
  for (const line of other.split('\n')) counts.set(line, (counts.get(line) ?? 0) + 1)
  const isMissing = ({ text }: L) => {
    const left = counts.get(text) ?? 0
    counts.set(text, left - 1)
    return left <= 0
  }
  const users = lines.filter(({ isOurs }) => !isOurs)
  const missing = new Set(users.filter(isMissing))
  for (const line of lines) if (line.isOurs && isMissing(line)) missing.add(line)
  return lines.filter(line => missing.has(line))
}

/** The offsets of the comments in a part. */
function commentsIn(document: Document, { path, start, end }: Part): number[] {
  const root = path.length === 0 ? document.nodeAt([]) : document.regionAt(path).root
  const scalars = root === undefined ? [] : scalarsIn(root, document.file.text)
  const { text } = document.file
  const found: number[] = []
  let next = 0
  for (let sign = text.indexOf('#', start); sign >= 0 && sign < end; sign = text.indexOf('#', sign + 1)) {
    while ((scalars[next]?.end ?? end) <= sign) next++
    if ((scalars[next]?.start ?? end) <= sign || !isBlank(text[sign - 1])) continue
    found.push(sign)
    const lineEnd = text.indexOf('\n', sign)
    sign = lineEnd < 0 ? end : lineEnd
  }
  return found
}

function isBlank(character: string | undefined): boolean {
  return character === undefined || /\s/.test(character)
}

interface Extent {
  readonly start: number
  readonly end: number
}

/** Ranges of the scalars, in order; of block scalars the lines without the header, which may have a comment. */
function scalarsIn(node: Node, text: string): Extent[] {
  if (node.kind === 'map') return node.entries.flatMap(({ key, value }) => [...scalarsIn(key, text), ...scalarsIn(value, text)])
  if (node.kind === 'seq') return node.items.flatMap(({ value }) => scalarsIn(value, text))
  if (node.kind === 'alias') return []
  const isBlock = node.style === 'literal' || node.style === 'folded'
  return [{ start: isBlock ? text.indexOf('\n', node.content) : node.content, end: node.end }]
}
