// Who wrote each line of a finished pod.

import t from 'tap'
import { lookAt } from '../../src/inject.ts'
import { type JsonObject, type Writer, writerText } from '../../src/lib/model/index.ts'
import { parseDocuments } from '../../src/lib/yaml/index.ts'
import { finishedLines } from '../../src/origins/finished-pod.ts'
import { recordOrigins } from '../../src/origins/origins.ts'
import { type Tracked, track } from '../../src/origins/track.ts'
import { read } from '../../src/read/read.ts'
import { example, run } from '../support/rig.ts'

const user: Writer = { kind: 'user' }
const server: Writer = { kind: 'default' }
const sidecar: Writer = { kind: 'template', injector: 'istio', template: 'sidecar' }
const probes: Writer = { kind: 'rule', rule: 'probes' }

/** The value after each of the writers. */
function written(...steps: readonly (readonly [Writer, JsonObject])[]): Tracked {
  const pod = steps.reduce<Tracked | undefined>((before, [writer, value]) => track(before, value, writer), undefined)
  if (pod === undefined) throw new Error('no writer')
  return pod
}

function shown(pod: Tracked): string[] {
  return finishedLines(pod).map(({ text, writers }) => `${writers.map(writerText).join(' > ')}: ${text}`)
}

t.test('a value that is added belongs to who added it, and one that is changed names both', async t => {
  const pod = written(
    [user, { image: 'web:1', port: 80 }],
    [server, { image: 'web:1', port: 80, protocol: 'TCP' }],
    [probes, { image: 'web:1', port: 15020, protocol: 'TCP' }],
  )
  t.same(shown(pod), ['yours: image: web:1', 'yours > istio rule probes: port: 15020', 'API server: protocol: TCP'])
})

t.test('elements of lists are followed by their names, also to another place', async t => {
  const web = { name: 'web', env: [{ name: 'A', value: '1' }] }
  const proxy = { name: 'istio-proxy', image: 'proxy' }
  const pod = written([user, { containers: [web] }], [sidecar, { containers: [proxy, web] }], [probes, { containers: [{ ...web, image: 'x' }, proxy] }])
  t.same(shown(pod), [
    'yours: containers:',
    'yours: - env:',
    'yours:   - name: A',
    'yours:     value: "1"',
    'istio rule probes:   image: x',
    'yours:   name: web',
    'istio template sidecar: - image: proxy',
    'istio template sidecar:   name: istio-proxy',
  ])
})

t.test('two ports of one number are told apart by their protocol', async t => {
  const ports = (more: JsonObject[]) => ({ ports: [{ containerPort: 53 }, { containerPort: 53, protocol: 'UDP' }, ...more] })
  const pod = written([user, ports([])], [sidecar, ports([{ containerPort: 53, protocol: 'SCTP' }])])
  t.same(
    finishedLines(pod).filter(({ writers }) => writers.includes(sidecar)),
    [
      { text: '- containerPort: 53', path: ['ports', 2, 'containerPort'], writers: [sidecar] },
      { text: '  protocol: SCTP', path: ['ports', 2, 'protocol'], writers: [sidecar] },
    ],
  )
})

t.test('the lines are YAML of the value, whatever is in it', async t => {
  const value: JsonObject = {
    empty: {},
    none: [],
    text: 'two\nlines\n',
    'key: odd': { '': null, yes: 'yes', nested: [[1, [2]], { a: [{ b: { c: [] } }] }] },
    ['long key '.repeat(20)]: true,
  }
  const text = finishedLines(written([user, value])).map(line => line.text)
  const [document] = parseDocuments({ path: 'x', text: `${text.join('\n')}\n` })
  t.same(document?.value, value)
})

/** The lines as a diff: what is gone begins with a minus. */
function diff(pod: Tracked): string[] {
  return finishedLines(pod, { withReplaced: true }).map(({ text, writers, replacedBy }) =>
    replacedBy === undefined
      ? `  ${text}  # ${writers.map(writerText).join(' > ')}`
      : `- ${text}  # ${writers.map(writerText)}, gone by ${writerText(replacedBy)}`,
  )
}

t.test('the diff has the values that were replaced and what was removed, each with who wrote it and who took it away', async t => {
  const before = { probe: { tcpSocket: { port: 80 }, path: '/a' }, tags: ['p', 'q'], gone: 1, list: [{ image: 'a', name: 'web' }, { name: 'old' }] }
  const after = { probe: { httpGet: { port: 15020 }, path: '/b' }, tags: ['q'], list: [{ image: 'b', name: 'web' }] }
  t.same(diff(written([user, before], [probes, after])), [
    '- gone: 1  # yours, gone by istio rule probes',
    '  list:  # yours',
    '- - image: a  # yours, gone by istio rule probes',
    '  - image: b  # yours > istio rule probes',
    '    name: web  # yours',
    '- - name: old  # yours, gone by istio rule probes',
    '  probe:  # yours',
    '    httpGet:  # istio rule probes',
    '      port: 15020  # istio rule probes',
    '-   path: /a  # yours, gone by istio rule probes',
    '    path: /b  # yours > istio rule probes',
    '-   tcpSocket:  # yours, gone by istio rule probes',
    '-     port: 80  # yours, gone by istio rule probes',
    '  tags:  # yours',
    '  - q  # yours',
    '- - p  # yours, gone by istio rule probes',
  ])
})

