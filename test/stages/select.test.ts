// Which injectors inject a workload, and why.

import t from 'tap'
import { conditionCompiler as compilerOfConditions } from '../../src/select/condition-compiler.ts'
import { select } from '../../src/select/select.ts'
import { CANARY, DEFAULT, decideFor, functionConfig, injectorConfig, istioWebhook, namespace, outcome, podOf, workload } from '../support/mesh.ts'

const INJECT = 'sidecar.istio.io/inject'
const REV = 'istio.io/rev'
const ENABLED = namespace('shop', { 'istio-injection': 'enabled' })

t.test('namespace and pod labels choose the revision as the live webhooks do', async t => {
  const columns: Record<string, string>[] = [
    {},
    { [INJECT]: 'bogus' },
    { [INJECT]: 'true' },
    { [INJECT]: 'false' },
    { [REV]: 'canary' },
    { [REV]: 'default' },
    { [INJECT]: 'true', [REV]: 'canary' },
  ]
  const D = 'default: sidecar'
  const X = 'canary: sidecar'
  const table: readonly [Record<string, string>, string[]][] = [
    [{}, ['-', '-', D, '-', X, D, X]],
    [{ 'istio-injection': 'enabled' }, [D, D, D, '-', D, D, D]],
    [{ 'istio-injection': 'enabled', [REV]: 'canary' }, [D, D, D, '-', D, D, D]],
    [{ 'istio-injection': 'disabled' }, ['-', '-', '-', '-', '-', '-', '-']],
    [{ [REV]: 'default' }, [D, D, D, '-', D, D, D]],
    [{ [REV]: 'canary' }, [X, X, X, '-', X, X, X]],
  ]
  for (const [labels, want] of table) {
    const got = columns.map(pod => outcome(decideFor({ labels: pod }, { namespaces: [namespace('shop', labels)] })))
    t.same(got, want, JSON.stringify(labels))
  }
})

t.test('a tag is a webhook that points to a revision', async t => {
  const tag = istioWebhook('istio-revision-tag-prod', { rev: 'canary', label: 'prod' })
  const decision = decideFor({ labels: { [REV]: 'prod' } }, { webhooks: [DEFAULT, CANARY, tag], namespaces: [namespace('shop')] })
  t.same(
    decision.injections.map(i => [i.injector, i.configuration, i.webhook]),
    [[{ kind: 'istio', revision: 'canary' }, 'istio-revision-tag-prod', 'rev.object.sidecar-injector.istio.io']],
  )
  t.same(
    decision.because.map(r => r.message),
    ['Pod label istio.io/rev=prod matches', 'The injection policy is enabled', 'The default templates are rendered: sidecar'],
  )
})

t.test('the path of the webhook carries cluster and network, unless the config says otherwise', async t => {
  const webhooks = [istioWebhook('istio-sidecar-injector', { rev: 'default', legacy: true, path: '/inject/cluster/east' })]
  t.equal(decideFor({}, { webhooks, namespaces: [ENABLED] }).injections[0]?.webhookPath, '/inject/cluster/east')
  t.equal(decideFor({}, { webhooks, namespaces: [ENABLED], spec: 'istio: {webhookPath: /inject/net/x}' }).injections[0]?.webhookPath, '/inject/net/x')
})

t.test('a revision without its label is read from the service, and foreign webhooks are passed over', async t => {
  const bare = structuredClone(CANARY.value)
  bare.metadata = { name: 'x' }
  const foreign = {
    apiVersion: 'v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'vault' },
    webhooks: [{ name: 'vault.hashicorp.com', rules: [] }],
  }
  const decision = decideFor({}, { webhooks: [{ value: bare }, { value: foreign }], namespaces: [namespace('shop', { [REV]: 'canary' })] })
  t.equal(outcome(decision), 'canary: sidecar')
  t.same([...new Set(decision.trace.webhooks.map(w => w.configuration))], ['x'])
})

