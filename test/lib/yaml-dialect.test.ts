// What Go's YAML reader takes otherwise than YAML 1.2 and most other readers do, kind by kind. The values are those of sigs.k8s.io/yaml 1.6.

import t, { type Test } from 'tap'
import { at, type Diagnostic, InjectError, type Json } from '../../src/lib/model/index.ts'
import { applyEdits, loadYaml, parseDocuments, YamlError } from '../../src/lib/yaml/index.ts'

type Case = readonly [text: string, want: Json]

function reads(t: Test, cases: readonly Case[]): void {
  for (const [text, want] of cases) t.same(loadYaml(text), want, shown(text))
}

function refuses(t: Test, cases: readonly (readonly [text: string, message: string, line: number])[]): void {
  for (const [text, message, line] of cases) {
    let error: unknown
    try {
      loadYaml(text)
    } catch (thrown) {
      error = thrown
    }
    t.equal(error instanceof YamlError, true, shown(text))
    t.match(error, { message, line }, shown(text))
  }
}

/** As a title, in which no line ends. */
function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80)).replace(/[\x7f-\uffff]/g, char => `\\u${char.charCodeAt(0).toString(16)}`)
}

/** The diagnostic of a file that cannot be read. */
function syntaxError(text: string): Diagnostic {
  try {
    parseDocuments({ path: 'a.yaml', text })
  } catch (error) {
    if (error instanceof InjectError && error.diagnostic.code === 'yaml-syntax') return error.diagnostic
  }
  throw new Error(`no syntax error in ${JSON.stringify(text)}`)
}

t.test('further lines of quoted scalars may be indented in any way, and lose the blanks around them', async t => {
  reads(t, [
    ['a:\n  b: "one\ntwo"', { a: { b: 'one two' } }],
    ["a:\n  b: 'one\n  two'\n  c: 3", { a: { b: 'one two', c: 3 } }],
    ['a: "one\n\n\n  two"', { a: 'one\n\ntwo' }],
    ['a: "x \n \t y"', { a: 'x y' }],
    ["- 'x\n\ny'", ['x\ny']],
    ['a: "x\\\n    y"', { a: 'xy' }],
    ['a: "x\\\n\n  \\ y"', { a: 'x\n y' }],
    ['{"a": "b\nc"}', { a: 'b c' }],
    ['a: ["x\ny", \'p\nq\']', { a: ['x y', 'p q'] }],
  ])
  refuses(t, [['a: "x\n---\ny"', 'yaml: line 2: found unexpected document indicator', 2]])
})

t.test('U+0085, U+2028, U+2029 and a single CR end lines: of comments, of words, of mappings', async t => {
  for (const end of ['\x85', '\u2028', '\u2029', '\r', '\r\n', '\n']) {
    reads(t, [
      [`a: 1 # note${end}b: 2`, { a: 1, b: 2 }],
      [`a:${end}- x${end}- z${end}b:${end}  c: d${end}`, { a: ['x', 'z'], b: { c: 'd' } }],
      [`a: x${end}  y`, { a: end === '\u2028' || end === '\u2029' ? `x${end}y` : 'x y' }],
      [`a: "x ${end} y"`, { a: end === '\u2028' || end === '\u2029' ? `x${end}y` : 'x y' }],
      [`a: |${end}  x${end}  y${end}`, { a: end === '\u2028' || end === '\u2029' ? `x${end}y${end}` : 'x\ny\n' }],
      [`a: 1${end}---${end}b: [`, { a: 1 }],
    ])
  }
  reads(t, [['a: "\\N\\L\\P"', { a: '\x85\u2028\u2029' }]])
})

t.test('a comment that ends at U+2028 hides nothing: what follows has its place', async t => {
  const text = 'metadata:\n  labels: {app: web} # note\u2028  annotations: {sidecar.istio.io/inject: "false"}\n'
  const [document] = parseDocuments({ path: 'a.yaml', text })
  t.equal(at(document?.value, ['metadata', 'annotations', 'sidecar.istio.io/inject']), 'false')
  t.equal(document?.sourceAt(['metadata', 'annotations']), '{sidecar.istio.io/inject: "false"}')
})

