// Templates, on anything: each is refused, fails with a template's error, or prints a text of bounded length; and whatever it prints is a pod or a finding.

import fc from 'fast-check'
import t from 'tap'
import { inject } from '../../src/index.ts'
import { at, type Json, type JsonObject, withValueAt } from '../../src/lib/model/index.ts'
import { type GoValue, parseTemplate, TemplateError } from '../../src/lib/template/index.ts'
import { createMemories } from '../../src/lib/template/memory/index.ts'
import { parseDocuments, toYaml } from '../../src/lib/yaml/index.ts'
import { fuzz } from '../support/fuzz.ts'
import { batchesOf, NO_CASES } from '../support/istio-cases.ts'
import { errorsIn, fileAnswersWell, inMesh, noBugs, reached, refusedOr } from '../support/laws.ts'
import { mutatedText } from '../support/mutate.ts'
import { FUNCS, pipeline, program, value, withVariables } from '../support/random-template.ts'
import { example } from '../support/rig.ts'

const MOST = 4 * 1024 * 1024

/** How many templates came that far. */
const engine = { refused: 0, failed: 0, printed: 0 }

function executesWell([text, data]: readonly [string, GoValue]): void {
  try {
    const template = parseTemplate({ name: 'fuzz', text, funcs: FUNCS })
    try {
      // Templates may change what they are given.
      const output = template.execute(structuredClone(data))
      if (output.length > MOST) throw new Error(`it printed ${output.length} characters`)
      engine.printed++
      if (template.execute(structuredClone(data)) !== output) throw new Error('it prints something else the second time')
    } catch (error) {
      if (!(error instanceof TemplateError) || error.phase !== 'exec') throw error
      engine.failed++
    }
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    if (error.phase !== 'exec') engine.refused++
  }
}

fuzz(
  'every function, called with anything',
  {
    runs: 4000,
    input: fc.tuple(
      pipeline.map(text => withVariables(`{{ ${text} }}`)),
      value,
    ),
  },
  executesWell,
)

fuzz('templates of all kinds of actions', { runs: 1500, input: fc.tuple(program.map(withVariables), value) }, executesWell)

type Execute = ReturnType<typeof parseTemplate>['execute']

function outcomeOf(execute: Execute, data: GoValue): string {
  try {
    return execute(data)
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    return `error: ${error.message}`
  }
}

const several = fc.tuple(
  program.map(withVariables),
  fc.array(value, { minLength: 2, maxLength: 3 }),
  fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: 3, maxLength: 8 }),
)

fuzz('what is remembered of some data says nothing false about other data', { runs: 1500, input: several }, ([text, pool, runs]) => {
  const executions = [createMemories(), undefined].map(cache => {
    // Templates may change what they are given: each has its own.
    const own = structuredClone(pool)
    let execute: Execute
    try {
      ;({ execute } = parseTemplate({ name: 'fuzz', text, funcs: FUNCS, cache }))
    } catch (error) {
      if (error instanceof TemplateError) return []
      throw error
    }
    return runs.map(([a, b]) =>
      outcomeOf(
        execute,
        new Map([
          ['a', own[a % own.length] ?? null],
          ['b', own[b % own.length] ?? null],
          ['x', 'y'],
        ]),
      ),
    )
  })
  const [remembered, plain] = executions
  for (const [i, text] of (plain ?? []).entries())
    if (remembered?.[i] !== text) throw new Error(`execution ${i} gives ${remembered?.[i]}\n--- instead of\n${text}`)
})

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

if (simple !== undefined) {
  const namespace = { path: 'namespace.yaml', text: example('namespace.yaml') }
  const workload = fc.tuple(
    fc.constantFrom('web.yaml', 'store.yaml'),
    fc.constantFrom('', 'a', 'b'),
    fc.constantFrom('', 'x: y', 'x: z', 'sidecar.istio.io/proxyImage: i'),
  )
  const workloads = fc.array(workload, { minLength: 2, maxLength: 6 }).map(list =>
    list.map(([name, suffix, annotation]) =>
      example(name)
        .replaceAll(name.slice(0, -5), `${name.slice(0, -5)}${suffix}`)
        .replace('    metadata:\n      labels:', `    metadata:\n      annotations: {${annotation}}\n      labels:`),
    ),
  )
  fuzz('workloads together come out as each by itself', { runs: 80, input: fc.tuple(otherwise(simple.text), workloads) }, ([text, workloads]) => {
    const mesh = [...withTemplate(simple, 'sidecar', text), namespace]
    const run = (texts: readonly string[]) => {
      const { files, diagnostics } = inject({ files: [...mesh, ...texts.map((text, i) => ({ path: `w${i}.yaml`, text }))] })
      noBugs(diagnostics)
      return errorsIn(diagnostics).length > 0 ? undefined : files.slice(mesh.length).map(file => file.text)
    }
    const alone = workloads.map(text => run([text]))
    const together = run(workloads)
    const isSame = together === undefined ? alone.includes(undefined) : together.every((text, i) => text === alone[i]?.[0])
    if (!isSame) throw new Error(`together:\n${together?.join('---\n')}\n=== alone:\n${alone.map(texts => texts?.[0]).join('---\n')}`)
  })
}

if (real !== undefined && stock !== undefined) {
  const web = example('web.yaml').replace('namespace: shop', 'namespace: default')
  fuzz("Istio's own template, changed", { runs: 60, input: otherwise(real.text) }, text =>
    fileAnswersWell(web, inMesh(withTemplate(real, 'sidecar', text), stock.functionConfig)),
  )
}

fuzz(
  "a template of one's own that prints anything",
  { runs: 300, input: fc.oneof(program, mutatedText(['spec: {containers: [{name: a, image: b}]}\n'])) },
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
