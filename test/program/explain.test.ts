// What people and machines are told about decisions: table, trace, JSON, results; and the assertions of `expect`.

import t from 'tap'
import { guardPresent, isGuard } from '../../src/lib/model/index.ts'
import { checkExpectations } from '../../src/select/expect.ts'
import { explainJson, explainResults, explainTable, explainTrace } from '../../src/select/explain.ts'
import { decideFor, functionConfig, namespace, type PodOptions } from '../support/mesh.ts'

const INJECT = 'sidecar.istio.io/inject'
const namespaces = [namespace('shop', { 'istio-injection': 'enabled' }), namespace('old', { 'istio-injection': 'disabled' })]
const decide = (pod: PodOptions, spec?: string) => decideFor(pod, { namespaces, ...(spec === undefined ? {} : { spec }) })

const OWN = 'istio: {}\ninjectors:\n- name: logs\n  webhooks: [{objectSelector: {matchLabels: {logging: enabled}}}]\n  config: {templates: {sidecar: ""}}'

t.test('the table has a line for each workload and injector', async t => {
  const table = explainTable([
    decide({}),
    decide({ name: 'off', labels: { [INJECT]: 'false' } }),
    decide({ name: 'host', kind: 'DaemonSet', spec: { hostNetwork: true } }),
    decide({ name: 'both', labels: { logging: 'enabled' } }, OWN),
    decide({ name: 'a', namespace: 'old' }),
    decide({ name: 'b', namespace: 'nowhere' }),
  ])
  t.same(
    table
      .replace(/(?<=[✔✘!])\n {4}/g, '  ')
      .replace(/(?<=\S)\n +/g, ' ')
      .split('\n')
      .map(line => line.replace(/ {2,}/g, ' | ').trimEnd()),
    [
      'WORKLOAD | WEBHOOK | REVISION | INJECTED | REASON',
      'Deployment shop/web | istio-sidecar-injector | default | ✔ | Namespace label istio-injection=enabled matches; The injection policy is enabled',
      'Deployment shop/off | - | - | ✘ | Pod has sidecar.istio.io/inject=false label, preventing injection',
      'DaemonSet shop/host | - | - | ✘ | The pod uses the host network',
      'Deployment shop/both | istio-sidecar-injector | default | ✔ | Namespace label istio-injection=enabled matches; The injection policy is enabled',
      'Deployment shop/both | logs | - | ✔ | Pod label logging=enabled matches; The injection policy is enabled',
      'Deployment old/a | - | - | ✘ | Namespace has istio-injection=disabled label, preventing injection',
      'Deployment nowhere/b | - | - | ! | cannot decide whether to inject it. It depends on labels of namespace nowhere that are not in the input: istio.io/rev, istio-injection',
      '',
    ],
  )
})

t.test('the table fits 100 columns: a long reason stands below its workload, a short one behind it', async t => {
  const table = explainTable([
    decide({}),
    decide({ name: 'host', kind: 'DaemonSet', spec: { hostNetwork: true } }),
    decide({ name: 'b', namespace: 'nowhere' }),
  ])
  t.same(table.split('\n').slice(1), [
    'Deployment shop/web   istio-sidecar-injector  default   ✔',
    '    Namespace label istio-injection=enabled matches; The injection policy is enabled',
    'DaemonSet shop/host   -                       -         ✘         The pod uses the host network',
    'Deployment nowhere/b  -                       -         !',
    '    cannot decide whether to inject it. It depends on labels of namespace nowhere that are not in',
    '    the input: istio.io/rev, istio-injection',
    '',
  ])
})

t.test('the columns stand below each other', async t => {
  const lines = explainTable([decide({}), decide({ name: 'a-much-longer-name' })])
    .trimEnd()
    .split('\n')
    .filter(line => !line.startsWith(' '))
  t.same(new Set(lines.map(line => line.indexOf(lines[0] === line ? 'WEBHOOK' : 'istio-sidecar-injector'))).size, 1)
})

