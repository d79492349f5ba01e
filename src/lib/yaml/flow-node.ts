// Flow collections whose inside is parsed when somebody looks there.

import type { MapEntry, MapNode, Node, SeqItem, SeqNode } from './node.ts'

type Inside = () => Node | undefined

export class FlowMap implements MapNode {
  readonly kind = 'map'
  readonly flow = true
  readonly pair = false
  readonly start: number
  readonly content: number
  readonly end: number
  private readonly inside: Inside

  constructor({ start, end }: { start: number; end: number }, inside: Inside) {
    this.start = start
    this.content = start
    this.end = end
    this.inside = inside
  }

  get entries(): readonly MapEntry[] {
    const node = this.end - this.start > 2 ? this.inside() : undefined
    return node?.kind === 'map' ? node.entries : []
  }
}

export class FlowSeq implements SeqNode {
  readonly kind = 'seq'
  readonly flow = true
  readonly start: number
  readonly content: number
  readonly end: number
  private readonly inside: Inside

  constructor({ start, end }: { start: number; end: number }, inside: Inside) {
    this.start = start
    this.content = start
    this.end = end
    this.inside = inside
  }

  get items(): readonly SeqItem[] {
    const node = this.end - this.start > 2 ? this.inside() : undefined
    return node?.kind === 'seq' ? node.items : []
  }
}
