// The container image, built from the Dockerfile as it is, and run as kustomize, kubectl and kpt run it: by nobody, read-only, without a network.
// What stands in for the base images is in image.ts; that of the running stage holds Node and no other program.
// By itself: TAP_TIMEOUT=300 node test/surfaces/image.test.ts

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { V8_FLAGS } from '../../scripts/v8-flags.ts'
import { baseImage, buildImage, IMAGE, missingTools, newPodman, run as runIn } from '../support/image.ts'
import { example, program, ROOT, resourceList, run } from '../support/rig.ts'
import { find, kubectls, needs, shop, sidecars, tool } from '../support/tools.ts'

const missing = missingTools()
const skip = missing === undefined || process.env.CI !== undefined ? false : `${missing}: scripts/install-tools.sh installs podman`
const podman = newPodman()
const FUNCTION_CONFIG = example('sidecars.yaml').replace(/exec:\n.*\n/, `container: {image: ${IMAGE}}\n`)
const INPUT = resourceList([example('istio/config.yaml'), example('namespace.yaml'), example('web.yaml'), example('store.yaml')], FUNCTION_CONFIG)
const HARDENED = ['--network', 'none', '--read-only', '--cap-drop', 'all', '--security-opt', 'no-new-privileges']

let service: ChildProcess | undefined
process.once('exit', () => {
  service?.kill()
  // The store is a mount of its own as long as the machine runs, unless somebody ends it.
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .flatMap(line => line.split(' ')[1] ?? [])
  const own = mounts.filter(mount => mount.startsWith(podman.folder)).reverse()
  if (own.length > 0) spawnSync('umount', ['-l', ...own])
  rmSync(podman.folder, { recursive: true, force: true, maxRetries: 3 })
})

function call(command: readonly string[], input = '') {
  const { status, stdout, stderr } = runIn(podman, command, input)
  return { code: status, stdout, stderr }
}

t.test('the Dockerfile builds', { skip }, async t => {
  buildImage(podman)
  t.equal(call(['podman', 'image', 'exists', IMAGE]).code, 0)
})

t.test('it says what it is, and runs as nobody', { skip }, async t => {
  const [image] = JSON.parse(call(['podman', 'image', 'inspect', IMAGE]).stdout)
  t.match(image.Config, {
    User: '65534:65534',
    Entrypoint: ['/nodejs/bin/node', ...V8_FLAGS, '--snapshot-blob', '/inject-sidecars.blob', '/inject-sidecars.cjs'],
  })
  t.match(image.Labels, {
    'org.opencontainers.image.title': 'inject-sidecars',
    'org.opencontainers.image.description': /\S/,
    'org.opencontainers.image.source': /^https:/,
    'org.opencontainers.image.licenses': 'Apache-2.0',
  })
})

t.test('what we add to the base image is small, readable by anyone, writable by nobody, and all there is', { skip }, async t => {
  const [size = 0, baseSize = 0] = [IMAGE, baseImage('RUN')].map(name => JSON.parse(call(['podman', 'image', 'inspect', name]).stdout)[0].Size)
  const added = size - baseSize
  // docs/container.md says 12 MB.
  t.equal(added < 13e6, true, `${added} bytes`)

  const root = call(['podman', 'image', 'mount', IMAGE]).stdout.trim()
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).map(path => ({ path, stat: statSync(join(root, path)) }))
  const modeOf = (path: string) => files.find(file => file.path === path)?.stat.mode
  t.same(
    ['inject-sidecars.blob', 'inject-sidecars.cjs', 'licenses', 'licenses/LICENSE', 'licenses/THIRD_PARTY_LICENSES', 'licenses/sbom.cdx.json'].map(path => [
      path,
      modeOf(path)?.toString(8),
    ]),
    [
      ['inject-sidecars.blob', '100444'],
      ['inject-sidecars.cjs', '100444'],
      ['licenses', '40755'],
      ['licenses/LICENSE', '100444'],
      ['licenses/THIRD_PARTY_LICENSES', '100444'],
      ['licenses/sbom.cdx.json', '100444'],
    ],
  )
  const programs = files.filter(({ path, stat }) => stat.isFile() && stat.mode & 0o111 && !/\.so(?:\.|$)/.test(path)).map(({ path }) => path)
  t.same(programs, ['nodejs/bin/node'], 'no shell')
  t.equal(readFileSync(join(root, 'inject-sidecars.cjs')).equals(readFileSync(program())), true, 'the bundle is the same wherever it is built')
  call(['podman', 'image', 'unmount', IMAGE])
})

