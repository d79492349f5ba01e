// Keeps the digits of integers that a double cannot represent: Go keeps all 64 bits from YAML to a 64-bit field (istio-rules.md, 1.2 and 13.3).

import { get, isObject, type Json, type JsonObject } from '../model/index.ts'
import { type Node, rootNode } from '../yaml/node.ts'
import { readYaml } from '../yaml/reader.ts'
import { integerText, keyOfPlain, resolvePlain } from '../yaml/scalar.ts'

/** The decimal text of the integer that `parent` holds at `key`; undefined where a double holds it, or where there is none. */
export type IntegerTexts = (parent: Json, key: string | number) => string | undefined

/**
 * The texts of the integers in `json`, which was read of `text`; undefined where doubles hold all of them, as nearly always.
 * @example integerTexts('a: 9007199254740993', json)?.(json, 'a') // '9007199254740993'
 */
export function integerTexts(text: string, json: Json): IntegerTexts | undefined {
  if (!LONG.test(text) || !hasUnsafe(json)) return undefined
  const root = rootNode(readYaml(text))
  if (root === undefined) return undefined
  const found = new Found()
  found.visit(root, json)
  return (parent, key) => (typeof parent === 'object' && parent !== null ? found.texts.get(parent)?.get(key) : undefined)
}

/** Matches as many digits as 2^53 has in base 16. */
const LONG = /[\da-fA-F_]{14}/

function hasUnsafe(value: Json): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value)
  return typeof value === 'object' && value !== null && Object.values(value).some(hasUnsafe)
}

interface Anchor {
  readonly node: Node
  readonly value: Json
}

class Found {
  readonly texts = new Map<object, Map<string | number, string>>()
  private readonly anchors = new Map<string, Anchor>()

  /** Walks nodes in document order, beside the value that was read of them; an alias shares the value of its anchor. */
  visit(node: Node, value: Json): void {
    if (node.anchor !== undefined) this.anchors.set(node.anchor, { node, value })
    if (node.kind === 'seq' && Array.isArray(value)) for (const [i, item] of node.items.entries()) this.member(value, i, item.value)
    if (node.kind !== 'map' || !isObject(value)) return
    for (const { key, value: member } of node.entries) {
      if (key.kind !== 'scalar') continue
      if (key.style === 'plain' && key.text === '<<') this.merge(value, member)
      else this.member(value, key.style === 'plain' ? (keyOfPlain(key.text) ?? key.text) : key.text, member)
    }
  }

  private member(parent: Json[] | JsonObject, key: string | number, node: Node): void {
    const value = Array.isArray(parent) ? parent[Number(key)] : get(parent, String(key))
    if (value === undefined) return
    const target = node.kind === 'alias' ? this.anchors.get(node.name)?.node : node
    if (target?.kind === 'scalar' && typeof value === 'number') this.note(parent, key, target.text, value)
    if (node.kind !== 'alias') this.visit(node, value)
  }

  private note(parent: object, key: string | number, text: string, value: number): void {
    if (Number.isSafeInteger(value) || resolvePlain(text) !== value) return
    const digits = integerText(text)
    if (digits === undefined) return
    const known = this.texts.get(parent)
    if (known === undefined) this.texts.set(parent, new Map([[key, digits]]))
    else known.set(key, digits)
  }

  /** The integers that a merge key brings, from the mappings that its aliases name. */
  private merge(parent: JsonObject, node: Node): void {
    const sources = node.kind === 'seq' ? node.items.map(item => item.value).toReversed() : [node]
    for (const source of sources) {
      const merged = source.kind === 'alias' ? this.anchors.get(source.name)?.value : undefined
      const texts = typeof merged === 'object' && merged !== null ? this.texts.get(merged) : undefined
      for (const [key, digits] of texts ?? []) if (get(parent, String(key)) === Number(digits)) this.note(parent, key, digits, Number(digits))
    }
  }
}
