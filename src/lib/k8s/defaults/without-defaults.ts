// Transfers changes of a pod with defaults to the written pod, without adding the defaults to it.
import { equal, get, isObject, type Json, type JsonObject, set } from '../../model/index.ts'
import { containersOf, nameOf, type Pod, withContainers } from '../pod.ts'
import { type FieldSchema, type SchemaType, structSchema } from '../pod-schema.ts'

export interface ChangedPod {
  /** The pod as it is written, decoded with its types. */
  readonly written: Pod
  /** The written pod with its defaults; for a pod that was injected before, the pod of that time. */
  readonly defaulted: Pod
  /** `defaulted` after changes. */
  readonly changed: Pod
  /** Function that sets the defaults of a pod. */
  readonly emulate: (pod: Pod, known?: Pod) => Pod
  /** A result of defaulting with which `changed` shares most, if there is one. */
  readonly known?: Pod | undefined
  /** Leaves more out; what the defaults do not give again comes back. */
  readonly prune?: (pod: Pod) => Pod
  /** The struct of the objects, if they are not pods. */
  readonly struct?: string
}

/**
 * The written pod with the changes: a value that is a default before and after is not in it, one that was changed is. Its defaults are those of the changed
 * pod: where a default depends on a field that was changed, the value is written out.
 * @example
 * withoutDefaults({ written: {…ports: [{ containerPort: 80 }]}, defaulted: {…ports: [{ containerPort: 80, protocol: 'TCP' }]}, changed: defaultedWithAnotherName, emulate })
 * // written, with the other name, and still without protocol
 */
export function withoutDefaults({ written, defaulted, changed, emulate, known, prune = pod => pod, struct = 'v1.Pod' }: ChangedPod): Pod {
  const names = movedToInit(defaulted, changed)
  const lean = objectChange({ written: withMoved(written, names), before: withMoved(defaulted, names), after: changed }, structType(struct))
  const wanted = emulate(changed, known)
  let result = prune(lean)
  // One value that is written out can free another from being a default of something else; a third time there is nothing left to free.
  for (let i = 0; i < 3; i++) {
    const actual = emulate(result)
    if (equal(actual, wanted)) return result
    result = repaired({ result, changed, actual, wanted }) as Pod
  }
  return changed
}

/** The names of containers that became init containers, as a proxy does that runs as a native sidecar. */
function movedToInit(before: Pod, after: Pod): ReadonlySet<string> {
  const was = new Set(containersOf(before).map(nameOf))
  const stayed = new Set([...containersOf(after), ...containersOf(before, 'initContainers')].map(nameOf))
  return new Set(
    containersOf(after, 'initContainers')
      .map(nameOf)
      .filter(name => was.has(name) && !stayed.has(name)),
  )
}

function withMoved(pod: Pod, names: ReadonlySet<string>): Pod {
  const moved = names.size === 0 ? [] : containersOf(pod).filter(container => names.has(nameOf(container)))
  if (moved.length === 0) return pod
  const left = withContainers(
    pod,
    'containers',
    containersOf(pod).filter(container => !names.has(nameOf(container))),
  )
  return withContainers(left, 'initContainers', [...containersOf(pod, 'initContainers'), ...moved])
}

function structType(name: string): SchemaType {
  const struct = structSchema(name)
  if (struct === undefined) throw new Error(`the pod schema has no struct ${name}`)
  return { kind: 'struct', name, struct }
}

interface Change<T extends Json = Json> {
  /** Absent: all of `before` is defaults. */
  readonly written: T | undefined
  readonly before: T
  readonly after: T
}

function valueChange({ written, before, after }: Change, type: SchemaType | undefined, field?: FieldSchema): Json | undefined {
  if (before === after || equal(before, after)) return written
  // Without a default in it, it is what it became.
  if (written === before) return after
  if (isObject(before) && isObject(after)) return objectChange({ written: isObject(written) ? written : undefined, before, after }, type)
  if (Array.isArray(before) && Array.isArray(after)) {
    return listChange({ written: Array.isArray(written) ? written : undefined, before, after }, elementOf(type), field?.patchMergeKey ?? '')
  }
  return after
}

function objectChange({ written, before, after }: Change<JsonObject>, type: SchemaType | undefined): JsonObject {
  const out: JsonObject = {}
  for (const key of Object.keys(after)) {
    const [was, is] = [get(before, key), after[key] ?? null]
    const field = fieldOf(type, key)
    const value = was === undefined ? is : valueChange({ written: get(written, key), before: was, after: is }, field?.type ?? elementOf(type), field)
    if (value !== undefined) set(out, key, value)
  }
  return out
}

