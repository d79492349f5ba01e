// matchConditions in CEL, through @marcbachmann/cel-js: Kubernetes' variables and libraries, its rules for literals, errors as ConditionError.
// Nothing imports this file at start-up: the edge hands `compileCondition` to `select` when there is a condition.

import type { ASTNode } from '@marcbachmann/cel-js'
import { Environment } from '@marcbachmann/cel-js'
import type { AdmissionRequest } from '../../lib/k8s/admission/request.ts'
import type { JsonObject } from '../../lib/model/index.ts'
import type { Condition, ConditionCompiler } from '../match-conditions.ts'
import { ConditionError } from '../match-conditions.ts'
import { registerCollections } from './collections.ts'
import { registerMacros } from './macros.ts'
import { registerNetwork } from './network.ts'
import { registerQuantity } from './quantity.ts'
import { asWritten, rewrite } from './rewrite.ts'
import { evaluateWithin, type StepBudget, stepBudget } from './steps.ts'
import { registerText } from './text.ts'
import { registerTime } from './time.ts'
import { toCel } from './values.ts'

let environment: Environment | undefined
const compiled = new Map<string, (request: AdmissionRequest, budget: StepBudget) => boolean>()

/** A compiler for one run, whose conditions share what they may cost. */
export function conditionCompiler(): ConditionCompiler {
  const budget = stepBudget()
  return expression => {
    const condition = compiledOnce(expression)
    return request => condition(request, budget)
  }
}

/**
 * Compiles a match condition once; the condition answers for a request.
 * @throws ConditionError where the API server could not compile the expression, and from the condition where it could not evaluate it
 * @example compileCondition("object.metadata.name == 'web'")(request)
 */
export function compileCondition(expression: string): Condition {
  return conditionCompiler()(expression)
}

function compiledOnce(expression: string): (request: AdmissionRequest, budget: StepBudget) => boolean {
  let condition = compiled.get(expression)
  if (condition === undefined) {
    condition = guarded('compilation error', () => compile(expression))
    compiled.set(expression, condition)
  }
  return condition
}

function compile(expression: string): (request: AdmissionRequest, budget: StepBudget) => boolean {
  environment ??= createEnvironment()
  if (/\bauthorizer\b/.test(expression.replace(/'[^']*'|"[^"]*"/g, ''))) {
    throw new Error("'authorizer' asks the API server who may do what, which is not known before the resources are applied")
  }
  const parsed = environment.parse(rewrite(expression))
  const checked = parsed.check()
  if (!checked.valid) throw checked.error
  if (checked.type !== 'bool') throw new Error(`must evaluate to bool but got ${checked.type}`)
  checkLiterals(parsed.ast, false)
  return (request, budget) => {
    const size = expression.length + JSON.stringify(request.object).length
    const evaluation = () => evaluateWithin(budget, size, () => parsed(variables(request)))
    const result: unknown = guarded(`expression '${expression}' resulted in error`, evaluation)
    if (typeof result !== 'boolean') throw new ConditionError(`expression '${expression}' resulted in error: no such overload`)
    return result
  }
}

/** Whatever the library throws, also on its own mistakes, is a failed condition: it fails the pod, and never the run. */
function guarded<Result>(what: string, run: () => Result): Result {
  try {
    return run()
  } catch (error) {
    const [message = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    throw new ConditionError(`${what}: ${asWritten(message)}`, { cause: error })
  }
}

const KIND = { group: 'string', version: 'string', kind: 'string' }
const RESOURCE = { group: 'string', version: 'string', resource: 'string' }

function createEnvironment(): Environment {
  const env = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false })
  env.registerType({ name: 'kubernetes.GroupVersionKind', schema: KIND })
  env.registerType({ name: 'kubernetes.GroupVersionResource', schema: RESOURCE })
  env.registerType({
    name: 'kubernetes.UserInfo',
    schema: { username: 'string', uid: 'string', groups: 'list<string>', extra: 'map<string, list<string>>' },
  })
  env.registerType({
    name: REQUEST,
    schema: {
      kind: 'kubernetes.GroupVersionKind',
      resource: 'kubernetes.GroupVersionResource',
      subResource: 'string',
      requestKind: 'kubernetes.GroupVersionKind',
      requestResource: 'kubernetes.GroupVersionResource',
      requestSubResource: 'string',
      name: 'string',
      namespace: 'string',
      operation: 'string',
      userInfo: 'kubernetes.UserInfo',
      dryRun: 'bool',
      options: 'dyn',
    },
  })
  env.registerOperator(`${REQUEST} == null`, () => false)
  env.registerVariable('object', 'dyn').registerVariable('oldObject', 'dyn').registerVariable('namespaceObject', 'dyn').registerVariable('request', REQUEST)
  registerMacros(env)
  registerCollections(env)
  registerText(env)
  registerQuantity(env)
  registerNetwork(env)
  registerTime(env)
  return env
}

const REQUEST = 'kubernetes.AdmissionRequest'

/** As the API server shows a request: empty fields are absent, and there is no namespace object for webhooks. */
function variables({ object, oldObject, ...request }: AdmissionRequest): Record<string, unknown> {
  const { kind, resource, subresource, name, namespace, operation, userInfo, dryRun } = request
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
    object: toCel(object),
    oldObject: toCel(oldObject),
    namespaceObject: null,
    request: toCel(Object.fromEntries(present) as JsonObject),
  }
}

/** Literals hold values of one type, except in the arguments of `format`; messages are not indexed. The checker's own rule knows no exception. */
function checkLiterals(node: unknown, free: boolean): void {
  if (Array.isArray(node)) {
    for (const child of node) checkLiterals(child, free)
    return
  }
  if (!isNode(node)) return
  if (!free && node.op === 'list') oneType(node.args)
  if (!free && node.op === 'map') {
    oneType(node.args.map(([key]) => key))
    oneType(node.args.map(([, value]) => value))
  }
  if (node.op === '[]' && typeOf(node.args[0]) === REQUEST) throw new Error("found no matching overload for '_[_]' applied to a message")
  checkLiterals(node.args, free || (node.op === 'rcall' && node.args[0] === 'format'))
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value
}

function oneType(nodes: readonly ASTNode[]): void {
  const [first] = nodes
  if (first === undefined) return
  const wanted = typeOf(first)
  for (const node of nodes) {
    const found = typeOf(node)
    if (found !== wanted && !isOpen(found) && !isOpen(wanted)) throw new Error(`expected type '${wanted}' but found '${found}'`)
  }
}

/** What has no type of its own yet, as the elements of `[]` and the value of optional.none(), fits any. */
function isOpen(type: string | undefined): boolean {
  return type === undefined || /(^|[<, ])[A-Z]([>,]|$)/.test(type)
}

function typeOf(node: ASTNode): string | undefined {
  return (node as { checkedType?: { name: string } }).checkedType?.name
}
