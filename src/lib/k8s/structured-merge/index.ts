// Applies a policy's apply configuration to an object as the API server does: schema check, refusal of atomics, conversion, merge.

import { type Json, type JsonObject, stringAt } from '../../model/index.ts'
import { atomicPaths } from './atomics.ts'
import { schemaProblems } from './check.ts'
import { ConversionError, convertPatch } from './convert.ts'
import { mergeValue } from './merge.ts'
import type { PatchObject } from './patch-value.ts'
import { type MergeType, mergeFields } from './schema.ts'

export { GoValue, goSyntax, goText, type PatchObject, type PatchValue } from './patch-value.ts'

/** An apply configuration that the API server refuses, with its words. */
export class ApplyError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ApplyError'
  }
}

/**
 * Whether objects of a kind can be merged; the table has pods and Kubernetes' own workloads.
 * @example isMergeable('Deployment') // true
 */
export function isMergeable(kind: string): boolean {
  return mergeFields(kind) !== undefined
}

/**
 * `live` with the configuration merged into it. The `kind` and `apiVersion` of the configuration are the object's.
 * @throws ApplyError as `error applying patch: …` or `unable to convert unstructured object to /v1, Kind=Pod: …`
 * @example applyConfiguration(pod, { spec: { containers: [{ name: 'log', image: 'log:1' }] } })
 */
export function applyConfiguration(live: JsonObject, configuration: PatchObject): JsonObject {
  const [kind, apiVersion] = [stringAt(live, ['kind']) ?? '', stringAt(live, ['apiVersion']) ?? '']
  const type: MergeType = { kind: 'struct', name: kind, atomic: false }
  const patch = { ...configuration, kind, apiVersion }
  const problems = schemaProblems(type, patch)
  if (problems.length > 0) throw new ApplyError(`error applying patch: failed to convert patch object to typed object: ${several(problems)}`)
  const atomics = atomicPaths(type, patch)
  if (atomics.length > 0) {
    throw new ApplyError(`error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomics.join(', ')}`)
  }
  return mergeValue(type, live, converted(type, patch)) as JsonObject
}

function converted(type: MergeType, patch: PatchObject & { kind: string; apiVersion: string }): Json {
  try {
    return convertPatch(type, patch)
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error
    const { apiVersion, kind } = patch
    const groupVersion = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`
    throw new ApplyError(`unable to convert unstructured object to ${groupVersion}, Kind=${kind}: ${error.message}`, { cause: error })
  }
}

function several(problems: readonly string[]): string {
  return problems.length === 1 ? problems.join() : ['errors:', ...problems.map(problem => `  ${problem}`)].join('\n')
}
