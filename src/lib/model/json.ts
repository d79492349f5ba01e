// JSON values, and look-ups that never reach a prototype.

export type Json = null | boolean | number | string | Json[] | JsonObject
export interface JsonObject {
  [key: string]: Json
}

/** A place inside a value: object keys and list indexes from the root, e.g. `['spec', 'containers', 0, 'name']`. */
export type FieldPath = readonly (string | number)[]

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The own property `key` of `value`, or undefined; nothing is ever found on a prototype. */
export function get(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

/** Sets an own property, also one named `__proto__`. */
export function set(object: JsonObject, key: string, value: Json): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
  else object[key] = value
}

/** The value at `path` below `value`, or undefined where a step is missing. */
export function at(value: Json | undefined, path: FieldPath): Json | undefined {
  let here = value
  for (const step of path) {
    if (typeof step === 'number') here = Array.isArray(here) ? here[step] : undefined
    else here = get(here, step)
    if (here === undefined) return undefined
  }
  return here
}

/** The text at `path`, or undefined when there is none or it is not a string. */
export function stringAt(value: Json | undefined, path: FieldPath): string | undefined {
  const found = at(value, path)
  return typeof found === 'string' ? found : undefined
}

/** Deep equality of JSON values; the order of object keys does not matter. */
export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]))
  if (!isObject(a) || !isObject(b)) return Object.is(a, b)
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every(key => Object.hasOwn(b, key) && equal(a[key], b[key]))
}

/** `spec.template.spec.containers[3].image`, as KRM results and kubectl write a path. */
export function formatPath(path: FieldPath): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (/^[A-Za-z_$][\w$-]*$/.test(step)) text += text === '' ? step : `.${step}`
    else text += `[${JSON.stringify(step)}]`
  }
  return text
}
