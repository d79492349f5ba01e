// Prepares the policies of one input for all workloads, and collects findings about the policies.

import type { Diagnostic, FunctionConfig } from '../lib/model/index.ts'
import type { PolicyEngine } from '../policies/index.ts'
import { namespaceOf, type PolicySources } from '../read/policies.ts'
import type { ReadResult } from '../read/read.ts'
import { namespaceLookup } from '../select/namespaces.ts'
import { lintPolicies, refusals } from './policy-lint.ts'
import type { PolicyRun } from './run.ts'

/**
 * Reads and compiles the policies of an input, and reports those that the API server would refuse. Undefined if there are none.
 * @param engine returns the policy engine, which is loaded on this call
 */
export function policyRun(given: ReadResult, engine: (() => PolicyEngine) | undefined, diagnostics: Diagnostic[]): PolicyRun | undefined {
  const { policies: sources, config, namespaces } = given
  if (sources === undefined) return undefined
  if (engine === undefined) throw new Error('the input has MutatingAdmissionPolicies, and no engine for them was given')
  const loaded = engine()
  const byValue = new Map([...sources.policies, ...sources.bindings].map(resource => [resource.value, resource]))
  const byKind = new Map<string, ReturnType<typeof parameters>>()
  const policies = loaded.preparePolicies({
    policies: sources.policies.map(({ value }) => value),
    bindings: sources.bindings.map(({ value }) => value),
    source: {
      scope: sources.scope,
      objects: (apiVersion, kind) => {
        const key = `${apiVersion}/${kind}`
        const known = byKind.get(key)
        if (known !== undefined) return known
        const found = parameters(sources, config, { apiVersion, kind })
        byKind.set(key, found)
        for (const { resource } of found) byValue.set(resource.value, resource)
        return found
      },
    },
  })
  const seen = new Set<string>()
  const inInput = new Set(given.resources)
  const run: PolicyRun = {
    engine: loaded,
    policies,
    config,
    namespace: namespaceLookup(namespaces, config),
    annotations: given.namespaceAnnotations,
    resourceOf: value => byValue.get(value),
    isInInput: resource => inInput.has(resource),
    workloads: given.workloads.length,
    tried: new Map(),
    costs: new Map(),
    used: new Set(),
    report: findings => {
      for (const finding of findings) {
        const key = JSON.stringify([finding.code, finding.message, finding.resource, finding.at?.line, finding.at?.column])
        if (!seen.has(key)) diagnostics.push(finding)
        seen.add(key)
      }
    },
  }
  run.report([...refusals(run), ...lintPolicies(run)])
  return run
}

function parameters(sources: PolicySources, config: FunctionConfig, { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }) {
  const isNamespaced = sources.scope(apiVersion, kind) === 'Namespaced'
  return sources.objects(apiVersion, kind).map(resource => {
    const namespace = isNamespaced ? namespaceOf(resource, config) : undefined
    return { resource, value: resource.value, name: resource.ref.name, ...(namespace === undefined ? {} : { namespace }) }
  })
}
