// The API server's own admission of a pod after policies and webhooks: it runs its plugins again, and refuses what they refuse, whatever the failure policies
// (docs/policies.md). What no file tells, such as a PriorityClass that is not in Git, is left to the server, as it is without policies.

import { AdmissionError, admitPod, checkLimits, defaultPod, isKnownPriorityClass } from '../lib/k8s/defaults/index.ts'
import type { Pod } from '../lib/k8s/pod.ts'
import { podFromWorkload } from '../lib/k8s/synthesise.ts'
import { at, InjectError, type JsonObject, locate, stringAt, type Workload, warning } from '../lib/model/index.ts'
import type { Admission, FailingExpression, InvocationOutcome } from '../policies/index.ts'
import { positionOfFailure } from './findings.ts'
import type { PolicyRun } from './run.ts'

/** A workload with the passes of policies over its manifest and its pod. */
export interface AfterPolicies {
  readonly run: PolicyRun
  readonly workload: Workload
  /** ServiceAccounts, PriorityClasses, RuntimeClasses and LimitRanges. */
  readonly objects: readonly JsonObject[]
  /** In the order in which they were made. */
  readonly passes: readonly Admission[]
}

/**
 * The pod after the API server's plugins; the same pod where they refuse it without policies as well.
 * @param pod with its defaults
 * @param given undefined where there is no policy
 * @throws InjectError `admission-policy-denied` where they refuse it because of a policy
 * @example readmit(defaultPod(changed), { run, workload, objects, passes: [first] })
 */
export function readmit(pod: Pod, given: AfterPolicies | undefined): Pod {
  if (given === undefined) return pod
  warnOfPriority(pod, given)
  return unlessRefused(pod, given, () => admitPod(pod, factsOf(given)))
}

/**
 * Checks the pod at the end, as the API server does before it stores it.
 * @throws InjectError `admission-policy-denied` where a policy made a container exceed a LimitRange, or gave the pod another namespace
 * @example refuseFinished(pod, { run, workload, objects, passes: [first, second] })
 */
export function refuseFinished(pod: Pod, given: AfterPolicies | undefined): void {
  if (given === undefined) return
  refuseOtherNamespace(pod, given)
  unlessRefused(pod, given, () => {
    checkLimits(pod, factsOf(given))
    return pod
  })
}

/** @throws InjectError `admission-policy-denied` where policies gave an object another namespace than that of the request */
export function refuseOtherNamespace(object: JsonObject, given: Omit<AfterPolicies, 'objects'>): void {
  const isElsewhere = (each: JsonObject) => ![undefined, '', given.workload.namespace].includes(stringAt(each, ['metadata', 'namespace']))
  const culprit = isElsewhere(object) ? lastThat(given, isElsewhere) : undefined
  if (culprit !== undefined) deny('the namespace of the provided object does not match the namespace sent on the request', given, culprit)
}

/** Reports a policy that sets an unknown priority class without the priority, which the API server has set before the policies. */
function warnOfPriority(pod: Pod, given: AfterPolicies): void {
  const { run, workload, objects } = given
  const classOf = (each: JsonObject) => stringAt(podOf(each, workload), ['spec', 'priorityClassName'])
  const [name, priority] = [classOf(pod), at(pod, ['spec', 'priority'])]
  if (name === undefined || priority === undefined || isKnownPriorityClass(name, objects)) return
  const culprit = lastThat(given, each => classOf(each) === name)
  if (culprit === undefined) return
  const message = `policy '${culprit.policy.name}' sets the priority class '${name}', which is not among the resources, on a pod with priority ${priority}: the API server rejects the pod unless the class has this priority`
  const hint = 'add the PriorityClass to the resources, and let the policy set `priority` as well or remove it with a JSONPatch'
  run.report([locate(warning({ code: 'admission-policy-denied', message, hint }), workload.resource, workload.podPath)])
}

function unlessRefused(pod: Pod, given: AfterPolicies, admit: () => Pod): Pod {
  try {
    return admit()
  } catch (error) {
    if (!(error instanceof AdmissionError)) throw error
    const culprit = lastThat(given, object => isRefused(podOf(object, given.workload), given))
    if (culprit === undefined) return pod
    const name = stringAt(pod, ['metadata', 'name']) ?? `${given.workload.resource.ref.name}-`
    return deny(`pods ${JSON.stringify(name)} is forbidden: ${error.reason}`, given, culprit)
  }
}

function isRefused(pod: Pod, given: AfterPolicies): boolean {
  try {
    checkLimits(admitPod(pod, factsOf(given)), factsOf(given))
    return false
  } catch (error) {
    if (error instanceof AdmissionError) return true
    throw error
  }
}

interface Culprit {
  readonly policy: InvocationOutcome['invocation']['policy']
  readonly failing: FailingExpression | undefined
}

/** The last mutation whose result is refused while the object before it is not. */
function lastThat({ passes }: Pick<AfterPolicies, 'passes'>, isRefused: (object: JsonObject) => boolean): Culprit | undefined {
  const carriedOut = passes.flatMap(({ outcomes }) =>
    outcomes.flatMap(({ invocation, mutations }) => mutations.map(each => ({ ...each, policy: invocation.policy }))),
  )
  const found = carriedOut.findLast(({ before, after }) => before !== after && isRefused(after) && !isRefused(before))
  if (found === undefined) return undefined
  const { policy, mutation } = found
  const written = policy.mutations[mutation]
  return { policy, failing: written && { ...written, what: `mutation ${mutation + 1}` } }
}

function deny(message: string, { run, workload }: Omit<AfterPolicies, 'objects'>, culprit: Culprit): never {
  const resource = run.resourceOf(culprit.policy.value)
  const hint = resource === undefined ? {} : { hint: positionOfFailure(resource, culprit.failing) }
  throw new InjectError(locate({ code: 'admission-policy-denied', severity: 'error', message, ...hint }, workload.resource, workload.podPath))
}

function factsOf({ objects }: AfterPolicies) {
  return { objects, complete: false }
}

/** The pod that an object is or makes. */
function podOf(object: JsonObject, { resource, podPath, namespace }: Workload): Pod {
  if (object.kind === 'Pod') return object
  return defaultPod(podFromWorkload({ ...resource.ref, namespace }, at(object, podPath) as JsonObject))
}
