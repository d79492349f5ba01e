// Translates the pod's fields, map entries and list items in templates to CEL, with Go's zero values for absent ones.

import type { SchemaType } from '../lib/k8s/pod-schema.ts'
import { structSchema } from '../lib/k8s/pod-schema.ts'
import { type Condition, celText, type Part, type PodValue, type Value } from './symbol.ts'

/** The value of a struct of the API that is always there. */
export function podStruct(struct: string, cel: string): PodValue {
  const schema = structSchema(struct)
  if (schema === undefined) throw new Error(`no struct ${struct}`)
  return { kind: 'pod', type: { kind: 'struct', name: struct, struct: schema }, cel, isOptional: false }
}

/** The field with the Go name `name`; undefined if there is none, or if a policy sees it in another form. */
export function podField(value: PodValue, name: string): PodValue | undefined {
  const type = value.type.kind === 'pointer' ? value.type.elem : value.type
  const { loop } = value
  if (type.kind === 'map') return podEntry(value, name, '<no value>')
  if (type.kind !== 'struct') return undefined
  const inlined = type.struct.fields.flatMap(field => (field.json === '' && field.type.kind === 'struct' ? field.type.struct.fields : []))
  const field = [...type.struct.fields, ...inlined].find(({ goName, json }) => goName === name && json !== '')
  if (field === undefined) return undefined
  // Without the containers that the policy adds (index.ts).
  if (type.name === 'v1.PodSpec' && /^(?:init)?containers$/i.test(field.json))
    return { kind: 'pod', type: field.type, cel: `variables.${field.json}`, isOptional: false, loop }
  const isAlways = !value.isOptional && ALWAYS.has(`${type.name}.${name}`)
  return { kind: 'pod', type: field.type, cel: `${value.cel}.${isAlways ? '' : '?'}${field.json}`, isOptional: !isAlways, loop }
}

/** Fields that every pod has when policies run. */
const ALWAYS: ReadonlySet<string> = new Set(['v1.Container.Name', 'v1.ObjectMeta.Namespace'])

/** An entry of a map with a constant key. */
export function podEntry(value: PodValue, key: string, otherwise = ''): PodValue | undefined {
  if (value.type.kind !== 'map') return undefined
  return { kind: 'pod', type: value.type.elem, cel: `${value.cel}[?${celText(key)}]`, isOptional: true, otherwise, loop: value.loop }
}

/** The parts of the printed value; undefined if Go prints more than a scalar. */
export function podText(value: PodValue): Part[] | undefined {
  const { type, cel, isOptional, otherwise = '' } = value
  const scalar = type.kind === 'pointer' ? type.elem : type
  switch (scalar.kind) {
    case 'string':
      return [{ cel: isOptional ? `string(${cel}.orValue(${celText(otherwise)}))` : `string(${cel})` }]
    case 'int32':
    case 'int64':
    case 'bool':
      return type.kind === 'pointer' ? undefined : [{ cel: `string(${scalarCel(value, scalar)})` }]
    default:
      return undefined
  }
}

/** The value of a scalar, of type int, bool or string. */
export function podScalar(value: PodValue): Value | undefined {
  const { type, loop } = value
  switch (type.kind) {
    case 'string':
      return { kind: 'text', parts: podText({ ...value, otherwise: '' }) ?? [], loop }
    case 'bool':
      return { kind: 'bool', cel: scalarCel(value, type), loop }
    case 'int32':
    case 'int64':
      return { kind: 'int', cel: scalarCel(value, type), loop }
    default:
      return undefined
  }
}

function scalarCel({ cel, isOptional }: PodValue, { kind }: SchemaType): string {
  if (kind === 'bool') return isOptional ? `(${cel}.orValue(false) == true)` : `(${cel} == true)`
  return isOptional ? `int(${cel}.orValue(0))` : `int(${cel})`
}

/** The condition that the value is true in the sense of `if`; undefined if it always is. */
export function podTruth(value: PodValue): Condition | undefined {
  const { type, cel, isOptional, loop } = value
  switch (type.kind) {
    case 'pointer':
      return { cel: isOptional ? `${cel}.hasValue()` : 'true', loop }
    case 'slice':
      return { cel: isOptional ? `${cel}.orValue([]).size() > 0` : `${cel}.size() > 0`, loop }
    case 'map':
      return { cel: isOptional ? `${cel}.orValue({}).size() > 0` : `${cel}.size() > 0`, loop }
    case 'struct':
      return undefined
    case 'string':
      return { cel: `${isOptional ? `${cel}.orValue("")` : cel} != ""`, loop }
    case 'bool':
      return { cel: scalarCel(value, type), loop }
    default:
      return { cel: `${scalarCel(value, type)} != 0`, loop }
  }
}

/** The list or map in CEL, empty if it is absent. */
export function podItems({ type, cel, isOptional }: PodValue): string {
  return isOptional ? `${cel}.orValue(${type.kind === 'map' ? '{}' : '[]'})` : cel
}
