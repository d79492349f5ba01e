// Reads texts that are much like earlier ones: what a template prints for one workload differs from what it prints for the next in a few scalars.

import { get, isObject, type Json, type JsonObject, Patience, set, share } from '../model/index.ts'
import { keyOf } from './construct.ts'
import { readFast } from './fast.ts'
import { loadYaml } from './load.ts'
import { type Node, parseNode } from './node.ts'
import { type Hole, holeAround, holeAt, scalarOf } from './shape.ts'
import { firstDocument } from './split.ts'

/**
 * Remembers a few texts. One that differs from one of them in nothing but holes (shape.ts) is that one's value with other scalars in it; of others the value is
 * read. Values share their parts and must not be changed.
 */
export class SimilarTexts {
  /** The last one that was of use first. */
  private readonly examples: Example[] = []
  private readonly patience = new Patience()

  /** As `loadYaml`. */
  load(text: string): Json {
    if (!this.patience.isTried()) return loadYaml(text)
    const known = this.find(text)
    this.patience.note(known !== undefined)
    if (known !== undefined) return known
    const value = loadYaml(text)
    if (text.length <= MAX_LENGTH) {
      this.examples.unshift(new Example(text, value))
      if (this.examples.length > MAX_EXAMPLES) this.examples.pop()
    }
    return value
  }

  private find(text: string): Json | undefined {
    for (const [i, example] of this.examples.entries()) {
      const value = example.read(text)
      if (value === undefined) continue
      if (i > 0) this.examples.unshift(...this.examples.splice(i, 1))
      return value
    }
    return undefined
  }
}

const MAX_LENGTH = 1 << 16
const MAX_EXAMPLES = 4
const MAX_DIFFERENT = 64

type Path = readonly (string | number)[]

/** What may differ at and below a place of the value: the index of a hole, or more places. */
type Places = number | Map<string | number, Places>

class Example {
  private readonly text: string
  private readonly value: Json
  /** The holes that were others in some text, in order, with the texts before, between and behind them. */
  private holes: readonly Hole[] = []
  private between: readonly string[]
  /** Where they are in the value; undefined until some text differs in nothing else, and where one of them is no value. */
  private places: Places | undefined
  private isUseless = false

  constructor(text: string, value: Json) {
    this.text = text
    this.value = value
    this.between = [text]
  }

  /** The value of a text that differs in nothing but holes. */
  read(text: string): Json | undefined {
    for (;;) {
      const found = this.isUseless ? undefined : this.match(text)
      if (found === undefined) return undefined
      if (typeof found !== 'number') return this.withHoles(found)
      if (!this.learn(found)) return undefined
    }
  }

  /** What stands in the holes that may differ. Where something else differs, its place in the example's text; undefined where that says nothing. */
  private match(text: string): readonly (string | undefined)[] | number | undefined {
    const found: (string | undefined)[] = []
    let [at, from] = [0, 0]
    for (const [i, segment] of this.between.entries()) {
      if (!text.startsWith(segment, at)) return from + firstDifference(segment, text, at)
      at += segment.length
      const next = this.holes[i]
      if (next === undefined) break
      const hole = holeAt(text, at)
      if (hole === undefined) return undefined
      found.push(hole === next.text ? undefined : hole)
      at += hole.length
      from = next.start + next.text.length
    }
    return at === text.length ? found : undefined
  }

  /** From now on, the hole at a place may differ. */
  private learn(place: number): boolean {
    const hole = holeAround(this.text, place)
    if (hole === undefined || this.holes.length === MAX_DIFFERENT || this.holes.some(({ start }) => start === hole.start)) return false
    this.holes = [...this.holes, hole].sort((a, b) => a.start - b.start)
    const ends = this.holes.map(({ start, text }) => start + text.length)
    this.between = [...this.holes.map(({ start }, i) => this.text.slice(ends[i - 1] ?? 0, start)), this.text.slice(ends.at(-1))]
    this.places = undefined
    return true
  }

  private withHoles(found: readonly (string | undefined)[]): Json | undefined {
    this.places ??= this.findPlaces()
    if (this.places === undefined) {
      this.isUseless = true
      return undefined
    }
    return withScalars(this.value, this.places, found)
  }

  private findPlaces(): Places | undefined {
    const paths = pathsOf(this.text, this.holes)
    if (paths === undefined) return undefined
    // What stays the same in all texts is known again by what works with the values.
    share(this.value)
    return placesOf(paths)
  }
}

function firstDifference(segment: string, text: string, at: number): number {
  let i = 0
  while (i < segment.length && segment.charCodeAt(i) === text.charCodeAt(at + i)) i++
  return i
}

/** Where the holes of a text are in its value; undefined where one of them is no value, or the fast reader leaves the text alone. */
function pathsOf(text: string, holes: readonly Hole[]): Path[] | undefined {
  const root = readFast(text) === undefined ? undefined : parseNode(firstDocument(text))
  if (root === undefined) return undefined
  const found = new Map<number, Path>()
  collect(root, [], { text, wanted: new Map(holes.map(hole => [hole.start, hole])), found })
  const paths = holes.flatMap(({ start }) => {
    const path = found.get(start)
    return path === undefined ? [] : [path]
  })
  return paths.length === holes.length ? paths : undefined
}

interface Search {
  readonly text: string
  /** By their start. */
  readonly wanted: ReadonlyMap<number, Hole>
  readonly found: Map<number, Path>
}

function collect(node: Node, path: Path, search: Search): void {
  if (node.kind === 'seq') for (const [i, { value }] of node.items.entries()) collect(value, [...path, i], search)
  else if (node.kind === 'map') for (const { key, value } of node.entries) collect(value, [...path, keyOf(key) ?? ''], search)
  else {
    const hole = search.wanted.get(node.start)
    if (hole !== undefined && search.text.slice(node.start, node.end) === hole.text) search.found.set(hole.start, path)
  }
}

function placesOf(paths: readonly Path[]): Places {
  const root = new Map<string | number, Places>()
  paths.forEach((path, index) => {
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
function withScalars(value: Json, places: Places, holes: readonly (string | undefined)[]): Json {
  if (typeof places === 'number') {
    const hole = holes[places]
    return hole === undefined ? value : scalarOf(hole)
  }
  return Array.isArray(value) ? listWithScalars(value, places, holes) : isObject(value) ? objectWithScalars(value, places, holes) : value
}

function listWithScalars(list: Json[], places: ReadonlyMap<string | number, Places>, holes: readonly (string | undefined)[]): Json[] {
  let copy: Json[] | undefined
  for (const [step, below] of places) {
    const item = list[Number(step)] ?? null
    const now = withScalars(item, below, holes)
    if (now === item) continue
    copy ??= [...list]
    copy[Number(step)] = now
  }
  return copy ?? list
}

function objectWithScalars(object: JsonObject, places: ReadonlyMap<string | number, Places>, holes: readonly (string | undefined)[]): JsonObject {
  let copy: JsonObject | undefined
  for (const [step, below] of places) {
    const item = get(object, String(step)) ?? null
    const now = withScalars(item, below, holes)
    if (now === item) continue
    copy ??= { ...object }
    set(copy, String(step), now)
  }
  return copy ?? object
}
