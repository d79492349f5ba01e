// Converts a ConfigMap, which a Kptfile's `configMap` creates, to a function config: `data.config` is the spec as YAML text, and `data.<field>` or
// `data.<field>.<field>` is one field of it. All values are texts; a value without quotes (`yes`) is taken as its text.

import type { FieldPath, Json, JsonObject } from '../lib/model/index.ts'
import { get, isObject, nearest, set } from '../lib/model/index.ts'
import { YamlError } from '../lib/yaml/error.ts'
import { loadYaml } from '../lib/yaml/load.ts'
import { withoutQuotes } from '../lib/yaml/unread-excerpt.ts'
import { SPEC_FIELDS } from './generated/spec-fields.ts'
import type { Finding } from './schema-findings.ts'

export interface ExpandedConfigMap {
  /** The config as a SidecarInjector. */
  readonly value: JsonObject
  /** Findings about the ConfigMap itself; their fields are paths in it. */
  readonly findings: readonly Finding[]
  /** The origin of a field of `value`: a field of the ConfigMap, and the path inside its text. */
  readonly sourceOf: (field: FieldPath) => TextSource
}

export interface TextSource {
  readonly field: FieldPath
  readonly inner: FieldPath
}

/**
 * The SidecarInjector.
 * @param written the source text of a data key's value, for values that are not strings
 * @example expandConfigMap({ data: { istio: 'true', 'cluster.platform': 'openshift' } }).value
 * // { …, spec: { istio: {}, cluster: { platform: 'openshift' } } }
 */
export function expandConfigMap(configMap: JsonObject, written: (key: string) => string | undefined = () => undefined): ExpandedConfigMap {
  const data = get(configMap, 'data')
  const findings: Finding[] = []
  const metadata = get(configMap, 'metadata')
  const value: JsonObject = { apiVersion: 'inject-sidecars.dev/v1alpha1', kind: 'SidecarInjector', ...(isObject(metadata) ? { metadata } : {}) }
  for (const name of Object.keys(configMap)) if (!CONFIG_MAP_FIELDS.has(name)) findings.push(strayField(name))
  const entries = isObject(data) ? Object.entries(data).map(([key, value]) => [key, asText(value, () => written(key))] as const) : []
  // kpt makes up an empty ConfigMap where the Kptfile has none.
  if (entries.length > 0) value.spec = expandData(entries, findings)
  const keys = entries.map(([key]) => key)
  return { value, findings, sourceOf: field => sourceOf(field, keys) }
}

const CONFIG_MAP_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'data', 'binaryData', 'immutable'])
const WHOLE = 'config'

function strayField(name: string): Finding {
  const hint = name === 'spec' ? `put its fields into \`data\`, or write kind: SidecarInjector` : `known fields: ${[...CONFIG_MAP_FIELDS].join(', ')}`
  return { field: [name], message: `unknown field \`${name}\` in a ConfigMap`, hint }
}

function expandData(entries: readonly (readonly [string, string | undefined])[], findings: Finding[]): JsonObject {
  // The whole first, then fields, then their fields: the more special one wins.
  const rank = (key: string): number => (key === WHOLE ? 0 : key.split('.').length)
  const ordered = [...entries].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
  let spec: JsonObject = {}
  for (const [key, text] of ordered) {
    if (text === undefined) {
      findings.push({ field: ['data', key], message: `\`data.${key}\` must be a string`, hint: `write it as a YAML string: \`${key}: |\`` })
    } else if (key === WHOLE) {
      spec = wholeSpec(text, findings)
    } else {
      setField(spec, key, text, findings)
    }
  }
  return spec
}

function asText(value: Json, written: () => string | undefined): string | undefined {
  if (typeof value === 'string') return value
  if (value === null) return ''
  return typeof value === 'object' ? undefined : (written() ?? String(value))
}

/** The spec in `data.config`: either the spec itself, or a whole SidecarInjector. */
function wholeSpec(text: string, findings: Finding[]): JsonObject {
  const value = parse(text, WHOLE, findings)
  if (value === undefined || value === null) return {}
  const inner = get(value, 'spec') ?? value
  if (isObject(inner)) return structuredClone(inner)
  findings.push({ field: ['data', WHOLE], message: '`data.config` must be a mapping with the fields of the spec' })
  return {}
}

function setField(spec: JsonObject, key: string, text: string, findings: Finding[]): void {
  const type = SPEC_FIELDS.get(key)
  if (type === undefined) {
    const known = [WHOLE, ...SPEC_FIELDS.keys()]
    const near = nearest(key, known)
    const hint = near === undefined ? `known keys: ${known.filter(name => !name.includes('.')).join(', ')}` : `did you mean \`${near}\`?`
    findings.push({ field: ['data', key], message: `unknown key \`${key}\` in \`data\``, hint })
    return
  }
  const value = type === 'string' ? text : parse(text, key, findings)
  if (value === undefined) return
  const path = key.split('.')
  const last = path.pop() ?? ''
  let here = spec
  for (const step of path) {
    const next = get(here, step)
    const below = isObject(next) ? next : {}
    if (below !== next) set(here, step, below)
    here = below
  }
  // `istio: "true"` switches on, `"false"` off.
  if (type === 'object' && typeof value === 'boolean') {
    if (!value) delete here[last]
    else if (!isObject(get(here, last))) set(here, last, {})
  } else {
    set(here, last, value)
  }
}

function parse(text: string, key: string, findings: Finding[]): Json | undefined {
  try {
    return loadYaml(text)
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    const words = withoutQuotes(error.message.replace(/^yaml: (line \d+: )?/, ''))
    findings.push({ field: ['data', key], message: `\`data.${key}\`, line ${error.line}: ${words}` })
    return undefined
  }
}

/** The data key of a field: the longest one that is a prefix of its path. */
function sourceOf(field: FieldPath, keys: readonly string[]): TextSource {
  if (field[0] !== 'spec') return { field, inner: [] }
  for (let length = field.length; length > 1; length--) {
    const key = field.slice(1, length).join('.')
    if (keys.includes(key)) return { field: ['data', key], inner: field.slice(length) }
  }
  return keys.includes(WHOLE) ? { field: ['data', WHOLE], inner: field.slice(1) } : { field: ['data'], inner: [] }
}