t.test('without network, capabilities, new privileges and a disk to write to, it answers as the program does, whoever runs it', { skip }, async t => {
  const wanted = run([], { input: INPUT })
  t.equal(sidecars(wanted.stdout), 2, wanted.stderr)
  for (const user of [[], ['--user', 'nobody'], ['--user', '12345:0'], ['--user', '0:0']]) {
    t.same(call(['podman', 'run', '--rm', '-i', ...HARDENED, ...user, IMAGE], INPUT), wanted, user.join(' '))
  }
})

t.test('an error is an exit code of the container, too', { skip }, async t => {
  t.match(call(['podman', 'run', '--rm', '-i', ...HARDENED, '--user', 'nobody', IMAGE], 'a: ['), { code: 1, stdout: '', stderr: /error\[yaml-syntax\]/ })
})

t.test('as a command it works on mounted files', { skip }, async t => {
  const folder = t.testdir(shop())
  const mount = `type=bind,source=${folder},destination=/work,readonly=true`
  const { code, stdout, stderr } = call(['podman', 'run', '--rm', ...HARDENED, '--mount', mount, '--workdir', '/work', IMAGE, 'inject', '.'])
  t.equal(code, 0, stderr)
  t.equal(sidecars(stdout), 2)
})

const { CONTAINERS_CONF = '', CONTAINERS_STORAGE_CONF = '' } = podman.env

/** The environment in which `docker` is podman. */
function podmanAsDocker(): Record<string, string> {
  const bin = join(podman.folder, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, 'docker'), '#!/bin/sh\nexec podman "$@"\n', { mode: 0o755 })
  // tool() puts the Node of the tests first in PATH: there is no docker.
  return { CONTAINERS_CONF, CONTAINERS_STORAGE_CONF, PATH: [bin, join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter) }
}

/** The environment in which Docker's own client talks to podman's socket; without such a client, as above. */
async function docker(): Promise<Record<string, string>> {
  if (find('docker') === undefined) return podmanAsDocker()
  const socket = join(podman.folder, 'podman.sock')
  service ??= spawn('podman', ['system', 'service', '--time=60', `unix://${socket}`], { env: podman.env, stdio: 'ignore' })
  service.unref()
  for (let waited = 0; !existsSync(socket) && waited < 100; waited++) await new Promise(resolve => setTimeout(resolve, 100))
  return { CONTAINERS_CONF, CONTAINERS_STORAGE_CONF, DOCKER_HOST: `unix://${socket}` }
}

const inContainer = () => shop({ 'sidecars.yaml': FUNCTION_CONFIG })

t.test('kustomize runs it as a container function', { skip: skip || needs('kustomize') }, async t => {
  const built = tool('kustomize', ['build', '--enable-alpha-plugins', t.testdir(inContainer())], { env: await docker() })
  t.equal(built.code, 0, built.stderr)
  t.equal(sidecars(built.stdout), 2)
})

t.test('so does the kustomize in kubectl', { skip: skip || (kubectls().length === 0 && 'kubectl is not installed') }, async t => {
  const [, kubectl = ''] = kubectls().at(-1) ?? []
  const built = tool(kubectl, ['kustomize', '--enable-alpha-plugins', t.testdir(inContainer())], { env: await docker() })
  t.equal(built.code, 0, built.stderr)
  t.equal(sidecars(built.stdout), 2)
})

function forKpt(): ReturnType<typeof shop> {
  const { 'kustomization.yaml': _, ...files } = inContainer()
  return files
}

const KPTFILE = `apiVersion: kpt.dev/v1
kind: Kptfile
metadata:
  name: shop
  annotations:
    config.kubernetes.io/local-config: "true"
pipeline:
  mutators:
  - image: ${IMAGE}
    configPath: sidecars.yaml
`

for (const runtime of ['docker', 'podman']) {
  t.test(`kpt fn render and kpt fn eval --image run it by ${runtime}`, { skip: skip || needs('kpt') }, async t => {
    const env = { ...(await docker()), KPT_FN_RUNTIME: runtime }
    const folder = t.testdir({ render: { ...forKpt(), Kptfile: KPTFILE }, eval: forKpt() })
    const rendered = tool('kpt', ['fn', 'render', '--image-pull-policy', 'Never', join(folder, 'render')], { env })
    t.equal(rendered.code, 0, rendered.stderr)
    const config = join(folder, 'eval/sidecars.yaml')
    const evaluated = tool('kpt', ['fn', 'eval', '--image-pull-policy', 'Never', '--image', IMAGE, '--fn-config', config, join(folder, 'eval')], { env })
    t.equal(evaluated.code, 0, evaluated.stderr)
    for (const package_ of ['render', 'eval']) {
      const texts = ['web.yaml', 'store.yaml'].map(file => sidecars(readFileSync(join(folder, package_, file), 'utf8')))
      t.same(texts, [1, 1], package_)
    }
  })
}

const BROKEN = example('web.yaml').replace('      labels:\n', '      annotations: {inject.istio.io/templates: nope}\n      labels:\n')

