// Lists the fields in which an injected workload differs from the same workload injected again.

import { isObject, type Json, shownValue } from '../lib/model/index.ts'
import { formatUnit, RECORD, type UnitPath } from '../record/index.ts'
import { byName, own } from '../record/undo.ts'

/** A field with its value now and its value when it is injected again; undefined where it is absent. */
export interface ChangedField {
  readonly path: UnitPath
  readonly now: Json | undefined
  readonly after: Json | undefined
}

/** Maximum number of listed fields. */
const LISTED = 3
const LONGEST = 60

/**
 * The changed fields as text, images first; '' when only the record differs.
 * @example describeChanges(now, after) // 'spec.template.spec.containers[istio-proxy].image is "proxyv2:1.30.0" and becomes "proxyv2:1.31.0"'
 */
export function describeChanges(now: Json, after: Json): string {
  const fields: ChangedField[] = []
  collect({ path: [], now, after }, fields)
  const isImage = ({ path }: ChangedField) => path.at(-1) === 'image'
  const sorted = [...fields.filter(isImage), ...fields.filter(field => !isImage(field))]
  const more = sorted.length - LISTED
  return `${sorted.slice(0, LISTED).map(textOf).join('; ')}${more > 0 ? `; and ${more} more field${more === 1 ? '' : 's'}` : ''}`
}

function textOf({ path, now, after }: ChangedField): string {
  const field = formatUnit(path)
  if (now === undefined) return `${field} is added`
  return after === undefined ? `${field} goes` : `${field} is ${shown(path, now)} and becomes ${shown(path, after)}`
}

function shown(path: UnitPath, value: Json): string {
  return shownValue({ path: path.flat(), value, longest: LONGEST })
}

function collect(field: ChangedField, found: ChangedField[]): void {
  const { path, now, after } = field
  if (path.at(-1) === RECORD) return
  if (isObject(now) && isObject(after)) {
    for (const key of new Set([...Object.keys(now), ...Object.keys(after)]))
      collect({ path: [...path, key], now: own(now, key), after: own(after, key) }, found)
  } else if (Array.isArray(now) && Array.isArray(after) && byName(now) !== undefined && byName(after) !== undefined) {
    const [before, later] = [byName(now), byName(after)]
    const names = new Set([...(before?.keys() ?? []), ...(later?.keys() ?? [])])
    const size = found.length
    for (const name of names) collect({ path: [...path, [name]], now: before?.get(name), after: later?.get(name) }, found)
    if (found.length === size && JSON.stringify(now) !== JSON.stringify(after)) found.push(field)
  } else if (JSON.stringify(now) !== JSON.stringify(after)) found.push(field)
}
