// Collects labels, annotations and names of a pod that could change the structure of a template's output (docs/security.md).

import { type FieldPath, isObject, type Json, set } from '../lib/model/index.ts'
import type { GoValue } from '../lib/template/index.ts'

/** A text with special characters of YAML. */
export interface UntrustedText {
  readonly text: string
  /** The text's path in the pod. */
  readonly field: FieldPath
  /** Description for messages: `annotation "a"`. */
  readonly what: string
}

/** The texts of one pod, and a function that makes the data of its templates with other texts. */
export interface Untrusted {
  readonly texts: readonly UntrustedText[]
  readonly dataWith: (replace: (text: string) => string) => GoValue
}

/** Matches line breaks, quotes, indicators of collections and comments; other indicators at an end or before a blank. */
const STRUCTURAL = /[\n\r\x85\u2028\u2029\t"'\\{}[\],#]|^[|>&*!?\s-]|\s$|:(?=\s|$)|\s[-?](?=\s|$)/

/** Whether a text could be more than one scalar, or only a part of one. */
export function isStructural(text: string): boolean {
  return STRUCTURAL.test(text)
}

/**
 * A text of the same length that can only be a scalar.
 * @example harmless('a: [b]') // 'ax xbx'
 */
export function harmless(text: string): string {
  return text.replace(/[^\w./ -]/g, 'x').replace(/^[ -]|[ -]$| -(?= )/g, found => 'x'.repeat(found.length))
}

/** The structural texts among the labels, annotations and names of a pod. */
export function untrustedTexts(pod: Json): readonly UntrustedText[] {
  const found: UntrustedText[] = []
  if (isObject(pod)) {
    if (isObject(pod.metadata)) inMetadata(pod.metadata, found)
    inNames(pod.spec ?? null, ['spec'], found)
  }
  return found
}

/** The structural texts in `value`, each with its field. */
export function textsIn(value: Json, { field, what }: Omit<UntrustedText, 'text'>): readonly UntrustedText[] {
  if (typeof value === 'string') return isStructural(value) ? [{ text: value, field, what }] : []
  if (typeof value !== 'object' || value === null) return []
  const keys = Array.isArray(value) ? [] : Object.keys(value)
  return [...keys, ...Object.values(value)].flatMap(member => textsIn(member, { field, what }))
}

/** The value with other texts, also as keys. */
export function withTexts<Value extends Json>(value: Value, replace: (text: string) => string): Value
export function withTexts(value: Json, replace: (text: string) => string): Json {
  if (typeof value === 'string') return replace(value)
  if (Array.isArray(value)) return value.map(item => withTexts(item, replace))
  if (!isObject(value)) return value
  const changed = {}
  for (const [key, item] of Object.entries(value)) set(changed, replace(key), withTexts(item, replace))
  return changed
}

function inMetadata(metadata: Json, found: UntrustedText[]): void {
  if (!isObject(metadata)) return
  for (const map of ['annotations', 'labels'] as const) {
    const entries = metadata[map]
    if (!isObject(entries)) continue
    for (const key of Object.keys(entries)) {
      const value = entries[key]
      if (!isStructural(key) && !(typeof value === 'string' && isStructural(value))) continue
      const field = ['metadata', map, key]
      const what = `${map === 'labels' ? 'label' : 'annotation'} ${JSON.stringify(key)}`
      if (isStructural(key)) found.push({ text: key, field, what: `the name of ${what}` })
      if (typeof value === 'string' && isStructural(value)) found.push({ text: value, field, what: `the value of ${what}` })
    }
  }
  const { annotations: _annotations, labels: _labels, ...rest } = metadata
  inNames(rest, ['metadata'], found)
}

const NAME = /^(?:generateN|n|.*N)ame(?:space)?$/

function inNames(value: Json, field: FieldPath, found: UntrustedText[]): void {
  if (Array.isArray(value)) {
    value.forEach((item, i) => {
      inNames(item, [...field, i], found)
    })
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (typeof item === 'object' && item !== null) inNames(item, [...field, key], found)
      else if (typeof item === 'string' && NAME.test(key) && isStructural(item)) {
        found.push({ text: item, field: [...field, key], what: `the name ${JSON.stringify(item)}` })
      }
    }
  }
}
