// Removes fields of pods and templates that the API server drops, because their feature gates are off by default (Kubernetes 1.36): a container's
// stopSignal, the pod's scheduling group, and two sources of projected volumes.
import { isObject, type JsonObject } from '../../model/index.ts'
import { ALL_CONTAINER_LISTS, type Container, listOf } from '../pod.ts'

const SPEC_FIELDS: readonly string[] = ['schedulingGroup', 'workloadRef']
const SOURCES: readonly string[] = ['clusterTrustBundle', 'podCertificate']

/** A pod's spec without such fields; itself if it has none. */
export function withoutClosedFields(spec: JsonObject): JsonObject {
  const changed: JsonObject = {}
  for (const list of ALL_CONTAINER_LISTS) changeList(changed, { spec, list, change: withoutStopSignal })
  changeList(changed, { spec, list: 'volumes', change: withoutClosedSources })
  const open = SPEC_FIELDS.some(field => Object.hasOwn(spec, field)) ? without(spec, SPEC_FIELDS) : spec
  return Object.keys(changed).length === 0 ? open : { ...open, ...changed }
}

interface ListChange {
  readonly spec: JsonObject
  readonly list: string
  readonly change: (item: JsonObject) => JsonObject
}

function changeList(changed: JsonObject, { spec, list, change }: ListChange): void {
  const before = listOf(spec, list)
  const after = before.map(change)
  if (after.some((item, i) => item !== before[i])) changed[list] = after
}

/** A container without stopSignal; a lifecycle without other fields is removed. */
function withoutStopSignal(container: Container): Container {
  const { lifecycle } = container
  if (!isObject(lifecycle) || lifecycle.stopSignal === undefined) return container
  const rest = without(lifecycle, ['stopSignal'])
  return Object.keys(rest).length === 0 ? without(container, ['lifecycle']) : { ...container, lifecycle: rest }
}

function withoutClosedSources(volume: JsonObject): JsonObject {
  const sources = listOf(volume.projected, 'sources')
  if (!sources.some(source => SOURCES.some(field => Object.hasOwn(source, field)))) return volume
  return { ...volume, projected: { ...(volume.projected as JsonObject), sources: sources.map(source => without(source, SOURCES)) } }
}

function without(object: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)))
}
