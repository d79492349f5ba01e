// Validates literals when an expression is compiled: durations, timestamps, patterns, one type in lists and maps, formats (cel-go's AST validators).

import { type Call, childrenOf, type Expr } from './ast.ts'
import type { Checked } from './checked.ts'
import { fits } from './dispatch.ts'
import { CONVERSIONS } from './library/conversions.ts'
import { checkFormat } from './library/format-check.ts'
import { compilePattern } from './library/regex.ts'
import { type Issue, placeOf, sortIssues } from './source.ts'
import { type CelType, ERROR, insideOptional, sameType, typeInMessage } from './type.ts'
import { CelError, type CelValue } from './value.ts'

type Report = (message: string, at: number) => void

/** The issues of a checked tree, in order of their places. */
export function validate(text: string, expr: Expr, checked: Checked): readonly Issue[] {
  const issues: Issue[] = []
  const report: Report = (message, at) => issues.push({ ...placeOf(text, at), message })
  visit(expr, { checked, report, mixed: false })
  return sortIssues(issues)
}

interface Context {
  readonly checked: Checked
  readonly report: Report
  /** Whether literals may hold values of several types: in the arguments of `format`. */
  readonly mixed: boolean
}

function visit(expr: Expr, context: Context): void {
  if (expr.kind === 'call') {
    visitCall(expr, context)
    return
  }
  if (!context.mixed) oneType(partsOf(expr), context)
  for (const child of childrenOf(expr)) visit(child, context)
}

/** The parts that must have one type: elements, or keys and values. */
function partsOf(expr: Expr): Part[][] {
  if (expr.kind === 'list') return expr.elements.map((element, i) => [{ expr: element, optional: expr.optional[i] === true }])
  if (expr.kind !== 'map') return []
  return expr.entries.map(({ key, value, optional }) => [
    { expr: key, optional: false },
    { expr: value, optional },
  ])
}

function visitCall(expr: Call, context: Context): void {
  const [first] = expr.args
  const literal = first?.kind === 'constant' ? first.value : undefined
  if (first !== undefined && literal !== undefined && isWrong(expr.name, literal)) context.report(`invalid ${expr.name} argument`, first.at)
  const isFormat = expr.name === 'format'
  if (expr.target !== undefined) visit(expr.target, context)
  for (const arg of expr.args) visit(arg, isFormat ? { ...context, mixed: true } : context)
  if (isFormat) checkFormat(expr, context.checked, context.report)
}

function isWrong(name: string, literal: CelValue): boolean {
  if (name === 'matches') return typeof literal === 'string' && compilePattern(literal) instanceof CelError
  if (name !== 'duration' && name !== 'timestamp') return false
  const conversion = CONVERSIONS.find(declaration => declaration.name === name)
  return conversion?.overloads.find(overload => fits(overload, [literal]))?.run?.(literal) instanceof CelError
}

interface Part {
  readonly expr: Expr
  readonly optional: boolean
}

/** Reports the first part whose type is not that of the same part of the first entry. */
function oneType(entries: readonly (readonly Part[])[], { checked, report }: Context): void {
  const typeOf = ({ expr, optional }: Part): CelType => {
    const type = checked.types.get(expr) ?? ERROR
    return optional ? (insideOptional(type) ?? type) : type
  }
  const wanted = entries[0]?.map(typeOf) ?? []
  for (const parts of entries) {
    for (const [i, part] of parts.entries()) {
      const [found, first = ERROR] = [typeOf(part), wanted[i]]
      if (sameType(found, first)) continue
      report(`expected type '${typeInMessage(first)}' but found '${typeInMessage(found)}'`, part.expr.at)
      return
    }
  }
}
