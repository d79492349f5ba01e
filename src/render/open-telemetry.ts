// Computes OpenTelemetry's resource attributes of a workload (istio-rules.md, 5.3).
import type { Json } from '../lib/model/index.ts'
import { at, get } from '../lib/model/index.ts'

export interface ResourceRequest {
  /** The mesh configuration as proto JSON. */
  readonly mesh: Json
  readonly annotation: (name: string) => string
  readonly label: (name: string) => string
  readonly namespace: string
  readonly containers: readonly { readonly name: string; readonly image: string }[]
}

/** `service.namespace=…,service.version=…,service.instance.id=…`; '' unless a provider of the mesh wants OpenTelemetry's conventions. */
export function otelResourceAttributes({ mesh, annotation, label, namespace, containers }: ResourceRequest): string {
  const providers = get(mesh, 'extensionProviders')
  const wanted = (provider: Json) => at(provider, ['opentelemetry', 'serviceAttributeEnrichment']) === 'OTEL_SEMANTIC_CONVENTIONS'
  if (!Array.isArray(providers) || !providers.some(wanted)) return ''
  const [first, second] = containers
  const fromImage = first !== undefined && second === undefined ? imageVersion(first.image) : ''
  const version = annotation(`${RESOURCE}service.version`) || label('app.kubernetes.io/version') || fromImage
  const instance = first === undefined ? '' : `${namespace}.$(POD_NAME).${first.name}`
  const attributes = [
    ['service.namespace', annotation(`${RESOURCE}service.namespace`) || namespace],
    ['service.version', version],
    ['service.instance.id', annotation(`${RESOURCE}service.instance.id`) || instance],
  ]
  return attributes
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${value}`)
    .join(',')
}

const RESOURCE = 'resource.opentelemetry.io/'

/** The version of an image: `v1@sha256:…`, or only its tag or digest. */
function imageVersion(image: string): string {
  const cut = image.indexOf('@')
  const name = cut < 0 ? image : image.slice(0, cut)
  const digest = cut < 0 ? '' : image.slice(cut + 1)
  const last = name.slice(name.lastIndexOf('/') + 1)
  const colon = last.lastIndexOf(':')
  const tag = colon < 0 ? '' : last.slice(colon + 1)
  return [tag, digest].filter(part => part !== '').join('@')
}
