// Holds a value against a JSON Schema (draft 7), as far as fn-config/ uses it. The words for what is wrong are in schema-findings.ts.

import { get, isObject, type Json, type JsonObject } from '../lib/model/index.ts'

/** Of an array, a mapping or a text only what its type says counts where it has another type. */
export interface SchemaError {
  /** A JSON pointer. */
  readonly instancePath: string
  readonly keyword: Keyword
  /** What the keyword says, by the names that ajv gives it. */
  readonly params: JsonObject
}

export type Keyword = 'type' | 'enum' | 'pattern' | 'minItems' | 'required' | 'additionalProperties'

/** The keywords that are known here; the schema may have no others but those that say nothing about a value. */
export const KEYWORDS: ReadonlySet<string> = new Set(['$ref', 'type', 'enum', 'pattern', 'minItems', 'items', 'required', 'properties', 'additionalProperties'])

/**
 * All that is wrong.
 * @example schemaErrors({ a: 1 }, { properties: { a: { type: 'string' } } }) // [{ instancePath: '/a', keyword: 'type', params: { type: 'string' } }]
 */
export function schemaErrors(value: Json, schema: Json): SchemaError[] {
  const errors: SchemaError[] = []
  check({ errors, root: schema }, value, { schema, instancePath: '' })
  return errors
}

interface Check {
  readonly errors: SchemaError[]
  readonly root: Json
}

interface Place {
  readonly schema: Json
  readonly instancePath: string
}

function check(run: Check, value: Json, { schema: given, instancePath }: Place): void {
  const schema = referred(run.root, given)
  const fail = (keyword: Keyword, params: JsonObject) => {
    run.errors.push({ instancePath, keyword, params })
  }
  const type = get(schema, 'type')
  if (type !== undefined && ![type].flat().some(name => hasType(value, name))) fail('type', { type })
  const allowed = get(schema, 'enum')
  if (Array.isArray(allowed) && !allowed.includes(value)) fail('enum', { allowedValues: allowed })
  if (typeof value === 'string') {
    const pattern = get(schema, 'pattern')
    if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(value)) fail('pattern', { pattern })
  } else if (Array.isArray(value)) {
    const limit = get(schema, 'minItems')
    if (typeof limit === 'number' && value.length < limit) fail('minItems', { limit })
    const items = get(schema, 'items')
    if (items !== undefined) for (const [i, item] of value.entries()) check(run, item, { schema: items, instancePath: `${instancePath}/${i}` })
  } else if (isObject(value)) checkFields(run, value, { schema, instancePath })
}

function checkFields(run: Check, value: JsonObject, { schema, instancePath }: Place): void {
  const required = get(schema, 'required')
  for (const name of Array.isArray(required) ? required : []) {
    if (get(value, String(name)) === undefined) run.errors.push({ instancePath, keyword: 'required', params: { missingProperty: name } })
  }
  const properties = get(schema, 'properties')
  const others = get(schema, 'additionalProperties')
  for (const [name, field] of Object.entries(value)) {
    const known = get(properties, name) ?? others
    if (known === false) run.errors.push({ instancePath, keyword: 'additionalProperties', params: { additionalProperty: name } })
    else if (isObject(known)) check(run, field, { schema: known, instancePath: `${instancePath}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}` })
  }
}

/** The schema itself, or the definition that it refers to. */
export function referred(root: Json, schema: Json | undefined): Json {
  const ref = get(schema, '$ref')
  return typeof ref === 'string' ? (get(get(root, 'definitions'), ref.replace('#/definitions/', '')) ?? null) : (schema ?? null)
}

function hasType(value: Json, type: Json): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isObject(value)
  if (type === 'integer') return Number.isInteger(value)
  return typeof value === type
}
