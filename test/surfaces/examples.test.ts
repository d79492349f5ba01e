// The examples: what the README of each tells people to run, run in a clone of the repository, shows the diff that stands beside it.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { at } from '../../src/lib/model/index.ts'
import { parseDocuments } from '../../src/lib/yaml/index.ts'
import { clone, missing, shell } from '../support/clone.ts'
import { ROOT } from '../support/rig.ts'
import { build, filesBelow, filesDiff, find, kinds, needs, sidecars, tool } from '../support/tools.ts'

const EXAMPLES = join(ROOT, 'examples')

/** The commands of the section "Run". */
function commandsOf(readme: string): string | undefined {
  return /^## Run\n.*?^```sh\n(.*?)^```$/ms.exec(readme)?.[1]
}

const examples = readdirSync(EXAMPLES, { withFileTypes: true }).flatMap(entry => (entry.isDirectory() ? [entry.name] : []))

t.test('every example has a README and the diff that it makes', async t => {
  t.equal(examples.length > 6, true)
  for (const name of examples) for (const file of ['README.md', 'expected.diff']) t.equal(existsSync(join(EXAMPLES, name, file)), true, `${name}/${file}`)
})

for (const name of examples) {
  const readme = readFileSync(join(EXAMPLES, name, 'README.md'), 'utf8')
  const commands = commandsOf(readme)
  // The others are those of test/program/own-sidecars.test.ts.
  if (commands === undefined) continue
  t.test(`${name}: the commands of its README show the expected diff`, { skip: missing(commands) }, async t => {
    const { code, stdout, stderr } = shell(commands, clone(t.testdir({})))
    t.match(stdout, name.startsWith('policy-') ? /^\+ +(?:- )?(?:image|value): /m : /^\+ +(?:- )?name: (?:istio-proxy|log-shipper)$/m, stderr)
    t.equal(code === 0 || code === 1, true, stderr)
    const file = join(EXAMPLES, name, 'expected.diff')
    const expected = existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (process.env.UPDATE !== undefined) writeFileSync(file, stdout)
    t.equal(stdout, expected)
  })
}

t.test('every YAML file of the examples can be read', async t => {
  const files = [...filesBelow(EXAMPLES)].filter(([path]) => /\.ya?ml$/.test(path) && !path.includes('templates/'))
  t.equal(files.length > 20, true)
  for (const [path, text] of files) t.equal(parseDocuments({ path, text }).length > 0, true, path)
})

t.test('argocd: the command of the plugin renders the application, with sidecars and without the guard', { skip: needs('kustomize') }, async t => {
  const { root, env } = clone(t.testdir({}))
  const path = join(root, 'examples/argocd/plugin.yaml')
  const [document] = parseDocuments({ path, text: readFileSync(path, 'utf8') })
  const command = at(document?.value, ['spec', 'generate', 'command'])
  const [name = '', ...args] = Array.isArray(command) ? command.map(String) : []
  const { code, stdout, stderr } = tool(name, args, { cwd: join(root, 'examples/argocd/app'), env })
  t.equal(code, 0, stderr)
  t.same([kinds(stdout), sidecars(stdout)], [['Deployment'], 1])
})

t.test('argocd: both ways of installing it build, and mount what they name', { skip: needs('kustomize') }, async t => {
  for (const folder of ['argocd', 'argocd/in-repo-server']) {
    const { code, stdout, stderr } = build(join(EXAMPLES, folder), [])
    t.equal(code, 0, stderr)
    const server = parseDocuments({ path: folder, text: stdout }).find(({ value }) => at(value, ['kind']) === 'Deployment')?.value
    const pod = at(server, ['spec', 'template', 'spec'])
    const list = (name: string) => {
      const found = at(pod, [name])
      return Array.isArray(found) ? found : []
    }
    const volumes = list('volumes').map(volume => at(volume, ['name']))
    const mounts = [...list('containers'), ...list('initContainers')].flatMap(container => {
      const found = at(container, ['volumeMounts'])
      return Array.isArray(found) ? found.map(mount => at(mount, ['name'])) : []
    })
    t.equal(mounts.length > 3, true)
    const sources = list('volumes')
      .map(volume => at(volume, ['configMap', 'name']))
      .filter(name => name !== undefined)
    t.equal(
      sources.every(name => stdout.includes(`\nmetadata:\n  name: ${String(name)}\n`)),
      true,
    )
    for (const mount of mounts) t.equal(volumes.includes(mount), true, `${folder}: ${mount}`)
  }
})

