// Carries out one mutation: the value of its expression, turned into a patch and applied to the object.

import { type CelValue, isList, Struct } from '../lib/cel/index.ts'
import { applyJsonPatch, JsonPatchError, type PatchOperation } from '../lib/k8s/json-patch.ts'
import { strictProblem } from '../lib/k8s/strict-decode.ts'
import { ApplyError, applyConfiguration, isMergeable } from '../lib/k8s/structured-merge/index.ts'
import { workloadStruct } from '../lib/k8s/workload-schema.ts'
import { type JsonObject, stringAt } from '../lib/model/index.ts'
import { jsonValue } from './json-values.ts'
import { patchObject, ValueError } from './patch-values.ts'
import type { Mutation } from './policy.ts'
import { typeNameProblem } from './type-names.ts'

/** A patch whose result the API server cannot decode. It rejects the request at once, whatever the failure policy. */
export class InternalError extends Error {
  constructor(message: string) {
    super(`Internal error occurred: ${message}`)
    this.name = 'InternalError'
  }
}

/** A failed mutation, with the API server's message. */
export class MutationError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'MutationError'
  }
}

/**
 * The object after a mutation; the same object where a `test` of its patch fails.
 * @param known an object with its defaults, of which `object` is a change or which it is
 * @throws MutationError, InternalError, PanicError
 * @example mutate(pod, { patchType: 'ApplyConfiguration' }, { value, known })
 */
export function mutate(
  object: JsonObject,
  { patchType }: Pick<Mutation, 'patchType'>,
  { value, known }: { readonly value: CelValue; readonly known: JsonObject | undefined },
): JsonObject {
  try {
    return patchType === 'JSONPatch' ? patched(object, value, known) : applied(object, value)
  } catch (error) {
    if (error instanceof ValueError || error instanceof ApplyError || error instanceof JsonPatchError) throw new MutationError(error.message, { cause: error })
    throw error
  }
}

function applied(object: JsonObject, value: CelValue): JsonObject {
  const problem = typeNameProblem(value, 'Object')
  if (problem !== undefined) throw new MutationError(problem)
  if (!(value instanceof Struct)) throw new MutationError(`must evaluate to Object`)
  return applyConfiguration(object, patchObject(value))
}

function patched(object: JsonObject, value: CelValue, known: JsonObject | undefined): JsonObject {
  if (!isList(value)) throw new MutationError('must evaluate to list(JSONPatch)')
  const operations = value.map(operationOf)
  const result = withWords(object, operations)
  if (result === undefined || result === object) return object
  const problem = typeProblem(object, result) ?? strictProblemOf(result, known)
  if (problem !== undefined) throw new InternalError(problem)
  return result
}

/** What the API server says about an object that a patch has given a type that it does not know. */
function typeProblem(before: JsonObject, after: JsonObject): string | undefined {
  const [kind, apiVersion] = [stringAt(after, ['kind']) ?? '', stringAt(after, ['apiVersion']) ?? '']
  if (kind === before.kind && apiVersion === before.apiVersion) return undefined
  if (kind === '' || apiVersion === '') return undefined
  if (apiVersion.split('/').length > 2) return `unexpected GroupVersion string: ${apiVersion}`
  if (workloadStruct(apiVersion, kind) !== undefined) return undefined
  return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`
}

function strictProblemOf(object: JsonObject, known: JsonObject | undefined): string | undefined {
  const kind = stringAt(object, ['kind']) ?? ''
  return isMergeable(kind) ? strictProblem(kind, object, known?.kind === kind ? known : undefined) : undefined
}

function withWords(object: JsonObject, operations: readonly PatchOperation[]): JsonObject | undefined {
  try {
    return applyJsonPatch(object, operations)
  } catch (error) {
    if (error instanceof JsonPatchError) throw new MutationError(`JSON Patch: ${error.message}`, { cause: error })
    throw error
  }
}

function operationOf(item: CelValue): PatchOperation {
  if (!(item instanceof Struct)) throw new MutationError('must evaluate to list(JSONPatch)')
  const value = item.fields.get('value') ?? null
  if (value instanceof Struct) {
    const problem = typeNameProblem(value, value.type)
    if (problem !== undefined) throw new MutationError(problem)
  }
  const from = item.fields.get('from')
  return {
    op: textOf(item.fields.get('op')),
    path: textOf(item.fields.get('path')),
    ...(typeof from === 'string' && from !== '' ? { from } : {}),
    ...(item.fields.has('value') ? { value: jsonValue(value) } : {}),
  }
}

function textOf(value: CelValue | undefined): string {
  return typeof value === 'string' ? value : ''
}
