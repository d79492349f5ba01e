// Matches a pod's creation with all webhook configurations: which claim the pod, which are undecided, and which errors make the API server refuse it.

import { controllerIdentity } from '../lib/k8s/admission/controllers.ts'
import type { AdmissionRequest, NamespaceLabels } from '../lib/k8s/admission/request.ts'
import { POD_KIND, POD_RESOURCE } from '../lib/k8s/admission/request.ts'
import type { JsonObject, WebhookTrace } from '../lib/model/index.ts'
import { stringAt } from '../lib/model/index.ts'
import type { ConditionCompiler } from './match-conditions.ts'
import type { NamespaceFacts } from './namespaces.ts'
import type { PodFacts } from './pod-facts.ts'
import type { InstalledConfiguration, InstalledWebhook } from './revision.ts'
import { traceWebhook } from './trace.ts'
import { matchWebhook } from './webhook.ts'

/** The pod and its namespace as in the API server. */
export interface Subject {
  readonly pod: PodFacts
  readonly request: AdmissionRequest
  readonly namespace: NamespaceFacts
  /** The labels as in `namespace`, unless undecided labels are treated as absent. */
  readonly labels: NamespaceLabels
  readonly conditionCompiler: () => ConditionCompiler
  /** Whether no namespace is given, neither in the manifest nor by the caller. */
  readonly isNamespaceAssumed: boolean
}

/** A configuration that claims the pod, or may claim it. */
export interface Claim {
  readonly configuration: InstalledConfiguration
  readonly entry: InstalledWebhook
  readonly trace: WebhookTrace
}

export interface Answers {
  readonly traces: readonly WebhookTrace[]
  /** The first matching entry of each configuration. */
  readonly claims: readonly Claim[]
  /** The first open entry of each configuration that does not claim the pod. */
  readonly open: readonly Claim[]
  /** Entries at which the API server would refuse the pod. */
  readonly errors: readonly Claim[]
}

/** Matches every webhook configuration with a pod, in the API server's order. */
export function ask(configurations: readonly InstalledConfiguration[], subject: Subject): Answers {
  const { pod, request, namespace, labels, conditionCompiler } = subject
  const traces: WebhookTrace[] = []
  const claims: Claim[] = []
  const open: Claim[] = []
  const errors: Claim[] = []
  for (const configuration of configurations) {
    let yes: Claim | undefined
    let unknown: Claim | undefined
    for (const entry of configuration.entries) {
      const match = matchWebhook(entry.webhook, { request, namespace: labels, conditionCompiler })
      const trace = traceWebhook({ configuration, entry, match, pod, namespace })
      traces.push(trace)
      const claim = { configuration, entry, trace }
      if (match.result === 'yes') yes ??= claim
      else if (match.result === 'unknown') unknown ??= claim
      else if (match.result === 'error') errors.push(claim)
    }
    if (yes !== undefined) claims.push(yes)
    else if (unknown !== undefined) open.push(unknown)
  }
  return { traces, claims, open, errors }
}

/**
 * The request with which a controller creates the pod. The user is known only for Kubernetes' own controllers; a condition that reads other fields of
 * `userInfo` fails, because they are unknown.
 */
export function creationRequest(pod: JsonObject, namespace: string): AdmissionRequest {
  return {
    operation: 'CREATE',
    kind: POD_KIND,
    resource: POD_RESOURCE,
    subresource: '',
    name: stringAt(pod, ['metadata', 'name']) ?? '',
    namespace,
    userInfo: userInfo(stringAt(pod, ['metadata', 'ownerReferences', 0, 'kind'])),
    dryRun: false,
    object: pod,
    oldObject: null,
  }
}

const UNKNOWN_USER: JsonObject = {}

function userInfo(owner: string | undefined): JsonObject {
  return controllerIdentity(owner) ?? UNKNOWN_USER
}
