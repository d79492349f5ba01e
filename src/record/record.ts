// The record of an injection, as the text of one annotation on the workload (design: what injection leaves behind).

import { InjectError, isObject, type Json } from '../lib/model/index.ts'
import type { Undo } from './undo.ts'
import { Digests, digest, visitInjected } from './units.ts'

/** The annotation that carries the record. */
export const RECORD = 'inject-sidecars.dev/record'

/** The text that stood at a place of the old workload, where writing its value would not give the same bytes. */
export interface RecordedText {
  readonly path: readonly (string | number)[]
  readonly part: 'value' | 'entry'
  readonly text: string
}

export interface InjectionRecord {
  readonly undo: Undo
  readonly digests: Digests
  readonly texts: readonly RecordedText[]
}

/** A record of the injection that made `injected`, a workload's value, and that `undo` takes back. */
export function recordOf(undo: Undo, injected: Json, texts: readonly RecordedText[] = []): InjectionRecord {
  return { undo, digests: Digests.of(visit => visitInjected(undo, injected, visit)), texts }
}

const VERSION = 1
const SUM_DIGITS = 5

/** `{"v":1,"undo":…,"ours":"…","text":[…]}` and a checksum, so that a cut or edited record is noticed. */
export function printRecord({ undo, digests, texts }: InjectionRecord): string {
  const text = texts.map(({ path, part, text: was }) => [path, part === 'entry' ? 1 : 0, was])
  const body = JSON.stringify({ v: VERSION, undo, ours: digests.toString(), ...(text.length > 0 ? { text } : {}) })
  return `${body}${digest(body, SUM_DIGITS)}`
}

/**
 * Reads a record.
 * @throws InjectError `record-invalid` when it is damaged, cut off, edited, or of a later version
 */
export function readRecord(annotation: string): InjectionRecord {
  const body = annotation.slice(0, -SUM_DIGITS)
  if (digest(body, SUM_DIGITS) !== annotation.slice(-SUM_DIGITS)) throw invalid('its checksum is wrong: it was cut off or edited')
  let record: unknown
  try {
    record = JSON.parse(body)
  } catch {
    throw invalid('it is not JSON')
  }
  if (!isObject(record)) throw invalid('it is not an object')
  if (record.v !== VERSION) throw invalid(`it has version ${JSON.stringify(record.v)}, this is a program for version ${VERSION}`)
  const digests = typeof record.ours === 'string' ? Digests.read(record.ours) : undefined
  const texts = readTexts(record.text ?? [])
  if (!isUndo(record.undo ?? null, 0) || digests === undefined || texts === undefined) throw invalid('a part of it has the wrong form')
  return { undo: (record.undo ?? null) as Undo, digests, texts }
}

function invalid(why: string): InjectError {
  return new InjectError({
    code: 'record-invalid',
    message: `the annotation ${RECORD} cannot be used: ${why}`,
    hint: 'restore it from Git, or take the injection off with `inject-sidecars uninject --from-status`',
  })
}

/** A pod is far from this deep. */
const MAX_DEPTH = 64

function isUndo(undo: Json, depth: number): boolean {
  if (undo === null) return true
  if (depth > MAX_DEPTH || !isObject(undo)) return false
  if (Object.hasOwn(undo, '=')) return Object.keys(undo).length === 1
  const children = (value: Json | undefined) => value === undefined || (isObject(value) && Object.values(value).every(child => isUndo(child, depth + 1)))
  if (Object.hasOwn(undo, 'k')) return undo.k !== undefined && children(undo.k) && isStrings(undo.o)
  const { x, c, l } = undo
  const isOld = (entry: Json) => typeof entry === 'string' || (isObject(entry) && Object.hasOwn(entry, '='))
  return isStrings(x) && children(c) && (l === undefined || (Array.isArray(l) && l.every(isOld)))
}

function isStrings(value: Json | undefined): boolean {
  return value === undefined || (Array.isArray(value) && value.every(item => typeof item === 'string'))
}

function readTexts(value: Json): RecordedText[] | undefined {
  if (!Array.isArray(value)) return undefined
  const texts: RecordedText[] = []
  for (const entry of value) {
    const [path, part, text] = Array.isArray(entry) ? entry : []
    if (!Array.isArray(path) || typeof text !== 'string' || (part !== 0 && part !== 1)) return undefined
    if (!path.every(step => typeof step === 'string' || typeof step === 'number')) return undefined
    texts.push({ path: path as (string | number)[], part: part === 1 ? 'entry' : 'value', text })
  }
  return texts
}
