// Finds the line of a template that printed a value of the finished pod.

import { at, type FieldPath, get, type Json, type TracedTemplate } from '../lib/model/index.ts'
import { type Document, entryOf, parseDocuments } from '../lib/yaml/index.ts'
import { elementKey } from './track.ts'

/**
 * Makes the look-up for one template's output.
 * @returns for a path in the finished pod, the line of the template, counted from 1; undefined where the output does not hold the value
 * @example templateLines({ text: 'a: 1\n', pod: { a: 1 }, lines: [7, 8] })({ a: 1 }, ['a']) // 7
 */
export function templateLines({ text, pod, lines }: TracedTemplate): (finished: Json, path: FieldPath) => number | undefined {
  const [document] = parseDocuments({ path: '', text })
  return (finished, path) => {
    const printed = pathIn(pod, finished, path)
    if (printed === undefined || document === undefined) return undefined
    return lines[lineOf(document, printed) - 1]
  }
}

/** The line of the key, or of an element of a list, in the output. */
function lineOf(document: Document, path: FieldPath): number {
  const key = path.at(-1)
  const parent = document.nodeAt(path.slice(0, -1))
  const entry = parent?.kind === 'map' && typeof key === 'string' ? entryOf(parent, key) : undefined
  if (entry === undefined) return document.positionOf(path).line
  return document.file.text.slice(0, entry.start).split('\n').length
}

/**
 * The path of the same value in a part of the pod: list elements are found by what names them.
 * @returns undefined where the part does not hold the value
 * @example pathIn({ list: [{ name: 'b' }] }, { list: [{ name: 'a' }, { name: 'b' }] }, ['list', 1]) // ['list', 0]
 */
export function pathIn(partial: Json, finished: Json, path: FieldPath): FieldPath | undefined {
  const found: (string | number)[] = []
  let here: Json | undefined = partial
  for (const [i, step] of path.entries()) {
    const next: string | number | undefined = typeof step === 'string' ? step : indexOf(here, at(finished, path.slice(0, i + 1)))
    here = typeof next === 'string' ? get(here, next) : Array.isArray(here) && next !== undefined ? here[next] : undefined
    if (next === undefined || here === undefined) return undefined
    found.push(next)
  }
  return found
}

function indexOf(list: Json | undefined, element: Json | undefined): number | undefined {
  if (!Array.isArray(list) || element === undefined) return undefined
  const key = elementKey(element)
  const index = list.findIndex(item => elementKey(item) === key)
  return index < 0 ? undefined : index
}