t.test('the trace tells every step with its place', async t => {
  const logs = explainTrace(decide({ name: 'logs', labels: { logging: 'enabled' } }, OWN.replace('istio: {}\n', '')))
  t.equal(
    logs,
    `Deployment shop/logs: injected by logs with sidecar
  because: Pod label logging=enabled matches (logs.yaml#spec.template.metadata.labels.logging:1:1)
  because: The injection policy is enabled
  because: The default templates are rendered: sidecar
  namespace shop: istio-injection=enabled, kubernetes.io/metadata.name=shop (from its Namespace)
  ✔ webhook logs / logs[0] → logs: Pod label logging=enabled matches
      ✔ namespaceSelector: anything (fn.yaml#spec.injectors[0].webhooks[0].namespaceSelector:1:1)
      ✔ objectSelector: logging In [enabled] (fn.yaml#spec.injectors[0].webhooks[0].objectSelector.matchLabels.logging:1:1): logging=enabled (logs.yaml#spec.template.metadata.labels.logging:1:1)
      ✔ rules: CREATE pods (fn.yaml#spec.injectors[0].webhooks[0].rules[0]:1:1): rule 0
  ✔ policy of logs: The injection policy is enabled
      policy: enabled, which decides
  templates of logs: sidecar (the default)
  to flip the decision:
    - remove the pod label \`logging\`, and logs no longer injects it (logs.yaml#spec.template.metadata.labels.logging:1:1)
`,
  )
  const trace = explainTrace(decide({ labels: { app: 'web' }, annotations: { 'inject.istio.io/templates': 'gateway' } }))
  t.match(trace, /✔ policy of Istio \(revision default\): The injection policy is enabled\n {6}spec\.hostNetwork: not true\n/)
  t.match(trace, / {6}policy: enabled, which decides\n/)
  t.match(trace, / {2}templates of Istio \(revision default\): gateway \(named by the annotation inject\.istio\.io\/templates\)\n/)
  t.match(
    trace,
    / {2}to flip the decision:\n {4}- set the pod label `sidecar\.istio\.io\/inject: "false"`, and Istio \(revision default\) no longer injects it \(web\.yaml/,
  )
})

t.test('the trace of an error tells the error', async t => {
  t.match(
    explainTrace(decide({ name: 'b', namespace: 'nowhere' })),
    /not injected, because of errors\n[\s\S]*error\[namespace-unknown\]: [\s\S]*namespace nowhere: labels not known|labels not known/,
  )
})

t.test('JSON has the same, with stable codes', async t => {
  const json = JSON.parse(JSON.stringify(explainJson([decide({}), decide({ name: 'b', namespace: 'nowhere' })]))) as {
    workloads: Record<string, never>[]
  }
  const [injected, open] = json.workloads
  t.match(injected, {
    workload: { kind: 'Deployment', name: 'web', namespace: 'shop' },
    injected: true,
    injections: [{ injector: { kind: 'istio', revision: 'default' }, templates: ['sidecar'], configuration: 'istio-sidecar-injector', webhookPath: '/inject' }],
    because: [
      { code: 'namespace-label-matches', at: { field: 'metadata.labels.istio-injection', line: 1 } },
      { code: 'policy-enabled' },
      { code: 'templates-default' },
    ],
    namespace: { name: 'shop', from: 'resource', labels: { 'istio-injection': 'enabled' } },
    diagnostics: [],
  })
  t.same(Object.keys(injected ?? {}), [
    'workload',
    'injected',
    'injections',
    'because',
    'namespace',
    'webhooks',
    'policies',
    'admission',
    'flip',
    'diagnostics',
  ])
  t.match(open, { injected: false, namespace: { labels: null, from: 'unknown' }, diagnostics: [{ code: 'namespace-unknown', severity: 'error' }] })
})

t.test('results of severity info say what decided, where it stands in the workload', async t => {
  const results = explainResults([decide({}), decide({ labels: { [INJECT]: 'false' } })])
  t.match(results, [
    { severity: 'info', code: 'explained', message: /^injected by Istio \(revision default\) with sidecar: Namespace label/, resource: { name: 'web' } },
    { severity: 'info', message: /^not injected: Pod has/, field: ['spec', 'template', 'metadata', 'labels', INJECT], at: { line: 1 } },
  ])
})

t.test('an expectation that does not hold is an error', async t => {
  const decisions = [
    decide({}),
    decide({ name: 'off', labels: { [INJECT]: 'false' } }),
    decide({ name: 'logs', namespace: 'old', labels: { logging: 'enabled' } }, OWN),
  ]
  const cases: readonly [string, string, string[]][] = [
    ['one that holds', '{kind: Deployment, namespace: shop, name: web, injected: true}', []],
    [
      'on several workloads',
      '{namespace: shop, injected: true}',
      ['off: expected to be injected, but it is not injected: Pod has sidecar.istio.io/inject=false label, preventing injection'],
    ],
    [
      'not injected',
      '{name: web, injected: false}',
      [
        'web: expected to be not injected, but it is injected by Istio (revision default) with sidecar: Namespace label istio-injection=enabled matches; The injection policy is enabled; The default templates are rendered: sidecar',
      ],
    ],
    ['by whom', '{name: logs, injected: true, injector: logs}', []],
    [
      'by another',
      '{name: web, injected: true, injector: logs}',
      [
        'web: expected to be injected by logs, but it is injected by Istio (revision default) with sidecar: Namespace label istio-injection=enabled matches; The injection policy is enabled; The default templates are rendered: sidecar',
      ],
    ],
    ['not by one of them', '{name: logs, injected: false, injector: istio}', []],
    ['revision', '{name: web, injected: true, revision: default, templates: [sidecar]}', []],
    [
      'another revision',
      '{name: web, injected: true, revision: canary}',
      [
        'web: expected to be injected by Istio (revision canary), but it is injected by Istio (revision default) with sidecar: Namespace label istio-injection=enabled matches; The injection policy is enabled; The default templates are rendered: sidecar',
      ],
    ],
    [
      'other templates',
      '{name: web, injected: true, templates: [gateway]}',
      [
        'web: expected to be injected with gateway, but it is injected by Istio (revision default) with sidecar: Namespace label istio-injection=enabled matches; The injection policy is enabled; The default templates are rendered: sidecar',
      ],
    ],
    ['nobody is there', '{kind: StatefulSet, injected: true}', ['mesh: no workload with kind StatefulSet was found, but one is expected to be injected']],
    ['and need not be', '{kind: StatefulSet, injected: false}', []],
  ]
  for (const [name, expectation, want] of cases) {
    const { expect, resource } = functionConfig(`${OWN}\nexpect:\n- ${expectation}`)
    const found = checkExpectations(expect, decisions, resource)
    t.same(
      found.map(d => `${d.resource?.name}: ${d.message}`),
      want,
      name,
    )
    t.same(
      found.filter(d => d.severity !== 'error' || d.code !== 'expectation-violated' || d.at === undefined),
      [],
      name,
    )
  }
})

t.test('a violation names the assertion, and workloads with errors of their own are not judged', async t => {
  const { expect, resource } = functionConfig('istio: {}\nexpect: [{injected: true}]')
  t.match(checkExpectations(expect, [decide({ namespace: 'old' })], resource)[0]?.hint, /fn\.yaml#spec\.expect\[0\]:1 \(SidecarInjector mesh\)/)
  t.same(checkExpectations(expect, [decide({ namespace: 'nowhere' })], resource), [])
})

t.test('the guard is known by its kind', async t => {
  const cases: readonly [string, string, boolean][] = [
    ['inject-sidecars.dev/v1alpha1', 'InjectionGuard', true],
    ['inject-sidecars.dev/v2', 'InjectionGuard', true],
    ['example.com/v1alpha1', 'InjectionGuard', false],
    ['inject-sidecars.dev/v1alpha1', 'SidecarInjector', false],
  ]
  for (const [apiVersion, kind, want] of cases) t.equal(isGuard({ apiVersion, kind, name: 'x' }), want, `${apiVersion} ${kind}`)
  t.match(guardPresent({ apiVersion: 'inject-sidecars.dev/v1alpha1', kind: 'InjectionGuard', name: 'x' }), { code: 'guard-present', severity: 'error' })
})
