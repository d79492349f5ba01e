// Replaces placeholders such as `${VAR}` of Flux and `$(VAR)` of kustomize in fields of a pod that are not texts by a number or `true` during injection, and
// restores them afterwards: decoding would refuse them.

import { decodeTyped, TypedError } from '../lib/k8s/typed.ts'
import { at, equal, type FieldPath, formatPath, get, InjectError, isObject, type Json, type JsonObject, locate, type Workload } from '../lib/model/index.ts'

export interface Filled {
  /** The workload with a number for each placeholder. */
  readonly workload: Workload
  /** Restores the placeholders, also in texts that templates printed. */
  readonly restore: (value: Json) => Json
  /** The fields that are true or false, in the workload's pod, each with its placeholder. */
  readonly booleans?: readonly BooleanPlaceholder[]
}

export interface BooleanPlaceholder {
  readonly field: FieldPath
  readonly text: string
}

const PLACEHOLDER = /\$\{[^{}]*\}|\$\([\w.-]+\)/

/** Maximum number of placeholders. */
const MOST = 1000

/**
 * The workload with replacements for placeholders in fields of its pod that are not texts; undefined if there are none.
 * @throws InjectError `placeholder-unresolved` in a field that is neither a number nor a boolean, such as a list
 * @example withoutPlaceholders(workload)?.workload // containerPort: 1900000001 in place of `containerPort: ${PORT}`
 */
export function withoutPlaceholders(workload: Workload): Filled | undefined {
  const { resource, podPath } = workload
  const template = at(resource.value, podPath)
  if (!isObject(template) || !PLACEHOLDER.test(JSON.stringify(template))) return undefined
  const type = podPath.length === 0 ? 'v1.Pod' : 'v1.PodTemplateSpec'
  const numbers = new Numbers(JSON.stringify(resource.value))
  const booleans: BooleanPlaceholder[] = []
  let filled: JsonObject = probePorts(template, numbers)
  for (let count = 0; count < MOST; count++) {
    const error = decodingError(type, filled)
    if (error === undefined) break
    const text = at(filled, error.field)
    // Other errors are reported where the pod is decoded.
    if (typeof text !== 'string' || !PLACEHOLDER.test(text)) return undefined
    if (/of type bool/.test(error.message)) {
      booleans.push({ field: error.field, text })
      filled = replacedAt(filled, error.field, true)
    } else if (/quantit/i.test(error.message)) filled = replacedAt(filled, error.field, String(numbers.numberFor(text)))
    else if (/of type u?int/.test(error.message)) filled = replacedAt(filled, error.field, numbers.numberFor(text))
    else throw unresolved(workload, { field: error.field, text }, 'be replaced')
  }
  if (filled === template) return undefined
  const value = replacedAt(resource.value, podPath, filled)
  return { workload: { ...workload, resource: { ...resource, value } }, restore: result => numbers.restored(result), booleans }
}

function decodingError(type: 'v1.Pod' | 'v1.PodTemplateSpec', template: JsonObject): TypedError | undefined {
  try {
    decodeTyped(type, template, { exactCase: true })
    return undefined
  } catch (error) {
    if (error instanceof TypedError) return error
    throw error
  }
}

/** The error for a placeholder on which the injection depends; `what` is the step that must come first. */
export function unresolved({ resource, podPath }: Workload, { field, text }: BooleanPlaceholder, what = 'be true or false'): InjectError {
  const placeholder = PLACEHOLDER.exec(text)?.[0] ?? text
  const message = `\`${formatPath(field)}\` is the placeholder ${placeholder}, and must ${what} before it can be injected`
  const hint = 'substitute first (flux envsubst, kustomize build), and inject the result'
  return new InjectError(locate({ code: 'placeholder-unresolved', severity: 'error', message, hint, field }, resource, podPath))
}

/** The workload with another value for a field of its pod. */
export function withPodField(workload: Workload, field: FieldPath, value: Json): Workload {
  const { resource, podPath } = workload
  return { ...workload, resource: { ...resource, value: replacedAt(resource.value, [...podPath, ...field], value) } }
}

/**
 * `base` with a text where it has `true` and `other` has `false`, or nothing, as Go leaves `false` out; undefined where the two differ in anything else.
 * @example withText({ a: true, b: 1 }, { b: 1 }, '${A}') // { a: '${A}', b: 1 }
 */
export function withText(base: Json, other: Json | undefined, text: string): Json | undefined {
  if (base === true && (other === false || other === undefined)) return text
  if (Array.isArray(base) && Array.isArray(other) && base.length === other.length) {
    const items = base.map((item, i) => withText(item, other[i], text))
    return items.every(item => item !== undefined) ? items : undefined
  }
  if (isObject(base) && isObject(other)) {
    if (!Object.keys(other).every(key => Object.hasOwn(base, key))) return undefined
    const members = Object.entries(base).map(([key, item]): [string, Json | undefined] => [key, withText(item, get(other, key), text)])
    return members.every(([, member]) => member !== undefined) ? (Object.fromEntries(members) as JsonObject) : undefined
  }
  return equal(base, other) ? base : undefined
}

/** Replacement numbers, none of which occurs in the manifest. */
class Numbers {
  private readonly texts = new Map<string, string>()
  private readonly taken: string
  private next = 1_900_000_000

  constructor(taken: string) {
    this.taken = taken
  }

  numberFor(text: string): number {
    for (const [digits, known] of this.texts) if (known === text) return Number(digits)
    do this.next++
    while (this.taken.includes(String(this.next)))
    this.texts.set(String(this.next), text)
    return this.next
  }

  restored(value: Json): Json {
    if (typeof value === 'number') return this.texts.get(String(value)) ?? value
    if (typeof value === 'string') return value.replace(/19\d{8}/g, digits => this.texts.get(digits) ?? digits)
    if (Array.isArray(value)) return value.map(item => this.restored(item))
    if (!isObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.restored(item)]))
  }
}

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe']

/** Paths of probe ports with a placeholder. A port may be a number or a name; a number is assumed unless the placeholder shows a name. */
function probePorts(template: JsonObject, numbers: Numbers): JsonObject {
  let filled = template
  const containers = at(template, ['spec', 'containers'])
  if (!Array.isArray(containers)) return template
  containers.forEach((_, index) => {
    for (const probe of PROBES) {
      for (const action of ['httpGet', 'tcpSocket']) {
        const field: FieldPath = ['spec', 'containers', index, probe, action, 'port']
        const port = at(filled, field)
        if (typeof port === 'string' && PLACEHOLDER.test(port) && !/name/i.test(port)) filled = replacedAt(filled, field, numbers.numberFor(port))
      }
    }
  })
  return filled
}

/** The value with another one at `path`; other parts are shared. */
function replacedAt(value: JsonObject, path: FieldPath, replacement: Json): JsonObject {
  return replaced(value, path, replacement) as JsonObject
}

function replaced(value: Json, [step, ...rest]: FieldPath, replacement: Json): Json {
  if (step === undefined) return replacement
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? replaced(item, rest, replacement) : item))
  if (!isObject(value) || typeof step !== 'string') return value
  return { ...value, [step]: replaced(get(value, step) ?? null, rest, replacement) }
}
