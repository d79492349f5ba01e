// Finds the configuration of injection among resources: Istio's ConfigMaps, webhooks, Namespaces, ProxyConfigs, Nodes (istio-rules.md, 1.1 and 12).

import { DEFAULT_REVISION, INJECTOR_CONFIG_MAP, MESH_CONFIG_MAP, REV, withRevision } from '../lib/istio/names.ts'
import { at, type Diagnostic, equal, get, InjectError, type IstioSettings, isObject, locate, type Resource, stringAt } from '../lib/model/index.ts'

/** The ConfigMaps of one revision. */
export interface RevisionSource {
  readonly revision: string
  /** istio-sidecar-injector[-REV] */
  readonly injector: Resource
  /** istio[-REV]; if absent, Istio's defaults apply. */
  readonly mesh?: Resource
}

export interface ConfigurationSources {
  /** ConfigMaps by revision. */
  readonly revisions: ReadonlyMap<string, RevisionSource>
  /** MutatingWebhookConfigurations, by name. */
  readonly webhooks: readonly Resource[]
  readonly namespaces: readonly Resource[]
  readonly proxyConfigs: readonly Resource[]
  /** Injector ConfigMaps in other namespaces, for hints: the user may mean one of these. */
  readonly elsewhere: readonly Resource[]
  readonly kubeletVersions: readonly string[]
}

/**
 * Finds the configuration. `layers` are in order of precedence: the input's items, the files of `sources`, objects in the function config. An object of one
 * layer hides those of the same name in later layers.
 * @returns the configuration, with an error `injector-config-invalid` for every object that differs from one of the same name in its layer
 */
export function findConfiguration(layers: readonly (readonly Resource[])[], istio: IstioSettings | undefined): FoundConfiguration {
  const diagnostics: Diagnostic[] = []
  const named = (matches: (resource: Resource) => boolean) =>
    firstOfEachName(
      layers.map(layer => layer.filter(matches)),
      diagnostics,
    )
  const configMaps = istio === undefined ? [] : named(resource => isConfigMapIn(resource, istio.namespace))
  const sources = {
    revisions: new Map(revisionsIn(configMaps, istio).map(source => [source.revision, source])),
    webhooks: named(isIstioWebhook),
    namespaces: named(({ ref }) => ref.kind === 'Namespace' && ref.apiVersion === 'v1'),
    proxyConfigs: named(({ ref }) => ref.kind === 'ProxyConfig' && ref.apiVersion.startsWith('networking.istio.io/')),
    elsewhere: layers.flat().filter(resource => injectorRevision(resource) !== undefined && !configMaps.includes(resource)),
    kubeletVersions: named(({ ref }) => ref.kind === 'Node' && ref.apiVersion === 'v1').flatMap(
      ({ value }) => stringAt(value, ['status', 'nodeInfo', 'kubeletVersion']) ?? [],
    ),
  }
  return { sources, diagnostics }
}

export interface FoundConfiguration {
  readonly sources: ConfigurationSources
  readonly diagnostics: readonly Diagnostic[]
}

/** Whether a webhook configuration is Istio's, as check-inject decides: an entry's name ends in istio.io. */
function isIstioWebhook({ ref, value }: Resource): boolean {
  if (ref.kind !== 'MutatingWebhookConfiguration' || !ref.apiVersion.startsWith('admissionregistration.k8s.io/')) return false
  const entries = get(value, 'webhooks')
  return Array.isArray(entries) && entries.some(entry => (stringAt(entry, ['name']) ?? '').endsWith('istio.io'))
}

/**
 * The revisions to inject for: those in the function config, otherwise all that were found.
 * @throws InjectError `config-missing`, with the commands that fetch what is missing
 */
export function wantedRevisions(sources: ConfigurationSources, istio: IstioSettings): readonly RevisionSource[] {
  const { namespace, revisions } = istio
  const wanted = revisions?.map(revision => revision || DEFAULT_REVISION) ?? [...sources.revisions.keys()]
  const missing = wanted.filter(revision => !sources.revisions.has(revision))
  if (wanted.length === 0) missing.push(DEFAULT_REVISION)
  if (missing.length > 0) throw configMissing(missing, namespace, sources.elsewhere)
  return wanted.flatMap(revision => sources.revisions.get(revision) ?? [])
}

function configMissing(revisions: readonly string[], namespace: string, elsewhere: readonly Resource[]): InjectError {
  const [other] = elsewhere.flatMap(({ ref }) => ref.namespace ?? [])
  const names = revisions.map(revision => `${namespace}/${withRevision(INJECTOR_CONFIG_MAP, revision)}`)
  const fetch = revisions.flatMap(revision => [withRevision(INJECTOR_CONFIG_MAP, revision), withRevision(MESH_CONFIG_MAP, revision)])
  return new InjectError({
    code: 'config-missing',
    message: `Istio is to be injected, but its ConfigMap ${names.join(', ')} is neither among the resources nor in \`sources\``,
    hint: [
      ...(other === undefined ? [] : [`the namespace ${other} has one: set \`istio.namespace: ${other}\`, or`]),
      'fetch the configuration and add it to the resources (annotated config.kubernetes.io/local-config: "true") or to `sources`;',
      '`inject-sidecars capture` prints all of it; by hand:',
      `kubectl get configmap -n ${namespace} ${fetch.join(' ')} -o yaml`,
      'kubectl get mutatingwebhookconfiguration -l app=sidecar-injector -o yaml',
      'kubectl get proxyconfigs.networking.istio.io --all-namespaces -o yaml',
    ].join('\n'),
  })
}

