// Converts durations to and from protobuf JSON: `90s`, `1.500s` (istio-rules.md, 13.3).

const SECOND = 1_000_000_000n

/**
 * Nanoseconds as seconds with 0, 3, 6 or 9 decimals.
 *
 *     durationJson(1_500_000_000n) // '1.500s'
 */
export function durationJson(duration: bigint): string {
  const size = duration < 0n ? -duration : duration
  let fraction = String(size % SECOND).padStart(9, '0')
  while (fraction.endsWith('000')) fraction = fraction.slice(0, -3)
  return `${duration < 0n ? '-' : ''}${size / SECOND}${fraction === '' ? '' : `.${fraction}`}s`
}

/** The nanoseconds of a text that `durationJson` wrote; 0 for anything else. */
export function fromDurationJson(json: unknown): bigint {
  if (typeof json !== 'string') return 0n
  const [, sign = '', seconds = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?s$/.exec(json) ?? []
  const size = BigInt(seconds) * SECOND + BigInt(fraction.padEnd(9, '0'))
  return sign === '-' ? -size : size
}
