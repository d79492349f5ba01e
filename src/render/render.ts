// Renders the templates of a pod to partial pods (istio-rules.md, 6.1 to 6.3).

import type { InnerPosition, JsonObject, Position } from '../lib/model/index.ts'
import { InjectError, isObject } from '../lib/model/index.ts'
import type { GoValue, ParseOptions, Template, TracedOutput, WorkBudget } from '../lib/template/index.ts'
import { parseTemplate, TemplateError } from '../lib/template/index.ts'
import { createMemories } from '../lib/template/memory/index.ts'
import { behindSecretKeys, loadReading, type Reading, unreadLine, withoutQuotes, YamlError } from '../lib/yaml/index.ts'
import { injectionFunctions } from './functions.ts'
import { checkStructure, type StructureRequest, unreadableBecauseOf } from './structure.ts'
import type { TemplateSet } from './templates.ts'
import { templateText } from './templates.ts'
import type { Untrusted } from './untrusted.ts'

export interface RenderRequest {
  readonly set: TemplateSet
  /** Names of the templates, aliases resolved, in order. */
  readonly names: readonly string[]
  /** Value of `.` in every template. */
  readonly data: GoValue
  /** Variables of the function `env`. The same map for every pod, so that templates are compiled once. */
  readonly environment?: ReadonlyMap<string, string> | undefined
  /** Limits for all templates of a run together. */
  readonly budget?: WorkBudget | undefined
  /** Whether template lines are recorded, which takes longer. */
  readonly isTraced?: boolean
  /** Texts of the pod that may become only scalars; absent if there are none. */
  readonly untrusted?: Untrusted | undefined
}

export interface RenderedPod {
  readonly template: string
  /** Output of the template, for errors and for `explain`. */
  readonly text: string
  /** The partial pod in it. */
  readonly pod: JsonObject
  /** The template's line for each line of the text; empty unless `isTraced`. */
  readonly lines: readonly number[]
}

/**
 * Renders templates with the same data, each on its own.
 * @throws InjectError with Istio's text: `template-parse` when any template of the set is not a template, `template-unknown`, `template-exec`, and
 * `template-output` when the text is not YAML of a mapping; and `value-changes-structure` where a value of the pod is more than a scalar in it
 * @example
 * render({ set, names: ['sidecar'], data }) // [{ template: 'sidecar', text: 'spec: …', pod: { spec: … } }]
 */
export function render({ set, names, data, environment, budget, isTraced = false, untrusted }: RenderRequest): readonly RenderedPod[] {
  const compiled = compile(set, environment)
  // A name may come again: then nothing is different, and only merging it takes time.
  const rendered = new Map<string, RenderedPod>()
  return names.map(template => {
    templateText(set, template)
    const known = rendered.get(template)
    if (known !== undefined) {
      chargeRepetition(template, budget)
      return known
    }
    const pod = renderOne(template)
    rendered.set(template, pod)
    return pod
  })

  function renderOne(template: string): RenderedPod {
    const { lines, ...output } = execute(compiled, template, { data, budget, isTraced })
    const { text } = output
    const parsed = compiled.templates.get(template)
    if (untrusted === undefined || parsed === undefined) return { template, text, lines, pod: partialPod(template, text).pod }
    const request = { name: template, template: parsed, output, budget, untrusted }
    try {
      const { pod, reading } = withCulprit(request, () => partialPod(template, text))
      checkStructure(request, reading)
      return { template, text, lines, pod }
    } catch (error) {
      // Executing it once more can exceed what all executions may do together.
      throw templateError(error, template)
    }
  }
}

/** The cost of merging the same partial pod again, in units of work. */
const REPETITION = 2000

function chargeRepetition(name: string, budget: WorkBudget | undefined): void {
  if (budget === undefined) return
  budget.left -= REPETITION
  if (budget.left >= 0) return
  const message = `template ${JSON.stringify(name)} is named so often that all executions together exceed the limit of ${budget.total} units of work`
  throw new InjectError({ code: 'template-exec', message, hint: 'name each template once' })
}

/**
 * Parses every template of a configuration, as istiod does when it reads one: a single bad template spoils it for all pods.
 *  Templates that were parsed before cost nothing.
 * @throws InjectError `template-parse`
 */
export function checkTemplates(set: TemplateSet, environment?: ReadonlyMap<string, string>): void {
  compile(set, environment)
}

interface Compiled {
  readonly environment: ReadonlyMap<string, string>
  readonly templates: ReadonlyMap<string, Template>
}

const compiledSets = new WeakMap<TemplateSet, Compiled>()

