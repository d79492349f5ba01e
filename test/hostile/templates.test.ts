// Hostile templates and expressions, through the whole program: what they print, and what they cost.

import t from 'tap'
import { inject } from '../../src/inject.ts'
import type { Diagnostic } from '../../src/lib/model/index.ts'
import { conditionCompiler } from '../../src/select/condition-compiler.ts'
import { bounded, inTime } from '../support/bounded.ts'
import { example, resourceList } from '../support/rig.ts'

const WEB = example('web.yaml')

/** A function config with a sidecar of the user's own that has this template. */
const own = (template: string) => `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
metadata: {name: own}
spec:
  unknownNamespace: NoLabels
  injectors:
  - name: own
    webhooks: [{}]
    config: {templates: {sidecar: ${JSON.stringify(template)}}}
`

interface Told extends Pick<Diagnostic, 'code' | 'message'> {
  readonly hint: string
}

/** The errors about one workload, within the time that any input may take. */
function errors(template: string): readonly Told[] {
  const { diagnostics } = inTime(() => inject({ files: [{ path: 'web.yaml', text: WEB }], functionConfig: { path: 'own.yaml', text: own(template) } }))
  return diagnostics.filter(({ severity }) => severity === 'error').map(({ code, message, hint = '' }) => ({ code, message, hint }))
}

const laughs = Array.from({ length: 12 }, (_, i) => `a${i}: &a${i} [${(i === 0 ? 'x,' : `*a${i - 1},`).repeat(9)}]\n`).join('')
const SIDECAR = 'spec: {containers: [{name: a, image: b}]}'

const OUTPUT: [name: string, template: string, hint: RegExp | undefined][] = [
  ['no YAML', 'spec: [', /what the template "sidecar" rendered cannot be read: /],
  ['a list', '- a', /it is not a mapping/],
  ['a text', 'hello', /it is not a mapping/],
  ['a number', '5', /it is not a mapping/],
  ['nothing', '', undefined],
  ['comments', '# nothing\n', undefined],
  ['two documents, of which Go reads the first', `${SIDECAR}\n---\nspec: [`, undefined],
  ['anchors, aliases and merge keys', 'spec:\n  containers:\n  - &a {name: a, image: b}\n  - {<<: *a, name: c}\n', undefined],
  ['an alias bomb', laughs, /excessive aliasing/],
  ['an alias to nothing', 'spec: *a', /unknown anchor 'a' referenced/],
  ['broken bytes', 'spec: {containers: [{name: a, image: "{{ "\\xff" }}"}]}', /control characters are not allowed|invalid Unicode/],
  ['a byte order mark', `\ufeff${SIDECAR}`, undefined],
  ['tabs', 'spec:\n\tcontainers: []', /found character that cannot start any token/],
  ['more nesting than YAML may have', '{{ repeat 1000 "[" }}', /exceeded max depth of 100/],
  ['four million brackets', '{{ repeat 4000000 "[" }}', /exceeded max depth of 100/],
  ['four million escapes', 'a: "{{ repeat 2000000 "\\\\n" }}', /./],
  ['a million line ends', 'a: {{ repeat 1000000 "\\n" }}: b', /./],
]

const NO_POD = 'failed applying injection overlay: strategic merge: invalid JSON document'

for (const [name, template, hint] of OUTPUT) {
  t.test(`a template that prints ${name}`, async t => {
    const found = errors(template)
    if (hint === undefined) t.same(found, [])
    else t.match(found, [{ code: 'template-output', message: NO_POD, hint }])
  })
}

