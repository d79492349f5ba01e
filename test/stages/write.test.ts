// Edits: each case is a text, a change of its value, and the text that a person would have written.

import t from 'tap'
import { at, type FieldPath, type Json } from '../../src/lib/model/index.ts'
import { applyEdits, parseDocuments } from '../../src/lib/yaml/index.ts'
import { align } from '../../src/write/align.ts'
import { spellingsOf, write, writeAll } from '../../src/write/index.ts'

interface Case {
  readonly name: string
  readonly text: string
  readonly path?: FieldPath
  readonly change: (value: never) => unknown
  readonly want: string
}

function documentOf(text: string) {
  const [document] = parseDocuments({ path: 'a.yaml', text })
  if (document === undefined) throw new Error('no document')
  return document
}

function edited({ text, path = [], change }: Omit<Case, 'name' | 'want'>) {
  const document = documentOf(text)
  const before = at(document.value, path) as never
  const edits = write({ document, path, after: change(structuredClone(before)) as Json })
  const output = applyEdits(text, edits)
  const undone = write({ document: documentOf(output), path, after: before, spellings: spellingsOf(edits) })
  return { edits, output, undone: applyEdits(output, undone) }
}

const CASES: readonly Case[] = [
  {
    name: 'a new element goes behind the last one, and the comments around stay where they are',
    text: 'spec:\n  # the containers\n  containers: # all\n  # main\n  - name: app # app\n    image: x\n    # inside app\n  # end\nother: 1\n',
    path: ['spec'],
    change: (spec: { containers: object[] }) => ({ containers: [...spec.containers, { name: 'proxy', args: ['-v', 'on'] }] }),
    want: 'spec:\n  # the containers\n  containers: # all\n  # main\n  - name: app # app\n    image: x\n    # inside app\n  - name: proxy\n    args:\n    - -v\n    - "on"\n  # end\nother: 1\n',
  },
  {
    name: 'a new first element goes above the comment of the one that was first, with a mark that keeps kpt from copying it',
    text: 'containers: # all\n  # main\n  - name: app\n',
    change: (value: { containers: object[] }) => ({ containers: [{ name: 'proxy', ports: [{ containerPort: 1 }] }, ...value.containers] }),
    want: 'containers: # all\n  # injected\n  - name: proxy\n    ports:\n      - containerPort: 1\n  # main\n  - name: app\n',
  },
  {
    name: 'an element between two others',
    text: 'l:\n- name: a\n  x: 1\n\n# c\n- name: c\n',
    change: () => ({ l: [{ name: 'a', x: 1 }, { name: 'b' }, { name: 'c' }] }),
    want: 'l:\n- name: a\n  x: 1\n# injected\n- name: b\n\n# c\n- name: c\n',
  },
  {
    name: 'marks stand wherever the element before had a comment',
    text: 'l:\n- name: a # n\n  # i\n  image: x\n  env: # e\n  - name: E # E\n    value: 1\n  args: [z]\n',
    change: (value: { l: object[] }) => ({ l: [{ name: 'p', image: 'q', env: [{ name: 'F', value: 'v' }], args: ['z'], other: 1 }, ...value.l] }),
    want: 'l:\n- name: p # injected\n  # injected\n  image: q\n  env: # injected\n  - name: F # injected\n    value: v\n  args:\n  - z\n  other: 1\n- name: a # n\n  # i\n  image: x\n  env: # e\n  - name: E # E\n    value: 1\n  args: [z]\n',
  },
  {
    name: 'wide indentation is kept up',
    text: 'spec:\n    containers:\n      -   name: a\n          args:\n            -   x\n',
    change: (value: { spec: { containers: object[] } }) => ({
      spec: { containers: [...value.spec.containers, { name: 'b', env: [{ name: 'E', value: 'v' }], res: { a: 'b' } }] },
    }),
    want: 'spec:\n    containers:\n      -   name: a\n          args:\n            -   x\n      -   name: b\n          env:\n            -   name: E\n                value: v\n          res:\n              a: b\n',
  },
  {
    name: 'Windows line ends',
    text: 'a:\r\n- x\r\nb: 1\r\n',
    change: () => ({ a: ['x', 'z'], b: 1, c: 'l\nm\n' }),
    want: 'a:\r\n- x\r\n- z\r\nb: 1\r\nc: |\r\n  l\r\n  m\r\n',
  },
  { name: 'a text without a last line end', text: 'a: 1', change: () => ({ a: 1, b: { c: [2] } }), want: 'a: 1\nb:\n  c:\n  - 2' },
  { name: 'a block scalar at such an end is no block', text: 'a: 1', change: () => ({ a: 1, b: 'x\ny\n' }), want: 'a: 1\nb: "x\\ny\\n"' },
  {
    name: 'an empty map in flow style becomes a block',
    text: 'm:\n  a: {} # none\no: 1\n',
    change: () => ({ m: { a: { x: 'true' } }, o: 1 }),
    want: 'm:\n  a: # none\n    x: "true"\no: 1\n',
  },
  { name: 'an empty list becomes a block', text: 'l: [ ]\n', change: () => ({ l: [{ name: 'a', b: 1 }] }), want: 'l:\n- name: a\n  b: 1\n' },
  { name: 'a null that is written', text: 'm: ~   # c\n', change: () => ({ m: { a: 1 } }), want: 'm:   # c\n  a: 1\n' },
  { name: 'a key without a value', text: 'm: # c\no: 1\n', change: () => ({ m: { a: 1 }, o: 1 }), want: 'm: # c\n  a: 1\no: 1\n' },
  {
    name: 'a flow map stays one',
    text: 'm: { a: 1, b: 2 } # c\n',
    change: () => ({ m: { a: 1, b: 2, c: { d: ['x, y', 'no'] } } }),
    want: 'm: { a: 1, b: 2, c: { d: [ "x, y", "no" ] } } # c\n',
  },
  {
    name: 'a flow list over several lines',
    text: 'l: [\n  a, # first\n  b\n]\n',
    change: () => ({ l: ['z', 'a', 'b', 'c'] }),
    want: 'l: [\n  z,\n  a, # first\n  b,\n  c\n]\n',
  },
  { name: 'compact JSON', text: '{"a":[1],"b":{}}', change: () => ({ a: [1, 'yes'], b: { c: null } }), want: '{"a":[1,"yes"],"b":{"c":null}}' },
  {
    name: 'JSON over several lines',
    text: '{\n\t"a": [],\n\t"b": {\n\t\t"c": 1\n\t}\n}\n',
    change: () => ({ a: [{ x: 1 }], b: { c: 1, d: 'é\n' } }),
    want: '{\n\t"a": [\n\t\t{\n\t\t\t"x": 1\n\t\t}\n\t],\n\t"b": {\n\t\t"c": 1,\n\t\t"d": "é\\n"\n\t}\n}\n',
  },
  {
    name: 'only the scalar that changes',
    text: 'a: 2000m # cpu\nb: "2"   # two\nc: 0644\n',
    change: (value: object) => ({ ...value, a: '2', b: 'three' }),
    want: 'a: "2" # cpu\nb: three   # two\nc: 0644\n',
  },
  {
    name: 'the quotes of the file',
    text: "a: 'x y'\nb: '1'\n",
    change: (value: object) => ({ ...value, c: 'yes', d: "it's", e: '{"j": 1}' }),
    want: `a: 'x y'\nb: '1'\nc: 'yes'\nd: it's\ne: '{"j": 1}'\n`,
  },
  {
    name: 'a file that quotes everything',
    text: 'a: "x"\nb: "y"\nc: "z"\nd: "u"\ne: "v"\n',
    change: (value: object) => ({ ...value, f: 'w', g: 1, h: ['i'] }),
    want: 'a: "x"\nb: "y"\nc: "z"\nd: "u"\ne: "v"\nf: "w"\ng: 1\nh:\n- "i"\n',
  },
  {
    name: 'strings that are something else in some YAML are quoted',
    text: 'a: 1\n',
    change: () => ({ a: 1, b: ['yes', '0644', '1e3', '12:30', '2020-01-01', '~', '', '<<', '=', 'x: y', '- z', '#', '@', 'a\tb', 'null'] }),
    want: 'a: 1\nb:\n- "yes"\n- "0644"\n- "1e3"\n- "12:30"\n- "2020-01-01"\n- "~"\n- ""\n- "<<"\n- "="\n- "x: y"\n- "- z"\n- "#"\n- "@"\n- "a\\tb"\n- "null"\n',
  },
  {
    name: 'a key that goes takes its lines only',
    text: 'm:\n  # a\n  a: 1\n  # b\n  b:\n    c: 2 # c\n  # d\n  d: 3\n',
    change: () => ({ m: { a: 1, d: 3 } }),
    want: 'm:\n  # a\n  a: 1\n  # b\n  # d\n  d: 3\n',
  },
  { name: 'elements that go from a flow list', text: 'l: [a, b,  c, d]\n', change: () => ({ l: ['c'] }), want: 'l: [c]\n' },
  { name: 'the last of its keys', text: 'm:\n  a: 1 # c\no: 2\n', change: () => ({ m: {}, o: 2 }), want: 'm: {}\no: 2\n' },
  {
    name: 'an element that moves takes its text along',
    text: 'l:\n- name: a\n- # head\n  name: b # b\n  x: 0x1F\n',
    change: () => ({ l: [{ name: 'b', x: 31 }, { name: 'a' }] }),
    want: 'l:\n- # head\n  name: b # b\n  x: 0x1F\n- name: a\n',
  },
  {
    name: 'a key goes behind the one that it follows',
    text: 'template:\n  # pod\n  spec: {}\n',
    change: () => ({ template: { metadata: { a: 'b' }, spec: {} } }),
    want: 'template:\n  metadata:\n    a: b\n  # pod\n  spec: {}\n',
  },
  {
    name: 'block scalars that keep their blank lines',
    text: 'a: |+\n  x\n\nb: 1\n',
    change: () => ({ a: 'x\n\n', c: 2, b: 1 }),
    want: 'a: |+\n  x\n\nc: 2\nb: 1\n',
  },
  {
    name: 'an alias where the value changes is written out',
    text: 'a: &x\n  k: 0644\nb: *x # same\n',
    change: () => ({ a: { k: 420 }, b: { k: 420, l: 1 } }),
    want: 'a: &x\n  k: 0644\nb: # same\n  k: 0644\n  l: 1\n',
  },
  {
    name: 'an anchored node changes: its aliases keep the old value',
    text: 'a: &x {k: 1}\nb: *x\nc:\n  <<: *x\n  l: 2\n',
    change: () => ({ a: { k: 9 }, b: { k: 1 }, c: { k: 1, l: 2 } }),
    want: 'a: &x {k: 9}\nb:\n  k: 1\nc:\n  k: 1\n  l: 2\n',
  },
  {
    name: 'a key that a merge brings is overridden',
    text: 'a: &x {k: 1}\nc:\n  <<: *x\n  l: 2\n',
    change: () => ({ a: { k: 1 }, c: { k: 3, l: 2 } }),
    want: 'a: &x {k: 1}\nc:\n  <<: *x\n  l: 2\n  k: 3\n',
  },
  {
    name: 'a key that a merge brings goes',
    text: 'a: &x {k: 1, m: 2}\nc:\n  <<: *x\n  l: 2\n',
    change: () => ({ a: { k: 1, m: 2 }, c: { m: 2, l: 2 } }),
    want: 'a: &x {k: 1, m: 2}\nc:\n  m: 2\n  l: 2\n',
  },
  { name: 'of duplicate keys the one that counts is changed', text: 'a: 1\nb: 2\na: 3\n', change: () => ({ a: 4, b: 2 }), want: 'a: 1\nb: 2\na: 4\n' },
  {
    name: 'tags, unknown tags too',
    text: 'a: !!str 5\nb: !x\n  c: 1\n',
    change: () => ({ a: '6', b: { c: 1, d: 2 } }),
    want: 'a: "6"\nb: !x\n  c: 1\n  d: 2\n',
  },
  {
    name: 'long texts on one line',
    text: `a: ${'x'.repeat(500)} y\n`,
    change: (value: object) => ({ ...value, b: `${'z '.repeat(300)}!` }),
    want: `a: ${'x'.repeat(500)} y\nb: ${'z '.repeat(300)}!\n`,
  },
  { name: 'explicit keys', text: '? a\n: b\n? c\n', change: () => ({ a: 'x', c: null, d: 1 }), want: '? a\n: x\n? c\nd: 1\n' },
  {
    name: 'inside an item of a ResourceList',
    text: 'kind: ResourceList\nitems:\n- # head\n  kind: Pod\n  spec:\n    containers:\n    - name: a\n- kind: Pod\n  spec: {containers: [{name: a}]}\nfunctionConfig: {}\n',
    path: ['items', 1, 'spec'],
    change: () => ({ containers: [{ name: 'a' }, { name: 'b' }] }),
    want: 'kind: ResourceList\nitems:\n- # head\n  kind: Pod\n  spec:\n    containers:\n    - name: a\n- kind: Pod\n  spec: {containers: [{name: a}, {name: b}]}\nfunctionConfig: {}\n',
  },
  {
    name: 'behind the last item of a list',
    text: 'items:\n- spec:\n    containers:\n    - name: a\n# end\nkind: List\n',
    path: ['items', 0, 'spec'],
    change: () => ({ containers: [{ name: 'a' }], volumes: [{ name: 'v' }] }),
    want: 'items:\n- spec:\n    containers:\n    - name: a\n    volumes:\n    - name: v\n# end\nkind: List\n',
  },
  {
    name: 'flow metadata as kpt leaves it',
    text: "metadata: {name: flow, annotations: {config.kubernetes.io/index: '1'}}\n",
    change: () => ({ metadata: { name: 'flow', annotations: { 'config.kubernetes.io/index': '1', 'a/b': '{"c":["d"]}' } } }),
    want: `metadata: {name: flow, annotations: {config.kubernetes.io/index: '1', a/b: '{"c":["d"]}'}}\n`,
  },
]

