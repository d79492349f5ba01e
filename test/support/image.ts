// The container image without an engine's daemon and without a registry: podman and buildah build the Dockerfile as it is, on stand-ins for its two base
// images made from the Node of this machine. It proves the stages, paths, user and entry point, not that the real base images hold the same files.

import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'

const ROOT = join(import.meta.dirname, '../..')
export const IMAGE = 'localhost/inject-sidecars:test'
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
  importBase(podman, 'BUILD', standInForBuilding)
  importBase(podman, 'RUN', standInForRunning)
  // The machine's npm cache saves half a minute; without it, everything comes from the registry.
  const cache = must(podman, ['npm', 'config', 'get', 'cache']).trim()
  const volumes = existsSync(cache) ? ['--volume', `${cache}:/root/.npm`] : []
  must(podman, ['buildah', 'bud', '-q', '--isolation', 'chroot', '--pull-never', ...volumes, '-t', IMAGE, '.'])
}

/** The image that a stage of the Dockerfile starts from. */
export function baseImage(argument: 'BUILD' | 'RUN'): string {
  const base = new RegExp(`^ARG ${argument}=(\\S+)$`, 'm').exec(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'))?.[1]
  if (base === undefined) throw new Error(`the Dockerfile has no ARG ${argument}`)
  return base
}

function importBase(podman: Podman, argument: 'BUILD' | 'RUN', standIn: (root: string) => readonly string[]): void {
  const root = join(podman.folder, argument)
  const archive = `${root}.tar`
  const changes = standIn(root).flatMap(change => ['--change', change])
  must(podman, ['tar', '-C', root, '--owner=0', '--group=0', '-cf', archive, '.'])
  must(podman, ['podman', 'import', '-q', ...changes, archive, baseImage(argument)])
  rmSync(root, { recursive: true })
  rmSync(archive)
}

/** A Node with npm and a shell. Answers with the settings of the image. */
function standInForBuilding(root: string): readonly string[] {
  copyNode(root, '/usr/local/bin/node')
  for (const folder of ['usr/bin', 'bin', 'tmp', 'root']) mkdirSync(join(root, folder), { recursive: true })
  copyFileSync(commandPath('busybox'), join(root, 'bin/busybox'))
  for (const applet of APPLETS) symlinkSync('busybox', join(root, 'bin', applet))
  symlinkSync('../../bin/busybox', join(root, 'usr/bin/env'))
  cpSync(join(realpathSync(commandPath('npm')), '../..'), join(root, 'usr/local/lib/node_modules/npm'), { recursive: true })
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'))
  if (existsSync(CERTIFICATES)) {
    mkdirSync(join(root, dirname(CERTIFICATES)), { recursive: true })
    copyFileSync(CERTIFICATES, join(root, CERTIFICATES))
  }
  return [`ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}`, 'ENV PATH=/usr/local/bin:/usr/bin:/bin']
}

/** As distroless: Node, the libraries that it needs, and names of users. No shell, no other program. */
function standInForRunning(root: string): readonly string[] {
  copyNode(root, '/nodejs/bin/node')
  mkdirSync(join(root, 'tmp'))
  writeFileSync(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
  )
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n')
  return ['USER 65532', 'WORKDIR /home/nonroot', 'ENTRYPOINT ["/nodejs/bin/node"]']
}

function copyNode(root: string, path: string): void {
  const node = realpathSync(process.execPath)
  const libraries = spawnSync('ldd', [node], { encoding: 'utf8' }).stdout.match(/\/\S+/g) ?? []
  for (const [from, to] of [[node, path] as const, ...libraries.map(library => [library, library] as const)]) {
    mkdirSync(dirname(join(root, to)), { recursive: true })
    copyFileSync(from, join(root, to))
  }
  mkdirSync(join(root, 'etc'), { recursive: true })
}

function commandPath(name: string): string {
  return spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim()
}
