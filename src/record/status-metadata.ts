// Restores the labels and annotations of an injected pod: removes those that injection derives, and restores those of Prometheus (istio-rules.md, 7.2 to 7.5).

import {
  EXCLUDE_INBOUND_PORTS,
  INCLUDE_INBOUND_PORTS,
  INCLUDE_OUTBOUND_IP_RANGES,
  INIT,
  INTERCEPTION_MODE,
  NETWORK_ENV,
  NETWORK_LABEL,
  OVERRIDES,
  PROMETHEUS_ANNOTATIONS_ENV,
  PROMETHEUS_PATH,
  PROMETHEUS_PORT,
  PROMETHEUS_SCRAPE,
  PROMETHEUS_SCRAPE_TARGETS,
  PROMETHEUS_SECURE_PORT,
  REV,
  REWRITE_APP_HTTP_PROBERS,
  SECURE_METRICS_PORT_ENV,
  STATUS,
  STATUS_PORT,
  VERSION_LABEL,
} from '../lib/istio/names.ts'
import { append, type FieldPath, get, isObject, type Json, type JsonObject, set, stringAt } from '../lib/model/index.ts'
import { jsonObject, type Note, type StatusFacts } from './status-facts.ts'

/** Whether injection itself writes the label or annotation, independent of templates, and nothing depends on it before injection. */
export function isDerivedMetadata(list: 'labels' | 'annotations', key: string): boolean {
  return DERIVED[list].has(key)
}

/** Whether injection may replace a user's value of the label or annotation, so that another value may come back. It replaces no label that selects pods. */
export function isReplacedMetadata(list: 'labels' | 'annotations', key: string): boolean {
  return DERIVED[list].has(key) || key === (list === 'labels' ? NETWORK_LABEL : REWRITE_APP_HTTP_PROBERS)
}

export interface MetadataFacts extends StatusFacts {
  /** The name of the workload. */
  readonly workloadName: string
  /** The first of the user's containers. */
  readonly application: string | undefined
  readonly note: Note
  /** The path of the metadata. */
  readonly field: FieldPath
}

/** The metadata without the labels and annotations of the injection. */
export function restoredMetadata(metadata: JsonObject, facts: MetadataFacts): JsonObject {
  const { labels, annotations } = { labels: textMap(metadata, 'labels'), annotations: textMap(metadata, 'annotations') }
  const presumed: string[] = []
  const left: JsonObject = {
    ...metadata,
    labels: without(labels, derivedLabels(labels, facts), presumed),
    annotations: restoredAnnotations(annotations, facts, presumed),
  }
  if (presumed.length > 0) {
    const message = `${presumed.join(', ')}: removed, because injection derives the same values; the original workload may have had them as well`
    facts.note({ code: 'removal-uncertain', severity: 'info', message, field: facts.field })
  }
  return withoutEmpty(left, metadata)
}

/** Removes an annotation or label map that the injection created, once it is empty. */
function withoutEmpty(metadata: JsonObject, before: JsonObject): JsonObject {
  const kept = Object.entries(metadata).filter(
    ([key, value]) => !isObject(value) || Object.keys(value).length > 0 || Object.keys(textMap(before, key)).length === 0,
  )
  return Object.fromEntries(kept.filter(([key]) => Object.hasOwn(before, key)))
}

function textMap(metadata: JsonObject, key: string): JsonObject {
  const found = get(metadata, key)
  return isObject(found) ? found : {}
}

/** The values that injection gives a key; a user's own other value stays. */
type Derived = readonly (readonly [key: string, values: readonly (string | undefined)[]])[]

function without(entries: JsonObject, derived: Derived, presumed: string[]): JsonObject {
  const derivedKeys = new Set(derived.flatMap(([key, values]) => (values.some(value => value !== undefined && value === get(entries, key)) ? [key] : [])))
  append(presumed, derivedKeys)
  return Object.fromEntries(Object.entries(entries).filter(([key]) => !derivedKeys.has(key)))
}

