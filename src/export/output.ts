// Converts a partial pod into an apply configuration, and into operations for values that it may not have.

import type { MergeType } from '../lib/k8s/structured-merge/schema.ts'
import type { Condition, Loop, Part } from './symbol.ts'
import type { Tree } from './tree.ts'

/** Path of a value in the pod, and its value before and after the apply configuration. */
export interface PodField {
  /** `Object.spec.containers`. */
  readonly type: string
  readonly path: readonly string[]
  /** A JSON pointer in the pod after the apply configuration. */
  readonly pointer: readonly Part[]
  /** The value before, in CEL; undefined in a new part. */
  readonly live: string | undefined
  /** The value after, in CEL. */
  readonly now: string
  /** When it is written. */
  readonly conditions: readonly Condition[]
  /** The range whose container contains it. */
  readonly loop?: Loop | undefined
}

/** A value that a JSONPatch writes. */
export interface Operation {
  readonly place: PodField
  readonly type: MergeType
  readonly tree: Tree
}

export interface Output {
  readonly operations: Operation[]
  /** Names of new containers, by list. */
  readonly added: Map<string, Set<string>>
  /** Names of containers that earlier templates add. */
  readonly before: ReadonlyMap<string, ReadonlySet<string>>
}

export const WHOLE_POD: PodField = { type: 'Object', path: [], pointer: [], live: 'object', now: 'object', conditions: [] }

/** The place of a field below another place. */
export function fieldOf(place: PodField, name: string, when: Condition | undefined): PodField {
  const isAlways = place.live === 'object' || (place.type === 'Object.spec' && name === 'containers')
  return {
    ...place,
    type: `${place.type}.${name}`,
    path: [...place.path, name],
    pointer: [...place.pointer, `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`],
    live: place.live === undefined ? undefined : `${place.live}.${isAlways ? '' : '?'}${name}`,
    now: `${place.now}.${name}`,
    conditions: when === undefined ? place.conditions : [...place.conditions, when],
  }
}

/** The field with one more condition. */
export function conditional(place: PodField, condition: Condition): PodField {
  return { ...place, conditions: [...place.conditions, condition] }
}
