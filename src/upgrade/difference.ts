// Computes the difference of two pod templates as a diff whose hunks are named by their path, so that equal changes of different workloads give equal text.

import { append, equal, isObject, type Json, type JsonObject } from '../lib/model/index.ts'
import { toYaml } from '../lib/yaml/index.ts'
import { byName, own } from '../record/undo.ts'

/** Change at one position: lines that begin with `-`, `+`, or a blank for context. */
export interface Hunk {
  /** `spec.containers[istio-proxy]`; '' for the root. */
  readonly path: string
  readonly lines: readonly string[]
}

/**
 * The hunks of a diff; [] if there is no difference. The order of keys does not count, that of list items does.
 * @example hunksOf({ a: { b: 1 } }, { a: { b: 2 } }) // [{ path: 'a', lines: ['-b: 1', '+b: 2'] }]
 */
export function hunksOf(before: JsonObject, after: JsonObject): Hunk[] {
  const hunks = new Map<string, string[]>()
  compareObjects(before, after, { path: '', hunks })
  return [...hunks].map(([path, lines]) => ({ path, lines }))
}

/**
 * The text for a `diff` block.
 * @example hunkText([{ path: 'a', lines: ['-b: 1', '+b: 2'] }]) // '@@ a @@\n-b: 1\n+b: 2\n'
 */
export function hunkText(hunks: readonly Hunk[]): string {
  return hunks.map(({ path, lines }) => `@@ ${path} @@\n${lines.map(line => `${line}\n`).join('')}`).join('')
}

interface Field {
  readonly path: string
  readonly hunks: Map<string, string[]>
}

function at(field: Field, step: string): Field {
  return { ...field, path: step.startsWith('[') || field.path === '' ? field.path + step : `${field.path}.${step}` }
}

function add({ path, hunks }: Field, lines: readonly string[]): void {
  const hunk = hunks.get(path)
  if (hunk === undefined) hunks.set(path, [...lines])
  else append(hunk, lines)
}

function compareObjects(before: JsonObject, after: JsonObject, field: Field): void {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  const deeper: string[] = []
  for (const key of keys) {
    const [was, is] = [own(before, key), own(after, key)]
    if (was !== undefined && is !== undefined && equal(was, is)) continue
    if (isNested(was, is)) deeper.push(key)
    else add(field, changedLines(was === undefined ? [] : linesOf({ [key]: was }), is === undefined ? [] : linesOf({ [key]: is })))
  }
  // A hunk stays together: what changes right here comes before what changes further down.
  for (const key of deeper) {
    const [was, is] = [own(before, key), own(after, key)]
    if (isObject(was) && isObject(is)) compareObjects(was, is, at(field, key))
    else if (Array.isArray(was) && Array.isArray(is)) compareLists(was, is, at(field, key))
  }
}

function isNested(was: Json | undefined, is: Json | undefined): boolean {
  if (isObject(was) && isObject(is)) return Object.keys(was).length > 0 && Object.keys(is).length > 0
  return Array.isArray(was) && Array.isArray(is) && was.length > 0 && is.length > 0
}

function compareLists(before: readonly Json[], after: readonly Json[], field: Field): void {
  const [was, is] = [byName(before), byName(after)]
  if (was === undefined || is === undefined) {
    add(
      field,
      changedLines(
        before.flatMap(item => linesOf([item])),
        after.flatMap(item => linesOf([item])),
      ),
    )
    return
  }
  for (const [name, item] of was) if (!is.has(name)) add(field, linesOf([item]).map(removed))
  for (const [name, item] of is) if (!was.has(name)) add(field, linesOf([item]).map(added))
  const [oldOrder, newOrder] = [[...was.keys()].filter(name => is.has(name)), [...is.keys()].filter(name => was.has(name))]
  if (!equal(oldOrder, newOrder)) add(field, [removed(`# order: ${oldOrder.join(', ')}`), added(`# order: ${newOrder.join(', ')}`)])
  for (const [name, item] of is) {
    const old = was.get(name)
    if (isObject(old) && isObject(item) && !equal(old, item)) compareObjects(old, item, at(field, `[${name}]`))
  }
}

function linesOf(value: Json): string[] {
  return toYaml(value).trimEnd().split('\n')
}

/** The lines between the first and last difference; of equal lines before, only the parent is kept. */
function changedLines(before: readonly string[], after: readonly string[]): string[] {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start++
  let end = 0
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++
  const context = start > 0 ? [` ${before[start - 1]}`] : []
  return [...context, ...before.slice(start, before.length - end).map(removed), ...after.slice(start, after.length - end).map(added)]
}

function removed(line: string): string {
  return `-${line}`
}

function added(line: string): string {
  return `+${line}`
}
