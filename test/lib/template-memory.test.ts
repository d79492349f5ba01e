// A template with a memory prints what it prints without one, for every sequence of data. A failure prints its seed; FC_SEED repeats a run, FC_RUNS makes it longer.

import process from 'node:process'
import fc from 'fast-check'
import t from 'tap'
import { parseInjectorConfig } from '../../src/lib/istio/injector-config.ts'
import { workloadOf } from '../../src/lib/istio/owner.ts'
import { effectiveProxyConfig } from '../../src/lib/istio/proxy-config.ts'
import { decodeTyped } from '../../src/lib/k8s/typed.ts'
import { at, InjectError, type JsonObject, stringAt } from '../../src/lib/model/index.ts'
import { sprigFuncs } from '../../src/lib/sprig/index.ts'
import { Box, type GoFunc, type GoType, type GoValue, parseTemplate, pointerTo, STRING, STRING_MAP, TemplateError } from '../../src/lib/template/index.ts'
import { createMemories } from '../../src/lib/template/memory/index.ts'
import { loadYaml } from '../../src/lib/yaml/index.ts'
import { istioData } from '../../src/render/data.ts'
import { render } from '../../src/render/render.ts'
import { configuration } from '../bench/resource-lists.ts'

const SEED = process.env.FC_SEED === undefined ? {} : { seed: Number(process.env.FC_SEED) }
const runs = (usual: number) => ({ numRuns: process.env.FC_RUNS === undefined ? usual : Number(process.env.FC_RUNS), ...SEED })

/** What an execution comes to: its text or error, and what it took of the budget. */
function outcome(execute: (budget: { total: number; left: number }) => string): string {
  const budget = { total: 1_000_000, left: 1_000_000 }
  try {
    return `${execute(budget)} ${budget.left}`
  } catch (error) {
    if (!(error instanceof TemplateError || error instanceof InjectError)) throw error
    return `${error.message} ${budget.left}`
  }
}

// Data as templates see it: a struct with a map of strings, a map of anything, a list, a text and a pointer that may be nil.
interface Facts {
  readonly strings: number
  readonly values: number
  readonly list: number
  readonly text: string
  readonly inner: number
}

/** Objects that several executions share. They are made anew for each world, so that what a template changes in one is not changed in the other. */
interface World {
  readonly strings: readonly Box[]
  readonly values: readonly Map<GoValue, GoValue>[]
  readonly lists: readonly GoValue[][]
  readonly inners: readonly Box[]
}

const INNER_TEXT = { name: 'Text', type: STRING, get: (inner: unknown) => inner as string }
const INNER: GoType = { kind: 'struct', name: 't.Inner', field: name => (name === 'Text' ? INNER_TEXT : undefined), fields: () => [INNER_TEXT] }
const SHOUT: GoFunc = {
  params: [],
  result: STRING,
  call: inner => (inner instanceof Box && inner.value instanceof Box ? `${inner.value.value}!` : 'nil'),
}
const INNER_POINTER: GoType = { ...pointerTo(INNER), method: name => (name === 'Shout' ? SHOUT : undefined) }
const DATA: GoType = { kind: 'struct', name: 't.Data', field: name => FIELDS.get(name as 'Text'), fields: () => [...FIELDS.values()] }
const ANY_VALUE: GoType = { kind: 'interface', name: 'interface {}' }
const FIELDS = new Map(
  (
    [
      ['Strings', STRING_MAP],
      ['Values', ANY_VALUE],
      ['List', ANY_VALUE],
      ['Text', STRING],
      ['Inner', INNER_POINTER],
    ] as const
  ).map(([name, type]) => [name, { name, type, get: (data: unknown) => (data as ReadonlyMap<string, GoValue>).get(name) ?? null }]),
)
const DATA_POINTER = pointerTo(DATA)

function newWorld(): World {
  return {
    strings: [
      new Box(STRING_MAP, null),
      new Box(STRING_MAP, new Map()),
      new Box(STRING_MAP, new Map([['k', 'v']])),
      new Box(
        STRING_MAP,
        new Map([
          ['k', 'w'],
          ['other', '1'],
        ]),
      ),
    ],
    // As the data itself, so that a template can be given it, and so that `.` can be mistaken for the data.
    values: [
      new Map<GoValue, GoValue>([['a', null]]),
      new Map<GoValue, GoValue>([
        ['Text', 'inside'],
        ['List', ['r']],
        ['a', new Map<GoValue, GoValue>([['b', 'x']])],
      ]),
      new Map<GoValue, GoValue>([
        ['Text', 'one'],
        ['a', 'text'],
        ['n', 2n],
        ['Values', new Map<GoValue, GoValue>([['n', 'deep']])],
      ]),
      new Map<GoValue, GoValue>([
        ['Text', ''],
        ['a', new Map<GoValue, GoValue>([['b', null]])],
        ['Strings', new Map<GoValue, GoValue>([['k', 'u']])],
      ]),
    ],
    lists: [[], ['p'], ['p', 'q'], [new Map([['Text', 'item']]), new Map([['Text', 'other']])]],
    inners: [new Box(INNER_POINTER, null), new Box(INNER_POINTER, new Box(INNER, 'deep')), new Box(INNER_POINTER, new Box(INNER, ''))],
  }
}

