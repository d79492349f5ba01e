// A small mesh for tests: Istio's webhooks as its chart makes them (istio-rules.md, 12.1), workloads, namespaces and a selection over them.

import { podFromWorkload } from '../../src/lib/k8s/synthesise.ts'
import type { Decision, FunctionConfig, JsonObject, Resource, SourceMap, WebhookConfiguration, Workload } from '../../src/lib/model/index.ts'
import { formatPath } from '../../src/lib/model/index.ts'
import { loadYaml } from '../../src/lib/yaml/load.ts'
import { readFunctionConfig } from '../../src/read/function-config.ts'
import type { SelectableConfig, SelectionSources } from '../../src/select/select.ts'
import { select } from '../../src/select/select.ts'

type Labels = Record<string, string>

const RULES = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }]
const INJECT = 'sidecar.istio.io/inject'

/** The webhooks of a revision or tag. `legacy`: with the entries for istio-injection, as the default revision and the tag `default` have. */
export function istioWebhook(name: string, options: { rev: string; label?: string; legacy?: boolean; path?: string }): WebhookConfiguration {
  const { rev, label = rev, legacy = false, path = '/inject' } = options
  const is = (key: string, operator: string, values?: string[]): JsonObject => ({ key, operator, ...(values === undefined ? {} : { values }) })
  const entry = (prefix: string, namespace: JsonObject[], object: JsonObject[]): JsonObject => ({
    name: `${prefix}.sidecar-injector.istio.io`,
    clientConfig: { service: { name: rev === 'default' ? 'istiod' : `istiod-${rev}`, namespace: 'istio-system', path, port: 443 } },
    rules: RULES,
    failurePolicy: 'Fail',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    namespaceSelector: { matchExpressions: namespace },
    objectSelector: { matchExpressions: object },
  })
  const none = [is('istio-injection', 'DoesNotExist')]
  const webhooks = [
    entry('rev.namespace', [is('istio.io/rev', 'In', [label]), ...none], [is(INJECT, 'NotIn', ['false'])]),
    entry('rev.object', [is('istio.io/rev', 'DoesNotExist'), ...none], [is(INJECT, 'NotIn', ['false']), is('istio.io/rev', 'In', [label])]),
  ]
  if (legacy) {
    webhooks.push(
      entry('namespace', [is('istio-injection', 'In', ['enabled'])], [is(INJECT, 'NotIn', ['false'])]),
      entry('object', [...none, is('istio.io/rev', 'DoesNotExist')], [is(INJECT, 'In', ['true']), is('istio.io/rev', 'DoesNotExist')]),
    )
  }
  const value = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name, labels: { 'istio.io/rev': rev } },
    webhooks,
  }
  return { value, resource: { ref: { apiVersion: value.apiVersion, kind: value.kind, name }, value, source: sourceOf(`${name}.yaml`), path: [] } }
}

export const DEFAULT = istioWebhook('istio-sidecar-injector', { rev: 'default', legacy: true })
export const CANARY = istioWebhook('istio-sidecar-injector-canary', { rev: 'canary' })

/** Positions that show the file and the path asked for. */
export function sourceOf(file: string): SourceMap {
  return { positionOf: path => ({ file: `${file}#${formatPath(path)}`, line: 1, column: 1 }) }
}

export function namespace(name: string, labels: Labels = {}): Resource {
  const value = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
  return { ref: { apiVersion: 'v1', kind: 'Namespace', name }, value, source: sourceOf(`namespace-${name}.yaml`), path: [] }
}

export interface PodOptions {
  readonly kind?: string
  readonly name?: string
  readonly namespace?: string
  readonly labels?: Labels
  readonly annotations?: Labels
  readonly spec?: JsonObject
}

/** A workload of the kind with this pod template. */
export function workload({ kind = 'Deployment', name = 'web', namespace = 'shop', labels = {}, annotations = {}, spec = {} }: PodOptions = {}): Workload {
  const template: JsonObject = { metadata: { labels, annotations }, spec: { containers: [{ name: 'app', image: 'app:1' }], ...spec } }
  const apiVersion = kind === 'Pod' ? 'v1' : kind.endsWith('Job') ? 'batch/v1' : 'apps/v1'
  const metadata = { name, namespace }
  const [value, podPath]: [JsonObject, string[]] =
    kind === 'Pod'
      ? [{ apiVersion, kind, ...template, metadata: { ...metadata, labels, annotations } }, []]
      : kind === 'CronJob'
        ? [{ apiVersion, kind, metadata, spec: { jobTemplate: { spec: { template } } } }, ['spec', 'jobTemplate', 'spec', 'template']]
        : [{ apiVersion, kind, metadata, spec: { template } }, ['spec', 'template']]
  const ref = { apiVersion, kind, name, namespace }
  return { resource: { ref, value, source: sourceOf(`${name}.yaml`), path: [] }, podPath, namespace }
}

/** The Pod that the workload's controller creates. */
export function podOf({ resource: { ref, value }, podPath, namespace }: Workload): JsonObject {
  let template: JsonObject = value
  for (const step of podPath) template = template[String(step)] as JsonObject
  return podFromWorkload({ ...ref, namespace }, template)
}

export function functionConfig(spec: string): FunctionConfig {
  const text = `apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nspec:\n${spec.replace(/^/gm, '  ')}\n`
  const value = loadYaml(text) as JsonObject
  const ref = { apiVersion: 'inject-sidecars.dev/v1alpha1', kind: 'SidecarInjector', name: 'mesh' }
  const { config, diagnostics } = readFunctionConfig({ ref, value, source: sourceOf('fn.yaml'), path: [] })
  if (config === undefined) throw new Error(diagnostics.map(d => d.message).join('\n'))
  return config
}

export function injectorConfig(overrides: Partial<SelectableConfig> = {}): SelectableConfig {
  const templates = new Map([
    ['sidecar', ''],
    ['gateway', ''],
  ])
  return { policy: 'enabled', neverInjectSelector: [], alwaysInjectSelector: [], templates, defaultTemplates: ['sidecar'], aliases: new Map(), ...overrides }
}

/** Decides with the default revision and `canary` installed, unless told otherwise. */
export function decideFor(pod: PodOptions, sources: Partial<SelectionSources> & { spec?: string } = {}): Decision {
  const { spec = 'istio: {}', ...rest } = sources
  const target = workload(pod)
  const istio = new Map([
    ['default', injectorConfig()],
    ['canary', injectorConfig()],
  ])
  return select({ config: functionConfig(spec), webhooks: [CANARY, DEFAULT], istio, namespaces: [], ...rest })(target, podOf(target))
}

/** `istio/default sidecar`, or `error code`, or `-`. */
export function outcome({ injections, diagnostics }: Decision): string {
  const errors = diagnostics.filter(d => d.severity === 'error')
  if (errors.length > 0) return errors.map(d => `error ${d.code}`).join(', ')
  if (injections.length === 0) return '-'
  return injections.map(({ injector, templates }) => `${injector.kind === 'istio' ? injector.revision : injector.name}: ${templates.join(' ')}`).join(', ')
}
