// Go values for templates in tests and suites: times from text, and pods.

import { timeOf } from '../../src/lib/go/time.ts'
import { parseTime } from '../../src/lib/go/time-parse.ts'
import { Box, type GoValue } from '../../src/lib/go/value.ts'
import { goTypeOf } from '../../src/lib/k8s/pod-types.ts'
import type { Json } from '../../src/lib/model/index.ts'

/** A time.Time from RFC 3339 text. */
export function timeValue(text: string): Box {
  const { nanoseconds, zone } = parseTime('2006-01-02T15:04:05Z07:00', text)
  return timeOf(nanoseconds, zone)
}

/** A *v1.Pod over the JSON of a pod that was decoded with its types. */
export function podValue(pod: Json): GoValue {
  const struct = goTypeOf('v1.Pod')
  if (struct.addr === undefined) throw new Error('v1.Pod has no pointer type')
  return new Box(struct.addr, new Box(struct, pod))
}
