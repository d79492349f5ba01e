// MutatingAdmissionPolicies through the engine: what takes part, order, parameters, failures, what is not known, and refusals.

import t from 'tap'
import { defaultObject } from '../../src/lib/k8s/defaults/index.ts'
import { changesTwice, type Json, type JsonObject } from '../../src/lib/model/index.ts'
import { type Admission, admit } from '../../src/policies/admit.ts'
import { lintPolicy } from '../../src/policies/lint.ts'
import { type Policies, preparePolicies } from '../../src/policies/prepare.ts'
import type { PolicyRequest } from '../../src/policies/request.ts'

const PODS = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }

function policy(name: string, spec: JsonObject): JsonObject {
  const constraints = { resourceRules: [PODS] }
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingAdmissionPolicy',
    metadata: { name },
    spec: { reinvocationPolicy: 'Never', matchConstraints: constraints, ...spec },
  }
}

function binding(name: string, spec: JsonObject = {}): JsonObject {
  return { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingAdmissionPolicyBinding', metadata: { name }, spec: { policyName: name, ...spec } }
}

function apply(expression: string): JsonObject {
  return { patchType: 'ApplyConfiguration', applyConfiguration: { expression } }
}

function label(key: string, value: string): JsonObject {
  return apply(`Object{metadata: Object.metadata{labels: {"${key}": ${value}}}}`)
}

const POD: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'web:1' }] },
}

function prepared(policies: readonly JsonObject[], bindings: readonly JsonObject[], params: readonly JsonObject[] = []): Policies {
  const objects = () => params.map(value => ({ value, name: String((value.metadata as JsonObject).name), namespace: 'shop' }))
  return preparePolicies({ policies, bindings, source: { scope: () => 'Namespaced', objects } })
}

function requestOf(): PolicyRequest {
  const names = { kind: { group: '', version: 'v1', kind: 'Pod' }, resource: { group: '', version: 'v1', resource: 'pods' } }
  return {
    object: defaultObject(POD),
    request: { ...names, operation: 'CREATE', subresource: '', name: 'web', namespace: 'shop', dryRun: false },
    labels: { state: 'known', labels: new Map([['team', 'shop']]) },
    namespaceObject: { labels: { team: 'shop' }, annotations: {} },
  }
}

function run(policies: Policies, more: Partial<PolicyRequest> = {}, after?: Admission): Admission {
  return admit(policies, { ...requestOf(), ...more }, { defaults: defaultObject, ...(after === undefined ? {} : { after }) })
}

function labels({ object }: Admission): unknown {
  return (object.metadata as JsonObject).labels
}

t.test('a policy acts once for each binding that matches, in the order of names, and selectors do not see what policies wrote', async t => {
  const spec = { mutations: [label('n', 'object.metadata.?labels[?"n"].orValue("") + "x"')] }
  const seen = { objectSelector: { matchLabels: { n: 'x' } } }
  const policies = prepared(
    [policy('p', spec)],
    [binding('a', { policyName: 'p' }), binding('b', { policyName: 'p' }), binding('c', { policyName: 'p', matchResources: seen })],
  )
  t.same(labels(run(policies)), { app: 'web', n: 'xx' })
})

t.test('a second pass carries out what is marked IfNeeded and was carried out in the first one, and no more', async t => {
  const count = { mutations: [label('n', 'object.metadata.?labels[?"n"].orValue("") + "x"')], reinvocationPolicy: 'IfNeeded' }
  const skipped = { ...count, matchConditions: [{ name: 'labelled', expression: '"n" in object.metadata.labels' }] }
  const policies = prepared(
    [policy('b-counts', count), policy('a-skipped', skipped), policy('never', { mutations: [label('never', '"once"')] })],
    ['a-skipped', 'b-counts', 'never'].map(name => binding(name)),
  )
  const first = run(policies)
  t.ok(first.needsSecondPass)
  t.same(labels(first), { app: 'web', n: 'x', never: 'once' })
  t.same(labels(run(policies, { object: first.object }, first)), { app: 'web', n: 'xx', never: 'once' })
})

