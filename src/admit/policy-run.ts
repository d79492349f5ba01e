// The policies of one input, ready for any number of workloads, and what is found about them along the way.

import { type Diagnostic, type FunctionConfig, type JsonObject, locate, type Resource } from '../lib/model/index.ts'
import type { Policies, PolicyEngine } from '../policies/index.ts'
import { namespaceOf, type PolicySources } from '../read/policies.ts'
import type { ReadResult } from '../read/read.ts'
import { type NamespaceFacts, namespaceLookup } from '../select/namespaces.ts'

export interface PolicyRun {
  readonly engine: PolicyEngine
  readonly policies: Policies
  readonly config: FunctionConfig
  readonly namespace: (name: string) => NamespaceFacts
  readonly annotations: ReadResult['namespaceAnnotations']
  /** The resource that holds a policy or binding. */
  readonly resourceOf: (value: JsonObject) => Resource | undefined
  /** Names of the policies that acted, or would have acted but for their conditions. */
  readonly used: Set<string>
  /** Takes findings, each once. */
  readonly report: (findings: readonly Diagnostic[]) => void
}

/**
 * Reads the policies of an input; what the API server refuses about them is reported at its place. Undefined where there is none.
 * @param engine gives the room of policies, which is loaded only here
 */
export function policyRun(given: ReadResult, engine: (() => PolicyEngine) | undefined, diagnostics: Diagnostic[]): PolicyRun | undefined {
  const { policies: sources, config, namespaces, workloads } = given
  if (sources === undefined || workloads.length === 0) return undefined
  if (engine === undefined) throw new Error('the input has MutatingAdmissionPolicies, and no engine for them was given')
  const loaded = engine()
  const byValue = new Map([...sources.policies, ...sources.bindings].map(resource => [resource.value, resource]))
  const policies = loaded.preparePolicies({
    policies: sources.policies.map(({ value }) => value),
    bindings: sources.bindings.map(({ value }) => value),
    source: { scope: sources.scope, objects: (apiVersion, kind) => parameters(sources, config, { apiVersion, kind }) },
  })
  const seen = new Set<string>()
  const run: PolicyRun = {
    engine: loaded,
    policies,
    config,
    namespace: namespaceLookup(namespaces, config),
    annotations: given.namespaceAnnotations,
    resourceOf: value => byValue.get(value),
    used: new Set(),
    report: findings => {
      for (const finding of findings) {
        const key = JSON.stringify([finding.code, finding.message, finding.resource])
        if (!seen.has(key)) diagnostics.push(finding)
        seen.add(key)
      }
    },
  }
  run.report(refusals(run))
  return run
}

function refusals({ policies, resourceOf }: PolicyRun): Diagnostic[] {
  return policies.refused.flatMap(({ value, errors }) =>
    errors.map(({ field, reason }) => {
      const resource = resourceOf(value)
      const finding: Diagnostic = { code: 'admission-policy-invalid', severity: 'error', message: `the API server refuses it: ${reason}`, field }
      return resource === undefined ? finding : locate(finding, resource)
    }),
  )
}

function parameters(sources: PolicySources, config: FunctionConfig, { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }) {
  const isNamespaced = sources.scope(apiVersion, kind) === 'Namespaced'
  return sources.objects(apiVersion, kind).map(resource => {
    const namespace = isNamespaced ? namespaceOf(resource, config) : undefined
    return { value: resource.value, name: resource.ref.name, ...(namespace === undefined ? {} : { namespace }) }
  })
}