const NO_VARIABLES: ReadonlyMap<string, string> = new Map()

function compile(set: TemplateSet, environment = NO_VARIABLES): Compiled {
  const known = compiledSets.get(set)
  if (known?.environment === environment) return known
  const funcs = injectionFunctions(environment)
  const cache = createMemories()
  const templates = new Map([...set.templates].map(([name, text]) => [name, parse(name, { text, funcs, cache })] as const))
  const compiled = { environment, templates }
  compiledSets.set(set, compiled)
  return compiled
}

function parse(name: string, options: Pick<ParseOptions, 'text' | 'funcs' | 'cache'>): Template {
  try {
    return parseTemplate({ ...options, name: 'inject' })
  } catch (error) {
    throw templateError(error, name)
  }
}

function execute({ templates }: Compiled, name: string, { data, budget, isTraced }: Pick<RenderRequest, 'data' | 'budget' | 'isTraced'>): TracedOutput {
  try {
    const template = templates.get(name)
    if (isTraced) return template?.trace(data, { budget }) ?? NO_OUTPUT
    return { ...(template?.executeNoting(data, { budget }) ?? NO_OUTPUT), lines: [] }
  } catch (error) {
    throw templateError(error, name)
  }
}

const NO_OUTPUT: TracedOutput = { text: '', lines: [], prints: [], encoded: [] }

/** The webhook calls every template `inject`; the position says which one it was. */
function templateError(error: unknown, name: string): unknown {
  if (!(error instanceof TemplateError)) return error
  const at = positionInside({ text: 'template', name, line: error.line, ...underlined(error) }, error.lineText)
  if (error.phase === 'exec') return new InjectError({ code: 'template-exec', message: error.message, at }, { cause: error })
  return new InjectError({ code: 'template-parse', message: `config: ${error.message}`, at }, { cause: error })
}

/**
 * The range to underline. Go's position is inside of the node, for `.Values.image` before its last part; the whole node is underlined if the line contains its
 * printed form.
 */
function underlined({ column, lineText, node }: TemplateError): { column: number; length: number } {
  const start = node === '' ? -1 : lineText.lastIndexOf(node, column - 1)
  return start >= 0 && start + node.length >= column ? { column: start + 1, length: node.length } : { column, length: 1 }
}

function partialPod(template: string, text: string): { readonly pod: JsonObject; readonly reading: Reading } {
  let problem = 'it is not a mapping'
  let at: Position | undefined
  try {
    const reading = loadReading(text)
    const { value } = reading
    if (value === null || isObject(value)) return { pod: value ?? {}, reading }
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    const { isConcealed, ...place } = positionInOutput(template, text, error)
    problem = isConcealed ? withoutQuotes(error.message) : error.message
    at = place
  }
  throw new InjectError({
    code: 'template-output',
    message: 'failed applying injection overlay: strategic merge: invalid JSON document',
    hint: `what the template ${JSON.stringify(template)} rendered cannot be read: ${problem}`,
    ...(at === undefined ? {} : { at }),
  })
}

/** Adds to an error the value of the pod because of which the output of a template cannot be parsed. */
function withCulprit<T>(request: StructureRequest, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof InjectError)) throw error
    const culprit = unreadableBecauseOf(request)
    if (culprit === undefined) throw error
    const { hint, ...diagnostic } = error.diagnostic
    throw new InjectError({ ...diagnostic, field: culprit.field, hint: `${hint}. The cause is ${culprit.description}` }, { cause: error })
  }
}

/** The position of an error in the output. A missing closing token is an error at the end of the text; the last line that is not blank is then shown. */
function positionInOutput(template: string, text: string, { line, column }: YamlError): Position & { readonly isConcealed: boolean } {
  const before = text.split('\n').slice(0, line)
  const last = before.findLastIndex(lineText => lineText.trim() !== '')
  const lineText = before[last] ?? ''
  const inside = { text: 'output of template', name: template, line: last + 1, column: last + 1 === line ? column : Math.max(1, lineText.length) } as const
  const start = before.slice(0, last).reduce((sum, { length }) => sum + length + 1, 0)
  const { lineText: shown, isConcealed } = unreadLine(text, start, { isManifest: true })
  return { ...positionInside({ ...inside, length: 1 }, shown), isConcealed }
}

function positionInside({ length, ...inside }: InnerPosition & { readonly length: number }, lineText: string): Position {
  const { text, name, line, column } = inside
  return { file: `<${text} ${name}>`, line, column, lineText: behindSecretKeys(lineText.replace(/\r$/, '')), length, inside }
}
