// Actions that were parsed before. The templates of a configuration repeat each other: three of four actions of Istio's are known by their text.

import type { BranchKind, Operand, PipeNode } from '../node.ts'

/** What the text of an action between its delimiters says, wherever it stands. */
export interface KnownAction {
  readonly kind: 'action' | 'end' | 'else' | BranchKind
  /** `else if` or `else with`. */
  readonly isElse: boolean
  readonly pipe: PipeNode | undefined
  /** Where the text stood from which the pipeline's places are. */
  readonly from: number
  /** Variables that have to be in sight. */
  readonly uses: readonly string[]
  /** Variables that are in sight from then on. */
  readonly declares: readonly string[]
}

/** By text, from behind the left delimiter to the end of the right one. */
export type KnownActions = Map<string, KnownAction>

/** Longer ones, which may nest deep, are parsed each time. */
export const MAX_KNOWN_LENGTH = 1000
const MAX_KNOWN = 10_000

const byFunctions = new WeakMap<object, KnownActions>()

/** The actions that were parsed with the same functions. */
export function knownActions(functions: object): KnownActions {
  let known = byFunctions.get(functions)
  if (known === undefined) {
    known = new Map()
    byFunctions.set(functions, known)
  }
  return known
}

export function remember(known: KnownActions, text: string, action: KnownAction): void {
  if (known.size < MAX_KNOWN) known.set(text, action)
}

/** The same pipeline `by` characters further on. */
export function movedPipe(pipe: PipeNode, by: number): PipeNode {
  return new MovedPipe(pipe, by)
}

/** Its inside is made when somebody looks: of most templates nobody does. A class, because its getters are not made anew for each. */
class MovedPipe implements PipeNode {
  readonly kind = 'pipe'
  readonly pos: number
  readonly isAssign: boolean
  private readonly pipe: PipeNode
  private inside: Pick<PipeNode, 'decl' | 'cmds'> | undefined

  constructor(pipe: PipeNode, by: number) {
    this.pos = pipe.pos + by
    this.isAssign = pipe.isAssign
    this.pipe = pipe
  }

  get decl(): PipeNode['decl'] {
    return this.made().decl
  }

  get cmds(): PipeNode['cmds'] {
    return this.made().cmds
  }

  private made(): Pick<PipeNode, 'decl' | 'cmds'> {
    const by = this.pos - this.pipe.pos
    this.inside ??= {
      decl: this.pipe.decl.map(variable => ({ ...variable, pos: variable.pos + by })),
      cmds: this.pipe.cmds.map(({ kind, pos, args }) => ({ kind, pos: pos + by, args: args.map(arg => movedOperand(arg, by)) })),
    }
    return this.inside
  }
}

function movedOperand(operand: Operand, by: number): Operand {
  if (operand.kind === 'pipe') return movedPipe(operand, by)
  const pos = operand.pos + by
  return operand.kind === 'chain' ? { ...operand, pos, node: movedOperand(operand.node, by) } : { ...operand, pos }
}
