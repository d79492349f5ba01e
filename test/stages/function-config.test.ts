// The function config: its form, its mistakes in one run, its defaults; the files that are generated from its schema.

import { readFileSync } from 'node:fs'
import t from 'tap'
import { CONFIG_MAP_EXAMPLE, EXAMPLE, generatedDocs } from '../../scripts/generate-docs.ts'
import { generatedValidators } from '../../scripts/generate-validators.ts'
import type { FieldPath, JsonObject, Resource } from '../../src/lib/model/index.ts'
import { formatPath, nearest } from '../../src/lib/model/index.ts'
import { parseDocuments } from '../../src/lib/yaml/index.ts'
import { loadYaml } from '../../src/lib/yaml/load.ts'
import { readFunctionConfig } from '../../src/read/function-config.ts'

/** A resource whose positions show the path that was asked for. */
function resource(text: string, path: FieldPath = []): Resource {
  const value = loadYaml(text) as JsonObject
  const ref = { apiVersion: String(value.apiVersion), kind: String(value.kind), name: 'mesh' }
  return { ref, value, path, source: { positionOf: at => ({ file: formatPath(at), line: 1, column: 1 }) } }
}

function injector(spec: string): Resource {
  return resource(`apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nmetadata: {name: mesh}\nspec:\n${spec.replace(/^/gm, '  ')}\n`)
}

/** `path: message (hint)` of every finding. */
function mistakes(config: Resource): string[] {
  const { diagnostics } = readFunctionConfig(config)
  return diagnostics.map(d => `${d.at?.file}: ${d.message}${d.hint === undefined ? '' : ` (${d.hint})`}`)
}

t.test('no config at all means Istio with its defaults', async t => {
  const { config, diagnostics } = readFunctionConfig(undefined)
  t.same(diagnostics, [])
  t.same(config?.istio, { namespace: 'istio-system', compatibility: 'Auto', env: new Map() })
  t.same(config?.cluster, { defaultNamespace: 'default', isNamespaceAssumed: true, namespaces: new Map() })
  t.same([config?.unknownNamespace, config?.explain, config?.injectors, config?.expect], ['Fail', false, [], []])
})

t.test('a config without a spec, and the empty ConfigMap that kpt makes up, mean the same', async t => {
  t.same(readFunctionConfig(resource('apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector')).config?.istio?.namespace, 'istio-system')
  const empty = resource('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: function-input}')
  t.same(readFunctionConfig(empty).config?.istio?.namespace, 'istio-system')
  t.same(readFunctionConfig(empty).diagnostics, [])
})

