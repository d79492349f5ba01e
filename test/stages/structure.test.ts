// A label, annotation or name of a pod is never more than a scalar in what a template prints; what templates parse themselves is left to them.

import process from 'node:process'
import t from 'tap'
import { injectOwn } from '../../src/inject-pod.ts'
import { type Diagnostic, InjectError, type JsonObject } from '../../src/lib/model/index.ts'
import { loadReading, structureIn, structureOf, YamlError } from '../../src/lib/yaml/index.ts'
import { isPlainlyScalar } from '../../src/render/structure.ts'
import { harmless, isStructural } from '../../src/render/untrusted.ts'
import { pick, random } from '../support/random.ts'
import { inject, injectorWith, podWith } from '../support/small-mesh.ts'

interface Values {
  readonly annotations?: JsonObject
  readonly labels?: JsonObject
  readonly containers?: JsonObject[]
  readonly metadata?: JsonObject
}

/** What injection by one template answers: undefined, or the message of the refusal. */
function refusal(template: string, values: Values, isOwn = false): string | undefined {
  const injector = injectorWith({ templates: { sidecar: template } })
  const pod = podWith(values)
  try {
    if (isOwn) injectOwn({ pod, injector, templates: ['sidecar'] })
    else inject(pod, { injector })
    return undefined
  } catch (error) {
    if (error instanceof InjectError && error.diagnostic.code === 'value-changes-structure') return error.message
    throw error
  }
}

/** What is found by injecting with one template; undefined where nothing is. */
function attempted(template: string, values: Values): Diagnostic | undefined {
  try {
    inject(podWith(values), { injector: injectorWith({ templates: { sidecar: template } }) })
    return undefined
  } catch (error) {
    if (error instanceof InjectError) return error.diagnostic
    throw error
  }
}

const LEVEL = '{{ annotation .ObjectMeta `a/level` "info" }}'
const inContainer = (line: string) => `spec:\n  containers:\n  - name: p\n    ${line}\n    image: i\n`
const level = (value: string) => ({ annotations: { 'a/level': value } })

const REFUSED: readonly (readonly [what: string, template: string, values: Values, path?: RegExp])[] = [
  ['a line with a field', inContainer(`workingDir: --level=${LEVEL}`), level('warning\n    command: [sh]'), /spec\.containers\[0\]\.command/],
  ['a line in a list', inContainer(`args:\n    - --level=${LEVEL}\n    - --x`), level('warning\n    - --evil'), /spec\.containers\[0\]\.args/],
  ['a carriage return', inContainer(`workingDir: ${LEVEL}`), level('w\r    command: [sh]')],
  ['a line separator of Unicode', inContainer(`workingDir: ${LEVEL}`), level('w\u2028    command: [sh]')],
  ['a mapping', inContainer(`workingDir: ${LEVEL}`), level('{a: b}')],
  ['a list', inContainer(`workingDir: ${LEVEL}`), level('[sh]')],
  ['a pair', inContainer(`args: [${LEVEL}]`), level('a: b')],
  ['an alias', `metadata: &m {labels: {x: y}}\n${inContainer(`workingDir: ${LEVEL}`)}`, level('*m')],
  ['a block scalar that swallows lines', inContainer(`workingDir: ${LEVEL}\n      tail: x`), level('|')],
  ['the end of a quoted text', inContainer(`workingDir: "${LEVEL}"`), level('x"\n    command: [sh]\n    stdin: "')],
  ['the end of a text in single quotes', inContainer(`workingDir: '${LEVEL}'`), level("x'\n    command: [sh]\n    stdin: '")],
  ['an item of a flow list', inContainer(`args: [--level, ${LEVEL}]`), level('a, b')],
  ['an entry of a flow mapping', inContainer(`resources: {limits: {cpu: ${LEVEL}}}`), level('1, memory: 1Gi')],
  ['the end of a flow list', inContainer(`args: [${LEVEL}]`), level('a]\n    command: [b')],
  [
    'an open quote that another value closes',
    inContainer(`workingDir: ${LEVEL}\n    stdin: ${LEVEL.replace('level', 'other')}`),
    {
      annotations: { 'a/level': '"x', 'a/other': 'y"' },
    },
  ],
  [
    'a backslash before the closing quote',
    inContainer(`workingDir: "${LEVEL}"\n    stdin: "${LEVEL.replace('level', 'other')}"`),
    {
      annotations: { 'a/level': '\\', 'a/other': ' #' },
    },
  ],
  ['a text in capital letters', inContainer(`workingDir: ${LEVEL.replace(' }}', ' | upper | lower }}')}`), level('w\n    command: [sh]')],
  ['a part of a text', inContainer(`workingDir: {{ (split "," (annotation .ObjectMeta "a/level" "x"))._1 }}`), level('a,w\n    command: [sh]')],
  [
    'a text with another one around',
    inContainer(`workingDir: {{ printf "/%s/x" (annotation .ObjectMeta "a/level" "x") }}`),
    level('w\n    command: [sh]\n    # '),
  ],
  [
    'an item that is ranged over',
    inContainer(`args:\n    {{ range $i := splitList "," (annotation .ObjectMeta "a/level" "x") }}\n    - {{ $i }}\n    {{ end }}`),
    level('a,b\n    command: [sh]'),
  ],
  [
    'a key',
    `metadata:\n  labels:\n    {{ range $k, $v := .ObjectMeta.Annotations }}\n    {{ $k }}: x\n    {{ end }}\n`,
    { annotations: { 'a: b\n  annotations:\n    c': 'd' } },
  ],
  ['JSON in single quotes', `metadata: {annotations: {j: '{{ toJSON .ObjectMeta.Labels }}'}}`, { labels: { a: "', k: '" } }],
  ['a label', inContainer('workingDir: {{ .ObjectMeta.Labels.app }}'), { labels: { app: 'a\n    command: [sh]' } }],
  ['a namespace', inContainer('workingDir: {{ .ObjectMeta.Namespace }}'), { metadata: { namespace: 'a\n    command: [sh]' } }],
  ['the name of a container', inContainer('workingDir: {{ (index .Spec.Containers 0).Name }}'), { containers: [{ name: 'a\n    command: [sh]', image: 'a' }] }],
  [
    'a value of the proxy config',
    inContainer('env:\n    - name: X\n      value: "{{ .ProxyConfig.ProxyMetadata.X }}"'),
    {
      annotations: { 'proxy.istio.io/config': JSON.stringify({ proxyMetadata: { X: 'x"\n    command: [sh]\n    stdin: "' } }) },
    },
  ],
]

