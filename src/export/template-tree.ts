// Converts a template into one tree: executes it once for each combination of its conditions, and combines the outputs.

import { InjectError } from '../lib/model/index.ts'
import { BUILTINS } from '../lib/template/builtins.ts'
import { type FuncMap, type GoValue, TemplateError } from '../lib/template/index.ts'
import { parse } from '../lib/template/parser.ts'
import { combine, OutsideOfRange } from './combine.ts'
import { concreteEngine } from './concrete.ts'
import { type Execution, execute, Undecided } from './execute.ts'
import { refuse } from './refuse.ts'
import { goValue } from './symbol.ts'
import { type MapTree, readTree, UnreadableOutput } from './tree.ts'

export interface TemplateSource {
  readonly name: string
  readonly text: string
  readonly values: GoValue
  readonly funcs: FuncMap
}

/**
 * The partial pod that a template prints, for every pod.
 * @throws InjectError `policy-export-refused` with the construct and its line
 */
export function templateTree({ name, text, values, funcs }: TemplateSource): MapTree {
  const trees = parsed(name, text, funcs)
  const given = { template: name, trees, concrete: concreteEngine(funcs), funcs, values: goValue(values) }
  let runs = 0
  const explore = (decisions: Execution['decisions']): MapTree => {
    if (++runs > MAX_RUNS) throw refuse('so many conditions that depend on each other', { template: name, text, offset: 0 })
    let printed: ReturnType<typeof execute>
    try {
      printed = execute({ ...given, decisions })
    } catch (error) {
      if (!(error instanceof Undecided)) throw error
      const { condition } = error
      const [yes, no] = [true, false].map(decided => explore(new Map([...decisions, [condition.cel, decided]])))
      if (yes === undefined || no === undefined) throw new Error('both ways were explored')
      return combine(condition, yes, no)
    }
    return readTree(printed)
  }
  try {
    return explore(new Map())
  } catch (error) {
    if (error instanceof UnreadableOutput) throw refuse(error.message, { template: name, text, offset: 0 })
    if (error instanceof OutsideOfRange)
      throw refuse(`a condition on a container (${error.message}) that decides about more than this container`, { template: name, text, offset: 0 })
    throw error
  }
}

const MAX_RUNS = 512

function parsed(name: string, text: string, funcs: FuncMap): Execution['trees'] {
  try {
    return parse({ name: 'inject', text, isFunction: word => funcs.has(word) || BUILTINS.has(word) })
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    const { line, column, lineText } = error
    const inside = { text: 'template', name, line, column } as const
    throw new InjectError(
      { code: 'template-parse', message: error.message, at: { file: `<template ${name}>`, line, column, lineText, inside } },
      { cause: error },
    )
  }
}
