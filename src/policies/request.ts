// Builds the variables of policy expressions from a request: `object`, `request`, `namespaceObject`, `params` (docs/policies.md).

import { type Authority, authorizerOf, CelError, CelMap, type CelValue, fromJson, type Result, Struct } from '../lib/cel/index.ts'
import { onceValue } from '../lib/go/sync.ts'
import type { AdmissionRequest, NamespaceLabels } from '../lib/k8s/admission/request.ts'
import { equal, get, isObject, type Json, type JsonObject } from '../lib/model/index.ts'
import { visibleParameter } from './parameters.ts'

/** The creation of an object, with the facts that are known about it. */
export interface PolicyRequest {
  /** The object with the API server's defaults. */
  readonly object: JsonObject
  readonly request: Omit<AdmissionRequest, 'object' | 'oldObject' | 'userInfo'>
  readonly labels: NamespaceLabels
  /** Labels and annotations of the namespace; absent where nothing says them. */
  readonly namespaceObject?: { readonly labels: JsonObject; readonly annotations: JsonObject }
  /** Absent: not known. */
  readonly userInfo?: JsonObject
  /** Absent: how the object is applied is not known. */
  readonly options?: JsonObject
  /** Answers every check of the authorizer; absent: not known. */
  readonly authority?: Authority
}

/** Values that all expressions of a request share. */
export interface Facts {
  readonly request: () => CelValue
  readonly namespaceObject: () => CelValue
  readonly authorizer: CelValue | (() => Result)
  readonly 'authorizer.requestResource': CelValue | (() => Result)
}

/** Marks the error of an evaluation that needs an unknown fact; the fact's name follows. The marker cannot occur in a manifest. */
export const UNKNOWN = '\u0000'

/** The values of `request` and `namespaceObject`. */
export function factsOf(given: PolicyRequest): Facts {
  const { authorizer, requestResource } = given.authority === undefined ? UNKNOWN_AUTHORITY : authorizerOf(given.authority)
  return {
    request: onceValue(() => requestValue(given)),
    namespaceObject: onceValue(() => namespaceValue(given)),
    authorizer,
    'authorizer.requestResource': requestResource,
  }
}

const unknownAuthorizer = (): Result => new CelError(`${UNKNOWN}authorizer`)
const UNKNOWN_AUTHORITY = { authorizer: unknownAuthorizer, requestResource: unknownAuthorizer }

function requestValue({ request, userInfo, options }: PolicyRequest): CelValue {
  const { kind, resource, name, namespace, operation, subresource, dryRun } = request
  const [kindValue, resourceValue] = [{ ...kind }, { ...resource }]
  const known = {
    kind: kindValue,
    resource: resourceValue,
    requestKind: kindValue,
    requestResource: resourceValue,
    ...(name === '' ? {} : { name }),
    ...(subresource === '' ? {} : { subResource: subresource }),
    ...(namespace === '' ? {} : { namespace }),
    operation,
    dryRun,
    ...(userInfo === undefined ? {} : { userInfo }),
  }
  const fields = new Map(Object.entries(known).map(([field, value]) => [field, fromJson(value)]))
  fields.set('options', options === undefined ? UNKNOWN_OPTIONS : fromJson(options))
  if (userInfo !== undefined) return CelMap.of(fields)
  const missing = new CelError(`${UNKNOWN}request.userInfo`)
  return new Struct('kubernetes.AdmissionRequest', fields, { missing: field => (field === 'userInfo' ? missing : undefined) })
}

/** Request options of every client; the other fields depend on the client. */
const UNKNOWN_OPTIONS = new Struct(
  'kubernetes.CreateOptions',
  new Map([
    ['kind', 'CreateOptions'],
    ['apiVersion', 'meta.k8s.io/v1'],
  ]),
  { kind: 'map', open: true, missing: field => (CLIENT_OPTIONS.includes(field) ? new CelError(`${UNKNOWN}request.options.${field}`) : undefined) },
)
const CLIENT_OPTIONS = ['dryRun', 'fieldManager', 'fieldValidation']

/**
 * The value of `params`: what the API server adds to the metadata of each object that it stores is there, and not known.
 * @example parameterValue(configMap) // `params.metadata.uid` is unknown, `params.data.team` is not
 */
export function parameterValue(parameter: JsonObject): CelValue {
  const visible = visibleParameter(parameter)
  const metadata = get(visible, 'metadata')
  if (!isObject(metadata)) return fromJson(visible)
  const missing = (field: string) => (STORED_FIELDS.includes(field) ? new CelError(`${UNKNOWN}params.metadata.${field}`) : undefined)
  const fields = new Map(Object.entries(metadata).map(([field, value]) => [field, fromJson(value)]))
  const entries = Object.entries(visible).map(([field, value]): [string, CelValue] => [field, fromJson(value)])
  return CelMap.of([...entries, ['metadata', new Struct('kubernetes.ObjectMeta', fields, { kind: 'map', open: true, missing })]])
}

const STORED_FIELDS = ['uid', 'resourceVersion', 'creationTimestamp']

function namespaceValue({ namespaceObject, request }: PolicyRequest): CelValue {
  if (namespaceObject === undefined) {
    const missing = new CelError(`${UNKNOWN}namespaceObject`)
    return new Struct('kubernetes.Namespace', new Map(), { missing: () => missing })
  }
  const { labels, annotations } = namespaceObject
  const filled = (entries: Json): boolean => isObject(entries) && Object.keys(entries).length > 0
  return fromJson({
    metadata: { name: request.namespace, ...(filled(labels) ? { labels } : {}), ...(filled(annotations) ? { annotations } : {}) },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  })
}

/** The object as expressions see it, without the fields that the API server sets when it stores an object. */
export function visibleObject(object: JsonObject): JsonObject {
  const metadata = get(object, 'metadata')
  if (!isObject(metadata) || !HIDDEN.some(field => Object.hasOwn(metadata, field))) return object
  return { ...object, metadata: Object.fromEntries(Object.entries(metadata).filter(([field]) => !HIDDEN.includes(field))) }
}

const HIDDEN = ['uid', 'creationTimestamp', 'generation', 'resourceVersion', 'selfLink']

/** The object with `metadata.managedFields`, which policies can see; its content is unknown. */
export function withManagedFields(object: JsonObject): JsonObject {
  const metadata = get(object, 'metadata')
  return isObject(metadata) && metadata.managedFields === undefined ? { ...object, metadata: { ...metadata, managedFields: MANAGED_FIELDS } } : object
}

/** The object without `metadata.managedFields`, unless a policy changed it. */
export function withoutManagedFields(object: JsonObject): JsonObject {
  const metadata = get(object, 'metadata')
  if (!isObject(metadata) || !equal(metadata.managedFields, MANAGED_FIELDS)) return object
  const { managedFields: _, ...rest } = metadata
  return { ...object, metadata: rest }
}

const MANAGED_FIELDS: Json = [{ manager: 'unknown', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} }]
