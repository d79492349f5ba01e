// Reads a function config: checks it against fn-config/sidecar-injector.schema.json, reports all mistakes with their positions, and fills in defaults.

import { onceValue } from '../lib/go/sync.ts'
import type {
  Action,
  ClusterSettings,
  Compatibility,
  Diagnostic,
  Expectation,
  FieldPath,
  FunctionConfig,
  IstioSettings,
  Json,
  JsonObject,
  NamespaceSettings,
  NativeSidecars,
  OwnInjector,
  OwnInjectorConfig,
  Position,
  RecordSetting,
  Resource,
  UnknownNamespace,
  WorkloadKind,
} from '../lib/model/index.ts'
import { at, get, isObject, stringAt, warning } from '../lib/model/index.ts'
import type { ExpandedConfigMap } from './config-map-form.ts'
import { expandConfigMap } from './config-map-form.ts'
import { embeddedPosition, keyPosition, writtenText } from './config-position.ts'
import { ruleFindings } from './config-rules.ts'
import { makeValidator } from './generated/validate-function-config.ts'
import type { Finding, SchemaError } from './schema-findings.ts'
import { schemaFindings } from './schema-findings.ts'

export type FunctionConfigResult =
  | { readonly config: FunctionConfig; readonly diagnostics: readonly Diagnostic[] }
  /** All of them errors with the code config-invalid; the run ends with exit code 3. */
  | { readonly config?: undefined; readonly diagnostics: readonly Diagnostic[] }

/** A validator compiled by ajv. */
interface Validator {
  readonly validate: { (value: Json): boolean; readonly errors?: readonly SchemaError[] | null }
  readonly schema: Json
}

const validator = onceValue(() => makeValidator() as Validator)

/**
 * Reads a function config: a SidecarInjector, or a ConfigMap whose data are the fields of the spec as text. An absent one, or one without a spec or without
 * data (as kpt creates), means `spec: {istio: {}}`.
 * @example readFunctionConfig(undefined).config?.unknownNamespace // 'Fail'
 */
export function readFunctionConfig(resource: Resource | undefined): FunctionConfigResult {
  if (resource === undefined) return { config: fill({}, undefined), diagnostics: [] }
  const form = resource.ref.kind === 'ConfigMap' ? expandConfigMap(resource.value, key => writtenText(resource, ['data', key])) : undefined
  const value = form?.value ?? resource.value
  const { validate, schema } = validator()
  const errors = validate(value) ? [] : (validate.errors ?? [])
  const findings = [...schemaFindings(value, errors, schema), ...ruleFindings(value)]
  const diagnostics = (form?.findings ?? []).map(finding => diagnostic(finding, resource, keyPosition(resource, finding.field)))
  for (const finding of findings) diagnostics.push(diagnostic(finding, resource, positionOf(finding, resource, form)))
  if (diagnostics.length > 0) return { diagnostics: inOrder(diagnostics) }
  const config = fill(value, resource)
  return { config, diagnostics: emptinessWarning(config, resource) }
}

function positionOf(finding: Finding, resource: Resource, form: ExpandedConfigMap | undefined): Position {
  if (form !== undefined) {
    const { field, inner } = form.sourceOf(finding.field)
    return embeddedPosition(resource, field, inner)
  }
  return finding.unknown === true ? keyPosition(resource, finding.field) : resource.source.positionOf([...resource.path, ...finding.field])
}

function diagnostic({ field, message, hint }: Finding, resource: Resource, at: Position): Diagnostic {
  return { code: 'config-invalid', severity: 'error', message, ...(hint === undefined ? {} : { hint }), resource: resource.ref, field, at }
}

/** The findings in the order of the text, without duplicates. */
function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const line = (d: Diagnostic) => d.at?.line ?? 0
  const column = (d: Diagnostic) => d.at?.column ?? 0
  const distinct = new Map(diagnostics.map(d => [`${line(d)}:${column(d)}:${d.message}`, d]))
  return [...distinct.values()].sort((a, b) => line(a) - line(b) || column(a) - column(b))
}

