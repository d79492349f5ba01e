// Lists the paths at which two JSON values differ, with the names of list items.

import { equal, formatPath, isObject, type Json } from './json.ts'

/**
 * The deepest paths that hold the differences, in the order of the second value.
 * @example changedPaths({ spec: { containers: [{ name: 'web' }] } }, { spec: { containers: [{ name: 'web', image: 'a' }] } }) // ['spec.containers["web"].image']
 */
export function changedPaths(before: Json, after: Json): string[] {
  const paths: string[] = []
  compare({ before, after, path: [] }, paths)
  return paths
}

/**
 * Whether some value in a series of versions changes more than once. A value that comes or goes with what holds it does not count.
 * @example changesTwice([{ a: 1, b: 1 }, { a: 2, b: 1 }, { a: 2, b: 2 }]) // false
 */
export function changesTwice(versions: readonly (Json | undefined)[]): boolean {
  const distinct = versions.filter((value, i) => i === 0 || value !== versions[i - 1])
  if (distinct.length < 3) return false
  const values = distinct.filter(value => value !== undefined)
  if (values.every(isObject)) {
    const keys = new Set(values.flatMap(value => Object.keys(value)))
    return [...keys].some(key => changesTwice(values.map(value => own(value, key))))
  }
  const lists = values.flatMap(value => itemsByName(value) ?? [])
  if (lists.length < values.length) return distinct.filter((value, i) => i > 0 && !equal(distinct[i - 1], value)).length > 1
  const names = new Set(lists.flatMap(items => [...items.keys()]))
  return [...names].some(name => changesTwice(lists.map(items => items.get(name))))
}

interface Pair {
  readonly before: Json
  readonly after: Json
  readonly path: readonly (string | number)[]
}

function compare({ before, after, path }: Pair, paths: string[]): void {
  if (before === after) return
  if (isObject(before) && isObject(after)) {
    for (const key of Object.keys(after)) step(own(before, key), after[key], { path, key, paths })
    for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) paths.push(shown([...path, key]))
    return
  }
  const [left, right] = [itemsByName(before), itemsByName(after)]
  if (left !== undefined && right !== undefined) {
    for (const [name, item] of right) step(left.get(name), item, { path, key: `"${name}"`, paths })
    for (const name of left.keys()) if (!right.has(name)) paths.push(shown([...path, `"${name}"`]))
    return
  }
  if (!equal(before, after)) paths.push(shown(path))
}

interface Step {
  readonly path: Pair['path']
  readonly key: string
  readonly paths: string[]
}

function step(before: Json | undefined, after: Json | undefined, { path, key, paths }: Step): void {
  if (before === after) return
  if (before !== undefined && after !== undefined) compare({ before, after, path: [...path, key] }, paths)
  else paths.push(shown([...path, key]))
}

function itemsByName(value: Json): ReadonlyMap<string, Json> | undefined {
  if (!Array.isArray(value)) return undefined
  const items = new Map<string, Json>()
  for (const item of value) {
    const name = isObject(item) ? own(item, 'name') : undefined
    if (typeof name !== 'string' || items.has(name)) return undefined
    items.set(name, item)
  }
  return items
}

function own(object: { [key: string]: Json }, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

function shown(path: Pair['path']): string {
  return formatPath(path).replace(/\["\\"((?:[^"\\]|\\.)*)\\""\]/g, '["$1"]')
}
