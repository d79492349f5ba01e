// `verify --pods`: running pods from a file or a pipe, and the three forms of the report.

import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { FUNCTION_CONFIG, MESH } from '../e2e/render.ts'
import { generateWorkloads } from '../e2e/workloads.ts'
import { bounded } from '../support/bounded.ts'
import { type Outcome, ROOT, run } from '../support/rig.ts'

const PODS = readFileSync(join(ROOT, 'test/fixtures/running-pods.json'), 'utf8')
const APPS = generateWorkloads(16)
  .map(({ text }) => text)
  .join('---\n')
const OLD = PODS.replaceAll('mesh/proxy:1.31.0', 'mesh/proxy:1.30.9')

const FOLDER = t.testdir({
  apps: { 'apps.yaml': APPS, 'mesh.yaml': MESH },
  'config.yaml': FUNCTION_CONFIG,
  'pods.json': PODS,
  'old.json': OLD,
  'one.json': JSON.stringify({ items: JSON.parse(OLD).items.filter((pod: { metadata: { name: string } }) => pod.metadata.name.startsWith('pod-6')) }),
  'not.yaml': 'apiVersion: v1\n',
})

function verify(pods: string, ...options: readonly string[]): Outcome {
  return run(['verify', '--pods', pods, '-f', 'config.yaml', ...options, 'apps'], { cwd: FOLDER })
}

t.test('pods that are as rendered: one line for each workload, and exit code 0', async t => {
  const { code, stdout, stderr } = verify('pods.json')
  t.same([code, stderr], [0, ''])
  t.match(stdout, /^Deployment shop\/deployment-0: 1 pod as rendered\n/)
  t.match(stdout, /\n16 workloads, 16 pods: 16 as rendered, 0 not\n$/)
  t.equal(stdout.split('\n').length, 18)
})

t.test('standard input gives what the file gives', async t => {
  const { code, stdout } = run(['verify', '--pods', '-', '-f', 'config.yaml', 'apps'], { cwd: FOLDER, input: PODS })
  t.same([code, stdout], [0, verify('pods.json').stdout])
})

t.test('pods with an older proxy: the field, both values, and exit code 1', async t => {
  const { code, stdout } = verify('one.json')
  t.equal(code, 1)
  t.match(stdout, 'Deployment shop/deployment-0: no pod runs\n')
  t.match(
    stdout,
    `Pod shop/pod-6: 1 of 1 pod not as rendered
  injected with another version: pod-6
    spec.initContainers[istio-proxy].image: rendered "registry.example.com/mesh/proxy:1.31.0", running "registry.example.com/mesh/proxy:1.30.9"
`,
  )
  t.match(stdout, /\n16 workloads, 1 pod: 0 as rendered, 1 not\n$/)
})

t.test('as JSON: kinds, counts, paths and places', async t => {
  const { code, stdout } = verify('one.json', '-o', 'json')
  t.equal(code, 1)
  const { command, workloads, pods, ended, others } = JSON.parse(stdout)
  t.same([command, workloads.length, pods, ended, others], ['verify', 16, 1, 0, 0])
  const [differing] = workloads.filter((workload: { groups: unknown[] }) => workload.groups.length > 0)
  t.match(differing, { workload: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'pod-6' }, file: 'apps/apps.yaml', pods: 1, same: 0 })
  t.same(differing.groups, [
    {
      kind: 'other-version',
      pods: 1,
      names: ['pod-6'],
      differences: [
        {
          kind: 'other-version',
          path: 'spec.initContainers[istio-proxy].image',
          rendered: 'registry.example.com/mesh/proxy:1.31.0',
          running: 'registry.example.com/mesh/proxy:1.30.9',
        },
      ],
    },
  ])
})

