// CEL in Kubernetes' dialect, as its public functions give it: values, words of errors with their places, costs, bounds.

import t from 'tap'
import { CelError, type CelValue, createEnvironment, DYN, fromJson, INT, KUBERNETES_FUNCTIONS, structType, typeText } from '../../src/lib/cel/index.ts'
import { toJson } from '../support/cel-json.ts'

const ENVIRONMENT = createEnvironment({
  variables: [
    ['object', DYN],
    ['count', INT],
    ['point', structType('Point')],
  ],
  struct: name => (name === 'Point' ? { type: structType('Point'), field: field => (field === 'x' ? INT : undefined) } : undefined),
  functions: KUBERNETES_FUNCTIONS,
})

const VARIABLES = new Map<string, CelValue | (() => CelValue | CelError)>([
  ['object', fromJson({ spec: { replicas: 3, image: 'web:1', ports: [80, 443] } })],
  ['count', 2n],
  ['point', () => new CelError('the point is not known')],
])

/** What an expression gives, as JSON, or the words of its error. */
function answer(text: string, costLimit?: number): unknown {
  const compiled = ENVIRONMENT.compile(text)
  if (!compiled.ok) return compiled.text
  const outcome = compiled.program.run(VARIABLES, costLimit === undefined ? {} : { costLimit })
  return outcome.ok ? toJson(outcome.value) : outcome.error
}

t.test('an expression gives a value of a checked type, at a cost', async t => {
  const compiled = ENVIRONMENT.compile('object.spec.replicas > count')
  if (!compiled.ok) throw new Error(compiled.text)
  t.equal(typeText(compiled.program.outputType), 'bool')
  t.same(compiled.program.run(VARIABLES), { ok: true, value: true, cost: 5 })
})

t.test('values are those of the language definition', async t => {
  const cases: readonly [string, unknown][] = [
    ['object.spec.ports.map(p, p + count)', [82, 445]],
    ['object.spec.?missing.orValue("none")', 'none'],
    ['{"a": dyn(1), ?"b": object.?nothing}', { a: 1 }],
    ['has(object.spec.image) ? object.spec.image.split(":")[1] : ""', '1'],
    ['object.nothing == 1 || true', true],
    ['[1, 2, 3].transformMapEntry(i, v, {string(i): v})', { 0: 1, 1: 2, 2: 3 }],
    ['timestamp("2024-02-29T12:00:00Z").getDayOfWeek("Europe/Berlin")', 4],
    ['quantity("1Gi").isGreaterThan(quantity("1G"))', true],
  ]
  for (const [text, want] of cases) t.same(answer(text), want, text)
})

t.test('the last index in an empty text is none, and before the text an error', async t => {
  const cases: readonly [string, unknown][] = [
    ["''.lastIndexOf('@@')", -1],
    ["''.lastIndexOf('')", 0],
    ["''.indexOf('@@')", -1],
    ["'a'.lastIndexOf('ab')", -1],
    ["''.lastIndexOf('a', 0)", -1],
    ["'a'.lastIndexOf('a', -1)", 'index out of range: -1'],
  ]
  for (const [text, want] of cases) t.equal(answer(text), want, text)
})

t.test('a map of JSON has its entries in their order, in whatever order they are asked for', async t => {
  const map = fromJson({ z: 1, nothing: null, a: { b: 2 }, m: [3] })
  const environment = createEnvironment({ variables: [['map', DYN]], functions: KUBERNETES_FUNCTIONS })
  const compiled = environment.compile(
    '[string(map.m[0]), string(map.nothing == null), string("constructor" in map), map.map(k, k).join(","), string(map.size()), string(map.a.b)]',
  )
  if (!compiled.ok) throw new Error(compiled.text)
  const outcome = compiled.program.run(new Map([['map', map]]))
  t.same(outcome.ok ? toJson(outcome.value) : outcome.error, ['3', 'true', 'false', 'z,nothing,a,m', '4', '2'])
})

t.test('an error says what and where, as cel-go does', async t => {
  const cases: readonly [string, string][] = [
    ['count + "a"', "ERROR: <input>:1:7: found no matching overload for '_+_' applied to '(int, string)'\n | count + \"a\"\n | ......^"],
    ['true &&\n  nope', "ERROR: <input>:2:3: undeclared reference to 'nope' (in container '')\n |   nope\n | ..^"],
    ['point.y == 1', "ERROR: <input>:1:6: undefined field 'y'\n | point.y == 1\n | .....^"],
    ['"世" + nope', "ERROR: <input>:1:7: undeclared reference to 'nope' (in container '')\n | \"世\" + nope\n | .．....^"],
    ['int("x") == 1', "program instantiation failed: type conversion error from 'string' to 'int'"],
    ['object.spec.nope', 'no such key: nope'],
    ['object.spec.ports[7]', 'index out of bounds: 7'],
    ['count / 0', 'division by zero'],
    ['9223372036854775807 + count', 'integer overflow'],
  ]
  for (const [text, want] of cases) t.equal(answer(text), want, text)
})

t.test('a variable can be computed when it is used, and its error is that of what needs it', async t => {
  t.equal(answer('point == point'), 'the point is not known')
  t.equal(answer('count == 2 || point.x == 1'), true)
})

t.test('a program names what it reads of its variables', async t => {
  const compiled = ENVIRONMENT.compile('object.spec["image"] == "a" && object.spec.ports.all(object, object > count)')
  if (!compiled.ok) throw new Error(compiled.text)
  t.same(compiled.program.references, [['object', 'spec', 'image'], ['object', 'spec', 'ports'], ['count']])
})

t.test('costs are bounded, and so is what they leave free', async t => {
  const exceeded = 'operation cancelled: actual cost limit exceeded'
  t.equal(answer('[1, 2, 3].all(x, x > 0)', 10), exceeded)
  t.equal(answer('lists.range(1000).all(a, lists.range(1000).all(b, true))'), exceeded)
  t.equal(answer(`[1]${'.map(a, [a, a])'.repeat(60)} == [1]${'.map(a, [a, a])'.repeat(60)}`), exceeded)
  t.equal(answer(`[dyn("a")]${'.map(a, a + a)'.repeat(60)}[0] == ""`), exceeded)
  const many = `[${'1,'.repeat(9000)}]`
  t.equal(answer(`${many}.filter(x, ${many}.filter(y, false) == [1]).size()`), exceeded)
})

t.test('what is nested too deep is refused, and chains are no nesting', async t => {
  t.equal(answer(`${'('.repeat(249)}1${')'.repeat(249)}`), 1)
  t.equal(answer(`${'['.repeat(300)}`), 'ERROR: <input>:-1:0: expression recursion limit exceeded: 250')
  t.equal(answer(`1${' + 1'.repeat(300)}`), 'ERROR: <input>:-1:0: max recursion depth exceeded')
  t.equal(answer(`true${' && true'.repeat(9000)}`), true)
  t.match(answer(`optional.of(1)${'.optMap(x, x)'.repeat(100)}.value()`), /expands to too many nodes/)
})

t.test('names of prototypes are names like others', async t => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    t.equal(answer(`has(object.${name})`), false, name)
    t.equal(answer(`object.${name} == 1`), `no such key: ${name}`)
    t.same(answer(`{"${name}": 1}.${name}`), 1, name)
    t.match(answer(`${name}(1)`), /undeclared reference/)
  }
})
