// Kubernetes' CEL type Quantity (k8s.io/apiserver/pkg/cel/library quantity).

import type { Environment } from '@marcbachmann/cel-js'
import { parseQuantity, QuantityError } from '../../lib/k8s/quantity.ts'

/** The exact value as a fraction of a power of ten. */
class Quantity {
  readonly unscaled: bigint
  /** Decimal places of `unscaled`, never negative. */
  readonly places: number

  constructor(unscaled: bigint, places: number) {
    this.unscaled = unscaled
    this.places = places
  }
}

const TYPE = 'kubernetes.Quantity'

export function registerQuantity(env: Environment): void {
  env.registerType(TYPE, Quantity)
  env.registerFunction('isQuantity(string): bool', (text: string) => read(text) !== undefined)
  env.registerFunction(`quantity(string): ${TYPE}`, (text: string) => {
    const quantity = read(text)
    if (quantity === undefined) throw new Error(`quantity ${JSON.stringify(text)} can not be parsed`)
    return quantity
  })
  env.registerFunction(`${TYPE}.isInteger(): bool`, (q: Quantity) => asInteger(q) !== undefined)
  env.registerFunction(`${TYPE}.asInteger(): int`, (q: Quantity) => {
    const integer = asInteger(q)
    if (integer === undefined) throw new Error('cannot convert value to integer')
    return integer
  })
  env.registerFunction(`${TYPE}.asApproximateFloat(): double`, (q: Quantity) => Number(`${q.unscaled}e-${q.places}`))
  env.registerFunction(`${TYPE}.sign(): int`, ({ unscaled }: Quantity) => (unscaled > 0n ? 1n : unscaled < 0n ? -1n : 0n))
  env.registerFunction(`${TYPE}.isLessThan(${TYPE}): bool`, (a: Quantity, b: Quantity) => compare(a, b) < 0)
  env.registerFunction(`${TYPE}.isGreaterThan(${TYPE}): bool`, (a: Quantity, b: Quantity) => compare(a, b) > 0)
  env.registerFunction(`${TYPE}.compareTo(${TYPE}): int`, (a: Quantity, b: Quantity) => BigInt(compare(a, b)))
  env.registerFunction(`${TYPE}.add(${TYPE}): ${TYPE}`, (a: Quantity, b: Quantity) => add(a, b))
  env.registerFunction(`${TYPE}.add(int): ${TYPE}`, (a: Quantity, b: bigint) => add(a, new Quantity(b, 0)))
  env.registerFunction(`${TYPE}.sub(${TYPE}): ${TYPE}`, (a: Quantity, b: Quantity) => add(a, new Quantity(-b.unscaled, b.places)))
  env.registerFunction(`${TYPE}.sub(int): ${TYPE}`, (a: Quantity, b: bigint) => add(a, new Quantity(-b, 0)))
  env.registerOperator(`${TYPE} == ${TYPE}`, (a: Quantity, b: Quantity) => compare(a, b) === 0)
}

// What is larger than any quantity means nothing, and its digits would fill the memory.
const MOST_DIGITS = 400

function read(text: string): Quantity | undefined {
  try {
    const { unscaled, scale } = parseQuantity(text)
    if (Math.abs(scale) > MOST_DIGITS) return undefined
    return scale > 0 ? new Quantity(unscaled * 10n ** BigInt(scale), 0) : new Quantity(unscaled, -scale)
  } catch (error) {
    if (error instanceof QuantityError) return undefined
    throw error
  }
}

function asInteger({ unscaled, places }: Quantity): bigint | undefined {
  const unit = 10n ** BigInt(places)
  const integer = unscaled / unit
  return integer * unit === unscaled && BigInt.asIntN(64, integer) === integer ? integer : undefined
}

function compare(a: Quantity, b: Quantity): -1 | 0 | 1 {
  const x = a.unscaled * 10n ** BigInt(b.places)
  const y = b.unscaled * 10n ** BigInt(a.places)
  return x < y ? -1 : x > y ? 1 : 0
}

function add(a: Quantity, b: Quantity): Quantity {
  const places = Math.max(a.places, b.places)
  const at = (q: Quantity): bigint => q.unscaled * 10n ** BigInt(places - q.places)
  return new Quantity(at(a) + at(b), places)
}
