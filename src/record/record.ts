// The record of an injection, as the text of one annotation on the workload (design: what injection leaves behind).

import { get, InjectError, isObject, type Json } from '../lib/model/index.ts'
import { Digests } from './digests.ts'
import { digest } from './hash.ts'
import type { Undo } from './undo.ts'
import { visitInjected } from './units.ts'

/** The annotation that carries the record. */
export const RECORD = 'inject-sidecars.dev/record'

/** A key, the name of a list element in an array of its own, or the index of an element that no name tells from the others. */
export type RecordedStep = string | number | readonly [string]

/** The text that stood at a place of the old workload, where writing its value would not give the same bytes. */
export interface RecordedText {
  readonly path: readonly RecordedStep[]
  /** `bare`: the key had no colon. */
  readonly part: (typeof PARTS)[number]
  readonly text: string
}

/** Their numbers in a record are their indexes. */
const PARTS = ['value', 'entry', 'bare'] as const

export interface InjectionRecord {
  readonly undo: Undo
  readonly digests: Digests
  readonly texts: readonly RecordedText[]
  /** Texts of other resources of the document, by their paths from its root: an alias there may have been replaced by its value. */
  readonly beside?: readonly RecordedText[]
  /** Additions of injection below the pod template that nothing else shows: `spec.containers[log-shipper]`. */
  readonly added: readonly string[]
  /** For texts that nothing smaller can restore. */
  readonly back?: ExactWayBack
  /** A line that removal cannot restore. */
  readonly lost?: string
}

/** Edits from the injected text, its records left out, to the old one. */
export interface ExactWayBack {
  /** Of the whole document; else of the part of it that holds the workload alone. */
  readonly isWhole: boolean
  /** The digest of the injected text, its records left out. */
  readonly sum: string
  readonly edits: readonly { readonly offset: number; readonly length: number; readonly text: string }[]
}

/** The record of an injection. `injected` is the workload's value after it, `undo` the way back. */
export function recordOf(undo: Undo, injected: Json, added: readonly string[] = []): InjectionRecord {
  return { undo, digests: Digests.of(visit => visitInjected(undo, injected, visit)), texts: [], added }
}

const SUM_DIGITS = { 1: 5, 2: 10 } as const

/** `{"v":2,"adds":[…],"undo":…,"ours":"…","all":"…","text":[…],"back":[…]}` and a checksum, so that a cut or edited record is noticed. */
export function printRecord({ undo, digests, texts, beside = [], added, back, lost }: InjectionRecord): string {
  const listed = (all: readonly RecordedText[]) => all.map(({ path, part, text }) => [path, PARTS.indexOf(part), text])
  const body = JSON.stringify({
    v: 2,
    ...(added.length > 0 ? { adds: added } : {}),
    undo,
    ours: digests.toString(),
    all: digests.all,
    ...(texts.length > 0 ? { text: listed(texts) } : {}),
    ...(beside.length > 0 ? { beside: listed(beside) } : {}),
    ...(back === undefined ? {} : { back: [back.isWhole ? 1 : 0, back.sum, ...back.edits.map(edit => [edit.offset, edit.length, edit.text])] }),
    ...(lost === undefined ? {} : { lost }),
  })
  return `${body}${digest(body, SUM_DIGITS[2])}`
}

/**
 * Reads a record. Its checksum detects accidental damage, not forgery: the content may be anything in the form of a record.
 * @throws InjectError `record-invalid` when it is damaged, cut off, edited, or of a later version
 */
export function readRecord(annotation: string): InjectionRecord {
  if (annotation.length > MAX_LENGTH) throw invalidRecord(`it has ${annotation.length} characters, and ${MAX_LENGTH} are the most`)
  const end = annotation.lastIndexOf('}') + 1
  const [body, sum] = [annotation.slice(0, end), annotation.slice(end)]
  const summed = sum.length === SUM_DIGITS[1] ? 1 : sum.length === SUM_DIGITS[2] ? 2 : undefined
  if (summed === undefined || digest(body, SUM_DIGITS[summed]) !== sum) throw invalidRecord('its checksum is wrong: it was cut off or edited')
  let record: unknown
  try {
    record = JSON.parse(body)
  } catch {
    throw invalidRecord('it is not JSON')
  }
  if (!isObject(record)) throw invalidRecord('it is not an object')
  const [version, ours, all, undo] = [get(record, 'v'), get(record, 'ours'), get(record, 'all'), get(record, 'undo') ?? null]
  if (version !== summed) throw invalidRecord(`it has version ${JSON.stringify(version)}, this is a program for versions 1 and 2`)
  const isWhole = version === 1 ? all === undefined : typeof all === 'string' && /^[\w-]{10}$/.test(all)
  const digests = typeof ours === 'string' && isWhole ? Digests.read(ours, version, typeof all === 'string' ? all : undefined) : undefined
  const texts = readTexts(get(record, 'text') ?? [])
  const beside = readTexts(get(record, 'beside') ?? [])
  const added = get(record, 'adds') ?? []
  const back = readWayBack(get(record, 'back'))
  const lost = get(record, 'lost')
  if (!isUndo(undo, 0) || digests === undefined || texts === undefined || beside === undefined || !Array.isArray(added) || !isStrings(added) || back === null)
    throw invalidRecord('a part of it has the wrong form')
  const names = added.filter(name => typeof name === 'string')
  return {
    undo: undo as Undo,
    digests,
    texts,
    ...(beside.length > 0 ? { beside } : {}),
    added: names,
    ...(back === undefined ? {} : { back }),
    ...(typeof lost === 'string' ? { lost } : {}),
  }
}

