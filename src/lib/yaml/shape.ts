// What texts of one kind have in common, and the scalars in which they differ.

import { DOUBLE, SINGLE, SPACE } from './fast-scanner.ts'
import { looksTyped } from './string-style.ts'

export interface Shape {
  /** The text without its holes: texts of one shape have the same nodes in the same places. */
  readonly key: string
  readonly holes: readonly Hole[]
}

/** A scalar that stands alone behind its key or dash, on a line with nothing but a comment behind it. Another one of its kind in its place changes nothing else. */
export interface Hole {
  readonly text: string
  /** Its offset in the text. */
  readonly start: number
}

const WORD = /[A-Za-z_/](?:[\w./:@-]*\w)?|"[ !#-[\]-~]*"|'[ -&(-~]*'|[1-9]\d{0,8}/.source
const SCALAR = new RegExp(`([:-]) (${WORD})(?= +#| *\\r?\\n| *$)`)
/** A colon or dash and a space. */
const DELIMITER = 2
const WHOLE = new RegExp(`^(?:${WORD})$`)

/**
 * The shape of a part of a YAML text that stands behind `prefix`.
 * @example shapeOf('name: web-1\nreplicas: 2\n', '').holes // [{ text: 'web-1', start: 6 }, { text: '2', start: 22 }]
 */
export function shapeOf(text: string, prefix: string): Shape {
  const parts = text.split(SCALAR)
  const holes: Hole[] = []
  const head = parts[0] ?? ''
  let key = `${prefix}\0${head}`
  let at = head.length
  for (let i = 1; i < parts.length; i += 3) {
    const [delimiter = '', scalar = '', behind = ''] = [parts[i], parts[i + 1], parts[i + 2]]
    const kind = kindOf(scalar)
    key += `${delimiter} ${kind ?? scalar}${behind}`
    at += DELIMITER
    if (kind !== undefined) holes.push({ text: scalar, start: at })
    at += scalar.length + behind.length
  }
  return { key, holes }
}

/** The hole on the line around a place of a text, if the place is in it or right behind it. */
export function holeAround(text: string, place: number): Hole | undefined {
  const lineStart = text.lastIndexOf('\n', place - 1) + 1
  const next = text.indexOf('\n', place)
  const found = SCALAR.exec(text.slice(lineStart, next < 0 ? text.length : next))
  const [, , hole = ''] = found ?? []
  const start = lineStart + (found?.index ?? 0) + DELIMITER
  return found !== null && kindOf(hole) !== undefined && start <= place && place <= start + hole.length ? { text: hole, start } : undefined
}

/** What could stand in a hole at a place of a text, if the right thing stands behind it. */
export function holeAt(text: string, start: number): string | undefined {
  const first = text.charCodeAt(start)
  const isQuoted = first === DOUBLE || first === SINGLE
  const end = isQuoted ? text.indexOf(first === DOUBLE ? '"' : "'", start + 1) + 1 : wordEnd(text, start)
  const hole = text.slice(start, end)
  return WHOLE.test(hole) && kindOf(hole) !== undefined ? hole : undefined
}

function wordEnd(text: string, start: number): number {
  let end = start
  while (text.charCodeAt(end) > SPACE) end++
  return end
}

/** Undefined for a word that some YAML reader takes for something else. The kinds cannot stand in a text, for none has a NUL. */
function kindOf(scalar: string): string | undefined {
  const first = scalar.charCodeAt(0)
  if (first === DOUBLE) return '\0d'
  if (first === SINGLE) return '\0s'
  if (first <= NINE && first >= ZERO) return '\0n'
  return looksTyped(scalar) ? undefined : '\0w'
}

/** What a hole is read as. */
export function scalarOf(hole: string): string | number {
  const first = hole.charCodeAt(0)
  if (first === DOUBLE || first === SINGLE) return hole.slice(1, -1)
  return first <= NINE && first >= ZERO ? Number(hole) : hole
}

const ZERO = 48
const NINE = 57