t.test("the smallest edits, in the file's own style", async t => {
  for (const { name, want, ...input } of CASES) t.equal(edited(input).output, want, name)
})

t.test('taken back with the texts that were there, every case is its old self, byte for byte', async t => {
  for (const { name, want, ...input } of CASES) t.equal(edited(input).undone, input.text, name)
})

t.test('nothing is edited where nothing changes', async t => {
  for (const { text, path = [] } of CASES) {
    const document = documentOf(text)
    t.same(write({ document, path, after: structuredClone(at(document.value, path)) as Json }), [])
  }
})

t.test('an edit says what it is about and what was there', async t => {
  const { edits } = edited({ text: 'm:\n  cpu: 2000m # c\n  gone: 1\n', change: () => ({ m: { cpu: '2', come: true } }) })
  t.same(
    edits.map(({ path, part, was }) => ({ path, part, was })),
    [
      { path: ['m', 'cpu'], part: 'value', was: ' 2000m' },
      { path: ['m', 'gone'], part: 'entry', was: '\n  gone: 1' },
      { path: ['m', 'come'], part: 'entry', was: '' },
    ],
  )
})

t.test('a change made on a typed view leaves what the view does not know', async t => {
  const text = 'spec:\n  unknown: 1\n  cpu: 2000m\n  annotations:\n'
  const edits = write({ document: documentOf(text), path: ['spec'], before: { cpu: '2' }, after: { cpu: '2', annotations: { a: 'b' } } })
  t.equal(applyEdits(text, edits), 'spec:\n  unknown: 1\n  cpu: 2000m\n  annotations:\n    a: b\n')
})