for (const [what, template, values, path] of REFUSED) {
  t.test(`refused: ${what}`, async t => {
    const message = refusal(template, values)
    t.match(message, /changes the structure of what template sidecar:\d+:\d+ prints/)
    if (path !== undefined) t.match(message, path)
    if (!template.includes('.ProxyConfig')) t.match(refusal(template, values, true), /changes the structure/, 'in a template of the user')
  })
}

const VOLUMES = { annotations: { v: '[{"name":"a","hostPath":{"path":"/x"}}]' } }

const ACCEPTED: readonly (readonly [what: string, template: string, values: Values])[] = [
  ['JSON that the template parses', 'spec:\n  volumes:\n  {{ toYaml (fromJSON (index .ObjectMeta.Annotations "v")) | indent 2 }}\n', VOLUMES],
  ['the same by way of a variable', 'spec:\n  {{ $v := toYaml (fromJSON .ObjectMeta.Annotations.v) }}volumes:\n  {{ $v | indent 2 }}\n', VOLUMES],
  ['items of parsed JSON', 'spec:\n  volumes:\n  {{ range $i := fromJSON .ObjectMeta.Annotations.v }}\n  - {{ toJson $i }}\n  {{ end }}\n', VOLUMES],
  [
    'a list that is ranged over',
    inContainer(`ports:\n    {{ range $p := splitList "," (annotation .ObjectMeta "a/level" "1") }}\n    - containerPort: {{ $p }}\n    {{ end }}`),
    level('80,443,8080'),
  ],
  ['a list in one argument', inContainer(`args:\n    - "-d"\n    - "${LEVEL}"`), level('15090,15021,15020')],
  [
    'JSON in a block of text',
    `metadata:\n  annotations:\n    j: |\n      {{ toJSON .ObjectMeta.Annotations }}\n`,
    { annotations: { a: '{"b": ["c\'"]}\n# x' } },
  ],
  ['a quoted value', inContainer(`workingDir: ${LEVEL.replace(' }}', ' | quote }}')}`), level('w"\n    command: [sh]')],
  ['a value that is a quoted text', inContainer(`workingDir: ${LEVEL}`), level('"w: x"')],
  ['lines between quotes', inContainer(`workingDir: "${LEVEL}"`), level('a\n\nb')],
  ['lines of a folded text', inContainer(`workingDir: ${LEVEL}`), level('a\n      b')],
  ['a comment behind the value', inContainer(`workingDir: ${LEVEL}`), level('a # b')],
  [
    'a network list in single quotes',
    "metadata:\n  annotations:\n    n: '{{ appendMultusNetwork (index .ObjectMeta.Annotations `n`) `istio-cni` }}'\n",
    { annotations: { n: '[{"name": "a"}]' } },
  ],
  ['a condition', `{{ if eq (annotation .ObjectMeta "a/level" "x") "a,b" }}spec: {hostNetwork: true}{{ else }}metadata: {}{{ end }}`, level('a,b')],
  ['a condition on what is in it', `{{ if contains "," (annotation .ObjectMeta "a/level" "x") }}spec: {{ .Values.spec }}{{ end }}`, level('a,b')],
  ['a mapping of the values', 'spec: {{ .Values.spec }}\nmetadata: {labels: {a: "{{ annotation .ObjectMeta `a/level` `x` }}"}}', level('a,b')],
  ['a mapping that the template prints with it', `metadata: {{ printf "{labels: {a: %q}}" (annotation .ObjectMeta "a/level" "x") }}`, level('a,b')],
  ['nothing that reads it', inContainer('workingDir: /'), level('w\n    command: [sh]')],
  ['an empty value', inContainer(`workingDir: ${LEVEL}`), level('')],
  ['an image', inContainer('workingDir: {{ (index .Spec.Containers 0).Image }}'), { containers: [{ name: 'a', image: 'r:5000/a@sha256:x' }] }],
  [
    'a proxy config',
    inContainer(
      'env:\n    - name: X\n      value: {{ protoToJSON .ProxyConfig | quote }}\n    - name: Z\n      value: |\n        {{ protoToJSON .ProxyConfig }}',
    ),
    {
      annotations: { 'proxy.istio.io/config': 'concurrency: 2\nproxyMetadata:\n  X: \'{"a": "b"}\'\n' },
    },
  ],
]