t.test('an error does not stop what follows, its message names policy and binding, and Ignore leaves only the failing mutation out', async t => {
  const mutations = [label('a', 'object.metadata.nothing'), label('b', '"1"')]
  const failed = run(prepared([policy('p', { mutations })], [binding('p')]))
  t.match(
    failed.failures.map(({ message }) => message),
    [/^policy 'p' with binding 'p' denied request: expression '.*' resulted in error: no such key: nothing$/],
  )
  t.same(labels(run(prepared([policy('p', { mutations, failurePolicy: 'Ignore' })], [binding('p')]))), { app: 'web', b: '1' })
})

t.test('a parameter that is not there refuses the request, or drops the binding, as the binding says', async t => {
  const spec = { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, mutations: [label('team', 'params.data.team')] }
  const param = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { team: 'shop' } }
  const bound = (parameterNotFoundAction: string) => [binding('p', { paramRef: { name: 'settings', parameterNotFoundAction } })]
  t.same(labels(run(prepared([policy('p', spec)], bound('Deny'), [param]))), { app: 'web', team: 'shop' })
  const denied = run(prepared([policy('p', spec)], bound('Deny')))
  t.match(denied.failures[0]?.message, 'no params found for policy binding with `Deny` parameterNotFoundAction')
  const allowed = run(prepared([policy('p', spec)], bound('Allow')))
  t.same([labels(allowed), allowed.failures, allowed.selection.withoutParams.length], [{ app: 'web' }, [], 1])
})

t.test('a kind of parameters that the API server does not know refuses what the constraints match, whatever the bindings match', async t => {
  const spec = { paramKind: { apiVersion: 'example.com/v1', kind: 'Nothing' }, mutations: [label('a', '"1"')] }
  const elsewhere = { matchResources: { objectSelector: { matchLabels: { app: 'other' } } }, paramRef: { name: 'a', parameterNotFoundAction: 'Deny' } }
  const source = { scope: () => 'unknown' as const, objects: () => [] }
  const policies = preparePolicies({
    policies: [policy('p', spec)],
    bindings: [binding('a', { policyName: 'p', ...elsewhere }), binding('b', { policyName: 'p' })],
    source,
  })
  t.match(
    run(policies).failures.map(({ message }) => message),
    [`policy "p" denied request: failed to configure policy: failed to find resource referenced by paramKind: 'example.com/v1, Kind=Nothing'`],
  )
  const unmatched = { ...spec, matchConstraints: { resourceRules: [PODS], objectSelector: { matchLabels: { app: 'other' } } } }
  t.same(run(preparePolicies({ policies: [policy('p', unmatched)], bindings: [binding('p')], source })).failures, [])
})

t.test('what is not known is decided where it comes out the same, and else unknown', async t => {
  const condition = (expression: string) =>
    prepared([policy('p', { matchConditions: [{ name: 'c', expression }], mutations: [label('a', '"1"')] })], [binding('p')])
  const results = (expression: string) => run(condition(expression)).outcomes.map(({ result }) => result)
  t.same(results('request.userInfo.username == "jane"'), ['unknown'])
  t.same(results('request.operation == "CREATE" || request.userInfo.username == "jane"'), ['carried out'])
  t.same(results('request.operation == "UPDATE" && request.userInfo.username == "jane"'), ['skipped'])
})

t.test('the labels of a namespace that no file gives are not known to an expression either', async t => {
  const policies = prepared([policy('p', { mutations: [label('a', 'namespaceObject.metadata.labels.team')] })], [binding('p')])
  const { namespaceObject: _, ...given } = requestOf()
  const [outcome] = admit(policies, given, { defaults: defaultObject }).outcomes
  t.same([outcome?.result, outcome?.mutations[0]?.unknown], ['unknown', 'namespaceObject'])
})

