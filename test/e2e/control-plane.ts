// A real control plane on loopback: etcd, kube-apiserver and kube-controller-manager, without kubelet and scheduler. Its data and keys live in a folder of
// their own and go with it. RBAC is on; the token that comes with it belongs to an administrator.

import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { at, type JsonObject } from '../../src/lib/model/index.ts'
import { type Client, clientFor } from './client.ts'

export interface ControlPlane {
  readonly server: string
  /** An administrator's. */
  readonly client: Client
  /** A kubeconfig of the administrator, or with another token. */
  kubeconfig(token?: string): string
  /** A token of a service account that ends so many seconds from now, or before now. */
  serviceAccountToken(namespace: string, name: string, seconds: number): Promise<string>
  stop(): void
}

const VERSION = process.env.KUBERNETES_VERSION ?? 'v1.36.3'
const FOLDER = 'inject-sidecars-e2e-'
const ISSUER = 'https://kubernetes.default.svc'
const START_MS = 120_000
/** Those that make pods, and those without which they make none. */
const CONTROLLERS = [
  ...['deployment', 'replicaset', 'statefulset', 'daemonset', 'job', 'cronjob', 'replicationcontroller'],
  ...['serviceaccount', 'namespace', 'garbage-collector'],
].map(name => `${name}-controller`)

/**
 * Starts the three servers and waits until they are ready. They end with `stop`, at the latest with this process, however it ends.
 * @throws Error that says what is not installed, or shows the end of a server's log.
 */