t.test('what is removed and comes back is not gone, and three writers of one field are three lines', async t => {
  const value = (a: number, more: JsonObject = {}): JsonObject => ({ map: { a, ...more } })
  t.same(diff(written([user, value(1, { b: 2 })], [sidecar, value(3)], [probes, value(4, { b: 2 })])), [
    '  map:  # yours',
    '-   a: 1  # yours, gone by istio template sidecar',
    '-   a: 3  # istio template sidecar, gone by istio rule probes',
    '    a: 4  # yours > istio template sidecar > istio rule probes',
    '    b: 2  # istio rule probes',
  ])
})

t.test('a map or list that has lost all it had is shown with what it lost', async t => {
  t.same(diff(written([user, { args: ['a'], labels: { b: 'c' } }], [sidecar, { args: [], labels: {} }])), [
    '  args: []  # yours',
    '- - a  # yours, gone by istio template sidecar',
    '  labels: {}  # yours',
    '-   b: c  # yours, gone by istio template sidecar',
  ])
})

t.test('an element without a name that got defaults is the same element', async t => {
  const item = (more: JsonObject = {}): JsonObject => ({ items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels', ...more } }] })
  t.same(diff(written([sidecar, item()], [server, item({ apiVersion: 'v1' })])), [
    '  items:  # istio template sidecar',
    '  - fieldRef:  # istio template sidecar',
    '      apiVersion: v1  # API server',
    '      fieldPath: metadata.labels  # istio template sidecar',
    '    path: labels  # istio template sidecar',
  ])
})

t.test('without the lines that are gone, the diff is the finished pod', async t => {
  const pod = written([user, { a: { b: [1, 2], c: 'x' }, d: 1 }], [sidecar, { a: { b: [2], c: 'y' } }], [probes, { a: { b: [], c: 'z', e: {} } }])
  t.same(
    finishedLines(pod, { withReplaced: true }).filter(line => line.replacedBy === undefined),
    finishedLines(pod),
  )
})

const MESH = ['namespace.yaml', 'web.yaml', 'istio/config.yaml'].map(path => ({ path, text: example(path) }))

/** The finished pod of the example's Deployment. */
function exampleLines() {
  const recorder = recordOrigins()
  const input = { files: MESH, observerOf: () => recorder.observe }
  lookAt(input, read(input))
  return recorder.lines()
}

const named = (lines: ReturnType<typeof exampleLines>, text: string) =>
  lines
    .filter(line => line.text.trim() === text)
    .map(({ origins }) => origins.map(({ writer, line }) => `${writerText(writer)}${line === undefined ? '' : `:${line}`}`).join(' > '))

t.test('an injected pod names the user, the API server, rules, and the template with its line', async t => {
  const lines = exampleLines()
  // The template in istio/config.yaml, counted from the line after `sidecar: |`.
  const template = example('istio/config.yaml').split('\n')
  const first = template.findIndex(line => line.trim() === 'sidecar: |') + 1
  const lineIn = (text: string) => `istio template sidecar:${template.findIndex((line, i) => i >= first && line.trim() === text) - first + 1}`
  t.same(named(lines, 'path: /app-health/web/readyz'), ['yours > istio rule probes'])
  t.same(named(lines, 'protocol: TCP')[0], 'API server')
  t.same(named(lines, '- args:'), [lineIn('args:')])
  t.same(named(lines, '- --config-path'), [lineIn('- --config-path')])
  t.same(named(lines, 'runAsUser: 1337'), [lineIn('runAsUser: {{ .ProxyUID }}')])
  t.ok(named(lines, 'defaultMode: 420').includes('yours'))
  t.same(
    named(lines, 'namespace: shop').filter(name => name === 'controller'),
    ['controller'],
  )
})

t.test('every line of the finished pod has an origin', async t => {
  const lines = exampleLines()
  t.ok(lines.length > 80)
  t.same(
    lines.filter(({ origins }) => origins.length === 0),
    [],
  )
})

t.test('--pod prints the pod with its margin, also as JSON', async t => {
  const { code, stdout } = run(['explain', '--pod', 'examples/kustomize-exec'])
  t.equal(code, 0)
  t.match(stdout, /^Deployment shop\/web\n/m)
  t.match(stdout, /^yours, then istio rule probes +\| +path: \/app-health\/web\/readyz$/m)
  const { workloads } = JSON.parse(run(['explain', '--pod', '-o', 'json', 'examples/kustomize-exec']).stdout)
  t.match(workloads[0].pod[0], { line: 'metadata:', path: ['metadata'], writers: [{ kind: 'user' }] })
})

const POLICY = `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata:
  name: team
spec:
  reinvocationPolicy: Never
  matchConstraints:
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
  mutations:
  - patchType: ApplyConfiguration
    applyConfiguration:
      expression: 'Object{metadata: Object.metadata{labels: {"team": "shop"}}}'
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata:
  name: everywhere
spec:
  policyName: team
`

t.test('a policy is named with its binding', async t => {
  const cwd = t.testdir({
    'web.yaml': example('web.yaml'),
    'namespace.yaml': example('namespace.yaml'),
    'policy.yaml': POLICY,
    istio: { 'istio.yaml': example('istio/config.yaml') },
  })
  const { code, stdout, stderr } = run(['explain', '--pod', '.'], { cwd })
  t.equal(code, 0, stderr)
  t.match(stdout, /^policy team \(everywhere\) +\| +team: shop$/m)
})