t.test('block scalars fold and end as in Go', async t => {
  reads(t, [
    ['a: >-\n  x\n   y\n  z', { a: 'x\n y\nz' }],
    ['a: >\n  x\n\n  y\n', { a: 'x\ny\n' }],
    ['a: >\n  x\n  \ty\n', { a: 'x\n\ty\n' }],
    ['a: |2-\n   x\n', { a: ' x' }],
    ['a:\n|\n x\n', { a: 'x\n' }],
    ['a: |#c\n  x', { a: 'x' }],
    ['a: |+\n\n  x\n\n', { a: '\nx\n\n' }],
    ['a: >\n\n\n  x', { a: '\n\nx' }],
  ])
  refuses(t, [
    ['a: |0\n  x', 'yaml: found an indentation indicator equal to 0', 1],
    ['a: |\n\tx', 'yaml: line 2: found a tab character where an indentation space is expected', 2],
    ['a: |x\n  y', 'yaml: did not find expected comment or line break', 1],
  ])
})

t.test('of a text only the first node is read, but tokens behind it have to be right as far as Go looks', async t => {
  reads(t, [
    ['{"concurrency":2}\n{"concurrency":3}', { concurrency: 2 }],
    ['[a] b', ['a']],
    ['"a"\nb: c', 'a'],
    ['  a: 1\nb: 2', { a: 1 }],
    ['a: 1\n---\n[', { a: 1 }],
    ['a: 1\n...\n@', { a: 1 }],
    ['{}: x', {}],
    ['- a\n---\n- b', ['a']],
  ])
  refuses(t, [
    ['[a] b: c', 'yaml: did not find expected key', 1],
    ['[a]\n@', 'yaml: line 2: found character that cannot start any token', 2],
    ['[a]\n"b\n', 'yaml: line 3: found unexpected end of stream', 3],
    ['[a] - b', 'yaml: block sequence entries are not allowed in this context', 1],
  ])
})

t.test('what stands behind the first node of a file is an error, for it would be lost', async t => {
  for (const text of ['{"a":1}\n{"b":2}', '[a] b', '  a: 1\nb: 2\n', '---\n"a"\n"b"\n---\nc: 1']) {
    t.match(syntaxError(text), { message: 'did not find expected <document start>' }, text)
  }
})

t.test('keys stand on one line and have at most 1,024 characters', async t => {
  const key = 'k'.repeat(1024)
  const long = `${key}k`
  reads(t, [
    [`${key}: 1`, { [key]: 1 }],
    [`"${key.slice(2)}": 1`, { [key.slice(2)]: 1 }],
    [`a: 1\n${'\u{1f600}'.repeat(1024)}: 1`, { a: 1, ['\u{1f600}'.repeat(1024)]: 1 }],
    [`? ${long}\n: 1`, { [long]: 1 }],
  ])
  refuses(t, [
    [`${long}: 1`, 'yaml: mapping values are not allowed in this context', 1],
    [`a: 1\n${long}: 1`, "could not find expected ':'", 2],
    [`{${long}: 1}`, "yaml: did not find expected ',' or '}'", 1],
    [`"${key}": 1`, 'yaml: mapping values are not allowed in this context', 1],
    ['{a\n: 1}', "yaml: line 1: did not find expected ',' or '}'", 2],
    ['a\n b: 1', 'yaml: line 2: mapping values are not allowed in this context', 2],
    ['"a\nb": 1', 'yaml: line 2: mapping values are not allowed in this context', 2],
  ])
})

t.test('a text does not begin with the end of a document', async t => {
  refuses(t, [
    ['...', 'yaml: did not find expected node content', 1],
    ['...\na: 1', 'yaml: did not find expected node content', 1],
    ['# c\n...\na: 1', 'yaml: line 1: did not find expected node content', 2],
  ])
  t.match(syntaxError('...\na: 1\n'), { at: { line: 1 } })
  t.same(
    parseDocuments({ path: 'a.yaml', text: 'a: 1\n...\n...\n---\nb: 2\n' }).map(({ value }) => value),
    [{ a: 1 }, { b: 2 }],
  )
})

