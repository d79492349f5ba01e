// Parses the texts of istiod's ConfigMaps: the injector config, the Helm values and the mesh config (istio-rules.md, 1.1 to 1.3).
import {
  type Compatibility as CompatibilitySetting,
  get,
  InjectError,
  isObject,
  type Json,
  type JsonObject,
  type NativeSidecars,
  type OwnInjector,
  stringAt,
} from '../model/index.ts'
import { withoutQuotes } from '../yaml/index.ts'
import { type Compatibility, compatibilityOf } from './compatibility.ts'
import { applyMesh, defaultMesh, MeshConfigError } from './mesh-config.ts'
import type { MeshConfig } from './mesh-types.ts'
import { DEFAULT_REVISION, SIDECAR_TEMPLATE } from './names.ts'
import { applyJson, DecodeError } from './proto-decode.ts'
import { messageType, VALUES } from './proto-schema.ts'
import { decodeTypedYaml, type TypedShape, TypedYamlError } from './typed-yaml.ts'
import { YamlTextError, yamlToExactJson } from './yaml-text.ts'

/** The configuration of one istiod. */
export interface InjectorConfig {
  /** `.Revision`; never empty. */
  readonly revision: string
  /** `enabled` or `disabled`; anything else means that nothing is injected. */
  readonly policy: string
  /** Never empty. */
  readonly defaultTemplates: readonly string[]
  readonly aliases: ReadonlyMap<string, readonly string[]>
  /** The text of each template by name. */
  readonly templates: ReadonlyMap<string, string>
  /** LabelSelectors, as they stand in the config. */
  readonly neverInjectSelector: readonly JsonObject[]
  readonly alwaysInjectSelector: readonly JsonObject[]
  readonly injectedAnnotations: ReadonlyMap<string, string>
  /** `.Values` */
  readonly values: JsonObject
  readonly mesh: MeshConfig
  /** istiod's ENABLE_NATIVE_SIDECARS: `auto`, `true`, `false`, or any other text. */
  readonly nativeSidecars: string
  readonly compliancePolicy: string
  /** `openshift` makes a difference. */
  readonly platform: string
  readonly compatibility: Compatibility
}

/** The texts of one revision's ConfigMaps, and the overriding settings of the function config. */
export interface InjectorConfigSource {
  /** Keys `config` and `values` of `istio-sidecar-injector`. */
  readonly config: string
  readonly values: string
  /** Key `mesh` of the ConfigMap `istio`. */
  readonly mesh?: string | undefined
  /** Labels of `istio-sidecar-injector`: they tell Istio's version. */
  readonly labels?: JsonObject | undefined
  /** A second mesh config below `mesh` (istiod's SHARED_MESH_CONFIG). */
  readonly sharedMesh?: string | undefined
  /** Absent: from the values. */
  readonly revision?: string | undefined
  readonly compatibility?: CompatibilitySetting | undefined
  readonly nativeSidecars?: NativeSidecars | undefined
  readonly compliancePolicy?: string | undefined
  readonly platform?: string | undefined
}

/**
 * Reads one revision's configuration. Templates stay text: compiling them finds their errors.
 * @throws InjectError `injector-config-invalid` with istiod's own text after the key that is wrong, and `data.KEY` as field
 * @example parseInjectorConfig({ config: 'policy: enabled', values: '{}' }).policy // 'enabled'
 */
export function parseInjectorConfig(source: InjectorConfigSource): InjectorConfig {
  const document = injectorDocument(source.config)
  const values = parseValues(source.values)
  const compatibility = compatibilityOf(source.compatibility ?? 'Auto', source.labels ?? {}, values)
  const environment = get(get(values, 'pilot'), 'env')
  const defaultTemplates = texts(document.defaultTemplates)
  return {
    revision: source.revision || stringAt(values, ['revision']) || DEFAULT_REVISION,
    policy: stringAt(document, ['policy']) ?? '',
    defaultTemplates: defaultTemplates.length > 0 ? defaultTemplates : [SIDECAR_TEMPLATE],
    aliases: mapOf(document.aliases, texts),
    templates: mapOf(document.templates, String),
    neverInjectSelector: objects(document.neverInjectSelector),
    alwaysInjectSelector: objects(document.alwaysInjectSelector),
    injectedAnnotations: mapOf(document.injectedAnnotations, String),
    values,
    mesh: parseMesh(source, compatibility),
    nativeSidecars: source.nativeSidecars === undefined ? variable(environment, 'ENABLE_NATIVE_SIDECARS', 'auto') : NATIVE_MODES[source.nativeSidecars],
    compliancePolicy: source.compliancePolicy ?? variable(environment, 'COMPLIANCE_POLICY', ''),
    platform: source.platform ?? stringAt(values, ['global', 'platform']) ?? '',
    compatibility,
  }
}

