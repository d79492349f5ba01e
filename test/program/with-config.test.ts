// What `inject` prints: workloads and everything else that is to be applied, not the configuration that it was given.

import t from 'tap'
import { parseDocuments } from '../../src/lib/yaml/index.ts'
import { example, run } from '../support/rig.ts'
import { sidecars } from '../support/tools.ts'

const NODE = 'apiVersion: v1\nkind: Node\nmetadata:\n  name: a\n'
const CAPTURED = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: captured\n  uid: 1c2d\n  labels:\n    istio-injection: enabled\n'
const SERVICE = '# a service\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\n'

/** Kinds and names of what was printed. */
function printed(text: string): string[] {
  return parseDocuments({ path: '', text }).map(({ value }) => {
    const { kind, metadata } = value as { kind: string; metadata?: { name?: string } }
    return `${kind} ${metadata?.name ?? ''}`
  })
}

function shop(t: Tap) {
  const namespace = example('namespace.yaml')
  const mesh = `${example('istio/config.yaml')}---\n${NODE}---\n${CAPTURED}`
  return t.testdir({ apps: { 'web.yaml': `${SERVICE}---\n${example('web.yaml')}`, 'namespace.yaml': namespace }, istio: { 'istio.yaml': mesh } })
}

type Tap = typeof t

t.test('configuration, captured Namespaces and Nodes are not printed; Namespaces of the repository are', async t => {
  const cwd = shop(t as Tap)
  const { code, stdout, stderr } = run(['inject', 'apps', 'istio'], { cwd })
  t.equal(code, 0, stderr)
  t.same(printed(stdout), ['Namespace shop', 'Service web', 'Deployment web'])
  t.equal(sidecars(stdout), 1)
  t.match(stdout, /^# a service$/m)
})

t.test('--with-config prints them', async t => {
  const cwd = shop(t as Tap)
  const kinds = printed(run(['inject', '--with-config', 'apps', 'istio'], { cwd }).stdout).map(name => name.split(' ')[0])
  t.same(new Set(kinds), new Set(['Namespace', 'Service', 'Deployment', 'ConfigMap', 'Node']))
})

t.test('the same from standard input, also where configuration comes first or last', async t => {
  const cwd = shop(t as Tap)
  const web = example('web.yaml')
  for (const input of [`${NODE}---\n${web}`, `${web}---\n${NODE}`, `---\n${NODE}---\n${web}---\n${CAPTURED}`]) {
    const { code, stdout, stderr } = run(['inject', '-', 'istio', 'apps/namespace.yaml'], { cwd, input })
    t.equal(code, 0, stderr)
    t.same(printed(stdout).sort(), ['Deployment web', 'Namespace shop'])
  }
})

t.test('a List goes when all of its items only configure; one with other items stays whole', async t => {
  const cwd = shop(t as Tap)
  const list = (...items: string[]) => `apiVersion: v1\nkind: List\nitems:\n${items.map(item => `- ${item.trimEnd().replaceAll('\n', '\n  ')}\n`).join('')}`
  const only = run(['inject', '-', 'istio', 'apps/namespace.yaml'], { cwd, input: list(NODE, CAPTURED) })
  t.same(printed(only.stdout), ['Namespace shop'])
  const mixed = run(['inject', '-', 'istio', 'apps/namespace.yaml'], { cwd, input: list(NODE, example('web.yaml')) })
  t.same(printed(mixed.stdout), ['List ', 'Namespace shop'])
})

t.test('files in place are left as they are', async t => {
  const cwd = shop(t as Tap)
  t.equal(run(['inject', '-w', 'apps', 'istio'], { cwd }).code, 0)
  t.same(printed(run(['inject', '--with-config', 'istio'], { cwd }).stdout).length > 3, true)
})

t.test('an expectation does not count workloads that are never applied', async t => {
  const istiod =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: istiod\n  namespace: istio-system\n  annotations:\n    config.kubernetes.io/local-config: "true"\nspec:\n  template:\n    spec:\n      containers:\n      - name: discovery\n        image: pilot:1\n'
  const config =
    'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata:\n  name: mesh\nspec:\n  istio: {}\n  cluster:\n    namespaces: {istio-system: {labels: {}}}\n  expect:\n  - {kind: Deployment, injected: true}\n'
  const cwd = t.testdir({
    'web.yaml': example('web.yaml'),
    'namespace.yaml': example('namespace.yaml'),
    'istiod.yaml': istiod,
    'sidecars.yaml': config,
    istio: { 'istio.yaml': example('istio/config.yaml') },
  })
  const { code, stderr } = run(['inject', '-f', 'sidecars.yaml', 'web.yaml', 'namespace.yaml', 'istiod.yaml', 'istio'], { cwd })
  t.equal(code, 0, stderr)
})
