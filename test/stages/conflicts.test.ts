// Injectors that would overwrite each other.

import t from 'tap'
import { inject } from '../../src/inject.ts'
import type { JsonObject } from '../../src/lib/model/index.ts'
import { type Conflict, conflictsBetween } from '../../src/merge/conflicts.ts'

const CASES: [name: string, a: JsonObject, b: JsonObject, conflicts: Conflict[]][] = [
  ['different fields', { spec: { priority: 1 } }, { spec: { hostname: 'x' } }, []],
  ['equal values', { spec: { containers: [{ name: 'a', image: 'i' }] } }, { spec: { containers: [{ name: 'a', image: 'i', tty: true }] } }, []],
  ['different containers', { spec: { containers: [{ name: 'a', image: 'i' }] } }, { spec: { containers: [{ name: 'b', image: 'j' }] } }, []],
  [
    'one image of one container',
    { spec: { containers: [{ name: 'a', image: 'i' }] } },
    { spec: { containers: [{ name: 'x' }, { name: 'a', image: 'j' }] } },
    [
      {
        message: 'injectors "first" and "second" write different values to spec.containers.a.image: "i" and "j"',
        field: ['spec', 'containers', 'a', 'image'],
      },
    ],
  ],
  [
    'an annotation',
    { metadata: { annotations: { 'a/b': '1' } } },
    { metadata: { annotations: { 'a/b': '2' } } },
    [
      {
        message: 'injectors "first" and "second" write different values to metadata.annotations["a/b"]: "1" and "2"',
        field: ['metadata', 'annotations', 'a/b'],
      },
    ],
  ],
  [
    'a list without names',
    { spec: { containers: [{ name: 'a', args: ['x', 'y'] }] } },
    { spec: { containers: [{ name: 'a', args: ['y', 'x'] }] } },
    [
      {
        message: 'injectors "first" and "second" write different values to spec.containers.a.args: ["x","y"] and ["y","x"]',
        field: ['spec', 'containers', 'a', 'args'],
      },
    ],
  ],
]

for (const [name, a, b, conflicts] of CASES) {
  t.test(name, async t => {
    t.same(conflictsBetween({ injector: 'first', pods: [a] }, { injector: 'second', pods: [{}, b] }), conflicts)
  })
}

t.test('a workload that two injectors quarrel over is an error that names both, and stays as it is', async t => {
  const injector = (name: string, image: string) => `
  - name: ${name}
    webhooks: [{objectSelector: {matchLabels: {app: web}}}]
    config: {templates: {sidecar: "spec: {containers: [{name: proxy, image: ${image}}]}"}}`
  const text = `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: web}]}
`
  const config = `apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata: {name: x}\nspec:\n  injectors:${injector('red', 'r')}${injector('blue', 'b')}\n`
  const { files, diagnostics } = inject({ files: [{ path: 'web.yaml', text }], functionConfig: { path: 'c.yaml', text: config } })
  t.match(diagnostics, [
    { code: 'injector-conflict', severity: 'error', resource: { name: 'web' }, message: /"red" and "blue".*spec\.containers\.proxy\.image: "r" and "b"/ },
  ])
  t.equal(files[0]?.text, text)
})

t.test('each conflict is a finding of its own, at its field', async t => {
  const injector = (name: string, value: string) => `
  - name: ${name}
    webhooks: [{objectSelector: {matchLabels: {app: web}}}]
    config: {templates: {sidecar: "{spec: {priorityClassName: ${value}, containers: [{name: web, env: [{name: A, value: ${value}}]}, {name: extra, image: ${value}}]}}"}}`
  const text = `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  containers:
  - {name: other, image: other}
  - name: web
    image: web
    env:
    - {name: B, value: b}
    - {name: A, value: a}
`
  const config = `apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata: {name: x}\nspec:\n  injectors:${injector('red', 'r')}${injector('blue', 'b')}\n`
  const { diagnostics } = inject({ files: [{ path: 'web.yaml', text }], functionConfig: { path: 'c.yaml', text: config } })
  t.same(
    diagnostics.filter(({ code }) => code === 'injector-conflict').map(({ field, at }) => [field, at?.line]),
    [
      [['spec', 'priorityClassName'], 5],
      [['spec', 'containers', 1, 'env', 1, 'value'], 11],
      [['spec', 'containers', 'extra', 'image'], 6],
    ],
  )
})