// Docker's client gets exit code 0 for every `run --rm` from the sockets of podman before 4.6 (containers/podman#18889), so that this needs podman itself.
t.test('an error in the container is an error of kustomize, with the reason', { skip: skip || needs('kustomize') }, async t => {
  const folder = t.testdir({ ...inContainer(), 'web.yaml': BROKEN })
  const { code, stdout, stderr } = tool('kustomize', ['build', '--enable-alpha-plugins', folder], { env: podmanAsDocker() })
  t.same([code, stdout], [1, ''])
  t.match(stderr, /error\[template-unknown\][\s\S]*exit status 1/)
})

t.test('and of kpt, which then changes nothing', { skip: skip || needs('kpt') }, async t => {
  const folder = t.testdir({ ...forKpt(), Kptfile: KPTFILE, 'web.yaml': BROKEN })
  const { code, stderr } = tool('kpt', ['fn', 'render', '--image-pull-policy', 'Never', folder], { env: { ...podmanAsDocker(), KPT_FN_RUNTIME: 'podman' } })
  t.equal(code, 1)
  t.match(stderr, /template "nope"/)
  t.equal(readFileSync(join(folder, 'web.yaml'), 'utf8'), BROKEN)
})

/** The name under which the documentation knows the image. */
const PUBLISHED = 'ghcr.io/inject-sidecars/inject-sidecars:v0.1'

/** Commands of docs/container.md that are not run, each with the reason. */
const NOT_RUN: readonly (readonly [command: RegExp, reason: string])[] = [
  [/^docker build -t /m, 'the first test builds the image, by buildah'],
  [/^docker buildx build /m, 'pushes to a registry'],
  [/^docker build --build-arg /m, 'a mirror of base images; the first test gives them other contents'],
  [/^gh attestation verify /m, 'needs a release'],
]

/** The sections of docs/container.md: the files that they show, and their commands. */
function sections(): { title: string; files: [path: string, text: string][]; commands: string[] }[] {
  const [intro = '', ...rest] = readFileSync(join(ROOT, 'docs/container.md'), 'utf8').split(/^## /m)
  return [intro.replace('# ', ''), ...rest].map(text => {
    const blocks = [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', block = '']) => ({ language, block }))
    return {
      title: text.split('\n')[0] ?? '',
      files: blocks.flatMap(({ language, block }) => (language === 'yaml' ? [[/^# (\S+)\n/.exec(block)?.[1] ?? '', block] as [string, string]] : [])),
      commands: blocks.flatMap(({ language, block }) => (language === 'sh' ? [block] : [])),
    }
  })
}

const isRun = (command: string) => NOT_RUN.every(([pattern]) => !pattern.test(command))
const SIDECARS =
  sections()
    .find(({ title }) => title === 'In kustomize')
    ?.files.find(([path]) => path === 'sidecars.yaml')?.[1] ?? ''

for (const { title, files, commands } of sections().filter(section => section.commands.some(isRun))) {
  const needed = commands.filter(isRun).join('')
  const absent = (/\bkpt /.test(needed) && needs('kpt')) || (/\bkubectl /.test(needed) && kubectls().length === 0 && 'kubectl is not installed')
  t.test(`docs/container.md, "${title}": the commands run`, { skip: skip || absent }, async t => {
    call(['podman', 'tag', IMAGE, PUBLISHED])
    const { 'kustomization.yaml': _, 'store.yaml': __, ...given } = shop({ 'sidecars.yaml': SIDECARS })
    const cwd = t.testdir({ ...given, 'resource-list.yaml': INPUT, 'guard.yaml': example('guard.yaml') })
    if (title !== 'In kustomize') rmSync(join(cwd, 'istio/kustomization.yaml'), { force: true })
    else writeFileSync(join(cwd, 'istio/kustomization.yaml'), 'resources: [config.yaml]\n')
    if (title !== 'The container image') rmSync(join(cwd, 'resource-list.yaml'))
    for (const [path, text] of files) writeFileSync(join(cwd, path), text)
    for (const command of commands.filter(isRun)) {
      const { code, stdout, stderr } = tool('sh', ['-ec', command], { cwd, env: await docker() })
      t.equal(code, 0, `${command}${stderr}`)
      const output = title === 'In kpt' ? readFileSync(join(cwd, 'web.yaml'), 'utf8') : stdout
      t.match(output, /sidecar\.istio\.io\/status/, command)
    }
  })
}

t.test('each reason not to run a command of docs/container.md is still one', async t => {
  const commands = sections().flatMap(section => section.commands)
  for (const [pattern, reason] of NOT_RUN) t.equal(commands.filter(command => pattern.test(command)).length, 1, reason)
  t.equal(commands.filter(isRun).length, 4)
})