/** Elements are found again by their value, else by their merge key; of several with one key, in their order. An element that is a default is left out. */
function listChange({ written = [], before, after }: Change<Json[]>, type: SchemaType | undefined, mergeKey: string): Json[] {
  const taken = new Set<number>()
  const take = (places: IndexesByIdentity, key: Json): number | undefined => {
    const index = nextIndex(places, key, taken)
    if (index !== undefined) taken.add(index)
    return index
  }
  const itself = indexesOf(before, item => item)
  const same = after.map(item => take(itself, item))
  const identify = (item: Json): string => (mergeKey === '' ? JSON.stringify(item) : keyOf(item, mergeKey))
  const others = indexesOf(before, identify)
  const writtenOf = aligned(written, before, mergeKey)
  return after.flatMap((item, i) => {
    const index = same[i] ?? take(others, identify(item))
    const was = index === undefined ? undefined : before[index]
    if (index === undefined || was === undefined) return [item]
    const own = writtenOf[index]
    if (own === undefined && !equal(was, item)) return [item]
    const value = valueChange({ written: own, before: was, after: item }, type)
    return value === undefined ? [] : [value]
  })
}

/** For each element with defaults the written one: by merge key, of several with one key in their order; without a key the one in the same place. */
function aligned(written: readonly Json[], before: readonly Json[], mergeKey: string): readonly (Json | undefined)[] {
  if (mergeKey === '') return written
  const taken = new Set<number>()
  const places = indexesOf(written, item => keyOf(item, mergeKey))
  return before.map(item => {
    const index = nextIndex(places, keyOf(item, mergeKey), taken)
    if (index === undefined) return undefined
    taken.add(index)
    return written[index]
  })
}

/** The indexes of elements by what they are, or by some text of theirs, the first one last. */
type IndexesByIdentity = ReadonlyMap<Json, number[]>

function indexesOf(items: readonly Json[], identify: (item: Json) => Json): IndexesByIdentity {
  const places = new Map<Json, number[]>()
  for (let i = items.length - 1; i >= 0; i--) {
    const identity = identify(items[i] ?? null)
    const known = places.get(identity)
    if (known === undefined) places.set(identity, [i])
    else known.push(i)
  }
  return places
}

function nextIndex(places: IndexesByIdentity, identity: Json, taken: ReadonlySet<number>): number | undefined {
  const queue = places.get(identity)
  if (queue === undefined) return undefined
  for (let index = queue.pop(); index !== undefined; index = queue.pop()) if (!taken.has(index)) return index
  return undefined
}

function keyOf(item: Json, mergeKey: string): string {
  const key = get(item, mergeKey)
  return typeof key === 'string' ? key : JSON.stringify(key ?? null)
}

function fieldOf(type: SchemaType | undefined, key: string): FieldSchema | undefined {
  const inner = type?.kind === 'pointer' ? type.elem : type
  return inner?.kind === 'struct' ? inner.struct.byJson.get(key) : undefined
}

function elementOf(type: SchemaType | undefined): SchemaType | undefined {
  return type?.kind === 'slice' || type?.kind === 'map' || type?.kind === 'pointer' ? type.elem : undefined
}

interface Repair {
  readonly result: Json
  readonly changed: Json
  readonly actual: Json
  readonly wanted: Json
}

/** Corrects the result: adds values of the changed pod wherever defaulting the result gives others. */
function repaired({ result, changed, actual, wanted }: Repair): Json {
  if (equal(actual, wanted)) return result
  if (isObject(result) && isObject(changed) && isObject(actual) && isObject(wanted)) {
    const out = Object.fromEntries(Object.entries(result).filter(([key]) => get(wanted, key) !== undefined))
    for (const key of Object.keys(wanted)) {
      const [own, should] = [get(result, key), get(changed, key)]
      if (should === undefined || equal(get(actual, key), wanted[key])) continue
      const start = own ?? (isObject(should) && isObject(get(actual, key)) ? {} : undefined)
      const inside = start === undefined ? should : repaired({ result: start, changed: should, actual: get(actual, key) ?? null, wanted: wanted[key] ?? null })
      set(out, key, inside)
    }
    return out
  }
  if (Array.isArray(result) && Array.isArray(changed) && Array.isArray(actual) && Array.isArray(wanted) && result.length === changed.length) {
    return result.map((item, i) => repaired({ result: item, changed: changed[i] ?? null, actual: actual[i] ?? null, wanted: wanted[i] ?? null }))
  }
  return changed
}
