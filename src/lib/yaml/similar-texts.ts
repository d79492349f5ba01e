// Reads texts that are much like earlier ones: what a template prints for one workload differs from what it prints for the next in a few scalars.

import { get, isObject, type Json, type JsonObject, set, share } from '../model/index.ts'
import { keyOf } from './construct.ts'
import { readFast } from './fast.ts'
import { loadYaml } from './load.ts'
import { type Node, parseNode } from './node.ts'
import { type Hole, holeAt, scalarOf, shapeOf } from './shape.ts'

/**
 * Remembers a few texts. One that differs from one of them in nothing but holes (shape.ts) is that one's value with other scalars in it; of others the value is
 * read. Values share their parts and must not be changed.
 */
export class SimilarTexts {
  /** The last one that was of use first. */
  private readonly examples: Example[] = []

  /** As `loadYaml`. */
  load(text: string): Json {
    for (const [i, example] of this.examples.entries()) {
      const value = example.read(text)
      if (value === undefined) continue
      if (i > 0) this.examples.unshift(...this.examples.splice(i, 1))
      return value
    }
    const value = loadYaml(text)
    if (text.length <= MAX_LENGTH) {
      this.examples.unshift(new Example(text, value))
      if (this.examples.length > MAX_EXAMPLES) this.examples.pop()
    }
    return value
  }
}

const MAX_LENGTH = 1 << 16
const MAX_EXAMPLES = 4
const MAX_DIFFERENT = 64

/** A hole that was another one in some text. */
interface Different extends Hole {
  /** Where its value is. */
  readonly path: Path
}

type Path = readonly (string | number)[]

/** What may differ at and below a place of the value: the index of a hole, or more places. */
type Places = number | Map<string | number, Places>

class Example {
  private readonly text: string
  private readonly value: Json
  /** All that are values; undefined until somebody asks. */
  private holes: readonly Different[] | undefined
  /** In order, with the texts before, between and behind them. */
  private different: readonly Different[] = []
  private between: readonly string[]
  private places: Places = new Map()

  constructor(text: string, value: Json) {
    this.text = text
    this.value = value
    this.between = [text]
  }

  /** The value of a text that differs in nothing but holes. */
  read(text: string): Json | undefined {
    for (;;) {
      const found = this.match(text)
      if (found === undefined) return undefined
      if (typeof found !== 'number') return withHoles(this.value, this.places, found)
      if (!this.learn(found)) return undefined
    }
  }

  /** What stands in the holes that may differ. Where something else differs, its place in the example's text; undefined where that says nothing. */
  private match(text: string): readonly (string | undefined)[] | number | undefined {
    const holes: (string | undefined)[] = []
    let [at, from] = [0, 0]
    for (const [i, segment] of this.between.entries()) {
      if (!text.startsWith(segment, at)) return from + firstDifference(segment, text, at)
      at += segment.length
      const next = this.different[i]
      if (next === undefined) break
      const hole = holeAt(text, at)
      if (hole === undefined) return undefined
      holes.push(hole === next.text ? undefined : hole)
      at += hole.length
      from = next.start + next.text.length
    }
    return at === text.length ? holes : undefined
  }

  /** From now on, the hole at a place may differ. */
  private learn(place: number): boolean {
    this.holes ??= holesIn(this.text, this.value)
    const { different } = this
    const found = this.holes.find(({ start, text }) => start <= place && place <= start + text.length)
    if (found === undefined || different.includes(found) || different.length === MAX_DIFFERENT) return false
    this.different = [...different, found].sort((a, b) => a.start - b.start)
    const ends = this.different.map(({ start, text }) => start + text.length)
    this.between = [...this.different.map(({ start }, i) => this.text.slice(ends[i - 1] ?? 0, start)), this.text.slice(ends.at(-1))]
    this.places = placesOf(this.different)
    return true
  }
}

function firstDifference(segment: string, text: string, at: number): number {
  let i = 0
  while (i < segment.length && segment.charCodeAt(i) === text.charCodeAt(at + i)) i++
  return i
}

/** The holes of a text that are values; none of a text that the fast reader leaves alone. */
function holesIn(text: string, value: Json): readonly Different[] {
  const root = readFast(text) === undefined ? undefined : parseNode(text)
  if (root === undefined) return []
  // What stays the same in all texts is known again by what works with the values.
  share(value)
  const holes = new Map(shapeOf(text, '').holes.map(hole => [hole.start, hole]))
  const found: Different[] = []
  collect(root, [], { holes, text, found })
  return found
}

interface Search {
  readonly holes: ReadonlyMap<number, Hole>
  readonly text: string
  readonly found: Different[]
}

function collect(node: Node, path: Path, search: Search): void {
  if (node.kind === 'seq') for (const [i, { value }] of node.items.entries()) collect(value, [...path, i], search)
  else if (node.kind === 'map') for (const { key, value } of node.entries) collect(value, [...path, keyOf(key) ?? ''], search)
  else {
    const hole = search.holes.get(node.start)
    if (hole !== undefined && search.text.slice(node.start, node.end) === hole.text) search.found.push({ ...hole, path })
  }
}

function placesOf(different: readonly Different[]): Places {
  const root = new Map<string | number, Places>()
  different.forEach(({ path }, index) => {
    let here = root
    path.forEach((step, depth) => {
      if (depth === path.length - 1) here.set(step, index)
      else {
        const below = here.get(step)
        const next: Map<string | number, Places> = below instanceof Map ? below : new Map()
        here.set(step, next)
        here = next
      }
    })
  })
  return root
}

/** A copy with other scalars in it; parts without are the same objects. */
function withHoles(value: Json, places: Places, holes: readonly (string | undefined)[]): Json {
  if (typeof places === 'number') {
    const hole = holes[places]
    return hole === undefined ? value : scalarOf(hole)
  }
  return Array.isArray(value) ? listWithHoles(value, places, holes) : isObject(value) ? objectWithHoles(value, places, holes) : value
}

function listWithHoles(list: Json[], places: ReadonlyMap<string | number, Places>, holes: readonly (string | undefined)[]): Json[] {
  let copy: Json[] | undefined
  for (const [step, below] of places) {
    const item = list[Number(step)] ?? null
    const now = withHoles(item, below, holes)
    if (now === item) continue
    copy ??= [...list]
    copy[Number(step)] = now
  }
  return copy ?? list
}

function objectWithHoles(object: JsonObject, places: ReadonlyMap<string | number, Places>, holes: readonly (string | undefined)[]): JsonObject {
  let copy: JsonObject | undefined
  for (const [step, below] of places) {
    const item = get(object, String(step)) ?? null
    const now = withHoles(item, below, holes)
    if (now === item) continue
    copy ??= { ...object }
    set(copy, String(step), now)
  }
  return copy ?? object
}
