// Restores the spec of an injected pod, by the names in the status annotation (istio-rules.md, 6.5 and 7.5).

import { PROXY, STATUS, STOCK_CONTAINERS, STOCK_VOLUMES } from '../lib/istio/names.ts'
import { ALL_CONTAINER_LISTS, type Container, type ContainerList, containerNamed, containersOf, listOf, nameOf } from '../lib/k8s/pod.ts'
import { at, equal, type FieldPath, formatPath, get, isObject, type Json, type JsonObject, set } from '../lib/model/index.ts'
import type { Note, StatusFacts } from './status-facts.ts'
import { restoreContainer } from './status-override.ts'
import { probeRestorer, type RestoreProbes } from './status-probes.ts'

/** The spec before injection; `field` is its path, for findings. */
export function restoredSpec(spec: JsonObject, facts: StatusFacts, { note, field }: { readonly note: Note; readonly field: FieldPath }): JsonObject {
  const restoring: Restoring = { facts, note, probes: probeRestorer(facts, note), field }
  const initContainers = restoredContainers(spec, 'initContainers', restoring)
  const containers = restoredContainers(spec, 'containers', restoring)
  // Injection puts a user's own istio-proxy to one end of the list, or among the init containers.
  const moved = [...containers.filter(container => nameOf(container) === PROXY), ...initContainers.filter(container => isMoved(container, facts))]
  const left: JsonObject = {
    ...spec,
    initContainers: initContainers.filter(container => !moved.includes(container)),
    containers: [...containers.filter(container => !moved.includes(container)), ...moved],
  }
  const { volumes, imagePullSecrets } = { volumes: remainingVolumes({ before: spec, left }, restoring), imagePullSecrets: remainingSecrets(left, restoring) }
  const lists: JsonObject = { ...left, volumes, imagePullSecrets }
  const result: JsonObject = {}
  for (const [key, value] of Object.entries(lists)) {
    // A list that the injection made goes with its last item; `containers` is required.
    const emptied = Array.isArray(value) && value.length === 0 && key !== 'containers' && !equal(get(spec, key), [])
    if (!emptied) set(result, key, value)
  }
  return withoutGatewaySysctl(result, restoring)
}

interface Restoring {
  readonly facts: StatusFacts
  readonly note: Note
  readonly probes: RestoreProbes
  readonly field: FieldPath
}

function restoredContainers(spec: JsonObject, list: ContainerList, restoring: Restoring): Container[] {
  const { status, overrides, doubt } = restoring.facts
  return listOf(spec, list).flatMap((container, i) => {
    const field = [...restoring.field, list, i]
    const name = nameOf(container)
    if (!status[list].includes(name)) return [restoring.probes(container, field)]
    const copy = containerNamed(overrides[list], name)
    if (copy === undefined) {
      if (doubt === undefined || STOCK_CONTAINERS.has(name)) return []
      doubt(`spec.${list}[${name}]`)
      return [restoring.probes(container, field)]
    }
    const restored = restoreContainer(restoring.probes(container, field), copy)
    const unexplained = restored.dropped.filter(path => !isStock(at(container, path), restoring.facts))
    if (unexplained.length > 0 && doubt !== undefined && !STOCK_CONTAINERS.has(name)) {
      for (const path of unexplained) doubt(`spec.${list}[${name}].${formatPath(path)}`)
      return [restoring.probes(container, field)]
    }
    if (unexplained.length > 0) {
      const message = `container ${name}: removed ${unexplained.map(formatPath).join(', ')} with the injection, because the copy of the container in the annotation does not have it`
      restoring.note({ code: 'removal-uncertain', severity: 'info', message, hint: 'restore it if you added it after the injection', field })
    }
    return [restored.container]
  })
}

const GRPC_VARIABLES: ReadonlySet<string> = new Set([
  'GRPC_XDS_BOOTSTRAP',
  'GRPC_XDS_EXPERIMENTAL_SECURITY_SUPPORT',
  'GRPC_GO_LOG_VERBOSITY_LEVEL',
  'GRPC_GO_LOG_SEVERITY_LEVEL',
])

/** Additions of Istio's templates for proxyless gRPC to the application. */
function isStock(item: Json | undefined, facts: StatusFacts): boolean {
  if (Array.isArray(item)) return item.every(element => isStock(element, facts))
  const { status, doubt } = facts
  const name = nameOf(item)
  if (get(item, 'mountPath') === undefined) return GRPC_VARIABLES.has(name)
  return STOCK_VOLUMES.has(name) || (doubt === undefined && status.volumes.includes(name))
}

/**
 * A user's own istio-proxy that injection made a native sidecar: it stood among the containers, unless the user had made it one already. A template's
 * restart policy does not get into the copy.
 */