const TLS_MODE = 'security.istio.io/tlsMode'
const TUNNEL = 'networking.istio.io/tunnel'
const CANONICAL_NAME = 'service.istio.io/canonical-name'
const CANONICAL_REVISION = 'service.istio.io/canonical-revision'

function derivedLabels(labels: JsonObject, facts: MetadataFacts): Derived {
  const { role, env } = facts
  const network = env.get(NETWORK_ENV)
  if (network !== undefined && get(labels, NETWORK_LABEL) === network) {
    const message = `the label ${NETWORK_LABEL} was removed with the injection; its value is the proxy's network, which comes either from the mesh or from this label`
    facts.note({
      code: 'removal-uncertain',
      severity: 'warning',
      message,
      hint: 'restore it if you wrote it',
      field: [...facts.field, 'labels', NETWORK_LABEL],
    })
  }
  const canonical: Derived = [
    [CANONICAL_NAME, canonicalNames(labels, facts)],
    [CANONICAL_REVISION, [textIn(labels, VERSION_LABEL) || textIn(labels, 'version') || 'latest']],
  ]
  const sidecar: Derived = [
    [TLS_MODE, ['istio']],
    [TUNNEL, [env.get('ISTIO_META_ENABLE_HBONE') === 'true' ? 'http' : undefined]],
  ]
  return [...(role === undefined ? [] : canonical), ...(role === 'sidecar' ? sidecar : []), [NETWORK_LABEL, [network]]]
}

/** The values, truncated as the templates of all supported versions do. */
const DERIVED: Readonly<Record<'labels' | 'annotations', ReadonlySet<string>>> = {
  labels: new Set([TLS_MODE, TUNNEL, CANONICAL_NAME, CANONICAL_REVISION]),
  annotations: new Set([
    STATUS,
    OVERRIDES,
    REV,
    PROMETHEUS_SCRAPE,
    PROMETHEUS_PORT,
    PROMETHEUS_PATH,
    PROMETHEUS_SCRAPE_TARGETS,
    PROMETHEUS_SECURE_PORT,
    'kubectl.kubernetes.io/default-container',
    'kubectl.kubernetes.io/default-logs-container',
  ]),
}

function canonicalNames(labels: JsonObject, { env, workloadName }: MetadataFacts): readonly string[] {
  const own = textIn(labels, 'app.kubernetes.io/name') || textIn(labels, 'app')
  const names = own !== '' ? [own] : [env.get('ISTIO_META_OWNER')?.split('/').at(-1) ?? '', workloadName]
  return names.flatMap(name => {
    const cut = name.slice(0, 63)
    return [name, cut, cut.replace(/-$/, ''), cut.replace(/^[-_.]+|[-_.]+$/g, '')]
  })
}

function textIn(entries: JsonObject, key: string): string {
  return stringAt(entries, [key]) ?? ''
}

function restoredAnnotations(annotations: JsonObject, facts: MetadataFacts, presumed: string[]): JsonObject {
  const { [STATUS]: _status, [OVERRIDES]: _overrides, ...rest } = annotations
  const { role, status, env, application } = facts
  const always: Derived = [[PROMETHEUS_SECURE_PORT, [env.get(SECURE_METRICS_PORT_ENV)]]]
  const proxy: Derived = [
    [REV, [status.revision === '' ? 'default' : status.revision]],
    ['kubectl.kubernetes.io/default-container', [application]],
    ['kubectl.kubernetes.io/default-logs-container', [application]],
  ]
  const grpc: Derived = [[REWRITE_APP_HTTP_PROBERS, ['false']]]
  const derived = [
    ...always,
    ...(role === undefined || status.containers.length + status.initContainers.length === 0 ? [] : proxy),
    ...(role === 'grpc' ? grpc : []),
  ]
  return withoutCni(withPrometheus(without(rest, derived, presumed), facts, presumed), facts, presumed)
}

