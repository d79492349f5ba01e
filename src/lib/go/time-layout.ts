// Go's time layouts: which parts of the reference time Mon Jan 2 15:04:05 MST 2006 a layout names (documentation of the time package).

import { onceValue } from './sync.ts'

/** An element of a layout. `fraction` stands for a run of 0 (as many digits) or of 9 (trailing zeros dropped) behind a point or comma. */
export type Element = (typeof NAMED)[number] | 'fraction0' | 'fraction9'

/** A part of a layout: an element, with the text before it. */
export interface LayoutPart {
  /** Literal text before the element. */
  readonly before: string
  /** undefined at the end of the layout. */
  readonly element: Element | undefined
  /** The element as the layout writes it. */
  readonly text: string
}

// Longer ones first where one begins with another.
const NAMED = [
  'January',
  'Jan',
  'Monday',
  'Mon',
  'MST',
  '002',
  '01',
  '02',
  '03',
  '04',
  '05',
  '06',
  '15',
  '1',
  '2006',
  '2',
  '__2',
  '_2',
  '3',
  '4',
  '5',
  'PM',
  'pm',
  '-070000',
  '-07:00:00',
  '-0700',
  '-07:00',
  '-07',
  'Z070000',
  'Z07:00:00',
  'Z0700',
  'Z07:00',
  'Z07',
] as const

/** Named elements by their first character. */
const named = onceValue(
  (): ReadonlyMap<string, readonly Element[]> => new Map(NAMED.map(({ 0: start = '' }) => [start, NAMED.filter(name => name.startsWith(start))])),
)

/** Splits off the first element of a layout; the rest begins behind `before` and `text`. */
export function nextPart(layout: string): LayoutPart {
  for (let i = 0; i < layout.length; i++) {
    const element = elementAt(layout, i)
    if (element === undefined) continue
    // An underscore before the year is just an underscore.
    if (element.name === '_2' && layout.startsWith('_2006', i)) return { before: layout.slice(0, i + 1), element: '2006', text: '2006' }
    return { before: layout.slice(0, i), element: element.name, text: element.text }
  }
  return { before: layout, element: undefined, text: '' }
}

/** All parts of a layout; the last one has no element. */
export function layoutParts(layout: string): LayoutPart[] {
  const parts: LayoutPart[] = []
  for (let rest = layout; ; ) {
    const part = nextPart(rest)
    parts.push(part)
    if (part.element === undefined) return parts
    rest = rest.slice(part.before.length + part.text.length)
  }
}

function elementAt(layout: string, at: number): { name: Element; text: string } | undefined {
  const char = layout[at] ?? ''
  if (char === '.' || char === ',') {
    const text = /^[.,](?:0+|9+)(?![0-9])/.exec(layout.slice(at))?.[0]
    return text === undefined ? undefined : { name: text[1] === '0' ? 'fraction0' : 'fraction9', text }
  }
  const name = named()
    .get(char)
    ?.find(candidate => layout.startsWith(candidate, at))
  if (name === undefined) return undefined
  // The short names are words of their own: not the beginning of a longer one.
  if ((name === 'Jan' || name === 'Mon') && /^[a-z]/.test(layout.slice(at + 3))) return undefined
  return { name, text: name }
}

export const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] as const
export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const
