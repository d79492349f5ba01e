// Templates at random, of every function that injection templates can call, and data for them.

import fc from 'fast-check'
import type { GoValue } from '../../src/lib/template/index.ts'
import { injectionFunctions } from '../../src/render/functions.ts'
import { hostileText } from './hostile-values.ts'

export const FUNCS = injectionFunctions(new Map([['A', 'b']]))
const NAMES = [
  ...FUNCS.keys(),
  'and',
  'or',
  'not',
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
  'len',
  'index',
  'slice',
  'print',
  'printf',
  'println',
  'html',
  'js',
  'urlquery',
  'call',
]

/** Any value that a template may meet: Go's kinds. */
export const value: fc.Arbitrary<GoValue> = fc.letrec<{ any: GoValue }>(tie => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof<fc.Arbitrary<GoValue>[]>(
      fc.constant(null),
      fc.boolean(),
      fc.oneof(fc.constantFrom(0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 31n), fc.bigInt({ min: -100n, max: 100n })),
      fc.oneof(fc.constantFrom(0, -0, 1.5, 1e300, Number.NaN, Number.POSITIVE_INFINITY, 5e-324), fc.double()),
      hostileText,
    ),
    fc.array(tie('any'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.constantFrom<GoValue>('a', 'b', 'c', 'x', '__proto__', 'constructor', ''), tie('any')), { maxLength: 3 })
      .map(entries => new Map(entries)),
  ),
})).any

const quoted = hostileText.map(text => JSON.stringify(text))
const integer = fc.oneof(
  fc.constantFrom('0', '1', '-1', '2', '3', '100', '1000000', '9223372036854775807', '-9223372036854775808'),
  fc.integer({ min: -9, max: 99 }).map(String),
)
const text = fc.oneof(
  quoted,
  fc.constantFrom(
    '"%d"',
    '"%s %v"',
    '"%#v"',
    '"%-05.3[1]*q"',
    '"%x"',
    '"2006-01-02"',
    '"15:04 MST"',
    '"(a|b)*"',
    '"[a-"',
    '"$1"',
    '","',
    '"k"',
    '"a"',
    '`raw`',
  ),
)
const literal = fc.oneof(
  fc.constantFrom(
    '.',
    '$',
    '.a',
    '.a.b',
    '$.x',
    '$v',
    '$k',
    'nil',
    'true',
    'false',
    '1.5',
    '1e3',
    "'x'",
    '2i',
    '0x1p-2',
    "'\\n'",
    '(dict "a" 1)',
    '(list 1 "a")',
  ),
  integer,
  text,
)
/** What a parameter of such a kind may take. */
const FITTING: ReadonlyMap<string, fc.Arbitrary<string>> = new Map([
  ['string', text],
  ...['int', 'int64', 'int32', 'uint', 'uint32'].map((kind): [string, fc.Arbitrary<string>] => [kind, integer]),
  ['float64', fc.constantFrom('0.0', '-1.5', '1e300', '2', '1e-7')],
  ['bool', fc.constantFrom('true', 'false')],
  ['map', fc.constantFrom('(dict)', '(dict "a" 1 "b" (dict "c" "d"))', '.', '(dict "a" .)', '$v')],
  ['slice', fc.constantFrom('(list)', '(list 1 2 3)', '(list "b" "a" "a")', '(list . .)', '(until 3)', '$v')],
])

const { call } = fc.letrec<{ call: string; arg: string }>(tie => {
  const nested = tie('call').map(text => `(${text})`)
  const fitting = (kind: string) => fc.oneof({ weight: 5, arbitrary: FITTING.get(kind) ?? tie('arg') }, { weight: 1, arbitrary: nested })
  /** As many arguments as the function takes, of the kinds that it takes. */
  const asDeclared = (name: string): fc.Arbitrary<string> => {
    const { params = [], variadic = false } = FUNCS.get(name) ?? {}
    const last = params.at(-1)?.kind ?? 'interface'
    const given = params.slice(0, variadic ? -1 : undefined).map(({ kind }) => fitting(kind))
    const more = variadic ? fc.array(fitting(last === 'slice' ? 'interface' : last), { maxLength: 3 }) : fc.constant([])
    return fc.tuple(fc.tuple(...given), more).map(([args, others]) => [name, ...args, ...others].join(' '))
  }
  return {
    call: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.tuple(fc.constantFrom(...NAMES), fc.array(literal, { maxLength: 4 })).map(([name, args]) => [name, ...args].join(' ')),
      ...[1, 2, 3].map(() => fc.constantFrom(...FUNCS.keys()).chain(asDeclared)),
    ),
    arg: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      literal,
      nested,
      nested.map(text => `${text}.a`),
    ),
  }
})
/** What may stand in an action. */
export const pipeline = fc.tuple(fc.oneof(call, literal), fc.array(call, { maxLength: 2 })).map(([first, more]) => [first, ...more].join(' | '))
const { list } = fc.letrec<{ item: string; list: string }>(tie => ({
  item: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    pipeline.map(text => `{{ ${text} }}`),
    fc.constantFrom('a: ', '\n', '  ', '- ', 'x', '{{ break }}', '{{ continue }}', '{{ template "t" . }}', '{{ template "u" }}', '{{/* c */}}'),
    pipeline.map(text => `{{ $v = ${text} }}`),
    fc
      .tuple(fc.constantFrom('if', 'with'), pipeline, tie('list'), tie('list'))
      .map(([kind, text, then, other]) => `{{ ${kind} ${text} }}${then}{{ else }}${other}{{ end }}`),
    fc.tuple(pipeline, tie('list')).map(([text, body]) => `{{ range $k, $v := ${text} }}${body}{{ else }}none{{ end }}`),
    fc
      .tuple(fc.constantFrom('t', 'u'), pipeline, tie('list'))
      .map(([name, text, body]) => `{{ block "${name}" ${text} }}{{ $v := . }}{{ $k := 1 }}${body}{{ end }}`),
  ),
  list: fc.array(tie('item'), { maxLength: 4 }).map(items => items.join('')),
}))

/** A whole template. */
export const program: fc.Arbitrary<string> = list

/** With the variables and templates that the random ones use. */
export const withVariables = (text: string) => `{{ $v := . }}{{ $k := "k" }}{{ define "t" }}{{ . }}{{ end }}${text}`
