// Converts a line and column of an expression into a position in the YAML file that holds the expression as a block, folded, plain or quoted scalar.

import type { FieldPath, Position, Resource } from '../lib/model/index.ts'

/** An expression of a policy or binding. */
export interface Expression {
  readonly resource: Resource
  /** From the resource's root. */
  readonly field: FieldPath
  readonly text: string
}

/** A place in an expression; lines and columns count from 1, columns in code points, as cel-go counts. */
export interface LineAndColumn {
  readonly line: number
  readonly column: number
}

/**
 * The position in the file; the position of the whole scalar if the text has escapes or does not come from a file.
 * @example positionInExpression({ resource, field: ['spec', 'variables', 0, 'expression'], text }, { line: 2, column: 5 }) // { file: 'policy.yaml', line: 17, column: 11, … }
 */
export function positionInExpression({ resource, field, text }: Expression, place: LineAndColumn): Position {
  const { source, path } = resource
  const outer = source.positionOf([...path, ...field])
  const offset = offsetOf(text, place)
  if (source.file === undefined || offset === undefined) return outer
  return positionOfOffset(source.file.text.split('\n'), { outer, text, offset }) ?? outer
}

/** Line and column of an offset, which counts UTF-16 units. */
export function lineAndColumnOf(text: string, offset: number): LineAndColumn {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: [...(before.at(-1) ?? '')].length + 1 }
}

function offsetOf(text: string, { line, column }: LineAndColumn): number | undefined {
  const lines = text.split('\n')
  const inner = lines[line - 1]
  if (inner === undefined) return undefined
  const start = lines.slice(0, line - 1).reduce((sum, before) => sum + before.length + 1, 0)
  return start + [...inner].slice(0, column - 1).join('').length
}

/** Walks over the lines of the scalar, each of which is a part of the text behind the parts before it. */
function positionOfOffset(
  lines: readonly string[],
  { outer, text, offset }: { readonly outer: Position; readonly text: string; readonly offset: number },
): Position | undefined {
  let seen = 0
  for (let number = outer.line; number <= lines.length; number++) {
    const lineText = (lines[number - 1] ?? '').replace(/\r$/, '')
    const isFirst = number === outer.line
    const whole = isFirst ? lineText.slice(outer.column - 1).slice(0, outer.length) : lineText
    if (whole.trim() === '' || (isFirst && /^[|>]/.test(whole))) continue
    const part = whole.trim().replace(isFirst ? /^['"]/ : '', '')
    const from = [part, part.replace(/['"](?: +#.*)?$/, ''), part.replace(/ +#.*$/, '')]
      .map(form => [form, text.indexOf(form, seen)] as const)
      .find(([, at]) => at >= 0)
    if (from === undefined) return undefined
    const [form, start] = from
    if (offset <= start + form.length) {
      const { length: _, ...position } = outer
      return { ...position, line: number, column: lineText.indexOf(form) + 1 + Math.max(0, offset - start), lineText }
    }
    seen = start + form.length
  }
  return undefined
}
