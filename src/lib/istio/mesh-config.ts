// Parses Istio's mesh configuration: applies a ConfigMap's text to the built-in defaults (istio-rules.md, 13.1 and 13.2).
import { onceValue } from '../go/sync.ts'
import { compareStrings } from '../go/utf8.ts'
import { get, isObject, type Json, type JsonObject } from '../model/index.ts'
import { MESH_DEFAULTS } from './generated/mesh-defaults.ts'
import { meshProblem } from './mesh-checks.ts'
import type { ExtensionProvider, MeshConfig, ProxyConfig } from './mesh-types.ts'
import { applyJson, DecodeError, type DecodeOptions } from './proto-decode.ts'
import { MESH_CONFIG, messageType } from './proto-schema.ts'
import { mergeProxyConfig } from './proxy-config-merge.ts'
import { YamlTextError, yamlToExactJson } from './yaml-text.ts'

/** A mesh config that istiod would refuse, with its message. */
export class MeshConfigError extends Error {}

/** Istio's built-in MeshConfig, which is never modified. */
export const defaultMesh: () => MeshConfig = onceValue(() => JSON.parse(MESH_DEFAULTS) as MeshConfig)

/** Istio's built-in ProxyConfig. */
export function defaultProxyConfig(): ProxyConfig {
  return defaultMesh().defaultConfig ?? {}
}

/**
 * Applies the text of a ConfigMap's `mesh` key to `base` and checks the outcome, as istiod does when it loads it.
 * Source: istio-rules.md, 13.2.
 *
 *     applyMesh('defaultConfig: {concurrency: 2}', defaultMesh()).defaultConfig.concurrency // 2
 * @throws MeshConfigError with upstream's text
 */
export function applyMesh(text: string, base: MeshConfig, given: DecodeOptions = {}): MeshConfig {
  let options = given
  let json: Json
  let mesh: MeshConfig
  try {
    const exact = yamlToExactJson(text)
    json = exact.json
    options = { ...given, integers: exact.integers }
    mesh = applyJson(messageType(MESH_CONFIG), json, base, options)
  } catch (error) {
    if (error instanceof DecodeError || error instanceof YamlTextError)
      throw new MeshConfigError(`failed to convert to proto. ${error.message}`, { cause: error })
    throw error
  }
  const merged = mergeExceptions(json, mesh, base, options)
  const problem = meshProblem(merged, options.newest)
  if (problem !== undefined) throw new MeshConfigError(problem)
  return merged
}

/** Merges the four fields that do not simply replace those of `base`. */
function mergeExceptions(json: Json, mesh: MeshConfig, base: MeshConfig, options: DecodeOptions): MeshConfig {
  const merged: JsonObject = { ...mesh }
  // Only this spelling of the key counts: `default_config` was decoded, but the previous config is put back over it.
  merged.defaultConfig = mergeProxyConfig(get(json, 'defaultConfig') ?? null, base.defaultConfig ?? {}, options)
  const providers = applyJson(messageType(DEFAULT_PROVIDERS), get(json, 'defaultProviders') ?? null, asObject(base.defaultProviders), options)
  if (base.defaultProviders !== undefined || Object.keys(providers).length > 0) merged.defaultProviders = providers
  const extensions = mergeProviders(base.extensionProviders ?? [], mesh.extensionProviders ?? [])
  if (extensions.length > 0) merged.extensionProviders = extensions
  const aliases = [...asTexts(base.trustDomainAliases), ...asTexts(mesh.trustDomainAliases)]
  if (aliases.length > 0) merged.trustDomainAliases = [...new Set(aliases)].sort(compareStrings)
  return merged
}

const DEFAULT_PROVIDERS = 'mesh.v1alpha1.MeshConfig.DefaultProviders'

/** Merges extension providers: one with a known name replaces it, the others are added, so that built-in ones cannot be removed. */
function mergeProviders(known: readonly ExtensionProvider[], added: readonly ExtensionProvider[]): ExtensionProvider[] {
  const merged = [...known]
  for (const provider of added) {
    const place = merged.findIndex(other => (other.name ?? '') === (provider.name ?? ''))
    if (place < 0) merged.push(provider)
    else merged[place] = provider
  }
  return merged
}

function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {}
}

function asTexts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
}
