// Decides which injectors inject a workload, with which templates: matches webhooks as the API server does, then applies each injector's policy.

import type { Change, Decision, FunctionConfig, Injection, JsonObject, Reason, Resource, WebhookConfiguration, Workload } from '../lib/model/index.ts'
import { injectorKey } from '../lib/model/index.ts'
import type { Subject } from './ask.ts'
import { creationRequest } from './ask.ts'
import type { Turn } from './flip.ts'
import { changesFor } from './flip.ts'
import type { IstioInstallation } from './istio.ts'
import { istioPart } from './istio.ts'
import type { ConditionCompiler } from './match-conditions.ts'
import type { NamespaceFacts } from './namespaces.ts'
import { namespaceLookup } from './namespaces.ts'
import type { OwnInstallation } from './own.ts'
import { ownPart } from './own.ts'
import type { Part } from './part.ts'
import { podFacts } from './pod-facts.ts'
import type { PolicyConfig } from './policy.ts'
import { reason } from './reasons.ts'
import { istioConfigurations, ownConfiguration } from './revision.ts'
import type { TemplateNames } from './templates.ts'

/** Fields of an injector config that selection reads; Istio's InjectorConfig has them. */
export type SelectableConfig = PolicyConfig & TemplateNames

export interface SelectionSources {
  readonly config: FunctionConfig
  /** Every MutatingWebhookConfiguration that was found, or those that are assumed. */
  readonly webhooks: readonly WebhookConfiguration[]
  /** Istio's injector configs by revision. */
  readonly istio: ReadonlyMap<string, SelectableConfig>
  /** Revisions whose configuration cannot be read; the finding about it is reported elsewhere. */
  readonly unreadable?: ReadonlySet<string>
  /** The Namespace objects of the input. */
  readonly namespaces: readonly Resource[]
  /** Returns the CEL compiler (select/condition-compiler.ts); called for the first match condition, so that CEL is loaded only then. */
  readonly conditionCompiler?: () => ConditionCompiler
}

/** Decides about one workload; `pod` is the Pod that its controller would create. */
export type Decide = (workload: Workload, pod: JsonObject) => Decision

/**
 * Prepares the decision for any number of workloads. Errors of users are not thrown: they are in the decision's diagnostics.
 * @example
 * const decide = select({ config, webhooks, istio: new Map([['default', injectorConfig]]), namespaces })
 * decide(workload, pod).injections[0]?.templates // ['sidecar']
 */
export function select(sources: SelectionSources): Decide {
  const { config } = sources
  const setup: Setup = {
    config,
    ...(config.istio === undefined
      ? {}
      : {
          istio: {
            settings: config.istio,
            configurations: istioConfigurations(sources.webhooks),
            configs: sources.istio,
            unreadable: sources.unreadable ?? new Set(),
          },
        }),
    own: config.injectors.map(injector => ({ injector, configuration: ownConfiguration(injector, config.resource) })),
    namespace: namespaceLookup(sources.namespaces, config),
    conditionCompiler: sources.conditionCompiler ?? noConditions,
  }
  return (workload, pod) => {
    const subject = subjectOf(setup, workload, pod)
    const parts = partsOf(setup, subject)
    return decisionOf(workload, subject, parts, () => flips(setup, subject, parts))
  }
}

const NO_ADMISSION: Decision['trace']['admission'] = []

function noConditions(): ConditionCompiler {
  return () => () => ({ error: 'match conditions cannot be evaluated here: no CEL evaluator was given' })
}

interface Setup {
  readonly config: FunctionConfig
  readonly istio?: IstioInstallation
  readonly own: readonly OwnInstallation[]
  readonly namespace: (name: string) => NamespaceFacts
  readonly conditionCompiler: Subject['conditionCompiler']
}

function subjectOf(setup: Setup, workload: Workload, object: JsonObject): Subject {
  const namespace = setup.namespace(workload.namespace)
  return {
    pod: podFacts(workload, object),
    request: creationRequest(object, workload.namespace),
    namespace,
    labels: namespace.labels,
    conditionCompiler: setup.conditionCompiler,
    isNamespaceAssumed: workload.resource.ref.namespace === undefined && setup.config.cluster.isNamespaceAssumed === true,
  }
}

/** The parts of all injectors, in the order of injection. */
function partsOf({ config: { unknownNamespace }, istio, own }: Setup, subject: Subject): Part[] {
  const parts = (order: 'Before' | 'After'): Part[] =>
    own.filter(({ injector }) => injector.order === order).map(installation => ownPart(installation, subject, unknownNamespace))
  return [...parts('Before'), ...(istio === undefined ? [] : [istioPart(istio, subject, unknownNamespace)]), ...parts('After')]
}

function injectionsOf(parts: readonly Part[]): Injection[] {
  return parts.flatMap(part => part.injection ?? [])
}

function decisionOf(workload: Workload, subject: Subject, parts: readonly Part[], flip: () => Change[]): Decision {
  const diagnostics = parts.flatMap(part => part.diagnostics)
  // One injector's error forbids the others' injections too: half of it is not what the cluster would make.
  const failed = diagnostics.some(diagnostic => diagnostic.severity === 'error')
  const injections = failed ? [] : injectionsOf(parts)
  let changes: Change[] | undefined
  return {
    workload,
    injections,
    because: becauseOf(parts, failed),
    trace: {
      namespace: subject.namespace.trace,
      webhooks: parts.flatMap(part => part.webhooks),
      policies: parts.flatMap(part => part.policies),
      admission: NO_ADMISSION,
    },
    // It takes a search, and only `explain` wants it.
    get flip() {
      changes ??= flip()
      return changes
    },
    diagnostics,
  }
}

/** Changes that disable the active injectors, and changes that enable Istio, or without Istio the user's own injectors. */
function flips(setup: Setup, subject: Subject, parts: readonly Part[]): Change[] {
  const traces = parts.flatMap(part => part.webhooks)
  const injecting = new Map(injectionsOf(parts).map(({ injector }) => [injectorKey(injector), injector]))
  const istioInjects = [...injecting.values()].some(injector => injector.kind === 'istio')
  const asked = new Map(traces.map(({ injector }) => [injectorKey(injector), injector]))
  const idle = [...asked.entries()].filter(
    ([key, injector]) => !injecting.has(key) && (setup.istio === undefined || (injector.kind === 'istio' && !istioInjects)),
  )
  const turns = [...injecting.entries(), ...idle].map(([key, injector]): Turn => {
    const wouldInject = (changed: Subject): boolean => injectionsOf(partsOf(setup, changed)).some(injection => injectorKey(injection.injector) === key)
    return { injector, injects: injecting.has(key), traces, wouldInject }
  })
  return changesFor(subject, turns)
}

/** The reasons of the decision: those of parts that inject or fail; if there are none, those of parts that do not inject. */
function becauseOf(parts: readonly Part[], failed: boolean): Reason[] {
  const telling = parts.filter(part => (failed ? part.diagnostics.some(d => d.severity === 'error') : part.injection !== undefined))
  const because = (telling.length > 0 ? telling : parts).flatMap(part => part.because)
  return because.length > 0 ? because : [reason('no-webhook')]
}