const REFUSED: [template: string, message: RegExp][] = [
  ['{{ repeat 100000000 "x" }}', /repeat: the result would be 100000000 characters long: more than 4194304 are refused/],
  ['{{ range 100000000 }}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{{ end }}', /output exceeds 4194304 characters/],
  ['{{ range until 1000000 }}{{ range until 1000000 }}{{ end }}{{ end }}', /exceeds the limit of 2000000 units of work/],
  ['{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}', /exceeded maximum template depth/],
  ['{{ until 1000000000 | len }}', /items: more than 1000000 are refused/],
  ['{{ untilStep 0 1000000000 1 | len }}', /items: more than 1000000 are refused/],
  ['{{ nindent 100000000 "x" }}', /characters long: more than 4194304 are refused/],
  ['{{ replace "" (repeat 1000 "b") (repeat 1000000 "a") }}', /characters long: more than 4194304 are refused/],
  ['{{ join (repeat 10000 "x") (until 100000) }}', /characters long: more than 4194304 are refused/],
  ['{{ regexMatch "((((a{1,1000}){1,1000}){1,1000}){1,1000})" "aaaa" | ternary (fail "x") (fail "y") }}', /./],
  ['{{ mustRegexMatch "(a{1000}){1000}" "aaaa" }}', /invalid repeat count/],
  ['{{ mustRegexMatch (repeat 100000 "(") "a" }}', /./],
  ['{{ $d := dict }}{{ range until 2000 }}{{ $d = dict "a" $d }}{{ end }}{{ toJson $d }}', /values are nested more than 1000 deep/],
  ['{{ $d := dict }}{{ $_ := set $d "a" $d }}{{ toJson $d }}', /values are nested more than 1000 deep/],
  ['{{ $d := dict }}{{ $_ := set $d "a" $d }}{{ merge (dict) $d }}', /values are nested more than 1000 deep/],
  ['{{ $d := dict }}{{ $_ := set $d "a" $d }}{{ deepCopy $d }}', /values are nested more than 1000 deep/],
  ['{{ $l := list }}{{ range until 100000 }}{{ $l = append $l . }}{{ end }}', /exceeds the limit of 2000000 units of work/],
  ['{{ $s := "" }}{{ range until 100000 }}{{ $s = print $s "aaaaaaaaaaaaaaaaaaa" }}{{ end }}', /exceeds the limit of 2000000 units of work/],
  [
    '{{ $d := dict }}{{ range until 1000 }}{{ $_ := set $d (print .) (repeat 4000000 "x" | upper) }}{{ end }}',
    /exceeds the limit of 2000000 units of work|take too long/,
  ],
  ['{{ $d := dict }}{{ range until 1000 }}{{ $_ := set $d (print .) (until 200000) }}{{ end }}', /the value is too large/],
  ['{{ mul 9223372036854775807 2 }}{{ div 1 0 }}', /integer divide by zero/],
  ['{{ substr -5 100 "abc" }}', /slice bounds out of range/],
  ['{{ index .Spec.Containers 9223372036854775807 }}', /out of range/],
  ['{{ env "HOME" }}', /wrong number of args for env: want 2 got 1/],
  ['{{ expandenv "$HOME" }}', /expandenv is not available/],
  ['{{ getHostByName "example.com" }}', /getHostByName is not available: it depends on the network/],
  ['{{ now }}', /now is not available: it depends on the current time/],
  ['{{ randAlpha 3 }}{{ uuidv4 }}', /is not available: it depends on random numbers/],
  ['{{ genPrivateKey "rsa" }}', /is not available: it depends on random numbers/],
]

for (const [template, message] of REFUSED) {
  t.test(`refused: ${template}`, async t => {
    t.match(errors(template), [{ code: 'template-exec', message }])
  })
}

