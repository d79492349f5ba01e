// The value of a node in Kubernetes' dialect: tags, aliases, merge keys and map keys as sigs.k8s.io/yaml reads them (istio-rules.md, 1.4).

import type { Json, JsonObject } from '../model/index.ts'
import { set } from '../model/index.ts'
import type { MapNode, Node, ScalarNode } from './node.ts'
import { keyOfPlain, resolvePlain } from './scalar.ts'

/** A node whose value cannot be had. */
export class ConstructError extends Error {
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

export interface DuplicateKey {
  readonly key: string
  /** Where the later of the two keys starts. */
  readonly offset: number
}

/** What an anchor stands for. */
export interface Anchored {
  readonly node: Node
  readonly value: Json
}

export interface Constructed {
  readonly value: Json
  readonly duplicates: readonly DuplicateKey[]
  /** What each alias points at. */
  readonly aliases: ReadonlyMap<Node, Anchored>
}

/** How many nodes aliases and merge keys may still stand for. */
export interface Expansion {
  left: number
}

/**
 * For one text, however many documents and elements it is read in. What a text stands for is walked several times, so it may be so many times as long
 * and no more; Go, which reads one document at a time, allows 400,000 nodes whatever the length.
 */
export function expansionOf(length: number): Expansion {
  return { left: 10_000 + 2 * length }
}

/** Reads a whole document. Of a key that occurs twice the last counts. Throws ConstructError. */
export function construct(root: Node, expansion: Expansion): Constructed {
  const builder = new Constructor(expansion)
  return { value: builder.value(root), duplicates: builder.duplicates, aliases: builder.aliases }
}

/** The text of a scalar key as a map key; undefined for keys that Kubernetes refuses (null, lists, maps). */
export function keyOf(key: Node): string | undefined {
  if (key.kind !== 'scalar') return undefined
  if (key.tag === undefined) return key.style === 'plain' || key.style === 'empty' ? keyOfPlain(key.text) : key.text
  const value = taggedScalar(key)
  return typeof value === 'string' ? value : keyOfPlain(key.text)
}

/** Whether `key` is a merge key: plain `<<`, or one tagged `!!merge`, as kpt writes it. */
export function isMerge(key: Node): boolean {
  if (key.kind !== 'scalar' || key.text !== '<<') return false
  return key.tag === undefined ? key.style === 'plain' : coreTag(key.tag) === 'merge'
}

interface Anchor extends Anchored {
  readonly size: number
}

class Constructor {
  readonly duplicates: DuplicateKey[] = []
  readonly aliases = new Map<Node, Anchored>()
  private readonly anchors = new Map<string, Anchor | 'open'>()
  private readonly expansion: Expansion
  private size = 0

  constructor(expansion: Expansion) {
    this.expansion = expansion
  }

  value(node: Node): Json {
    if (node.kind === 'alias') return this.alias(node).value
    if (node.anchor === undefined) return this.content(node)
    this.anchors.set(node.anchor, 'open')
    const before = this.size
    const value = this.content(node)
    this.anchors.set(node.anchor, { node, value, size: this.size - before })
    return value
  }

  private content(node: Exclude<Node, { kind: 'alias' }>): Json {
    this.size++
    if (node.kind === 'scalar') return scalarValue(node)
    if (node.kind === 'map') return this.map(node)
    return node.items.map(item => this.value(item.value))
  }

  private alias(node: Node & { kind: 'alias' }): Anchored {
    const anchor = this.anchors.get(node.name)
    if (anchor === undefined) throw new ConstructError(`yaml: unknown anchor '${node.name}' referenced`, node.start)
    if (anchor === 'open') throw new ConstructError(`yaml: anchor '${node.name}' value contains itself`, node.start)
    this.expand(anchor.size, node)
    this.aliases.set(node, anchor)
    return anchor
  }

