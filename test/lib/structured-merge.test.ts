// Apply configurations of policies, merged by the API server's list types: order, keys, atomics, what the schema refuses.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { listTypesSource } from '../../scripts/generate-list-types.ts'
import { ApplyError, applyConfiguration, GoValue, type PatchObject } from '../../src/lib/k8s/structured-merge/index.ts'
import type { JsonObject } from '../../src/lib/model/index.ts'

type Live = JsonObject & { kind: string; apiVersion: string }

function pod(spec: JsonObject): Live {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec }
}

function named(...names: string[]): JsonObject[] {
  return names.map(name => ({ name }))
}

function namesAfter(live: readonly string[], patch: readonly string[]): unknown {
  const result = applyConfiguration(pod({ containers: named(...live) }), { spec: { containers: named(...patch) } })
  return ((result.spec as JsonObject).containers as JsonObject[]).map(({ name }) => name)
}

function refusal(configuration: PatchObject, live: Live = pod({ containers: named('web') })): string {
  try {
    applyConfiguration(live, configuration)
  } catch (error) {
    if (error instanceof ApplyError) return error.message
    throw error
  }
  return 'nothing'
}

t.test('the generated table of list types is what its script makes of the data', async t => {
  const file = join(import.meta.dirname, '../../src/lib/k8s/generated/list-types.ts')
  t.equal(readFileSync(file, 'utf8'), listTypesSource())
})

t.test('what a configuration does not change is the same value as before', async t => {
  const live = pod({ containers: named('web', 'log'), volumes: [{ name: 'data', emptyDir: {} }] })
  t.equal(applyConfiguration(live, { spec: { containers: named('web') } }), live)
  const changed = applyConfiguration(live, { spec: { containers: [{ name: 'web', image: 'web:2' }] } })
  const [before, after] = [live, changed].map(({ spec }) => spec as { containers: JsonObject[]; volumes: JsonObject[] })
  t.equal(after?.containers[1], before?.containers[1])
  t.equal(after?.volumes, before?.volumes)
})

t.test('items of a list keep their places, and new ones come where the patch has them', async t => {
  t.same(namesAfter(['web', 'metrics'], ['log']), ['web', 'metrics', 'log'])
  t.same(namesAfter(['web', 'metrics'], ['a', 'metrics']), ['web', 'a', 'metrics'])
  t.same(namesAfter(['migrate'], ['proxy', 'migrate']), ['proxy', 'migrate'])
  t.same(namesAfter(['web', 'metrics'], ['a', 'web', 'b']), ['a', 'web', 'metrics', 'b'])
  t.same(namesAfter(['web', 'metrics'], ['metrics', 'web']), ['metrics', 'web'])
  t.same(namesAfter([], ['a', 'b']), ['a', 'b'])
})

t.test('an item whose key comes twice is left alone, or replaced by the patch where that names it', async t => {
  const twice = pod({ containers: [{ name: 'a', image: 'x' }, { name: 'a', image: 'y' }, { name: 'b' }] })
  t.same(applyConfiguration(twice, { spec: { containers: [{ name: 'c' }] } }).spec, {
    containers: [{ name: 'a', image: 'x' }, { name: 'a', image: 'y' }, { name: 'b' }, { name: 'c' }],
  })
  t.same(applyConfiguration(twice, { spec: { containers: [{ name: 'a', stdin: true }] } }).spec, { containers: [{ name: 'a', stdin: true }, { name: 'b' }] })
})

t.test('structs and maps merge by field, scalars are replaced, nothing is removed, and the object given is not changed', async t => {
  const live = pod({ containers: [{ name: 'web', image: 'web:1', resources: { limits: { cpu: '1' } } }] })
  const before = structuredClone(live)
  const result = applyConfiguration(live, {
    metadata: { labels: { a: 'b' }, finalizers: ['x'] },
    spec: { hostname: 'h', containers: [{ name: 'web', image: 'web:2', resources: { limits: { memory: 5 } } }] },
  })
  t.same(result, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', labels: { a: 'b' }, finalizers: ['x'] },
    spec: { containers: [{ name: 'web', image: 'web:2', resources: { limits: { cpu: '1', memory: '5' } } }], hostname: 'h' },
  })
  t.same(live, before)
})

