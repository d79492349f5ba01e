// Evaluates expressions that do not depend on the pod, with the template engine itself.

import { ANY, type FuncMap, type GoFunc, type GoValue, INT, parseTemplate } from '../lib/template/index.ts'

/** Evaluates expressions of Go templates on known values. */
export interface Concrete {
  /**
   * The value of an expression, in which `(v 0)` is the first value.
   * @throws TemplateError
   */
  readonly evaluate: (expression: string, values: readonly GoValue[]) => GoValue
  readonly isTrue: (value: GoValue) => boolean
  /** Output of an action. */
  readonly print: (value: GoValue) => string
  /** The pairs over which a range iterates. */
  readonly pairs: (value: GoValue) => readonly (readonly [GoValue, GoValue])[]
}

/** @param funcs the functions of injection templates */
export function concreteEngine(funcs: FuncMap): Concrete {
  const run = (text: string, values: readonly GoValue[], note: (...noted: GoValue[]) => void = () => {}): string => {
    const extra: [string, GoFunc][] = [
      ['v', { params: [INT], result: ANY, call: i => values[Number(typeof i === 'bigint' ? i : 0n)] ?? null }],
      [
        'note',
        {
          params: [ANY, ANY],
          result: ANY,
          call: (a, b) => {
            note(a ?? null, b ?? null)
            return ''
          },
        },
      ],
    ]
    return parseTemplate({ name: 'inject', text, funcs: new Map([...funcs, ...extra]) }).execute(null)
  }
  return {
    evaluate: (expression, values) => {
      let found: GoValue = null
      run(`{{ note (${expression}) 0 }}`, values, value => {
        found = value
      })
      return found
    },
    isTrue: value => run('{{ if v 0 }}1{{ end }}', [value]) === '1',
    print: value => run('{{ v 0 }}', [value]),
    pairs: value => {
      const found: [GoValue, GoValue][] = []
      run('{{ range $k, $v := v 0 }}{{ note $k $v }}{{ end }}', [value], (key = null, item = null) => {
        found.push([key, item])
      })
      return found
    },
  }
}
