// Redacts lines of a YAML text for messages: a line is shown up to its first secret value, such as that of a Secret or an environment variable.

import { CONCEALED, holdsKeys, isSecretKey } from '../model/secret.ts'
import { entryOf, keyOf, type MapEntry, type MapNode, type Node } from './node.ts'

/** A part of a text: that of a line, or that of a resource. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Matches a key with a secret value, anywhere in a line: in a flow mapping, in JSON, in a template. */
const SECRET_ENTRY = /(?:^|[\s{,[(-])(["'\\]*)(?:data|stringData|binaryData|value|literals)\1\s*[:=](?=\s|["'{[\\]|$)/

/** Matches a key at the start of a line, after dashes. */
const KEY_START = /^(\s*(?:-\s+)*)(["']?)[\w./~-]+\2\s*:(?=\s|$)/

/** A longer key is not shown. */
const LONGEST_KEY = 1000

/**
 * Redacts a line of a text of unknown structure, such as a template: shows nothing after a key like `value`.
 * @example behindSecretKeys('- {name: PASSWORD, value: x}') // '- {name: PASSWORD, value: …'
 */
export function behindSecretKeys(line: string): string {
  const found = SECRET_ENTRY.exec(line)
  return found === null ? line : ended(line, found.index + found[0].length)
}

/**
 * The key at the start of a line, and `…` for the rest.
 * @example keyOnly('  password: x') // '  password: …'
 */
export function keyOnly(line: string): string {
  const key = KEY_START.exec(line.slice(0, LONGEST_KEY))?.[0]
  return ended(line, key === undefined ? indentation(line) : key.length)
}

/**
 * Hides a line completely, but for its indentation.
 * @example hidden('  some text') // '  …'
 */
export function hidden(line: string): string {
  return ended(line, indentation(line))
}

function indentation(line: string): number {
  return /^\s*(?:-\s+)*/.exec(line)?.[0].length ?? 0
}

/** The line up to `length`, and `…` for the rest, if there is any. */
function ended(line: string, length: number): string {
  if (line.slice(length).trim() === '') return line
  const shown = line.slice(0, length)
  return `${shown}${shown === '' || /\s$/.test(shown) ? '' : ' '}${CONCEALED}`
}

/**
 * Redacts a line of a parsed resource.
 * @param root the resource's root node, at `within` in the text; nothing outside of it is shown
 */
export function shownLine(text: string, line: Span, { root, within }: { readonly root: Node; readonly within: Span }): string {
  const before = text.slice(line.start, Math.max(line.start, Math.min(within.start, line.end)))
  const isManifest = root.kind === 'map' && isResource(root)
  const end = /^[\s-]*$/.test(before) && isManifest ? firstSecret(root, { line, isSecret: false }) : undefined
  const whole = text.slice(line.start, line.end)
  if (!isManifest) return keyOnly(whole)
  if (!/^[\s-]*$/.test(before)) return hidden(whole)
  const shown = Math.min(end ?? line.end, Math.max(line.start, within.end))
  return behindSecretKeys(ended(isSecretResource(root) ? withoutComment(whole, shown - line.start) : whole, shown - line.start))
}

/** Removes the comment of a line in a Secret: it may contain the value. */
function withoutComment(line: string, shown: number): string {
  const comment = /(?:^|\s)#/.exec(line.slice(0, shown))
  return comment === null ? line : ended(line, comment.index + comment[0].length)
}

interface Search {
  readonly line: Span
  /** Whether the node is in a Secret, of which little more than the name is shown. */
  readonly isSecret: boolean
}

/** Start of the first secret value in the line. */
function firstSecret(node: Node, search: Search): number | undefined {
  if (node.kind === 'seq') return firstOf(node.items, search, ({ value }) => firstSecret(value, search))
  if (node.kind !== 'map') return node.kind === 'scalar' && search.isSecret ? Math.max(search.line.start, node.start) : undefined
  const isSecret = search.isSecret || isSecretResource(node)
  return firstOf(node.entries, search, entry => secretIn(entry, { ...search, isSecret }, isSecretResource(node)))
}

function secretIn(entry: MapEntry, search: Search, isRoot: boolean): number | undefined {
  const { line, isSecret } = search
  const key = keyOf(entry.key)
  if (key === undefined) return Math.max(line.start, entry.start)
  if (isSecretKey(key)) return behindColon(entry, line, holdsKeys(key))
  // Of a ResourceList; a text in its place may be anything.
  if (isRoot === false && key === 'functionConfig' && entry.value.kind === 'scalar') return behindColon(entry, line, false)
  if (!isSecret) return firstSecret(entry.value, search)
  if (isRoot && key === 'metadata' && entry.value.kind === 'map') return firstOf(entry.value.entries, search, inner => nameOrSecret(inner, line))
  return isRoot && (key === 'apiVersion' || key === 'kind') ? undefined : behindColon(entry, line, true)
}

function nameOrSecret(entry: MapEntry, line: Span): number | undefined {
  const key = keyOf(entry.key)
  return key === 'name' || key === 'namespace' ? undefined : behindColon(entry, line, true)
}

/** The offset behind the colon of a secret entry; if its mapping begins in an earlier line, behind the colon of the mapping's own entry. */
function behindColon({ key, colon, value }: MapEntry, line: Span, goesDeeper: boolean): number | undefined {
  const start = colon < 0 ? key.end : colon + 1
  if (goesDeeper && start <= line.start && value.kind === 'map') return firstOf(value.entries, { line }, entry => behindColon(entry, line, false))
  return Math.max(line.start, start)
}

/** The first result for nodes in the line, found by bisection because a mapping may have a hundred thousand entries. */
function firstOf<T extends { readonly start: number; readonly value: Node }>(
  parts: readonly T[],
  { line }: Pick<Search, 'line'>,
  find: (part: T) => number | undefined,
): number | undefined {
  let low = 0
  for (let high = parts.length; low < high; ) {
    const middle = (low + high) >>> 1
    if (endOf(parts[middle]) < line.start) low = middle + 1
    else high = middle
  }
  for (let part = parts[low]; part !== undefined && part.start < line.end; part = parts[++low]) {
    const found = find(part)
    if (found !== undefined && found < line.end) return found
  }
  return undefined
}

function endOf(part: { readonly start: number; readonly value: Node } | undefined): number {
  return part === undefined ? 0 : Math.max(part.start, part.value.end)
}

function isResource(node: MapNode): boolean {
  return entryOf(node, 'kind') !== undefined && entryOf(node, 'apiVersion') !== undefined
}

/** Maximum number of keys of a resource's root; a map of annotations may have a hundred thousand. */
const MOST_KEYS = 100

function isSecretResource(node: Node): boolean {
  if (node.kind !== 'map' || node.entries.length > MOST_KEYS) return false
  const kind = entryOf(node, 'kind')?.value
  return kind !== undefined && (kind.kind === 'alias' || (kind.kind === 'scalar' && /^secret$/i.test(kind.text.trim())))
}
