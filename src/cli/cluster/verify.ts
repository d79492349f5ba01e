// `verify`: compares injected pods with those that a cluster's webhook returns in a server-side dry run.

import type * as k8s from '@kubernetes/client-node'
import { type Difference, decodedPod, expectedPods, podDifferences, renderedOf } from '../../drift/drift.ts'
import type { Outcome } from '../../inject-workload.ts'
import { fromController } from '../../lib/k8s/controllers.ts'
import { podFromWorkload } from '../../lib/k8s/synthesise.ts'
import { type Diagnostic, InjectError, type JsonObject, locate } from '../../lib/model/index.ts'
import type { Connection } from './connect.ts'

export interface Verdict {
  readonly outcome: Outcome
  /** Differences of the pods; empty if they are equal. */
  readonly differences: readonly Difference[]
}

export interface Verification {
  readonly verdicts: readonly Verdict[]
  /** Findings about workloads whose dry run failed. */
  readonly diagnostics: readonly Diagnostic[]
}

/** The API server requires a UID; a dry run does not look it up. */
const OWNER_UID = '00000000-0000-0000-0000-000000000000'

/**
 * Creates every workload's pod, without sidecars, in a dry run: nothing is stored, but the cluster's webhooks see it. The response must contain everything in
 * our injected pod, and no further containers, volumes, labels or annotations; other fields that the API server fills in are not compared.
 */
export async function verify({ api, call, client }: Connection, outcomes: readonly Outcome[]): Promise<Verification> {
  const core = api(client.CoreV1Api)
  const verdicts: Verdict[] = []
  const diagnostics: Diagnostic[] = []
  for (const outcome of outcomes) {
    const { resource, namespace } = outcome.workload
    const rendered = renderedOf(outcome)
    // Its own errors were reported already.
    if (rendered === undefined) continue
    const body = withOwnerUid(fromController(podFromWorkload({ ...resource.ref, namespace }, rendered.before), resource.value)) as k8s.V1Pod
    try {
      const live = await call(`creating the pod of ${resource.ref.kind} ${namespace}/${resource.ref.name} in a dry run`, options =>
        core.createNamespacedPod({ namespace, body, dryRun: 'All' }, options),
      )
      const pod = decodedPod(JSON.parse(JSON.stringify(live)))
      verdicts.push({ outcome, differences: podDifferences(expectedPods(rendered, pod), pod) })
    } catch (error) {
      if (!(error instanceof InjectError)) throw error
      diagnostics.push(locate(error.diagnostic, resource))
    }
  }
  return { verdicts, diagnostics }
}

function withOwnerUid(pod: JsonObject): JsonObject {
  const metadata = pod.metadata as JsonObject
  if (!Array.isArray(metadata.ownerReferences)) return pod
  return { ...pod, metadata: { ...metadata, ownerReferences: metadata.ownerReferences.map(owner => ({ ...(owner as JsonObject), uid: OWNER_UID })) } }
}
