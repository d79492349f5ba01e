// The type of a pod rule: a function from the pod and the facts of the injection to a pod with warnings.
import type { Compatibility } from '../lib/istio/compatibility.ts'
import type { Pod } from '../lib/k8s/pod.ts'
import type { Diagnostic } from '../lib/model/index.ts'

/** Facts from the configuration and the original pod; each field is the result of a rule in istio-rules.md. */
export interface PodFacts {
  /** The pod as the webhook received it. */
  readonly original: Pod
  /** Pod made by the templates alone, from which the status annotation is computed. */
  readonly injected: Pod
  readonly revision: string
  /** `defaultConfig.statusPort` of the mesh; annotations never change it. */
  readonly statusPort: number
  /** The mesh's enablePrometheusMerge. */
  readonly prometheusMerge: boolean
  /** The values' sidecarInjectorWebhook.rewriteAppHTTPProbe. */
  readonly rewriteProbes: boolean
  /** Whether the proxy is to start before the application. */
  readonly holdApplication: boolean
  /** Whether the pod's ProxyConfig asks for TPROXY. */
  readonly tproxy: boolean
  /** The environment that the webhook's URL, the values and the pod's network label give the proxy. */
  readonly environment: ReadonlyMap<string, string>
  readonly injectedAnnotations: ReadonlyMap<string, string>
  readonly compatibility: Compatibility
}

export interface Outcome {
  readonly pod: Pod
  readonly warnings?: readonly Diagnostic[]
}

export type Rule = (pod: Pod, facts: PodFacts) => Outcome
