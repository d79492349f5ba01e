// The decision of `select` about one workload, with its reasons: which injectors inject it, and the whole trace that `explain` prints.

import type { Diagnostic } from './diagnostic.ts'
import type { FieldPath, JsonObject } from './json.ts'
import type { Resource, Workload } from './resource.ts'

/** An injector: a revision of Istio, or one of the user's own from the function config. */
export type InjectorRef = { readonly kind: 'istio'; readonly revision: string } | { readonly kind: 'own'; readonly name: string }

/** The key of an injector in maps and reports: `istio/default`, `own/log-shipper`. */
export function injectorKey(ref: InjectorRef): string {
  return ref.kind === 'istio' ? `istio/${ref.revision}` : `own/${ref.name}`
}

/** A MutatingWebhookConfiguration as it is installed, or as the chart would install it. */
export interface WebhookConfiguration {
  readonly value: JsonObject
  /** Position; absent for one that is assumed or generated. */
  readonly resource?: Resource
  /** True when the input has none and the one that Istio's chart installs is used. */
  readonly assumed?: boolean
}

/** A field of a resource; the edge turns it into file:line:column by the resource's source map. */
export interface FieldRef {
  readonly resource: Resource
  /** From the resource's root. The field may be absent: then the place where it would stand. */
  readonly field: FieldPath
}

export type Verdict = 'yes' | 'no' | 'unknown' | 'error'

/** Reasons for a decision, as a closed list; select/reasons.ts has a sentence for each. */
export type ReasonCode =
  // A webhook claims the pod, or does not.
  | 'namespace-label-matches'
  | 'namespace-automatic'
  | 'pod-label-matches'
  | 'namespace-and-pod-labels-match'
  | 'webhook-matches'
  | 'pod-label-prevents'
  | 'namespace-label-prevents'
  | 'no-matching-label'
  | 'webhook-deactivated'
  | 'webhook-rules'
  | 'webhook-condition-false'
  | 'webhook-condition-ignored'
  | 'webhook-error'
  | 'no-webhook'
  | 'namespace-labels-unknown'
  | 'namespace-skipped'
  | 'webhook-conflict'
  | 'revision-missing'
  | 'revision-unreadable'
  | 'revision-excluded'
  // The injector's own policy.
  | 'host-network'
  | 'system-namespace'
  | 'policy-invalid'
  | 'inject-label-true'
  | 'inject-label-false'
  | 'inject-annotation-true'
  | 'inject-annotation-false'
  | 'never-selector'
  | 'always-selector'
  | 'policy-enabled'
  | 'policy-disabled'
  // The templates.
  | 'templates-annotation'
  | 'templates-default'
  | 'template-missing'

export interface Reason {
  readonly code: ReasonCode
  /** One sentence for people. */
  readonly message: string
  /** The label, annotation or field that decided. */
  readonly at?: FieldRef
}

/** One comparison: a selector's requirement, a rule, a match condition, a step of the policy. */
export interface Check {
  readonly of: 'namespaceSelector' | 'objectSelector' | 'rules' | 'matchConditions' | 'policy' | 'templates'
  readonly result: Verdict
  /** Requirement: `istio-injection In [enabled]`. */
  readonly asked: string
  /** Actual value: `istio-injection=disabled`, `istio-injection is not set`. */
  readonly found: string
  /** The requirement of a selector as data. */
  readonly requirement?: { readonly key: string; readonly operator: string; readonly values: readonly string[] }
  /** Position of the actual value. */
  readonly at?: FieldRef
  /** Position of the requirement, in the webhook or in the injector config. */
  readonly askedAt?: FieldRef
}

export interface WebhookTrace {
  /** metadata.name of the MutatingWebhookConfiguration, or the own injector's name. */
  readonly configuration: string
  /** The entry's name. */
  readonly webhook: string
  /** Whose injector the entry calls; its ConfigMap need not be known. */
  readonly injector: InjectorRef
  readonly assumed: boolean
  readonly result: Verdict
  readonly reason: Reason
  readonly checks: readonly Check[]
}

export interface PolicyTrace {
  readonly injector: InjectorRef
  readonly result: 'yes' | 'no'
  readonly reason: Reason
  readonly checks: readonly Check[]
}

/** Effect of a MutatingAdmissionPolicy on the workload in one pass, or the reason why it had none. */
export interface AdmissionTrace {
  readonly policy: string
  /** Absent where the policy itself does not match. */
  readonly binding?: string
  /** `shop/settings`, or the name alone of what lives in no namespace. */
  readonly param?: string
  /** Object of the policy: the manifest, or the pod that its controller creates. */
  readonly of: 'manifest' | 'pod'
  readonly pass: 1 | 2
  readonly result: 'applied' | 'unchanged' | 'skipped' | 'failed' | 'unknown'
  /** One sentence for people. */
  readonly reason: string
  /** Deciding reason. */
  readonly at?: FieldRef
  /** Paths in the manifest or pod. */
  readonly changed: readonly string[]
  readonly checks: readonly AdmissionCheck[]
}

/** One match condition or mutation of a policy. */
export interface AdmissionCheck {
  readonly asked: string
  readonly result: Verdict
  readonly found: string
  readonly at?: FieldRef
}

/** Labels of the namespace, and their source. */
export interface NamespaceTrace {
  readonly name: string
  /** Undefined where neither a Namespace object nor the function config gives them. */
  readonly labels?: ReadonlyMap<string, string>
  readonly from: 'resource' | 'config' | 'unknown'
}

/** Injection of the workload by one injector. */
export interface Injection {
  readonly injector: InjectorRef
  /** Names of the templates to render, aliases resolved, in order; a name may come twice. */
  readonly templates: readonly string[]
  readonly templatesFrom: 'annotation' | 'default'
  /** The entry that claims the pod. */
  readonly configuration: string
  readonly webhook: string
  /** The path of the URL that the entry calls, which carries cluster and network: `/inject/cluster/east/net/net-1`. */
  readonly webhookPath?: string
}

/** Changes that would reverse the decision. */
export interface Change {
  readonly message: string
  readonly at?: FieldRef
}

export interface Decision {
  readonly workload: Workload
  /** Injections in the order of their application; [] if nothing injects the workload. */
  readonly injections: readonly Injection[]
  /** The reasons, most important first; never empty, also for a positive decision. */
  readonly because: readonly Reason[]
  readonly trace: {
    readonly namespace: NamespaceTrace
    readonly webhooks: readonly WebhookTrace[]
    readonly policies: readonly PolicyTrace[]
    /** MutatingAdmissionPolicies; empty where there is none in the input. */
    readonly admission: readonly AdmissionTrace[]
  }
  readonly flip: readonly Change[]
  /** Warnings, and errors that forbid to write anything. */
  readonly diagnostics: readonly Diagnostic[]
}
