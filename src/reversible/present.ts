// Keeps a workload's text of the input if injecting again gives the same workload.

import { equal } from '../lib/model/index.ts'
import type { Document, Edit } from '../lib/yaml/index.ts'
import { type InjectionRecord, printRecord, readRecord, recordText, withRecord } from '../record/index.ts'
import { difference } from '../write/index.ts'
import type { Injected } from './apply.ts'

/**
 * The edit that keeps the text of the input if injecting again gives the same workload. So comments that people or kpt have added to injected parts stay, and
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

function isPresent({ kept, record, present }: Injected): boolean {
  const text = present === undefined ? undefined : recordText(present.value)
  if (present === undefined || text === undefined) return false
  const again = printRecord({ ...record, ...wayBackOf(readRecord(text)) })
  return again === text && equal(withRecord(kept, again), present.value)
}

/** Parts of a record that depend on the text, besides the old values. */
function wayBackOf({ texts, beside, back, lost }: InjectionRecord): Pick<InjectionRecord, 'texts' | 'beside' | 'back' | 'lost'> {
  return { texts, ...(beside === undefined ? {} : { beside }), ...(back === undefined ? {} : { back }), ...(lost === undefined ? {} : { lost }) }
}
