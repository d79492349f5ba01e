// Decides which changes of a record can be those of an injection. Anyone may have written the annotation, so the manifest itself must show that a part was
// injected (docs/security.md).

import { onceValue } from '../lib/go/sync.ts'
import { injectionStatus } from '../lib/istio/earlier-injection.ts'
import { PROXY, STATUS, STOCK_CONTAINERS, STOCK_VOLUMES } from '../lib/istio/names.ts'
import { at, equal, type FieldPath, get, InjectError, isObject, type Json, type JsonObject } from '../lib/model/index.ts'
import { takeOffByStatus } from './from-status.ts'
import { isSame, type Restoration, restorations } from './restorations.ts'
import { isDerivedMetadata, isReplacedMetadata } from './status-metadata.ts'
import { mountedVolumes } from './status-spec.ts'
import { valueAtUnit, withValueAtUnit } from './unit-values.ts'
import { formatUnit, type UnitPath } from './units.ts'

export interface TakenOffWorkload {
  /** The workload with its injection, without the record. */
  readonly present: JsonObject
  /** The workload after its record was taken off it. */
  readonly takenOff: Json
  readonly podPath: FieldPath
  /** Paths that the record lists as added by injection. */
  readonly added: ReadonlySet<string>
  /** The workload injected again, when that is written in place of the injection. */
  readonly again?: Json | undefined
  /** Injects a workload's value as `again` was; undefined where that fails. */
  readonly injectAgain?: (workload: Json) => Json | undefined
  /**
   * The workload as the configuration would inject it now if every own injector selected it: called only if nothing else confirms a change.
   * Undefined without a configuration.
   */
  readonly configured?: () => Json | undefined
  /** Whether to look at Istio's own status, and at what mounts a volume. Both may change after the injection. */
  readonly looksAround?: boolean
}

export interface Judgement {
  /** Changes that nothing shows to be those of an injection. */
  readonly forged: readonly Restoration[]
  /** Additions that the record lists, and that the configuration makes as well, with another content; pull secrets that Istio's status lists. */
  readonly trusted: readonly Restoration[]
}

/** Sorts the changes of a record by whether the manifest shows that an injection made them. */
export function judgeRecord(workload: TakenOffWorkload): Judgement {
  const { present, takenOff, podPath, added, again, configured, looksAround = true } = workload
  const byStatus = looksAround ? withoutStatus(present, podPath) : undefined
  const mounted = (value: Json) => mountedVolumes(looksAround ? at(value, [...podPath, 'spec']) : undefined)
  const subject: Subject = { present, takenOff, byStatus, podPath, again, mounts: onceValue(() => [mounted(present), mounted(takenOff)]) }
  const doubts = restorations({ now: present, was: takenOff, byStatus, again }).filter(
    restoration =>
      !isMadeAgain(restoration, subject) && !(byStatus !== undefined && isSame(restoration.byStatus, restoration.was)) && !isKind(restoration, subject),
  )
  const decided = decidedByInjection(
    doubts.filter(({ path }) => !isCallOfAgent(path, subject)),
    workload,
  )
  const undecided = doubts.filter(restoration => !decided.has(restoration))
  const unmatched = undecided.filter(restoration => !isAddition(restoration, again))
  const possible = unmatched.length === 0 ? undefined : configured?.()
  const unexplained = unmatched.filter(restoration => !isAddition(restoration, possible))
  const secrets = looksAround ? pullSecretsOfStatus(present, podPath) : []
  const isTrusted = (restoration: Restoration) => {
    const below = stepsBelow(restoration.path, podPath) ?? restoration.path
    const isAddedOtherwise = isNamed(below, added) && [again, possible].some(injected => isOtherAddition(restoration, { injected, podPath }))
    return isAddedOtherwise || isPullSecret(restoration, { below, secrets })
  }
  return { forged: unexplained.filter(restoration => !isTrusted(restoration)), trusted: unexplained.filter(isTrusted) }
}

/** Whether injection adds just what is removed. What was there before an injection changed it, no configuration shows. */
function isAddition({ path, now, was }: Restoration, injected: Json | undefined): boolean {
  return injected !== undefined && was === undefined && isSame(valueAtUnit(injected, path), now)
}

