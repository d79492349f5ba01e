// Kubernetes' type Quantity (k8s.io/apiserver, pkg/cel/library, quantity; apimachinery's resource.Quantity).

import { compareQuantities, formatQuantity, parseQuantity, type Quantity, QuantityError, signOf } from '../../k8s/quantity.ts'
import { bySize } from '../cost.ts'
import { declare, type FunctionDeclaration, ofTypes } from '../function.ts'
import { MAX_INT } from '../literal.ts'
import { CelError, type CelValue, Opaque, type Result } from '../value.ts'
import { comparisons, getter, parserFunctions, payloadOf } from './parsed.ts'

const TYPE = 'kubernetes.Quantity'

interface Amount {
  readonly quantity: Quantity
  /** Whether Go keeps it as an int64 with a scale; only such amounts are integers. */
  readonly small: boolean
}

function amount(quantity: Quantity, small: boolean): Opaque {
  const payload: Amount = { quantity, small }
  return new Opaque(TYPE, formatQuantity(quantity), { payload, same: (a, b) => compareQuantities((a as Amount).quantity, (b as Amount).quantity) === 0 })
}

function parse(text: string): Result {
  try {
    return amount(parseQuantity(text), isSmall(text))
  } catch (error) {
    if (error instanceof QuantityError) return new CelError(error.message)
    throw error
  }
}

/** Whether the digits of a valid quantity are few enough for an int64 at a glance. */
function isSmall(text: string): boolean {
  const [, digits = '', decimals = '', power] = /^[+-]?0*([0-9]*)\.?([0-9]*)(?:([KMGTPE])i)?/.exec(text) ?? []
  const count = Math.max(1, digits.length)
  return power === undefined ? count + decimals.length <= 18 : decimals === '' && count + 3 * ('KMGTPE'.indexOf(power) + 1) <= 14
}

function atScale({ unscaled, scale }: Quantity, wanted: number): bigint {
  return unscaled * 10n ** BigInt(scale - wanted)
}

// Of sums with more digits the exponents are nonsense.
const MOST_DIGITS = 5_000

function add(a: Amount, b: Amount, factor: bigint): Result {
  const [x, y] = [a.quantity, { ...b.quantity, unscaled: b.quantity.unscaled * factor }]
  // Nothing takes the form of what is added to it.
  const format = x.unscaled === 0n ? y.format : x.format
  const small = a.small && b.small
  if (y.unscaled === 0n) return amount({ ...x, format, text: '' }, small)
  if (x.unscaled === 0n) return amount({ ...y, format, text: '' }, small)
  if (Math.abs(x.scale - y.scale) > MOST_DIGITS) return new CelError('quantities are too far apart to be added')
  const scale = Math.min(x.scale, y.scale)
  const unscaled = atScale(x, scale) + atScale(y, scale)
  return amount({ unscaled, scale, format, text: '' }, small && unscaled <= MAX_INT && unscaled >= -MAX_INT)
}

function sum(factor: bigint): (value?: CelValue, other?: CelValue) => Result {
  return (value, other) => {
    const added: Amount =
      typeof other === 'bigint' ? { quantity: { unscaled: other, scale: 0, format: 'DecimalExponent', text: '' }, small: true } : payloadOf<Amount>(other)
    return add(payloadOf<Amount>(value), added, factor)
  }
}

function asInteger({ quantity, small }: Amount): bigint | undefined {
  if (!small || quantity.scale < 0 || quantity.scale > 19) return undefined
  const value = atScale(quantity, 0)
  return value <= MAX_INT && value >= -MAX_INT ? value : undefined
}

/** The quantity as a double, computed as Go does: the number times a power of ten. */
function approximate({ quantity: { unscaled, scale } }: Amount): number {
  return scale === 0 ? Number(unscaled) : Number(unscaled) * Number(`1e${scale}`)
}

function arithmetic(name: string, factor: bigint): FunctionDeclaration {
  return declare(name, ofTypes([TYPE, 'int'], `${TYPE}.(#) -> ${TYPE}`, sum(factor)))
}

export const QUANTITY: readonly FunctionDeclaration[] = [
  ...parserFunctions('quantity', 'isQuantity', { type: TYPE, parse, testCost: bySize }),
  getter<Amount>(TYPE, 'isInteger', 'bool', of => asInteger(of) !== undefined),
  getter<Amount>(TYPE, 'asInteger', 'int', of => asInteger(of) ?? new CelError('cannot convert value to integer')),
  getter<Amount>(TYPE, 'asApproximateFloat', 'double', approximate),
  declare('sign', [[`(${TYPE}) -> int`, value => BigInt(signOf(payloadOf<Amount>(value).quantity))]]),
  ...comparisons<Amount>(TYPE, (a, b) => compareQuantities(a.quantity, b.quantity)),
  arithmetic('add', 1n),
  arithmetic('sub', -1n),
]
