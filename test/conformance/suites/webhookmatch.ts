// Which webhooks the API server would call: apiserver's ShouldCallHook against ours.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AdmissionRequest, NamespaceLabels } from '../../../src/lib/k8s/admission/request.ts'
import { labelsOf } from '../../../src/lib/k8s/admission/selectors.ts'
import type { Json, JsonObject } from '../../../src/lib/model/index.ts'
import { conditionCompiler } from '../../../src/select/condition-compiler.ts'
import { matchWebhook, readWebhook, type WebhookMatch } from '../../../src/select/webhook.ts'
import type { Suite } from '../suite.ts'
import { runCases } from '../suite.ts'

interface Case {
  readonly name: string
  readonly defaults: boolean
  readonly webhook: JsonObject
  readonly request: AdmissionRequest & { readonly namespaceObject: JsonObject | null }
  readonly matches?: boolean
  readonly error?: { readonly code: number; readonly reason: string; readonly message: string }
  readonly detail: {
    readonly namespaceSelector: boolean | 'error'
    readonly objectSelector: boolean | 'error'
    readonly rule: number | null
    readonly equivalentResource?: string
    readonly conditions?: readonly { readonly name: string; readonly result: Json; readonly error?: string }[]
  }
}

export const suites: Record<string, Suite> = {
  webhookmatch: folder => {
    const file = join(folder, 'webhookmatch.json')
    if (!existsSync(file)) return []
    const { cases = [] } = JSON.parse(readFileSync(file, 'utf8')) as { cases?: readonly Case[] }
    const compile = conditionCompiler()
    return [
      runCases(
        'webhookmatch',
        cases,
        c => c.name,
        c => check(c, () => compile),
      ),
    ]
  },
}

function check({ defaults, webhook, request, matches, error, detail }: Case, compiler: typeof conditionCompiler): string | undefined {
  const { namespaceObject } = request
  const namespace: NamespaceLabels = namespaceObject === null ? { state: 'missing', labels: new Map() } : { state: 'known', labels: labelsOf(namespaceObject) }
  const got = matchWebhook(readWebhook(webhook, { defaults }), { request, namespace, conditionCompiler: compiler })
  const wanted = error === undefined ? (matches === true ? 'yes' : 'no') : 'error'
  if (got.result !== wanted) return `wanted ${wanted}, got ${got.result}: ${got.error?.message ?? JSON.stringify(got.conditions)}`
  if (error !== undefined && error.code !== got.error?.code) return `wanted ${error.code}, got ${got.error?.code}`
  if (error !== undefined && error.reason !== got.error?.reason) return `wanted ${error.reason}, got ${got.error?.reason}`
  // The words of CEL errors are the library's own; those of the API server's own errors are compared.
  if (error !== undefined && error.code !== 403 && error.message !== got.error?.message) return `wanted "${error.message}", got "${got.error?.message}"`
  return steps(got, detail)
}

function steps(got: WebhookMatch, detail: Case['detail']): string | undefined {
  const seen = {
    namespaceSelector: verdict(got.namespace.result),
    objectSelector: verdict(got.object.result),
    rule: got.rules?.rule ?? null,
    ...(got.rules?.equivalent === undefined ? {} : { equivalentResource: got.rules.equivalent }),
  }
  for (const [key, value] of Object.entries(seen)) {
    const wanted = detail[key as keyof Case['detail']]
    if (wanted !== value) return `${key}: wanted ${wanted}, got ${value}`
  }
  for (const [i, { name, result }] of got.conditions.entries()) {
    const wanted = detail.conditions?.[i]?.result
    if (wanted !== verdict(result)) return `condition ${name}: wanted ${wanted}, got ${result}`
  }
  return undefined
}

function verdict(result: string): boolean | string {
  return result === 'yes' ? true : result === 'no' ? false : result
}