t.test('as Markdown: a table of what differs, and what does not run', async t => {
  const { stdout } = verify('one.json', '-o', 'markdown')
  t.match(stdout, /^## inject-sidecars verify\n\n16 workloads, 1 pod: 0 as rendered, 1 not\n\n\| Workload \| Pods \| What \| Where \|\n/)
  t.match(stdout, /\n\| Pod shop\/pod-6 \| 1 of 1<br>pod-6 \| injected with another version \| `spec\.initContainers\[istio-proxy\]\.image`: rendered /)
  t.match(stdout, '\nNo pod runs of:\n\n- Deployment shop/deployment-0\n')
})

t.test('a workload that cannot be rendered is an error beside the report on the others', async t => {
  const broken =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: broken, namespace: shop, annotations: {inject.istio.io/templates: nope}}\nspec: {containers: [{name: a, image: a}]}\n'
  const folder = t.testdir({ 'config.yaml': FUNCTION_CONFIG, 'mesh.yaml': MESH, 'apps.yaml': APPS, 'broken.yaml': broken, 'pods.json': PODS })
  const { code, stdout, stderr } = run(['verify', '--pods', 'pods.json', '-f', 'config.yaml', 'apps.yaml', 'broken.yaml', 'mesh.yaml'], { cwd: folder })
  t.equal(code, 1)
  t.match(stderr, /error\[template-unknown\]/)
  t.match(stdout, /\n16 workloads, 16 pods: 16 as rendered, 0 not\n$/)
})

t.test('text of a cluster does not steer the terminal', async t => {
  const folder = t.testdir({
    'config.yaml': FUNCTION_CONFIG,
    'mesh.yaml': MESH,
    'apps.yaml': APPS,
    'pods.json': PODS.replaceAll('mesh/proxy:1.31.0', 'a\\u001b[31m\\u202e'),
  })
  const { stdout } = run(['verify', '--pods', 'pods.json', '-f', 'config.yaml', 'apps.yaml', 'mesh.yaml'], { cwd: folder })
  t.match(stdout, 'running "registry.example.com/a\\u001b[31m\\u202e"')
  t.equal(/[\u001b\u202e]/.test(stdout), false)
})

t.test('ten thousand pods take the memory of a few', async t => {
  const folder = t.testdir({ 'config.yaml': FUNCTION_CONFIG, 'mesh.yaml': MESH, 'apps.yaml': APPS })
  const { items } = JSON.parse(PODS)
  const copy = items.map((pod: object) => JSON.stringify(pod, null, 4)).join(',\n')
  const many = join(folder, 'many.json')
  writeFileSync(many, '{"kind": "List", "items": [')
  for (let i = 0; i < 625; i++) appendFileSync(many, `${i === 0 ? '' : ','}${copy}`)
  appendFileSync(many, ']}')
  t.equal(statSync(many).size > 60_000_000, true)
  const { code, stdout } = bounded(['verify', '--pods', 'many.json', '-f', 'config.yaml', 'apps.yaml', 'mesh.yaml'], { cwd: folder, memory: 48 })
  t.equal(code, 0)
  t.match(stdout, /\n16 workloads, 10000 pods: 10000 as rendered, 0 not\n$/)
})

const MISUSE: readonly (readonly [name: string, args: readonly string[], code: number, message: RegExp])[] = [
  ['a file that is not there', ['--pods', 'none.json'], 1, /error\[file-unreadable\]: none\.json: does not exist/],
  ['a folder', ['--pods', 'apps'], 1, /error\[file-unreadable\]: apps: is a folder/],
  ['YAML', ['--pods', 'not.yaml'], 1, /error\[pods-invalid\]: not\.yaml: this is not JSON[\s\S]*kubectl get pods -A -o json/],
  ['a report of a dry run', ['-o', 'json'], 3, /-o sets the format of the report on running pods: use it with --pods or --running/],
  ['two sources of pods', ['--pods', 'pods.json', '--running'], 3, /cannot be used with/],
]

for (const [name, args, code, message] of MISUSE) {
  t.test(`${name}: one clear error`, async t => {
    const outcome = run(['verify', ...args, '-f', 'config.yaml', 'apps'], { cwd: FOLDER })
    t.equal(outcome.code, code)
    t.match(outcome.stderr, message)
  })
}

t.test('files that are left out, and the namespace of workloads that name none', async t => {
  const { stdout } = verify('pods.json', '--exclude', 'apps.yaml')
  t.match(stdout, /\n?0 workloads/)
  const none = APPS.replaceAll(/\n {2}namespace: shop/g, '')
  const cwd = t.testdir({ apps: { 'apps.yaml': none, 'mesh.yaml': MESH }, 'config.yaml': FUNCTION_CONFIG, 'pods.json': PODS })
  const { code, stdout: named } = run(['verify', '--pods', 'pods.json', '-f', 'config.yaml', '-n', 'shop', 'apps'], { cwd })
  t.equal(code, 0)
  t.match(named, /^Deployment shop\/deployment-0: 1 pod as rendered\n/)
})