/** The configuration of a user's own sidecar from the function config, with the newest rules and no mesh. */
export function ownInjectorConfig({ config, values }: OwnInjector): InjectorConfig {
  return {
    ...config,
    revision: DEFAULT_REVISION,
    defaultTemplates: config.defaultTemplates.length > 0 ? config.defaultTemplates : [SIDECAR_TEMPLATE],
    values,
    mesh: defaultMesh(),
    nativeSidecars: 'auto',
    compliancePolicy: '',
    platform: '',
    compatibility: compatibilityOf('Auto', {}, {}),
  }
}

const NATIVE_MODES: Readonly<Record<NativeSidecars, string>> = { Auto: 'auto', Enabled: 'true', Disabled: 'false' }

const STRING: TypedShape = { kind: 'string', go: 'string' }
const STRINGS: TypedShape = { kind: 'list', go: '[]string', of: STRING }
const STRING_MAP: TypedShape = { kind: 'map', go: 'map[string]string', of: STRING }
const REQUIREMENT: TypedShape = {
  kind: 'struct',
  go: 'v1.LabelSelectorRequirement',
  fields: { key: STRING, operator: { kind: 'string', go: 'v1.LabelSelectorOperator' }, values: STRINGS },
}
const SELECTOR: TypedShape = {
  kind: 'struct',
  go: 'v1.LabelSelector',
  fields: { matchLabels: STRING_MAP, matchExpressions: { kind: 'list', go: '[]v1.LabelSelectorRequirement', of: REQUIREMENT } },
}
const SELECTORS: TypedShape = { kind: 'list', go: '[]v1.LabelSelector', of: SELECTOR }
const CONFIG: TypedShape = {
  kind: 'struct',
  go: 'inject.Config',
  fields: {
    policy: { kind: 'string', go: 'inject.InjectionPolicy' },
    defaultTemplates: STRINGS,
    templates: { kind: 'map', go: 'inject.RawTemplates', of: STRING },
    aliases: { kind: 'map', go: 'map[string][]string', of: STRINGS },
    neverInjectSelector: SELECTORS,
    alwaysInjectSelector: SELECTORS,
    injectedAnnotations: STRING_MAP,
  },
}

function injectorDocument(text: string): JsonObject {
  try {
    return decodeTypedYaml(text, CONFIG)
  } catch (error) {
    if (error instanceof TypedYamlError) throw invalid('config', `failed to unmarshal injection template: ${error.message}`, error)
    throw error
  }
}

/** The Helm values as a plain tree, after a check against Istio's types. */
function parseValues(text: string): JsonObject {
  try {
    const { json: values, integers } = yamlToExactJson(text)
    applyJson(messageType(VALUES), values, {}, { integers })
    return isObject(values) ? values : {}
  } catch (error) {
    if (error instanceof YamlTextError || error instanceof DecodeError) throw invalid('values', `could not parse configuration values: ${error.message}`, error)
    throw error
  }
}

function parseMesh({ mesh, sharedMesh }: InjectorConfigSource, { dropFieldsNewerThan: newest }: Compatibility): MeshConfig {
  try {
    const base = sharedMesh === undefined ? defaultMesh() : applyMesh(sharedMesh, defaultMesh(), { newest })
    return mesh === undefined ? base : applyMesh(mesh, base, { newest })
  } catch (error) {
    if (error instanceof MeshConfigError) throw invalid('mesh', error.message, error)
    throw error
  }
}

function invalid(key: 'config' | 'values' | 'mesh', message: string, cause: unknown): InjectError {
  return new InjectError({ code: 'injector-config-invalid', message: `${key}: ${withoutQuotes(message)}`, field: ['data', key] }, { cause })
}

/** A variable of istiod's environment, which the chart sets from the Helm values. */
function variable(environment: Json | undefined, name: string, fallback: string): string {
  const value = get(environment, name)
  return value === undefined || value === null || typeof value === 'object' ? fallback : String(value)
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function mapOf<Value>(value: Json | undefined, convert: (json: Json) => Value): ReadonlyMap<string, Value> {
  return new Map(isObject(value) ? Object.entries(value).map(([key, item]) => [key, convert(item)]) : [])
}