function emptinessWarning(config: FunctionConfig, resource: Resource): Diagnostic[] {
  if (config.istio !== undefined || config.injectors.length > 0 || config.action !== 'Inject' || get(get(resource.value, 'spec'), 'policies') !== undefined)
    return []
  const at = resource.source.positionOf([...resource.path, 'spec'])
  const message = 'the function config names nothing to inject'
  return [warning({ code: 'config-empty', message, hint: 'add `istio: {}` or `injectors` to its spec', resource: resource.ref, field: ['spec'], at })]
}

function fill(config: JsonObject, resource: Resource | undefined): FunctionConfig {
  const spec = get(config, 'spec') ?? { istio: {} }
  const name = stringAt(config, ['metadata', 'name'])
  const istio = get(spec, 'istio')
  return {
    ...(name === undefined ? {} : { name }),
    ...(resource === undefined ? {} : { resource }),
    ...(isObject(istio) ? { istio: istioSettings(istio) } : {}),
    cluster: clusterSettings(get(spec, 'cluster')),
    injectors: list(get(spec, 'injectors')).map(ownInjector),
    sources: strings(get(spec, 'sources')),
    exclude: strings(get(spec, 'exclude')),
    resources: resource === undefined ? [] : ['resources', 'policies'].flatMap(field => inlineResources(spec, field, resource)),
    workloads: list(get(spec, 'workloads')).map(workloadKind),
    unknownNamespace: (stringAt(spec, ['unknownNamespace']) ?? 'Fail') as UnknownNamespace,
    emulateDefaults: get(spec, 'emulateDefaults') !== false,
    record: (stringAt(spec, ['record']) ?? 'Auto') as RecordSetting,
    unknownParams: stringAt(spec, ['unknownParams']) === 'Skip' ? 'Skip' : 'Fail',
    expect: list(get(spec, 'expect')).map(expectation),
    allow: strings(get(spec, 'allow')),
    explain: get(spec, 'explain') === true,
    action: (stringAt(spec, ['action']) ?? 'Inject') as Action,
  }
}

function istioSettings(istio: JsonObject): IstioSettings {
  const revisions = get(istio, 'revisions')
  return {
    namespace: stringAt(istio, ['namespace']) ?? 'istio-system',
    // The revision without a name is the default one.
    ...(Array.isArray(revisions) ? { revisions: strings(revisions).map(revision => revision || 'default') } : {}),
    ...optional(istio, 'webhookPath'),
    ...(optional(istio, 'nativeSidecars') as { nativeSidecars?: NativeSidecars }),
    ...optional(istio, 'compliancePolicy'),
    compatibility: (stringAt(istio, ['compatibility']) ?? 'Auto') as Compatibility,
    env: stringMap(get(istio, 'env')),
  }
}

function clusterSettings(cluster: Json | undefined): ClusterSettings {
  const versions = get(cluster, 'kubeletVersions')
  const namespaces = get(cluster, 'namespaces')
  const userInfo = at(cluster, ['request', 'userInfo'])
  return {
    ...(Array.isArray(versions) ? { kubeletVersions: strings(versions) } : {}),
    ...optional(cluster, 'platform'),
    ...(stringAt(cluster, ['defaultNamespace']) === undefined ? { isNamespaceAssumed: true } : {}),
    defaultNamespace: stringAt(cluster, ['defaultNamespace']) ?? 'default',
    ...(isObject(userInfo) ? { request: { userInfo } } : {}),
    namespaces: new Map(isObject(namespaces) ? Object.entries(namespaces).map(([name, facts]) => [name, namespaceSettings(facts)]) : []),
  }
}

