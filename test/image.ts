// The container image without an engine's daemon and without a registry: podman and buildah build the Dockerfile as it is, on stand-ins for its two base
// images made from the Node of this machine. It proves the stages, paths, user and entry point, not that the real base images hold the same files.

import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'

const ROOT = join(import.meta.dirname, '..')
export const IMAGE = 'localhost/inject-sidecars:test'
const BASES = /^ARG (?:BUILD|RUN)=(\S+)$/gm
const APPLETS = ['sh', 'ls', 'cat', 'cp', 'mv', 'rm', 'mkdir', 'env', 'chmod', 'chown', 'ln', 'test', 'uname', 'id', 'sed', 'dirname', 'readlink']
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'

export interface Podman {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
}

export interface Run {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Why images cannot be built here; undefined when they can. */
export function missingTools(): string | undefined {
  const missing = ['podman', 'buildah', 'runc', 'busybox'].filter(tool => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0)
  return missing.length === 0 ? undefined : `${missing.join(', ')} not installed`
}

/** A private store below a temporary folder: nothing on the machine is configured or left behind. */
export function newPodman(): Podman {
  const folder = mkdtempSync(join(tmpdir(), 'inject-sidecars-image-'))
  writeFileSync(
    join(folder, 'containers.conf'),
    '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n',
  )
  writeFileSync(join(folder, 'storage.conf'), `[storage]\ndriver = "overlay"\ngraphroot = "${folder}/store"\nrunroot = "${folder}/run"\n`)
  const env = { ...process.env, CONTAINERS_CONF: join(folder, 'containers.conf'), CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf') }
  return { folder, env }
}

export function run(podman: Podman, command: readonly string[], input = ''): Run {
  const [program = '', ...args] = command
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: ROOT, env: podman.env, input, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (error) throw error
  return { status: status ?? 1, stdout, stderr }
}

function must(podman: Podman, command: readonly string[]): string {
  const { status, stdout, stderr } = run(podman, command)
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr.slice(-2000)}`)
  return stdout
}

/** Imports the stand-ins under the names that the Dockerfile's FROM lines use, and builds it. */
export function buildImage(podman: Podman): void {
  const bases = [...readFileSync(join(ROOT, 'Dockerfile'), 'utf8').matchAll(BASES)].map(match => match[1] ?? '')
  const root = join(podman.folder, 'base')
  standIn(root)
  const archive = join(podman.folder, 'base.tar')
  must(podman, ['tar', '-C', root, '-cf', archive, '.'])
  const changes = [`ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}`, 'ENV PATH=/usr/local/bin:/usr/bin:/bin'].flatMap(change => ['--change', change])
  for (const base of bases) must(podman, ['podman', 'import', '-q', ...changes, archive, base])
  must(podman, ['buildah', 'bud', '-q', '--isolation', 'chroot', '--pull-never', '-t', IMAGE, '.'])
}

function standIn(root: string): void {
  const node = join(ROOT, 'node_modules/node/bin/node')
  const npm = join(realpathSync(commandPath('npm')), '../..')
  for (const folder of ['usr/local/bin', 'usr/local/lib/node_modules', 'usr/bin', 'bin', 'etc/ssl/certs', 'tmp', 'root', 'lib64', 'nodejs/bin']) {
    mkdirSync(join(root, folder), { recursive: true })
  }
  copyFileSync(node, join(root, 'usr/local/bin/node'))
  symlinkSync('/usr/local/bin/node', join(root, 'nodejs/bin/node'))
  for (const [library] of spawnSync('ldd', [node], { encoding: 'utf8' }).stdout.matchAll(/\/\S+/g)) {
    mkdirSync(dirname(join(root, library)), { recursive: true })
    copyFileSync(library, join(root, library))
  }
  const busybox = commandPath('busybox')
  copyFileSync(busybox, join(root, 'bin/busybox'))
  for (const applet of APPLETS) symlinkSync('busybox', join(root, 'bin', applet))
  symlinkSync('../../bin/busybox', join(root, 'usr/bin/env'))
  cpSync(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true })
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'))
  if (existsSync(CERTIFICATES)) copyFileSync(CERTIFICATES, join(root, CERTIFICATES))
  writeFileSync(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n',
  )
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnode:x:1000:\nnogroup:x:65534:\n')
}

function commandPath(name: string): string {
  return spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim()
}