for (const [what, template, values] of ACCEPTED) {
  t.test(`accepted: ${what}`, async t => {
    const injectorValues = { spec: '{hostNetwork: true}', global: { proxy: {} } }
    const injector = injectorWith({ templates: { sidecar: template }, values: injectorValues })
    t.ok(inject(podWith(values), { injector }))
  })
}

t.test('a value that makes the output unreadable is named, with its action', async t => {
  for (const value of ['w\n  x: {', 'w: x: y', '"w', '[w', '{w', 'w\n\tx: y']) {
    const found = attempted(inContainer(`workingDir: ${LEVEL}`), level(value))
    t.equal(found?.code, 'template-output', value)
    t.same(found?.field, ['metadata', 'annotations', 'a/level'], value)
    t.match(found?.hint, /The cause is the value of annotation "a\/level", which template sidecar:4:20 prints/, value)
  }
  const own = attempted('spec: [', level('w\n  x: {'))
  t.same([own?.code, own?.field], ['template-output', undefined], "what the template itself breaks is not the value's fault")
})

t.test('most values are looked at only', async t => {
  for (const text of ['info', 'a:1', 'r:5000/a@sha256:x', '1.2.3', 'a-b_c', 'http://a/b?c=d&e', 'a b', '50%', 'a=b;c', ''])
    t.equal(isStructural(text), false, text)
  for (const text of ['a\nb', 'a: b', 'a:', '- a', '-', '? a', '{', 'a,b', 'a #', ' a', 'a ', '"', "'", '\\', '|', '&a', '*a', '!t', 'a - b'])
    t.equal(isStructural(text), true, text)
  t.equal(harmless('a: [b]'), 'ax xbx')
  t.equal(isStructural(harmless(' - a: "b"\n\t- {c}, # ')), false)
})