function namespaceSettings(facts: Json): NamespaceSettings {
  return {
    labels: stringMap(get(facts, 'labels')),
    annotations: stringMap(get(facts, 'annotations')),
    ...(get(facts, 'override') === true ? { override: true } : {}),
  }
}

function ownInjector(value: Json, index: number): OwnInjector {
  const values = get(value, 'values')
  return {
    name: stringAt(value, ['name']) ?? '',
    order: stringAt(value, ['order']) === 'Before' ? 'Before' : 'After',
    webhooks: list(get(value, 'webhooks')).filter(isObject),
    config: ownConfig(get(value, 'config')),
    values: isObject(values) ? values : {},
    field: ['spec', 'injectors', index],
  }
}

function ownConfig(config: Json | undefined): OwnInjectorConfig {
  const defaults = strings(get(config, 'defaultTemplates'))
  const aliases = get(config, 'aliases')
  return {
    policy: stringAt(config, ['policy']) === 'disabled' ? 'disabled' : 'enabled',
    templates: stringMap(get(config, 'templates')),
    // As Istio: an empty list is the same as none.
    defaultTemplates: defaults.length > 0 ? defaults : ['sidecar'],
    aliases: new Map(isObject(aliases) ? Object.entries(aliases).map(([name, members]) => [name, strings(members)]) : []),
    neverInjectSelector: list(get(config, 'neverInjectSelector')).filter(isObject),
    alwaysInjectSelector: list(get(config, 'alwaysInjectSelector')).filter(isObject),
    injectedAnnotations: stringMap(get(config, 'injectedAnnotations')),
  }
}

function inlineResources(spec: Json, field: string, config: Resource): Resource[] {
  return list(get(spec, field)).map((value, i) => inlineResource(value, [...config.path, 'spec', field, i], config))
}

function inlineResource(value: Json, path: FieldPath, config: Resource): Resource {
  const namespace = stringAt(value, ['metadata', 'namespace'])
  const ref = {
    apiVersion: stringAt(value, ['apiVersion']) ?? '',
    kind: stringAt(value, ['kind']) ?? '',
    name: stringAt(value, ['metadata', 'name']) ?? '',
    ...(namespace === undefined ? {} : { namespace }),
  }
  return { ref, value: isObject(value) ? value : {}, source: config.source, path }
}

function workloadKind(value: Json): WorkloadKind {
  const steps = (stringAt(value, ['podTemplate']) ?? '').split(/[.[]/)
  const podTemplate = steps.map(step => (step.endsWith(']') ? Number(step.slice(0, -1)) : step))
  return { apiVersion: stringAt(value, ['apiVersion']) ?? '', kind: stringAt(value, ['kind']) ?? '', podTemplate }
}

function expectation(value: Json, index: number): Expectation {
  const templates = get(value, 'templates')
  const policies = get(value, 'policies')
  return {
    ...optional(value, 'apiVersion'),
    ...optional(value, 'kind'),
    ...optional(value, 'namespace'),
    ...optional(value, 'name'),
    injected: get(value, 'injected') === true,
    ...optional(value, 'injector'),
    ...optional(value, 'revision'),
    ...(Array.isArray(templates) ? { templates: strings(templates) } : {}),
    ...(Array.isArray(policies) ? { policies: strings(policies) } : {}),
    field: ['spec', 'expect', index],
  }
}

/** The string field `name` under its own name, or nothing. */
function optional<Name extends string>(value: Json | undefined, name: Name): { [key in Name]?: string } {
  const found = at(value, [name])
  return (typeof found === 'string' ? { [name]: found } : {}) as { [key in Name]?: string }
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

function strings(value: Json | undefined): string[] {
  return list(value).filter(item => typeof item === 'string')
}

function stringMap(value: Json | undefined): ReadonlyMap<string, string> {
  const map = new Map<string, string>()
  if (isObject(value)) for (const [key, text] of Object.entries(value)) if (typeof text === 'string') map.set(key, text)
  return map
}
