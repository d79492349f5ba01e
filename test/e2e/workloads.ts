// A hundred workloads of every kind and form, the same ones each time: kinds go round, and each pod has every seventh of the features below, so that all
// of them meet.

import type { JsonObject } from '../../src/lib/model/index.ts'
import { toYaml } from '../../src/lib/yaml/index.ts'

export interface GeneratedWorkload {
  readonly value: JsonObject
  readonly text: string
  /** Where its pod template is. */
  readonly podPath: readonly string[]
}

const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'ReplicaSet', 'Pod', 'ReplicationController'] as const
type Kind = (typeof KINDS)[number]

export const NAMESPACE = 'shop'

/** As many of them, one after another by number. */
export function generateWorkloads(count: number): GeneratedWorkload[] {
  return Array.from({ length: count }, (_, number) => generate(number))
}

function generate(number: number): GeneratedWorkload {
  const kind = KINDS[number % KINDS.length] ?? 'Deployment'
  const name = `${kind.toLowerCase()}-${number}`
  const pod = draftOf(name, kind)
  FEATURES.forEach((add, i) => {
    if ((i + number) % 7 === 0 || i === number % FEATURES.length) add(pod, number)
  })
  const value = workloadOf(kind, name, pod)
  const text = number % 5 === 0 ? `${JSON.stringify(value, null, 2)}\n` : `# workload ${number}\n${toYaml(value)}`
  return { value, text, podPath: kind === 'Pod' ? [] : kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template'] }
}

interface Draft {
  readonly labels: Record<string, string>
  readonly annotations: Record<string, string>
  readonly spec: JsonObject
  readonly container: JsonObject
  readonly init: JsonObject[]
  readonly more: JsonObject[]
  readonly volumes: JsonObject[]
  readonly mounts: JsonObject[]
  readonly environment: JsonObject[]
  readonly ports: JsonObject[]
}

function draftOf(name: string, kind: Kind): Draft {
  const spec: JsonObject = kind === 'Job' || kind === 'CronJob' ? { restartPolicy: 'Never' } : {}
  const container = { name: 'app', image: `registry.example.com/${name}:1.0` }
  return { labels: { app: name }, annotations: {}, spec, container, init: [], more: [], volumes: [], mounts: [], environment: [], ports: [] }
}

function podSpec({ spec, container, init, more, volumes, mounts, environment, ports }: Draft): JsonObject {
  const lists = { ports, env: environment, volumeMounts: mounts }
  const app = { ...container, ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)) }
  return { ...spec, ...(init.length > 0 && { initContainers: init }), containers: [app, ...more], ...(volumes.length > 0 && { volumes }) }
}

function workloadOf(kind: Kind, name: string, draft: Draft): JsonObject {
  const { labels, annotations } = draft
  const metadata: JsonObject = { name, namespace: NAMESPACE }
  const podMetadata = { labels, ...(Object.keys(annotations).length > 0 && { annotations }) }
  const template = { metadata: podMetadata, spec: podSpec(draft) }
  const selector = { matchLabels: { app: name } }
  switch (kind) {
    case 'Pod':
      return { apiVersion: 'v1', kind, metadata: { ...metadata, ...podMetadata }, spec: template.spec }
    case 'ReplicationController':
      return { apiVersion: 'v1', kind, metadata, spec: { selector: { app: name }, template } }
    case 'Job':
      return { apiVersion: 'batch/v1', kind, metadata, spec: { backoffLimit: 2, template } }
    case 'CronJob':
      return { apiVersion: 'batch/v1', kind, metadata, spec: { schedule: '* * * * *', jobTemplate: { spec: { template } } } }
    case 'StatefulSet':
      return { apiVersion: 'apps/v1', kind, metadata, spec: { serviceName: name, selector, template } }
    default:
      return { apiVersion: 'apps/v1', kind, metadata, spec: { selector, template } }
  }
}

/** A label's value and so on that differ from workload to workload. */
type Feature = (pod: Draft, number: number) => void

