// Tracks anchors and the values of their aliases, and limits how much aliases may expand to.

import type { Json } from '../model/index.ts'

/** Number of nodes to which aliases and merge keys may still expand. */
export interface Expansion {
  left: number
}

/**
 * The limit for one text, however many documents it holds: a multiple of its length, because the value is walked several times. Go, which reads one document
 * at a time, allows 400,000 nodes whatever the length.
 */
export function expansionOf(length: number): Expansion {
  return { left: 10_000 + 2 * length }
}

/** Target of an anchor. */
export interface Anchor {
  /** Index of its node's record. */
  readonly index: number
  /** Undefined until all of it has been read. */
  readonly value: Json | undefined
  /** Number of its nodes, with those of expanded aliases. */
  readonly size: number
}

/** An alias, and the anchor that it points at. */
export interface Alias {
  readonly index: number
  readonly anchor: Anchor
}

const NO_ALIASES: readonly Alias[] = []
const EXCESSIVE = 'document contains excessive aliasing'
// Go compares only where there is much to compare.
const MIN_ALIASED = 100
const MIN_DECODED = 1000
const FEW_NODES = 400_000
const MANY_NODES = 4_000_000

/** The anchors and aliases of a document, with a bound on what aliases expand to. */
export class Anchors {
  private found: Alias[] | undefined
  private byName: Map<string, Anchor> | undefined
  private readonly expansion: Expansion
  private aliased = 0

  constructor(expansion: Expansion) {
    this.expansion = expansion
  }

  /** Number of nodes to which the aliases so far expand. */
  get expanded(): number {
    return this.aliased
  }

  get aliases(): readonly Alias[] {
    return this.found ?? NO_ALIASES
  }

  set(name: string, anchor: Anchor): void {
    this.byName ??= new Map()
    this.byName.set(name, anchor)
  }

  /** Sets the value of an anchor; its size held the number of expanded nodes at its start. */
  complete(name: string, index: number, { value, nodes }: { value: Json; nodes: number }): void {
    const before = this.byName?.get(name)
    // The same name may have been given to a node inside.
    if (before?.index === index) this.set(name, { index, value, size: nodes + this.aliased - before.size })
  }

  /**
   * The anchor of the alias at `index`, or an error message.
   * @param nodes how many nodes have been read so far
   */
  follow(name: string, index: number, nodes: number): Anchor | string {
    const anchor = this.byName?.get(name)
    if (anchor === undefined) return `unknown anchor '${name}' referenced`
    if (anchor.value === undefined) return `anchor '${name}' value contains itself`
    this.aliased += anchor.size
    const isExcessive = !this.expand(anchor.size) || this.exceedsRatio(nodes + this.aliased)
    this.found ??= []
    this.found.push({ index, anchor })
    return isExcessive ? EXCESSIVE : anchor
  }

  /** Counts the nodes of expanded aliases and merge keys; false if there are too many. */
  expand(nodes: number): boolean {
    this.expansion.left -= nodes
    return this.expansion.left >= 0
  }

  /** Go allows aliases nearly all of a small document's nodes, and a tenth of a large one's. */
  private exceedsRatio(decoded: number): boolean {
    if (this.aliased <= MIN_ALIASED || decoded <= MIN_DECODED) return false
    const large = Math.min(1, Math.max(0, (decoded - FEW_NODES) / (MANY_NODES - FEW_NODES)))
    return this.aliased / decoded > 0.99 - 0.89 * large
  }
}
