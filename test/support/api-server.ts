// A stand-in for an API server on loopback that speaks the real protocol: TLS, bearer tokens, Status objects, and the ways to fail.

import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Json } from '../../src/lib/model/index.ts'

const TLS = join(import.meta.dirname, '../fixtures/tls')
export const TOKEN = 'a-token-that-is-only-a-test'

/** How the server treats a request: an object is answered with 200; the others fail as named. */
export type Answer = { readonly body: Json } | { readonly status: number; readonly message: string; readonly retryAfter?: number } | 'silence' | 'hang-up'

export interface ApiServer {
  readonly requests: string[]
  /** A kubeconfig that reaches it. */
  readonly kubeconfig: string
  close(): Promise<void>
}

/** `answer` is asked for each request, e.g. `GET /api/v1/nodes`, with the number of times it was asked before. */
export async function startApiServer(answer: (request: string, count: number, body: string) => Answer): Promise<ApiServer> {
  const requests: string[] = []
  const server: Server = createServer({ key: readFileSync(join(TLS, 'key.pem')), cert: readFileSync(join(TLS, 'cert.pem')) }, (request, response) => {
    const name = `${request.method} ${request.url?.split('?')[0]}`
    const count = requests.filter(earlier => earlier.split('?')[0] === name).length
    requests.push(`${request.method} ${request.url}`)
    let body = ''
    request.on('data', chunk => {
      body += chunk
    })
    request.on('end', () => {
      const given: Answer = request.headers.authorization === `Bearer ${TOKEN}` ? answer(name, count, body) : { status: 401, message: 'Unauthorized' }
      if (given === 'silence') return
      if (given === 'hang-up') {
        request.socket.destroy()
        return
      }
      const failed = 'status' in given
      const retry = failed && given.retryAfter !== undefined ? { 'retry-after': String(given.retryAfter) } : {}
      response.writeHead(failed ? given.status : 200, { 'content-type': 'application/json', ...retry })
      response.end(JSON.stringify(failed ? { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: given.message, code: given.status } : given.body))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    requests,
    kubeconfig: kubeconfig(`https://localhost:${port}`, TOKEN),
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

export function kubeconfig(server: string, token: string): string {
  const ca = readFileSync(join(TLS, 'cert.pem')).toString('base64')
  return `apiVersion: v1
kind: Config
current-context: test
clusters:
- name: test
  cluster: {server: "${server}", certificate-authority-data: ${ca}}
users:
- name: test
  user: {token: ${token}}
contexts:
- name: test
  context: {cluster: test, user: test}
`
}