function revisionsIn(configMaps: readonly Resource[], istio: IstioSettings | undefined): RevisionSource[] {
  const found: RevisionSource[] = []
  for (const injector of configMaps) {
    const revision = injectorRevision(injector)
    if (revision === undefined || (istio?.revisions !== undefined && !istio.revisions.some(wanted => (wanted || DEFAULT_REVISION) === revision))) continue
    const mesh = configMaps.find(resource => namesOf(resource).includes(withRevision(MESH_CONFIG_MAP, revision)))
    found.push({ revision, injector, ...(mesh === undefined ? {} : { mesh }) })
  }
  return found.sort((a, b) => (a.revision < b.revision ? -1 : 1))
}

/** The revision of an injector's ConfigMap: its label; without a label the rest of its name. */
function injectorRevision(resource: Resource): string | undefined {
  if (resource.ref.kind !== 'ConfigMap') return undefined
  const name = namesOf(resource).find(candidate => candidate === INJECTOR_CONFIG_MAP || candidate.startsWith(`${INJECTOR_CONFIG_MAP}-`))
  if (name === undefined) return undefined
  const suffix = name.slice(INJECTOR_CONFIG_MAP.length + 1)
  return suffix || stringAt(resource.value, ['metadata', 'labels', REV]) || DEFAULT_REVISION
}

function isConfigMapIn(resource: Resource, namespace: string): boolean {
  if (resource.ref.kind !== 'ConfigMap' || resource.ref.apiVersion !== 'v1') return false
  // Any other ConfigMap may be there in as many variants as people like.
  if (!namesOf(resource).some(name => [INJECTOR_CONFIG_MAP, MESH_CONFIG_MAP].some(known => name === known || name.startsWith(`${known}-`)))) return false
  const namespaces = [resource.ref.namespace, ...previous(resource, 'previousNamespaces')]
  return namespaces.some(found => found === undefined || found === namespace)
}

/** The name of a resource, and its names before kustomize's transformers. */
function namesOf(resource: Resource): readonly string[] {
  return [resource.ref.name, ...previous(resource, 'previousNames')]
}

/** The values in an annotation in which kustomize's namespace, prefix and suffix transformers, which run before functions, list previous values. */
function previous(resource: Resource, what: 'previousNames' | 'previousNamespaces'): readonly string[] {
  const text = stringAt(resource.value, ['metadata', 'annotations', `internal.config.kubernetes.io/${what}`])
  return text === undefined || text === '' ? [] : text.split(',')
}

/** Kinds of configuration of which there must be only one: a wrong choice would inject another mesh's sidecar. */
const MUST_BE_ONE = new Set(['ConfigMap', 'MutatingWebhookConfiguration'])

function firstOfEachName(layers: readonly (readonly Resource[])[], diagnostics: Diagnostic[]): Resource[] {
  const found = new Map<string, { resource: Resource; layer: number }>()
  layers.forEach((layer, index) => {
    for (const resource of layer) {
      const key = `${resource.ref.kind}/${resource.ref.namespace ?? ''}/${resource.ref.name}`
      const known = found.get(key)
      if (known === undefined) found.set(key, { resource, layer: index })
      else if (known.layer === index && MUST_BE_ONE.has(resource.ref.kind) && !sameContent(known.resource, resource))
        diagnostics.push(twice(known.resource, resource))
    }
  })
  return [...found.values()].map(({ resource }) => resource)
}

/** Whether two objects are equal except for their annotations, which may have bookkeeping of orchestrators. */
function sameContent(a: Resource, b: Resource): boolean {
  const content = ({ value }: Resource) => {
    const { metadata: _, ...rest } = value
    return { ...rest, labels: at(value, ['metadata', 'labels']) ?? null }
  }
  return equal(content(a), content(b))
}

function twice(first: Resource, second: Resource): Diagnostic {
  const where = first.source.positionOf(first.path)
  const message = `this object differs from the one with the same name in ${first.file?.path ?? `${where.file}:${where.line}`}`
  const hint = 'keep one of the two, or leave one out with `exclude`'
  return locate({ code: 'injector-config-invalid', severity: 'error', message, hint }, second)
}

/**
 * A key of a ConfigMap.
 * @throws InjectError `injector-config-invalid` if the key is missing or not a text
 */
export function textOf(configMap: Resource, key: string): string {
  const text = at(configMap.value, ['data', key])
  if (typeof text === 'string') return text
  const keys = isObject(get(configMap.value, 'data')) ? Object.keys(configMap.value.data as object).sort() : []
  throw new InjectError({
    code: 'injector-config-invalid',
    message: text === undefined ? `missing ConfigMap key "${key}"` : `the ConfigMap's key "${key}" is not a string`,
    hint: keys.length === 0 ? 'the ConfigMap has no data' : `it has: ${keys.join(', ')}`,
    resource: configMap.ref,
    field: ['data', key],
  })
}