t.test('deactivated webhooks never match, and the trace says so', async t => {
  const value = structuredClone(DEFAULT.value)
  const never = { matchLabels: { 'istio.io/deactivated': 'never-match' } }
  for (const entry of value.webhooks as Record<string, unknown>[]) Object.assign(entry, { namespaceSelector: never, objectSelector: never })
  const decision = decideFor({}, { webhooks: [{ value }], namespaces: [ENABLED] })
  t.equal(outcome(decision), '-')
  t.same(
    decision.because.map(r => r.message),
    ['The injection webhook is deactivated, and will never match labels.'],
  )
})

t.test('two webhooks that both claim a pod are an error that names both', async t => {
  const tag = istioWebhook('istio-revision-tag-default', { rev: 'canary', label: 'default', legacy: true })
  const decision = decideFor({}, { webhooks: [DEFAULT, CANARY, tag], namespaces: [ENABLED] })
  t.equal(outcome(decision), 'error webhook-conflict')
  t.match(decision.diagnostics[0]?.message, /istio-revision-tag-default \(.*revision canary\) and istio-sidecar-injector \(.*revision default\)/)
  t.same(decision.injections, [])
  const chosen = decideFor({}, { webhooks: [DEFAULT, CANARY, tag], namespaces: [ENABLED], spec: 'istio: {revisions: [canary]}' })
  t.equal(outcome(chosen), 'canary: sidecar', 'unless the config chooses the revision')
  const hostNetwork = decideFor({ spec: { hostNetwork: true } }, { webhooks: [DEFAULT, CANARY, tag], namespaces: [ENABLED] })
  t.equal(outcome(hostNetwork), '-', 'or neither would inject anyway')
})

t.test('a revision that nothing serves is an error, as the pod would start without a proxy', async t => {
  const decision = decideFor({ labels: { [REV]: 'canray' } }, { namespaces: [namespace('shop')] })
  t.equal(outcome(decision), 'error revision-unknown')
  t.match(decision.diagnostics[0], {
    message: /"canray"/,
    hint: /did you mean "canary"/,
    at: { file: 'web.yaml#spec.template.metadata.labels["istio.io/rev"]' },
  })
  const optedOut = decideFor({ labels: { [REV]: 'canray', [INJECT]: 'false' } }, { namespaces: [namespace('shop')] })
  t.same([outcome(optedOut), optedOut.diagnostics], ['-', []], 'but not where the pod wants no proxy')
  const others = decideFor({ labels: { [REV]: 'theirs' } }, { namespaces: [namespace('shop')], spec: 'istio: {revisions: [default]}' })
  t.same(
    [outcome(others), others.diagnostics.map(d => [d.severity, d.code])],
    ['-', [['warning', 'revision-unknown']]],
    'and a warning where revisions are chosen',
  )
})

t.test('a revision whose ConfigMap is not there is an error', async t => {
  const decision = decideFor({ labels: { [REV]: 'canary' } }, { istio: new Map([['default', injectorConfig()]]), namespaces: [namespace('shop')] })
  t.equal(outcome(decision), 'error revision-missing')
  t.match(decision.diagnostics[0]?.hint, /istio-sidecar-injector-canary; known revisions: default/)
  const excluded = decideFor({ labels: { [REV]: 'canary' } }, { namespaces: [namespace('shop')], spec: 'istio: {revisions: [default]}' })
  t.same([outcome(excluded), excluded.diagnostics.map(d => [d.severity, d.code])], ['-', [['warning', 'revision-excluded']]])
})

