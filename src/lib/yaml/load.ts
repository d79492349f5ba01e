// Reads one YAML text as a value: ConfigMap contents, rendered templates, annotations (istio-rules.md, 1.4).

import type { Json } from '../model/index.ts'
import { Chunks } from './chunks.ts'
import { ConstructError, construct, expansionOf } from './construct.ts'
import { YamlError, yamlErrorAt } from './error.ts'
import { type FastDocument, readFast } from './fast.ts'
import { parseNode } from './node.ts'
import { firstDocument } from './split.ts'

// Of rendered templates and injected workloads, which are much alike.
const chunks = new Chunks()

/**
 * The first document of `text` in the dialect of sigs.k8s.io/yaml: `yes` is true, `0777` is 511, of duplicate keys the last counts; an empty text is null.
 * Throws YamlError in Go's words.
 *
 * @example loadYaml('a: 0777\nb: on') // { a: 511, b: true }
 */
export function loadYaml(text: string): Json {
  const fast = readFast(text, chunks)
  if (fast !== undefined) return fast.value
  const value = readDocument(text)
  refuseInfinite(value)
  return value
}

/** As loadYaml, but `.inf` and `.nan` give JavaScript's numbers. */
export function readDocument(text: string): Json {
  return readPart(text).value
}

/** What was read, and by whom. */
export interface Reading {
  readonly value: Json
  /** Present where the fast reader read it. */
  readonly fast?: FastDocument
}

/** As readDocument, for those who go on to edit the text. */
export function readPart(text: string): Reading {
  const fast = readFast(text, chunks)
  if (fast !== undefined) return { value: fast.value, fast }
  const source = firstDocument(text)
  const root = parseNode(source)
  return { value: root === undefined ? null : constructValue(root, source) }
}

function constructValue(root: Parameters<typeof construct>[0], source: string): Json {
  try {
    return construct(root, expansionOf(source.length)).value
  } catch (error) {
    if (error instanceof ConstructError) throw yamlErrorAt(error.message, source, error.offset)
    throw error
  }
}

/** JSON has no infinity, and Go's YAML goes through JSON. */
function refuseInfinite(value: Json): void {
  if (typeof value === 'number') {
    if (!Number.isFinite(value))
      throw new YamlError(`json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`, { offset: 0, line: 1, column: 1 })
  } else if (typeof value === 'object' && value !== null) for (const child of Object.values(value)) refuseInfinite(child)
}
