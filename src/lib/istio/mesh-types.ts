// The fields of MeshConfig and ProxyConfig that injection itself reads; every other field is there too, under its JSON name.
import type { Message } from './proto-decode.ts'

/** `*v1alpha1.ProxyConfig` as its canonical proto JSON (see Message): a field that is not set has no key. */
export interface ProxyConfig extends Message {
  readonly statusPort?: number
  readonly concurrency?: number
  readonly interceptionMode?: string
  readonly holdApplicationUntilProxyStarts?: boolean
  readonly proxyMetadata?: Readonly<Record<string, string>>
  readonly image?: { readonly imageType?: string }
}

/** `*v1alpha1.MeshConfig` as its canonical proto JSON. */
export interface MeshConfig extends Message {
  readonly defaultConfig?: ProxyConfig
  readonly rootNamespace?: string
  readonly enablePrometheusMerge?: boolean
  readonly inboundTrafficPolicy?: { readonly mode?: string }
  readonly extensionProviders?: ExtensionProvider[]
}

export interface ExtensionProvider extends Message {
  readonly name?: string
  readonly opentelemetry?: { readonly serviceAttributeEnrichment?: string }
}

/** `.InboundTrafficPolicyMode` of the template data (istio-rules.md, 4.1). */
export function inboundTrafficPolicyMode(mesh: MeshConfig): 'localhost' | 'passthrough' {
  return mesh.inboundTrafficPolicy?.mode === 'LOCALHOST' ? 'localhost' : 'passthrough'
}

/** Whether metrics are merged by default (istio-rules.md, 7.2). */
export function prometheusMerge(mesh: MeshConfig): boolean {
  return mesh.enablePrometheusMerge ?? true
}

/** defaultConfig.statusPort; annotations and ProxyConfig resources never change it. */
export function statusPort(mesh: MeshConfig): number {
  return mesh.defaultConfig?.statusPort ?? 0
}