t.test('labels of a namespace come from its object, else from the config, else they are open', async t => {
  const spec = (labels: string): string => `istio: {}\ncluster: {namespaces: {shop: {labels: {${labels}}}}}`
  t.equal(outcome(decideFor({}, { spec: spec('istio-injection: enabled') })), 'default: sidecar')
  t.equal(outcome(decideFor({}, { spec: spec('istio-injection: enabled'), namespaces: [namespace('shop')] })), '-', 'the object wins')
  const open = decideFor({})
  t.equal(outcome(open), 'error namespace-unknown')
  t.match(open.diagnostics[0], { message: /labels of namespace shop that are not in the input: istio\.io\/rev/, hint: /cluster\.namespaces\.shop/ })
  const skipped = decideFor({}, { spec: 'istio: {}\nunknownNamespace: Skip' })
  t.same([outcome(skipped), skipped.diagnostics.map(d => [d.severity, d.code])], ['-', [['warning', 'namespace-unknown']]])
  t.equal(outcome(decideFor({}, { spec: 'istio: {}\nunknownNamespace: NoLabels' })), '-')
  t.equal(outcome(decideFor({ labels: { [REV]: 'canary' } }, { spec: 'istio: {}\nunknownNamespace: NoLabels' })), 'canary: sidecar')
})

t.test('what comes out the same whatever the labels are is decided', async t => {
  const cases: readonly [string, Parameters<typeof decideFor>[0]][] = [
    ['the pod opts out', { labels: { [INJECT]: 'false' } }],
    ['the host network', { spec: { hostNetwork: true } }],
    ['the annotation opts out in the second stage', { annotations: { [INJECT]: 'false' } }],
    ['a system namespace', { namespace: 'kube-system' }],
  ]
  for (const [name, pod] of cases) {
    const decision = decideFor(pod)
    t.same([outcome(decision), decision.diagnostics], ['-', []], name)
  }
  t.same(
    decideFor({ spec: { hostNetwork: true } }).because.map(r => r.code),
    ['host-network'],
  )
})

t.test('kubernetes.io/metadata.name is always known', async t => {
  const value = structuredClone(DEFAULT.value)
  const [entry] = value.webhooks as [Record<string, unknown>]
  entry.namespaceSelector = { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] }] }
  value.webhooks = [entry as never]
  const decision = decideFor({}, { webhooks: [{ value }] })
  t.equal(outcome(decision), 'default: sidecar')
  t.equal(decision.because[0]?.message, 'Namespace label kubernetes.io/metadata.name=shop matches (Automatic injection is enabled in all namespaces).')
})

t.test('the second stage decides by label, annotation, selectors and policy', async t => {
  const cases: readonly [string, Parameters<typeof decideFor>[0], Partial<ReturnType<typeof injectorConfig>>, string, string][] = [
    ['policy enabled', {}, {}, 'default: sidecar', 'policy-enabled'],
    ['policy disabled', {}, { policy: 'disabled' }, '-', 'policy-disabled'],
    ['label against the policy', { labels: { [INJECT]: 'true' } }, { policy: 'disabled' }, 'default: sidecar', 'inject-label-true'],
    ['annotation against the policy', { annotations: { [INJECT]: 'true' } }, { policy: 'disabled' }, 'default: sidecar', 'inject-annotation-true'],
    ['label over annotation', { labels: { [INJECT]: 'true' }, annotations: { [INJECT]: 'false' } }, {}, 'default: sidecar', 'inject-label-true'],
    ['never', { labels: { a: 'b' } }, { neverInjectSelector: [{ matchLabels: { a: 'b' } }] }, '-', 'never-selector'],
    ['always', { labels: { a: 'b' } }, { policy: 'disabled', alwaysInjectSelector: [{ matchLabels: { a: 'b' } }] }, 'default: sidecar', 'always-selector'],
  ]
  for (const [name, pod, config, want, code] of cases) {
    const decision = decideFor(pod, { istio: new Map([['default', injectorConfig(config)]]), namespaces: [ENABLED] })
    t.equal(outcome(decision), want, name)
    t.ok(
      decision.because.some(r => r.code === code),
      `${name}: ${decision.because.map(r => r.code)}`,
    )
  }
})

