// Connects to a cluster for the calls of `capture` and `verify`, with @kubernetes/client-node for kubeconfig and protocol.

import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type * as k8s from '@kubernetes/client-node'
import { type DiagnosticCode, InjectError } from '../../lib/model/index.ts'

export interface ConnectOptions {
  readonly kubeconfig?: string
  readonly context?: string
  /** For one request, in milliseconds. */
  readonly timeoutMs?: number
}

type Api<T extends k8s.ApiType> = new (config: k8s.Configuration) => T

/** Options of every call of a generated API, besides its parameters. */
type CallOptions = k8s.ConfigurationOptions

export interface Connection {
  readonly server: string
  readonly client: typeof k8s
  api<T extends k8s.ApiType>(type: Api<T>): T
  /** Makes one call, with timeout and retries; `what` describes it in errors: `reading Nodes`. */
  call<Result>(what: string, request: (options: CallOptions) => Promise<Result>): Promise<Result>
}

const TIMEOUT_MS = 15_000
const ATTEMPTS = 4
/** Maximum pause between attempts, even if the server asks for a longer one. */
const LONGEST_PAUSE_MS = 10_000

/**
 * Opens a connection by the user's kubeconfig ($KUBECONFIG, ~/.kube/config, or in a pod its service account).
 * Loads @kubernetes/client-node, which takes half a second; only the commands that read a cluster need it.
 *
 * @throws InjectError `cluster-unreachable` if there is no usable kubeconfig or context
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const client = await load()
  const config = new client.KubeConfig()
  try {
    if (options.kubeconfig === undefined) config.loadFromDefault()
    else config.loadFromString(readFileSync(options.kubeconfig, 'utf8'))
  } catch (error) {
    throw unreachable(`the kubeconfig cannot be read: ${textOf(error)}`, error)
  }
  if (options.context !== undefined) {
    if (!config.getContexts().some(context => context.name === options.context)) {
      throw unreachable(
        `the kubeconfig has no context "${options.context}"`,
        undefined,
        `contexts: ${
          config
            .getContexts()
            .map(context => context.name)
            .join(', ') || 'none'
        }`,
      )
    }
    config.setCurrentContext(options.context)
  }
  const server = config.getCurrentCluster()?.server
  if (server === undefined) throw unreachable('the kubeconfig has no current context with a cluster')
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
  return {
    server,
    client,
    api: type => config.makeApiClient(type),
    call: (what, request) => callWithRetries({ client, server, what, request, timeoutMs }),
  }
}

async function load(): Promise<typeof k8s> {
  try {
    return await import('@kubernetes/client-node')
  } catch (error) {
    throw unreachable(
      'the Kubernetes client is not here: this is the program without the file kubernetes-client.cjs beside it',
      error,
      'install the npm package inject-sidecars',
    )
  }
}

interface Call<Result> {
  readonly client: typeof k8s
  readonly server: string
  readonly what: string
  readonly request: (options: CallOptions) => Promise<Result>
  readonly timeoutMs: number
}

async function callWithRetries<Result>({ client, server, what, request, timeoutMs }: Call<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await request(abortAfter(timeoutMs, client))
    } catch (error) {
      const pause = attempt < ATTEMPTS ? pauseBefore(error, attempt) : undefined
      if (pause === undefined) throw explain(error, { server, what, timeoutMs })
      await sleep(pause)
    }
  }
}

/** Sets a new deadline for each attempt, on the request just before it is sent. */
function abortAfter(timeoutMs: number, { Observable }: typeof k8s): CallOptions {
  const middleware: k8s.ObservableMiddleware = {
    pre: context => {
      context.setSignal(AbortSignal.timeout(timeoutMs))
      return new Observable(Promise.resolve(context))
    },
    post: context => new Observable(Promise.resolve(context)),
  }
  return { middleware: [middleware], middlewareMergeStrategy: 'append' }
}

