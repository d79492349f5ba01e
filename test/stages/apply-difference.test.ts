// A change of the typed pod, carried over to what the user wrote.

import t from 'tap'
import type { Json } from '../../src/lib/model/index.ts'
import { applyDifference } from '../../src/write/apply-difference.ts'

const cases: [name: string, raw: Json, typed: Json, final: Json, want: Json][] = [
  ['an untouched quantity keeps its form beside a new field', { cpu: '2000m' }, { cpu: '2' }, { cpu: '2', memory: '1Gi' }, { cpu: '2000m', memory: '1Gi' }],
  ['a field that no schema knows stays', { name: 'a', 'x-mine': [1] }, { name: 'a' }, { name: 'a', tty: true }, { name: 'a', 'x-mine': [1], tty: true }],
  [
    'a default that decoding fills in is not written',
    { name: 'a' },
    { name: 'a', resources: {} },
    { name: 'a', resources: {}, tty: true },
    { name: 'a', tty: true },
  ],
  ['a zero value that decoding drops stays', { value: '', name: 'a' }, { name: 'a' }, { name: 'a', tty: true }, { value: '', name: 'a', tty: true }],
  ['a null gives way to an injected value', { volumes: null }, {}, { volumes: [{ name: 'v' }] }, { volumes: [{ name: 'v' }] }],
  [
    'a removed field goes',
    { tcpSocket: { port: 1 }, periodSeconds: 3 },
    { tcpSocket: { port: 1 }, periodSeconds: 3 },
    { periodSeconds: 3 },
    { periodSeconds: 3 },
  ],
  [
    'items are found by name although new ones come first',
    [{ name: 'app', image: 'a', odd: 1 }],
    [{ name: 'app', image: 'a' }],
    [{ name: 'istio-proxy' }, { name: 'app', image: 'a', tty: true }],
    [{ name: 'istio-proxy' }, { name: 'app', image: 'a', odd: 1, tty: true }],
  ],
  [
    'the same volume mounted twice is told apart by its path',
    [
      { name: 'v', mountPath: '/a', odd: 1 },
      { name: 'v', mountPath: '/b', odd: 2 },
    ],
    [
      { name: 'v', mountPath: '/a' },
      { name: 'v', mountPath: '/b' },
    ],
    [
      { name: 'v', mountPath: '/b', readOnly: true },
      { name: 'v', mountPath: '/a' },
    ],
    [
      { name: 'v', mountPath: '/b', odd: 2, readOnly: true },
      { name: 'v', mountPath: '/a', odd: 1 },
    ],
  ],
  [
    'of two items with one name the removed one is the one that goes',
    [
      { name: 'A', value: 1 },
      { name: 'A', value: '2' },
    ],
    [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
    ],
    [{ name: 'A', value: '2' }, { name: 'B' }],
    [{ name: 'A', value: '2' }, { name: 'B' }],
  ],
  ['scalars in a list keep the form they were written in', [8080, '-v'], ['8080', '-v'], ['8080', '-v', '-x'], [8080, '-v', '-x']],
  [
    'a label named __proto__ is a label',
    JSON.parse('{"__proto__":"x"}'),
    JSON.parse('{"__proto__":"x"}'),
    JSON.parse('{"__proto__":"x","a":"b"}'),
    JSON.parse('{"__proto__":"x","a":"b"}'),
  ],
  ['a list whose items decoding dropped is replaced', [null, { name: 'a' }], [{ name: 'a' }], [{ name: 'a' }, { name: 'b' }], [{ name: 'a' }, { name: 'b' }]],
]

for (const [name, raw, typed, final, want] of cases) {
  t.test(name, async t => {
    t.equal(JSON.stringify(applyDifference({ raw, typed, final })), JSON.stringify(want))
  })
}

t.test('what did not change stays as the user wrote it', async t => {
  const app = { name: 'app', resources: { limits: { cpu: '2000m' } } }
  const typed = { name: 'app', resources: { limits: { cpu: '2' } } }
  const after = applyDifference({ raw: [app], typed: [typed], final: [{ name: 'proxy' }, typed] })
  t.same(after, [{ name: 'proxy' }, app])
})