t.test('namespace labels that nobody gave leave a policy open only where they decide', async t => {
  const selector = (matchLabels: JsonObject) => ({
    mutations: [label('a', '"1"')],
    matchConstraints: { resourceRules: [PODS], namespaceSelector: { matchLabels } },
  })
  const open = (spec: JsonObject) =>
    run(prepared([policy('p', spec)], [binding('p')]), { labels: { state: 'partly', labels: new Map([['kubernetes.io/metadata.name', 'shop']]) } }).selection
      .open.length
  t.equal(open(selector({ team: 'shop' })), 1)
  t.equal(open(selector({ 'kubernetes.io/metadata.name': 'shop' })), 0)
})

t.test('a patch after which the object cannot be read, and one on which the API server panics, end the request whatever the failure policy', async t => {
  const patch = (value: string) => ({
    failurePolicy: 'Ignore',
    mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: `[JSONPatch{op: "add", path: "/spec/imagePullSecrets", value: ${value}}]` } }],
  })
  t.equal(run(prepared([policy('p', patch('"x"'))], [binding('p')])).fatal?.code, 500)
  const panic = run(prepared([policy('p', patch('[Object.spec.imagePullSecrets{name: "a"}]'))], [binding('p')])).fatal
  t.same([panic?.code, panic?.reason], [0, 'NoAnswer'])
  const sum = run(prepared([policy('p', patch('[{"name": "a"}] + [{"name": "b"}]'))], [binding('p')]))
  t.same((sum.object.spec as JsonObject).imagePullSecrets, [{ name: 'a' }, { name: 'b' }])
})

t.test('policies that the API server refuses are told in its words, with their fields', async t => {
  const { refused } = prepared([policy('p', { mutations: [], reinvocationPolicy: 'Always' })], [binding('b', { policyName: '' })])
  t.same(
    refused.map(({ message }) => message),
    [
      'MutatingAdmissionPolicy.admissionregistration.k8s.io "p" is invalid: [spec.reinvocationPolicy: Unsupported value: "Always": supported values: "IfNeeded", "Never", spec.mutations: Required value: mutations must contain at least one item]',
      'MutatingAdmissionPolicyBinding.admissionregistration.k8s.io "b" is invalid: spec.policyName: Required value',
    ],
  )
})

t.test('the linter finds atomic fields and patches below what may be missing', async t => {
  const lint = (mutation: JsonObject) =>
    prepared([policy('p', { mutations: [mutation] })], [binding('p')]).active.flatMap(active => lintPolicy(active.policy).map(({ code }) => code))
  t.same(lint(apply('Object{spec: Object.spec{containers: [Object.spec.containers{name: "a", args: ["b"]}]}}')), ['admission-policy-atomic'])
  t.same(lint(apply('Object{spec: Object.spec{containers: [Object.spec.containers{name: "a", image: "b"}]}}')), [])
  const patch = (expression: string) => lint({ patchType: 'JSONPatch', jsonPatch: { expression } })
  t.same(patch('[JSONPatch{op: "add", path: "/metadata/annotations/a", value: "b"}]'), ['admission-policy-missing-parent'])
  t.same(patch('has(object.metadata.annotations) ? [JSONPatch{op: "add", path: "/metadata/annotations/a", value: "b"}] : []'), [])
  t.same(patch('[JSONPatch{op: "add", path: "/metadata/annotations", value: {}}, JSONPatch{op: "add", path: "/metadata/annotations/a", value: "b"}]'), [])
})

