// Parses the printed partial pod of a template, with expressions in its scalars and ranges over containers in its lists.

import { get, type Json } from '../lib/model/index.ts'
import { type Document, type Node, parseDocuments, YamlError } from '../lib/yaml/index.ts'
import { END, MARK, type Printed } from './execute.ts'
import type { Condition, Loop, Part } from './symbol.ts'

export type Tree = MapTree | ListTree | ScalarTree | ChoiceTree

export interface MapTree {
  readonly kind: 'map'
  readonly fields: ReadonlyMap<string, Entry>
}

/** A field or item, and the condition of its presence. */
export interface Entry {
  readonly tree: Tree
  readonly when?: Condition | undefined
}

export interface ListTree {
  readonly kind: 'list'
  readonly items: readonly ListItem[]
}

/** One item, or one for each container of a range. */
export interface ListItem extends Entry {
  readonly loop?: Loop | undefined
}

export type ScalarTree =
  | { readonly kind: 'scalar'; readonly value: Json }
  /** A text with expressions. */
  | { readonly kind: 'scalar'; readonly parts: readonly Part[] }

export interface ChoiceTree {
  readonly kind: 'choice'
  readonly condition: Condition
  readonly yes: Tree
  readonly no: Tree
}

/** Output that cannot be read as a partial pod. */
export class UnreadableOutput extends Error {}

/**
 * Reads the output of a template.
 * @throws UnreadableOutput with the reason in words
 */
export function readTree(printed: Printed): MapTree {
  const document = parsed(printed.text)
  const root = document?.nodeAt([])
  if (document === undefined || root === undefined || document.value === null) return { kind: 'map', fields: new Map() }
  const reader = new Reader(printed)
  const tree = reader.read(root, document.value)
  if (tree.kind !== 'map') throw new UnreadableOutput('its output is not a mapping')
  const open = printed.ranges.find(range => !reader.covered.has(range) && printed.text.slice(range.start, range.end).trim() !== '')
  if (open !== undefined) throw new UnreadableOutput(`its range over ${open.loop.list} does not print whole items of a list`)
  return tree
}

function parsed(text: string): Document | undefined {
  try {
    const [document, ...others] = parseDocuments({ path: '<output>', text })
    if (others.length > 0) throw new UnreadableOutput('its output holds several documents')
    return document
  } catch (error) {
    if (error instanceof UnreadableOutput) throw error
    throw new UnreadableOutput(`its output is not YAML where each condition is decided on its own: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error instanceof YamlError ? error : undefined,
    })
  }
}

class Reader {
  readonly covered = new Set<Printed['ranges'][number]>()
  readonly #printed: Printed
  /** The range whose item is being read. */
  #inside: Printed['ranges'][number] | undefined

  constructor(printed: Printed) {
    this.#printed = printed
  }

  read(node: Node, value: Json): Tree {
    switch (node.kind) {
      case 'alias':
        throw new UnreadableOutput('its output has an alias')
      case 'map':
        return { kind: 'map', fields: new Map(node.entries.map(({ key, value: inner }) => this.field(key, inner, value))) }
      case 'seq':
        return this.list(node, value)
      case 'scalar':
        return node.text.includes(MARK) ? { kind: 'scalar', parts: this.parts(node.text) } : { kind: 'scalar', value }
    }
  }

  field(key: Node, inner: Node, value: Json): [string, Entry] {
    if (key.kind !== 'scalar' || key.text.includes(MARK)) throw new UnreadableOutput('a key of its output depends on the pod')
    if (key.text.startsWith('$')) throw new UnreadableOutput(`the directive ${key.text}`)
    return [key.text, { tree: this.read(inner, get(value, key.text) ?? null) }]
  }

  list(node: Node & { readonly kind: 'seq' }, value: Json): ListTree {
    const values = Array.isArray(value) ? value : []
    const outer = this.#inside
    const items = node.items.map(({ start, value: item }, i): ListItem => {
      const range = this.#printed.ranges.find(range => range !== outer && start >= range.start && item.end <= range.end)
      this.#inside = range ?? outer
      const tree = this.read(item, values[i] ?? null)
      this.#inside = outer
      return { tree, ...(range === undefined ? {} : { loop: range.loop }) }
    })
    for (const range of this.#printed.ranges.filter(range => range !== outer)) {
      const inside = node.items.filter(({ start, value: item }) => start >= range.start && item.end <= range.end)
      const [first, last] = [inside[0], inside.at(-1)]
      if (first === undefined || last === undefined) continue
      const { text } = this.#printed
      const isWhole = text.slice(range.start, first.start).trim() === '' && text.slice(last.value.end, range.end).trim() === ''
      if (isWhole && this.#isBlockList(node, first.start)) this.covered.add(range)
    }
    return { kind: 'list', items }
  }

  #isBlockList(node: Node & { readonly kind: 'seq' }, start: number): boolean {
    return !node.flow || node.items.some(item => item.start === start)
  }

  parts(text: string): Part[] {
    return text.split(new RegExp(`${MARK}(\\d+)${END}`)).flatMap((piece, i): Part[] => {
      if (i % 2 === 1) return [{ cel: this.#printed.expressions[Number(piece)] ?? '' }]
      return piece === '' ? [] : [piece]
    })
  }
}