export async function startControlPlane(): Promise<ControlPlane> {
  removeLeftFolders()
  const folder = mkdtempSync(join(tmpdir(), `${FOLDER}${process.pid}-`))
  const started: ChildProcess[] = []
  const stop = () => {
    for (const child of started.splice(0)) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  process.once('exit', stop)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  const start = (name: string, args: readonly string[]) => {
    const child = startServer({ path: executable(name), args, log: join(folder, `${name}.log`) })
    started.push(child)
    return child
  }
  try {
    return await startAll(folder, start, stop)
  } catch (error) {
    stop()
    throw error
  }
}

async function startAll(folder: string, start: (name: string, args: readonly string[]) => ChildProcess, stop: () => void): Promise<ControlPlane> {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const token = randomBytes(24).toString('hex')
  const file = (name: string, text = '') => {
    const path = join(folder, name)
    if (text !== '') writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  const [etcdPort, peerPort, port] = await freePorts(3)
  const etcd = `http://127.0.0.1:${etcdPort}`
  const peer = `http://127.0.0.1:${peerPort}`
  start('etcd', [
    `--data-dir=${file('etcd')}`,
    `--listen-client-urls=${etcd}`,
    `--advertise-client-urls=${etcd}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ])

  const server = `https://127.0.0.1:${port}`
  const api = start('kube-apiserver', [
    `--etcd-servers=${etcd}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    // It makes a certificate of its own there.
    `--cert-dir=${file('certificates')}`,
    `--token-auth-file=${file('tokens.csv', `${token},administrator,administrator,system:masters\n`)}`,
    '--authorization-mode=RBAC',
    '--allow-privileged',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--endpoint-reconciler-type=none',
    `--service-account-issuer=${ISSUER}`,
    `--service-account-signing-key-file=${file('service-account.key', keys.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString())}`,
    `--service-account-key-file=${file('service-account.pub', keys.publicKey.export({ type: 'spki', format: 'pem' }).toString())}`,
  ])
  const certificate = join(folder, 'certificates/apiserver.crt')
  const authority = await until(api, folder, async () => (existsSync(certificate) ? readFileSync(certificate, 'utf8') : undefined))
  const client = clientFor({ server, authority, token })
  await until(api, folder, async () => ((await client.request('GET', '/readyz')).status === 200 ? true : undefined))

  const kubeconfig = (other = token) => kubeconfigText(server, authority, other)
  const controllers = start('kube-controller-manager', [
    `--kubeconfig=${file('kubeconfig', kubeconfig())}`,
    `--controllers=${CONTROLLERS.join(',')}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
  ])
  // Without it no pod can be created.
  await until(controllers, folder, async () => {
    const { status } = await client.request('GET', '/api/v1/namespaces/default/serviceaccounts/default')
    return status === 200 ? true : undefined
  })
  return {
    server,
    client,
    kubeconfig,
    serviceAccountToken: async (namespace, name, seconds) => {
      const { body } = await client.request('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`)
      const serviceaccount = { name, uid: at(body, ['metadata', 'uid']) ?? '' }
      return signed({ sub: `system:serviceaccount:${namespace}:${name}`, 'kubernetes.io': { namespace, serviceaccount } }, seconds, keys.privateKey)
    },
    stop,
  }
}

/** A JSON Web Token as the API server makes them. */
function signed(claims: JsonObject, seconds: number, key: KeyObject): string {
  const exp = Math.floor(Date.now() / 1000) + seconds
  const parts = [
    { alg: 'RS256', typ: 'JWT' },
    { ...claims, iss: ISSUER, aud: [ISSUER], exp, iat: exp - 7200, nbf: exp - 7200 },
  ]
  const text = parts.map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
}

/** Folders of processes that were killed and could not remove them. */
function removeLeftFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    const id = name.startsWith(FOLDER) ? /^(\d+)-/.exec(name.slice(FOLDER.length))?.[1] : undefined
    if (id !== undefined && !existsSync(`/proc/${id}`)) rmSync(join(tmpdir(), name), { recursive: true, force: true })
  }
}

interface Server {
  readonly path: string
  readonly args: readonly string[]
  readonly log: string
}

/** Starts a server that the kernel kills when this process is gone, in whatever way it went. */
function startServer({ path, args, log }: Server): ChildProcess {
  const output = openSync(log, 'a')
  // Of the environment it gets nothing: a proxy of the user's must not come between the servers.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', path, ...args], { stdio: ['ignore', output, output], env: { PATH: process.env.PATH ?? '' } })
  closeSync(output)
  child.on('error', () => {})
  return child
}

/** Asks again and again until there is an answer; fails with the end of the log when the server has ended or takes too long. */
async function until<Answer>(child: ChildProcess, folder: string, ask: () => Promise<Answer | undefined>): Promise<Answer> {
  const deadline = Date.now() + START_MS
  let last: unknown
  while (child.exitCode === null && Date.now() < deadline) {
    try {
      const answer = await ask()
      if (answer !== undefined) return answer
    } catch (error) {
      last = error
    }
    await sleep(100)
  }
  const name = child.spawnargs
    .find(arg => arg.includes('kube-'))
    ?.split('/')
    .at(-1)
  const log = ['etcd', name].map(log => join(folder, `${log}.log`)).map(path => (existsSync(path) ? readFileSync(path, 'utf8').slice(-2000) : ''))
  throw new Error(`${name} did not become ready (${last instanceof Error ? last.message : 'no answer'})\n${log.join('\n')}`)
}

/** @throws Error that says how to install it. */
function executable(name: string): string {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'inject-sidecars-e2e', VERSION)
  const found = [cache, ...(process.env.PATH ?? '').split(delimiter)].map(folder => join(folder, name)).find(path => existsSync(path))
  if (found === undefined) throw new Error(`${name} is not installed: scripts/install-control-plane.sh installs it`)
  return found
}

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const probes = Array.from({ length: count }, () => createServer())
  for (const probe of probes) await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve))
  const ports = probes.map(probe => probe.address()).map(address => (address === null || typeof address === 'string' ? 0 : address.port))
  for (const probe of probes) await new Promise(resolve => probe.close(resolve))
  return ports
}

function kubeconfigText(server: string, authority: string, token: string): string {
  const named = (key: string, value: object) => [{ name: 'e2e', [key]: value }]
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'e2e',
    clusters: named('cluster', { server, 'certificate-authority-data': Buffer.from(authority).toString('base64') }),
    users: named('user', { token }),
    contexts: named('context', { cluster: 'e2e', user: 'e2e' }),
  })
}
