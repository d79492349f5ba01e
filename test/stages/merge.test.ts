// Strategic merge patch: what becomes of a pod, case by case, and the laws that hold for every pod.

import fc from 'fast-check'
import t, { type Test } from 'tap'
import type { Json, JsonObject } from '../../src/lib/model/index.ts'
import { at, equal } from '../../src/lib/model/index.ts'
import { MergeError } from '../../src/merge/merge-error.ts'
import { strategicMerge } from '../../src/merge/strategic.ts'

const containers = (names: string): JsonObject => ({ spec: { containers: [...names].map(name => ({ name })) } })
const namesOf = (pod: JsonObject): string => ((at(pod, ['spec', 'containers']) ?? []) as JsonObject[]).map(({ name }) => name).join('')

t.test("new list items go before the user's, common ones pull along what stood before them", async t => {
  const cases: [original: string, patch: string, want: string][] = [
    ['abcd', 'cx', 'abcxd'],
    ['abcd', 'xc', 'xabcd'],
    ['abcd', 'ca', 'bcad'],
    ['a', 'nm', 'nma'],
    ['', 'ba', 'ba'],
    ['ab', '', 'ab'],
  ]
  for (const [original, patch, want] of cases) {
    t.equal(namesOf(strategicMerge(containers(original), containers(patch))), want, `${original} + ${patch}`)
  }
})

t.test('fields are merged, replaced or deleted as the schema says', async t => {
  const container = (fields: JsonObject): JsonObject => ({ spec: { containers: [{ name: 'a', ...fields }] } })
  const cases: [name: string, original: JsonObject, patch: JsonObject, want: JsonObject][] = [
    ['a scalar is replaced', container({ image: 'x' }), container({ image: 'y' }), container({ image: 'y' })],
    ['null deletes', container({ image: 'x' }), container({ image: null }), container({})],
    ['null over nothing is nothing', container({}), container({ image: null }), container({})],
    ['arguments are one value', container({ args: ['1', '2'] }), container({ args: ['3'] }), container({ args: ['3'] })],
    [
      'a map is merged by key',
      { metadata: { labels: { a: '1', b: '2' } } },
      { metadata: { labels: { b: '3' } } },
      { metadata: { labels: { a: '1', b: '3' } } },
    ],
    [
      'a port is known by its number alone',
      container({ ports: [{ containerPort: 80, protocol: 'TCP' }] }),
      container({ ports: [{ containerPort: 80, protocol: 'UDP' }] }),
      container({ ports: [{ containerPort: 80, protocol: 'UDP' }] }),
    ],
    [
      'an environment entry may end up with a value and a reference',
      container({ env: [{ name: 'A', value: '1' }] }),
      container({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'x' } } }] }),
      container({ env: [{ name: 'A', value: '1', valueFrom: { fieldRef: { fieldPath: 'x' } } }] }),
    ],
    ['a value of another type is taken', { spec: { nodeName: 1 } }, { spec: { nodeName: 'n' } }, { spec: { nodeName: 'n' } }],
    [
      'what is new comes without its nulls',
      { spec: {} },
      { spec: { securityContext: { runAsUser: 1, fsGroup: null } } },
      { spec: { securityContext: { runAsUser: 1 } } },
    ],
    [
      'a name from a prototype is a name',
      { metadata: { labels: { a: '1' } } },
      JSON.parse('{"metadata":{"labels":{"__proto__":"x","constructor":"y"}}}'),
      JSON.parse('{"metadata":{"labels":{"a":"1","__proto__":"x","constructor":"y"}}}'),
    ],
  ]
  for (const [name, original, patch, want] of cases) t.same(strategicMerge(original, patch), want, name)
})

