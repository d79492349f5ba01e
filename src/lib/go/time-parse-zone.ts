// Parses zones in the text of a time: abbreviations and offsets (documentation of time.Parse).

/** Length of the abbreviation that the text begins with, such as `CEST`, `GMT+3` or `+03`; 0 for none. */
export function zoneNameLength(value: string): number {
  if (value.length < 3) return 0
  if (/^(?:ChST|MeST)/.test(value)) return 4
  if (value.startsWith('GMT')) return 3 + signedOffsetLength(value.slice(3))
  if (value[0] === '+' || value[0] === '-') return signedOffsetLength(value)
  const capitals = /^[A-Z]{0,6}/.exec(value)?.[0] ?? ''
  if (capitals.length === 3) return 3
  if (capitals.length === 4) return capitals.endsWith('T') || capitals === 'WITA' ? 4 : 0
  return capitals.length === 5 && capitals.endsWith('T') ? 5 : 0
}

/** `+3` or `-03`, up to 23 hours. */
function signedOffsetLength(value: string): number {
  const found = /^[-+]([0-9]+)/.exec(value)
  return found === null || Number(found[1]) > 23 ? 0 : found[0].length
}

const FORMS: ReadonlyMap<string, RegExp> = new Map([
  ['07', /^(.)(..)/s],
  ['0700', /^(.)(..)(..)/s],
  ['07:00', /^(.)(..):(..)/s],
  ['070000', /^(.)(..)(..)(..)/s],
  ['07:00:00', /^(.)(..):(..):(..)/s],
])
const TWO_DIGITS = /^[0-9]{2}$/
// 24, 60 and 60 are let through, as some people write those.
const LIMITS = [24, 60, 60]
const PARTS = ['hour', 'minute', 'second']

/** An offset at the beginning of a text, and the text behind it. */
export interface ParsedOffset {
  readonly length: number
  /** In seconds east of UTC. */
  readonly offset: number
}

/** An offset in the form of a layout element (`-0700`, `Z07:00`, …); a text says what is out of range, undefined that it has another form. */
export function parseOffset(element: string, value: string): ParsedOffset | string | undefined {
  const found = FORMS.get(element.slice(1))?.exec(value)
  if (found === null || found === undefined) return undefined
  const [whole, sign, hours = '', minutes = '00', seconds = '00'] = found
  const parts = [hours, minutes, seconds]
  const firstBad = parts.findIndex(part => !TWO_DIGITS.test(part))
  // Go reports a value out of range even where the rest is not a number, and the last one of several.
  const known = parts.slice(0, firstBad < 0 ? parts.length : firstBad).map(Number)
  const beyond = known.findLastIndex((part, i) => part > (LIMITS[i] ?? 0))
  if (beyond >= 0) return `time zone offset ${PARTS[beyond]}`
  if (firstBad >= 0 || (sign !== '+' && sign !== '-')) return undefined
  const [hour = 0, minute = 0, second = 0] = known
  return { length: whole.length, offset: (sign === '-' ? -1 : 1) * ((hour * 60 + minute) * 60 + second) }
}
