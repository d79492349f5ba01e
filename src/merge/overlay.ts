// Merges a partial pod into a pod, and decodes the result with its types again (istio-rules.md, 6.3).

import type { Pod } from '../lib/k8s/pod.ts'
import { decodeTyped, TypedError } from '../lib/k8s/typed.ts'
import type { JsonObject } from '../lib/model/index.ts'
import { InjectError } from '../lib/model/index.ts'
import { MergeError } from './merge-error.ts'
import { strategicMerge } from './strategic.ts'

/** An empty Pod as Kubernetes prints one. */
export const EMPTY_POD: Pod = { metadata: {}, spec: { containers: null }, status: {} }

/**
 * The pod after a strategic merge patch. Fields that a Pod does not have are removed, and so are zero values.
 * @throws MergeError, TypedError with Kubernetes' text
 */
export function overlay(pod: Pod, patch: JsonObject): Pod {
  return decodeTyped('v1.Pod', strategicMerge(pod, patch))
}

/** Converts the error of a failed overlay to one for the user, with Istio's message; other errors are returned unchanged. */
export function overlayError(error: unknown, prefix: string, hint: string): unknown {
  if (error instanceof MergeError)
    return new InjectError({ code: 'template-output', message: `${prefix}: strategic merge: ${error.message}`, hint }, { cause: error })
  if (!(error instanceof TypedError)) return error
  const message = `${prefix}: unmarshal patched pod: ${error.message}`
  return new InjectError({ code: 'pod-invalid', message, hint, field: error.field }, { cause: error })
}
