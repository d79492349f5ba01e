// Findings about policies on a workload: refusals, facts that no file gives, and policies whose order matters.

import { type Diagnostic, InjectError, locate, type Resource, type Workload } from '../lib/model/index.ts'
import type { Admission, FailingExpression, InvocationOutcome } from '../policies/index.ts'
import { positionInExpression } from './expression-position.ts'
import type { PolicyRun } from './run.ts'

/**
 * Throws the first reason for which policies stop the object.
 * @throws InjectError if the API server would refuse the object, or if that depends on a fact that
 * is not known
 */
export function refuse(run: PolicyRun, { resource, podPath }: Workload, { failures, fatal, outcomes }: Admission): void {
  // `unknownParams` decides about parameters that no file has.
  const [failure, ...others] = failures.filter(({ missing }) => missing === undefined)
  const policy = fatal?.by.policy ?? failure?.policy
  if (policy !== undefined) {
    const message = fatal?.message ?? [failure, ...others].map(other => other?.message).join('\n')
    const place = run.resourceOf(policy.value)
    const hint = place === undefined ? {} : { hint: positionOfFailure(place, fatal === undefined ? failure?.failing : undefined) }
    throw new InjectError(locate({ code: 'admission-policy-denied', severity: 'error', message, ...hint }, resource, podPath))
  }
  const open = outcomes.find(({ result }) => result === 'unknown')
  if (open === undefined) return
  const what = unknownIn(open)
  const message = `policy '${open.invocation.policy.name}' with binding '${open.invocation.binding.name}' depends on ${what}, which is not known before deployment`
  const hint = WAYS_OUT.find(([name]) => what.startsWith(name))?.[1] ?? 'remove it from the expression'
  throw new InjectError(locate({ code: 'admission-policy-unknown', severity: 'error', message, hint }, resource, podPath))
}

function unknownIn({ conditions, mutations }: InvocationOutcome): string {
  return conditions.find(({ result }) => result === 'unknown')?.message ?? mutations.find(({ unknown }) => unknown !== undefined)?.unknown ?? ''
}

const WAYS_OUT: readonly (readonly [string, string])[] = [
  ['request.userInfo', 'set the user who applies the manifests in the function config: `cluster.request: {userInfo: {username: …, groups: […]}}`'],
  ['request.options', 'it depends on the client that applies the manifests: remove it from the expression'],
  ['params.metadata', 'the API server sets it when it stores the parameter: remove it from the expression'],
  ['authorizer', 'only the cluster knows the permissions of a user: remove it from the expression'],
  ['namespaceObject', 'add the Namespace to the resources, or its labels under `cluster.namespaces`'],
]

/**
 * Warnings about policies that may apply, depending on a namespace or parameters that are not known.
 * @throws InjectError if the function config makes that an error
 */
export function openFindings({ config, resourceOf }: PolicyRun, { resource, podPath, namespace }: Workload, { selection }: Admission): Diagnostic[] {
  const found: Diagnostic[] = []
  const say = (finding: Diagnostic, isError: boolean, otherwise: string) => {
    const located = locate(finding, resource, podPath)
    if (isError) throw new InjectError(located)
    found.push({ ...located, severity: 'warning', message: `${finding.message}; ${otherwise}` })
  }
  for (const { policy } of selection.open) {
    const message = `whether policy '${policy.name}' applies depends on labels of the namespace ${namespace}, which are not known`
    const hint = `add the Namespace ${namespace} to the resources, or its labels under \`cluster.namespaces\`, or set \`unknownNamespace\``
    say({ code: 'namespace-unknown', severity: 'error', message, hint }, config.unknownNamespace === 'Fail', 'it is skipped')
  }
  for (const { policy, binding, missing } of selection.withoutParams) {
    const message = `the parameter of policy '${policy.name}' with binding '${binding?.name}' is not among the resources: ${missing}`
    const hint = 'add it to the resources or to `sources`, or set `unknownParams: Skip` to leave such bindings out'
    const place = binding && resourceOf(binding.value)
    const at = place?.source.positionOf([...place.path, 'spec', 'paramRef'])
    say(
      { code: 'admission-policy-param-missing', severity: 'error', message, hint, ...(at === undefined ? {} : { at }) },
      config.unknownParams === 'Fail',
      'the binding is skipped',
    )
  }
  return found
}

/** Position of the expression that fails, or of the policy, for a hint. */
export function positionOfFailure(resource: Resource, failing: FailingExpression | undefined): string {
  const { source, path, ref, file } = resource
  const position =
    failing === undefined
      ? source.positionOf([...path, 'metadata', 'name'])
      : positionInExpression({ resource, field: failing.field, text: failing.expression }, { line: 1, column: 1 })
  return `${failing === undefined ? '' : `${failing.what} of `}${ref.kind} ${ref.name} is in ${file?.path ?? `${position.file}:${position.line}`}`
}
