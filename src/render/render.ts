// Renders the templates of a pod to partial pods (istio-injection.md, 6.1 to 6.3).
import type { FuncMap, GoValue, Template } from '../lib/gotemplate/index.ts'
import { parseTemplate, TemplateError } from '../lib/gotemplate/index.ts'
import type { JsonObject } from '../lib/model/index.ts'
import { InjectError, isObject } from '../lib/model/index.ts'
import { loadYaml, YamlError } from '../lib/yaml/index.ts'
import { injectionFunctions } from './functions.ts'
import type { TemplateSet } from './templates.ts'
import { templateText } from './templates.ts'

export interface RenderRequest {
  readonly set: TemplateSet
  /** Names of the templates, aliases resolved, in order. */
  readonly names: readonly string[]
  /** What `.` is in every template. */
  readonly data: GoValue
  /** What the function `env` answers. */
  readonly environment: ReadonlyMap<string, string>
}

export interface RenderedPod {
  readonly template: string
  /** What the template printed; kept for errors and for `explain`. */
  readonly text: string
  /** The partial pod in it. */
  readonly pod: JsonObject
}

/**
 * Renders templates with the same data, each on its own.
 *
 * Throws InjectError with Istio's text: `template-parse` when any template of the set is no template, `template-unknown`, `template-exec`,
 * and `template-output` when the text is not YAML of a mapping.
 *
 * @example
 * render({ set, names: ['sidecar'], data, environment: new Map() }) // [{ template: 'sidecar', text: 'spec: …', pod: { spec: … } }]
 */
export function render({ set, names, data, environment }: RenderRequest): readonly RenderedPod[] {
  const compiled = compile(set, environment)
  return names.map(template => {
    templateText(set, template)
    const text = execute(compiled, template, data)
    return { template, text, pod: partialPod(template, text) }
  })
}

interface Compiled {
  readonly environment: ReadonlyMap<string, string>
  readonly templates: ReadonlyMap<string, Template>
}

const compiledSets = new WeakMap<TemplateSet, Compiled>()

/** Every template of a set, parsed once: one that cannot be parsed spoils the whole configuration, as it does for the webhook. */
function compile(set: TemplateSet, environment: ReadonlyMap<string, string>): Compiled {
  const known = compiledSets.get(set)
  if (known?.environment === environment) return known
  const funcs = injectionFunctions(environment)
  const templates = new Map([...set.templates].map(([name, text]) => [name, parse(name, text, funcs)] as const))
  const compiled = { environment, templates }
  compiledSets.set(set, compiled)
  return compiled
}

function parse(name: string, text: string, funcs: FuncMap): Template {
  try {
    return parseTemplate({ name: 'inject', text, funcs })
  } catch (error) {
    throw templateError(error, name)
  }
}

function execute({ templates }: Compiled, name: string, data: GoValue): string {
  try {
    return templates.get(name)?.execute(data) ?? ''
  } catch (error) {
    throw templateError(error, name)
  }
}

/** The webhook calls every template `inject`; the position says which one it was. */
function templateError(error: unknown, name: string): unknown {
  if (!(error instanceof TemplateError)) return error
  const at = { file: `template ${name}`, line: error.line, column: error.column, lineText: error.lineText, length: Math.max(1, error.node.length) }
  return new InjectError({ code: error.phase === 'parse' ? 'template-parse' : 'template-exec', message: error.message, at }, { cause: error })
}

function partialPod(template: string, text: string): JsonObject {
  let problem = 'it is not a mapping'
  try {
    const value = loadYaml(text)
    if (isObject(value)) return value
    if (value === null) return {}
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    problem = error.message
  }
  throw new InjectError({
    code: 'template-output',
    message: 'failed applying injection overlay: strategic merge: invalid JSON document',
    hint: `what the template ${JSON.stringify(template)} rendered cannot be read: ${problem}`,
  })
}
