// Merges one ProxyConfig document into another (istio-rules.md, 13.4).
import { isObject, type Json, type JsonObject, set } from '../model/index.ts'
import type { ProxyConfig } from './mesh-types.ts'
import { applyJson, type DecodeOptions } from './proto-decode.ts'
import { messageType, PROXY_CONFIG } from './proto-schema.ts'

/** Header settings that are missing in the new document and kept from the old one. */
const KEPT_HEADERS = ['forwardedClientCert', 'requestId', 'attemptCount', 'server', 'envoyDebugHeaders']

/**
 * Decodes `json` onto `base`: proxyMetadata merges by key, some of proxyHeaders by member, everything else is replaced whole.
 *
 *
 *     mergeProxyConfig({ proxyMetadata: { B: '2' } }, { proxyMetadata: { A: '1' } }) // { proxyMetadata: { A: '1', B: '2' } }
 * @throws DecodeError with upstream's text, to which a caller adds `could not parse proxy config: `
 */
export function mergeProxyConfig(json: Json, base: ProxyConfig, options: DecodeOptions = {}): ProxyConfig {
  const applied = applyJson(messageType(PROXY_CONFIG), json, base, options)
  const merged: JsonObject = applied === base ? { ...base } : applied
  if (merged.proxyMetadata !== base.proxyMetadata) {
    const metadata: JsonObject = {}
    for (const source of [base.proxyMetadata, merged.proxyMetadata]) {
      if (isObject(source)) for (const [key, value] of Object.entries(source)) set(metadata, key, value)
    }
    if (Object.keys(metadata).length > 0) merged.proxyMetadata = metadata
  }
  const [before, after] = [base.proxyHeaders, merged.proxyHeaders]
  if (before !== after && isObject(before) && isObject(after)) {
    const headers: JsonObject = { ...after }
    for (const name of KEPT_HEADERS) {
      const value = before[name]
      if (headers[name] === undefined && value !== undefined) headers[name] = value
    }
    merged.proxyHeaders = headers
  }
  return merged
}
