// Prints a finished pod as YAML lines with their writers, for `explain --pod` and the pod page.

import { type FieldPath, isObject, type Writer } from '../lib/model/index.ts'
import { toYaml } from '../lib/yaml/index.ts'
import type { Removed, Tracked } from './track.ts'

export interface FinishedLine {
  readonly text: string
  /** The path of the value that the line shows, or that begins on it. */
  readonly path: FieldPath
  /** Everyone who wrote that value, the last one at the end. */
  readonly writers: readonly Writer[]
  /** For a line that is not in the finished pod: the writer that removed it or replaced its value. */
  readonly replacedBy?: Writer
}

export interface LineOptions {
  /** Whether removed lines are included, as in a diff. */
  readonly withReplaced: boolean
}

/**
 * Prints a tracked pod with its keys sorted, as kubectl does.
 * @example finishedLines(track(undefined, { image: 'a' }, { kind: 'user' })) // [{ text: 'image: a', path: ['image'], writers: [{ kind: 'user' }] }]
 */
export function finishedLines(pod: Tracked, options: LineOptions = { withReplaced: false }): readonly FinishedLine[] {
  return linesOf(pod, [], options)
}

function linesOf(node: Tracked, path: FieldPath, options: LineOptions): FinishedLine[] {
  if (node.children.size === 0) return [...leafLines(node, path, toYaml(node.value)), ...removedLines(node, path, options)]
  const children = [...node.children]
  if (Array.isArray(node.value)) {
    return [...children.flatMap(([i, child]) => bulleted(linesOf(child, [...path, i], options))), ...removedLines(node, path, options)]
  }
  const removed = options.withReplaced ? (node.removed ?? []) : []
  const entries: readonly Entry[] = [...children.map(([key, child]) => ({ key, node: child })), ...removed]
  return entries.toSorted(byKey).flatMap(entry => entryLines(entry, [...path, entry.key], options))
}

/** Removed entries of an empty map or of a list. */
function removedLines({ value, removed = [] }: Tracked, path: FieldPath, { withReplaced }: LineOptions): FinishedLine[] {
  if (!withReplaced) return []
  return removed.flatMap(({ key, node, by }) =>
    Array.isArray(value) ? replaced(bulleted(linesOf(node, [...path, key], NOT_REPLACED)), by) : entryLines({ key, node, by }, [...path, key], NOT_REPLACED),
  )
}

const NOT_REPLACED: LineOptions = { withReplaced: false }

type Entry = Pick<Removed, 'key' | 'node'> & Partial<Pick<Removed, 'by'>>

function entryLines({ node, by }: Entry, path: FieldPath, options: LineOptions): FinishedLine[] {
  if (by !== undefined) return replaced(entryLines({ node, key: '' }, path, NOT_REPLACED), by)
  const key = String(path.at(-1))
  const earlier = options.withReplaced ? earlierLines(node, key, path) : []
  const isLeaf = node.children.size === 0
  const [name = ''] = toYaml({ [key]: null }).split(/ ?null\n$/)
  const head = isLeaf ? leafLines(node, path, toYaml({ [key]: node.value })) : [{ text: name, path, writers: node.writers }]
  const below = isLeaf ? removedLines(node, path, options) : linesOf(node, path, options)
  return [...earlier, ...head, ...(isObject(node.value) ? below.map(indented) : below)]
}

/** The earlier values of a node, each as its writer wrote it. */
function earlierLines({ earlier = [], writers }: Tracked, key: string, path: FieldPath): FinishedLine[] {
  return earlier.flatMap((value, i) => {
    const [writer, by] = [writers[i], writers[i + 1]]
    if (writer === undefined || by === undefined) return []
    return replaced(yamlLines(toYaml({ [key]: value }), { path, writers: [writer] }), by)
  })
}

function replaced(lines: readonly FinishedLine[], replacedBy: Writer): FinishedLine[] {
  return lines.map(line => ({ ...line, replacedBy }))
}

function leafLines({ writers }: Tracked, path: FieldPath, text: string): FinishedLine[] {
  return yamlLines(text, { path, writers })
}

function yamlLines(text: string, line: Pick<FinishedLine, 'path' | 'writers'>): FinishedLine[] {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map(one => ({ text: one, ...line }))
}

/** The lines of a list element: its first line, and replaced versions of that line, begin with a dash. */
function bulleted(lines: readonly FinishedLine[]): FinishedLine[] {
  const first = lines.findIndex(({ replacedBy }) => replacedBy === undefined)
  return lines.map((line, i) => ({ ...line, text: `${i === 0 || i <= first ? '- ' : '  '}${line.text}` }))
}

function indented(line: FinishedLine): FinishedLine {
  return { ...line, text: `  ${line.text}` }
}

function byKey({ key: a }: Entry, { key: b }: Entry): number {
  return String(a) < String(b) ? -1 : 1
}