const FEATURES: readonly Feature[] = [
  pod => pod.ports.push({ containerPort: 8080 }),
  pod => pod.ports.push({ name: 'admin', containerPort: 9901, protocol: 'TCP' }, { name: 'dns', containerPort: 53, protocol: 'UDP' }),
  pod =>
    set(pod.container, { readinessProbe: { httpGet: { path: '/ready', port: 8081, httpHeaders: [{ name: 'X-Probe', value: 'ready' }] }, periodSeconds: 5 } }),
  pod => set(pod.container, { livenessProbe: { httpGet: { port: 8081, scheme: 'HTTPS' }, timeoutSeconds: 3 } }),
  pod => set(pod.container, { livenessProbe: { tcpSocket: { port: 8082 } }, startupProbe: { exec: { command: ['true'] }, failureThreshold: 30 } }),
  pod =>
    set(pod.container, {
      readinessProbe: { grpc: { port: 9000 } },
      livenessProbe: { grpc: { port: 9000, service: 'health' }, terminationGracePeriodSeconds: 5 },
    }),
  pod => set(pod.container, { lifecycle: { preStop: { httpGet: { path: '/stop', port: 8081 } }, postStart: { exec: { command: ['sh', '-c', 'true'] } } } }),
  pod => set(pod.container, { lifecycle: { preStop: { sleep: { seconds: 5 } } } }),
  pod => set(pod.container, { command: ['serve'], args: ['--verbose', '--name=$(POD)'], workingDir: '/srv', tty: true, stdin: true }),
  pod => set(pod.container, { resources: { requests: { cpu: 0.5, memory: '128Mi' }, limits: { cpu: '2000m', memory: '1Gi', 'ephemeral-storage': '1.5Gi' } } }),
  pod => set(pod.container, { resources: { limits: { memory: '1024Mi', 'example.com/gpu': 1 } } }),
  pod => set(pod.container, { image: 'registry.example.com:5000/app', imagePullPolicy: 'IfNotPresent', terminationMessagePolicy: 'FallbackToLogsOnError' }),
  pod => set(pod.container, { image: `registry.example.com/app@sha256:${'a'.repeat(64)}` }),
  pod =>
    set(pod.container, { securityContext: { runAsUser: 1000, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] }, allowPrivilegeEscalation: false } }),
  pod => set(pod.container, { securityContext: { privileged: true, seccompProfile: { type: 'Unconfined' } } }),
  pod => set(pod.spec, { securityContext: { fsGroup: 2000, runAsNonRoot: true, sysctls: [{ name: 'net.ipv4.ip_local_port_range', value: '1024 65535' }] } }),
  pod => pod.environment.push({ name: 'PLAIN', value: 'yes' }, { name: 'EMPTY' }, { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }),
  pod => pod.environment.push({ name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } }),
  pod => pod.environment.push({ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password', optional: true } } }),
  pod => set(pod.container, { envFrom: [{ prefix: 'APP_', configMapRef: { name: 'settings' } }, { secretRef: { name: 'secrets', optional: true } }] }),
  pod => addVolume(pod, 'config', { configMap: { name: 'settings', items: [{ key: 'a', path: 'a', mode: 420 }] } }, { readOnly: true, subPath: 'a' }),
  pod => addVolume(pod, 'secret', { secret: { secretName: 'db', defaultMode: 256 } }),
  pod => addVolume(pod, 'cache', { emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } }),
  pod => addVolume(pod, 'scratch', {}),
  pod => addVolume(pod, 'host', { hostPath: { path: '/var/log' } }, { mountPropagation: 'HostToContainer' }),
  pod => addVolume(pod, 'info', { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } }),
  pod => addVolume(pod, 'token', { projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'vault' } }, { configMap: { name: 'ca' } }] } }),
  pod =>
    addVolume(pod, 'claim', { ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } } }),
  pod => pod.init.push({ name: 'migrate', image: 'registry.example.com/migrate', command: ['migrate'] }),
  pod =>
    pod.init.push({ name: 'native', image: 'registry.example.com/native:1', restartPolicy: 'Always', startupProbe: { httpGet: { path: '/', port: 7000 } } }),
  pod =>
    pod.more.push({
      name: 'helper',
      image: 'registry.example.com/helper:latest',
      ports: [{ containerPort: 7070 }],
      readinessProbe: { httpGet: { port: 7070 } },
    }),
  (pod, number) => Object.assign(pod.labels, { version: `v${number}`, 'app.kubernetes.io/name': 'shop' }),
  pod => Object.assign(pod.labels, { logging: 'enabled' }),
  pod => Object.assign(pod.labels, { 'sidecar.istio.io/inject': 'false' }),
  pod => Object.assign(pod.annotations, { 'example.com/note': 'a: "b" # c\nsecond line\n', 'example.com/number': '1' }),
  pod => Object.assign(pod.annotations, { 'sidecar.istio.io/logLevel': 'debug', 'proxy.istio.io/config': 'concurrency: 1' }),
  pod => Object.assign(pod.annotations, { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' }),
  pod => set(pod.spec, { serviceAccountName: 'default', automountServiceAccountToken: false }),
  pod => set(pod.spec, { imagePullSecrets: [{ name: 'registry' }], enableServiceLinks: false }),
  pod =>
    set(pod.spec, {
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['10.0.0.10'], options: [{ name: 'ndots', value: '2' }] },
      hostAliases: [{ ip: '10.1.2.3', hostnames: ['db'] }],
    }),
  pod => set(pod.spec, { tolerations: [{ key: 'spot', operator: 'Exists', effect: 'NoSchedule' }], nodeSelector: { disk: 'ssd' } }),
  pod => set(pod.spec, { affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [spread(pod.labels.app)] } } }),
  pod => set(pod.spec, { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' }] }),
  pod => set(pod.spec, { terminationGracePeriodSeconds: 60, priorityClassName: 'system-cluster-critical' }),
  pod => set(pod.spec, { shareProcessNamespace: true, hostname: 'app', setHostnameAsFQDN: false }),
]

function set(target: JsonObject, fields: JsonObject): void {
  Object.assign(target, fields)
}

function addVolume(pod: Draft, name: string, source: JsonObject, mount: JsonObject = {}): void {
  pod.volumes.push({ name, ...source })
  pod.mounts.push({ name, mountPath: `/mnt/${name}`, ...mount })
}

function spread(app = ''): JsonObject {
  return { weight: 100, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app } } } }
}
