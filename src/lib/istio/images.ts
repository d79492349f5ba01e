// Computes the images of the proxy and of the init container (istio-rules.md, 4.4).

import { formatFloat } from '../go/strconv.ts'
import type { StringMap } from '../k8s/pod.ts'
import { at, get, isObject, type Json, type JsonObject, stringAt } from '../model/index.ts'
import type { Compatibility } from './compatibility.ts'
import type { ProxyConfig } from './mesh-types.ts'
import { PROXY_IMAGE_TYPE } from './names.ts'
import { sortedKeys } from './proto-encode.ts'

export interface ProxyImageFacts {
  readonly values: JsonObject
  readonly proxyConfig: ProxyConfig
  readonly annotations: StringMap
  readonly compatibility: Compatibility
}

/**
 * `.ProxyImage` of the template data.
 *
 *     proxyImage({ values: { global: { hub: 'h', tag: '1.2' } }, proxyConfig: {}, annotations: {}, compatibility }) // 'h/proxyv2:1.2'
 */
export function proxyImage({ values, proxyConfig, annotations, compatibility }: ProxyImageFacts): string {
  const image = proxyConfig.image
  const configured = image?.imageType ?? ''
  const useVariant = configured === '' && (image === undefined || compatibility.emptyImageTypeUsesVariant)
  return imageOf(values, stringAt(values, ['global', 'proxy', 'image']), typeOf(annotations, useVariant ? variantOf(values) : configured))
}

/** `.ProxyInitImage` of the template data. */
export function proxyInitImage(values: JsonObject, annotations: StringMap): string {
  return imageOf(values, stringAt(values, ['global', 'proxy_init', 'image']), typeOf(annotations, variantOf(values)))
}

function variantOf(values: JsonObject): string {
  return stringAt(values, ['global', 'variant']) ?? ''
}

/** The image type; the annotation counts even if it is empty. */
function typeOf(annotations: StringMap, configured: string): string {
  return stringAt(annotations, [PROXY_IMAGE_TYPE]) ?? configured
}

const DEFAULT_NAME = 'proxyv2'

function imageOf(values: JsonObject, name: string | undefined, type: string): string {
  const tag = at(values, ['global', 'tag'])
  const text = tag === undefined ? '' : goText(tag)
  return `${stringAt(values, ['global', 'hub']) ?? ''}/${name || DEFAULT_NAME}:${tagFor(text, type)}`
}

function tagFor(tag: string, type: string): string {
  if (type === '') return tag
  const plain = tag.replace(/-(?:distroless|debug)$/, '')
  return type === 'default' ? plain : `${plain}-${type}`
}

/** A value as Go's %v prints it. */
function goText(value: Json): string {
  if (value === null) return '<nil>'
  if (typeof value === 'number') return formatFloat(value, 'g')
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
  return isObject(value)
    ? `map[${sortedKeys(value)
        .map(key => `${key}:${goText(get(value, key) ?? null)}`)
        .join(' ')}]`
    : String(value)
}