t.test('several changes of a document with anchors are one', async t => {
  const text = 'items:\n- spec: &s {a: 1}\n- spec: *s\n'
  const changes = [0, 1].map(i => ({ path: ['items', i, 'spec'], after: { a: 1, b: i } }))
  t.equal(applyEdits(text, writeAll({ document: documentOf(text), changes })), 'items:\n- spec: &s {a: 1, b: 0}\n- spec:\n    a: 1\n    b: 1\n')
})

t.test('several changes of an item with anchors of its own are one, and the other items are not looked at', async t => {
  const text = 'items:\n- metadata: &m {a: 1}\n  spec: {m: *m}\n- x: 1\n'
  const changes = [
    { path: ['items', 0, 'spec'], after: { m: { a: 1 }, n: 2 } },
    { path: ['items', 1, 'x'], after: 2 },
    { path: ['items', 0, 'metadata'], after: { a: 3 } },
  ]
  const want = 'items:\n- metadata: &m {a: 3}\n  spec: {m: {a: 1}, "n": 2}\n- x: 2\n'
  t.equal(applyEdits(text, writeAll({ document: documentOf(text), changes })), want)
})

t.test('the path may lead through an alias', async t => {
  const text = 'base: &b {spec: {x: 1}}\npod: *b\n'
  t.equal(
    applyEdits(text, write({ document: documentOf(text), path: ['pod', 'spec'], after: { x: 1, y: 2 } })),
    'base: &b {spec: {x: 1}}\npod:\n  spec:\n    x: 1\n    "y": 2\n',
  )
})

