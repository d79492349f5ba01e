// The types of an admission request, with which the API server matches webhooks.

import type { JsonObject } from '../../model/index.ts'

export interface GroupVersionKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}

export interface GroupVersionResource {
  readonly group: string
  readonly version: string
  readonly resource: string
}

export interface AdmissionRequest {
  /** CREATE, UPDATE, DELETE or CONNECT. */
  readonly operation: string
  readonly kind: GroupVersionKind
  readonly resource: GroupVersionResource
  readonly subresource: string
  readonly name: string
  /** Empty for an object without namespace. */
  readonly namespace: string
  /** Username, uid, groups and extra; those that are known. */
  readonly userInfo: JsonObject
  readonly dryRun: boolean
  readonly object: JsonObject | null
  readonly oldObject: JsonObject | null
}

/** Known facts about the namespace of the request. */
export interface NamespaceLabels {
  /** `partly`: other labels than `labels` may be there. `missing`: there is no such namespace. */
  readonly state: 'known' | 'partly' | 'missing'
  readonly labels: ReadonlyMap<string, string>
}

export const POD_KIND: GroupVersionKind = { group: '', version: 'v1', kind: 'Pod' }
export const POD_RESOURCE: GroupVersionResource = { group: '', version: 'v1', resource: 'pods' }
