// The type checker's result for a tree: types, references and overloads; also the types of constants.

import type { Expr } from './ast.ts'
import type { FunctionDeclaration, Overload } from './function.ts'
import { BOOL, BYTES, type CelType, DOUBLE, INT, NULL, STRING, UINT } from './type.ts'
import type { CelValue } from './value.ts'

/** Result of checking a tree. */
export interface Checked {
  readonly types: ReadonlyMap<Expr, CelType>
  /** The full names of variables and types that nodes stand for, also of selections that are such names. */
  readonly names: ReadonlyMap<Expr, string>
  /** The overloads that calls can mean. */
  readonly overloads: ReadonlyMap<Expr, CheckedCall>
}

export interface CheckedCall {
  readonly declaration: FunctionDeclaration
  readonly overloads: readonly Overload[]
  /** Whether the operand before the dot is the first argument, not a part of the function's name. */
  readonly isMethod: boolean
}

/** The type of a literal's value. */
export function typeOfConstant(value: CelValue): CelType {
  switch (typeof value) {
    case 'boolean':
      return BOOL
    case 'string':
      return STRING
    case 'bigint':
      return INT
    case 'number':
      return DOUBLE
    default:
      if (value === null) return NULL
      return value instanceof Uint8Array ? BYTES : UINT
  }
}
