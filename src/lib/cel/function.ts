// Declarations of functions: overloads with signatures, implementations and cost rules.

import type { CostRule } from './cost.ts'
import { parameterNames, parseSignature, type Signature } from './type.ts'
import type { CelError, CelValue, Result } from './value.ts'

export type Implementation = (...args: CelValue[]) => Result

export interface Overload extends Signature {
  readonly typeParameters: readonly string[]
  /** Absent where the function computes all overloads in one, or is only declared. */
  readonly run?: Implementation | undefined
  /** Cost of a call if the checker found exactly this overload. */
  readonly cost?: CostRule | undefined
}

export interface FunctionDeclaration {
  readonly name: string
  readonly overloads: readonly Overload[]
  /** Computes all overloads. */
  readonly run?: Implementation | undefined
  /** Whether `run` supports the first operand; if not, the error is "no such overload: NAME". */
  readonly takes?: ((operand: CelValue) => boolean) | undefined
  /** Cost of a call for every overload, in addition to the overload's own cost. */
  readonly cost?: CostRule | undefined
  /** Error of the API server's own code if an argument fails. */
  readonly panics?: string | undefined
  /** Work of a call besides its cost, in iterations of a loop. */
  readonly work?: ((args: readonly CelValue[]) => number) | undefined
  /** Makes an implementation of a constant second argument, once; its error is the program's; null for an argument of another type. */
  readonly prepare?: ((argument: CelValue) => Implementation | CelError | null) | undefined
}

export type OverloadEntry = readonly [signature: string, run?: Implementation | undefined, cost?: CostRule | undefined]

/**
 * Declares a function with an implementation for each overload. A last parameter with a question mark is optional: its signature gives two overloads.
 * @example declare('split', [['string.(string, int?) -> list(string)', split]])
 */
export function declare(name: string, overloads: readonly OverloadEntry[], more: Omit<FunctionDeclaration, 'name' | 'overloads'> = {}): FunctionDeclaration {
  return { name, overloads: overloads.flatMap(overloadsOf), ...more }
}

function overloadsOf([text, run, cost]: OverloadEntry): Overload[] {
  const texts = text.includes('?') ? [text.replace(/(?:, )?\w+\?/, ''), text.replace('?', '')] : [text]
  return texts.map(parseSignature).map(signature => ({ ...signature, typeParameters: parameterNames(signature), run, cost }))
}

/**
 * An overload for each of the types; `#` in the signature stands for the type.
 * @example ofTypes(['int', 'uint'], 'list(#).() -> #', max)
 */
export function ofTypes(types: readonly string[], signature: string, run?: Implementation, cost?: (type: string) => CostRule): OverloadEntry[] {
  return types.map(type => [signature.replaceAll('#', type), run, cost?.(type)])
}

/** Functions by name; declarations of one name are merged. */
export function functionTable(declarations: readonly FunctionDeclaration[]): ReadonlyMap<string, FunctionDeclaration> {
  const table = new Map<string, FunctionDeclaration>()
  for (const declaration of declarations) {
    const earlier = table.get(declaration.name)
    table.set(
      declaration.name,
      earlier === undefined ? declaration : { ...earlier, ...declaration, overloads: [...earlier.overloads, ...declaration.overloads] },
    )
  }
  return table
}