t.test('a port without protocol is the TCP one, and sets are united', async t => {
  const live = pod({ containers: [{ name: 'web', ports: [{ containerPort: 80, protocol: 'TCP' }] }] })
  const patch = (port: PatchObject) =>
    applyConfiguration(
      { ...live, metadata: { finalizers: ['a', 'b'] } },
      { metadata: { finalizers: ['c', 'b'] }, spec: { containers: [{ name: 'web', ports: [port] }] } },
    )
  t.same(patch({ containerPort: 80, name: 'http' }).spec, { containers: [{ name: 'web', ports: [{ containerPort: 80, protocol: 'TCP', name: 'http' }] }] })
  t.same(patch({ containerPort: 80, protocol: 'UDP' }).spec, {
    containers: [
      {
        name: 'web',
        ports: [
          { containerPort: 80, protocol: 'TCP' },
          { containerPort: 80, protocol: 'UDP' },
        ],
      },
    ],
  })
  t.same(patch({ containerPort: 80 }).metadata, { finalizers: ['a', 'c', 'b'] })
})

t.test('atomic lists, maps and structs are refused with all their places, wherever they stand', async t => {
  const atomic = 'error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: '
  t.equal(refusal({ spec: { containers: [{ name: 'new', args: [], command: ['x'] }] } }), `${atomic}.spec.containers[0].args, .spec.containers[0].command`)
  t.equal(refusal({ spec: { nodeSelector: { a: 'b' } } }), `${atomic}.spec.nodeSelector`)
  t.equal(refusal({ spec: { imagePullSecrets: [{ name: 'a' }] } }), `${atomic}.spec.imagePullSecrets[0]`)
})

t.test('what the schema does not know is refused with its place', async t => {
  const patch = 'error applying patch: failed to convert patch object to typed object: '
  t.equal(refusal({ spec: { colour: 'red' } }), `${patch}.spec.colour: field not declared in schema`)
  t.equal(refusal({ spec: { containers: [{ name: 'web', colour: 1 }] } }), `${patch}.spec.containers[name="web"].colour: field not declared in schema`)
  t.equal(refusal({ spec: { containers: named('a', 'a') } }), `${patch}.spec.containers: duplicate entries for key [name="a"]`)
  t.equal(refusal({ spec: { hostNetwork: 'true' } }), `${patch}.spec.hostNetwork: expected boolean, got &{true}`)
  t.equal(refusal({ spec: { priority: 'high' } }), `${patch}.spec.priority: expected numeric (int or float), got string`)
  t.equal(refusal({ metadata: { labels: new GoValue('structpb.NullValue', 'NULL_VALUE', '0') } }), `${patch}.metadata.labels: expected map, got &{NULL_VALUE}`)
  t.match(refusal({ spec: { containers: ['web'] } }), /\.spec\.containers: element 0: associative list with keys may not have non-map elements/)
  t.match(refusal({ spec: 1, metadata: 2 }), /errors:\n {2}\.spec: expected map, got &\{1\}\n {2}\.metadata: expected map, got &\{2\}$/)
})

t.test('numbers are those of the fields: an integer of 32 bits wraps around, a fraction is refused, quantities are checked', async t => {
  t.same(applyConfiguration(pod({}), { spec: { priority: 99_999_999_999 } }).spec, { priority: 1_215_752_191 })
  t.same(applyConfiguration(pod({}), { spec: { priority: 2n ** 40n + 1n } }).spec, { priority: 1 })
  t.equal(refusal({ spec: { terminationGracePeriodSeconds: 5.5 } }), 'unable to convert unstructured object to /v1, Kind=Pod: cannot convert float64 to int64')
  t.match(refusal({ spec: { resources: { limits: { cpu: 'lots' } } } }), /^unable to convert unstructured object to \/v1, Kind=Pod: quantities must match/)
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' }
  t.match(refusal({ spec: { replicas: 1.5 } }, deployment), /^unable to convert unstructured object to apps\/v1, Kind=Deployment: /)
})

t.test('names from the prototype of objects are fields like any other', async t => {
  const patch = JSON.parse('{"metadata": {"labels": {"__proto__": "a", "constructor": "b"}}}')
  const merged = applyConfiguration(pod({}), patch).metadata as JsonObject
  t.same(Object.entries(merged.labels as JsonObject), [
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ])
  t.match(refusal(JSON.parse('{"spec": {"__proto__": {"a": 1}}}')), /\.spec\.__proto__: field not declared in schema/)
})