t.test('directives are obeyed', async t => {
  const ab = { spec: { containers: [{ name: 'a', image: 'x' }, { name: 'b' }] } }
  const labels = (map: JsonObject): JsonObject => ({ metadata: { labels: map } })
  const cases: [name: string, original: JsonObject, patch: JsonObject, want: JsonObject][] = [
    ['$patch: delete removes an element', ab, { spec: { containers: [{ name: 'a', $patch: 'delete' }] } }, containers('b')],
    ['$patch: replace in a list replaces the list', ab, { spec: { containers: [{ $patch: 'replace' }, { name: 'c' }] } }, containers('c')],
    ['$patch: replace in a map replaces the map', labels({ a: '1' }), labels({ $patch: 'replace', b: '2' }), labels({ b: '2' })],
    ['$patch: delete in a map empties the map', labels({ a: '1' }), labels({ $patch: 'delete' }), labels({})],
    [
      '$retainKeys drops what it does not name',
      { spec: { volumes: [{ name: 'v', emptyDir: {} }] } },
      { spec: { volumes: [{ name: 'v', $retainKeys: ['name', 'configMap'], configMap: { name: 'c' } }] } },
      { spec: { volumes: [{ name: 'v', configMap: { name: 'c' } }] } },
    ],
    [
      '$setElementOrder orders without changing anything else',
      containers('abc'),
      { spec: { '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }] } },
      containers('bca'),
    ],
    [
      '$deleteFromPrimitiveList removes scalars',
      { metadata: { finalizers: ['a', 'b', 'a'] } },
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } },
      { metadata: { finalizers: ['b'] } },
    ],
    ['an object with a directive does not become part of what is new', { spec: {} }, { spec: { securityContext: { $patch: 'delete' } } }, { spec: {} }],
  ]
  for (const [name, original, patch, want] of cases) t.same(strategicMerge(original, patch), want, name)
})

t.test('what Kubernetes rejects is rejected in its words', async t => {
  const cases: [message: string, original: Json, patch: Json][] = [
    ['map: map[image:x] does not contain declared merge key: name', containers('a'), { spec: { containers: [{ image: 'x' }] } }],
    ['list element types are not identical: [[map[name:a]] [str]]', containers('a'), { spec: { containers: ['str'] } }],
    ['unknown patch type: bogus in map: map[$patch:bogus]', { spec: {} }, { $patch: 'bogus' }],
    ['merging lists cannot yet be specified in the patch', containers('a'), { spec: { containers: [{ name: 'a', $patch: 'merge' }] } }],
    ['invalid patch format of retainKeys', { spec: {} }, { spec: { $retainKeys: ['a'], nodeName: 'b' } }],
    ['unable to find api field in struct PodSpec for the json field "foo"', { spec: { foo: {} } }, { spec: { foo: {} } }],
    ['invalid JSON document', [], {}],
    [
      'map: map[a:1.5000005e+06 b:1.25 c:<nil> d:[true x]] does not contain declared merge key: name',
      containers('a'),
      { spec: { containers: [{ a: 1500000.5, b: 1.25, c: null, d: [true, 'x'] }] } },
    ],
  ]
  for (const [message, original, patch] of cases) {
    t.throws(() => strategicMerge(original as JsonObject, patch as JsonObject), new MergeError(message), message)
  }
})

