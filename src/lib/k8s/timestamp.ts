// Parses and prints timestamps of Kubernetes objects: RFC 3339, printed in UTC with whole seconds (documentation of metav1.Time).

import { formatTime, UTC } from '../go/time-format.ts'
import { parseTime } from '../go/time-parse.ts'

const RFC3339 = '2006-01-02T15:04:05Z07:00'
/** Seconds of `time.Time{}`, the beginning of the year 1. */
const ZERO_SECONDS = -62_135_596_800

/**
 * Seconds since 1970 of a timestamp.
 *
 *     parseTimestamp('1970-01-01T00:01:00.5Z') // 60
 * @throws GoError with the words of time.Parse
 */
export function parseTimestamp(text: string): number {
  const { nanoseconds } = parseTime(RFC3339, text)
  const rest = ((nanoseconds % SECOND) + SECOND) % SECOND
  return Number((nanoseconds - rest) / SECOND)
}

/** `2024-02-29T12:00:00Z`; null for Go's zero time. */
export function formatTimestamp(seconds: number): string | null {
  return seconds === ZERO_SECONDS ? null : formatTime(BigInt(seconds) * SECOND, UTC, RFC3339)
}

const SECOND = 1_000_000_000n
