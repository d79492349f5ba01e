// Declares Sprig's functions: parameters with their Go types, so that the type errors of text/template are those of Go.

import { createMeter, type Meter, spend } from '../go/limits.ts'
import { ANY, BOOL, Box, FLOAT64, type GoFunc, type GoType, type GoValue, INT, MAP, STRING, sliceOf } from '../go/value.ts'

/** The functions of one subject by name. */
export type Entries = readonly (readonly [name: string, func: GoFunc])[]

/** A parameter: its Go type, and how the argument reads in TypeScript. */
export interface Param<Read> {
  readonly type: GoType
  readonly read: (value: GoValue) => Read
}

/** A map[string]interface {}. */
export type GoMap = Map<GoValue, GoValue>

/** A value of any type. */
export const any: Param<GoValue> = { type: ANY, read: value => value }
/** A string. */
export const text: Param<string> = { type: STRING, read: value => (typeof value === 'string' ? value : '') }
/** A Go int of a size that counts something; larger ones lose their last digits, which no function here notices. */
export const int: Param<number> = { type: INT, read: Number }
/** A Go int in full. */
export const wholeInt: Param<bigint> = { type: INT, read: value => (typeof value === 'bigint' ? value : 0n) }
/** A bool. */
export const bool: Param<boolean> = { type: BOOL, read: value => value === true }
/** A float64. */
export const float: Param<number> = { type: FLOAT64, read: Number }
/** A map[string]interface {}; null is a nil map. */
export const dict: Param<GoMap | null> = { type: MAP, read: value => (value instanceof Map ? value : null) }

type Reads<Params extends readonly Param<unknown>[]> = { -readonly [At in keyof Params]: Params[At] extends Param<infer Read> ? Read : never }

/** A function of Go parameters; `call` gets the arguments that they read, then a meter for its work, and must not change its arguments (see `changing`). */
export function fn<const Params extends readonly Param<unknown>[]>(
  params: Params,
  result: GoType,
  call: (...args: [...Reads<Params>, Meter]) => GoValue,
): GoFunc {
  const types = params.map(param => param.type)
  const untyped = call as (...args: unknown[]) => GoValue
  const [first, second, third] = params
  // One or two parameters without an array between: the hot path of a template.
  if (first !== undefined && second === undefined) {
    return metered({ params: types, result }, (meter, a = null) => {
      count(meter, a)
      return untyped(first.read(a), meter)
    })
  }
  if (first !== undefined && second !== undefined && third === undefined) {
    return metered({ params: types, result }, (meter, a = null, b = null) => {
      count(meter, a)
      count(meter, b)
      return untyped(first.read(a), second.read(b), meter)
    })
  }
  return metered({ params: types, result }, (meter, ...args) => {
    for (const arg of args) count(meter, arg)
    return untyped(...params.map((param, i) => param.read(args[i] ?? null)), meter)
  })
}

/** A variadic function: `call` gets the further arguments first, as a list, then the others and a meter. */
export function variadic<const Params extends readonly Param<unknown>[], Rest>(
  params: Params,
  rest: Param<Rest>,
  { result, call }: { result: GoType; call: (rest: Rest[], ...args: [...Reads<Params>, Meter]) => GoValue },
): GoFunc {
  const untyped = call as (rest: Rest[], ...args: unknown[]) => GoValue
  const signature = { params: [...params.map(param => param.type), sliceOf(rest.type)], variadic: true, result }
  return metered(signature, (meter, ...args) => {
    for (const arg of args) count(meter, arg)
    return untyped(args.slice(params.length).map(rest.read), ...params.map((param, i) => param.read(args[i] ?? null)), meter)
  })
}

function metered(signature: Pick<GoFunc, 'params' | 'variadic' | 'result'>, call: NonNullable<GoFunc['metered']>): GoFunc {
  return { ...signature, pure: true, call: (...args) => call(createMeter(), ...args), metered: call }
}

const LONG = 1024
const CHARACTERS_A_UNIT = 16
const ITEMS_A_UNIT = 2

/** Functions here look at each character or item, which takes longer than the engine allows for. */
function count(meter: Meter, value: GoValue): void {
  if (typeof value === 'string') {
    if (value.length > LONG) spend(meter, value.length / CHARACTERS_A_UNIT)
  } else if (typeof value === 'object' && value !== null) {
    const payload = value instanceof Box ? value.value : value
    if (Array.isArray(payload) && payload.length > LONG) spend(meter, payload.length / ITEMS_A_UNIT)
    else if (payload instanceof Map && payload.size > LONG) spend(meter, payload.size / ITEMS_A_UNIT)
  }
}

/** The same function, marked as one that may change its arguments. */
export function changing(func: GoFunc): GoFunc {
  return { ...func, pure: false }
}

/** The same functions under further names. */
export function alias(entries: Entries, names: Readonly<Record<string, string>>): Entries {
  const known = new Map(entries)
  return [...entries, ...Object.entries(names).flatMap(([name, of]) => (known.has(of) ? [[name, known.get(of)] as [string, GoFunc]] : []))]
}

/** A boxed value, for results of a type that no plain value stands for. */
export function typed(type: GoType, value: unknown): Box {
  return new Box(type, value)
}