const COSTLY = [
  'spec: {containers: [{name: a, image: b, args: [{{ repeat 4000000 "x" }}]}]}',
  'spec: {containers: [{name: a, image: b, args: [{{ repeat 2000000 "x," }}]}]}',
  '{{ range $i := until 200000 }}k{{ $i }}: v\n{{ end }}',
  'metadata:\n  annotations:\n{{ range $i := until 100000 }}    k{{ $i }}: v\n{{ end }}',
  'spec:\n  containers:\n{{ range $i := until 30000 }}  - {name: k{{ $i }}, image: v}\n{{ end }}',
  'spec:\n  volumes:\n{{ range $i := until 30000 }}  - {name: k{{ $i }}}\n{{ end }}',
  'spec:\n  initContainers:\n  - name: x\n    image: i\n    env:\n{{ range $i := until 30000 }}    - {name: k{{ $i }}, value: v}\n{{ end }}',
  ...['title', 'quote', 'squote', 'html', 'js', 'urlquery', 'snakecase', 'camelcase', 'kebabcase', 'initials', 'b64enc', 'b64dec', 'b32enc', 'b32dec'],
  ...['sha256sum', 'sha1sum', 'adler32sum', 'upper', 'swapcase', 'nospace', 'trim', 'toJson', 'toYaml', 'urlParse', 'atoi', 'float64', 'semver'],
  ...['fromJson', 'fromJSON', 'toDate "2006-01-02"', 'splitList ","', 'splitn "," 100000', 'wrap 1', 'trunc 5', 'contains "xx"', 'regexFindAll "(.*)*" "a"'],
].map(text => (text.includes('\n') || text.startsWith('spec') ? text : `{{ $x := ${text} (repeat 400000 "aA, <%[\\"") }}`))

for (const template of COSTLY) {
  t.test(`a result or a finding, soon: ${template.slice(0, 60)}`, async t => {
    const codes = errors(template).map(({ code }) => code)
    t.same(
      codes.filter(code => !['template-exec', 'template-output', 'template-parse', 'pod-invalid', 'record-invalid'].includes(code)),
      [],
    )
  })
}

t.test('the most costly ones in little memory', async () => {
  for (const template of [
    ...COSTLY.slice(0, 7),
    '{{ range until 30 }}{{ $x := repeat 4000000 "x" | upper | quote }}{{ end }}',
    '{{ $x := until 1000000 | join "," }}',
  ]) {
    bounded([], { input: resourceList([WEB], own(template)) })
  }
})

t.test('many workloads share what templates may do', async t => {
  const many = Array.from({ length: 100 }, (_, i) => ({ path: `${i}.yaml`, text: WEB.replace('name: web', `name: web-${i}`) }))
  const run = (template: string) => {
    const { diagnostics } = inject({ files: many, functionConfig: { path: 'own.yaml', text: own(template) } })
    return diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)
  }
  t.same(run(`{{ range until 10000 }}{{ end }}${SIDECAR}`), [])
  const found = run(`{{ range until 500000 }}{{ end }}${SIDECAR}`)
  t.equal(found.length > 60 && found.length < 100, true, `${found.length} of 100 are refused`)
  t.match(found[0], /all executions together exceed the limit of 12000000 units of work$/)
  t.match(run(`${SIDECAR}\n# {{ repeat 4000000 "x" }}`)[0], /all executions together exceed the limit/, 'output counts')
})

const MESH = [example('istio/config.yaml'), example('namespace.yaml')]
const conditioned = (expression: string) => `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector, labels: {istio.io/rev: default}}
webhooks:
- name: namespace.sidecar-injector.istio.io
  clientConfig: {service: {name: istiod, namespace: istio-system, path: /inject, port: 443}}
  rules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
  failurePolicy: Fail
  namespaceSelector: {matchLabels: {istio-injection: enabled}}
  matchConditions: [{name: hostile, expression: ${JSON.stringify(expression)}}]
`

