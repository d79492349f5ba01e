// What messages show of a line: as much as says what is wrong, and no value of a Secret or an environment variable.

import t from 'tap'
import { InjectError } from '../../src/lib/model/index.ts'
import { behindSecretKeys, keyOnly, parseDocuments, unreadLine, withoutQuotes } from '../../src/lib/yaml/index.ts'

const DEPLOYMENT = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web} # ours\nspec:\n  replicas: x\n'

t.test('a line of a text that cannot be read', async t => {
  const cases: [string, string, string, string][] = [
    ['an ordinary line', DEPLOYMENT, '  replicas: x', '  replicas: x'],
    ['a flow mapping', DEPLOYMENT, 'metadata: {name', 'metadata: {name: web} # ours'],
    ['behind a block with quotes and braces', `${DEPLOYMENT}  run: |\n    if [ "a\n  image: a: b\n`, '  image', '  image: a: b'],
    ['an environment variable', `${DEPLOYMENT}  env:\n  - name: A\n    value: b: c\n`, '    value', '    value: …'],
    ['a key below a value', `${DEPLOYMENT}  value:\n    a: b\n`, '    a: b', '    …'],
    ['beside a value', `${DEPLOYMENT}  env:\n  - value: a\n    name: b: c\n`, '    name', '    …'],
    ['data', `apiVersion: v1\nkind: ConfigMap\ndata:\n  a: b: c\n`, '  a: b', '  a: …'],
    ['below data', `apiVersion: v1\nkind: ConfigMap\ndata:\n  a:\n    b: c: d\n`, '    b', '    …'],
    ['behind an open quote', `${DEPLOYMENT}  a: "b\n  c: d\n`, '  c', '  …'],
    ['a Secret', 'apiVersion: v1\nkind: Secret\ntype: Opaque: a\n', 'type', 'type: …'],
    ['a kind with a tag', 'apiVersion: v1\nkind: !!str "Secret"\ntype: Opaque: a\n', 'type', 'type: …'],
    ['JSON', '{"apiVersion": "v1",\n"kind": "Pod" "x"}', '"kind', '"kind": …'],
    ['no manifest', 'a: b\nc=d\n', 'c=', '…'],
    ['an item', `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  a: b: c\n`, '  a', '  a: b: c'],
    ['an item that is no manifest', `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n- a: b: c\n`, '- a:', '- a: …'],
    ['a function config that is no manifest', `apiVersion: v1\nkind: ResourceList\nfunctionConfig:\n  a: b: c\n`, '  a', '  a: …'],
    ['the only line', 'a', 'a', '…'],
  ]
  for (const [name, text, start, want] of cases) t.equal(unreadLine(text, text.indexOf(start)).lineText, want, name)
  t.equal(unreadLine('a: 1\nb: 2', 6, { isManifest: true }).lineText, 'b: 2')
})

t.test('a line of a text that has been read', async t => {
  const [document] = parseDocuments({
    path: 'a.yaml',
    text: `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Secret
  metadata: {name: a, labels: {b: c}}
  type: Opaque
  stringData: # d
    e: f
- {apiVersion: v1, kind: Pod, metadata: {name: g}, spec: {containers: [{env: [{name: h, value: i}], image: j}]}}
- apiVersion: v1
  kind: Pod
  spec:
    containers:
    - image: k # l
      env:
      - name: m
        value: n
        more: o
- p: q
`,
  })
  const shown = (...path: (string | number)[]) => document?.positionOf(['items', ...path]).lineText
  t.equal(shown(0, 'metadata', 'name'), '  metadata: {name: a, labels: …')
  t.equal(shown(0, 'type'), '  type: …')
  t.equal(shown(0, 'stringData', 'e'), '    e: …')
  t.equal(document?.keyPositionOf(['items', 0, 'stringData']).lineText, '  stringData: …')
  t.equal(shown(1, 'spec', 'containers', 0, 'image'), '- {apiVersion: v1, kind: Pod, metadata: {name: g}, spec: {containers: [{env: [{name: h, value: …')
  t.equal(shown(2, 'spec', 'containers', 0, 'image'), '    - image: k # l')
  t.equal(shown(2, 'spec', 'containers', 0, 'env', 0, 'name'), '      - name: m')
  t.equal(shown(2, 'spec', 'containers', 0, 'env', 0, 'value'), '        value: …')
  t.equal(shown(2, 'spec', 'containers', 0, 'env', 0, 'more'), '        more: o')
  t.equal(shown(3, 'p'), '- p: …')
})

t.test('lines without a structure', async t => {
  t.equal(behindSecretKeys('{{ if .Values.a }}'), '{{ if .Values.a }}')
  t.equal(behindSecretKeys('  - values: [a], value: b'), '  - values: [a], value: …')
  t.equal(behindSecretKeys('a: "{\\"value\\": \\"b\\"}"'), 'a: "{\\"value\\": …')
  t.equal(behindSecretKeys('value:'), 'value:')
  t.equal(keyOnly('- - a: b'), '- - a: …')
  t.equal(keyOnly('a b'), '…')
  t.equal(withoutQuotes("yaml: line 2: anchor 'a' value contains itself"), "yaml: line 2: anchor '…' value contains itself")
  t.equal(withoutQuotes('cannot decode !!str `a` as a !!int'), 'cannot decode !!str `…` as a !!int')
  t.equal(withoutQuotes('yaml: invalid map key: map[interface {}]interface {}{"a":"b"}'), 'yaml: invalid map key: …')
})

t.test('excerpts of long texts are made in linear time', async t => {
  const line = `${'a'.repeat(10)}: "${'\\"\''.repeat(5_000_000)}`
  const text = `apiVersion: v1\nkind: Pod\n${line}\n${'  a: b\n'.repeat(300_000)}c: d: e\n`
  const start = process.cpuUsage()
  t.throws(() => parseDocuments({ path: 'a', text }), InjectError)
  t.equal(unreadLine(text, text.length - 5).lineText, '…')
  const { user, system } = process.cpuUsage(start)
  t.equal((user + system) / 1e6 < 5, true, `${(user + system) / 1e6} s`)
})
