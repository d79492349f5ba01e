// YAML in Kubernetes' dialect: values, text, documents with positions, edits.

import t from 'tap'
import { InjectError, type Json } from '../../src/lib/model/index.ts'
import { applyEdits, loadYaml, parseDocuments, toYaml, YamlError } from '../../src/lib/yaml/index.ts'

const documentOf = (text: string) => {
  const [document] = parseDocuments({ path: 'a.yaml', text })
  if (document === undefined) throw new Error('no document')
  return document
}

function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

const VALUES: readonly (readonly [name: string, text: string, want: Json])[] = [
  ['words for booleans', 'a: y\nb: NO\nc: On\nd: off\ne: True', { a: true, b: false, c: true, d: false, e: true }],
  ['words that only look like them', 'a: yess\nb: tRue\nc: oN', { a: 'yess', b: 'tRue', c: 'oN' }],
  [
    'integers of all kinds',
    'a: 0777\nb: 0o7\nc: 0x1F\nd: 0b11\ne: 1_000\nf: +1\ng: -0x10\nh: 0X1f',
    { a: 511, b: 7, c: 31, d: 3, e: 1000, f: 1, g: -16, h: 31 },
  ],
  ['floats', 'a: .5\nb: 1.\nc: 1e3\nd: 08\ne: -1.5e-3\nf: 1_0.5', { a: 0.5, b: 1, c: 1000, d: 8, e: -0.0015, f: 10.5 }],
  [
    'texts that are no numbers',
    'a: 1:30\nb: 2020-01-01\nc: 1e\nd: 0x\ne: 1e309\nf: 0xg\ng: "1"\nh: 1.2.3',
    { a: '1:30', b: '2020-01-01', c: '1e', d: '0x', e: '1e309', f: '0xg', g: '1', h: '1.2.3' },
  ],
  ['nulls', 'a:\nb: ~\nc: null\nd: Null\ne: ""', { a: null, b: null, c: null, d: null, e: '' }],
  ['keys become strings', '1: a\n0x10: b\ntrue: c\n1.50: d\n"2": e\n1e21: f', { '1': 'a', '16': 'b', true: 'c', '1.5': 'd', '2': 'e', '1e+21': 'f' }],
  ['of duplicate keys the last counts', 'a: 1\nb: 2\na: 3', { a: 3, b: 2 }],
  ['only the first document', 'a: 1\n---\nb: [', { a: 1 }],
  ['nothing at all', '# only\n\n', null],
  ['an empty first document', '---\n---\na: 1', null],
  ['a document behind a directive', '%YAML 1.1\n---\na: 1\n...\n', { a: 1 }],
  ['lists at the column of their key', 'a:\n- 1\n-\n- - 2\n  - x: 3\n    z: 4\nb: 5', { a: [1, null, [2, { x: 3, z: 4 }]], b: 5 }],
  [
    'block scalars',
    'a: |\n  x\n   y\n\n  z\n\nb: |-\n  x\nc: |+\n  x\n\nd: >-\n  x\n  y\n\n  z\ne: |\nf: 1',
    { a: 'x\n y\n\nz\n', b: 'x', c: 'x\n\n', d: 'x y\nz', e: '', f: 1 },
  ],
  ['a block scalar that ends with the text', 'a: |\n  x', { a: 'x' }],
  ['quoted scalars', `a: "x\\ty\\u00e9\\x41"\nb: 'it''s'\nc: "two\n  lines"`, { a: 'x\tyéA', b: "it's", c: 'two lines' }],
  ['flow collections', 'a: {b: 1, "c": [x, y z, ], d: }\ne: [\n"f"\n]', { a: { b: 1, c: ['x', 'y z'], d: null }, e: ['f'] }],
  ['JSON', '{"a":{"b":[1,2.5,null,"x\\ny"]},\n "c":true}', { a: { b: [1, 2.5, null, 'x\ny'] }, c: true }],
  ['anchors and aliases', 'a: &x {b: 1}\nc: *x\nd: [*x]', { a: { b: 1 }, c: { b: 1 }, d: [{ b: 1 }] }],
  [
    'merge keys, also as kpt writes them',
    'a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\ne:\n  !!merge <<: [*x, {f: 4, b: 5}]',
    { a: { b: 1, c: 2 }, d: { b: 1, c: 3 }, e: { b: 1, c: 2, f: 4 } },
  ],
  ['tags', 'a: !!str 5\nb: !!int "7"\nc: !!binary aGk=\nd: !local x\ne: !!float 1\nf: ! yes', { a: '5', b: 7, c: 'hi', d: 'x', e: 1, f: 'yes' }],
  ['comments and line ends of Windows', 'a: x #c\r\nb: x#c\r\n# d: 1\r\ne: |\r\n  f\r\n', { a: 'x', b: 'x#c', e: 'f\n' }],
  ['a byte order mark', '\uFEFFa: 1', { a: 1 }],
  ['names of prototypes', 'constructor: 1\ntoString: {hasOwnProperty: 2}', { constructor: 1, toString: { hasOwnProperty: 2 } }] as never,
]

