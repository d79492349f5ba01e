// Applies the MutatingAdmissionPolicies of an input to a workload's manifest and to the pod that its controller would create.

import { controllerIdentity } from '../lib/k8s/admission/controllers.ts'
import type { NamespaceLabels } from '../lib/k8s/admission/request.ts'
import { requestNames } from '../lib/k8s/admission/resources.ts'
import { withoutServerFields, withServerFields } from '../lib/k8s/admission/server-fields.ts'
import { withoutTokenVolume, withTokenVolume } from '../lib/k8s/token-volume.ts'
import { type AdmissionTrace, equal, type JsonObject, stringAt, type Workload } from '../lib/model/index.ts'
import type { Admission, PolicyRequest } from '../policies/index.ts'
import { behaviourFindings } from './behaviour.ts'
import { openFindings, refuse } from './findings.ts'
import { noteCosts } from './policy-lint.ts'
import { withReadableMessages } from './readable-messages.ts'
import type { PolicyRun } from './run.ts'
import { admissionTraces } from './traces.ts'

/** An object after the policies, with the findings about it. */
export interface Admitted {
  readonly object: JsonObject
  readonly traces: () => readonly AdmissionTrace[]
  readonly pass: Admission
}

export interface Subject {
  readonly workload: Workload
  /** With the API server's defaults, and for a pod what its own admission adds. */
  readonly object: JsonObject
  /** The API server's defaults for the object's kind. */
  readonly defaults: (object: JsonObject, known?: JsonObject) => JsonObject
  /** The pass before. */
  readonly after?: Admission
}

/**
 * The manifest or pod after the policies; undefined if no policy matches its kind. A pod has the volume of its account's token while they run.
 * @throws InjectError `admission-policy-denied` if the API server would refuse the object, `admission-policy-unknown` if that depends on something that
 * no file says, `namespace-unknown`, `admission-policy-param-missing`
 * @example admitObject(run, { workload, object: pod, defaults: defaultObject })?.object // the pod after the policies
 */
export function admitObject(run: PolicyRun, { workload, object, defaults, after }: Subject): Admitted | undefined {
  const names = requestNames(stringAt(object, ['apiVersion']) ?? '', stringAt(object, ['kind']) ?? '')
  if (names === undefined || !run.engine.concerns(run.policies, names.resource, workload.namespace)) return undefined
  const isPod = names.resource.resource === 'pods'
  const request = requestFor(run, workload, { ...names, object: asRequested(object) })
  const defaulted: typeof defaults = (changed, known) => withServerFields(defaults(changed, known), changed.status)
  const pass = withReadableMessages(run.engine.admit(run.policies, request, { defaults: defaulted, ...(after === undefined ? {} : { after }) }), request.object)
  const { invocations, withoutParams, open } = pass.selection
  for (const { policy } of [...invocations, ...withoutParams, ...open]) run.used.add(policy.name)
  refuse(run, workload, pass)
  run.report(openFindings(run, workload, pass))
  noteCosts(run, workload, pass.outcomes)
  if (after === undefined) run.report(behaviourFindings({ run, request, defaults: defaulted, pass }))
  const traces = () => admissionTraces(pass, { resourceOf: run.resourceOf, of: isPod ? 'pod' : 'manifest', pass: after === undefined ? 1 : 2 })
  return { object: withoutServerFields(withoutTokenVolume(pass.object)), traces, pass }
}

/** An object as the API server has it while policies run. */
function asRequested(object: JsonObject): JsonObject {
  const seen = withServerFields(object)
  return object.kind === 'Pod' ? withTokenVolume(seen) : seen
}

/** Whether a second pass follows, after the object became `object`. */
export function needsSecondPass({ pass, object: before }: Admitted, object: JsonObject): boolean {
  return pass.needsSecondPass || !equal(before, object)
}

function requestFor(
  { config, namespace, annotations }: PolicyRun,
  workload: Workload,
  { object, ...names }: Pick<PolicyRequest, 'object'> & Names,
): PolicyRequest {
  const facts = namespace(workload.namespace)
  const isKnown = facts.labels.state === 'known'
  const labels: NamespaceLabels = !isKnown && config.unknownNamespace === 'NoLabels' ? { ...facts.labels, state: 'known' } : facts.labels
  const controller = controllerIdentity(stringAt(object, ['metadata', 'ownerReferences', 0, 'kind']))
  const userInfo = controller ?? config.cluster.request?.userInfo
  const namespaceObject = { labels: Object.fromEntries(facts.labels.labels), annotations: { ...annotations(workload.namespace) } }
  const name = stringAt(object, ['metadata', 'name']) ?? ''
  return {
    object,
    request: { ...names, operation: 'CREATE', subresource: '', name, namespace: workload.namespace, dryRun: false },
    labels,
    ...(isKnown ? { namespaceObject } : {}),
    ...(userInfo === undefined ? {} : { userInfo }),
    // Controllers set no more than this.
    ...(controller === undefined ? {} : { options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' } }),
  }
}

type Names = Pick<PolicyRequest['request'], 'kind' | 'resource'>
