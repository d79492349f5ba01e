// Recognises resources that only configure injection and must not be applied: captured configuration of a cluster, and local configuration of orchestrators.

import { FUNCTION_CONFIG_KIND, get, IMAGE_LOCK_KIND, type Json, type Resource, stringAt } from '../model/index.ts'

const LOCAL_CONFIG = 'config.kubernetes.io/local-config'
const ISTIO_WEBHOOK = /(?:^|\.)sidecar-injector\.istio\.io$/

/**
 * Whether a resource has the annotation `config.kubernetes.io/local-config: "true"`: kustomize and kpt pass it to functions and do not apply it.
 * @example isLocalConfig({ metadata: { annotations: { 'config.kubernetes.io/local-config': 'true' } } }) // true
 */
export function isLocalConfig(value: Json): boolean {
  return stringAt(value, ['metadata', 'annotations', LOCAL_CONFIG]) === 'true'
}

/**
 * Whether a resource only configures the injection: one with that annotation, Istio's injector ConfigMaps and webhooks, Nodes, a function config, and
 * Namespaces as a cluster prints them.
 */
export function isConfigurationOnly({ ref, value }: Pick<Resource, 'ref' | 'value'>): boolean {
  if (isLocalConfig(value)) return true
  const has = (...path: string[]): boolean => path.reduce<Json | undefined>((here, key) => get(here, key), value) !== undefined
  switch (ref.kind) {
    case 'ConfigMap':
      return (/^istio-sidecar-injector(-|$)/.test(ref.name) && has('data', 'config')) || (/^istio(-|$)/.test(ref.name) && has('data', 'mesh'))
    case 'MutatingWebhookConfiguration':
      return webhookNames(value).some(name => ISTIO_WEBHOOK.test(name))
    case 'Namespace':
      return has('metadata', 'uid') || has('metadata', 'resourceVersion')
    case 'Node':
      return ref.apiVersion === 'v1'
    case FUNCTION_CONFIG_KIND:
    case IMAGE_LOCK_KIND:
      return true
    default:
      return false
  }
}

function webhookNames(value: Json): string[] {
  const webhooks = get(value, 'webhooks')
  return Array.isArray(webhooks) ? webhooks.map(webhook => stringAt(webhook, ['name']) ?? '') : []
}