t.test('values are read as Kubernetes reads them', async t => {
  for (const [name, text, want] of VALUES) t.same(loadYaml(text), want, name)
})

t.test('a key named __proto__ is a key', async t => {
  const value = loadYaml('a: {__proto__: {x: 1}}\n__proto__: 2') as Record<string, object>
  t.same(Object.keys(value), ['a', '__proto__'])
  t.same(Object.keys(value.a ?? {}), ['__proto__'])
  t.equal(({} as Record<string, unknown>).x, undefined)
})

const ERRORS: readonly (readonly [text: string, message: string, line: number, column: number])[] = [
  ['\ta: 1', 'yaml: found character that cannot start any token', 1, 1],
  ['a: b: c', 'yaml: mapping values are not allowed in this context', 1, 5],
  ['x: 1\na: b: c', 'yaml: line 2: mapping values are not allowed in this context', 2, 5],
  ['a: - b', 'yaml: block sequence entries are not allowed in this context', 1, 4],
  ['a: @x', 'yaml: found character that cannot start any token', 1, 4],
  ['null: x', 'unsupported map key of type: %!s(<nil>), key: <nil>, value: "x"', 1, 1],
  ['a: *x', "yaml: unknown anchor 'x' referenced", 1, 4],
  ['a: &x [*x]', "yaml: anchor 'x' value contains itself", 1, 8],
  ['<<: 1', 'yaml: map merge requires map or sequence of maps as the value', 1, 5],
  ['a: !!int x', 'yaml: cannot decode !!str `x` as a !!int', 1, 4],
  ['a: .inf', 'json: unsupported value: +Inf', 1, 1],
  ['[a]: 1', 'yaml: invalid map key: []interface {}', 1, 1],
]

t.test("errors say what and where, in Go's words", async t => {
  for (const [text, message, line, column] of ERRORS) {
    const error = thrownBy(() => loadYaml(text))
    t.match(error, { name: 'YamlError', message, line, column }, text)
    t.equal(error instanceof YamlError, true)
  }
})

t.test('hostile texts are errors, never a crash', async t => {
  const bomb = `a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(10)}]`).join('\n')}`
  t.match(
    thrownBy(() => loadYaml(bomb)),
    { message: 'yaml: document contains excessive aliasing' },
  )
  t.match(
    thrownBy(() => loadYaml('['.repeat(100_000))),
    { name: 'YamlError' },
  )
  t.match(
    thrownBy(() => loadYaml('- '.repeat(100_000))),
    { name: 'YamlError' },
  )
  t.match(
    thrownBy(() => loadYaml(`${'{a: '.repeat(5000)}`)),
    { name: 'YamlError' },
  )
  t.match(
    thrownBy(() => loadYaml('a: "\0"')),
    { name: 'YamlError' },
  )
})

const TEXTS: readonly (readonly [value: Json, want: string])[] = [
  [{ b: 1, a: 'x' }, 'a: x\nb: 1\n'],
  [{ a10: 1, a2: 2, b: 3, 'a.b': 4 }, 'a.b: 4\na2: 2\na10: 1\nb: 3\n'],
  [{ l: [1, [2, { x: [] }], {}], m: {} }, 'l:\n- 1\n- - 2\n  - x: []\n- {}\nm: {}\n'],
  [['y', '0777', '1:30', '2020-01-01', 'null', '', '~'], '- "y"\n- "0777"\n- "1:30"\n- "2020-01-01"\n- "null"\n- ""\n- "~"\n'],
  [['a: b', ' a', '@a', '- a', "it's", 'a\tb', 'é'], `- 'a: b'\n- ' a'\n- '@a'\n- '- a'\n- it's\n- "a\\tb"\n- é\n`],
  [{ a: 'x\ny\n', b: 'x\ny', c: ' x\n', d: 'x \ny' }, 'a: |\n  x\n  y\nb: |-\n  x\n  y\nc: |2\n   x\nd: "x \\ny"\n'],
  [{ 'k\nl': 1, yes: 2 }, '? |-\n  k\n  l\n: 1\n"yes": 2\n'],
  [[1, 1.5, 1e21, 0.00001, 1234567.5, 1e20, -0], '- 1\n- 1.5\n- 1e+21\n- 1e-05\n- 1.2345675e+06\n- 1e+20\n- 0\n'],
  [null, 'null\n'],
  [[], '[]\n'],
]

