// Compiles matchConditions of webhooks. The selection does not import this file: callers pass `conditionCompiler` to `select`, so that CEL is loaded only if
// there is a condition.

import { type AdmissionInput, evaluate, UNKNOWN_AUTHORIZER, webhookConditions } from '../lib/admission/index.ts'
import { COST_LIMIT, fromJson } from '../lib/cel/index.ts'
import type { AdmissionRequest } from '../lib/k8s/admission/request.ts'
import type { JsonObject } from '../lib/model/index.ts'
import type { Condition, ConditionCompiler } from './match-conditions.ts'

// Match conditions are untrusted input: the cost of all evaluations in a run is bounded, apart from a small cost that each evaluation has free.
const RUN_BUDGET = 5_000_000
const FREE = 1000

/**
 * Creates a compiler for one run, whose conditions share a cost budget. Each expression is compiled once.
 * @example conditionCompiler()("object.metadata.name == 'web'")(request, { remaining: CONDITIONS_BUDGET }) // true
 */
export function conditionCompiler(): ConditionCompiler {
  const compile = webhookConditions()
  const known = new Map<string, Condition>()
  const inputs = new WeakMap<AdmissionRequest, AdmissionInput>()
  let left = RUN_BUDGET
  const condition = (expression: string): Condition => {
    const compiled = compile(expression)
    if (!compiled.ok) return () => ({ error: compilationError(compiled.text) })
    return (request, budget) => {
      const input = inputs.get(request) ?? inputOf(request)
      inputs.set(request, input)
      const evaluated = evaluate(compiled.program, { input, budget, costLimit: Math.min(COST_LIMIT, left + FREE) })
      left -= Math.max(0, evaluated.cost - FREE)
      if (evaluated.ok) return evaluated.value === true
      return evaluated.outOfBudget === true
        ? { error: evaluated.error, outOfBudget: true }
        : { error: `expression '${expression}' resulted in error: ${evaluated.error}` }
    }
  }
  return expression => {
    let found = known.get(expression)
    if (found === undefined) {
      found = condition(expression)
      known.set(expression, found)
    }
    return found
  }
}

/** A compilation error in one line, without source excerpts. */
function compilationError(text: string): string {
  const errors = text.split('\n').filter(line => line.startsWith('ERROR: '))
  return `compilation error: ${errors.length === 0 ? text : `compilation failed: ${errors.join('; ')}`}`
}

/** The request as CEL sees it: empty fields are absent, and webhooks have no namespace object. */
function inputOf({ object, oldObject, kind, resource, subresource, name, namespace, operation, userInfo, dryRun }: AdmissionRequest): AdmissionInput {
  const shown = {
    kind,
    resource,
    subResource: subresource,
    requestKind: kind,
    requestResource: resource,
    requestSubResource: subresource,
    name,
    namespace,
    operation,
    userInfo,
    dryRun,
    options: { kind: `${operation.charAt(0)}${operation.slice(1).toLowerCase()}Options`, apiVersion: 'meta.k8s.io/v1' },
  }
  const present = Object.entries(shown).filter(([, value]) => value !== '')
  return {
    object: fromJson(object),
    oldObject: fromJson(oldObject),
    request: fromJson(Object.fromEntries(present) as unknown as JsonObject),
    namespaceObject: null,
    params: null,
    authorizer: () => UNKNOWN_AUTHORIZER,
    'authorizer.requestResource': () => UNKNOWN_AUTHORIZER,
  }
}
