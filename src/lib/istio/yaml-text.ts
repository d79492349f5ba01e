// Parses YAML in ConfigMaps and annotations, with the error messages of Go's YAML packages (istio-rules.md, 1.4).
import type { Json } from '../model/index.ts'
import { YamlError } from '../yaml/error.ts'
import { loadYaml } from '../yaml/load.ts'
import { type IntegerTexts, integerTexts } from './yaml-integers.ts'

/** A text that is not YAML; the message begins with `yaml: `. */
export class YamlTextError extends Error {}

/**
 * The first document of `text` as JSON; null for an empty text.
 * @throws YamlTextError
 */
export function yamlToJson(text: string): Json {
  if (text === '') return null
  try {
    return loadYaml(text)
  } catch (error) {
    if (error instanceof YamlError) throw new YamlTextError(error.message, { cause: error })
    throw error
  }
}

/** A value with the digits of integers that a double cannot represent. */
export interface ExactJson {
  readonly json: Json
  /** Absent where doubles hold all of them. */
  readonly integers?: IntegerTexts
}

/**
 * As yamlToJson, with the digits of long integers.
 * @throws YamlTextError
 * @example yamlToExactJson('a: 9007199254740993').integers // tells that `a` is 9007199254740993
 */
export function yamlToExactJson(text: string): ExactJson {
  const json = yamlToJson(text)
  const integers = integerTexts(text, json)
  return integers === undefined ? { json } : { json, integers }
}