t.test('values are printed as sigs.k8s.io/yaml prints them', async t => {
  for (const [value, want] of TEXTS) t.equal(toYaml(value), want)
})

t.test('documents know their part of the file', async t => {
  const text = '# head\na: 1\n---\n# second\nb: 2\n...\n%YAML 1.1\n---\nc: 3\n--- # empty\n---\nd: |\n  x\n'
  const documents = parseDocuments({ path: 'a.yaml', text })
  t.same(
    documents.map(({ value }) => value),
    [{ a: 1 }, { b: 2 }, { c: 3 }, null, { d: 'x\n' }],
  )
  t.same(
    documents.map(({ start, end }) => text.slice(start, end)),
    ['# head\na: 1\n', '---\n# second\nb: 2\n...\n', '%YAML 1.1\n---\nc: 3\n', '--- # empty\n', '---\nd: |\n  x\n'],
  )
  t.same(parseDocuments({ path: 'a.yaml', text: '# nothing\n' }), [])
  t.same(parseDocuments({ path: 'a.yaml', text: '' }), [])
})

const POSITIONED = `kind: List
items:
- # head
  metadata: {name: a, labels: &l {x: "1"}}
  spec:
    ports:
    - 80
    empty:
- <<: *l
  name: b
`

t.test('three dashes by themselves are a document that is null, and have a place', async t => {
  for (const text of ['---', '---\n', '--- \t\n# x\n', '---\n#}}me', '--- # x', '---\r\n', '--- null', '--- ~\n']) {
    const [document, ...more] = parseDocuments({ path: 'a.yaml', text })
    t.same(more, [], JSON.stringify(text))
    t.equal(document?.value, null, JSON.stringify(text))
    t.equal(document?.positionOf(['a']).line, 1, JSON.stringify(text))
    t.equal(document?.sourceAt(['a']), undefined, JSON.stringify(text))
  }
})

t.test('positions of nodes, and of the nearest node above where there is none', async t => {
  const document = documentOf(POSITIONED)
  const at = (...path: (string | number)[]) => {
    const { line, column, length } = document.positionOf(path)
    return [line, column, document.file.text.split('\n')[line - 1]?.slice(column - 1, column - 1 + (length ?? 0))]
  }
  t.same(at('items', 0, 'metadata', 'name'), [4, 20, 'a'])
  t.same(at('items', 0, 'metadata', 'labels'), [4, 31, '&l {x: "1"}'])
  t.same(at('items', 0, 'spec', 'ports', 0), [7, 7, '80'])
  t.same(at('items', 0, 'spec', 'ports', 5), [7, 5, '- 80'])
  t.same(at('items', 0, 'spec', 'empty'), [8, 5, 'empty'])
  t.same(at('items', 1, 'x'), [9, 3, '<<: *l'])
  t.same(at('nothing'), [1, 1, 'kind: List'])
})

t.test('an item of a list is looked at alone, with the same positions', async t => {
  const text = POSITIONED.replace('&l ', '').replace('<<: *l\n  ', '')
  const document = documentOf(text)
  t.same(document.regionAt(['items', 0, 'spec']).path, ['items', 0])
  t.same(document.positionOf(['items', 0, 'spec', 'ports', 0]), { file: 'a.yaml', line: 7, column: 7, lineText: '    - …', length: 2 })
  t.same(document.positionOf(['items', 1, 'name']), { file: 'a.yaml', line: 9, column: 9, lineText: '- name: …', length: 1 })
})

t.test('an item that is a block scalar has a place, too', async t => {
  for (const scalar of ['|-\n  a\n  b', '|\n  a', '>-\n  a\n  b', '|+\n  a\n', '|-\n a']) {
    const text = `items:\n- ${scalar}\n- b: c\n`
    const [document] = parseDocuments({ path: 'a.yaml', text })
    t.match(document?.positionOf(['items', 0]), { line: 2, column: 3 }, JSON.stringify(scalar))
    t.equal(document?.sourceAt(['items', 1, 'b']), 'c')
  }
})