/** The finding about a record that cannot be used. */
export function invalidRecord(why: string, cause?: unknown): InjectError {
  return new InjectError(
    {
      code: 'record-invalid',
      message: `the annotation ${RECORD} cannot be used: ${why}`,
      hint: "restore it from Git, or remove Istio's injection with `inject-sidecars uninject --from-status`",
    },
    cause === undefined ? {} : { cause },
  )
}

/** Maximum length. The API server allows 256 KiB of annotations; manifests for other uses may have more. */
const MAX_LENGTH = 1_048_576
/** Maximum nesting, that of YAML texts. */
const MAX_DEPTH = 100

function isUndo(undo: Json, depth: number): boolean {
  if (undo === null) return true
  if (depth > MAX_DEPTH || !isObject(undo)) return false
  if (Object.hasOwn(undo, '=')) return isOld(undo, depth)
  const children = (value: Json | undefined) => value === undefined || (isObject(value) && Object.values(value).every(child => isUndo(child, depth + 1)))
  const [keys, order] = [get(undo, 'k'), get(undo, 'o')]
  if (keys !== undefined) return children(keys) && isStrings(order)
  // A record without a known key would leave the injection in, without a record.
  if (!['x', 'c', 'l'].some(key => Object.hasOwn(undo, key))) return false
  const list = get(undo, 'l')
  return (
    isStrings(get(undo, 'x')) &&
    children(get(undo, 'c')) &&
    (list === undefined || (Array.isArray(list) && isStrings(list.filter(entry => typeof entry === 'string')) && list.every(entry => isEntry(entry, depth))))
  )
}

function isEntry(entry: Json, depth: number): boolean {
  return typeof entry === 'string' || isOld(entry, depth)
}

function isOld(entry: Json, depth: number): boolean {
  const was = get(entry, '=')
  return isObject(entry) && was !== undefined && Object.keys(entry).length === 1 && isFlatEnough(was, depth)
}

/** Whether YAML can hold the value: not too deep, and no number that is infinite. */
function isFlatEnough(value: Json, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  return depth < MAX_DEPTH && Object.values(value).every(child => isFlatEnough(child, depth + 1))
}

/** Whether a value is a list of different strings. */
function isStrings(value: Json | undefined): boolean {
  return value === undefined || (Array.isArray(value) && value.every(item => typeof item === 'string') && new Set(value).size === value.length)
}

function readTexts(value: Json): RecordedText[] | undefined {
  if (!Array.isArray(value)) return undefined
  const texts: RecordedText[] = []
  for (const entry of value) {
    const [path, part, text] = Array.isArray(entry) ? entry : []
    const known = typeof part === 'number' ? PARTS[part] : undefined
    if (!Array.isArray(path) || typeof text !== 'string' || known === undefined) return undefined
    if (path.length > MAX_DEPTH || !path.every(isStep)) return undefined
    texts.push({ path: path as RecordedStep[], part: known, text })
  }
  return texts
}

function isStep(step: Json): boolean {
  return typeof step === 'string' || typeof step === 'number' || (Array.isArray(step) && step.length === 1 && typeof step[0] === 'string')
}

/** Reads `back`; undefined if absent, null if it has the wrong form. */
function readWayBack(value: Json | undefined): ExactWayBack | undefined | null {
  if (value === undefined) return undefined
  if (!Array.isArray(value)) return null
  const [scope, sum, ...rest] = value
  const edits = rest.flatMap(entry => {
    const [offset, length, text] = Array.isArray(entry) ? entry : []
    return Number.isInteger(offset) && Number.isInteger(length) && typeof text === 'string' ? [{ offset: Number(offset), length: Number(length), text }] : []
  })
  if ((scope !== 0 && scope !== 1) || typeof sum !== 'string' || edits.length < rest.length) return null
  return { isWhole: scope === 1, sum, edits }
}