t.test('policies are matched anew for each object, name, kind, namespace and set of labels that they depend on', async t => {
  const marked = (name: string, constraints: JsonObject) =>
    policy(name, { mutations: [label(name, '"yes"')], matchConstraints: { resourceRules: [PODS], ...constraints } })
  const policies = prepared(
    [
      marked('labelled', { objectSelector: { matchLabels: { app: 'web' } } }),
      marked('named', { resourceRules: [{ ...PODS, resourceNames: ['web'] }] }),
      marked('not-named', { excludeResourceRules: [{ ...PODS, resourceNames: ['web'] }] }),
      marked('in-shop', { namespaceSelector: { matchLabels: { team: 'shop' } } }),
      marked('all', {}),
    ],
    ['labelled', 'named', 'not-named', 'in-shop', 'all'].map(name => binding(name)),
  )
  const other = { ...defaultObject(POD), metadata: { name: 'api', namespace: 'shop', labels: { app: 'api' } } }
  const base = requestOf()
  const acting = (more: Partial<PolicyRequest>) => run(policies, more).outcomes.map(({ invocation }) => invocation.policy.name)
  const { labels: inShop } = base
  for (let i = 0; i < 2; i++) {
    t.same(acting({ labels: inShop }), ['all', 'in-shop', 'labelled', 'named'])
    t.same(acting({ labels: inShop, object: other, request: { ...base.request, name: 'api' } }), ['all', 'in-shop', 'not-named'])
    t.same(acting({ labels: { state: 'known', labels: new Map([['team', 'bank']]) } }), ['all', 'labelled', 'named'])
    t.same(acting({ labels: { ...inShop, state: 'partly' }, request: { ...base.request, namespace: 'bank' } }), ['all', 'in-shop', 'labelled', 'named'])
    t.same(acting({ labels: inShop, request: { ...base.request, resource: { group: '', version: 'v1', resource: 'configmaps' } } }), [])
  }
  const unknown = { state: 'partly' as const, labels: new Map<string, string>() }
  t.same(
    [acting({ labels: unknown }), acting({ labels: { ...unknown, state: 'known' } })],
    [
      ['all', 'labelled', 'named'],
      ['all', 'labelled', 'named'],
    ],
  )
  t.same(run(policies, { labels: unknown }).selection.open.length, 1)
  t.same(run(policies, { labels: { ...unknown, state: 'known' } }).selection.open.length, 0, 'the same labels, now known to be all')
})

const versions: readonly (readonly [what: string, versions: readonly (Json | undefined)[], twice: boolean])[] = [
  ['nothing', [{ a: 1 }, { a: 1 }, { a: 1 }], false],
  [
    'each field once',
    [
      { a: 1, b: 1 },
      { a: 2, b: 1 },
      { a: 2, b: 2 },
    ],
    false,
  ],
  ['one field twice', [{ a: 1 }, { a: 2 }, { a: 3 }], true],
  ['a field that comes and changes', [{}, { a: 1 }, { a: 2 }], true],
  ['a field that changes and goes', [{ a: 1 }, { a: 2 }, {}], true],
  ['a field of an object that came', [{}, { o: { a: 1 } }, { o: { a: 2 } }], false],
  ['another field of an object that came', [{}, { o: { a: 1 } }, { o: { a: 1, b: 1 } }], false],
  ['fields of items with names', [{ l: [{ name: 'a', x: 1 }] }, { l: [{ name: 'a', x: 2 }] }, { l: [{ name: 'b' }, { name: 'a', x: 3 }] }], true],
  ['items with other names', [{ l: [] }, { l: [{ name: 'a' }] }, { l: [{ name: 'a' }, { name: 'b' }] }], false],
  ['lists without names', [{ l: [1] }, { l: [1, 2] }, { l: [1, 2, 3] }], true],
  ['lists that are equal', [{ l: [1] }, { l: [1] }, { l: [1, 2] }], false],
  ['back again', [{ a: 1 }, { a: 2 }, { a: 1 }], true],
  ['an object that becomes a text, and another one', [{ a: {} }, { a: 'x' }, { a: 'y' }], true],
]
for (const [what, values, twice] of versions) {
  t.test(`a value of several versions changes twice, or not: ${what}`, async t => {
    t.equal(changesTwice(values), twice)
  })
}
