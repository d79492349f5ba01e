// Exports a user's own injector as MutatingAdmissionPolicies with bindings, for pods that never pass through Git (docs/policies.md).

import type { JsonObject, OwnInjector } from '../lib/model/index.ts'
import type { FuncMap, GoValue } from '../lib/template/index.ts'
import { configurationOf } from './configuration.ts'
import { brackets } from './format.ts'
import { operationsCel } from './operations.ts'
import type { Output } from './output.ts'
import { refuse } from './refuse.ts'
import { Inexpressible } from './scalars.ts'
import { type Selection, selectionOf } from './selection.ts'
import { celText } from './symbol.ts'
import { templateTree } from './template-tree.ts'

export interface InjectorToExport {
  readonly injector: OwnInjector
  /** The templates that it renders, aliases resolved, in order. */
  readonly templates: readonly { readonly name: string; readonly text: string }[]
  /** `.Values`. */
  readonly values: GoValue
  /** The functions of injection templates. */
  readonly funcs: FuncMap
}

const API_VERSION = 'admissionregistration.k8s.io/v1'

/**
 * One policy and binding for each entry of the injector's webhooks, with the result of rendering: the same containers in the same order.
 * @throws InjectError `policy-export-refused` with the construct and its line, `template-parse`
 * @example exportInjector({ injector, templates, values, funcs }).map(({ kind }) => kind) // ['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding']
 */
export function exportInjector(given: InjectorToExport): readonly JsonObject[] {
  const { injector, templates } = given
  const before = new Map<string, Set<string>>()
  const mutations = templates.flatMap(template => mutationsOf(template, given, before))
  return injector.webhooks.flatMap((webhook, i) => {
    const name = i === 0 ? injector.name : `${injector.name}-${i + 1}`
    const selection = inTemplate({ name: templates[0]?.name ?? '', text: '' }, () => selectionOf(injector, webhook, before))
    return [policy(name, { selection, mutations, before }), binding(name)]
  })
}

function mutationsOf(template: InjectorToExport['templates'][number], { values, funcs }: InjectorToExport, before: Map<string, Set<string>>): JsonObject[] {
  const { name, text } = template
  return inTemplate(template, () => {
    const tree = templateTree({ name, text, values, funcs })
    if (tree.fields.size === 0) return []
    const output: Output = { operations: [], added: new Map(), before: new Map([...before].map(([list, names]) => [list, new Set(names)])) }
    const configuration = configurationOf(tree, output)
    const operations = operationsCel(output)
    for (const [list, names] of output.added) before.set(list, new Set([...(before.get(list) ?? []), ...names]))
    const isEmpty = /^Object\{(?:spec: Object\.spec\{\}|metadata: Object\.metadata\{\}|, )*\}$/.test(configuration)
    return [
      ...(isEmpty ? [] : [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: `${configuration}\n` } }]),
      ...(operations === undefined ? [] : [{ patchType: 'JSONPatch', jsonPatch: { expression: `${operations}\n` } }]),
    ]
  })
}

function inTemplate<Result>({ name, text }: { readonly name: string; readonly text: string }, run: () => Result): Result {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof Inexpressible)) throw error
    throw refuse(error.message, { template: name, text, offset: offsetOf(text, error.message) })
  }
}

/** The offset in a template of the last field in the path at the start of a message. */
function offsetOf(text: string, message: string): number {
  const field = /\b(?:spec|metadata)[^ ]*\.(\w+)/.exec(message)?.[1] ?? /\bnew (\w+)/.exec(message)?.[1]
  const found = field === undefined ? -1 : text.search(new RegExp(`\\b${field}:`))
  return Math.max(0, found)
}

function policy(
  name: string,
  {
    selection,
    mutations,
    before,
  }: { readonly selection: Selection; readonly mutations: readonly JsonObject[]; readonly before: ReadonlyMap<string, ReadonlySet<string>> },
): JsonObject {
  const { matchConstraints, matchConditions, failurePolicy, reinvocationPolicy } = selection
  const texts = JSON.stringify(mutations)
  const variables = ['containers', 'initContainers']
    .filter(list => texts.includes(`variables.${list}`))
    .map(list => ownContainers(list, [...(before.get(list) ?? [])]))
  return {
    apiVersion: API_VERSION,
    kind: 'MutatingAdmissionPolicy',
    metadata: { name },
    spec: {
      failurePolicy,
      reinvocationPolicy,
      matchConstraints,
      ...(matchConditions.length === 0 ? {} : { matchConditions: matchConditions.map(condition => ({ ...condition })) }),
      ...(variables.length === 0 ? {} : { variables }),
      mutations: [...mutations],
    },
  }
}

/** The pod's own containers, also after others were added. */
function ownContainers(list: string, added: readonly string[]): JsonObject {
  const all = list === 'containers' ? 'object.spec.containers' : 'object.spec.?initContainers.orValue([])'
  return { name: list, expression: added.length === 0 ? all : `${all}.filter(c, !(c.name in ${brackets(added.map(celText))}))` }
}

function binding(name: string): JsonObject {
  return { apiVersion: API_VERSION, kind: 'MutatingAdmissionPolicyBinding', metadata: { name }, spec: { policyName: name } }
}
