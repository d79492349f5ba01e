// Executes a list of statements with a memory: the text of a statement whose inputs are known is written, the others are executed.

import type { Value } from '../assign.ts'
import { add, NEXT, type Run, type Signal, type Step, shifted } from '../run.ts'
import type { CompiledStatement } from '../statement-cache.ts'
import type { Memory } from './memory.ts'
import type { Execution, Statement } from './statement.ts'

/** A list of statements as one step; `plain` executes all of them. What the memory needs is prepared when the list is first executed with it. */
export function compileList(memory: Memory, compiled: readonly CompiledStatement[], plain: Step): Step {
  let statements: readonly Statement[] | undefined
  return (run, dot) => {
    // A template that another one calls sees other data.
    if (!run.usesCache || run.stack > 0) return plain(run, dot)
    statements ??= compiled.map(statement => memory.statementOf(statement))
    return runList(memory, statements, { run, dot })
  }
}

function runList(memory: Memory, statements: readonly Statement[], { run, dot }: { readonly run: Run; readonly dot: Value }): Signal {
  run.work += statements.length
  for (const statement of statements) {
    const execution = memory.recall(statement, run)
    if (execution !== undefined && isWithinLimits(run, execution)) {
      replay(run, execution, statement.sets)
      continue
    }
    const signal = memory.execute(statement, run, dot)
    if (signal !== NEXT) return signal
  }
  return NEXT
}

/** A statement that would go beyond a limit is executed, so that it fails where it should. */
function isWithinLimits(run: Run, { work, text }: Execution): boolean {
  return run.work + work <= run.maxWork && run.written + run.out.length + text.length <= run.limits.maxOutput
}

/** Leaves the run as the execution left it. */
function replay(run: Run, { text, prints, encoded, assigned, work, node, site }: Execution, sets: readonly number[]): void {
  const start = run.written + run.out.length
  add(run, text)
  for (const print of prints) run.prints.push(shifted(print, start))
  if (encoded.length > 0) run.encoded.push(...encoded)
  for (let i = 0; i < assigned.length; i++) {
    const slot = sets[i] ?? 0
    run.vars[slot] = assigned[i]
    run.varTypes[slot] = undefined
  }
  run.work += work
  if (node === undefined) return
  run.node = node
  run.site = site
}
