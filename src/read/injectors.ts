// Reads the configuration of all injectors: Istio's revisions from their ConfigMaps and webhooks, and the user's own injectors.

import { unknownVersion } from '../lib/istio/compatibility.ts'
import { type InjectorConfig, ownInjectorConfig, parseInjectorConfig } from '../lib/istio/injector-config.ts'
import { DEFAULT_REVISION } from '../lib/istio/names.ts'
import { type ProxyConfigResource, proxyConfigResources } from '../lib/istio/proxy-config.ts'
import { chartWebhooks, revisionOfWebhooks } from '../lib/istio/webhooks.ts'
import {
  append,
  at,
  attempt,
  type Diagnostic,
  type FieldPath,
  type FunctionConfig,
  InjectError,
  type IstioSettings,
  injectorKey,
  isObject,
  locate,
  type Resource,
  type WebhookConfiguration,
  warning,
} from '../lib/model/index.ts'
import { syntaxPosition } from './config-position.ts'
import { type ConfigurationSources, type RevisionSource, textOf, wantedRevisions } from './configuration.ts'

/** An injector's configuration, and the resource that contains it. */
export interface Injector {
  readonly config: InjectorConfig
  readonly resource?: Resource | undefined
  /** Position in the function config. */
  readonly field?: FieldPath
}

