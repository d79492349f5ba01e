// The annotation that holds a workload's record.

import { at, isObject, type Json, withValueAt } from '../lib/model/index.ts'
import { RECORD } from './record.ts'

/** The record annotation of a workload's value. */
export function recordText(workload: Json): string | undefined {
  const record = at(workload, ['metadata', 'annotations', RECORD])
  // Whatever is not text is a damaged record, not an annotation of the user's.
  return record === undefined || typeof record === 'string' ? record : ''
}

/** The workload with the record. */
export function withRecord(workload: Json, text: string): Json {
  const annotations = at(workload, ['metadata', 'annotations'])
  return withValueAt(workload, ['metadata', 'annotations'], { ...(isObject(annotations) ? annotations : {}), [RECORD]: text })
}

/** The workload without its record; an annotation map that then is empty stays. */
export function withoutRecord(workload: Json): Json {
  const annotations = at(workload, ['metadata', 'annotations'])
  if (!isObject(annotations) || !Object.hasOwn(annotations, RECORD)) return workload
  const { [RECORD]: _, ...rest } = annotations
  return withValueAt(workload, ['metadata', 'annotations'], rest)
}