function dataOf(world: World, { strings, values, list, text, inner }: Facts): GoValue {
  const fields = new Map<string, GoValue | undefined>([
    ['Strings', world.strings[strings]],
    ['Values', world.values[values]],
    ['List', world.lists[list]],
    ['Text', text],
    ['Inner', world.inners[inner]],
  ])
  return new Box(DATA_POINTER, new Box(DATA, fields))
}

const entry: GoFunc = {
  params: [STRING_MAP, STRING],
  result: STRING,
  pure: true,
  shallow: true,
  entryOf: [],
  call: (map, key) => ((map instanceof Box ? map.value : null) as ReadonlyMap<unknown, string> | null)?.get(key) ?? 'none',
}
/** An encoder, which is noted with what actions print. */
const encode: GoFunc = {
  params: [ANY_VALUE],
  result: STRING,
  pure: true,
  encodes: true,
  call: value => `<${typeof value === 'string' ? value : typeof value}>`,
}
const FUNCS = new Map([...sprigFuncs(), ['entry', entry], ['encode', encode]])

const operand = fc.constantFrom(
  ...[
    '.Text',
    '$.Text',
    '.Values',
    '.Values.a',
    '.Values.Text',
    '.Values.a.b',
    '(.Values.a).b',
    '.Values.n',
    '.Inner.Text',
    '.Inner.Shout',
    '.List',
    '.Strings',
    '.Strings.k',
    '$x',
    '$y',
    '$',
    '.',
    '1',
    '"s"',
  ],
  ...['(entry .Strings "k")', '(index .Strings "other")', '(index .Values "a")', '(len .List)', '(list .Text)', '(print $x .Text)', '(dict "k" .Text)'],
)
const pipeline = fc.oneof(
  operand,
  fc.tuple(fc.constantFrom('and', 'or', 'eq', 'print', 'default', 'list', 'ne'), operand, operand).map(parts => parts.join(' ')),
  fc.tuple(operand, fc.constantFrom('quote', 'encode', 'len', 'toString', 'default "d"', 'first', 'not')).map(parts => parts.join(' | ')),
  // What changes its arguments in place.
  fc.constantFrom('set .Values "a" .Text', 'set .Values "n" (len .List)', 'unset .Values "a"', 'set $x "k" "v"', 'keys .Values', 'fail .Text'),
)
const { statement } = fc.letrec<{ statement: string; body: string }>(tie => ({
  body: fc.array(tie('statement'), { maxLength: 3 }).map(statements => statements.join('')),
  statement: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(' text\n', '- more than sixty-four characters of text, which is what a piece of its own takes\n', '{{- /* c */ -}}'),
    pipeline.map(pipe => `{{ ${pipe} }}`),
    fc.tuple(fc.constantFrom('$x :=', '$x =', '$y ='), pipeline).map(([to, pipe]) => `{{- ${to} ${pipe} }}`),
    fc.tuple(pipeline, tie('body'), tie('body')).map(([pipe, body, other]) => `{{ if ${pipe} }}${body}{{ else }}${other}{{ end }}`),
    fc.tuple(operand, tie('body'), tie('body')).map(([pipe, body, other]) => `{{ with ${pipe} }}${body}{{ else }}${other}{{ end }}`),
    fc
      .tuple(fc.constantFrom('', '$i, $x := ', '$y = '), operand, tie('body'), fc.constantFrom('', '{{ break }}', '{{ continue }}'), tie('body'))
      .map(([names, pipe, body, jump, other]) => `{{ range ${names}${pipe} }}${body}${jump}{{ $y = 7 }}{{ else }}${other}{{ end }}`),
    fc.constantFrom('{{ template "part" . }}', '{{ template "part" $ }}', '{{ template "part" .Values }}', '{{ template "part" }}'),
    // What is changed in some executions only, what is only read in some, and a template that calls itself.
    fc.constantFrom('{{ if eq .Text "one" }}{{ set .Values "a" .Text | len }}{{ end }}', '{{ if eq .Text "two" }}{{ unset .Values "a" | len }}{{ end }}'),
    fc.constantFrom(
      '{{ or .Text .Values.a.b }} {{ . }}',
      '{{ and .Inner .Inner.Text }}',
      '{{ or .Text .Inner.Text }}',
      '{{ with .Values.Values }}{{ template "t" $.Values }}{{ end }}',
    ),
  ),
}))
const template = fc
  .tuple(fc.array(statement, { minLength: 2, maxLength: 8 }), statement)
  .map(([statements, part]) => `{{ define "part" }}{{ $x := 1 }}{{ $y := 2 }}${part}{{ end }}{{ $x := 0 }}{{ $y := .Text }}${statements.join('')}`)