t.test('what Istio does without a word is a warning here', async t => {
  const cases: readonly [string, Parameters<typeof decideFor>[0], Partial<ReturnType<typeof injectorConfig>>, string, string][] = [
    ['an empty label hides the annotation', { labels: { [INJECT]: '' }, annotations: { [INJECT]: 'false' } }, {}, 'inject-label-empty', 'default: sidecar'],
    ['yes is no opinion', { labels: { [INJECT]: 'yes' } }, { policy: 'disabled' }, 'inject-value-invalid', '-'],
    ['a wrong policy', {}, { policy: 'on' }, 'policy-invalid', '-'],
    ['a bad selector is passed over', {}, { neverInjectSelector: [{ matchLabels: { 'a b': 'c' } }] }, 'selector-invalid', 'default: sidecar'],
  ]
  for (const [name, pod, config, code, want] of cases) {
    const decision = decideFor(pod, { istio: new Map([['default', injectorConfig(config)]]), namespaces: [ENABLED] })
    t.same(
      decision.diagnostics.map(d => [d.severity, d.code, d.resource?.name]),
      [['warning', code, 'web']],
      name,
    )
    t.equal(outcome(decision), want, name)
  }
})

t.test('templates come from the annotation or the defaults, through the aliases', async t => {
  const templates = 'inject.istio.io/templates'
  const config = injectorConfig({
    aliases: new Map([
      ['both', ['sidecar', 'gateway']],
      ['gateway', ['sidecar']],
      ['none', []],
    ]),
    defaultTemplates: ['both'],
  })
  const cases: readonly [string, Record<string, string>, string][] = [
    ['defaults', {}, 'default: sidecar gateway'],
    ['one level of aliases, which hide templates', { [templates]: ' both ,gateway' }, 'default: sidecar gateway sidecar'],
    ['an alias for nothing', { [templates]: 'none' }, 'default: '],
    ['an unknown one', { [templates]: 'gatewya' }, 'error template-unknown'],
    ['an empty value', { [templates]: '' }, 'error template-unknown'],
  ]
  for (const [name, annotations, want] of cases) {
    t.equal(outcome(decideFor({ annotations }, { istio: new Map([['default', config]]), namespaces: [ENABLED] })), want, name)
  }
  const unknown = decideFor({ annotations: { [templates]: 'gatewya' } }, { namespaces: [ENABLED] })
  t.match(unknown.diagnostics[0], {
    message: 'requested template "gatewya" not found; have gateway, sidecar',
    hint: 'did you mean "gateway"?',
    at: { file: 'web.yaml#spec.template.metadata.annotations["inject.istio.io/templates"]' },
  })
})

const OWN = `
injectors:
- name: log-shipper
  webhooks:
  - objectSelector: {matchLabels: {logging: enabled}}
  config: {templates: {sidecar: ""}, neverInjectSelector: [{matchLabels: {quiet: "true"}}]}
- name: vault
  order: Before
  webhooks:
  - namespaceSelector: {matchLabels: {vault: enabled}}
  config: {templates: {agent: "", init: ""}, defaultTemplates: [init, agent]}
`

t.test('own injectors decide by their own webhooks and selectors, before or after Istio', async t => {
  const spec = `istio: {}${OWN}`
  const labels = { logging: 'enabled' }
  const both = namespace('shop', { 'istio-injection': 'enabled', vault: 'enabled' })
  t.equal(outcome(decideFor({ labels }, { spec, namespaces: [both] })), 'vault: init agent, default: sidecar, log-shipper: sidecar')
  t.equal(outcome(decideFor({ labels }, { spec, namespaces: [namespace('shop')] })), 'log-shipper: sidecar')
  t.equal(outcome(decideFor({ labels: { ...labels, quiet: 'true' } }, { spec, namespaces: [namespace('shop')] })), '-')
  const host = decideFor({ labels, spec: { hostNetwork: true } }, { spec, namespaces: [both] })
  t.equal(outcome(host), 'vault: init agent, log-shipper: sidecar', "Istio's exceptions are not theirs")
  const named = decideFor({ labels, annotations: { 'inject.istio.io/templates': 'gateway' } }, { spec, namespaces: [both] })
  t.equal(outcome(named), 'vault: init agent, default: gateway, log-shipper: sidecar', "and neither is Istio's annotation")
})

