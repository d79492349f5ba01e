// `verify`: asks a cluster, by a server-side dry run, what its webhook would make of each workload's pod, and compares that with ours.

import type * as k8s from '@kubernetes/client-node'
import type { Outcome } from '../../inject-workload.ts'
import { podFromWorkload } from '../../lib/k8s/synthesise.ts'
import { at, type Diagnostic, InjectError, type JsonObject, locate } from '../../lib/model/index.ts'
import { podDifferences } from './compare-pods.ts'
import type { Connection } from './connect.ts'

export interface Verdict {
  readonly outcome: Outcome
  /** Where the pods differ; empty: they are equal. */
  readonly differences: readonly string[]
}

export interface Verification {
  readonly verdicts: readonly Verdict[]
  /** Workloads that could not be asked about. */
  readonly diagnostics: readonly Diagnostic[]
}

/** The API server wants one; in a dry run nobody looks it up. */
const OWNER_UID = '00000000-0000-0000-0000-000000000000'

/**
 * Creates every workload's pod, without sidecars, in a dry run: nothing is stored, but the cluster's webhooks see it. What comes back has to hold all that
 * our injected pod holds, and no further containers, volumes, labels or annotations; what the API server fills in beside that is not compared.
 */
export async function verify({ api, call, client }: Connection, outcomes: readonly Outcome[]): Promise<Verification> {
  const core = api(client.CoreV1Api)
  const verdicts: Verdict[] = []
  const diagnostics: Diagnostic[] = []
  for (const outcome of outcomes) {
    const { workload, change } = outcome
    const { resource, namespace } = workload
    // Its own errors were reported already.
    if (outcome.diagnostics.some(({ severity }) => severity === 'error')) continue
    const template = (change?.before ?? at(resource.value, workload.podPath)) as JsonObject
    const body = withOwnerUid(podFromWorkload({ ...resource.ref, namespace }, template)) as k8s.V1Pod
    try {
      const live = await call(`creating the pod of ${resource.ref.kind} ${namespace}/${resource.ref.name} in a dry run`, options =>
        core.createNamespacedPod({ namespace, body, dryRun: 'All' }, options),
      )
      const ours = (change?.after ?? template) as JsonObject
      verdicts.push({ outcome, differences: podDifferences(ours, JSON.parse(JSON.stringify(live))) })
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
