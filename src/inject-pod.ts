// Injects one pod as Istio's webhook does: render, merge, postprocess (istio-rules.md, 6.1). Users' own sidecars are injected without Istio's rules.

import { multierror } from './lib/go/multierror.ts'
import { annotationProblems } from './lib/istio/annotations.ts'
import { proxyImage, proxyInitImage } from './lib/istio/images.ts'
import type { InjectorConfig } from './lib/istio/injector-config.ts'
import type { ProxyConfig } from './lib/istio/mesh-types.ts'
import { inboundTrafficPolicyMode, prometheusMerge, statusPort } from './lib/istio/mesh-types.ts'
import { CLUSTER_ID_ENV, DEFAULT_CLUSTER_ID, PROXY_CONFIG_ANNOTATION } from './lib/istio/names.ts'
import { nativeSidecars, nativeSidecarsWarning } from './lib/istio/native-sidecars.ts'
import { OPENSHIFT, proxyIds } from './lib/istio/openshift.ts'
import { workloadOf } from './lib/istio/owner.ts'
import type { ProxyConfigResource } from './lib/istio/proxy-config.ts'
import { effectiveProxyConfig, holdsApplication } from './lib/istio/proxy-config.ts'
import { webhookPath } from './lib/istio/webhook-path.ts'
import type { Pod, StringMap } from './lib/k8s/pod.ts'
import { annotation, annotationsOf, labelsOf, textOf } from './lib/k8s/pod.ts'
import type { Diagnostic, Observe } from './lib/model/index.ts'
import { at, InjectError, stringAt, warning } from './lib/model/index.ts'
import type { GoValue, WorkBudget } from './lib/template/index.ts'
import { merge } from './merge/merge.ts'
import { reapplyContainers } from './merge/reapply.ts'
import { clusterEnvironment } from './postprocess/cluster-environment.ts'
import { withLeftoverIds } from './postprocess/leftover-ids.ts'
import { postprocess } from './postprocess/postprocess.ts'
import { podWarnings } from './postprocess/warnings.ts'
import { beforeInjection } from './record/before-injection.ts'
import { type IstioData, istioData, type PodData, podData, untrustedData, untrustedPodData } from './render/data.ts'
import { withoutSharedIds } from './render/openshift-ids.ts'
import type { RenderedPod } from './render/render.ts'
import { checkTemplates, render } from './render/render.ts'
import { stripPod } from './render/strip.ts'
import type { Untrusted } from './render/untrusted.ts'

export { checkTemplates }

export interface InjectPodRequest {
  /** The pod as admission sees it, decoded with its types. */
  readonly pod: Pod
  readonly injector: InjectorConfig
  /** Names of the templates to render, aliases resolved, in order. */
  readonly templates: readonly string[]
  /** The path of the webhook's URL, which may contain cluster and network. */
  readonly webhookPath?: string | undefined
  /** Every ProxyConfig of the cluster, in istiod's order. */
  readonly proxyConfigs?: readonly ProxyConfigResource[]
  readonly kubeletVersions?: readonly string[]
  /** Annotations of the pod's namespace; they count on OpenShift only. */
  readonly namespaceAnnotations?: StringMap | undefined
  /**
   * Treatment of an earlier injection: `replaced`, so that the result is that of a first injection, also with a newer configuration; or `kept`,
   * as the webhook does when it gets an injected pod. The default is `replaced`.
   */
  readonly earlierInjection?: 'replaced' | 'kept'
  /** Variables of the template function `env`. The same map for every pod, so that templates are compiled once. */
  readonly environment?: ReadonlyMap<string, string> | undefined
  /** Limits for all templates of a run together. */
  readonly budget?: WorkBudget | undefined
  /** Receives the pod after each writer; templates then report their lines, which takes longer. */
  readonly observe?: Observe | undefined
  /** The injector's name for `observe`. */
  readonly name?: string
}

export interface InjectedPod {
  readonly pod: Pod
  readonly warnings: readonly Diagnostic[]
  /** Output of each template, for `explain`. */
  readonly rendered: readonly RenderedPod[]
}

