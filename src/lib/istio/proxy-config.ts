// Computes the ProxyConfig of a pod: defaults, overridden by mesh, ProxyConfig resources and annotation in this order (istio-rules.md, 4.3).
import { compareStrings } from '../go/utf8.ts'
import type { StringMap } from '../k8s/pod.ts'
import { get, InjectError, isObject, type JsonObject, stringAt } from '../model/index.ts'
import { defaultProxyConfig } from './mesh-config.ts'
import type { MeshConfig, ProxyConfig } from './mesh-types.ts'
import { DEFAULT_REVISION, REV } from './names.ts'
import { applyJson, DecodeError, type DecodeOptions, type Message } from './proto-decode.ts'
import { messageType, PROXY_CONFIG, PROXY_CONFIG_RESOURCE } from './proto-schema.ts'
import { mergeProxyConfig } from './proxy-config-merge.ts'
import { YamlTextError, yamlToExactJson } from './yaml-text.ts'

/** A ProxyConfig of `networking.istio.io/v1beta1` in the cluster. */
export interface ProxyConfigResource {
  readonly name: string
  readonly namespace: string
  /** metadata.creationTimestamp; '' when the manifest has none, which counts as oldest. */
  readonly created: string
  /** The label istio.io/rev; undefined: every revision sees it. */
  readonly revision: string | undefined
  /** Undefined when there is no selector at all. */
  readonly matchLabels: ReadonlyMap<string, string> | undefined
  /** Fields of a ProxyConfig that it sets. */
  readonly config: ProxyConfig
}

/** Error for an invalid `proxy.istio.io/config` annotation; the text is upstream's. */
export class ProxyConfigError extends Error {}

/**
 * ProxyConfig resources as objects, in the order in which istiod takes them: oldest first, then by name, then by namespace.
 *
 *
 *     proxyConfigResources([{ metadata: { name: 'all', namespace: 'istio-system' }, spec: { concurrency: 2 } }])
 * @throws InjectError `resource-invalid` for a spec that Istio's API does not allow
 */
export function proxyConfigResources(objects: readonly JsonObject[]): ProxyConfigResource[] {
  return objects
    .map(resourceOf)
    .sort((a, b) => compareStrings(a.created, b.created) || compareStrings(a.name, b.name) || compareStrings(a.namespace, b.namespace))
}

export interface PodForProxyConfig {
  readonly mesh: MeshConfig
  readonly namespace: string
  readonly labels: StringMap
  /** The value of `proxy.istio.io/config`. */
  readonly annotation: string | undefined
  /** The resources in istiod's order, as proxyConfigResources returns them. */
  readonly resources: readonly ProxyConfigResource[]
  /** The revision of the istiod that injects; `""` is `default`. */
  readonly revision: string
  readonly newest?: string | undefined
}

/**
 * `.ProxyConfig` of a pod's template data. A layer's zero scalars never override: each is taken in its JSON form, which leaves them out.
 * An annotation that cannot be read is skipped: validateAnnotations has refused it before.
 *
 *     effectiveProxyConfig({ mesh, namespace: 'shop', labels: {}, annotation: 'concurrency: 2', resources: [], revision: 'default' })
 */
export function effectiveProxyConfig(pod: PodForProxyConfig): ProxyConfig {
  const options = { newest: pod.newest }
  const fromMesh = layeredMesh(pod.mesh)
  const visible = pod.resources.filter(resource => resource.revision === undefined || resource.revision === (pod.revision || DEFAULT_REVISION))
  const rootNamespace = pod.mesh.rootNamespace ?? ''
  const inNamespace = (namespace: string) => visible.find(resource => resource.namespace === namespace && resource.matchLabels === undefined)
  const root = rootNamespace === '' ? undefined : inNamespace(rootNamespace)
  const namespace = pod.namespace === rootNamespace ? undefined : inNamespace(pod.namespace)
  const workload = visible.find(resource => resource.namespace === pod.namespace && matches(resource, pod.labels))
  if (root === undefined && namespace === undefined && workload === undefined && pod.annotation === undefined) return fromMesh
  let config = fromMesh
  for (const layer of [root?.config, namespace?.config, workloadLayer(pod.annotation, workload?.config, options)]) {
    if (layer !== undefined) config = mergeProxyConfig(layer, config, options)
  }
  return config
}

