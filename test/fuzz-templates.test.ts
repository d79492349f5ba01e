// Templates, on anything: each is refused, fails with a template's error, or prints a text of bounded length; and whatever it prints is a pod or a finding.

import fc from 'fast-check'
import t from 'tap'
import { inject } from '../src/index.ts'
import { type GoValue, parseTemplate, TemplateError } from '../src/lib/gotemplate/index.ts'
import { at, type Json, type JsonObject } from '../src/lib/model/index.ts'
import { parseDocuments, toYaml } from '../src/lib/yaml/index.ts'
import { injectionFunctions } from '../src/render/functions.ts'
import { withValueAt } from '../src/write/with-values.ts'
import { example } from './rig.ts'
import { fuzz } from './support/fuzz.ts'
import { hostileText } from './support/hostile-values.ts'
import { batchesOf, NO_CASES } from './support/istio-cases.ts'
import { fileAnswersWell, inMesh, reached, refusedOr } from './support/laws.ts'
import { mutatedText } from './support/mutate.ts'

const FUNCS = injectionFunctions(new Map([['A', 'b']]))
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
const MOST = 4 * 1024 * 1024

/** How many templates came that far. */
const engine = { refused: 0, failed: 0, printed: 0 }

/** Any value that a template may meet: Go's kinds. */
const value: fc.Arbitrary<GoValue> = fc.letrec<{ any: GoValue }>(tie => ({
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
const pipeline = fc.tuple(fc.oneof(call, literal), fc.array(call, { maxLength: 2 })).map(([first, more]) => [first, ...more].join(' | '))
const { list: program } = fc.letrec<{ item: string; list: string }>(tie => ({
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

function executesWell([text, data]: readonly [string, GoValue]): void {
  try {
    const template = parseTemplate({ name: 'fuzz', text, funcs: FUNCS })
    try {
      const output = template.execute(data)
      if (output.length > MOST) throw new Error(`it printed ${output.length} characters`)
      engine.printed++
      if (template.execute(data) !== output) throw new Error('it prints something else the second time')
    } catch (error) {
      if (!(error instanceof TemplateError) || error.phase !== 'exec') throw error
      engine.failed++
    }
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    if (error.phase !== 'exec') engine.refused++
  }
}

const withVariables = (text: string) => `{{ $v := . }}{{ $k := "k" }}{{ define "t" }}{{ . }}{{ end }}${text}`

fuzz(
  'every function, called with anything',
  {
    runs: 6000,
    input: fc.tuple(
      pipeline.map(text => withVariables(`{{ ${text} }}`)),
      value,
    ),
  },
  executesWell,
)

fuzz('templates of all kinds of actions', { runs: 1500, input: fc.tuple(program.map(withVariables), value) }, executesWell)

const configs = [...parseDocuments({ path: 'x', text: example('istio/config.yaml') }).map(document => document.value as JsonObject)]
const [stock] = NO_CASES ? [] : batchesOf('1.31')
const stocks = stock === undefined ? [] : parseDocuments(stock.mesh).map(document => document.value as JsonObject)

/** The templates of an injector config, with the ConfigMap to put another in its place. */
interface Place {
  readonly files: readonly JsonObject[]
  readonly index: number
  readonly config: Json
  readonly text: string
}

const NO_POD = /^(?:waypoint|kube-gateway|agentgateway|grpc-simple)/

function placeOf(files: readonly JsonObject[], name: string): Place[] {
  const index = files.findIndex(file => at(file, ['data', 'config']) !== undefined)
  if (index < 0 || NO_POD.test(name)) return []
  const config = parseDocuments({ path: 'x', text: String(at(files[index], ['data', 'config'])) })[0]?.value ?? null
  const text = at(config, ['templates', name])
  return typeof text === 'string' ? [{ files, index, config, text }] : []
}

function withTemplate({ files, index, config }: Place, name: string, text: string): { path: string; text: string }[] {
  const changed = toYaml(withValueAt(config, ['templates', name], text))
  return files.map((file, i) => ({ path: `${i}.yaml`, text: toYaml(i === index ? withValueAt(file, ['data', 'config'], changed) : file) }))
}

const [simple] = placeOf(configs, 'sidecar')
const [real] = placeOf(stocks, 'sidecar')

/** A template in which functions are called with something else. */
const otherwise = (text: string) =>
  fc.oneof(
    mutatedText([text]),
    fc.tuple(fc.nat(10_000), pipeline).map(([at, other]) => {
      const actions = [...text.matchAll(/\{\{-? (?!end|else|define|if|range|with|\/)[^{}]*?-?\}\}/g)]
      const action = actions[at % Math.max(1, actions.length)]
      return action === undefined ? text : `${text.slice(0, action.index)}{{ ${other} }}${text.slice(action.index + action[0].length)}`
    }),
  )

if (simple !== undefined) {
  const namespace = { path: 'namespace.yaml', text: example('namespace.yaml') }
  fuzz("a mesh's template that was changed", { runs: 300, input: otherwise(simple.text) }, text =>
    fileAnswersWell(example('web.yaml'), inMesh([...withTemplate(simple, 'sidecar', text), namespace])),
  )
}

if (real !== undefined && stock !== undefined) {
  const web = example('web.yaml').replace('namespace: shop', 'namespace: default')
  fuzz("Istio's own template, changed", { runs: 60, input: otherwise(real.text) }, text =>
    fileAnswersWell(web, inMesh(withTemplate(real, 'sidecar', text), stock.functionConfig)),
  )
}

fuzz(
  "a template of one's own that prints anything",
  { runs: 400, input: fc.oneof(program, mutatedText(['spec: {containers: [{name: a, image: b}]}\n'])) },
  template => {
    const spec = {
      unknownNamespace: 'NoLabels',
      injectors: [{ name: 'own', webhooks: [{}], config: { templates: { sidecar: template } }, values: { a: 'x' } }],
    }
    const functionConfig = {
      path: 'own.yaml',
      text: toYaml({ apiVersion: 'inject-sidecars.dev/v1alpha1', kind: 'SidecarInjector', metadata: { name: 'o' }, spec }),
    }
    const once = refusedOr(() => inject({ files: [{ path: 'web.yaml', text: example('web.yaml') }], functionConfig }))
    if (once !== undefined) fileAnswersWell(example('web.yaml'), inMesh([], functionConfig))
  },
)

t.test('all laws are reached', async t => {
  for (const [name, count] of Object.entries(engine)) t.equal(count > 100, true, `${name}: ${count} templates`)
  for (const name of ['failed', 'twice', 'off'] as const) t.equal(reached[name] > 20, true, `${name}: ${reached[name]} inputs`)
})
