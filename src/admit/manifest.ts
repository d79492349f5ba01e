// Applies policies to a workload's manifest, which is itself an object that the API server is asked to create.

import { requestNames } from '../lib/k8s/admission/resources.ts'
import { defaultObject, withoutDefaults } from '../lib/k8s/defaults/index.ts'
import { decodeTyped, TypedError } from '../lib/k8s/typed.ts'
import { workloadStruct } from '../lib/k8s/workload-schema.ts'
import { type AdmissionTrace, equal, InjectError, isObject, type JsonObject, locate, type Workload } from '../lib/model/index.ts'
import type { Admission } from '../policies/index.ts'
import { admitObject } from './admit-object.ts'
import { refuseOtherNamespace } from './readmission.ts'
import type { PolicyRun } from './run.ts'

export interface AdmittedManifest {
  /** The manifest as the API server decodes it, and the same after the policies; absent where these change nothing. */
  readonly change?: { readonly before: JsonObject; readonly after: JsonObject }
  readonly traces: () => readonly AdmissionTrace[]
  readonly passes: readonly Admission[]
}

/**
 * The manifest after the policies that match its kind. Undefined if none does, and for a Pod, whose policies run where those for the pods of other workloads run.
 * @throws InjectError as `admitObject` does, and `pod-invalid` where the manifest does not decode
 */
export function admitManifest(run: PolicyRun, workload: Workload): AdmittedManifest | undefined {
  const { resource, podPath, namespace } = workload
  const { apiVersion, kind } = resource.ref
  const struct = workloadStruct(apiVersion, kind)
  const names = requestNames(apiVersion, kind)
  if (podPath.length === 0 || struct === undefined || names === undefined || !run.engine.concerns(run.policies, names.resource, namespace)) return undefined
  const before = decode(struct, workload)
  const given = withNamespace(before, namespace)
  const object = defaultObject(given)
  const first = admitObject(run, { workload, object, defaults: defaultObject })
  if (first === undefined) return undefined
  const second = first.pass.needsSecondPass ? admitObject(run, { workload, object: first.object, defaults: defaultObject, after: first.pass }) : undefined
  const changed = (second ?? first).object
  const passes = [first.pass, ...(second === undefined ? [] : [second.pass])]
  refuseOtherNamespace(changed, { run, workload, passes })
  const traces = () => [...first.traces(), ...(second?.traces() ?? [])]
  if (equal(object, changed)) return { traces, passes }
  const after = withoutDefaults({ written: given, defaulted: object, changed, emulate: defaultObject, struct })
  return { traces, passes, change: { before, after: withNamespaceOf(after, before) } }
}

function decode(struct: string, { resource }: Workload): JsonObject {
  try {
    return decodeTyped(struct, resource.value, { exactCase: true })
  } catch (error) {
    if (!(error instanceof TypedError)) throw error
    const { message, field } = error
    throw new InjectError(locate({ code: 'pod-invalid', severity: 'error', message, field }, resource), { cause: error })
  }
}

function withNamespace(object: JsonObject, namespace: string): JsonObject {
  return { ...object, metadata: { ...(isObject(object.metadata) ? object.metadata : {}), namespace } }
}

/** The result without a namespace if the manifest names none. */
function withNamespaceOf(object: JsonObject, before: JsonObject): JsonObject {
  if (isObject(before.metadata) && Object.hasOwn(before.metadata, 'namespace')) return object
  const { namespace: _, ...metadata } = isObject(object.metadata) ? object.metadata : {}
  return { ...object, metadata }
}