const hundred = `[${'1,'.repeat(99)}1]`
const EXPRESSIONS: [name: string, expression: string][] = [
  ['parentheses ten thousand deep', `${'('.repeat(10_000)}true${')'.repeat(10_000)}`],
  ['lists a hundred thousand deep', '['.repeat(100_000)],
  ['negations', `${'!'.repeat(100_000)}true`],
  ['a long conjunction', `true${' && true'.repeat(100_000)}`],
  ['a long path', `object${'.a'.repeat(100_000)}`],
  ['loops in loops', `${hundred}.all(a, ${hundred}.all(b, ${hundred}.all(c, ${hundred}.all(d, ${hundred}.all(e, ${hundred}.all(f, true))))))`],
  ['lists of lists of lists', `${hundred}.map(a, ${hundred}.map(b, ${hundred}.map(c, ${hundred}.map(d, ${hundred})))).size() > 0`],
  ['a text that doubles', `["a"]${'.map(a, a + a)'.repeat(60)}[0].size() > 0`],
  ['a list that doubles', `[[1]]${'.map(a, a + a)'.repeat(60)}[0].size() > 0`],
  ['replacements in replacements', `"a"${`.replace("a", "${'a'.repeat(1000)}")`.repeat(4)}.size() > 0`],
  ['a value that holds itself twice, and that twice', `[1]${'.map(a, [a, a])'.repeat(60)} == [1]${'.map(a, [a, a])'.repeat(60)}`],
  ['the same flattened', `[1]${'.map(a, [a, a])'.repeat(60)}.flatten(100).size() > 0`],
  ['the same of optional values', `optional.of([1])${'.optMap(a, [a, a])'.repeat(60)}.value() == []`],
  ['a search in a long text, very often', `lists.range(1000000).all(i, !"${'a'.repeat(1 << 20)}".contains("b"))`],
  ['a search with a regular expression, very often', `lists.range(1000000).all(i, !"${'a'.repeat(10_000)}".matches("b$"))`],
  ['a long text that was built, very often', `["${'a'.repeat(1000)}".replace("a", "${'b'.repeat(1000)}")].all(t, lists.range(100000).all(i, t.contains("b")))`],
  ['a wide format', '"%1000000000d".format([1]) == ""'],
  ['a precise format', '"%.1000000000f".format([1.0]) == ""'],
  ['a regular expression with huge counts', '"a".matches("((((a{1,1000}){1,1000}){1,1000}){1,1000})")'],
  ['a regular expression for backtracking', `"${'a'.repeat(5000)}".matches("(a*)*(a*)*(a*)*b")`],
  ['a quantity out of range', 'quantity("1e999999999").isGreaterThan(quantity("1"))'],
  ['a number of a hundred thousand digits', `${'9'.repeat(100_000)} == 1`],
  ['an overflow', '9223372036854775807 + 1 == 0'],
  ['a division by nought', '1 / 0 == 0'],
  ['a way to the function constructor', '"".constructor.constructor("return process")() == null'],
  ['a prototype', 'object.__proto__ == null'],
  ['the clock', 'now() > timestamp("2000-01-01T00:00:00Z")'],
  ['half a surrogate pair', '"\\ud800" == ""'],
]

for (const [name, expression] of EXPRESSIONS) {
  t.test(`a match condition with ${name} is answered or refused, soon`, async t => {
    const files = [...MESH, conditioned(expression), WEB].map((text, i) => ({ path: `${i}.yaml`, text }))
    const compile = conditionCompiler()
    const { diagnostics } = inTime(() => inject({ files, conditionCompiler: () => compile }))
    t.same(
      diagnostics.filter(({ severity, code }) => severity === 'error' && code !== 'webhook-failed'),
      [],
    )
  })
}

t.test('expressions that build much, in little memory', async () => {
  const many = EXPRESSIONS.filter(([name]) => /lists of|doubles|replacements|format/.test(name))
  for (const [, expression] of many) bounded([], { input: resourceList([...MESH, conditioned(expression), WEB]) })
})

t.test('many requests share what their conditions may cost', async t => {
  const compile = conditionCompiler()
  const webs = Array.from({ length: 100 }, (_, i) => WEB.replace('name: web', `name: web-${i}`))
  const failed = (expression: string) => {
    const files = [...MESH, conditioned(expression), ...webs].map((text, i) => ({ path: `${i}.yaml`, text }))
    const { diagnostics } = inject({ files, conditionCompiler: () => compile })
    return diagnostics.filter(({ code }) => code === 'webhook-failed').length
  }
  t.equal(failed('object.spec.containers.all(c, c.name != "x")'), 0)
  const some = failed('lists.range(20000).all(i, lists.range(3).all(j, true))')
  t.equal(some > 50 && some < 100, true, `${some} of 100 are refused`)
})