function isMoved(container: Container, { status, overrides }: StatusFacts): boolean {
  const copy = nameOf(container) === PROXY ? containerNamed(overrides.initContainers, PROXY) : undefined
  return copy !== undefined && status.initContainers.includes(PROXY) && get(copy, 'restartPolicy') === undefined
}

/**
 * Volumes that stay. A volume stays if a remaining container mounts it: without it the pod would be refused. The status need not name all volumes of the templates
 * (workload-socket, credential-socket, workload-certs): one with a name of theirs goes, too, when only containers that go mount it.
 */
function remainingVolumes({ before, left }: { readonly before: JsonObject; readonly left: JsonObject }, { facts, note, field }: Restoring): JsonObject[] {
  const injected = new Set(facts.status.volumes)
  const [mountedBefore, mounted] = [mountedVolumes(before), mountedVolumes(left)]
  return listOf(left, 'volumes').filter((volume, i) => {
    const name = nameOf(volume)
    if (!injected.has(name)) return !isOfTemplate(volume) || !mountedBefore.has(name) || mounted.has(name)
    if (!mounted.has(name)) {
      const isInjected = facts.doubt === undefined || STOCK_VOLUMES.has(name) || mountedBefore.has(name)
      if (!isInjected) facts.doubt?.(`spec.volumes[${name}]`)
      return !isInjected
    }
    const message = `volume ${name} is kept, because a container still mounts it; a field that both the workload and the template had set has the template's value`
    note({ code: 'removal-uncertain', severity: 'warning', message, hint: 'compare it with what you wrote', field: [...field, 'volumes', i] })
    return true
  })
}

/** Whether a volume has a name of Istio's templates and looks like theirs: a socket or certificates that a user brings, as for SPIRE, are not an emptyDir. */
function isOfTemplate(volume: JsonObject): boolean {
  const name = nameOf(volume)
  return STOCK_VOLUMES.has(name) && (name.startsWith('istio') || get(volume, 'emptyDir') !== undefined)
}

/** The names of the volumes that containers of a pod's spec mount. */
export function mountedVolumes(spec: Json | undefined): ReadonlySet<string> {
  return new Set(
    ALL_CONTAINER_LISTS.flatMap(list => listOf(spec, list)).flatMap(container =>
      [...listOf(container, 'volumeMounts'), ...listOf(container, 'volumeDevices')].map(nameOf),
    ),
  )
}

/** Pull secrets that stay. Templates put theirs first, so a secret behind a user's is the user's as well. */
function remainingSecrets(spec: JsonObject, { facts, note, field }: Restoring): JsonObject[] {
  const injected = new Set(facts.status.imagePullSecrets)
  const secrets = listOf(spec, 'imagePullSecrets')
  const firstOwn = secrets.findIndex(secret => !injected.has(nameOf(secret)))
  const kept = secrets.filter((secret, i) => !injected.has(nameOf(secret)) || (firstOwn >= 0 && i > firstOwn))
  if (kept.length < secrets.length && facts.doubt !== undefined) {
    const names = secrets.filter(secret => !kept.includes(secret)).map(nameOf)
    const message = `imagePullSecrets ${names.join(', ')} are kept: the annotation ${STATUS} lists them, but they may be those of the workload`
    const hint = 'remove those that only the sidecar needs, or use `--trust-record`'
    note({ code: 'removal-uncertain', severity: 'warning', message, hint, field: [...field, 'imagePullSecrets'] })
    return [...secrets]
  }
  if (kept.length < secrets.length) {
    const names = secrets.filter(secret => !kept.includes(secret)).map(nameOf)
    const message = `imagePullSecrets ${names.join(', ')} were removed with the injection; the original workload may have had them as well`
    note({ code: 'removal-uncertain', severity: 'info', message, hint: 'restore those that your own images need', field: [...field, 'imagePullSecrets'] })
  }
  return kept
}

const GATEWAY_SYSCTL: Json = { name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }

/** Removes the sysctl with which the gateway template lets the proxy listen on port 80. */
function withoutGatewaySysctl(spec: JsonObject, { facts }: Restoring): JsonObject {
  const context = get(spec, 'securityContext')
  if (facts.role !== 'gateway' || !isObject(context) || !equal(get(context, 'sysctls'), [GATEWAY_SYSCTL])) return spec
  const { sysctls: _sysctls, ...rest } = context
  if (Object.keys(rest).length > 0) return { ...spec, securityContext: rest }
  const { securityContext: _securityContext, ...others } = spec
  return others
}

/** The first of the user's containers when the pod was injected. */
export function firstApplication(spec: Json | undefined, { env }: StatusFacts): string | undefined {
  const [first] = (env.get('ISTIO_META_APP_CONTAINERS') ?? '').split(',')
  if (first !== undefined && first !== '') return first
  return containersOf({ spec: spec ?? {} })
    .map(nameOf)
    .find(name => name !== PROXY)
}