/**
 * Injects one pod as istiod would.
 * @throws InjectError with istiod's text: `annotation-invalid`, `template-parse`, `template-unknown`, `template-exec`, `template-output`, `pod-invalid`
 * @example
 * const { pod } = injectPod({ pod: decodeTyped('v1.Pod', pod), injector, templates: ['sidecar'] })
 */
export function injectPod(request: InjectPodRequest): InjectedPod {
  const { injector } = request
  const { values, mesh, compatibility } = injector
  checkTemplates(injector, request.environment)
  const received = request.earlierInjection === 'kept' ? request.pod : beforeInjection(request.pod)
  const original = injector.platform === OPENSHIFT ? withoutSharedIds(received) : received
  const proxyEnvironment = clusterEnvironment({ original, path: webhookPath(request.webhookPath ?? '').environment, values })
  const nodes = nativeSidecarsOf(request, proxyEnvironment)
  const run = prefixingErrors(TEMPLATE_FAILED, () => runTemplates({ ...request, pod: original }, nodes.native))
  const reapplied = prefixingErrors(REAPPLY_FAILED, () => reapplyContainers({ original, merged: run.merged, injected: run.injected }))
  request.observe?.({ kind: 'override' }, reapplied.pod)
  const hold = at(values, ['global', 'proxy', 'holdApplicationUntilProxyStarts']) === true
  const processed = prefixingErrors(PROCESS_FAILED, () =>
    postprocess(
      reapplied.pod,
      {
        original,
        injected: run.injected,
        revision: revisionOf(injector),
        statusPort: statusPort(mesh),
        prometheusMerge: prometheusMerge(mesh),
        rewriteProbes: at(values, ['sidecarInjectorWebhook', 'rewriteAppHTTPProbe']) === true,
        holdApplication: hold || holdsApplication(mesh, annotation(original, PROXY_CONFIG_ANNOTATION), { newest: compatibility.dropFieldsNewerThan }),
        tproxy: run.proxyConfig.interceptionMode === 'TPROXY',
        environment: proxyEnvironment,
        injectedAnnotations: injector.injectedAnnotations,
        compatibility,
      },
      request.observe,
    ),
  )
  const patched = withLeftoverIds({ received, base: original, pod: processed.pod })
  if (patched.pod !== processed.pod) request.observe?.({ kind: 'rule', rule: 'patch' }, patched.pod)
  const unclear = podWarnings({ original, workloadName: run.workloadName, pod: processed.pod })
  const warnings = [...nodes.warnings, ...unclear, ...reapplied.warnings, ...processed.warnings, ...(patched.warnings ?? [])]
  return { pod: patched.pod, warnings, rendered: run.rendered }
}

/**
 * The value of `.NativeSidecars`. istiod's own cluster is the one of the Helm values, from which the chart sets CLUSTER_ID. If the webhook's path names
 * another cluster, istiod does not know its nodes without a remote secret, and assumes that they are old (istio-rules.md, 4.5).
 */
function nativeSidecarsOf(request: InjectPodRequest, environment: ReadonlyMap<string, string>): { native: boolean; warnings: readonly Diagnostic[] } {
  const mode = request.injector.nativeSidecars
  const unknown = nativeSidecarsWarning(mode)
  const own = stringAt(request.injector.values, ['global', 'multiCluster', 'clusterName']) || DEFAULT_CLUSTER_ID
  const cluster = environment.get(CLUSTER_ID_ENV) ?? own
  if (mode !== 'auto' || cluster === own) {
    return { native: nativeSidecars(mode, request.kubeletVersions ?? []), warnings: unknown === undefined ? [] : [unknown] }
  }
  const message = `istiod may not know the nodes of cluster ${JSON.stringify(cluster)}: no native sidecar, as istiod decides then`
  const hint = 'set `istio.nativeSidecars` to Enabled or Disabled'
  return { native: false, warnings: [warning({ code: 'cluster-nodes-unknown', message, hint })] }
}

