// What is looked at in literals when an expression is compiled: durations, timestamps, patterns, one type in lists and maps, formats (cel-go's AST validators).

import type { Call, Expr } from './ast.ts'
import type { Checked } from './checker.ts'
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
  const { mixed } = context
  switch (expr.kind) {
    case 'select':
      visit(expr.operand, context)
      return
    case 'call':
      visitCall(expr, context)
      return
    case 'list':
      if (!mixed) oneType(expr.elements, expr.optional, context)
      for (const element of expr.elements) visit(element, context)
      return
    case 'map': {
      const keys = expr.entries.map(entry => entry.key)
      const values = expr.entries.map(entry => entry.value)
      if (!mixed) oneType(keys, [], context)
      if (!mixed)
        oneType(
          values,
          expr.entries.map(entry => entry.optional),
          context,
        )
      for (const part of [...keys, ...values]) visit(part, context)
      return
    }
    case 'message':
      for (const { value } of expr.entries) visit(value, context)
      return
    case 'fold':
      for (const part of [expr.range, expr.initial, expr.condition, expr.step, expr.result]) visit(part, context)
  }
}

function visitCall(expr: Call, context: Context): void {
  const [first] = expr.args
  const literal = first?.kind === 'constant' ? first.value : undefined
  if (first !== undefined && literal !== undefined && isWrong(expr.name, literal)) context.report(`invalid ${expr.name} argument`, first.at)
  const isFormat = expr.name === 'format'
  if (isFormat) checkFormat(expr, context.checked, context.report)
  if (expr.target !== undefined) visit(expr.target, context)
  for (const arg of expr.args) visit(arg, isFormat ? { ...context, mixed: true } : context)
}

function isWrong(name: string, literal: CelValue): boolean {
  if (name === 'matches') return typeof literal === 'string' && compilePattern(literal) instanceof CelError
  if ((name !== 'duration' && name !== 'timestamp') || typeof literal !== 'string') return false
  const conversion = CONVERSIONS.find(declaration => declaration.name === name)
  const fromText = conversion?.overloads.find(({ parameters: [parameter] }) => parameter?.name === 'string')
  return fromText?.run?.(literal) instanceof CelError
}

function oneType(parts: readonly Expr[], optional: readonly boolean[], { checked, report }: Context): void {
  let wanted: CelType | undefined
  for (const [i, part] of parts.entries()) {
    const type = checked.types.get(part) ?? ERROR
    const found = optional[i] === true ? (insideOptional(type) ?? type) : type
    wanted ??= found
    if (!sameType(found, wanted)) report(`expected type '${typeInMessage(wanted)}' but found '${typeInMessage(found)}'`, part.at)
  }
}