t.test('directives, tags, anchors and merge keys', async t => {
  reads(t, [
    ['%YAML 1.1\n%TAG !e! tag:yaml.org,2002:\n---\na: !e!str 5', { a: '5' }],
    ['&a\nb: &c [1]\nd: *c', { b: [1], d: [1] }],
    ['&a a: 1\nb: *a', { a: 1, b: 'a' }],
    ['b: &x 1\n*x : 2', { '1': 2, b: 1 }],
    ['a: {b: 1}\n<<: {a: 2, c: 3}', { a: 2, c: 3 }],
    ['<<: [{a: 1}, {a: 2, b: 3}]\nb: 4', { a: 1, b: 4 }],
    ['"<<": 1', { '<<': 1 }],
    ['a: !!binary aGk=\nb: !!float 1\nc: !!timestamp 2001-01-01\nd: ! 5', { a: 'hi', b: 1, c: '2001-01-01', d: '5' }],
    ['a: 0b-1\nb: 0o17\nc: 0_7', { a: -1, b: 15, c: 7 }],
    ['a: 0o-7\nb: 0b-2\nc: -0b1', { a: '0o-7', b: '0b-2', c: -1 }],
    ['? a\n: b\n? c', { a: 'b', c: null }],
  ])
  refuses(t, [
    ['%YAML 1.2\n---\na', 'yaml: found incompatible YAML document', 1],
    ['%FOO\n---\na', 'yaml: found unknown directive name', 1],
    ['!x!y z', 'yaml: found undefined tag handle', 1],
    ['a: &l [{b: 1}]\n<<: *l', 'yaml: map merge requires map or sequence of maps as the value', 2],
    ['a: !!timestamp x', 'yaml: cannot decode !!str `x` as a !!timestamp', 1],
    ['a: !!binary x', 'yaml: !!binary value contains invalid base64 data', 1],
    ['18446744073709551615: x', 'unsupported map key of type: uint64, key: 0xffffffffffffffff, value: "x"', 1],
  ])
})

t.test("JSON's escapes that YAML 1.1 does not know are read in JSON manifests alone", async t => {
  const escapes = '"\\/ \\ud83d\\ude00"'
  t.same(parseDocuments({ path: 'a.json', text: `{"a": ${escapes}}` })[0]?.value, { a: '/ \u{1f600}' })
  t.match(syntaxError(`a: ${escapes}`), { message: 'found unknown escape character' })
  refuses(t, [
    [`{"a": "\\/"}`, 'yaml: found unknown escape character', 1],
    ['"\\ud83d\\ude00"', 'yaml: found invalid Unicode character escape code', 1],
  ])
})

t.test('elements of a list are parts of their own, also with anchors in them and around flow collections', async t => {
  const text = 'kind: List\nitems:\n- a: &x 1\n  b: *x\n- {c: [1,\n 2]}\n-\n- d: e\n# behind\nx: y\n'
  const [document] = parseDocuments({ path: 'a.yaml', text })
  const part = (index: number) => {
    const region = document?.regionAt(['items', index])
    return region === undefined ? undefined : [region.path.length, text.slice(region.start, region.end)]
  }
  t.same([0, 1, 2, 3].map(part), [
    [2, ' a: &x 1\n  b: *x\n'],
    [2, ' {c: [1,\n 2]}\n'],
    [0, text],
    [2, ' d: e\n# behind\n'],
  ])
  t.equal(document?.hasAliasesAt(['items', 0]), true)
  const node = document?.nodeAt(['items', 3, 'd'])
  t.equal(applyEdits(text, [{ offset: node?.start ?? 0, length: 1, text: 'f' }]), text.replace('d: e', 'd: f'))
})