t.test('what a patch does not touch stays, and the original is not changed', async t => {
  const original = { metadata: { labels: { a: '1' } }, spec: { volumes: [{ name: 'v' }], containers: [{ name: 'a', env: [{ name: 'A' }] }, { name: 'b' }] } }
  const copy = structuredClone(original)
  const containers = [
    { name: 'a', env: [{ name: 'A' }] },
    { name: 'b', image: 'x' },
  ]
  t.same(strategicMerge(original, { spec: { containers: [{ name: 'b', image: 'x' }] } }), { ...copy, spec: { ...copy.spec, containers } })
  t.same(strategicMerge(original, { spec: { containers: [{ name: 'a' }] } }), copy, 'a patch that changes nothing')
  t.same(original, copy)
})

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e')
const text = fc.constantFrom('', 'x', 'y')
const port = fc.record({ containerPort: fc.constantFrom(80, 443, 9090), protocol: text, name: text }, { requiredKeys: ['containerPort'] })
const entry = fc.record({ name, value: text }, { requiredKeys: ['name'] })
const mount = fc.record({ mountPath: fc.constantFrom('/a', '/b'), name, readOnly: fc.boolean() }, { requiredKeys: ['mountPath'] })
/** Lists in which no two elements have the same merge key, as Kubernetes wants them. */
const listOf = <T>(item: fc.Arbitrary<T>, key: (item: T) => unknown): fc.Arbitrary<T[]> => fc.uniqueArray(item, { maxLength: 4, selector: key })
const container = fc.record(
  {
    name,
    image: text,
    args: fc.array(text, { maxLength: 3 }),
    env: listOf(entry, e => e.name),
    ports: listOf(port, p => p.containerPort),
    volumeMounts: listOf(mount, m => m.mountPath),
    securityContext: fc.record({ runAsUser: fc.nat(3), privileged: fc.boolean() }, { requiredKeys: [] }),
  },
  { requiredKeys: ['name'] },
)
const labels = fc.dictionary(fc.constantFrom('a', 'b', '__proto__', '1', 'toString'), text, { maxKeys: 4 })
const pod = fc.record(
  {
    metadata: fc.record({ labels, annotations: labels, finalizers: fc.uniqueArray(name, { maxLength: 3 }) }, { requiredKeys: [] }),
    spec: fc.record(
      { containers: listOf(container, c => c.name), volumes: listOf(fc.record({ name, emptyDir: fc.constant({}) }), v => v.name), hostNetwork: fc.boolean() },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>

/** Fails with the seed and the smallest counterexample. */
function holds<Values>(t: Test, property: fc.IProperty<Values>): void {
  const details = fc.check(property, { numRuns: 300 })
  t.equal(details.failed, false, fc.defaultReportMessage(details) ?? 'holds')
}

t.test('an empty patch gives the pod itself', async t => {
  holds(
    t,
    fc.property(pod, original => strategicMerge(original, {}) === original),
  )
})

t.test('a pod merged with itself stays as it is', async t => {
  holds(
    t,
    fc.property(pod, original => equal(strategicMerge(original, original), original)),
  )
})

t.test('a patch without directives changes nothing the second time', async t => {
  holds(
    t,
    fc.property(pod, pod, (original, patch) => {
      const once = strategicMerge(original, patch)
      return equal(strategicMerge(once, patch), once)
    }),
  )
})

t.test('neither argument is changed', async t => {
  holds(
    t,
    fc.property(pod, pod, (original, patch) => {
      const before = JSON.stringify([original, patch])
      strategicMerge(original, patch)
      return JSON.stringify([original, patch]) === before
    }),
  )
})

t.test('the order of the keys in a map does not matter', async t => {
  const reversed = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(reversed)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, item]) => [key, reversed(item)]),
    )
  }
  holds(
    t,
    fc.property(pod, pod, (original, patch) =>
      equal(strategicMerge(reversed(original) as JsonObject, reversed(patch) as JsonObject), strategicMerge(original, patch)),
    ),
  )
})

t.test('every element of both lists is there once, the patch keeps its order and so do the others', async t => {
  holds(
    t,
    fc.property(
      listOf(container, c => c.name),
      listOf(container, c => c.name),
      (mine, theirs) => {
        const merged = namesOf(strategicMerge({ spec: { containers: mine as Json[] } }, { spec: { containers: theirs as Json[] } }))
        const patched = theirs.map(c => c.name)
        const others = mine.map(c => c.name).filter(other => !patched.includes(other))
        const keeps = (order: readonly string[]): boolean => [...merged].filter(c => order.includes(c)).join('') === order.join('')
        return merged.length === patched.length + others.length && keeps(patched) && keeps(others)
      },
    ),
  )
})
