// The container image, built from the Dockerfile as it is, and run as kustomize, kubectl and kpt run it: by nobody, read-only, without a network.
// What stands in for the base images is in image.ts; that of the running stage holds Node and no other program.
// By itself: TAP_TIMEOUT=300 node test/image.test.ts

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { baseImage, buildImage, IMAGE, missingTools, newPodman, run as runIn } from './image.ts'
import { example, program, resourceList, run } from './rig.ts'
import { find, kubectls, needs, shop, sidecars, tool } from './tools.ts'

const missing = missingTools()
const skip = missing === undefined || process.env.CI !== undefined ? false : `${missing}: scripts/install-tools.sh installs podman`
const podman = newPodman()
const FUNCTION_CONFIG = example('sidecars.yaml').replace(/exec:\n.*\n/, `container: {image: ${IMAGE}}\n`)
const INPUT = resourceList([example('istio/config.yaml'), example('namespace.yaml'), example('web.yaml'), example('store.yaml')], FUNCTION_CONFIG)
const HARDENED = ['--network', 'none', '--read-only', '--cap-drop', 'all', '--security-opt', 'no-new-privileges']

let service: ChildProcess | undefined
process.once('exit', () => {
  service?.kill()
  // The overlay's mounts are gone with the containers; what is left are files.
  rmSync(podman.folder, { recursive: true, force: true })
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
  t.match(image.Config, { User: '65534:65534', Entrypoint: ['/nodejs/bin/node', '/inject-sidecars.cjs'] })
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
  // docs/container.md says 1.5 MB.
  t.equal(added < 2e6, true, `${added} bytes`)

  const root = call(['podman', 'image', 'mount', IMAGE]).stdout.trim()
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).map(path => ({ path, stat: statSync(join(root, path)) }))
  const modeOf = (path: string) => files.find(file => file.path === path)?.stat.mode
  t.same(
    ['inject-sidecars.cjs', 'licenses', 'licenses/LICENSE', 'licenses/THIRD_PARTY_LICENSES', 'licenses/sbom.cdx.json'].map(path => [
      path,
      modeOf(path)?.toString(8),
    ]),
    [
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

/** The environment in which `docker` reaches podman: Docker's own client where there is one, else podman under its name. */
async function dockerEnvironment(): Promise<Record<string, string>> {
  const { CONTAINERS_CONF = '', CONTAINERS_STORAGE_CONF = '' } = podman.env
  const env = { CONTAINERS_CONF, CONTAINERS_STORAGE_CONF }
  const socket = join(podman.folder, 'podman.sock')
  if (find('docker') === undefined) {
    const bin = join(podman.folder, 'bin')
    mkdirSync(bin, { recursive: true })
    writeFileSync(join(bin, 'docker'), '#!/bin/sh\nexec podman "$@"\n', { mode: 0o755 })
    return { ...env, PATH: [bin, process.env.PATH].join(delimiter) }
  }
  service ??= spawn('podman', ['system', 'service', '--time=60', `unix://${socket}`], { env: podman.env, stdio: 'ignore' })
  service.unref()
  for (let waited = 0; !existsSync(socket) && waited < 100; waited++) await new Promise(resolve => setTimeout(resolve, 100))
  return { ...env, DOCKER_HOST: `unix://${socket}` }
}

const inContainer = () => shop({ 'sidecars.yaml': FUNCTION_CONFIG })

t.test('kustomize runs it as a container function', { skip: skip || needs('kustomize') }, async t => {
  const built = tool('kustomize', ['build', '--enable-alpha-plugins', t.testdir(inContainer())], { env: await dockerEnvironment() })
  t.equal(built.code, 0, built.stderr)
  t.equal(sidecars(built.stdout), 2)
})

t.test('so does the kustomize in kubectl', { skip: skip || (kubectls().length === 0 && 'kubectl is not installed') }, async t => {
  const [, kubectl = ''] = kubectls().at(-1) ?? []
  const built = tool(kubectl, ['kustomize', '--enable-alpha-plugins', t.testdir(inContainer())], { env: await dockerEnvironment() })
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
    const env = { ...(await dockerEnvironment()), KPT_FN_RUNTIME: runtime }
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
