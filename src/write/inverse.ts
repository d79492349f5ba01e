// Recognises edits whose removal needs no trial run (test/stages/write-inverse.test.ts tries them).

import { onceValue } from '../lib/go/sync.ts'
import { at, isObject, type Json } from '../lib/model/index.ts'
import { type Document, habitsOf, inOrder } from '../lib/yaml/index.ts'
import { identity } from './align.ts'
import { inlineText, ONE_LINE } from './emit.ts'
import { MARK } from './marks.ts'
import type { TextEdit } from './plan.ts'
import { type Style, styleFrom } from './style.ts'
import type { ChangedPart } from './verify.ts'

/** Result of writing the old value into an edited text: the old bytes, other ones, or not known without trying. */
export type Removal = 'same' | 'other' | 'unknown'

/**
 * Predicts what `firstTry` gives when it is asked to write the old value into the edited text. `same` only where every edit puts whole lines into a block
 * collection, or one scalar behind its key in place of another, and all elements of the lists around them have names of their own: then writing the old value
 * takes the same lines out, and spells the old scalars as they stood. `other` where such a scalar had another spelling than the one that is written for its value.
 * @param edits those of `write`
 * @param changed the part of the text that they changed
 */
export function removalOf(document: Document, edits: readonly TextEdit[], changed: ChangedPart): Removal {
  const { region, text, reading } = changed
  if (reading.isUnusual || reading.hasWraps || text.includes(MARK)) return 'unknown'
  const old = document.file.text
  const values: Values = { old: at(document.value, region.path) ?? null, now: reading.value }
  const seen = new Set<Json>()
  const style = onceValue(() => styleFrom(habitsOf(reading)))
  let moved = region.prefix.length - region.start
  let isKnown = true
  for (const edit of inOrder(edits)) {
    const start = edit.offset + moved
    moved += edit.text.length - edit.length
    const isNew = edit.part === 'entry' && isNewLines(edit, { old, text, start })
    const found = isNew || edit.part === 'value' ? valuesAt(values, edit.path.slice(region.path.length), seen) : undefined
    const removal = found === undefined ? 'unknown' : isNew ? 'same' : scalarRemoval(edit, found, { old, style })
    if (removal === 'other') return 'other'
    isKnown &&= removal === 'same'
  }
  return isKnown ? 'same' : 'unknown'
}

/** Old and new value at a path; an added element has no old value. */
interface Values {
  readonly old: Json | undefined
  readonly now: Json | undefined
}

/** The values at a path; undefined if a list on the path has elements without distinct names. */
function valuesAt(root: Values, steps: readonly (string | number)[], seen: Set<Json>): Values | undefined {
  let { old, now } = root
  for (const [i, step] of steps.entries()) {
    if (typeof step === 'string') {
      old = isObject(old) && Object.hasOwn(old, step) ? old[step] : undefined
      now = isObject(now) && Object.hasOwn(now, step) ? now[step] : undefined
    } else {
      if (!Array.isArray(old) || !Array.isArray(now)) return undefined
      if (!seen.has(now) && !areNamed(now)) return undefined
      seen.add(now)
      const element: Json | undefined = old[step]
      const name = element === undefined || i === steps.length - 1 ? undefined : identity(element)
      old = element
      now = name === undefined ? undefined : now.find(candidate => identity(candidate) === name)
    }
  }
  return { old, now }
}

function areNamed(list: readonly Json[]): boolean {
  const names = new Set<string>()
  for (const element of list) {
    const name = identity(element)
    if (name === undefined || names.has(name)) return false
    names.add(name)
  }
  return true
}

/** Whether an edit inserts whole lines behind a line end; the last line is not blank, so that the inserted node ends there. */
function isNewLines({ offset, length, text: lines, was }: TextEdit, { old, text, start }: { old: string; text: string; start: number }): boolean {
  const behind = old.charCodeAt(offset)
  if (length > 0 || was !== '' || !(behind === LF || behind === CR || offset === old.length)) return false
  const first = text.charCodeAt(start)
  return (first === LF || first === CR) && text.charCodeAt(start + lines.length - 1) > SPACE
}

/** Predicts the removal of an edit that replaces a scalar on the line of its key or dash; the result depends on how the old value would be written. */
function scalarRemoval(edit: TextEdit, { old: value, now }: Values, { old, style }: { old: string; style: () => Style }): Removal {
  if (value === undefined || now === undefined || typeof value === 'object' || typeof now === 'object') return 'unknown'
  const { offset, length, was } = edit
  const gap = /^ +/.exec(was)?.[0] ?? ''
  if (gap === '' || was.length !== length || edit.text.includes('\n') || !edit.text.startsWith(gap) || edit.text[gap.length] === ' ') return 'unknown'
  if (!/^[ \t]*(?:\r?\n|$)/.test(old.slice(offset + length, offset + length + MAX_SPACE))) return 'unknown'
  return was.slice(gap.length) === inlineText(value, { style: style(), flow: ONE_LINE }) ? 'same' : 'other'
}

const LF = 10
const CR = 13
const SPACE = 32
const MAX_SPACE = 20
