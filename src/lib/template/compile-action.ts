// Compiles actions, `{{ pipeline }}`: a constant is printed when the template is compiled, other values as fmt.Print prints them.

import { formatValue } from '../go/fmt.ts'
import { GoError, typeOf } from '../go/value.ts'
import type { Value } from './assign.ts'
import { compilePipe } from './compile-pipeline.ts'
import type { Compiler } from './expression.ts'
import { type ActionNode, type Node, print } from './node.ts'
import { NO_VALUE, printable } from './printable.ts'
import { fail, NEXT, type Run, type Step, write, writePrint } from './run.ts'
import { indirect } from './truth.ts'
import { weigh } from './weigh.ts'

/** A compiled statement; text, if that is all it prints. */
export interface Statement {
  readonly run: Step
  readonly text?: string
}

/** The statement that prints a text. */
export function textStatement(text: string): Statement {
  return {
    text,
    run: run => {
      if (text !== '') write(run, text)
      return NEXT
    },
  }
}

/** Compiles an action; one with a declaration prints nothing. */
export function compileAction(compiler: Compiler, node: ActionNode): Statement {
  const { constant, run: evaluate } = compilePipe(compiler, node.pipe)
  if (node.pipe.decl.length > 0) {
    return {
      run: (run, dot) => {
        evaluate(run, dot)
        return NEXT
      },
    }
  }
  const text = constant === undefined ? undefined : constantText(constant.value)
  if (text !== undefined) return textStatement(text)
  return {
    run: (run, dot) => {
      const encodedBefore = run.encoded.length
      const value = evaluate(run, dot)
      run.node = node
      writePrint(run, typeof value === 'string' ? value : textOf(run, node, value), node, encodedBefore)
      return NEXT
    },
  }
}

/** The text that a constant prints; undefined for an error, which the execution reports. */
function constantText(value: Value): string | undefined {
  const shown = printable(value)
  try {
    return shown === undefined ? undefined : formatValue(shown)
  } catch (error) {
    if (error instanceof GoError) return undefined
    throw error
  }
}

function textOf(run: Run, node: Node, value: Value): string {
  switch (typeof value) {
    case 'undefined':
      return NO_VALUE
    case 'bigint':
    case 'boolean':
      return String(value)
    default: {
      const shown = printable(value)
      if (shown === undefined) throw fail(run, "can't print %s of type %s", print(node), typeOf(indirect(value) ?? null)?.name ?? '<nil>')
      if (typeof shown === 'object' && shown !== null) weigh(run, shown)
      run.site = undefined
      return formatValue(shown)
    }
  }
}
