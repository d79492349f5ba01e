// Removes API server defaults from the fields that policies add to a pod, so that the written manifest stays short.

import { equal, get, isObject, type Json, type JsonObject, set } from '../lib/model/index.ts'

/**
 * `pod` without plain defaults in the parts that `written` does not have. The caller checks that defaulting restores them.
 * @example withoutPlainDefaults(withContainer({ name: 'log', image: 'log:1', terminationMessagePath: '/dev/termination-log' }), written)
 */
export function withoutPlainDefaults(pod: JsonObject, written: JsonObject): JsonObject {
  return pruneKnown(pod, written) as JsonObject
}

const PLAIN: ReadonlyMap<string, readonly Json[]> = new Map<string, readonly Json[]>([
  ['terminationMessagePath', ['/dev/termination-log']],
  ['terminationMessagePolicy', ['File']],
  ['imagePullPolicy', ['IfNotPresent', 'Always']],
  ['resources', [{}]],
  ['protocol', ['TCP']],
  ['successThreshold', [1]],
  ['failureThreshold', [3]],
  ['periodSeconds', [10]],
  ['timeoutSeconds', [1]],
  ['scheme', ['HTTP']],
  ['apiVersion', ['v1']],
  ['divisor', ['0']],
  ['defaultMode', [420]],
])

/** Prunes a part that `written` has as well; returns the same value if nothing is removed. */
function pruneKnown(value: Json, written: Json): Json {
  if (value === written) return value
  if (isObject(value) && isObject(written)) {
    return mapObject(value, (item, key) => {
      const was = get(written, key)
      return was === undefined ? pruneNew(item, key) : pruneKnown(item, was)
    })
  }
  if (!Array.isArray(value) || !Array.isArray(written)) return value
  return mapList(value, item => {
    const name = get(item, 'name')
    const was = written.find(other => equal(other, item)) ?? (name === undefined ? undefined : written.find(other => equal(get(other, 'name'), name)))
    return was === undefined ? pruneNew(item, '') : pruneKnown(item, was)
  })
}

/** Prunes a part that `written` does not have; undefined removes the field. */
function pruneNew(value: Json, key: string): Json {
  if (Array.isArray(value)) return mapList(value, item => pruneNew(item, ''))
  if (!isObject(value) || FREE.has(key)) return value
  return mapObject(value, (item, field) => (PLAIN.get(field)?.some(plain => equal(plain, item)) ? undefined : pruneNew(item, field)))
}

/** Maps whose keys users choose. */
const FREE = new Set(['labels', 'annotations', 'limits', 'requests', 'nodeSelector', 'matchLabels'])

function mapObject(object: JsonObject, map: (value: Json, key: string) => Json | undefined): JsonObject {
  const out: JsonObject = {}
  let isChanged = false
  for (const [key, value] of Object.entries(object)) {
    const mapped = map(value, key)
    if (mapped !== value) isChanged = true
    if (mapped !== undefined) set(out, key, mapped)
  }
  return isChanged ? out : object
}

function mapList(list: Json[], map: (value: Json) => Json): Json[] {
  const mapped = list.map(map)
  return mapped.every((item, i) => item === list[i]) ? list : mapped
}