const facts: fc.Arbitrary<Facts> = fc.record({
  strings: fc.nat(3),
  values: fc.nat(3),
  list: fc.nat(3),
  text: fc.constantFrom('', 'one', 'two'),
  inner: fc.nat(2),
})

t.test('any template, with any sequence of data', async t => {
  let remembered = 0
  fc.assert(
    fc.property(template, fc.array(facts, { minLength: 6, maxLength: 16 }), (text, sequence) => {
      const [ours, theirs] = [newWorld(), newWorld()]
      const parsed = parseTemplate({ name: 't', text, funcs: FUNCS, cache: createMemories() })
      for (const one of sequence) {
        // With the places of what actions print.
        const want = outcome(budget => JSON.stringify(parseTemplate({ name: 't', text, funcs: FUNCS }).executeNoting(dataOf(theirs, one), { budget })))
        const got = outcome(budget => JSON.stringify(parsed.executeNoting(dataOf(ours, one), { budget })))
        if (got !== want) throw new Error(`${JSON.stringify(got)} instead of ${JSON.stringify(want)}`)
        remembered++
      }
    }),
    runs(500),
  )
  t.ok(remembered > 0)
})

t.test('what looks the same and is not', async t => {
  const map = (...entries: [GoValue, GoValue][]): Map<GoValue, GoValue> => new Map(entries)
  const [same, nil, empty] = [map(['a', 'x']), map(['a', null]), map()]
  const changes = '{{ if .change }}{{ len (set .values "a" "y") }}{{ end }}{{ .values.a }}'
  const cases: [string, string, readonly (readonly [GoValue, string])[]][] = [
    [
      'a map that was changed, and another that is as it was',
      changes,
      [
        ...Array.from({ length: 4 }, () => [map(['values', same]), 'x'] as const),
        [map(['values', same], ['change', true]), '1y'],
        [map(['values', same]), 'y'],
        [map(['values', same]), 'y'],
        [map(['values', map(['a', 'x'])]), 'x'],
      ],
    ],
    [
      'fields of nil, and of nothing',
      '{{ or .text .values.a.b }}{{ print 1 }}',
      [
        ...Array.from({ length: 4 }, () => [map(['values', empty]), '<no value>1'] as const),
        [map(['values', nil]), 'template: t:1:19: executing "t" at <.values.a.b>: nil pointer evaluating interface {}.b'],
      ],
    ],
    ['zero and minus zero', '{{ .n }}{{ print 1 }}', [...Array.from({ length: 4 }, () => [map(['n', 0]), '01'] as const), [map(['n', -0]), '-01']]],
  ]
  for (const [name, text, executions] of cases) {
    const parsed = parseTemplate({ name: 't', text, funcs: FUNCS, cache: createMemories() })
    for (const [i, [data, want]] of executions.entries()) {
      t.equal(outcome(() => parsed.execute(data)).replace(/ 1000000$/, ''), want, `${name}, ${i}`)
    }
  }
})

t.test('paths and blocks of any length', async t => {
  const long = '.a'.repeat(20_000)
  const deep = `${'{{ if .a }}x'.repeat(200)}${'{{ end }}'.repeat(200)}`
  const chain = `{{ if .b }}1${'{{ else if .b }}2'.repeat(5_000)}{{ else }}{{ .a }}{{ end }}`
  const wants: [string, string][] = [
    [`{{ ${long} }}{{ print 1 }}`, '<no value>1'],
    [deep, 'x'.repeat(200)],
    [chain, 'true'],
  ]
  for (const [text, want] of wants) {
    const parsed = parseTemplate({ name: 't', text, funcs: FUNCS, cache: createMemories() })
    const data = new Map<GoValue, GoValue>(text === wants[0]?.[0] ? [] : [['a', true]])
    for (let i = 0; i < 5; i++) t.equal(parsed.execute(data), want, `${text.slice(0, 20)}, ${i}`)
  }
})

t.test('the limits hold where output is remembered', async t => {
  const text = '{{ $x := .Text }}{{ range .List }}{{ . }}{{ end }}{{ repeat 70 "0123456789" }}{{ printf "%d" (len .List) }}{{ $x }}'
  const parsed = parseTemplate({ name: 't', text, funcs: FUNCS, cache: createMemories() })
  const world = newWorld()
  const execute = (budget: { total: number; left: number }): string =>
    parsed.execute(dataOf(world, { strings: 0, values: 0, list: 2, text: 'x', inner: 0 }), { budget })
  const wants = new Map<number, string>()
  for (let left = 0; left < 60; left++) {
    const fresh = parseTemplate({ name: 't', text, funcs: FUNCS })
    wants.set(
      left,
      outcome(() => fresh.execute(dataOf(world, { strings: 0, values: 0, list: 2, text: 'x', inner: 0 }), { budget: { total: 60, left } })),
    )
  }
  for (let round = 0; round < 4; round++) {
    for (const [left, want] of wants)
      t.equal(
        outcome(() => execute({ total: 60, left })),
        want,
        `with ${left} left, round ${round}`,
      )
  }
})

