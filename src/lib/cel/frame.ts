// The state of an evaluation: variables, the loops' variables, the meter.

import type { Meter } from './cost.ts'
import type { CelValue, Result } from './value.ts'

/** A variable's value, or what computes it when it is first used. */
export type Variables = Pick<ReadonlyMap<string, CelValue | (() => Result)>, 'get'>

export interface Frame {
  readonly variables: Variables
  /** Variables of loops, by their places. */
  readonly locals: Result[]
  readonly meter: Meter
}

export type Eval = (frame: Frame) => Result

/** A node compiled to a closure. */
export interface Planned {
  readonly run: Eval
  /** Its constant value, if it is known before it runs. */
  readonly constant?: CelValue
  /** Nodes from which further fields can be selected without a separate step. */
  readonly attribute?: Attribute
}

/** One selection or index. `undefined` is absent. */
export interface Qualifier {
  /** The value; an error if it is absent. Costs 1. */
  readonly get: (object: CelValue, frame: Frame) => Result
  /** The value if it is present, at a cost of 1. */
  readonly find: (object: CelValue, frame: Frame) => Result | undefined
  readonly optional: boolean
}

/** A variable or value followed by selections and indexes, or a conditional of two such. */
export type Attribute =
  | { readonly kind: 'path'; readonly base: Eval; readonly qualifiers: readonly Qualifier[] }
  | { readonly kind: 'choice'; readonly condition: Eval; readonly yes: Attribute; readonly no: Attribute }