t.test("one injector's error forbids the whole workload", async t => {
  const decision = decideFor(
    { labels: { logging: 'enabled' }, annotations: { 'inject.istio.io/templates': 'x' } },
    { spec: `istio: {}${OWN}`, namespaces: [ENABLED] },
  )
  t.equal(outcome(decision), 'error template-unknown')
  t.same(decision.injections, [])
})

t.test('without Istio in the config its labels mean nothing', async t => {
  t.equal(outcome(decideFor({ labels: { [INJECT]: 'true', [REV]: 'x' } }, { spec: OWN.trim(), namespaces: [ENABLED] })), '-')
})

t.test('a webhook that the API server cannot match makes the pod fail, and so does it here', async t => {
  const value = structuredClone(CANARY.value)
  const [entry] = value.webhooks as [Record<string, unknown>]
  entry.objectSelector = { matchExpressions: [{ key: 'a', operator: 'Like' }] }
  const decision = decideFor({}, { webhooks: [{ value }], namespaces: [namespace('shop', { [REV]: 'canary' })] })
  t.equal(outcome(decision), 'error webhook-failed')
  t.match(decision.diagnostics[0]?.message, /"Like" is not a valid label selector operator/)
  t.equal(outcome(decideFor({}, { webhooks: [{ value }], namespaces: [namespace('shop')] })), '-', 'but only where it would apply')
})

t.test('match conditions are evaluated, and the evaluator is asked for only when there is one', async t => {
  const conditional = (expression: string, failurePolicy: string): string =>
    `injectors:\n- name: own\n  webhooks: [{matchConditions: [{name: c, expression: ${JSON.stringify(expression)}}], failurePolicy: ${failurePolicy}}]\n  config: {templates: {sidecar: ""}}`
  let asked = 0
  const conditionCompiler = () => {
    asked++
    return compilerOfConditions()
  }
  const cases: readonly [string, string, string][] = [
    ["object.spec.containers.exists(c, c.name == 'app')", 'Fail', 'own: sidecar'],
    ["object.metadata.labels.app == 'web'", 'Fail', 'error webhook-failed'],
    ["object.metadata.labels.app == 'web'", 'Ignore', '-'],
    ["request.namespace == 'other'", 'Fail', '-'],
    ["request.userInfo.username == 'system:serviceaccount:kube-system:replicaset-controller'", 'Fail', 'own: sidecar'],
    ["request.userInfo.uid == 'x'", 'Fail', 'error webhook-failed'],
  ]
  for (const [expression, policy, want] of cases) {
    t.equal(outcome(decideFor({}, { spec: conditional(expression, policy), namespaces: [namespace('shop')], conditionCompiler })), want, expression)
  }
  t.equal(asked, cases.length)
  decideFor({}, { namespaces: [ENABLED], conditionCompiler })
  t.equal(asked, cases.length)
  t.equal(outcome(decideFor({}, { spec: conditional('true', 'Fail'), namespaces: [namespace('shop')] })), 'error webhook-failed')
})

t.test('every check of the trace has its place', async t => {
  const { trace } = decideFor({}, { namespaces: [ENABLED] })
  const checks = trace.webhooks.find(w => w.webhook.startsWith('namespace.'))?.checks ?? []
  t.same(
    checks.map(({ of, result, asked, found, at, askedAt }) => [of, result, asked, found, at?.field, askedAt?.field]),
    [
      [
        'namespaceSelector',
        'yes',
        'istio-injection In [enabled]',
        'istio-injection=enabled',
        ['metadata', 'labels', 'istio-injection'],
        ['webhooks', 2, 'namespaceSelector', 'matchExpressions', 0],
      ],
      [
        'objectSelector',
        'yes',
        'sidecar.istio.io/inject NotIn [false]',
        'sidecar.istio.io/inject is not set',
        ['spec', 'template', 'metadata', 'labels', 'sidecar.istio.io/inject'],
        ['webhooks', 2, 'objectSelector', 'matchExpressions', 0],
      ],
      ['rules', 'yes', 'CREATE pods', 'rule 0', undefined, ['webhooks', 2, 'rules', 0]],
    ],
  )
  t.same(
    trace.policies.map(p => [p.injector, p.result, p.checks.map(c => c.asked)]),
    [[{ kind: 'istio', revision: 'default' }, 'yes', ['spec.hostNetwork', 'namespace', 'annotation sidecar.istio.io/inject', 'policy']]],
  )
})