const word = fc.constantFrom('', 'true', 'false', '0', '9090', 'NONE', 'TPROXY', 'a/b:1', '100m', '{"a":{"b":1}}', 'x')
const names = (...all: string[]) => fc.dictionary(fc.constantFrom(...all), word, { maxKeys: 3 })
const pod: fc.Arbitrary<JsonObject> = fc.record({
  metadata: fc.record(
    {
      name: fc.constantFrom('a', 'b'),
      namespace: fc.constantFrom('shop', 'other'),
      labels: names('app', 'version', 'service.istio.io/canonical-name', 'networking.istio.io/tunnel', 'service.istio.io/workload-name'),
      annotations: names(
        ...['sidecar.istio.io/proxyCPU', 'sidecar.istio.io/proxyMemoryLimit', 'sidecar.istio.io/interceptionMode', 'sidecar.istio.io/nativeSidecar'],
        ...['sidecar.istio.io/userVolume', 'sidecar.istio.io/userVolumeMount', 'sidecar.istio.io/proxyImage', 'status.sidecar.istio.io/port', 'unrelated'],
        ...['sidecar.istio.io/bootstrapOverride', 'traffic.sidecar.istio.io/includeOutboundPorts', 'sidecar.istio.io/capNetBindService'],
      ),
    },
    { requiredKeys: ['name'] },
  ),
  spec: fc.record({
    serviceAccountName: fc.constantFrom('', 'me'),
    containers: fc.array(
      fc.record(
        {
          name: fc.constantFrom('app', 'istio-proxy', 'two'),
          image: fc.constantFrom('i:1', 'i:2'),
          ports: fc.array(fc.record({ containerPort: fc.nat(9), protocol: fc.constantFrom('TCP', 'UDP') }), { maxLength: 2 }),
        },
        { requiredKeys: ['name'] },
      ),
      { minLength: 1, maxLength: 3 },
    ),
  }),
})

t.test("Istio's own templates, with any sequence of pods", async t => {
  const documents = configuration().documents.map(text => loadYaml(text))
  const named = (name: string) => documents.find(document => at(document, ['kind']) === 'ConfigMap' && at(document, ['metadata', 'name']) === name)
  const text = (name: string, key: string) => stringAt(named(name), ['data', key])
  const injector = parseInjectorConfig({
    config: text('istio-sidecar-injector', 'config') ?? '',
    values: text('istio-sidecar-injector', 'values') ?? '{}',
    mesh: text('istio', 'mesh'),
  })
  const { mesh, values, revision } = injector
  const config = effectiveProxyConfig({ mesh, namespace: 'shop', labels: {}, annotation: undefined, resources: [], revision, newest: undefined })
  const execution = fc.record({ pod, native: fc.boolean(), uid: fc.constantFrom(1337, 7), own: fc.boolean() })
  for (const [name, source] of injector.templates) {
    const remembering = { templates: new Map([[name, source]]) }
    fc.assert(
      fc.property(fc.array(execution, { minLength: 4, maxLength: 8 }), sequence => {
        for (const { pod, native, uid, own } of sequence) {
          const rendered = (templates: ReadonlyMap<string, string>, set: { templates: ReadonlyMap<string, string> }): string => {
            const decoded = decodeTyped('v1.Pod', pod)
            const proxyConfig = own ? { ...config, proxyMetadata: { ISTIO_META_ENABLE_HBONE: 'true' } } : config
            const data = istioData({
              ...{ pod: decoded, workload: workloadOf(decoded), values, mesh, revision, proxyConfig, nativeSidecars: native, compliancePolicy: '' },
              ...{ proxyImage: 'proxyv2', proxyInitImage: 'proxyv2', proxyUid: uid, proxyGid: uid, inboundTrafficPolicyMode: 'ALLOW_ANY' },
            })
            return outcome(budget => render({ set, names: [...templates.keys()], data, budget })[0]?.text ?? '')
          }
          const fresh = { templates: new Map([[name, source]]) }
          const [got, want] = [rendered(remembering.templates, remembering), rendered(fresh.templates, fresh)]
          if (got !== want) throw new Error(`${JSON.stringify(got)} instead of ${JSON.stringify(want)}`)
        }
      }),
      runs(8),
    )
  }
  t.ok(injector.templates.size > 0)
})
