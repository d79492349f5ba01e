// Applies a policy's apply configuration to an object as the API server does: schema check, refusal of atomics, conversion, merge.

import { type JsonObject, stringAt } from '../../model/index.ts'
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
  try {
    return mergeValue(type, live, convertPatch(type, patch)) as JsonObject
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error
    throw new ApplyError(refusal(type, patch, error), { cause: error })
  }
}

/** The API server's words: about the schema first, then about atomics, then about values. */
function refusal(type: MergeType, patch: PatchObject & { kind: string; apiVersion: string }, { message }: ConversionError): string {
  const problems = schemaProblems(type, patch)
  if (problems.length > 0) return `error applying patch: failed to convert patch object to typed object: ${several(problems)}`
  const atomics = atomicPaths(type, patch)
  if (atomics.length > 0) return `error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomics.join(', ')}`
  const { apiVersion, kind } = patch
  const groupVersion = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`
  return `unable to convert unstructured object to ${groupVersion}, Kind=${kind}: ${message}`
}

function several(problems: readonly string[]): string {
  return problems.length === 1 ? problems.join() : ['errors:', ...problems.map(problem => `  ${problem}`)].join('\n')
}