/**
 * The text of a `proxy.istio.io/config` annotation applied to `base`; explicit zeros count here (istio-rules.md, 13.4).
 * @throws ProxyConfigError with upstream's text
 */
export function applyProxyConfig(text: string, base: ProxyConfig, options: DecodeOptions = {}): ProxyConfig {
  try {
    const { json, integers } = yamlToExactJson(text)
    return mergeProxyConfig(json, base, { ...options, integers })
  } catch (error) {
    if (error instanceof DecodeError || error instanceof YamlTextError) throw new ProxyConfigError(error.message, { cause: error })
    throw error
  }
}

/**
 * Whether the proxy starts before the application: mesh and annotation decide, ProxyConfig resources do not (istio-rules.md, 7.6).
 * The caller adds the Helm value global.proxy.holdApplicationUntilProxyStarts.
 */
export function holdsApplication(mesh: MeshConfig, annotation: string | undefined, options: DecodeOptions = {}): boolean {
  const base = mesh.defaultConfig ?? {}
  const config = annotation === undefined ? base : applyProxyConfig(annotation, base, options)
  return config.holdApplicationUntilProxyStarts === true
}

/** The default and mesh layers, which are computed once because they are the same for every pod of a mesh. */
function layeredMesh(mesh: MeshConfig): ProxyConfig {
  let config = MESH_LAYERS.get(mesh)
  if (config === undefined) {
    config = mergeProxyConfig(mesh.defaultConfig ?? {}, defaultProxyConfig())
    MESH_LAYERS.set(mesh, config)
  }
  return config
}

const MESH_LAYERS = new WeakMap<MeshConfig, ProxyConfig>()

/** The annotation's fields, overridden by those of the workload's resource. */
function workloadLayer(annotation: string | undefined, resource: ProxyConfig | undefined, options: DecodeOptions): ProxyConfig | undefined {
  let layer: ProxyConfig | undefined
  if (annotation !== undefined) {
    try {
      const { json, integers } = yamlToExactJson(annotation)
      layer = applyJson(messageType(PROXY_CONFIG), json, {}, { ...options, integers })
    } catch (error) {
      if (!(error instanceof DecodeError || error instanceof YamlTextError)) throw error
    }
  }
  return resource === undefined ? layer : mergeProxyConfig(resource, layer ?? {}, options)
}

/** Whether a resource's selector matches the pod. A selector without labels never matches. */
function matches({ matchLabels }: ProxyConfigResource, labels: StringMap): boolean {
  if (matchLabels === undefined || matchLabels.size === 0) return false
  for (const [key, value] of matchLabels) if (get(labels, key) !== value) return false
  return true
}

function resourceOf(object: JsonObject): ProxyConfigResource {
  const [name, namespace] = [stringAt(object, ['metadata', 'name']) ?? '', stringAt(object, ['metadata', 'namespace']) ?? '']
  const spec = specOf(object, name, namespace)
  const config: JsonObject = {}
  if (spec.concurrency !== undefined) config.concurrency = spec.concurrency
  if (spec.environmentVariables !== undefined) config.proxyMetadata = spec.environmentVariables
  if (spec.image !== undefined) config.image = spec.image
  const matchLabels = get(spec.selector, 'matchLabels')
  const labels = isObject(matchLabels) ? Object.entries(matchLabels).map(([key, value]): [string, string] => [key, String(value)]) : []
  return {
    name,
    namespace,
    created: stringAt(object, ['metadata', 'creationTimestamp']) ?? '',
    revision: stringAt(object, ['metadata', 'labels', REV]),
    matchLabels: spec.selector === undefined ? undefined : new Map(labels),
    config,
  }
}

function specOf(object: JsonObject, name: string, namespace: string): Message {
  try {
    return applyJson(messageType(PROXY_CONFIG_RESOURCE), get(object, 'spec') ?? null, {})
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    const resource = { apiVersion: stringAt(object, ['apiVersion']) ?? '', kind: 'ProxyConfig', name, namespace }
    throw new InjectError(
      { code: 'resource-invalid', message: `ProxyConfig ${namespace}/${name}: ${error.message}`, resource, field: ['spec'] },
      { cause: error },
    )
  }
}
