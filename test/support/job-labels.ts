// The labels of Jobs as the API server decides about them.

import { at, type JsonObject } from '../../src/lib/model/index.ts'

/** Whether a Job gets its labels from its pod template, because it has none: `sharesLabels` of `storeObject`, unless a policy or webhook changed the Job. */
export function takesLabelsFromTemplate(given: JsonObject): boolean {
  return given.kind === 'Job' && Object.keys(at(given, ['metadata', 'labels']) ?? {}).length === 0
}
