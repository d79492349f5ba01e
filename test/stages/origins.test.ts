// Who wrote each line of a finished pod.

import t from 'tap'
import { type JsonObject, type Writer, writerText } from '../../src/lib/model/index.ts'
import { parseDocuments } from '../../src/lib/yaml/index.ts'
import { finishedLines } from '../../src/origins/finished-pod.ts'
import { type Tracked, track } from '../../src/origins/track.ts'

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
