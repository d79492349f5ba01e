// Writes findings as the `results` of a ResourceList (KRM Functions Specification v1), at the end of its text.

import { type Diagnostic, equal, formatPath, isObject, type Json, type JsonObject, limited, type Position, type Severity, visible } from '../lib/model/index.ts'
import { type Document, type Edit, readDocument, toYaml, YamlError } from '../lib/yaml/index.ts'
import { write } from './write.ts'

const WORST_FIRST: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 }

/** Findings without duplicates, the most severe first: kpt shows four of them. Beyond ten thousand they are only counted. */
export function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const distinct = new Map(diagnostics.map(diagnostic => [keyOf(diagnostic), diagnostic]))
  return [...limited([...distinct.values()].sort((a, b) => WORST_FIRST[a.severity] - WORST_FIRST[b.severity]))]
}

/** A key that is the same for equal findings. The text of the line follows from its position and may be the whole input, so it is not part of the key. */
function keyOf({ at, ...rest }: Diagnostic): string {
  return JSON.stringify(at === undefined ? rest : { ...rest, at: [at.file, at.line, at.column, at.length, at.inside] })
}

/**
 * One finding as a KRM result: `message` and `severity` always, the rest where it is known. A field is of use only with its resource.
 * @example toResult({ code: 'template-unknown', severity: 'error', message: 'no template "x"' })
 * // { message: 'no template "x"', severity: 'error', tags: { code: 'template-unknown' } }
 */
export function toResult(diagnostic: Diagnostic): JsonObject {
  const { code, severity, message, hint, resource, field, file, at } = diagnostic
  const named = resource !== undefined && [resource.apiVersion, resource.kind, resource.name].every(part => part !== '')
  const place = file ?? fileOf(at)
  return {
    message: visible(hint === undefined ? message.trim() : `${message.trim()} (${oneLine(hint)})`),
    severity,
    ...(named ? { resourceRef: { ...resource } } : {}),
    ...(named && field !== undefined && field.length > 0 ? { field: { path: formatPath(field) } } : {}),
    ...(place === undefined ? {} : { file: { ...place } }),
    tags: { code },
  }
}

function oneLine(text: string): string {
  return text.trim().replace(/:?\n+/g, '; ')
}

/** A place in a file that the function itself read, not on standard input. */
function fileOf(at: Position | undefined): { path: string } | undefined {
  return at === undefined || at.file.startsWith('<') ? undefined : { path: at.file }
}

/**
 * The edits that give a ResourceList these results and no others, and `items` where it has none. Nothing in the items is touched.
 * @param documents of standard input: one ResourceList
 */
export function resultEdits(documents: readonly Document[], diagnostics: readonly Diagnostic[]): readonly Edit[] {
  const document = documents.find(({ value }) => value !== null)
  const value = document?.value
  if (document === undefined || !isObject(value)) return []
  const results = diagnostics.map(toResult)
  const { results: earlier, ...rest } = value
  const items = value.items ?? []
  const needsRewrite = earlier !== undefined || items !== value.items
  if (results.length === 0 && !needsRewrite) return []
  const old = items === value.items ? resultsAtEnd(document, earlier) : undefined
  if (old !== undefined) return [{ offset: old, length: document.end - old, text: results.length === 0 ? '' : toYaml({ results }) }]
  const end = appendOffset(document)
  if (!needsRewrite && end !== undefined) return [{ offset: end, length: 0, text: toYaml({ results }) }]
  return write({ document, path: [], before: value, after: { ...rest, items, ...(results.length === 0 ? {} : { results }) } })
}

/**
 * Start of the earlier results if nothing follows them, as functions write them: then the rest does not have to be read. Undefined if the text has to
 * be read for it.
 */
function resultsAtEnd(document: Document, earlier: Json | undefined): number | undefined {
  if (earlier === undefined || appendOffset(document) === undefined) return undefined
  const text = document.file.text.slice(document.start, document.end)
  const [key, ...others] = text.matchAll(/^["']?results["']?[ \t]*:/gm)
  if (key === undefined || others.length > 0) return undefined
  const tail = text.slice(key.index)
  if (!/^results:[ \t]*\n(?:(?: |- ).*\n)*$/.test(tail)) return undefined
  return isTextOf(tail, { results: earlier }) ? document.start + key.index : undefined
}

function isTextOf(text: string, value: Json): boolean {
  try {
    return equal(readDocument(text), value)
  } catch (error) {
    // An alias of something before it.
    if (error instanceof YamlError) return false
    throw error
  }
}

/** Offset at which a key of the root can be appended without reading the rest; undefined if the text has to be read. */
function appendOffset({ file, start, end }: Document): number | undefined {
  const text = start === 0 && end === file.text.length ? file.text : file.text.slice(start, end)
  const firstKey = /^(?:apiVersion|kind|items|functionConfig):/m.exec(text)
  const isBlock = firstKey !== null && !/^[ \t]*\{/m.test(text.slice(0, firstKey.index))
  // A last line without an end could be one of a block scalar, and grow by the line end.
  if (!isBlock || !text.endsWith('\n')) return undefined
  const lastLine = text.slice(text.lastIndexOf('\n', text.length - 2) + 1)
  return lastLine.startsWith('...') ? undefined : end
}