t.test('hostile names and deep trees are written as any other', async t => {
  const text = 'm:\n  a: 1\n'
  const after = JSON.parse('{"m":{"a":1,"__proto__":{"x":1},"constructor":"c"}}')
  t.equal(applyEdits(text, write({ document: documentOf(text), path: [], after })), 'm:\n  a: 1\n  __proto__:\n    x: 1\n  constructor: c\n')
})

t.test('lists align by equality, then by the field that names an element', async t => {
  const kept = (have: Json[], want: Json[]) => align(have, want).kept
  t.same(kept([{ name: 'a' }, { name: 'b' }], [{ name: 'x' }, { name: 'a', v: 1 }, { name: 'b' }]), [undefined, 0, 1])
  t.same(
    kept(
      [
        { mountPath: '/a', name: 'v' },
        { mountPath: '/b', name: 'v' },
      ],
      [{ mountPath: '/b', name: 'v', readOnly: true }],
    ),
    [1],
  )
  t.same(kept([{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }], [{ containerPort: 80, protocol: 'UDP', name: 'u' }]), [1])
  t.same(kept([{ name: 'a' }, { name: 'a', x: 1 }], [{ name: 'a', x: 1 }, { name: 'a' }]), [undefined, 0])
  t.same(kept(['a', 'b', 'c'], ['a', 'x', 'c']), [0, 1, 2])
  t.same(kept(['a', 'c'], ['a', 'b', 'c']), [0, undefined, 1])
  t.same(kept([{ kind: 'Pod', metadata: { name: 'a' } }], [{ kind: 'Pod', metadata: { name: 'a', labels: {} } }]), [0])
  const many = Array.from({ length: 5000 }, (_, i) => ({ name: `n${i % 7}`, i }))
  t.equal(kept(many, many.toReversed()).length, 5000)
})
