// The adapter for the kpt-functions SDK, run by the SDK itself: its TestRunner, and its `run` in a process of its own.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { Configs, type KubernetesObject, TestRunner } from 'kpt-functions'
import t from 'tap'
import { parseAllDocuments } from 'yaml'
import { injectSidecars } from '../../src/kpt.ts'
import { example, ROOT, resourceList } from '../support/rig.ts'

/** The two matchers of Jasmine that TestRunner calls; kpt-functions takes them from the global object. */
Object.assign(globalThis, {
  expect: (actual: unknown) => ({ toEqual: (wanted: unknown) => assert.deepEqual(actual, wanted) }),
  expectAsync: (actual: Promise<unknown>) => ({ toBeResolved: () => actual }),
})

const RUNNER = new TestRunner(injectSidecars)

function objects(...texts: readonly string[]): KubernetesObject[] {
  return texts.flatMap(text => parseAllDocuments(text).map(document => document.toJS()))
}

function only<T>(list: readonly T[]): T {
  const [first] = list
  assert.ok(first !== undefined && list.length === 1)
  return first
}

/** A sidecar of our own: one container, and a volume. */
const CONFIG = only(
  objects(`
apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
metadata: {name: shipper}
spec:
  injectors:
  - name: shipper
    webhooks: [{objectSelector: {matchLabels: {logging: enabled}}}]
    config:
      templates:
        sidecar: |
          spec:
            containers: [{name: shipper, image: registry.example.com/shipper:1}]
`),
)

function deployment(name: string, logging: string, containers: readonly object[]): KubernetesObject {
  const spec = { selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name, logging } }, spec: { containers } } }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'shop' }, spec } as KubernetesObject
}

const APP = { name: 'web', image: 'registry.example.com/web:1' }

function podSpec(object: KubernetesObject | undefined) {
  return (object as unknown as { spec: { template: { spec: { containers: { name: string }[] } } } }).spec.template.spec
}

t.test("the SDK's TestRunner: what has to be injected is, the rest is unchanged", async t => {
  const input = new Configs([deployment('web', 'enabled', [APP]), deployment('api', 'disabled', [APP])], CONFIG)
  const output = input.deepCopy()
  await injectSidecars(output)
  const [api, web] = output.getAll()
  t.same(
    podSpec(web).containers.map(container => container.name),
    ['shipper', 'web'],
  )
  t.same(api, deployment('api', 'disabled', [APP]))
  await RUNNER.assert(input, output)
  // Injecting again changes nothing.
  await RUNNER.assert(output, 'unchanged')
})

t.test('the TestRunner sees a wrong expectation', async t => {
  const input = new Configs([deployment('web', 'enabled', [APP])], CONFIG)
  await t.rejects(RUNNER.assert(input, 'unchanged'))
})

t.test('without a workload, and with no object at all, nothing changes', async t => {
  await RUNNER.assert(new Configs(), 'unchanged')
  await RUNNER.assert(new Configs(objects(example('namespace.yaml')), CONFIG), 'unchanged')
  t.same(new Configs().getAll(), [])
})

t.test('objects that do not change stay the very same', async t => {
  const values: unknown[] = ['yes', '0644', '# x: y\n- "', '\x7f\x85\u2028\ufeff', 1e21, -0, 2 ** 70, new Date(0), undefined, JSON.parse('{"__proto__": 1}')]
  const maps = values.map((value, i) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `c${i}` }, data: { value, ['k'.repeat(1000)]: value } }))
  const web = deployment('web', 'enabled', [APP])
  const configs = new Configs([...maps, web], CONFIG)
  await injectSidecars(configs)
  t.equal(configs.getAll().length, maps.length + 1)
  t.equal(
    maps.every(map => configs.getAll().some(object => object === (map as unknown))),
    true,
  )
  t.equal(configs.getAll().includes(web), false)
  t.same(configs.getResults(), [])
})

