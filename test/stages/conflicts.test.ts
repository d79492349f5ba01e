// Injectors that would overwrite each other.

import t from 'tap'
import { inject } from '../../src/inject.ts'
import type { JsonObject } from '../../src/lib/model/index.ts'
import { conflictsBetween } from '../../src/merge/conflicts.ts'

const CASES: [name: string, a: JsonObject, b: JsonObject, conflicts: string[]][] = [
  ['different fields', { spec: { priority: 1 } }, { spec: { hostname: 'x' } }, []],
  ['equal values', { spec: { containers: [{ name: 'a', image: 'i' }] } }, { spec: { containers: [{ name: 'a', image: 'i', tty: true }] } }, []],
  ['different containers', { spec: { containers: [{ name: 'a', image: 'i' }] } }, { spec: { containers: [{ name: 'b', image: 'j' }] } }, []],
  [
    'one image of one container',
    { spec: { containers: [{ name: 'a', image: 'i' }] } },
    { spec: { containers: [{ name: 'x' }, { name: 'a', image: 'j' }] } },
    ['injectors "first" and "second" write different values to spec.containers.a.image: "i" and "j"'],
  ],
  [
    'an annotation',
    { metadata: { annotations: { 'a/b': '1' } } },
    { metadata: { annotations: { 'a/b': '2' } } },
    ['injectors "first" and "second" write different values to metadata.annotations["a/b"]: "1" and "2"'],
  ],
  [
    'a list without names',
    { spec: { containers: [{ name: 'a', args: ['x', 'y'] }] } },
    { spec: { containers: [{ name: 'a', args: ['y', 'x'] }] } },
    ['injectors "first" and "second" write different values to spec.containers.a.args: ["x","y"] and ["y","x"]'],
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
