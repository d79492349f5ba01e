// Finds the injector that each installed webhook calls: Istio's revisions and tags (istio-rules.md, 12.2), in the order of the API server.

import { DEFAULT_REVISION, REV } from '../lib/istio/names.ts'
import type { FieldPath, InjectorRef, JsonObject, OwnInjector, Resource, WebhookConfiguration } from '../lib/model/index.ts'
import { get, isObject, stringAt } from '../lib/model/index.ts'
import type { Webhook } from './webhook.ts'
import { readWebhook } from './webhook.ts'

/** A webhook configuration and the injector behind it. */
export interface InstalledConfiguration {
  readonly name: string
  readonly injector: InjectorRef
  readonly assumed: boolean
  readonly entries: readonly InstalledWebhook[]
  /** The resource, if the configuration comes from one. */
  readonly resource?: Resource
}

export interface InstalledWebhook {
  readonly webhook: Webhook
  /** The path from the resource's root to the entry. */
  readonly field: FieldPath
  /** The path of the webhook's URL. */
  readonly path?: string
}

/**
 * Istio's webhook configurations, ordered by name as the API server calls them. As in check-inject, configurations of other products, without an entry whose
 * name ends in `istio.io`, are left out.
 * @example istioConfigurations([{ value: mutatingWebhookConfiguration }])[0].injector // { kind: 'istio', revision: 'default' }
 */
export function istioConfigurations(configurations: readonly WebhookConfiguration[]): InstalledConfiguration[] {
  return configurations
    .filter(({ value }) => entriesOf(value).some(entry => (stringAt(entry, ['name']) ?? '').endsWith('istio.io')))
    .map(({ value, resource, assumed }) => ({
      name: stringAt(value, ['metadata', 'name']) ?? '',
      injector: { kind: 'istio', revision: revisionOf(value) } as const,
      assumed: assumed === true,
      entries: entriesOf(value).map((entry, i) => installed(entry, ['webhooks', i])),
      ...(resource === undefined ? {} : { resource }),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

/** The webhooks of a user's own injector. The default rule is the creation of pods. */
export function ownConfiguration(injector: OwnInjector, config: Resource | undefined): InstalledConfiguration {
  return {
    name: injector.name,
    injector: { kind: 'own', name: injector.name },
    assumed: false,
    entries: injector.webhooks.map((entry, i) => {
      const name = stringAt(entry, ['name']) ?? `${injector.name}[${i}]`
      return installed({ rules: POD_CREATION, ...entry, name }, [...injector.field, 'webhooks', i])
    }),
    ...(config === undefined ? {} : { resource: config }),
  }
}

const POD_CREATION = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }]

function entriesOf(value: JsonObject): readonly JsonObject[] {
  const entries = get(value, 'webhooks')
  return Array.isArray(entries) ? entries.filter(isObject) : []
}

function installed(entry: JsonObject, field: FieldPath): InstalledWebhook {
  const path = stringAt(entry, ['clientConfig', 'service', 'path']) ?? urlPath(stringAt(entry, ['clientConfig', 'url']))
  return { webhook: readWebhook(entry, { defaults: true }), field, ...(path === undefined ? {} : { path }) }
}

/** `/inject/cluster/east` of `https://istiod.example.com:443/inject/cluster/east`. */
function urlPath(url: string | undefined): string | undefined {
  const match = /^[a-z]+:\/\/[^/?#]*([^?#]*)/.exec(url ?? '')
  return match?.[1] === '' ? undefined : match?.[1]
}

/** The revision of a configuration: the label, which that of a tag has as well; without a label, the service's name, as in `istiod-canary`. */
function revisionOf(value: JsonObject): string {
  const label = stringAt(value, ['metadata', 'labels', REV])
  if (label !== undefined && label !== '') return label
  for (const entry of entriesOf(value)) {
    const service = stringAt(entry, ['clientConfig', 'service', 'name'])
    if (service?.startsWith('istiod-') === true) return service.slice('istiod-'.length)
  }
  return DEFAULT_REVISION
}