  private expand(size: number, { start }: Node): void {
    this.size += size
    this.expansion.left -= size
    if (this.expansion.left < 0) throw new ConstructError('yaml: document contains excessive aliasing', start)
  }

  private map(node: MapNode): JsonObject {
    const object: JsonObject = {}
    // Keys that a merge brought may be given again; keys of the map itself may not.
    const own = new Set<string>()
    for (const { key, value } of node.entries) {
      if (isMerge(key)) {
        this.merge(object, value)
        continue
      }
      const name = this.keyName(key, value)
      if (own.has(name)) this.duplicates.push({ key: name, offset: key.start })
      own.add(name)
      set(object, name, this.value(value))
    }
    return object
  }

  private keyName(key: Node, value: Node): string {
    const target = key.kind === 'alias' ? this.alias(key).node : key
    if (key.kind !== 'alias' && key.anchor !== undefined) this.value(key)
    const name = keyOf(target)
    if (name !== undefined) return name
    if (target.kind !== 'scalar') {
      const type = target.kind === 'seq' ? '[]interface {}' : 'map[interface {}]interface {}'
      throw new ConstructError(`yaml: invalid map key: ${type}`, key.start)
    }
    throw new ConstructError(`unsupported map key of type: %!s(<nil>), key: <nil>, value: ${goSyntax(this.value(value))}`, key.start)
  }

  private merge(into: JsonObject, node: Node): void {
    const target = node.kind === 'alias' ? this.alias(node).node : node
    if (target.kind === 'seq') {
      // The first of a list of maps wins, so it is put in last.
      for (const item of target.items.toReversed()) this.mergeMap(into, item.value)
    } else this.mergeMap(into, node)
  }

  private mergeMap(into: JsonObject, node: Node): void {
    const value = this.value(node)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ConstructError('yaml: map merge requires map or sequence of maps as the value', node.start)
    }
    const keys = Object.keys(value)
    this.expand(keys.length, node)
    for (const key of keys) set(into, key, value[key] ?? null)
  }
}

function goSyntax(value: Json): string {
  return value === null ? 'interface {}(nil)' : JSON.stringify(value)
}

/** `str` of `!!str`, `!<tag:yaml.org,2002:str>`; undefined for others. */
function coreTag(tag: string): string | undefined {
  if (tag.startsWith('!!')) return tag.slice(2)
  return /^!<tag:yaml\.org,2002:(.*)>$/.exec(tag)?.[1]
}

/** The value of a scalar. */
export function scalarValue(node: ScalarNode): Json {
  if (node.tag !== undefined) return taggedScalar(node)
  return node.style === 'plain' || node.style === 'empty' ? resolvePlain(node.text) : node.text
}

function taggedScalar(node: ScalarNode): Json {
  const tag = coreTag(node.tag ?? '')
  switch (tag) {
    case 'bool':
    case 'int':
    case 'float':
    case 'null':
    case 'timestamp':
      return typed(node, tag)
    case 'binary':
      return binary(node)
    default:
      return node.text
  }
}

function typed(node: ScalarNode, tag: string): Json {
  const value = resolvePlain(node.text)
  if (tag === 'timestamp') return node.text
  const kind =
    value === null
      ? 'null'
      : typeof value === 'number'
        ? /[.eE]/.test(node.text) && !/^[-+]?0[xX]/.test(node.text)
          ? 'float'
          : 'int'
        : typeof value === 'boolean'
          ? 'bool'
          : 'str'
  if (kind === tag || (tag === 'float' && kind === 'int')) return value
  throw new ConstructError(`yaml: cannot decode !!${kind} \`${node.text}\` as a !!${tag}`, node.start)
}

function binary(node: ScalarNode): string {
  try {
    const bytes = Uint8Array.from(atob(node.text.replace(/\s+/g, '')), char => char.charCodeAt(0))
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (error instanceof DOMException) throw new ConstructError('yaml: !!binary value contains invalid base64 data', node.start)
    throw error
  }
}
