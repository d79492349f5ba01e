// The workload as it stands in the input: put back as it is where injecting again comes to the same.

import { equal, type FieldPath, type Json } from '../lib/model/index.ts'
import type { Document, Edit } from '../lib/yaml/index.ts'
import { printRecord, readRecord, recordText, withRecord } from '../record/index.ts'
import type { Injected } from './apply.ts'

export interface PresentWorkload {
  /** With its record. */
  readonly value: Json
  /** The part of the document that holds it, as `regionAt` knows it. */
  readonly region: FieldPath
  readonly text: string
  /** How many workloads were taken off together with it, itself among them. */
  readonly together: number
}

/**
 * Puts back what stood in the input, where injecting again comes to the same. So comments that people, or kpt, have put into injected parts stay, and
 * a second run changes nothing.
 */
export function presentEdit(document: Document, injected: readonly Injected[]): readonly Edit[] | undefined {
  const [first] = injected
  if (first?.present === undefined || first.present.together !== injected.length || !injected.every(isPresent)) return undefined
  const region = document.regionAt(first.path)
  // Of a part that holds more than these workloads, the rest may change.
  if (!document.hasAliases && region.path.length < first.path.length) return undefined
  if (!equal([...region.path], [...first.present.region])) return undefined
  return difference(document.file.text.slice(region.start, region.end), first.present.text, region.start)
}

/** The edit that makes `after` of `before`, which stands at `offset`: what both begin and end with is left alone, for it may belong to others, too. */
function difference(before: string, after: string, offset: number): readonly Edit[] {
  if (before === after) return []
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++
  let end = 0
  while (end < shorter - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end++
  // A pair of surrogates is one character.
  if (start > 0 && isHighSurrogate(before.charCodeAt(start - 1))) start--
  if (end > 0 && isHighSurrogate(before.charCodeAt(before.length - end - 1))) end--
  return [{ offset: offset + start, length: before.length - start - end, text: after.slice(start, after.length - end) }]
}

function isHighSurrogate(code: number): boolean {
  return (code & 0xfc00) === 0xd800
}

function isPresent({ kept, record, present }: Injected): boolean {
  const text = present === undefined ? undefined : recordText(present.value)
  if (present === undefined || text === undefined) return false
  const again = printRecord({ ...record, texts: readRecord(text).texts })
  return again === text && equal(withRecord(kept, again), present.value)
}
