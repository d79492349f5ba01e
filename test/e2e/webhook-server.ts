// An HTTPS server on loopback for admission webhooks; a function answers, and the calls are kept.

import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { at, isObject, type Json, type JsonObject } from '../../src/lib/model/index.ts'

const TLS = join(import.meta.dirname, '../fixtures/tls')
const CERTIFICATE = readFileSync(join(TLS, 'cert.pem'))

/** What is answered to a request: the object to have instead, a refusal, nothing, or no answer at all. */
export type WebhookAnswer = { readonly object: JsonObject } | { readonly refusal: string } | 'unchanged' | 'silence'

export interface WebhookServer {
  /** The paths that were called and the names of the objects, in order. */
  readonly calls: { readonly path: string; readonly object: JsonObject }[]
  /** For a webhook that is called at the path. */
  clientConfig(path: string): JsonObject
  close(): Promise<void>
}

export async function startWebhookServer(answer: (path: string, request: JsonObject) => WebhookAnswer): Promise<WebhookServer> {
  const calls: WebhookServer['calls'] = []
  const server = createServer({ key: readFileSync(join(TLS, 'key.pem')), cert: CERTIFICATE }, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const review: Json = JSON.parse(Buffer.concat(chunks).toString())
      const asked = at(review, ['request'])
      if (!isObject(asked)) throw new Error('a review without a request')
      const path = (request.url ?? '').replace(/\?.*/, '')
      const object = isObject(asked.object) ? asked.object : {}
      calls.push({ path, object })
      const given = answer(path, asked)
      if (given === 'silence') return
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid: asked.uid, ...responseOf(given, object) } }))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = address === null || typeof address === 'string' ? 0 : address.port
  return {
    calls,
    clientConfig: path => ({ url: `https://localhost:${port}${path}`, caBundle: CERTIFICATE.toString('base64') }),
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function responseOf(given: Exclude<WebhookAnswer, 'silence'>, object: JsonObject): JsonObject {
  if (given === 'unchanged') return { allowed: true }
  if ('refusal' in given) return { allowed: false, status: { message: given.refusal, code: 403 } }
  const patch = ['metadata', 'spec'].flatMap(field => {
    const value = given.object[field]
    return value === undefined || value === object[field] ? [] : [{ op: 'add', path: `/${field}`, value }]
  })
  return { allowed: true, patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') }
}