/** Whether injection adds an element or an annotation of the same name with another content: the configuration may have changed since. */
function isOtherAddition({ path, was }: Restoration, { injected, podPath }: { readonly injected: Json | undefined; readonly podPath: FieldPath }): boolean {
  const other = injected === undefined || was !== undefined ? undefined : valueAtUnit(injected, path)
  if (other === undefined) return false
  const [field, map, ...rest] = stepsBelow(path, podPath) ?? []
  // A template that changes a container of the user's does not name its image.
  const isContainer = field === 'spec' && (map === 'containers' || map === 'initContainers') && rest.length === 1
  if (isContainer) return get(other, 'image') !== undefined
  return Array.isArray(path.at(-1)) || (field === 'metadata' && map === 'annotations')
}

/** Pull secrets that Istio's status lists. Only the configuration tells them from those of the workload. */
function pullSecretsOfStatus(present: JsonObject, podPath: FieldPath): readonly string[] {
  const metadata = at(present, [...podPath, 'metadata'])
  return injectionStatus({ metadata: isObject(metadata) ? metadata : {} })?.imagePullSecrets ?? []
}

function isPullSecret({ was }: Restoration, { below, secrets }: { readonly below: UnitPath; readonly secrets: readonly string[] }): boolean {
  const [field, list, name] = below
  return was === undefined && field === 'spec' && list === 'imagePullSecrets' && Array.isArray(name) && secrets.includes(name[0])
}

/** Maximum number of changes that are examined, because a record is untrusted. */
const MAX_DOUBTS = 50

/** The restorations after which injecting again gives the same workload. */
function decidedByInjection(doubts: readonly Restoration[], { takenOff, again, injectAgain }: TakenOffWorkload): ReadonlySet<Restoration> {
  if (again === undefined || injectAgain === undefined || doubts.length === 0 || doubts.length > MAX_DOUBTS) return new Set()
  const undone = doubts.reduce<Json | undefined>((value, { path, now }) => withValueAtUnit(value, path, now), takenOff)
  const other = injectAgain(undone ?? null)
  return new Set(doubts.filter(({ path }) => other !== undefined && isSame(valueAtUnit(other, path), valueAtUnit(again, path))))
}

/** Whether injecting again sets a part to the same value or to another one of its own. A rewritten probe does not show its original call. */
function isMadeAgain({ path, now, was, again }: Restoration, subject: Subject): boolean {
  if (subject.again === undefined) return false
  if (isCallOfAgent(path, subject)) return false
  return isSame(again, now) || (was !== undefined && !isSame(again, was))
}

/** The workload without its injection according to Istio's own status; undefined if there is no status. */
function withoutStatus(present: JsonObject, podPath: FieldPath): Json | undefined {
  if (at(present, [...podPath, 'metadata', 'annotations', STATUS]) === undefined) return undefined
  try {
    return takeOffByStatus(present, podPath, { leaveOutDefaults: true }).value
  } catch (error) {
    if (error instanceof InjectError) return undefined
    throw error
  }
}

function isNamed(path: UnitPath, added: ReadonlySet<string>): boolean {
  return path.some((_, i) => added.has(formatUnit(path.slice(0, i + 1))))
}

interface Subject extends Omit<TakenOffWorkload, 'added' | 'configured'> {
  readonly byStatus: Json | undefined
  /** The names of the volumes that are mounted with the injection, and without. */
  readonly mounts: () => readonly [ReadonlySet<string>, ReadonlySet<string>]
}

/** Whether a part is of a kind that injection rewrites, and looks rewritten. */
function isKind({ path, was }: Restoration, subject: Subject): boolean {
  const { podPath, again } = subject
  const below = stepsBelow(path, podPath)
  if (below === undefined) return false
  const [field, list, key] = below
  if (field === 'metadata' && (list === 'labels' || list === 'annotations') && typeof key === 'string') {
    return isDerivedMetadata(list, key) || (was !== undefined && again === undefined && isReplacedMetadata(list, key))
  }
  if (field === 'spec' && was === undefined && below.length === 3 && (isStock(list, key) || (list === 'volumes' && losesItsMounts(key, subject)))) return true
  if (field === 'spec' && (list === 'containers' || list === 'initContainers') && Array.isArray(key) && key[0] === PROXY) return again === undefined
  const handler = handlerOf(path, podPath)
  return handler !== undefined && isRewrittenHandler(handler, subject)
}

/** Whether Istio's own templates add an element of this name, a name that no user's container or volume has. */
function isStock(list: UnitPath[number] | undefined, element: UnitPath[number] | undefined): boolean {
  const names = list === 'containers' || list === 'initContainers' ? STOCK_CONTAINERS : list === 'volumes' ? STOCK_VOLUMES : undefined
  return Array.isArray(element) && names?.has(element[0]) === true
}

