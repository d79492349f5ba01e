// Turns the errors of a compiled JSON Schema validator into findings: unknown fields with the nearest known one, wrong values with the allowed ones.

import type { FieldPath, Json, JsonObject } from '../lib/model/index.ts'
import { at, formatPath, get, isObject, nearest } from '../lib/model/index.ts'

/** An error object of ajv. */
export interface SchemaError {
  readonly instancePath: string
  readonly schemaPath: string
  readonly keyword: string
  readonly params: JsonObject
}

/** An error with its value, and the part of the schema around its keyword. */
interface Mistake extends SchemaError {
  readonly data: Json
  readonly around: Json | undefined
}

export interface Finding {
  readonly field: FieldPath
  readonly message: string
  readonly hint?: string
  /** The field is one that should not be there: its key is the place, not its value. */
  readonly unknown?: true
}

/** The findings, each with the path below `value` that it is about. */
export function schemaFindings(value: Json, errors: readonly SchemaError[], schema: Json): Finding[] {
  // Of a value of the wrong type nothing else is worth saying.
  const mistyped = new Set(errors.filter(error => error.keyword === 'type').map(error => error.instancePath))
  const telling = errors.filter(error => error.keyword === 'type' || !mistyped.has(error.instancePath))
  return telling.map(found => {
    const field = pathOf(value, found.instancePath)
    const error: Mistake = { ...found, data: at(value, field) ?? null, around: schemaAt(schema, field) }
    switch (error.keyword) {
      case 'additionalProperties':
        return unknownField(field, error)
      case 'required':
        return { field, message: `${inside(field)}field \`${text(error.params.missingProperty)}\` is missing` }
      case 'enum':
        return wrongValue(field, error)
      case 'type':
        return wrongType(field, error)
      case 'pattern':
        return { field, message: `\`${formatPath(field)}\` is ${shown(error.data)} but must be ${text(get(error.around, '$comment'))}` }
      case 'minimum':
        return { field, message: `\`${formatPath(field)}\` is ${shown(error.data)} but must be at least ${text(error.params.limit)}` }
      case 'minItems':
        return { field, message: `\`${formatPath(field)}\` must have at least one entry` }
      default:
        throw new Error(`no words for the schema keyword ${error.keyword} at ${error.schemaPath}`)
    }
  })
}

function unknownField(owner: FieldPath, error: Mistake): Finding {
  const name = text(error.params.additionalProperty)
  const properties = get(error.around, 'properties')
  const known = isObject(properties) ? Object.keys(properties) : []
  const near = nearest(name, known)
  const hint = near === undefined ? `known fields: ${known.join(', ')}` : `did you mean \`${near}\`?`
  return { field: [...owner, name], message: `${inside(owner)}unknown field \`${name}\``, hint, unknown: true }
}

function wrongValue(field: FieldPath, { data, params }: Mistake): Finding {
  const allowed = Array.isArray(params.allowedValues) ? params.allowedValues.map(text) : []
  const near = typeof data === 'string' ? nearest(data, allowed) : undefined
  const message = `\`${formatPath(field)}\` is ${shown(data)} but must be ${allowed.length === 1 ? '' : 'one of '}${allowed.map(shown).join(', ')}`
  return near === undefined || allowed.length === 1 ? { field, message } : { field, message, hint: `did you mean "${near}"?` }
}

function wrongType(field: FieldPath, { data, params }: Mistake): Finding {
  const wanted = [params.type ?? '']
    .flat()
    .map(text)
    .filter(type => type !== 'null')
  const message = `\`${formatPath(field)}\` must be ${wanted.map(type => TYPE_NAMES.get(type) ?? type).join(' or ')}, not ${kindOf(data)}`
  if (wanted.includes('string') && (typeof data === 'number' || typeof data === 'boolean')) return { field, message, hint: 'put it in quotes' }
  if (data === null && wanted.includes('object')) return { field, message, hint: `write \`${String(field.at(-1))}: {}\`, or leave it out` }
  return { field, message }
}

const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['object', 'a mapping'],
  ['array', 'a list'],
  ['string', 'a string'],
  ['boolean', 'true or false'],
  ['integer', 'a whole number'],
])

function kindOf(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  return typeof value === 'string' ? `the string ${shown(value)}` : String(value)
}

function inside(owner: FieldPath): string {
  return owner.length === 0 ? '' : `\`${formatPath(owner)}\`: `
}

/** A user's value as messages quote it. */
function shown(value: Json): string {
  const json = JSON.stringify(value)
  return json.length <= 80 ? json : `${json.slice(0, 77)}…`
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

/** The path of a JSON pointer, with list indexes as numbers. */
function pathOf(value: Json, pointer: string): FieldPath {
  const path: (string | number)[] = []
  let here: Json | undefined = value
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(here)) {
      path.push(Number(name))
      here = here[Number(name)]
    } else {
      path.push(name)
      here = get(here, name)
    }
  }
  return path
}

/** The part of the schema for the value at `path`. */
function schemaAt(schema: Json, path: FieldPath): Json | undefined {
  const resolved = (part: Json | undefined): Json | undefined => {
    const ref = get(part, '$ref')
    return typeof ref === 'string' ? at(schema, ref.split('/').slice(1)) : part
  }
  let here = resolved(schema)
  for (const step of path) {
    const below = typeof step === 'number' ? get(here, 'items') : (get(get(here, 'properties'), step) ?? get(here, 'additionalProperties'))
    here = resolved(below)
  }
  return here
}
