// A client for the few requests that the tests make of an API server: the bodies are sent as they are given, so that the server reads the very texts that we print.

import { Agent, request as httpsRequest } from 'node:https'
import type { Json, JsonObject } from '../../src/lib/model/index.ts'
import { isObject } from '../../src/lib/model/index.ts'

export interface Answer {
  readonly status: number
  readonly body: JsonObject
}

export interface Client {
  request(method: string, path: string, body?: Body): Promise<Answer>
  /** `kubectl apply --server-side --force-conflicts --validate=strict` of one document; with `dryRun`, `--dry-run=server`. */
  apply(document: Document, options?: { readonly dryRun?: boolean }): Promise<Answer>
}

/** What the server needs to know of a manifest beside its text. */
export interface Document {
  readonly value: JsonObject
  readonly text?: string
}

interface Body {
  readonly type: string
  readonly text: string
}

export function clientFor({ server, authority, token }: { server: string; authority: string; token: string }): Client {
  const agent = new Agent({ keepAlive: true, ca: authority, maxSockets: 8 })
  const send = (method: string, path: string, body?: Body): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, accept: 'application/json', ...(body === undefined ? {} : { 'content-type': body.type }) }
      const request = httpsRequest(`${server}${path}`, { method, agent, headers }, response => {
        const chunks: Buffer[] = []
        response.on('data', chunk => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: bodyOf(Buffer.concat(chunks).toString()) }))
      })
      request.on('error', reject)
      request.end(body?.text)
    })
  return {
    request: send,
    apply: ({ value, text = JSON.stringify(value) }, { dryRun = false } = {}) =>
      send('PATCH', `${pathOf(value)}?fieldManager=e2e&force=true&fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`, {
        type: 'application/apply-patch+yaml',
        text,
      }),
  }
}

export const json = (value: Json): Body => ({ type: 'application/json', text: JSON.stringify(value) })

/** Kinds that live in no namespace. */
const CLUSTER_WIDE = new Set([
  ...['Namespace', 'Node', 'ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition'],
  ...['MutatingWebhookConfiguration', 'MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding'],
])

/** Where the server has an object: `/apis/apps/v1/namespaces/shop/deployments/web`. */
export function pathOf(value: JsonObject): string {
  const apiVersion = String(value.apiVersion)
  const kind = String(value.kind)
  const metadata = isObject(value.metadata) ? value.metadata : {}
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const namespace = CLUSTER_WIDE.has(kind) ? '' : `/namespaces/${String(metadata.namespace ?? 'default')}`
  const plural = kind.toLowerCase().replace(/y$/, 'ie').replace(/s$/, 'se')
  return `${root}${namespace}/${plural}s/${String(metadata.name)}`
}

/** Health checks answer with a word instead of an object. */
function bodyOf(text: string): JsonObject {
  try {
    const body: Json = JSON.parse(text)
    return isObject(body) ? body : { text }
  } catch {
    return { text }
  }
}