export interface Injectors {
  /** All injectors, Istio's revisions and the user's own, by injectorKey. */
  readonly all: ReadonlyMap<string, Injector>
  /** Istio's, by revision. */
  readonly istio: ReadonlyMap<string, InjectorConfig>
  readonly webhooks: readonly WebhookConfiguration[]
  /** Revisions of Istio whose configuration cannot be read, which the diagnostics report. */
  readonly unreadable: ReadonlySet<string>
  readonly proxyConfigs: readonly ProxyConfigResource[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads the configuration of every requested revision, and of the user's own injectors. A revision without a webhook gets those that Istio's chart would
 * install. Missing and unreadable configuration is an error in the diagnostics, not thrown; it is not reported as missing if an unreadable text may contain
 * it.
 * @example readInjectors(configuration, config).istio.get('default')?.policy // 'enabled'
 */
export function readInjectors(sources: ConfigurationSources, config: FunctionConfig, { isUnread = false }: { readonly isUnread?: boolean } = {}): Injectors {
  const diagnostics: Diagnostic[] = []
  const istio = config.istio === undefined ? NO_ISTIO : readIstio(sources, { ...config, istio: config.istio, isUnread }, diagnostics)
  const own = config.injectors.map(
    injector =>
      [injectorKey({ kind: 'own', name: injector.name }), { config: ownInjectorConfig(injector), resource: config.resource, field: injector.field }] as const,
  )
  return { ...istio, all: new Map([...istio.all, ...own]), diagnostics }
}

type Istio = Omit<Injectors, 'diagnostics'>

interface IstioWanted {
  readonly istio: IstioSettings
  readonly isUnread: boolean
}

const NO_ISTIO: Istio = { all: new Map(), istio: new Map(), webhooks: [], proxyConfigs: [], unreadable: new Set() }

function readIstio(sources: ConfigurationSources, { istio, cluster, isUnread }: FunctionConfig & IstioWanted, diagnostics: Diagnostic[]): Istio {
  const found: WebhookConfiguration[] = sources.webhooks.map(resource => ({ value: resource.value, resource }))
  const all = new Map<string, Injector>()
  const unreadable = new Set<string>()
  const wanted = attempt(isUnread ? [] : diagnostics, () => wantedRevisions(sources, istio)) ?? [...sources.revisions.values()]
  for (const source of wanted) {
    const config = attempt(diagnostics, () => readRevision(source, istio, cluster.platform))
    if (config === undefined) unreadable.add(source.revision)
    else all.set(injectorKey({ kind: 'istio', revision: source.revision }), { config, resource: source.injector })
    if (!hasMesh(source)) diagnostics.push(meshMissing(source))
    if (config !== undefined && istio.compatibility === 'Auto') append(diagnostics, versionFindings(source, config))
  }
  if (isUnread) for (const { value } of found) unreadable.add(revisionOfWebhooks(value) ?? DEFAULT_REVISION)
  const configs = [...all.values()].map(({ config }) => config)
  const assumed = configs.filter(({ revision }) => !found.some(({ value }) => revisionOfWebhooks(value) === revision))
  if (assumed.length > 0) diagnostics.push(webhooksAssumed(assumed))
  const isKubeletKnown = (cluster.kubeletVersions ?? sources.kubeletVersions).length > 0
  if (!isKubeletKnown && configs.some(({ nativeSidecars }) => nativeSidecars === 'auto')) diagnostics.push(KUBELET_ASSUMED)
  return {
    all,
    istio: new Map(configs.map(config => [config.revision, config])),
    webhooks: [...found, ...assumed.map(config => assumedWebhooks(config, istio.namespace))],
    proxyConfigs: readProxyConfigs(sources.proxyConfigs, diagnostics),
    unreadable,
  }
}

/** The ProxyConfigs in istiod's order; one that Istio's API does not allow is left out, with an error. */
function readProxyConfigs(resources: readonly Resource[], diagnostics: Diagnostic[]): ProxyConfigResource[] {
  const valid = resources.filter(resource => {
    const found = attempt(diagnostics, () => located(resource, () => proxyConfigResources([resource.value])))
    if (found?.[0]?.matchLabels?.size === 0) diagnostics.push(locate(SELECTS_NOTHING, resource))
    return found !== undefined
  })
  return proxyConfigResources(valid.map(({ value }) => value))
}

const SELECTS_NOTHING: Diagnostic = warning({
  code: 'proxy-config-unused',
  message: 'its selector has no labels, and so Istio applies it to no workload',
  hint: 'remove `selector` to match the whole namespace, or add `matchLabels` to it',
  field: ['spec', 'selector'],
})

/** Findings about Istio versions; an unknown version gets the rules of the nearest known one. */
function versionFindings({ injector }: RevisionSource, { values }: InjectorConfig): Diagnostic[] {
  const labels = at(injector.value, ['metadata', 'labels'])
  const unknown = unknownVersion(isObject(labels) ? labels : {}, values)
  if (unknown === undefined) return []
  const { found, taken } = unknown
  const message = `the configuration is that of Istio ${found}, which is not supported: it is injected by the rules of ${taken}`
  const hint = `compare with the cluster (inject-sidecars verify), or set \`istio.compatibility: "${taken}"\` if that is what you want`
  return [locate(warning({ code: 'istio-version-unsupported', message, hint }), injector)]
}

/** Whether a ConfigMap has a mesh configuration: istiod ignores one without the key (pkg/config/mesh/kubemesh). */
function hasMesh({ mesh }: Pick<RevisionSource, 'mesh'>): boolean {
  return mesh !== undefined && at(mesh.value, ['data', 'mesh']) !== undefined
}

function readRevision({ revision, injector, mesh }: RevisionSource, istio: IstioSettings, platform: string | undefined): InjectorConfig {
  const labels = at(injector.value, ['metadata', 'labels'])
  const meshText = mesh === undefined || !hasMesh({ mesh }) ? undefined : located(mesh, () => textOf(mesh, 'mesh'))
  const [config, values] = located(injector, () => [textOf(injector, 'config'), textOf(injector, 'values')] as const)
  const parse = (text: string | undefined) =>
    parseInjectorConfig({
      config,
      values,
      mesh: text,
      labels: isObject(labels) ? labels : undefined,
      revision,
      compatibility: istio.compatibility,
      nativeSidecars: istio.nativeSidecars,
      compliancePolicy: istio.compliancePolicy,
      platform,
    })
  try {
    return parse(meshText)
  } catch (error) {
    if (!(error instanceof InjectError)) throw error
    // Its field says which of the two ConfigMaps is meant.
    const { field = [] } = error.diagnostic
    const wrong = field[1] === 'mesh' ? (mesh ?? injector) : injector
    const place = syntaxPosition(wrong, field, error)
    throw new InjectError(locate({ ...error.diagnostic, ...(place === undefined ? {} : { at: place }) }, wrong), { cause: error })
  }
}

/** Adds the resource and the field's position to an error. */
function located<T>(resource: Resource, task: () => T): T {
  try {
    return task()
  } catch (error) {
    throw error instanceof InjectError ? new InjectError(locate(error.diagnostic, resource), { cause: error }) : error
  }
}

function assumedWebhooks({ revision, values }: InjectorConfig, namespace: string): WebhookConfiguration {
  const named = revision === DEFAULT_REVISION ? '' : revision
  return { value: chartWebhooks({ values: { ...values, revision: named }, namespace }), assumed: true }
}

function webhooksAssumed(configs: readonly InjectorConfig[]): Diagnostic {
  return {
    code: 'webhooks-assumed',
    severity: 'info',
    message: `no MutatingWebhookConfiguration is given for revision ${configs.map(({ revision }) => revision).join(', ')}; the one that Istio's chart installs is assumed`,
    hint: 'add the installed one: kubectl get mutatingwebhookconfiguration -l app=sidecar-injector -o yaml',
  }
}

const KUBELET_ASSUMED: Diagnostic = {
  code: 'kubelet-assumed',
  severity: 'info',
  message: 'no kubelet version is given; the proxy becomes a native sidecar, as in every Kubernetes from 1.33 on',
  hint: 'set `cluster.kubeletVersions`, or `istio.nativeSidecars` to Enabled or Disabled',
}

function meshMissing({ injector }: Pick<RevisionSource, 'injector'>): Diagnostic {
  return warning({
    code: 'mesh-config-missing',
    message: "no mesh config is given; Istio's defaults are taken",
    hint: `add it: kubectl get configmap -n ${injector.ref.namespace ?? 'istio-system'} ${injector.ref.name.replace('istio-sidecar-injector', 'istio')} -o yaml`,
    resource: injector.ref,
  })
}