// Texts of templates; `%` stands for what an action prints.
const CONTEXTS: readonly [string, ...string[]] = [
  'a: %\nb: c\n',
  'a: "%"\nb: c\n',
  "a: '%'\nb: c\n",
  'a: "x %y"\nb: "c"\n',
  "a: 'x%'\nb: 'c'\n",
  'a: |\n  %\n  x\nb: c\n',
  'a: |\n  x\n  %\nb: c\n',
  'a: >-\n  x %\n\nb: c\n',
  'a: |%\n  x\nb: c\n',
  '%: a\nb: c\n',
  '"%": a\nb: c\n',
  '? %\n: a\n',
  '- %\n- b\n',
  '- - %\n  - b\n',
  '- a: %\n  b: c\n',
  '[%, b]\n',
  '[ "%", b]\n',
  '{a: %, b: c}\n',
  '{a: "%", b: c}\n',
  '{%: a}\n',
  '{"%":1}\n',
  '[a, %]: c\n',
  'a: x%\nb: c\n',
  'a: %x\nb: c\n',
  'a: x %\n  y\nb: c\n',
  'a: x\n  % y\nb: c\n',
  'a: "x\n  %\n  y"\nb: c\n',
  "a: 'x\n  %\n  y'\nb: c\n",
  'a: &x %\nb: *x\n',
  'a: !!str %\nb: c\n',
  '%\n',
  'a: % # d\nb: c\n',
  'a:%\nb: c\n',
  'a: -%\n',
  'a: "\\%"\nb: "c"\n',
  '---\n%\n',
  '--- %\n',
  'a: %%\nb: c\n',
  "a: '%' '%'\n",
  'a: |\n%\n  x\n',
  'a: |\n    %\n  x\n',
  '[{% : a}]\n',
  'a: <%>\n',
  "- '%'\n- '%'\n",
  '- "%"\n- "%"\n',
  '&%  a\n',
  '!%  a\n',
  'a: "%":\n',
  '{a: {b: %}}\n',
  '[%]\n',
  '[a %]\n',
  '%',
]
const PIECES: readonly [string, ...string[]] = [
  'a',
  'b',
  ' ',
  '  ',
  '\n',
  '\n  ',
  '\r',
  '\t',
  "'",
  "''",
  '"',
  '\\',
  '\\\\',
  ':',
  ': ',
  ' #',
  '#',
  ',',
  '[',
  ']',
  '{',
  '}',
  '-',
  '- ',
  '?',
  '? ',
  '|',
  '>',
  '&',
  '*',
  '!',
  '%',
  '@',
  '`',
  '<<',
  '~',
  '...',
  '---',
  '"a"',
  "'a'",
  '"a: b"',
  '"a, b"',
  '[a]',
  '{a: b}',
  '\u2028',
  '\x85',
  '0',
  '.',
  '/',
  '"a\\"b"',
  "'it''s'",
]

t.test('what is plainly a scalar has no structure: the output has the same one with a harmless text in its place', async t => {
  const next = random(Number(process.env.FC_SEED ?? 1))
  const wrong: string[] = []
  let plain = 0
  for (let i = 0; i < Number(process.env.FC_RUNS ?? 40_000); i++) {
    const value = Array.from({ length: 1 + next(4) }, () => pick(next, PIECES)).join('')
    const parts = pick(next, CONTEXTS).split('%')
    const text = parts.join(value)
    const structure = structureUnless(text)
    if (structure === undefined || !isStructural(value)) continue
    const starts = parts.slice(1).map((_, k) => parts.slice(0, k + 1).join(value).length)
    if (!starts.every(start => isPlainlyScalar(text, { start, end: start + value.length, text: value }, structure))) continue
    plain++
    if (structureOf(parts.join(harmless(value)))?.shape !== structure.shape) wrong.push(text)
  }
  t.same(wrong, [])
  t.ok(plain > 5000, `${plain} were plainly scalars`)
})

t.test('values in the usual places are plainly scalars', async t => {
  for (const [before, value, behind] of [
    ['a: "', '*', '"'],
    ["a: '", '10.0.0.0/8,192.168.0.0/16', "'"],
    ['a: "x ', 'y: z', '"'],
    ['a: ', '"b: c"', ''],
    ['- ', 'b, c', ''],
    ['a: |\n  ', '{"b": [1]}', ''],
  ] as const) {
    const text = `${before}${value}${behind}\n`
    const print = { start: before.length, end: before.length + value.length, text: value }
    t.equal(isPlainlyScalar(text, print, structureIn(loadReading(text))), true, text)
  }
})

function structureUnless(text: string) {
  try {
    return structureIn(loadReading(text))
  } catch (error) {
    if (error instanceof YamlError) return undefined
    throw error
  }
}
