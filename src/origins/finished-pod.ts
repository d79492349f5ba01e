// Prints a finished pod as YAML lines, each with who wrote it: what `explain --pod` and the pod page show.

import { type FieldPath, isObject, type Writer } from '../lib/model/index.ts'
import { toYaml } from '../lib/yaml/index.ts'
import type { Tracked } from './track.ts'

export interface FinishedLine {
  readonly text: string
  /** The path of the value that the line shows, or that begins on it. */
  readonly path: FieldPath
  /** Everyone who wrote that value, the last one at the end. */
  readonly writers: readonly Writer[]
}

/**
 * Prints a tracked pod with its keys sorted, as kubectl does.
 * @example finishedLines(track(undefined, { image: 'a' }, { kind: 'user' })) // [{ text: 'image: a', path: ['image'], writers: [{ kind: 'user' }] }]
 */
export function finishedLines(pod: Tracked): readonly FinishedLine[] {
  return linesOf(pod, [])
}

function linesOf(node: Tracked, path: FieldPath): FinishedLine[] {
  if (node.children.size === 0) return leafLines(node, path, toYaml(node.value))
  if (Array.isArray(node.value)) return [...node.children].flatMap(([i, child]) => bulleted(linesOf(child, [...path, i])))
  return [...node.children].sort(byKey).flatMap(([key, child]) => entryLines(child, [...path, key]))
}

function entryLines(node: Tracked, path: FieldPath): FinishedLine[] {
  const key = String(path.at(-1))
  if (node.children.size === 0) return leafLines(node, path, toYaml({ [key]: node.value }))
  const lines = linesOf(node, path)
  const [head = ''] = toYaml({ [key]: null }).split(/ ?null\n$/)
  return [{ text: head, path, writers: node.writers }, ...(isObject(node.value) ? lines.map(indented) : lines)]
}

function leafLines({ writers }: Tracked, path: FieldPath, text: string): FinishedLine[] {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map(line => ({ text: line, path, writers }))
}

function bulleted(lines: readonly FinishedLine[]): FinishedLine[] {
  return lines.map((line, i) => ({ ...line, text: `${i === 0 ? '- ' : '  '}${line.text}` }))
}

function indented(line: FinishedLine): FinishedLine {
  return { ...line, text: `  ${line.text}` }
}

function byKey([a]: readonly [string | number, Tracked], [b]: readonly [string | number, Tracked]): number {
  return String(a) < String(b) ? -1 : 1
}