const RENDER = 'sh examples/flux/render.sh examples/flux/apps examples/flux/rendered'
const COUNT = 'git rev-list --count HEAD'

t.test('flux: what is rendered already is not committed again', { skip: needs('kustomize') }, async t => {
  const repository = clone(t.testdir({}))
  t.equal(shell(`${RENDER}\n${RENDER}\n${COUNT}\ngit status --porcelain --untracked-files=no`, repository).stdout, '2\n')
})

const breakages: [name: string, file: string, from: RegExp, to: string, message: RegExp][] = [
  ['an error of the function', 'web.yaml', / {6}labels:\n/, '      annotations: {inject.istio.io/templates: nope}\n      labels:\n', /template-unknown/],
  ['a function that did not run', 'kustomization.yaml', /transformers:\n- sidecars.yaml\n/, '', /the function did not run/],
]
for (const [name, file, from, to, message] of breakages) {
  t.test(`flux: ${name} leaves everything as it was`, { skip: needs('kustomize') }, async t => {
    const repository = clone(t.testdir({}))
    const folder = join(repository.root, 'examples/flux')
    const path = join(folder, 'apps/shop', file)
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))
    const before = filesBelow(join(folder, 'rendered'))
    const { code, stderr } = shell(RENDER, repository)
    t.equal(code, 1)
    t.match(stderr, message)
    t.equal(filesDiff(before, filesBelow(join(folder, 'rendered'))), '')
    t.equal(shell(COUNT, repository).stdout, '1\n')
  })
}

const HELM_4 = find('helm4') === undefined ? 'Helm 4 is not installed: HELM_4=1 scripts/install-tools.sh installs it' : false

t.test('helm: the plugin for Helm 4 gives what Helm 3 gives', { skip: HELM_4 || needs('helm') }, async t => {
  const repository = clone(t.testdir({}))
  const [three = '', four = ''] = [...readFileSync(join(EXAMPLES, 'helm/README.md'), 'utf8').matchAll(/^```sh\n(.*?)^```$/gms)].map(match => match[1])
  shell(`${three.replace(/^diff.*\n/m, '')}mv injected.yaml three.yaml`, repository)
  const { code, stderr } = shell(`${four.replace(/^helm/gm, 'helm4')}\ndiff -B three.yaml injected.yaml`, repository)
  t.equal(code, 0, stderr)
  t.equal(sidecars(readFileSync(join(repository.root, 'injected.yaml'), 'utf8')), 1)
})

t.test('helm: an error of the post-renderer fails helm', { skip: needs('helm') }, async t => {
  const repository = clone(t.testdir({}))
  const path = join(repository.root, 'examples/helm/sidecars.yaml')
  writeFileSync(path, readFileSync(path, 'utf8').replace('kind: Deployment', 'kind: DaemonSet'))
  const { code, stderr } = shell(commandsOf(readFileSync(join(EXAMPLES, 'helm/README.md'), 'utf8')) ?? '', repository)
  t.equal(code, 1)
  t.match(stderr, /error\[expectation-violated\]: no workload with kind DaemonSet/)
})

t.test('npm run example shows the diff that injection makes, without any other tool', async t => {
  const { code, stdout, stderr } = tool('node', ['scripts/example.ts'])
  t.equal(code, 0, stderr)
  t.match(stdout, /^\+\+\+ .*store\.yaml$/m)
  t.match(stdout, /^\+\+\+ .*web\.yaml$/m)
  t.equal(stdout.match(/^\+ +- name: istio-proxy$/gm)?.length, 2)
  t.match(stdout, /^ +cpu: 2000m # stays as written$/m)
  t.same(
    stdout.match(/^-(?!--).*/gm)?.map(line => line.slice(1).trim()),
    ['path: /ready', 'port: http'],
  )
})
