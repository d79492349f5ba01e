// The command `patch`: what the real kustomize builds from its patches, as a Component and as Flux's postRenderers.

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { at, type Json } from '../../src/lib/model/index.ts'
import { loadYaml, toYaml } from '../../src/lib/yaml/index.ts'
import { example, ROOT, run } from '../support/rig.ts'

const KUSTOMIZE = join(ROOT, '.cache/bin/kustomize')
const needsKustomize = existsSync(KUSTOMIZE) ? false : 'no kustomize: run scripts/install-tools.sh'

t.test('the command writes patches for a folder, and kustomize builds from them what inject prints', { skip: needsKustomize }, async t => {
  const names = ['istio/config.yaml', 'namespace.yaml', 'web.yaml', 'store.yaml']
  const config = Object.fromEntries(names.map(name => [name.replace('istio/', ''), example(name)]))
  for (const format of ['strategic', 'json6902']) {
    const cwd = t.testdir({
      base: { ...config, 'kustomization.yaml': toYaml({ resources: Object.keys(config) }) },
      'kustomization.yaml': toYaml({ resources: ['base'], components: ['patches'] }),
    })
    const patch = () => run(['patch', '-o', format, '--out', 'patches', '.'], { cwd })
    const { code, stderr } = patch()
    t.same([code, stderr], [0, ''])
    t.equal(patch().code, 0, 'patches of an earlier run are no manifests')
    const injected = run(['inject', 'base'], { cwd }).stdout
    t.same(workloadsIn(execFileSync(KUSTOMIZE, ['build', cwd], { encoding: 'utf8' })), workloadsIn(injected), format)
  }
})

function workloadsIn(text: string): Json[] {
  const objects = text.split(/^---\n/m).map(part => loadYaml(part))
  return objects
    .filter(object => ['Deployment', 'StatefulSet'].includes(String(at(object, ['kind']))))
    .sort((a, b) => (String(at(a, ['kind'])) < String(at(b, ['kind'])) ? -1 : 1))
}

t.test('without a folder the patches are printed, on an error none', async t => {
  const cwd = t.testdir({ 'config.yaml': example('istio/config.yaml'), 'namespace.yaml': example('namespace.yaml'), 'web.yaml': example('web.yaml') })
  const { code, stdout } = run(['patch', '-o', 'json6902', '--no-test', '.'], { cwd })
  t.equal(code, 0)
  const operations = loadYaml(stdout)
  t.equal(Array.isArray(operations) && operations.length > 0 && operations.every(operation => at(operation, ['op']) !== 'test'), true)
  const failed = run(['patch', 'web.yaml'], { cwd })
  t.same([failed.code, failed.stdout], [1, ''])
  t.match(failed.stderr, /error\[config-missing\]/)
  t.equal(run(['patch', '-o', 'merge', 'web.yaml'], { cwd }).code, 3)
})

const CHART = [
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec:\n  template:\n    metadata: {labels: {app: shop}}\n    spec:\n      containers:\n      - {name: web, image: web:1}\n',
  'apiVersion: v1\nkind: Service\nmetadata: {name: shop}\n',
]
const HOOKS = [
  'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: shop-migrate\n  annotations: {helm.sh/hook: pre-upgrade}\nspec:\n  template:\n    metadata: {labels: {app: migrate}}\n    spec:\n      restartPolicy: Never\n      containers:\n      - {name: migrate, image: web:1}\n',
]

t.test(
  'post-renderers of a HelmRelease inject what they are given under each postRenderStrategy: all, all but the hooks, hooks alone',
  {
    skip: needsKustomize,
  },
  async t => {
    const cwd = t.testdir({
      'config.yaml': example('istio/config.yaml'),
      'inject-sidecars.yaml': toYaml({
        apiVersion: 'inject-sidecars.dev/v1alpha1',
        kind: 'SidecarInjector',
        metadata: { name: 'mesh' },
        spec: {
          istio: {},
          sources: ['config.yaml'],
          cluster: { kubeletVersions: ['v1.34.0'], namespaces: { shop: { labels: { 'istio-injection': 'enabled' } } } },
        },
      }),
      'chart.yaml': [...CHART, ...HOOKS].join('---\n'),
    })
    const { code, stdout, stderr } = run(['patch', '-o', 'post-renderers', '-n', 'shop', 'chart.yaml'], { cwd })
    t.same([code, stderr], [0, ''])
    const patches = at(loadYaml(stdout), ['postRenderers', 0, 'kustomize', 'patches'])
    t.same(Array.isArray(patches) && patches.map(each => at(each, ['target', 'kind'])), ['Deployment', 'Job'])
    t.notMatch(stdout, /inject-sidecars\.dev\/record/, 'what is rendered carries no record')
    const injected = new Map(
      objectsIn(run(['inject', '--record', 'Never', '-n', 'shop', 'chart.yaml'], { cwd }).stdout).map(each => [at(each, ['kind']), each]),
    )
    // helm-controller runs kustomize with these patches over each stream.
    const streams: [name: string, manifests: string[], kinds: string[]][] = [
      ['combined', [...CHART, ...HOOKS], ['Deployment', 'Job', 'Service']],
      ['nohooks', CHART, ['Deployment', 'Service']],
      ['separate', HOOKS, ['Job']],
    ]
    for (const [name, manifests, kinds] of streams) {
      const folder = t.testdir({ 'in.yaml': manifests.join('---\n'), 'kustomization.yaml': toYaml({ resources: ['in.yaml'], patches: patches as Json }) })
      const rendered = objectsIn(execFileSync(KUSTOMIZE, ['build', folder], { encoding: 'utf8' }))
      t.same(rendered.map(each => at(each, ['kind'])).sort(), kinds, name)
      for (const each of rendered) t.same(each, injected.get(at(each, ['kind'])), `${name}: ${String(at(each, ['kind']))}`)
    }
  },
)

function objectsIn(text: string): Json[] {
  return text.split(/^---\n/m).map(part => loadYaml(part))
}
