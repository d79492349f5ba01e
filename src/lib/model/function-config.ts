// The function config after reading: every default filled in. Its form is fn-config/sidecar-injector.schema.json.

import type { FieldPath, JsonObject } from './json.ts'
import type { Resource } from './resource.ts'

export const FUNCTION_CONFIG_API_VERSION = 'inject-sidecars.dev/v1alpha1'
export const FUNCTION_CONFIG_KIND = 'SidecarInjector'
/** The kind of a resource that pins injected images to digests. */
export const IMAGE_LOCK_KIND = 'ImageLock'
export const GUARD_KIND = 'InjectionGuard'

export type NativeSidecars = 'Auto' | 'Enabled' | 'Disabled'
export type Compatibility = 'Auto' | '1.28' | '1.29' | '1.30' | '1.31' | '1.32'
/** Action for the workloads: inject them, or remove injections, which need a record or, with `UninjectFromStatus`, at least Istio's status. */
export type Action = 'Inject' | 'Uninject' | 'UninjectFromStatus'
/** Rule for a policy binding whose parameter resource was not found. */
export type UnknownParams = 'Fail' | 'Skip'
/** Whether injected workloads carry the annotation that takes the injection off again; Auto: only where the text is injected again. */
export type RecordSetting = 'Auto' | 'Always' | 'Never'
export type UnknownNamespace = 'Fail' | 'Skip' | 'NoLabels'

export interface FunctionConfig {
  /** metadata.name of the config. */
  readonly name?: string
  /** Position of the config; absent if there is none. */
  readonly resource?: Resource
  /** Absent: no Istio, own sidecars only. */
  readonly istio?: IstioSettings
  readonly cluster: ClusterSettings
  readonly injectors: readonly OwnInjector[]
  readonly sources: readonly string[]
  /** Patterns of files that the command line leaves out of folders, as in .gitignore. */
  readonly exclude: readonly string[]
  /** Configuration given inline: ConfigMaps, webhooks, Namespaces, ProxyConfigs, as if they stood after the input's items. */
  readonly resources: readonly Resource[]
  readonly workloads: readonly WorkloadKind[]
  readonly unknownNamespace: UnknownNamespace
  /** Whether selection, templates and pod rules see a pod with the API server's defaults, as on a cluster. */
  readonly emulateDefaults: boolean
  readonly record: RecordSetting
  readonly unknownParams: UnknownParams
  readonly expect: readonly Expectation[]
  /** Codes of findings that are left out, unless they are errors. */
  readonly allow: readonly string[]
  readonly explain: boolean
  readonly action: Action
}

export interface IstioSettings {
  /** Namespace of istiod's ConfigMaps. */
  readonly namespace: string
  /** Absent: every revision that is found. */
  readonly revisions?: readonly string[]
  /** Absent: the path in the webhook's clientConfig. */
  readonly webhookPath?: string
  /** Absent: values.pilot.env.ENABLE_NATIVE_SIDECARS, else Auto. */
  readonly nativeSidecars?: NativeSidecars
  /** Absent: values.pilot.env.COMPLIANCE_POLICY, else "". */
  readonly compliancePolicy?: string
  readonly compatibility: Compatibility
  /** Variables of the template function `env`, by name. */
  readonly env: ReadonlyMap<string, string>
}

export interface ClusterSettings {
  /** Absent: unknown, a supported Kubernetes is taken. */
  readonly kubeletVersions?: readonly string[]
  /** Absent: values.global.platform. */
  readonly platform?: string
  readonly defaultNamespace: string
  /** Whether `defaultNamespace` is only what Kubernetes takes where nothing says one. */
  readonly isNamespaceAssumed?: boolean
  /** User who applies the manifests, as the API server sees it. */
  readonly request?: { readonly userInfo?: JsonObject }
  /** Settings of namespaces by name. */
  readonly namespaces: ReadonlyMap<string, NamespaceSettings>
}

export interface NamespaceSettings {
  readonly labels: ReadonlyMap<string, string>
  readonly annotations: ReadonlyMap<string, string>
  /** Whether it holds also where the input has a Namespace object, which otherwise wins. */
  readonly override?: boolean
}

/** A user's own sidecar. */
export interface OwnInjector {
  readonly name: string
  /** Relative to Istio's injection; within each group the order of the list. */
  readonly order: 'Before' | 'After'
  /** Entries of a MutatingWebhookConfiguration; what the API server defaults may be left out, and so may `rules` and `name`. */
  readonly webhooks: readonly JsonObject[]
  readonly config: OwnInjectorConfig
  readonly values: JsonObject
  /** Position in the function config. */
  readonly field: FieldPath
}

/** The form of the `config` key of Istio's ConfigMap. */
export interface OwnInjectorConfig {
  readonly policy: 'enabled' | 'disabled'
  readonly templates: ReadonlyMap<string, string>
  readonly defaultTemplates: readonly string[]
  readonly aliases: ReadonlyMap<string, readonly string[]>
  readonly neverInjectSelector: readonly JsonObject[]
  readonly alwaysInjectSelector: readonly JsonObject[]
  readonly injectedAnnotations: ReadonlyMap<string, string>
}

/** A kind beyond the built-in ones that holds a pod template. */
export interface WorkloadKind {
  readonly apiVersion: string
  readonly kind: string
  /** From the object's root to the pod template: `spec.template` becomes ['spec', 'template']. */
  readonly podTemplate: FieldPath
}

/** An assertion on the outcome. Absent filters match everything. */
export interface Expectation {
  readonly apiVersion?: string
  readonly kind?: string
  readonly namespace?: string
  readonly name?: string
  readonly injected: boolean
  /** `istio`, or the name of an own injector; absent: any. */
  readonly injector?: string
  readonly revision?: string
  readonly templates?: readonly string[]
  /** Names of policies that change the workload. */
  readonly policies?: readonly string[]
  /** Position in the function config. */
  readonly field: FieldPath
}
