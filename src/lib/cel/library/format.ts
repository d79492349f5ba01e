// `format` of cel-go's extension "strings" version 2: %s %d %f %e %b %x %X %o.

import { atoi, NumError } from '../../go/strconv.ts'
import { bySize, checkLength } from '../cost.ts'
import { declare, type FunctionDeclaration } from '../function.ts'
import { CelError, type CelValue, type Result } from '../value.ts'
import { byWeight } from '../weight.ts'
import { type Formatted, formatVerb, VERBS, type Verb } from './format-verbs.ts'

type Text = { readonly text: string } | { readonly error: string }

/** Fills in a text with verbs; `argument` gives the text of the argument of an index. */
export function formatText(format: string, count: number, argument: (verb: Verb, index: number) => Formatted): Text {
  let text = ''
  let index = 0
  for (let at = 0; at < format.length; ) {
    const percent = format.indexOf('%', at)
    if (percent < 0) return { text: text + format.slice(at) }
    text += format.slice(at, percent)
    at = percent + 1
    if (format[at] === '%') {
      text += '%'
      at++
      continue
    }
    if (index >= count) return { error: `index ${index} out of range` }
    if (at >= format.length) return { error: 'unexpected end of string' }
    const clause = parseClause(format, at)
    if ('error' in clause) return { error: `could not parse formatting clause: ${clause.error}` }
    const formatted = argument(clause.verb, index++)
    if ('error' in formatted) return formatted
    text += formatted.text
    checkLength(text.length)
    at = clause.end
  }
  return { text }
}

function parseClause(format: string, start: number): { readonly verb: Verb; readonly end: number } | { readonly error: string } {
  let at = start
  let precision: number | undefined
  if (format[at] === '.') {
    const digits = /^[0-9]*/.exec(format.slice(at + 1))?.[0] ?? ''
    at += 1 + digits.length
    if (at >= format.length) return { error: 'error while parsing precision: could not find end of precision specifier' }
    try {
      precision = Number(atoi(digits))
    } catch (error) {
      if (error instanceof NumError) return { error: `error while parsing precision: error while converting precision to integer: ${error.message}` }
      throw error
    }
  }
  const letter = String.fromCodePoint(format.codePointAt(at) ?? 0)
  if (!VERBS.has(letter)) return { error: `unrecognized formatting clause "${letter}"` }
  return { verb: { letter, precision }, end: at + 1 }
}

function format(text: CelValue = null, list: CelValue = null): Result {
  const values = list as readonly CelValue[]
  const result = formatText(text as string, values.length, (verb, index) => formatVerb(verb, values[index] ?? null))
  return 'error' in result ? new CelError(result.error) : result.text
}

export const FORMAT: readonly FunctionDeclaration[] = [declare('format', [['string.(list(dyn)) -> string', format, bySize]], { work: byWeight })]