/** Renders the templates and merges them into the pod (istio-rules.md, 6.1, steps 1 to 7). */
function runTemplates(request: InjectPodRequest, native: boolean) {
  const { pod, injector, proxyConfigs = [] } = request
  const { values, mesh, compatibility, platform } = injector
  checkAnnotations(pod, injector)
  const stripped = stripPod(pod, { statusPort: statusPort(mesh), scrapeTargets: compatibility.scrapeTargets })
  const workload = workloadOf(stripped)
  const proxyConfig = proxyConfigOf(pod, injector, proxyConfigs)
  const ids = proxyIds(platform, request.namespaceAnnotations)
  const annotations = annotationsOf(stripped)
  const data: IstioData = {
    pod: stripped,
    workload,
    values,
    proxyConfig,
    mesh,
    revision: revisionOf(injector),
    nativeSidecars: native,
    proxyImage: proxyImage({ values, proxyConfig, annotations, compatibility }),
    proxyInitImage: proxyInitImage(values, annotations),
    proxyUid: ids.uid,
    proxyGid: ids.gid,
    inboundTrafficPolicyMode: inboundTrafficPolicyMode(mesh),
    compliancePolicy: injector.compliancePolicy,
  }
  const rendered = renderTemplates(request, istioData(data), untrustedData(data))
  const { pod: merged, injected } = merge({ pod, rendered, nativeSidecars: native, onMerged: templateObserver(request, rendered) })
  return { merged, injected, rendered, proxyConfig, workloadName: workload.name }
}

/** The revision of istiod, from the Helm values; the ConfigMap's name may differ (istio-rules.md, 1.1). */
function revisionOf({ values, revision }: InjectorConfig): string {
  return stringAt(values, ['revision']) || revision
}

function checkAnnotations(pod: Pod, { compatibility }: InjectorConfig): void {
  const problems = annotationProblems(annotationsOf(pod), compatibility)
  const [first] = problems
  if (first === undefined) return
  const message = multierror(problems.map(problem => problem.message)) ?? ''
  throw new InjectError({ code: 'annotation-invalid', message, field: ['metadata', 'annotations', first.annotation] })
}

function proxyConfigOf(pod: Pod, injector: InjectorConfig, resources: readonly ProxyConfigResource[]): ProxyConfig {
  return effectiveProxyConfig({
    mesh: injector.mesh,
    namespace: textOf(pod.metadata, 'namespace'),
    labels: labelsOf(pod),
    annotation: annotation(pod, PROXY_CONFIG_ANNOTATION),
    resources,
    revision: revisionOf(injector),
    newest: injector.compatibility.dropFieldsNewerThan,
  })
}

/**
 * Injects a user's own templates into a pod, without Istio's checks and pod rules; templates get no mesh configuration.
 * @throws InjectError as injectPod does
 */
export function injectOwn(request: InjectPodRequest): InjectedPod {
  const { pod, injector, environment } = request
  checkTemplates(injector, environment)
  const data: PodData = { pod, workload: workloadOf(pod), values: injector.values }
  const rendered = renderTemplates(request, podData(data), untrustedPodData(data))
  const merged = merge({ pod, rendered, nativeSidecars: false, onMerged: templateObserver(request, rendered) })
  return { pod: merged.pod, warnings: [], rendered }
}

function renderTemplates(
  { injector, templates, environment, budget, observe }: InjectPodRequest,
  data: GoValue,
  untrusted: Untrusted | undefined,
): readonly RenderedPod[] {
  return render({ set: injector, names: templates, data, environment, budget, untrusted, isTraced: observe !== undefined })
}

/** Tells the request's observer which template wrote the merged pod. */
function templateObserver({ observe, name = 'istio' }: InjectPodRequest, rendered: readonly RenderedPod[]) {
  if (observe === undefined) return undefined
  return (pod: Pod, i: number) => observe({ kind: 'template', injector: name, template: rendered[i]?.template ?? '' }, pod, rendered[i])
}

const TEMPLATE_FAILED = 'failed to run injection template: '
const REAPPLY_FAILED = 'failed to re apply container: '
const PROCESS_FAILED = 'failed to process pod: '

/** Adds istiod's name of a step to the errors in it. */
function prefixingErrors<Result>(prefix: string, step: () => Result): Result {
  try {
    return step()
  } catch (error) {
    if (!(error instanceof InjectError)) throw error
    throw new InjectError({ ...error.diagnostic, message: prefix + error.message }, { cause: error })
  }
}
