// Creates the MutatingWebhookConfigurations of Istio's chart and of `istioctl tag` (istio-rules.md, 12.1 and 12.2).
import { at, type Json, type JsonObject, stringAt } from '../model/index.ts'
import { DEFAULT_REVISION, IGNORED_NAMESPACES, INJECT, INJECTION, NAMESPACE_NAME_LABEL, REV } from './names.ts'

export interface ChartRevision {
  /** The Helm values of the revision: revision, sidecarInjectorWebhook and istiodRemote count. */
  readonly values: JsonObject
  /** Namespace of istiod. */
  readonly namespace: string
}

const ISTIO_SYSTEM = 'istio-system'

/**
 * The configuration that the chart installs for a revision, without CA bundle, for inputs that do not have the installed one.
 *
 *     chartWebhooks({ values: { revision: 'canary' }, namespace: 'istio-system' }).metadata.name // 'istio-sidecar-injector-canary'
 */
export function chartWebhooks({ values, namespace }: ChartRevision): JsonObject {
  const revision = stringAt(values, ['revision']) ?? ''
  const name = `istio-sidecar-injector${suffix(revision)}${namespace === ISTIO_SYSTEM ? '' : `-${namespace}`}`
  const labels = { [REV]: revision || DEFAULT_REVISION, app: 'sidecar-injector' }
  return configuration({ name, labels, values, namespace, selected: revision || DEFAULT_REVISION, isDefault: revision === '' })
}

/** The revision behind a configuration, whether it is the revision's own or a tag's; undefined when it is not Istio's. */
export function revisionOfWebhooks(configuration: JsonObject): string | undefined {
  return stringAt(configuration, ['metadata', 'labels', REV])
}

interface Parts extends ChartRevision {
  readonly name: string
  readonly labels: JsonObject
  /** Value of the label istio.io/rev on namespaces and pods. */
  readonly selected: string
  /** Whether the older labels select it, too. */
  readonly isDefault: boolean
}

function configuration(parts: Parts): JsonObject {
  const { name, labels, values, namespace } = parts
  const revision = stringAt(values, ['revision']) ?? ''
  const path = stringAt(values, ['istiodRemote', 'injectionPath']) || '/inject'
  const url = stringAt(values, ['istiodRemote', 'injectionURL']) ?? ''
  const clientConfig: JsonObject = url === '' ? { service: { name: `istiod${suffix(revision)}`, namespace, path, port: 443 } } : { url }
  const webhooks = selections(parts).map(([prefix, namespaceSelector, objectSelector]) => ({
    name: `${prefix}sidecar-injector.istio.io`,
    clientConfig,
    rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
    failurePolicy: 'Fail',
    reinvocationPolicy: stringAt(values, ['sidecarInjectorWebhook', 'reinvocationPolicy']) || 'Never',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    namespaceSelector: { matchExpressions: namespaceSelector },
    objectSelector: { matchExpressions: objectSelector },
  }))
  return { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration', metadata: { name, labels }, webhooks }
}

type Selection = readonly [prefix: string, namespaceSelector: Json[], objectSelector: Json[]]

function selections({ selected, isDefault, values }: Parts): Selection[] {
  const notFalse = expression(INJECT, 'NotIn', ['false'])
  const all: Selection[] = [
    ['rev.namespace.', [expression(REV, 'In', [selected]), without(INJECTION)], [notFalse]],
    ['rev.object.', [without(REV), without(INJECTION)], [notFalse, expression(REV, 'In', [selected])]],
  ]
  if (!isDefault) return all
  all.push(['namespace.', [expression(INJECTION, 'In', ['enabled'])], [notFalse]])
  all.push(['object.', [without(INJECTION), without(REV)], [expression(INJECT, 'In', ['true']), without(REV)]])
  if (at(values, ['sidecarInjectorWebhook', 'enableNamespacesByDefault']) === true) {
    const ordinary = expression(NAMESPACE_NAME_LABEL, 'NotIn', [...IGNORED_NAMESPACES])
    all.push(['auto.', [without(INJECTION), without(REV), ordinary], [without(INJECT), without(REV)]])
  }
  return all
}

function expression(key: string, operator: string, values: string[]): JsonObject {
  return { key, operator, values }
}

function without(key: string): JsonObject {
  return { key, operator: 'DoesNotExist' }
}

function suffix(revision: string): string {
  return revision === '' ? '' : `-${revision}`
}
