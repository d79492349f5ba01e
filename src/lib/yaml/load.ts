// Reads one YAML text as a value: ConfigMap contents, rendered templates, annotations (istio-rules.md, 1.4).

import type { Json } from '../model/index.ts'
import { YamlError, yamlProblem } from './error.ts'
import { type Reading, readYaml } from './reader.ts'

/**
 * The first document of `text` in the dialect of sigs.k8s.io/yaml: `yes` is true, `0777` is 511, of duplicate keys the last counts; an empty text is null. As
 * in Go, text behind the document's node is not read.
 * @throws YamlError with Go's message
 * @example loadYaml('a: 0777\nb: on') // { a: 511, b: true }
 */
export function loadYaml(text: string): Json {
  return loadReading(text).value
}

/** As loadYaml, with the nodes and their positions. */
export function loadReading(text: string): Reading {
  const reading = readYaml(text)
  if (reading.infinite !== undefined) refuseInfinite(reading.value)
  return reading
}

/** As loadYaml, but `.inf` and `.nan` give JavaScript's numbers, and the text must not hold anything behind its first document's node. */
export function readDocument(text: string): Json {
  return readWhole(text).value
}

/** As readDocument, for callers that go on to edit the text. */
export function readWhole(text: string): Reading {
  const reading = readYaml(text)
  refuseRest(reading)
  return reading
}

/**
 * Refuses text behind the document's node that is not another document: Go would ignore it, and it would be lost.
 * @throws YamlError
 */
export function refuseRest({ text, rest }: Reading): void {
  if (rest !== undefined) throw yamlProblem(text, { message: 'did not find expected <document start>', at: rest, kind: 'parser' })
}

/** JSON has no infinity, and Go's YAML goes through JSON. */
function refuseInfinite(value: Json): void {
  if (typeof value === 'number') {
    if (!Number.isFinite(value))
      throw new YamlError(`json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`, { offset: 0, line: 1, column: 1 })
  } else if (typeof value === 'object' && value !== null) for (const child of Object.values(value)) refuseInfinite(child)
}
