// What is said about MutatingAdmissionPolicies before a cluster finds out, each at its place in the YAML.

import t from 'tap'
import { type Diagnostic, inject } from '../../src/index.ts'

const CONFIG = { path: 'inject-sidecars.yaml', text: 'apiVersion: inject-sidecars.dev/v1alpha1\nkind: SidecarInjector\nspec: {policies: []}\n' }

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "shop/web:1"}
`

interface Mutation {
  readonly type?: 'ApplyConfiguration' | 'JSONPatch'
  /** As it stands behind `expression:`. */
  readonly yaml: string
  readonly resources?: string
  readonly more?: string
  readonly binding?: string
}

/** The expression begins in line 10, or 11 where it is a block. */
function policy(name: string, { type = 'ApplyConfiguration', yaml, resources = 'pods', more = '', binding = `{policyName: ${name}}` }: Mutation): string {
  const field = type === 'JSONPatch' ? 'jsonPatch' : 'applyConfiguration'
  const group = resources === 'pods' ? '""' : 'apps'
  return `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: ${name}}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [${group}], apiVersions: [v1], operations: [CREATE], resources: [${resources}]}]}
  reinvocationPolicy: Never
  mutations:
  - patchType: ${type}
    ${field}:
      expression: ${yaml}
${more}---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: ${name}}
spec: ${binding}
`
}

function lint(...texts: readonly string[]): readonly Diagnostic[] {
  const files = [WEB, ...texts].map((text, i) => ({ path: i === 0 ? 'web.yaml' : 'policy.yaml', text }))
  return inject({ files, functionConfig: CONFIG }).diagnostics
}

function brief(found: readonly Diagnostic[]): (string | undefined)[][] {
  return found.map(({ code, severity, at, hint }) => [code, severity, `${at?.file}:${at?.line}:${at?.column}`, hint === undefined ? 'no hint' : 'hint'])
}

const LABEL = '\'Object{metadata: Object.metadata{labels: {"a": "b"}}}\''

const BAD = 'Object{spec: Object.spec{hostname: nothing}}'
const WORDS = /^the API server rejects it: compilation failed: undeclared reference to 'nothing' \(in container ''\)$/

const places: readonly (readonly [form: string, yaml: string, place: string])[] = [
  ['plain', 'Object{spec:\n        Object.spec{hostname: nothing}}', '11:31'],
  ['in single quotes', `'${BAD}'`, '10:55'],
  ['in double quotes', `"${BAD}"`, '10:55'],
  ['in double quotes with escapes', '"\\u004fbject{spec: Object.spec{hostname: nothing}}"', '10:19'],
  ['a literal block', `|\n        Object{\n          spec: Object.spec{\n            hostname: nothing\n          }\n        }`, '13:23'],
  ['a stripped block behind a blank line', `|-\n\n        Object{\n          spec: Object.spec{hostname: nothing}}`, '13:39'],
  ['a folded block', `>-\n        Object{spec:\n        Object.spec{hostname:\n        nothing}}`, '13:9'],
  ['behind letters outside of the first plane', `|\n        Object{spec: Object.spec{subdomain: "𝒞", hostname: nothing}}`, '11:61'],
]
for (const [form, yaml, place] of places) {
  t.test(`an expression that the API server refuses is shown in its words at its place: ${form}`, async t => {
    // A plain scalar may hold no colon before a blank.
    const given = form === 'plain' ? yaml.replaceAll(': ', ':').replace('hostname:', 'hostname: ') : yaml
    const found = lint(policy('p', { yaml: form === 'plain' ? `'${yaml}'` : given }))
    t.match(found[0]?.message, WORDS)
    t.same(brief(found), [['admission-policy-invalid', 'error', `policy.yaml:${place}`, 'no hint']])
  })
}

t.test('each error of an expression is a finding, and so are those of conditions and variables', async t => {
  const more = '  variables: [{name: v, expression: "nothing"}]\n  matchConditions:\n  - {name: c, expression: "nothing && other"}\n'
  const found = lint(policy('p', { yaml: LABEL, more }))
  t.same(
    found.map(({ at, message }) => [at?.line, at?.column, /'(?:nothing|other)'/.exec(message)?.[0]]),
    [
      [13, 28, "'nothing'"],
      [13, 39, "'other'"],
      [11, 38, "'nothing'"],
    ],
  )
})

t.test('what else the API server refuses is shown at the field', async t => {
  const found = lint(policy('p', { yaml: LABEL }).replace('reinvocationPolicy: Never', 'reinvocationPolicy: Always'))
  t.match(found, [{ code: 'admission-policy-invalid', message: /supported values: "IfNeeded", "Never"/, at: { file: 'policy.yaml', line: 6, column: 23 } }])
})

t.test('a policy without a binding, and a binding without its policy', async t => {
  const [alone = ''] = policy('p', { yaml: LABEL }).split('---\n')
  t.same(brief(lint(alone)), [['admission-policy-unbound', 'warning', 'policy.yaml:3:18', 'hint']])
  const found = lint(policy('p', { yaml: LABEL, binding: '{policyName: q}' }))
  t.same(brief(found), [
    ['admission-policy-unbound', 'warning', 'policy.yaml:3:18', 'hint'],
    ['admission-policy-unbound', 'warning', 'policy.yaml:15:20', 'hint'],
  ])
})

const atomics: readonly (readonly [name: string, expression: string, found: string, resources?: string])[] = [
  ['args', 'Object{spec: Object.spec{containers: [Object.spec.containers{name: "a", args: ["b"]}]}}', 'spec.containers.args is atomic in a Pod'],
  ['command', 'Object{spec: Object.spec{initContainers: [Object.spec.initContainers{name: "a", command: ["b"]}]}}', 'spec.initContainers.command is atomic'],
  ['tolerations', 'Object{spec: Object.spec{tolerations: []}}', 'spec.tolerations is atomic'],
  ['nodeSelector', 'Object{spec: Object.spec{nodeSelector: {"a": "b"}}}', 'spec.nodeSelector is atomic'],
  ['imagePullSecrets', 'Object{spec: Object.spec{imagePullSecrets: [Object.spec.imagePullSecrets{name: "a"}]}}', 'spec.imagePullSecrets is atomic'],
  ['below a condition', 'has(object.spec.hostname) ? Object{spec: Object.spec{tolerations: []}} : Object{}', 'spec.tolerations is atomic'],
  [
    'in a template',
    'Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: [Object.spec.template.spec.containers{name: "a", args: ["b"]}]}}}}',
    'spec.template.spec.containers.args is atomic in a Deployment',
    'deployments',
  ],
]
for (const [name, expression, message, resources] of atomics) {
  t.test(`an ApplyConfiguration that writes what is atomic: ${name}`, async t => {
    const text = policy('p', {
      yaml: `|\n        ${expression}`,
      more: '  matchConditions: [{name: never, expression: "false"}]\n',
      ...(resources === undefined ? {} : { resources }),
    })
    const found = lint(text)
    const column = expression.lastIndexOf(`${/(\w+) is atomic/.exec(message)?.[1]}:`) + 9
    t.same(brief(found), [['admission-policy-atomic', 'warning', `policy.yaml:11:${column}`, 'hint']])
    t.match(found[0]?.message, message)
  })
}

t.test('a JSONPatch below a parent that may be missing, unless something looks whether it is there', async t => {
  const patch = (path: string) => `|\n        [JSONPatch{op: "add", path: "${path}", value: "b"}]`
  const never = '  matchConditions: [{name: never, expression: "false"}]\n'
  const lintPatch = (path: string, more = never) => brief(lint(policy('p', { type: 'JSONPatch', yaml: patch(path), more })))
  const missing = [['admission-policy-missing-parent', 'warning', 'policy.yaml:11:10', 'hint']]
  for (const path of ['/metadata/annotations/a', '/spec/volumes/-', '/spec/containers/0/env/-', '/spec/initContainers/0'])
    t.same(lintPatch(path), missing, path)
  for (const path of ['/metadata/annotations', '/spec/containers/-', '/spec/tolerations/-', '/spec/hostname']) t.same(lintPatch(path), [], path)
  t.same(lintPatch('/metadata/annotations/a', '  matchConditions: [{name: c, expression: "has(object.metadata.annotations)"}]\n'), [])
})

t.test('a parameter that is not found is shown at the reference', async t => {
  const binding = '{policyName: p, paramRef: {name: settings, parameterNotFoundAction: Allow}}'
  const found = lint(policy('p', { yaml: LABEL, more: '  paramKind: {apiVersion: v1, kind: ConfigMap}\n', binding }))
  t.same(brief(found), [['admission-policy-param-missing', 'error', 'policy.yaml:16:33', 'hint']])
  t.same([found[0]?.resource?.kind, found[0]?.resource?.name], ['Deployment', 'web'])
})

t.test('policies that give different results in the reverse order, also where they write different fields', async t => {
  const label = (name: string, value: string) => policy(name, { yaml: `'Object{metadata: Object.metadata{labels: {"${name}": ${value}}}}'` })
  const reads = lint(`${label('a', '"1"')}---\n${label('b', 'string("a" in object.metadata.labels)')}`)
  t.same(brief(reads), [['admission-policy-order', 'warning', 'policy.yaml:19:18', 'hint']])
  t.match(reads[0]?.message, /policy 'a' \(binding 'a'\) and policy 'b' \(binding 'b'\) give different results in the reverse order: metadata\.labels\.b;/)
  t.same(brief(lint(`${label('a', '"1"')}---\n${label('b', '"2"')}`)), [], 'two labels')
  const container = (name: string) =>
    policy(name, { yaml: `'Object{spec: Object.spec{initContainers: [Object.spec.initContainers{name: "${name}", image: "a"}]}}'` })
  t.same(brief(lint(`${container('a')}---\n${container('b')}`)), [], 'containers, whose order alone differs')
})

t.test('a policy that changes again what it has made', async t => {
  const counter = `'Object{metadata: Object.metadata{labels: {"n": object.metadata.?labels[?"n"].orValue("") + "x"}}}'`
  const found = lint(policy('p', { yaml: counter }))
  t.same(brief(found), [['admission-policy-not-idempotent', 'warning', 'policy.yaml:8:5', 'hint']])
  t.match(found[0]?.message, /^policy 'p' is not idempotent: applied again to its own result, it changes metadata\.labels\.n$/)
  const patch = `'[JSONPatch{op: "add", path: "/spec/tolerations/-", value: {"key": "spot", "operator": "Exists"}}]'`
  t.same(brief(lint(policy('p', { type: 'JSONPatch', yaml: patch }))), [['admission-policy-not-idempotent', 'warning', 'policy.yaml:8:5', 'hint']])
  const fails = `'[JSONPatch{op: "move", from: "/metadata/labels/app", path: "/metadata/labels/moved"}]'`
  t.match(lint(policy('p', { type: 'JSONPatch', yaml: fails })), [
    { code: 'admission-policy-not-idempotent', message: /fails when it is applied to the result of the policies/ },
  ])
  const guarded = '  matchConditions: [{name: c, expression: "!has(object.metadata.labels.n)"}]\n'
  t.same(brief(lint(policy('p', { yaml: counter, more: guarded }))), [])
})

t.test('a policy that matches nothing, of the input and not of sources', async t => {
  const text = policy('p', { yaml: LABEL, resources: 'statefulsets' })
  t.same(brief(lint(text)), [['admission-policy-unused', 'info', 'policy.yaml:3:18', 'hint']])
  const functionConfig = { ...CONFIG, text: CONFIG.text.replace('{policies: []}', '{policies: [], sources: [platform.yaml]}') }
  const files = [{ path: 'web.yaml', text: WEB }]
  t.same(brief(inject({ files, functionConfig, readSource: () => [{ path: 'platform.yaml', text }] }).diagnostics), [])
})

t.test('an expression near the cost limit', async t => {
  const size = (n: number) => `'Object{metadata: Object.metadata{labels: {"n": string(lists.range(${n}).map(a, lists.range(${n}).map(b, a * b)).size())}}}'`
  const found = lint(policy('p', { yaml: size(200) }))
  t.same(brief(found), [['admission-policy-cost', 'warning', 'policy.yaml:8:5', 'hint']])
  t.match(found[0]?.message, /^the expression costs \d\d % of the 1,000,000 units that the API server allows, on Deployment shop\/web$/)
  t.same(brief(lint(policy('p', { yaml: size(20) }))), [])
})

t.test('policies without a workload are looked at, too', async t => {
  const files = [{ path: 'policy.yaml', text: policy('p', { yaml: `'${BAD}'` }) }]
  t.same(brief(inject({ files, functionConfig: CONFIG }).diagnostics), [['admission-policy-invalid', 'error', 'policy.yaml:10:55', 'no hint']])
})

t.test('what fails on a workload names the line of the expression', async t => {
  const found = lint(policy('p', { yaml: '|\n        Object{metadata: Object.metadata{labels: {"a": string(object.nothing)}}}' }))
  t.match(found, [{ code: 'admission-policy-denied', hint: 'mutation 1 of MutatingAdmissionPolicy p is in policy.yaml:11' }])
  const condition = lint(policy('p', { yaml: LABEL, more: '  matchConditions:\n  - name: c\n    expression: object.nothing == 1\n' }))
  t.match(condition, [{ code: 'admission-policy-denied', hint: 'condition c of MutatingAdmissionPolicy p is in policy.yaml:13' }])
})

const LONG = `Object{metadata: Object.metadata{annotations: {${Array.from({ length: 30 }, (_, i) => `"a${i}": "b"`).join(', ')}, "n": string(object.metadata.nothing)}}}`
/** The first 99 characters and `…`. */
const CUT = /expression '(Object\{metadata: Object\.metadata\{annotations: \{"a0": "b", .*…)' resulted in error: no such key: nothing$/

const repeating: readonly (readonly [where: string, policies: () => string, found: RegExp])[] = [
  ['a mutation', () => policy('p', { yaml: `'${LONG}'` }), CUT],
  ['a mutation of several lines', () => policy('p', { yaml: `|\n        ${LONG.replaceAll(', ', ',\n        ')}` }), CUT],
  [
    'two conditions',
    () => {
      const condition = `'"${'x'.repeat(200)}" == object.metadata.nothing'`
      return policy('p', { yaml: LABEL, more: `  matchConditions: [{name: c, expression: ${condition}}, {name: d, expression: ${condition}}]\n` })
    },
    /\[expression '"x{98}…' resulted in error: no such key: nothing, expression '"x{98}…' resulted in error: no such key: nothing\]$/,
  ],
  [
    'a short expression, which is whole',
    () => policy('p', { yaml: `'Object{metadata: Object.metadata{annotations: {"n": string(object.metadata.nothing)}}}'` }),
    /expression 'Object\{.*nothing\)\}\}\}' resulted in error: no such key: nothing$/,
  ],
]
for (const [where, policies, words] of repeating) {
  t.test(`a message repeats at most 100 characters of an expression, and its hint says where that is: ${where}`, async t => {
    const [denied] = lint(policies())
    t.match(denied, { code: 'admission-policy-denied', message: words, hint: /is in policy\.yaml:\d+/ })
    for (const [, text = ''] of denied?.message.matchAll(/expression '(.*?)' resulted/g) ?? []) t.equal([...text].length <= 100, true, text)
  })
}

t.test('a refused expression without a place in it is shown by its first 100 characters', async t => {
  const [refused] = lint(policy('p', { yaml: `'${'('.repeat(600)}1${')'.repeat(600)}'` }))
  t.match(refused, { code: 'admission-policy-invalid', message: /^the API server rejects it: Invalid value: "\({99}…": compilation failed: / })
})

t.test('a policy that fails on its own result repeats neither a secret nor a whole expression', async t => {
  const secret = 'correct-horse-battery'
  const web = WEB.replace(/image: "shop.web:1"/, match => `${match}, env: [{name: DB_PASSWORD, value: ${secret}}]`)
  const yaml = `'Object{metadata: Object.metadata{annotations: {"a": "b", "n": has(object.metadata.annotations) && "a" in object.metadata.annotations ? string(int(object.spec.containers[0].env[0].value)) : "1"}}}'`
  const files = [web, policy('p', { yaml })].map((text, i) => ({ path: i === 0 ? 'web.yaml' : 'policy.yaml', text }))
  const found = inject({ files, functionConfig: CONFIG }).diagnostics
  t.match(found, [{ code: 'admission-policy-not-idempotent', message: /fails when it is applied to the result of the policies: .*…' resulted in error/ }])
  t.equal(JSON.stringify(found).includes(secret), false)
})
