// Injects the same manifests with two configurations, and compares the results.

import { type InjectDetails, type InjectHooks, lookAt } from '../inject.ts'
import type { Outcome } from '../inject-workload.ts'
import { CONTAINER_LISTS, type Container, containersOf, withContainers } from '../lib/k8s/pod.ts'
import { decodeTyped } from '../lib/k8s/typed.ts'
import {
  at,
  CONFIGURATION_ERRORS,
  type Diagnostic,
  equal,
  type InjectInput,
  isObject,
  type JsonObject,
  type SourceFile,
  templateChange,
} from '../lib/model/index.ts'
import { read } from '../read/read.ts'
import { budgetsIn } from './budgets.ts'
import { type Side, type UpgradedWorkload, type UpgradeModel, upgradeModel } from './model.ts'

export interface UpgradeRequest extends Pick<InjectInput, 'readSource'>, Pick<InjectHooks, 'conditionCompiler' | 'policyEngine'> {
  /** The manifests. */
  readonly files: readonly SourceFile[]
  readonly from: Configuration
  readonly to: Configuration
}

/** Configuration of injection: Istio's ConfigMaps, webhooks and Namespaces, and a function config. */
export interface Configuration {
  /** The name in the report. */
  readonly name: string
  readonly files: readonly SourceFile[]
  readonly functionConfig?: SourceFile | undefined
}

export interface Upgrade {
  readonly model: UpgradeModel
  /** Findings of both runs. An error among them means that a workload cannot be injected, or that a configuration cannot be used. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * The comparison.
 * @example upgrade({ files, from: { name: 'old', files: [oldConfigMaps] }, to: { name: 'new', files: [newConfigMaps] } }).model.changed.length
 * // 12
 */
export function upgrade(request: UpgradeRequest): Upgrade {
  const [before, after] = [injectedWith(request.from, request), injectedWith(request.to, request)]
  const model = upgradeModel({
    from: request.from.name,
    to: request.to.name,
    workloads: workloadsOf(request.files, before, after),
    budgets: budgetsIn(request.files, after.original.config.cluster.defaultNamespace),
    diagnostics: { from: before.diagnostics, to: after.diagnostics },
  })
  return { model, diagnostics: [...before.diagnostics, ...after.diagnostics] }
}

interface InjectedSide extends InjectDetails {
  readonly outcomes: readonly Outcome[]
}

function injectedWith({ files, functionConfig }: Configuration, request: UpgradeRequest): InjectedSide {
  const { readSource, conditionCompiler, policyEngine } = request
  const input: InjectInput = {
    files: [...request.files, ...files],
    action: 'Inject',
    ...(functionConfig === undefined ? {} : { functionConfig }),
    ...(readSource === undefined ? {} : { readSource }),
  }
  const outcomes: Outcome[] = []
  const onOutcome = (outcome: Outcome) => outcomes.push(outcome)
  const details = lookAt(
    { ...input, onOutcome, ...(conditionCompiler === undefined ? {} : { conditionCompiler }), ...(policyEngine === undefined ? {} : { policyEngine }) },
    read(input),
  )
  return { ...details, outcomes }
}

/** The workloads of the manifests in both runs, without those of the configuration files. */
function workloadsOf(files: readonly SourceFile[], before: InjectedSide, after: InjectedSide): UpgradedWorkload[] {
  const known = sidesOf(files, before)
  return [...sidesOf(files, after)].flatMap(([key, { side, ...workload }]) => {
    const old = known.get(key)
    return old === undefined ? [] : [{ ...workload, from: old.side, to: side }]
  })
}

type Half = Pick<UpgradedWorkload, 'ref' | 'namespace' | 'podPath' | 'file'> & { readonly side: Side }

function sidesOf(files: readonly SourceFile[], { given, outcomes, diagnostics: found }: InjectedSide): ReadonlyMap<string, Half> {
  const unusable = found.some(({ code, severity }) => severity === 'error' && CONFIGURATION_ERRORS.has(code))
  const paths = new Map(given.documents.map(document => [document as unknown, document.file.path]))
  const asked = new Set(files.map(({ path }) => path))
  const sides = new Map<string, Half>()
  const seen = new Map<string, number>()
  for (const { workload, decision, change, diagnostics } of outcomes) {
    const { resource, podPath, namespace: placed } = workload
    const path = paths.get(resource.source) ?? ''
    if (!asked.has(path)) continue
    const { apiVersion, kind, namespace = '', name } = resource.ref
    // Of several with one name, each is compared with its own.
    const identity = JSON.stringify([path, apiVersion, kind, namespace, name])
    const nth = seen.get(identity) ?? 0
    seen.set(identity, nth + 1)
    const failed = unusable || diagnostics.some(({ severity }) => severity === 'error')
    const { after } = templateChange(workload, change)
    const template = isObject(after) ? after : at(resource.value, podPath)
    const injected = !failed && ((decision?.injections.length ?? 0) > 0 || change !== undefined)
    sides.set(`${identity} ${nth}`, {
      ref: resource.ref,
      namespace: placed,
      podPath,
      file: path,
      side: { value: failed ? resource.value : withTemplate(resource.value, podPath, template), injected, failed },
    })
  }
  return sides
}

function withTemplate(value: JsonObject, [step, ...rest]: readonly (string | number)[], template: unknown): JsonObject {
  if (!isObject(template)) return value
  if (step === undefined) return asPrinted('v1.Pod', { ...value, ...template })
  const child = at(value, [step])
  const below = rest.length === 0 ? asPrinted('v1.PodTemplateSpec', template) : isObject(child) ? withTemplate(child, rest, template) : child
  return below === undefined ? value : { ...value, [step]: below }
}

/** A workload as Kubernetes prints it, without the empty fields that Kubernetes always prints. */
function asPrinted(struct: string, template: JsonObject): JsonObject {
  const { apiVersion, kind } = template
  const typed = decodeTyped(struct, template)
  const plain = CONTAINER_LISTS.reduce<JsonObject>((pod, list) => {
    const containers = containersOf(pod, list)
    return containers.length === 0 ? pod : withContainers(pod, list, containers.map(withoutEmptyResources))
  }, typed)
  return { ...(apiVersion === undefined ? {} : { apiVersion }), ...(kind === undefined ? {} : { kind }), ...plain }
}

function withoutEmptyResources(container: Container): Container {
  if (!equal(container.resources, {})) return container
  const { resources: _resources, ...rest } = container
  return rest
}