/** Whether only containers that go mount a volume. */
function losesItsMounts(volume: UnitPath[number] | undefined, { mounts }: Subject): boolean {
  if (!Array.isArray(volume)) return false
  const [before, after] = mounts()
  return before.has(volume[0]) && !after.has(volume[0])
}

/** The steps behind the pod template; undefined for a part beside it. */
function stepsBelow(path: UnitPath, podPath: FieldPath): UnitPath | undefined {
  return podPath.every((step, i) => path[i] === step) ? path.slice(podPath.length) : undefined
}

const PROBES: ReadonlySet<unknown> = new Set(['readinessProbe', 'livenessProbe', 'startupProbe'])
const HOOKS: ReadonlySet<unknown> = new Set(['preStop', 'postStart'])

/** The path of the probe or lifecycle hook that a part belongs to. */
function handlerOf(path: UnitPath, podPath: FieldPath): UnitPath | undefined {
  const [field, list, container, key, hook] = stepsBelow(path, podPath) ?? []
  if (field !== 'spec' || (list !== 'containers' && list !== 'initContainers') || !Array.isArray(container)) return undefined
  if (PROBES.has(key)) return path.slice(0, podPath.length + 4)
  return key === 'lifecycle' && HOOKS.has(hook) ? path.slice(0, podPath.length + 5) : undefined
}

/** Whether a handler calls the agent, and the restored call is one that injection redirects (istio-rules.md, 7.4). */
function isRewrittenHandler(path: UnitPath, { present, takenOff, byStatus, podPath }: Subject): boolean {
  const [now, was] = [valueAtUnit(present, path), valueAtUnit(takenOff, path)]
  if (!callsAgent(now) || (!hasAgentPath(now) && !isSame(at(now ?? null, HTTP_PATH), at(was ?? null, HTTP_PATH)))) return false
  const [restored, ...others] = CALLS.filter(kind => get(was, kind) !== undefined)
  if (restored === undefined || restored === 'exec' || others.length > 0) return false
  const rest = (handler: Json | undefined) => Object.fromEntries(Object.entries(isObject(handler) ? handler : {}).filter(([key]) => !CALLS.includes(key)))
  if (!equal(rest(now), rest(was))) return false
  // The agent's own list says what is called, where there is one.
  const stated = byStatus === undefined ? undefined : valueAtUnit(byStatus, path)
  if (stated === undefined || isSame(stated, now)) return true
  const ports = portsOf(valueAtUnit(present, path.slice(0, podPath.length + 3)))
  return equal(call(stated, restored, ports), call(was, restored, ports))
}

/** Whether a part belongs to a probe or hook that calls the agent. */
function isCallOfAgent(path: UnitPath, { present, podPath }: Pick<Subject, 'present' | 'podPath'>): boolean {
  const handler = handlerOf(path, podPath)
  return handler !== undefined && callsAgent(valueAtUnit(present, handler))
}

/** Whether a call goes to the agent: by the path that injection writes, or by the agent's port if the user changed the path. */
function callsAgent(handler: Json | undefined): boolean {
  return hasAgentPath(handler) || get(get(handler, 'httpGet'), 'port') === AGENT_PORT
}

function hasAgentPath(handler: Json | undefined): boolean {
  const path = get(get(handler, 'httpGet'), 'path')
  return typeof path === 'string' && /^\/app-(?:health|lifecycle)\//.test(path)
}

const AGENT_PORT = 15020

const HTTP_PATH = ['httpGet', 'path']

const CALLS: readonly string[] = ['httpGet', 'tcpSocket', 'grpc', 'exec']

/** Fields of an HTTP call besides path, port and scheme. */
const CALL_FIELDS: ReadonlySet<string> = new Set(['host', 'httpHeaders', 'service'])

/** Normalises a call: the port as a number, without fields that Kubernetes fills in or drops. */
function call(handler: Json | undefined, kind: string, ports: ReadonlyMap<Json, Json>): Json {
  const action = get(handler, kind)
  if (!isObject(action)) return null
  const { port = 0, scheme = 'HTTP', path, ...rest } = action
  const filled = Object.entries(rest).filter(
    ([key, value]) => CALL_FIELDS.has(key) && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0),
  )
  return { ...Object.fromEntries(filled), port: String(ports.get(port) ?? port), scheme, path: path || '/' }
}

function portsOf(container: Json | undefined): ReadonlyMap<Json, Json> {
  const ports = get(container, 'ports')
  return new Map((Array.isArray(ports) ? ports : []).map(port => [get(port, 'name') ?? '', get(port, 'containerPort') ?? 0]))
}
