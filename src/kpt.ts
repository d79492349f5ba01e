// The function for TypeScript pipelines on the kpt-functions SDK 0.16: `import { injectSidecars } from 'inject-sidecars/kpt'`. The SDK works with values, so
// comments, styles and the order of items are lost (docs/typescript.md).

import type { Configs, KptFunc, KubernetesObject, Result } from 'kpt-functions'
import { InjectError, inject } from './index.ts'
import type { Diagnostic, Json, JsonObject } from './lib/model/index.ts'
import { at } from './lib/model/index.ts'
import { parseDocuments } from './lib/yaml/index.ts'
import { toResult } from './write/results.ts'

/** File name for findings; results do not show it. */
const RESOURCE_LIST = '<configs>'

/**
 * Injects sidecars into the workloads of `configs`, as the KRM function does with the items of its ResourceList.
 * @param configs objects and function config; Istio's configuration must be among the objects, because `sources` cannot be read here. Findings are added to its results. If
 *   one of them is an error, no object changes, and kpt-functions' `run` exits with 1
 * @example
 * import { run } from 'kpt-functions'
 * import { injectSidecars } from 'inject-sidecars/kpt'
 * await run(injectSidecars)
 */
export const injectSidecars: KptFunc = Object.assign(injectInto, {
  usage: `
Injects sidecars into the pod templates of workloads, as Istio's admission webhook would.

The function config is a SidecarInjector or a ConfigMap; without one, the ConfigMaps of Istio among the objects decide.
`,
})

async function injectInto(configs: Configs): Promise<void> {
  const objects = configs.getAll()
  const { text, diagnostics } = answerTo(textOf(objects, configs.getFunctionConfig()))
  if (!diagnostics.some(({ severity }) => severity === 'error')) replace(configs, objects, text)
  configs.addResults(...diagnostics.map(kptResult))
}

function answerTo(text: string): { readonly text: string; readonly diagnostics: readonly Diagnostic[] } {
  try {
    const { files, diagnostics } = inject({ resourceList: { path: RESOURCE_LIST, text } })
    return { text: files[0]?.text ?? '', diagnostics }
  } catch (error) {
    // A string that no YAML can hold: half a surrogate pair.
    if (!(error instanceof InjectError)) throw error
    return { text, diagnostics: [error.diagnostic] }
  }
}

/** JSON text with escapes for the characters that YAML refuses or reads as line ends. */
function jsonText(object: KubernetesObject): string {
  return JSON.stringify(object).replace(/[\x7f-\x9f\u2028\u2029\ufeff]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The text of the ResourceList: JSON, which is YAML and keeps the order of fields, with each item on its own line so that it can be parsed and edited alone. */
function textOf(items: readonly KubernetesObject[], functionConfig: KubernetesObject | undefined): string {
  const lines = ['apiVersion: config.kubernetes.io/v1', 'kind: ResourceList', items.length === 0 ? 'items: []' : 'items:']
  for (const item of items) lines.push(`- ${jsonText(item)}`)
  if (functionConfig !== undefined) lines.push(`functionConfig: ${jsonText(functionConfig)}`)
  return `${lines.join('\n')}\n`
}

/** Replaces the changed objects in `configs`; an unchanged item stays the same object. */
function replace(configs: Configs, before: readonly KubernetesObject[], text: string): void {
  const items = at(parseDocuments({ path: RESOURCE_LIST, text })[0]?.value, ['items'])
  if (!Array.isArray(items)) throw new Error('the answer has no items')
  const known = new Map(before.map(object => [JSON.stringify(object), object]))
  configs.deleteAll()
  for (const item of items) configs.insert(known.get(JSON.stringify(item)) ?? objectOf(item))
}

/** An item as a KubernetesObject: every item was one before, and injection changes only pod templates. */
function objectOf(item: Json): KubernetesObject {
  return plain(item) as unknown as KubernetesObject
}

/** A copy that JSON can represent: without dates, undefined fields and shared parts. */
function plain(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value))
}

/** A KRM result in the form of the SDK, which has another word for warnings and requires a namespace. */
function kptResult(diagnostic: Diagnostic): Result {
  const { resourceRef, ...result } = toResult(diagnostic) as unknown as Omit<Result, 'severity'>
  const severity = diagnostic.severity === 'warning' ? 'warn' : diagnostic.severity
  return { ...result, severity, ...(resourceRef === undefined ? {} : { resourceRef: { ...resourceRef, namespace: diagnostic.resource?.namespace ?? '' } }) }
}