t.test('findings are results of the SDK; on an error nothing changes', async t => {
  const web = deployment('web', 'enabled', [APP])
  const broken = structuredClone(CONFIG) as KubernetesObject & { spec: { injectors: { config: { templates: Record<string, string> } }[] } }
  only(broken.spec.injectors).config.templates.sidecar = 'spec: {{ .Nothing.at.all'
  const configs = new Configs([web], broken)
  await injectSidecars(configs)
  t.same(configs.getAll(), [web])
  t.match(configs.getResults(), [{ severity: 'error', message: /\S/, tags: { code: /^template/ } }])
})

t.test('a text that no YAML can hold is an error result, too', async t => {
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'half' }, data: { pair: '\ud800' } }
  const configs = new Configs([deployment('web', 'enabled', [APP]), map], CONFIG)
  const before = configs.getAll()
  await injectSidecars(configs)
  t.match(only(configs.getResults()), { severity: 'error', tags: { code: 'yaml-syntax' } })
  t.equal(
    configs.getAll().every((object, i) => object === before[i]),
    true,
  )
})

t.test('a warning is called as the SDK calls it', async t => {
  const rollout = { ...deployment('web', 'enabled', [APP]), apiVersion: 'example.com/v1', kind: 'Rollout' }
  const configs = new Configs([rollout], CONFIG)
  await injectSidecars(configs)
  t.match(only(configs.getResults()), { severity: 'warn', message: /Rollout/, resourceRef: { kind: 'Rollout', namespace: 'shop', name: 'web' } })
})

t.test('a result names its resource, with a namespace even where there is none, as the SDK wants it', async t => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', labels: { logging: 'enabled' } }, spec: { containers: 5 } }
  const configs = new Configs([pod as unknown as KubernetesObject], CONFIG)
  await injectSidecars(configs)
  t.match(configs.getResults()[0], { severity: 'error', resourceRef: { apiVersion: 'v1', kind: 'Pod', name: 'web', namespace: '' } })
})

t.test("the SDK's run: a ResourceList in, a ResourceList out, exit code 1 and results on an error", async t => {
  const folder = t.testdir({})
  const script = join(folder, 'function.ts')
  const [sdk, adapter] = ['node_modules/kpt-functions/dist/index.js', 'src/kpt.ts'].map(path => JSON.stringify(join(ROOT, path)))
  writeFileSync(script, `import { run } from ${sdk}\nimport { injectSidecars } from ${adapter}\nawait run(injectSidecars)\n`)
  const run = (input: string) => {
    const { NODE_OPTIONS: _, ...env } = process.env
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], { input, env, encoding: 'utf8' })
    return { status, stderr, list: parseAllDocuments(stdout)[0]?.toJS() }
  }
  const shop = [example('istio/config.yaml'), example('namespace.yaml'), example('web.yaml')]
  const good = run(resourceList(shop))
  t.equal(good.status, 0, good.stderr)
  t.same(
    good.list.items.map((item: KubernetesObject) => item.kind),
    ['Deployment', 'ConfigMap', 'ConfigMap', 'Namespace'],
    'in the order of the SDK',
  )
  t.match(good.list.items[0].spec.template.metadata.annotations, { 'sidecar.istio.io/status': /istio-proxy/ })
  t.equal(good.list.items[0].spec.template.spec.volumes[1].configMap.defaultMode, 420, 'the SDK reads 0644 as YAML 1.1 does')

  const bad = run(resourceList([...shop.slice(1), 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec: 5\n']))
  t.equal(bad.status, 1)
  t.match(bad.list.results[0], { severity: 'error' })
  t.equal(bad.list.items.length, 3)
})

t.test('what the SDK loses before we see it: order, and objects of the same name', async t => {
  const [first, second] = [deployment('web', 'enabled', [APP]), deployment('web', 'enabled', [{ ...APP, image: 'registry.example.com/web:2' }])]
  const configs = new Configs([first, second, deployment('api', 'disabled', [APP])], CONFIG)
  await injectSidecars(configs)
  t.same(
    configs.getAll().map(({ metadata }) => metadata.name),
    ['api', 'web'],
  )
})