/** Time until another attempt, in milliseconds; undefined if another attempt would not help. */
function pauseBefore(error: unknown, attempt: number): number | undefined {
  const status = statusOf(error)
  if (status === 429 || status === 503) {
    const seconds = Number(headerOf(error, 'retry-after') ?? 1)
    return Math.min(Number.isFinite(seconds) ? Math.max(0, seconds) * 1000 : 1000, LONGEST_PAUSE_MS)
  }
  // A connection that broke may hold the next time; one that was too slow was waited for long enough.
  if (status === undefined && !isTimeout(error)) return 50 * 2 ** attempt
  return undefined
}

function explain(error: unknown, { server, what, timeoutMs }: { server: string; what: string; timeoutMs: number }): InjectError {
  const status = statusOf(error)
  if (status === undefined) {
    if (isTimeout(error)) return failure('cluster-timeout', `${server} did not answer within ${timeoutMs / 1000} s while ${what}`, error, LONGER)
    return unreachable(`${server} cannot be reached while ${what}: ${causeOf(error)}`, error)
  }
  const message = serverMessage(error)
  if (status === 401) return failure('cluster-credentials', `${server} does not accept the credentials of the kubeconfig (401) while ${what}`, error, LOG_IN)
  const right = status === 403 ? MISSING_RIGHT.exec(message)?.groups : undefined
  if (right !== undefined) {
    const { verb, resource, group } = right
    const hint = `ask for the right to ${verb} ${resource}${group === '' ? '' : `.${group}`}; docs/cluster.md lists all that are needed`
    return failure('cluster-denied', `${what} is forbidden (403): ${message}`, error, hint)
  }
  const answered = `${server} answered ${status} while ${what}: ${message}`
  if (status === 408 || status === 504) return failure('cluster-timeout', answered, error, LONGER)
  if (status === 429 || status >= 500)
    return failure('cluster-failed', answered, error, webhookHint(message) ?? 'the fault is on the side of the server; try again later')
  return failure('cluster-refused', answered, error, webhookHint(message) ?? 'a real creation would be refused in the same way')
}

const LONGER = 'give it longer with --timeout; a webhook that does not answer makes the API server wait'
const LOG_IN = 'log in again: the token or certificate may have expired; kubectl get --raw /version shows the same error'
/** Matches the message of RBAC; other responses with 403 come from admission. */
const MISSING_RIGHT = /cannot (?<verb>\w+) resource "(?<resource>[^"]+)" in API group "(?<group>[^"]*)"/

/** The hint for a refusal or failure of another webhook, whose reason is not in the manifest. */
function webhookHint(message: string): string | undefined {
  const name = /webhook "([^"]+)"/.exec(message)?.[1]
  return name === undefined ? undefined : `the cluster's webhook ${name} says so; look at its own log`
}

/** The HTTP status of an error of a request; undefined if the request got no answer. */
export function statusOf(error: unknown): number | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  // Below 100 it is the code of a DOMException, such as a deadline's.
  return typeof code === 'number' && code >= 100 ? code : undefined
}

/** The `message` of the Status object in an error's body; otherwise the body as text. */
function serverMessage(error: unknown): string {
  const body = typeof error === 'object' && error !== null && 'body' in error ? error.body : undefined
  if (typeof body === 'object' && body !== null && 'message' in body) return String(body.message)
  if (typeof body !== 'string') return textOf(error)
  try {
    const status: unknown = JSON.parse(body)
    if (typeof status === 'object' && status !== null && 'message' in status) return String(status.message)
  } catch {
    // Not a Status object: a proxy's page, shown as it is.
  }
  return body.slice(0, 300)
}

function headerOf(error: unknown, name: string): string | undefined {
  const headers = typeof error === 'object' && error !== null && 'headers' in error ? error.headers : undefined
  if (typeof headers !== 'object' || headers === null) return undefined
  const value = new Map(Object.entries(headers)).get(name)
  return typeof value === 'string' ? value : undefined
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')
}

/** The reason of a failed request, which for "fetch failed" is in its cause. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && cause.message !== '' ? cause.message : textOf(error)
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function unreachable(message: string, cause?: unknown, hint?: string): InjectError {
  return failure('cluster-unreachable', message, cause, hint)
}

function failure(code: DiagnosticCode, message: string, cause: unknown, hint?: string): InjectError {
  return new InjectError({ code, message, ...(hint === undefined ? {} : { hint }) }, { cause })
}