t.test('every field is read', async t => {
  const { config, diagnostics } = readFunctionConfig(
    injector(`
istio:
  namespace: mesh
  revisions: [default, canary]
  webhookPath: /inject/cluster/east/net/net-1
  nativeSidecars: Enabled
  compliancePolicy: fips-140-2
  compatibility: "1.30"
  env: {FEATURE: "on"}
cluster:
  kubeletVersions: [v1.34.0]
  platform: openshift
  defaultNamespace: apps
  namespaces:
    shop: {labels: {istio-injection: enabled}, annotations: {a: b}}
    bare:
injectors:
- name: log-shipper
  order: Before
  webhooks:
  - objectSelector: {matchLabels: {logging: enabled}}
  config:
    policy: disabled
    templates: {sidecar: "spec: {}", other: ""}
    defaultTemplates: [both]
    aliases: {both: [sidecar, other]}
    neverInjectSelector: [{matchLabels: {a: b}}]
    injectedAnnotations: {x: "y"}
  values: {image: fluent/fluent-bit:4.0}
sources: [istio/]
resources:
- {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
workloads:
- {apiVersion: argoproj.io/v1alpha1, kind: Rollout, podTemplate: "spec.templates[0].pod"}
unknownNamespace: Skip
expect:
- {kind: Deployment, namespace: shop, injected: true, injector: istio, revision: canary, templates: [sidecar]}
explain: true
`),
  )
  t.same(diagnostics, [])
  t.same(config?.istio, {
    namespace: 'mesh',
    revisions: ['default', 'canary'],
    webhookPath: '/inject/cluster/east/net/net-1',
    nativeSidecars: 'Enabled',
    compliancePolicy: 'fips-140-2',
    compatibility: '1.30',
    env: new Map([['FEATURE', 'on']]),
  })
  t.same(config?.cluster, {
    kubeletVersions: ['v1.34.0'],
    platform: 'openshift',
    defaultNamespace: 'apps',
    namespaces: new Map([
      ['shop', { labels: new Map([['istio-injection', 'enabled']]), annotations: new Map([['a', 'b']]) }],
      ['bare', { labels: new Map(), annotations: new Map() }],
    ]),
  })
  t.same(config?.injectors, [
    {
      name: 'log-shipper',
      order: 'Before',
      webhooks: [{ objectSelector: { matchLabels: { logging: 'enabled' } } }],
      config: {
        policy: 'disabled',
        templates: new Map([
          ['sidecar', 'spec: {}'],
          ['other', ''],
        ]),
        defaultTemplates: ['both'],
        aliases: new Map([['both', ['sidecar', 'other']]]),
        neverInjectSelector: [{ matchLabels: { a: 'b' } }],
        alwaysInjectSelector: [],
        injectedAnnotations: new Map([['x', 'y']]),
      },
      values: { image: 'fluent/fluent-bit:4.0' },
      field: ['spec', 'injectors', 0],
    },
  ])
  t.same([config?.sources, config?.unknownNamespace, config?.explain, config?.name], [['istio/'], 'Skip', true, 'mesh'])
  t.same(config?.resources[0]?.ref, { apiVersion: 'v1', kind: 'Namespace', name: 'shop' })
  t.same(config?.resources[0]?.path, ['spec', 'resources', 0])
  t.same(config?.workloads, [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', podTemplate: ['spec', 'templates', 0, 'pod'] }])
  const expected = { kind: 'Deployment', namespace: 'shop', injected: true, injector: 'istio', revision: 'canary', templates: ['sidecar'] }
  t.same(config?.expect, [{ ...expected, field: ['spec', 'expect', 0] }])
})

t.test('every mistake comes out in one run, each with its place and a way out', async t => {
  const wrong = injector(`
istoi: {}
istio:
  revisons: [a]
  nativeSidecars: enabled
  compatibility: 1.30
cluster:
  kubeletVersions: v1.34.0
unknownNamespace: Ignore
explain: "true"
sources: [../up, /etc, a/../b]
injectors:
- {name: Log, order: After}
workloads:
- {apiVersion: a/v1, kind: A, podTemplate: spec..template}
expect:
- {injected: yes, kid: Deployment}
`)
  t.same(mistakes(wrong).sort(), [
    'spec.cluster.kubeletVersions: `spec.cluster.kubeletVersions` must be a list, not the string "v1.34.0"',
    'spec.expect[0].kid: `spec.expect[0]`: unknown field `kid` (did you mean `kind`?)',
    'spec.explain: `spec.explain` must be true or false, not the string "true"',
    'spec.injectors[0].name: `spec.injectors[0].name` is "Log" but must be lower case letters, digits, `-` and `.`',
    'spec.injectors[0]: `spec.injectors[0]`: field `config` is missing',
    'spec.injectors[0]: `spec.injectors[0]`: field `webhooks` is missing',
    'spec.istio.compatibility: `spec.istio.compatibility` must be a string, not 1.3 (put it in quotes)',
    'spec.istio.nativeSidecars: `spec.istio.nativeSidecars` is "enabled" but must be one of "Auto", "Enabled", "Disabled" (did you mean "Enabled"?)',
    'spec.istio.revisons: `spec.istio`: unknown field `revisons` (did you mean `revisions`?)',
    'spec.istoi: `spec`: unknown field `istoi` (did you mean `istio`?)',
    'spec.sources[0]: `spec.sources[0]` is "../up" but must be a relative path below the working directory, without `..`',
    'spec.sources[1]: `spec.sources[1]` is "/etc" but must be a relative path below the working directory, without `..`',
    'spec.sources[2]: `spec.sources[2]` is "a/../b" but must be a relative path below the working directory, without `..`',
    'spec.unknownNamespace: `spec.unknownNamespace` is "Ignore" but must be one of "Fail", "Skip", "NoLabels"',
    'spec.workloads[0].podTemplate: `spec.workloads[0].podTemplate` is "spec..template" but must be a path such as `spec.template`',
  ])
  const { config, diagnostics } = readFunctionConfig(wrong)
  t.equal(config, undefined)
  t.same([...new Set(diagnostics.map(d => `${d.severity} ${d.code}`))], ['error config-invalid'])
})

t.test('mistakes that no schema sees', async t => {
  const config = '{templates: {sidecar: ""}}'
  const cases: readonly [string, string, string[]][] = [
    [
      'names that are taken',
      `injectors:\n- {name: istio, webhooks: [{}], config: ${config}}\n- {name: a, webhooks: [{}], config: ${config}}\n- {name: a, webhooks: [{}], config: ${config}}`,
      [
        'spec.injectors[0].name: `spec.injectors[0]`: the name "istio" is the name of Istio itself (give each injector its own name)',
        'spec.injectors[2].name: `spec.injectors[2]`: the name "a" is taken by an injector before (give each injector its own name)',
      ],
    ],
    [
      'templates that are not there',
      'injectors:\n- name: a\n  webhooks: [{}]\n  config: {templates: {one: ""}, defaultTemplates: [oen, x], aliases: {x: [two]}}',
      [
        'spec.injectors[0].config.aliases.x[0]: `spec.injectors[0].config.aliases.x[0]`: there is no template "two" (known templates: one)',
        'spec.injectors[0].config.defaultTemplates[0]: `spec.injectors[0].config.defaultTemplates[0]`: there is no template "oen" (did you mean "one"?)',
      ],
    ],
    [
      'no template to render by default',
      'injectors:\n- {name: a, webhooks: [{}], config: {templates: {one: ""}}}',
      [
        'spec.injectors[0].config.templates: `spec.injectors[0].config.templates` has no template "sidecar", which is rendered when `defaultTemplates` is not given (known templates: one)',
      ],
    ],
    [
      'selectors that Kubernetes rejects',
      `injectors:\n- {name: a, webhooks: [{objectSelector: {matchExpressions: [{key: k, operator: In}]}}], config: ${config}}`,
      [
        "spec.injectors[0].webhooks[0].objectSelector: `spec.injectors[0].webhooks[0].objectSelector`: values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty",
      ],
    ],
    [
      'expectations on injectors that are not there',
      'istio: {}\nexpect: [{injected: true, injector: itsio}]',
      ['spec.expect[0].injector: `spec.expect[0]`: there is no injector "itsio" (did you mean "istio"?)'],
    ],
  ]
  for (const [name, spec, want] of cases) t.same(mistakes(injector(spec)).sort(), want, name)
})

t.test('a config of another version or kind says which is right', async t => {
  const other = resource('apiVersion: inject-sidecars.dev/v1\nkind: Injector\nspec: {istio: }')
  t.same(mistakes(other), [
    'apiVersion: `apiVersion` is "inject-sidecars.dev/v1" but must be "inject-sidecars.dev/v1alpha1"',
    'kind: `kind` is "Injector" but must be "SidecarInjector"',
    'spec.istio: `spec.istio` must be a mapping, not null (write `istio: {}`, or leave it out)',
  ])
})

t.test('a spec that injects nothing is a warning, not silence', async t => {
  const { config, diagnostics } = readFunctionConfig(injector('explain: true'))
  t.same(
    diagnostics.map(d => [d.severity, d.code]),
    [['warning', 'config-empty']],
  )
  t.equal(config?.istio, undefined)
})

t.test('a ConfigMap holds the same config as texts', async t => {
  const whole = resource('apiVersion: v1\nkind: ConfigMap\ndata:\n  config: |\n    istio: {nativeSidecars: Enabled}\n    explain: true\n')
  const fields = resource(
    'apiVersion: v1\nkind: ConfigMap\ndata: {istio: "true", istio.nativeSidecars: Enabled, explain: yes, cluster.kubeletVersions: "[v1.34.0]", istio.compatibility: 1.31}',
  )
  t.same(readFunctionConfig(whole).diagnostics, [])
  t.equal(readFunctionConfig(whole).config?.istio?.nativeSidecars, 'Enabled')
  t.equal(readFunctionConfig(whole).config?.explain, true)
  t.same(readFunctionConfig(fields).diagnostics, [])
  t.equal(readFunctionConfig(fields).config?.istio?.nativeSidecars, 'Enabled')
  t.equal(readFunctionConfig(fields).config?.istio?.compatibility, '1.31')
  t.equal(readFunctionConfig(fields).config?.explain, true)
  t.same(readFunctionConfig(fields).config?.cluster.kubeletVersions, ['v1.34.0'])
})

t.test('a single field goes over the whole, and switches Istio on or off', async t => {
  const on = resource('apiVersion: v1\nkind: ConfigMap\ndata:\n  istio: "on"\n  config: "istio: {namespace: mesh}"\n')
  t.equal(readFunctionConfig(on).config?.istio?.namespace, 'mesh')
  const off = resource('apiVersion: v1\nkind: ConfigMap\ndata:\n  istio: "false"\n  config: "istio: {namespace: mesh}"\n')
  t.equal(readFunctionConfig(off).config?.istio, undefined)
})

t.test('mistakes in a ConfigMap point at its keys', async t => {
  const wrong = resource(`apiVersion: v1
kind: ConfigMap
spec: {}
data:
  istoi: "true"
  istio.nativeSidecars: maybe
  sources: {a: b}
  config: |
    - a
`)
  t.same(
    mistakes(wrong).sort(),
    [
      'data.config: `data.config` must be a mapping with the fields of the spec',
      'data.sources: `data.sources` must be a string (write it as a YAML string: `sources: |`)',
      'data["istio.nativeSidecars"]: `spec.istio.nativeSidecars` is "maybe" but must be one of "Auto", "Enabled", "Disabled"',
      'data.istoi: unknown key `istoi` in `data` (did you mean `istio`?)',
      'spec: unknown field `spec` in a ConfigMap (put its fields into `data`, or write kind: SidecarInjector)',
    ].sort(),
  )
})

t.test('mistakes stand at file, line and column', async t => {
  const at = (text: string): string[] => {
    const [document] = parseDocuments({ path: 'fn.yaml', text })
    if (document === undefined) throw new Error('no document')
    const value = document.value as JsonObject
    const ref = { apiVersion: String(value.apiVersion), kind: String(value.kind), name: 'mesh' }
    const { diagnostics } = readFunctionConfig({ ref, value, source: document, path: [] })
    return diagnostics.map(({ at, message }) => `${at?.file}:${at?.line}:${at?.column} ${at?.lineText?.slice((at?.column ?? 1) - 1)} | ${message}`)
  }
  const header = 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nspec:\n'
  t.same(at(`${header}  istio:\n    nativeSidecars: On\n    revisons:\n    - a\n`), [
    'fn.yaml:5:21 On | `spec.istio.nativeSidecars` must be a string, not true',
    'fn.yaml:6:5 revisons: | `spec.istio`: unknown field `revisons`',
  ])
  t.same(at('apiVersion: v1\nkind: ConfigMap\ndata:\n  istio: "true"\n  istio.compatibility: 1.27\n  config: |\n    explain: 1\n\n    expect:\n    - {}\n'), [
    'fn.yaml:5:24 … | `spec.istio.compatibility` is "1.27" but must be one of "Auto", "1.28", "1.29", "1.30", "1.31", "1.32"',
    'fn.yaml:7:14 … | `spec.explain` must be true or false, not 1',
    'fn.yaml:10:7 … | `spec.expect[0]`: field `injected` is missing',
  ])
  const [syntax, unknown] = at('apiVersion: v1\nkind: ConfigMap\ndata: {config: "istio: [", istio.x: a}\n')
  t.match(syntax, /^fn\.yaml:3:8 .*`data\.config`, line 1: did not find/)
  t.equal(unknown, 'fn.yaml:3:28  | unknown key `istio.x` in `data`')
})

t.test('names like those of prototypes are ordinary unknown names', async t => {
  t.same(mistakes(injector('__proto__: {}\nconstructor: {}\nistio: {}')).sort(), [
    'spec.__proto__: `spec`: unknown field `__proto__` (known fields: istio, cluster, injectors, sources, exclude, resources, policies, workloads, unknownNamespace, emulateDefaults, record, unknownParams, expect, allow, explain, action)',
    'spec.constructor: `spec`: unknown field `constructor` (known fields: istio, cluster, injectors, sources, exclude, resources, policies, workloads, unknownNamespace, emulateDefaults, record, unknownParams, expect, allow, explain, action)',
  ])
})

t.test('the nearest known name is a slip of the pen away', async t => {
  const cases: readonly [string, string[], string | undefined][] = [
    ['revisons', ['revisions', 'namespace'], 'revisions'],
    ['Revisions', ['revisions'], 'revisions'],
    ['teh', ['the', 'tool'], 'the'],
    ['nothing', ['revisions'], undefined],
    ['x', ['a'], undefined],
    ['x'.repeat(10_000), ['a'], undefined],
  ]
  for (const [name, known, want] of cases) t.equal(nearest(name, known), want, name.slice(0, 20))
})

t.test('what is generated from the schema and the list of codes is up to date', async t => {
  for (const [file, text] of [...generatedValidators(), ...generatedDocs()]) {
    t.ok(readFileSync(file, 'utf8') === text, `${file} is out of date: run \`npm run generate\``)
  }
})

t.test('the documentation shows function configs without mistakes', async t => {
  for (const example of [EXAMPLE, CONFIG_MAP_EXAMPLE]) {
    const { config, diagnostics } = readFunctionConfig(resource(example))
    t.same(diagnostics, [])
    t.equal(config?.expect.length, 1)
  }
})