/** Restores Prometheus' annotations, which injection points to the agent. */
function withPrometheus(annotations: JsonObject, { env, statusPort, note, field }: MetadataFacts, presumed: string[]): JsonObject {
  const ports = [String(statusPort), '15020']
  const ours = get(annotations, PROMETHEUS_PATH) === '/stats/prometheus' && get(annotations, PROMETHEUS_SCRAPE) === 'true'
  if (!ours || !ports.includes(textIn(annotations, PROMETHEUS_PORT))) return annotations
  const was = jsonObject(env.get(PROMETHEUS_ANNOTATIONS_ENV))
  const targets = get(was, 'targets')
  if (Object.keys(was).length === 0) presumed.push(PROMETHEUS_SCRAPE, PROMETHEUS_PORT, PROMETHEUS_PATH)
  const restored: JsonObject = { [PROMETHEUS_SCRAPE]: textIn(was, 'scrape') }
  if (Array.isArray(targets)) {
    restored[PROMETHEUS_SCRAPE_TARGETS] = targets.map(targetText).join(',')
    const message = `${PROMETHEUS_PORT} and ${PROMETHEUS_PATH}: injection kept the scrape targets only; if the workload had these annotations too, they are lost`
    note({ code: 'removal-uncertain', severity: 'info', message, field: [...field, 'annotations'] })
  } else Object.assign(restored, { [PROMETHEUS_PORT]: textIn(was, 'port'), [PROMETHEUS_PATH]: textIn(was, 'path') })
  const result: JsonObject = {}
  for (const [key, value] of Object.entries(annotations)) {
    const mine = [PROMETHEUS_SCRAPE, PROMETHEUS_PORT, PROMETHEUS_PATH].includes(key)
    if (!mine) set(result, key, value)
    else if (textIn(restored, key) !== '') result[key] = textIn(restored, key)
  }
  if (textIn(restored, PROMETHEUS_SCRAPE_TARGETS) !== '') result[PROMETHEUS_SCRAPE_TARGETS] = textIn(restored, PROMETHEUS_SCRAPE_TARGETS)
  return result
}

/** A scrape target as text, `8080:/metrics`, with the default for an absent path. */
function targetText(target: Json): string {
  const [port, path] = [stringAt(target, ['port']) ?? '', stringAt(target, ['path']) ?? '']
  return path === '' ? port : `${port}:${path}`
}

const NETWORKS = 'k8s.v1.cni.cncf.io/networks'

/** Removes annotations of the sidecar template for the CNI plugin. */
function withoutCni(annotations: JsonObject, facts: MetadataFacts, presumed: string[]): JsonObject {
  const { role, status, proxyConfig, statusPort } = facts
  const hasSettings = [INTERCEPTION_MODE, INCLUDE_INBOUND_PORTS, EXCLUDE_INBOUND_PORTS].every(key => Object.hasOwn(annotations, key))
  if (role !== 'sidecar' || !hasSettings || status.initContainers.includes(INIT)) return annotations
  const port = textIn(annotations, STATUS_PORT) || String(statusPort)
  const result = without(
    annotations,
    [
      [INTERCEPTION_MODE, [stringAt(proxyConfig, ['interceptionMode']) ?? 'REDIRECT']],
      [INCLUDE_OUTBOUND_IP_RANGES, ['*']],
      [INCLUDE_INBOUND_PORTS, ['*']],
      [EXCLUDE_INBOUND_PORTS, [port, '15020']],
      [NETWORKS, ['default/istio-cni']],
    ],
    presumed,
  )
  // The agent's port is added to the user's own.
  const ports = textIn(result, EXCLUDE_INBOUND_PORTS)
  if (ports.endsWith(`,${port}`)) result[EXCLUDE_INBOUND_PORTS] = ports.slice(0, -port.length - 1)
  const networks = textIn(result, NETWORKS)
  if (networks !== '') result[NETWORKS] = networks.replace(/, (?:default\/istio-cni$|\{"name": "istio-cni", "namespace": "default"\}(?=\][^\]]*$))/, '')
  return result
}