t.test('webhooks are asked in the order of their names', async t => {
  const { trace } = decideFor(
    {},
    { webhooks: [istioWebhook('z', { rev: 'a' }), istioWebhook('B', { rev: 'b' }), istioWebhook('a', { rev: 'c' })], namespaces: [ENABLED] },
  )
  t.same([...new Set(trace.webhooks.map(w => w.configuration))], ['B', 'a', 'z'])
})

t.test('what to change is told, and turns the decision over', async t => {
  const flip = (pod: Parameters<typeof decideFor>[0], labels: Record<string, string>, spec?: string): string[] =>
    decideFor(pod, { namespaces: [namespace('shop', labels)], ...(spec === undefined ? {} : { spec }) }).flip.map(c => c.message)
  t.same(flip({}, {}), [
    'set the pod label `sidecar.istio.io/inject: "true"`, and Istio (revision default) injects it',
    'set the namespace label `istio.io/rev: default`, and Istio (revision default) injects it',
    'set the pod label `istio.io/rev: default`, and Istio (revision default) injects it',
    'set the namespace label `istio-injection: enabled`, and Istio (revision default) injects it',
    'set the namespace label `istio.io/rev: canary`, and Istio (revision canary) injects it',
    'set the pod label `istio.io/rev: canary`, and Istio (revision canary) injects it',
  ])
  t.same(flip({}, { 'istio-injection': 'enabled' }), [
    'set the pod label `sidecar.istio.io/inject: "false"`, and Istio (revision default) no longer injects it',
    'remove the namespace label `istio-injection`, and Istio (revision default) no longer injects it',
  ])
  t.same(flip({ spec: { hostNetwork: true } }, { 'istio-injection': 'enabled' }), ['set `spec.hostNetwork` to false, and Istio (revision default) injects it'])
  t.same(flip({ namespace: 'kube-system' }, {}), [])
  t.same(flip({ labels: { logging: 'enabled' } }, {}, OWN.trim()).slice(0, 1), ['remove the pod label `logging`, and log-shipper no longer injects it'])
})

t.test("the controller's own labels can be selected", async t => {
  const spec =
    'injectors:\n- name: own\n  webhooks: [{objectSelector: {matchExpressions: [{key: pod-template-hash, operator: Exists}]}}]\n  config: {templates: {sidecar: ""}}'
  t.equal(outcome(decideFor({}, { spec })), 'own: sidecar')
  t.equal(outcome(decideFor({ kind: 'Pod' }, { spec })), '-')
})

t.test('names like those of prototypes are ordinary labels, templates and namespaces', async t => {
  const decision = decideFor(
    { namespace: 'constructor', labels: { toString: 'x' }, annotations: { 'inject.istio.io/templates': '__proto__' } },
    { namespaces: [namespace('constructor', { 'istio-injection': 'enabled' })] },
  )
  t.equal(outcome(decision), 'error template-unknown')
})

t.test('inputs stay as they were', async t => {
  const freeze = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    Object.freeze(value)
    for (const child of Object.values(value)) freeze(child)
  }
  const target = workload({ labels: { app: 'web' } })
  const pod = podOf(target)
  freeze(pod)
  freeze(DEFAULT.value)
  const decide = select({ config: functionConfig('istio: {}'), webhooks: [DEFAULT], istio: new Map([['default', injectorConfig()]]), namespaces: [ENABLED] })
  t.same(decide(target, pod).flip.length > 0, true)
})
