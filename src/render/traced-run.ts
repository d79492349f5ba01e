// Executes a template and tells apart what its actions print: values as they are, and texts that an encoder such as `toYaml` made of them.

import type { FuncMap, GoFunc, GoValue, PrintedAction, Template, WorkBudget } from '../lib/template/index.ts'

/** What one action printed. */
export interface Print extends PrintedAction {
  readonly text: string
  /** Whether an encoder wrote the text, so that what is structure in it was a value of its own before. */
  readonly isEncoded: boolean
}

export interface TracedRun {
  readonly text: string
  readonly prints: readonly Print[]
}

/** Functions that write YAML or JSON of a value. */
const ENCODERS: ReadonlySet<string> = new Set(
  'toYaml toJSON toJson mustToJson toPrettyJson mustToPrettyJson toRawJson mustToRawJson toJsonMap structToJSON protoToJSON'.split(' '),
)

/** Executes templates with functions of which the encoders note what they write. */
export class Tracer {
  private readonly funcs: FuncMap
  private written: { readonly action: number | undefined; readonly text: string }[] = []
  private action: number | undefined

  constructor(funcs: FuncMap) {
    this.funcs = new Map([...funcs].map(([name, func]) => [name, ENCODERS.has(name) ? this.noting(func) : func]))
  }

  /** @throws TemplateError as executing the template does */
  run(template: Template, data: GoValue, budget: WorkBudget | undefined): TracedRun {
    this.written = []
    this.action = undefined
    const onStatement = (action: number | undefined) => {
      this.action = action
    }
    const { text, actions } = template.trace(data, { funcs: this.funcs, budget, onStatement })
    const texts = actions.map(({ start, end }) => text.slice(start, end))
    // A text that was written while nothing was printed may be printed later, out of a variable.
    const kept = new Set<string>()
    const byAction = new Map<number, Set<string>>()
    for (const { action, text: encoded } of this.written) {
      if (action === undefined || texts[action] === '') kept.add(encoded)
      else byAction.set(action, (byAction.get(action) ?? new Set()).add(encoded))
    }
    const isEncoded = (print: string, i: number) => {
      const plain = withoutBlanks(print)
      return kept.has(plain) || byAction.get(i)?.has(plain) === true
    }
    return { text, prints: actions.map((action, i) => ({ ...action, text: texts[i] ?? '', isEncoded: isEncoded(texts[i] ?? '', i) })) }
  }

  private noting(func: GoFunc): GoFunc {
    const note = (result: GoValue): GoValue => {
      if (typeof result === 'string') this.written.push({ action: this.action, text: withoutBlanks(result) })
      return result
    }
    const { metered } = func
    return {
      ...func,
      call: (...args) => note(func.call(...args)),
      ...(metered && { metered: (meter, ...args) => note(metered(meter, ...args)) }),
    }
  }
}

/** Encoded texts are indented afterwards. */
function withoutBlanks(text: string): string {
  return text.replace(/\s+/g, '')
}
