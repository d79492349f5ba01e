// Compares pods as Kubernetes would see them, after a typed round trip through the pod schema; compare.py of the conformance data is the reference.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json, JsonObject } from '../../src/lib/model/index.ts'
import { get, isObject, set } from '../../src/lib/model/index.ts'

interface SchemaField {
  readonly json?: string
  readonly kind: string
  readonly pointer?: boolean
  readonly inline?: boolean
  readonly omitempty?: boolean
  readonly struct?: string
}

// Read from the data, not from src/: the comparison must not lean on the code that it judges.
const schema = JSON.parse(readFileSync(join(import.meta.dirname, 'pod-schema.json'), 'utf8')) as {
  structs: Record<string, { fields?: SchemaField[] }>
}
const STRUCTS = new Map(Object.entries(schema.structs).map(([name, struct]) => [name, flatFields(struct.fields ?? [])]))

/** Labels that only live pods have. */
const RUNTIME_LABELS: ReadonlySet<string> = new Set([
  'pod-template-hash',
  'controller-revision-hash',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'job-name',
  'batch.kubernetes.io/job-name',
  'controller-uid',
  'batch.kubernetes.io/controller-uid',
])

/**
 * The part of a pod or pod template that injection decides, in a form that compares: labels and annotations (without ours and without those of
 * live pods) and the spec, both after a typed round trip, quantities by value.
 */
export function comparableTemplate(pod: Json | undefined): JsonObject {
  const typed = typedForm(get(pod, 'metadata') ?? {}, 'v1.ObjectMeta')
  const metadata: JsonObject = {}
  const labels = entriesOf(get(typed, 'labels')).filter(([key]) => !RUNTIME_LABELS.has(key))
  const annotations = entriesOf(get(typed, 'annotations')).filter(([key]) => !key.startsWith('inject-sidecars.dev/'))
  if (labels.length > 0) metadata.labels = objectOf(labels)
  if (annotations.length > 0) metadata.annotations = objectOf(annotations)
  return { metadata, spec: typedForm(get(pod, 'spec') ?? {}, 'v1.PodSpec') }
}

/** The first place where `actual` differs from `expected`, as `PATH: WHAT`; undefined when they are equal. List order counts, key order does not. */
export function firstDifference(actual: Json, expected: Json, path = ''): string | undefined {
  if (isObject(actual) && isObject(expected)) {
    for (const key of [...new Set([...Object.keys(actual), ...Object.keys(expected)])].sort()) {
      const a = get(actual, key)
      const b = get(expected, key)
      if (a === undefined) return `${path}.${key}: missing, expected ${show(b)}`
      if (b === undefined) return `${path}.${key}: unexpected ${show(a)}`
      const found = firstDifference(a, b, `${path}.${key}`)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (Array.isArray(actual) && Array.isArray(expected)) {
    if (actual.length !== expected.length) return `${path}: ${show(namesOf(actual))} != ${show(namesOf(expected))}`
    for (const [i, a] of actual.entries()) {
      const found = firstDifference(a, expected[i] ?? null, `${path}[${i}]`)
      if (found !== undefined) return found
    }
    return undefined
  }
  return actual === expected ? undefined : `${path}: ${show(actual)} != ${show(expected)}`
}

/** `value` after a typed round trip through `struct`, for comparison only: quantities become exact fractions. */
function typedForm(value: Json, struct: string): Json {
  if (struct === 'resource.Quantity') return value === null ? null : exactQuantity(value)
  const fields = STRUCTS.get(struct)
  if (fields === undefined || struct === 'intstr.IntOrString' || !isObject(value)) return value
  const out: JsonObject = {}
  for (const field of fields) {
    const name = field.json ?? ''
    const given = get(value, name)
    if (given === undefined || given === null) continue
    const typed = typedField(given, field)
    const container = field.kind === 'slice' || field.kind === 'map' || field.kind === 'struct'
    if (!field.pointer && (field.omitempty || container) && isEmpty(typed, field.kind)) continue
    set(out, name, typed)
  }
  return out
}

function typedField(value: Json, field: SchemaField): Json {
  const { struct } = field
  if (struct === undefined) return value
  if (field.kind === 'slice' && Array.isArray(value)) return value.map(item => typedForm(item, struct))
  if (field.kind === 'map' && isObject(value)) return objectOf(entriesOf(value).map(([key, item]) => [key, typedForm(item, struct)]))
  return field.kind === 'struct' ? typedForm(value, struct) : value
}

function isEmpty(value: Json, kind: string): boolean {
  if (value === '' || value === 0 || value === false) return true
  if (Array.isArray(value)) return value.length === 0
  return (kind === 'map' || kind === 'struct') && isObject(value) && Object.keys(value).length === 0
}

function flatFields(fields: readonly SchemaField[]): SchemaField[] {
  return fields.flatMap(field => {
    if (!field.inline && field.json) return [field]
    return field.struct === undefined ? [] : flatFields(schema.structs[field.struct]?.fields ?? [])
  })
}

const SCALES: readonly (readonly [suffix: string, numerator: bigint, denominator: bigint])[] = [
  ...['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((suffix, i) => [suffix, 1024n ** BigInt(i + 1), 1n] as const),
  ...['k', 'M', 'G', 'T', 'P', 'E'].map((suffix, i) => [suffix, 1000n ** BigInt(i + 1), 1n] as const),
  ...['m', 'u', 'n'].map((suffix, i) => [suffix, 1n, 1000n ** BigInt(i + 1)] as const),
  ['', 1n, 1n],
]

/** A quantity as `Q` and a reduced fraction; a text that is none stays as it is. */
function exactQuantity(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const [suffix, scale, divisor] = SCALES.find(([end]) => text.endsWith(end)) ?? ['', 1n, 1n]
  const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?\s*$/.exec(text.slice(0, text.length - suffix.length))
  const [, sign = '', whole = '', decimals = '', exponent = '0'] = match ?? []
  if (match === null || whole + decimals === '') return text
  const ten = BigInt(exponent) - BigInt(decimals.length)
  const numerator = BigInt(`${sign}${whole}${decimals}`.replace('+', '')) * scale * (ten > 0n ? 10n ** ten : 1n)
  const denominator = divisor * (ten < 0n ? 10n ** -ten : 1n)
  const common = gcd(numerator < 0n ? -numerator : numerator, denominator)
  return `Q${numerator / common}/${denominator / common}`
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b)
}

function entriesOf(value: Json | undefined): [string, Json][] {
  return isObject(value) ? Object.entries(value) : []
}

function objectOf(entries: readonly (readonly [string, Json])[]): JsonObject {
  const out: JsonObject = {}
  for (const [key, value] of entries) set(out, key, value)
  return out
}

function namesOf(list: readonly Json[]): Json[] {
  return list.map(item => (isObject(item) ? (get(item, 'name') ?? null) : item))
}

function show(value: Json | undefined): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 200)
}