t.test('an item with aliases of its own is looked at alone too; one that points elsewhere is not', async t => {
  const own = documentOf('items:\n- a: 1\n- b: &x !!str 2\n  c: [*x]\n  c: [*x, *x]\n- d: >\n   e\n\n   f\n# end\nkind: List\n')
  t.same(own.value, { items: [{ a: 1 }, { b: '2', c: ['2', '2'] }, { d: 'e\nf\n' }], kind: 'List' })
  t.same([own.hasAliases, own.hasAliasesAt(['items', 0]), own.hasAliasesAt(['items', 1, 'c']), own.hasAliasesAt(['kind'])], [false, false, true, false])
  t.same(
    [own.regionAt(['items', 1]).path, own.regionAt(['items', 2]).path],
    [
      ['items', 1],
      ['items', 2],
    ],
  )
  t.match(own.positionOf(['items', 1, 'c', 1]), { line: 5, column: 11 })
  t.match(own.diagnostics, [{ code: 'yaml-duplicate-key', at: { line: 5, column: 3 } }])

  const shared = documentOf('items:\n- a: &x 1\n- b: *x\n')
  t.same(shared.value, { items: [{ a: 1 }, { b: 1 }] })
  t.same([shared.hasAliases, shared.regionAt(['items', 1]).path], [true, []])
  t.equal(documentOf('items:\n- items:\n  - a: &x 1\n  - b: *x\n').hasAliases, true)
  t.match(
    thrownBy(() => documentOf('items:\n- a: 1\n- b: [\n- c: 1\n')),
    { diagnostic: { code: 'yaml-syntax' } },
  )
})

t.test('scalars can be had as they were written', async t => {
  const document = documentOf('data: {yes: on, mode: 0644, q: "x"}\nalias: &a no\nb: *a\n')
  t.same(document.value, { data: { true: true, mode: 420, q: 'x' }, alias: false, b: false })
  t.equal(document.scalarTextAt(['data', 'true']), 'on')
  t.equal(document.scalarTextAt(['data', 'mode']), '0644')
  t.equal(document.scalarTextAt(['b']), 'no')
  t.equal(document.scalarTextAt(['data']), undefined)
  t.equal(document.sourceAt(['data', 'q']), '"x"')
  t.equal(document.sourceAt(['alias']), '&a no')
})

t.test('duplicate keys are reported, not dropped', async t => {
  const { value, diagnostics } = documentOf('a:\n  b: 1\n  c: 2\n  "b": 3\n')
  t.same(value, { a: { b: 3, c: 2 } })
  t.match(diagnostics, [{ code: 'yaml-duplicate-key', severity: 'warning', at: { line: 4, column: 3 } }])
})

t.test('a syntax error names file, line and column', async t => {
  const error = thrownBy(() => parseDocuments({ path: 'apps/web.yaml', text: 'a: 1\n---\nb:\n  c: 1\n   d: 2\n' }))
  t.equal(error instanceof InjectError, true)
  t.match(error, { diagnostic: { code: 'yaml-syntax', severity: 'error', at: { file: 'apps/web.yaml', line: 5, lineText: '   …' } } })
  t.match(
    thrownBy(() => parseDocuments({ path: 'x', text: 'a: {{ .Values.x }}\n' })),
    { diagnostic: { code: 'yaml-syntax', at: { line: 1 } } },
  )
})

t.test('large integers and infinity do not disturb a document', async t => {
  t.same(documentOf('a: 12345678901234567890\nb: .inf\n').value, { a: 12345678901234567000, b: Number.POSITIVE_INFINITY })
})

t.test('edits are made in order, insertions before replacements, overlaps refused', async t => {
  const edit = (offset: number, length: number, text: string) => ({ offset, length, text })
  t.equal(applyEdits('abcdef', [edit(3, 1, 'X'), edit(0, 0, '1'), edit(3, 0, '2'), edit(0, 0, '3'), edit(6, 0, '4')]), '13abc2Xef4')
  t.equal(applyEdits('abc', []), 'abc')
  t.throws(() => applyEdits('abc', [edit(0, 2, ''), edit(1, 1, '')]))
  t.throws(() => applyEdits('abc', [edit(2, 2, '')]))
})
