// Go values for Kubernetes types with their own JSON form: quantities, times, ports by number or name, raw fields.

import { trimSpace } from '../go/strings.ts'
import { TIME as GO_TIME, timeOf } from '../go/time.ts'
import { ANY, BOOL, Box, FLOAT64, GoError, type GoFunc, type GoType, type GoValue, INT, INT32, INT64, STRING } from '../go/value.ts'
import type { Json } from '../model/index.ts'
import { compareQuantities, formatQuantity, parseQuantity, type Quantity, scaledValue, ZERO_QUANTITY } from './quantity.ts'
import { parseTimestamp } from './timestamp.ts'
import { type GoTypeDraft, NIL_DEREFERENCE, payloadOf, type View } from './view.ts'

/** Makes the view of such a type; undefined for any other name. */
export function specialView(name: string): View | undefined {
  return SPECIAL.get(name)?.()
}

type Method = readonly [result: GoType, call: (receiver: Json, ...args: GoValue[]) => GoValue, ...params: GoType[]]

/** The methods as GoFuncs. A nil receiver is Go's panic, unless the method says what it gives for nil. */
function methodTable(methods: { readonly [name: string]: Method }, forNil: { readonly [name: string]: GoValue } = {}): NonNullable<GoType['method']> {
  const nils = new Map(Object.entries(forNil))
  const table = new Map<string, GoFunc>()
  for (const [name, [result, call, ...params]] of Object.entries(methods)) {
    table.set(name, {
      params,
      result,
      call: (receiver, ...args) => {
        const payload = payloadOf(receiver)
        if (payload !== undefined) return call(payload, ...args)
        const known = nils.get(name)
        if (known === undefined) throw new GoError(NIL_DEREFERENCE)
        return known
      },
    })
  }
  return name => table.get(name)
}

interface Parts {
  readonly name: string
  /** Methods of the pointer; of the value too where `onValue`. */
  readonly method: NonNullable<GoType['method']>
  readonly onValue?: boolean
  readonly fields?: readonly { readonly name: string; readonly type: GoType; readonly get: (payload: Json) => GoValue }[]
  readonly json: (payload: Json) => string
  readonly zero: Json
}

function structType({ name, method, onValue = false, fields = [], json, zero }: Parts): View {
  const pointer: GoTypeDraft = { kind: 'pointer', name: `*${name}`, method }
  const list = fields.map(field => ({ ...field, get: (payload: unknown) => field.get((payload ?? zero) as Json) }))
  const exported = new Map(list.filter(field => /^[A-Z]/.test(field.name)).map(field => [field.name, field]))
  const type: GoType = {
    kind: 'struct',
    name,
    addr: pointer,
    ...(onValue ? { method } : {}),
    fields: () => list,
    field: wanted => exported.get(wanted),
    json: payload => json((payload ?? zero) as Json),
  }
  pointer.elem = type
  return { type, of: value => new Box(type, value ?? zero) }
}

const named = (kind: GoType['kind'], name: string): GoType => ({ kind, name })

function quantityOf(payload: Json): Quantity {
  return payload === null ? ZERO_QUANTITY : parseQuantity(trimSpace(String(payload)))
}

const INT_64_AMOUNT: GoType = {
  kind: 'struct',
  name: 'resource.int64Amount',
  fields: () => [
    { name: 'value', type: INT64, get: quantity => new Box(INT64, (quantity as Quantity).unscaled) },
    { name: 'scale', type: INT32, get: quantity => new Box(INT32, BigInt((quantity as Quantity).scale)) },
  ],
}
const DEC_POINTER: GoType = { kind: 'pointer', name: '*inf.Dec' }
const INF_DEC_AMOUNT: GoType = {
  kind: 'struct',
  name: 'resource.infDecAmount',
  fields: () => [{ name: 'Dec', type: DEC_POINTER, get: () => new Box(DEC_POINTER, null) }],
}
const FORMAT = named('string', 'resource.Format')

const int64 = (value: bigint): Box => new Box(INT64, value)
const sign = (value: bigint): bigint => (value > 0n ? 1n : value < 0n ? -1n : 0n)

const quantity = (): View =>
  structType({
    name: 'resource.Quantity',
    zero: '0',
    json: payload => JSON.stringify(formatQuantity(quantityOf(payload))),
    // Go's own, unexported ones first: printing a quantity that stands in a map shows them.
    fields: [
      { name: 'i', type: INT_64_AMOUNT, get: payload => new Box(INT_64_AMOUNT, quantityOf(payload)) },
      { name: 'd', type: INF_DEC_AMOUNT, get: payload => new Box(INF_DEC_AMOUNT, payload) },
      { name: 's', type: STRING, get: payload => quantityOf(payload).text },
      { name: 'Format', type: FORMAT, get: payload => new Box(FORMAT, quantityOf(payload).format) },
    ],
    method: methodTable(
      {
        String: [STRING, payload => formatQuantity(quantityOf(payload))],
        Value: [INT64, payload => int64(scaledValue(quantityOf(payload), 0))],
        MilliValue: [INT64, payload => int64(scaledValue(quantityOf(payload), -3))],
        ScaledValue: [
          INT64,
          (payload, scale) => int64(scaledValue(quantityOf(payload), scale instanceof Box ? Number(scale.value) : 0)),
          named('int32', 'resource.Scale'),
        ],
        IsZero: [BOOL, payload => quantityOf(payload).unscaled === 0n],
        Sign: [INT, payload => sign(quantityOf(payload).unscaled)],
        AsApproximateFloat64: [FLOAT64, payload => approximate(quantityOf(payload))],
        AsFloat64Slow: [FLOAT64, payload => approximate(quantityOf(payload))],
        ToUnstructured: [ANY, payload => formatQuantity(quantityOf(payload))],
        OpenAPIModelName: [STRING, () => 'io.k8s.apimachinery.pkg.api.resource.Quantity'],
        CmpInt64: [
          INT,
          (payload, other) =>
            BigInt(compareQuantities(quantityOf(payload), { ...ZERO_QUANTITY, unscaled: other instanceof Box ? (other.value as bigint) : 0n })),
          INT64,
        ],
      },
      { String: '<nil>' },
    ),
  })

function approximate({ unscaled, scale }: Quantity): number {
  return Number(`${unscaled}e${scale}`)
}

const INTSTR_TYPE = named('int64', 'intstr.Type')

const intOrString = (): View =>
  structType({
    name: 'intstr.IntOrString',
    zero: 0,
    json: payload => JSON.stringify(payload),
    fields: [
      { name: 'Type', type: INTSTR_TYPE, get: payload => new Box(INTSTR_TYPE, typeof payload === 'string' ? 1n : 0n) },
      { name: 'IntVal', type: INT32, get: payload => new Box(INT32, typeof payload === 'number' ? BigInt(payload) : 0n) },
      { name: 'StrVal', type: STRING, get: payload => (typeof payload === 'string' ? payload : '') },
    ],
    method: methodTable(
      {
        String: [STRING, payload => String(payload)],
        IntValue: [
          INT,
          payload => (typeof payload === 'number' ? BigInt(payload) : /^[+-]?\d{1,18}$/.test(String(payload)) ? BigInt(String(payload).replace('+', '')) : 0n),
        ],
        OpenAPIModelName: [STRING, () => 'io.k8s.apimachinery.pkg.util.intstr.IntOrString'],
      },
      { String: '<nil>' },
    ),
  })

const ZERO_TIME = '0001-01-01T00:00:00Z'

/** The time.Time inside; null is the zero time. */
function goTime(payload: Json): Box {
  return timeOf(BigInt(parseTimestamp(typeof payload === 'string' ? payload : ZERO_TIME)) * 1_000_000_000n)
}

/** The methods of time.Time, which v1.Time embeds; only IsZero is its own and takes nil. */
function timeMethod(name: string): GoFunc | undefined {
  const method = GO_TIME.method?.(name)
  if (method === undefined) return undefined
  const call = (receiver: GoValue, ...args: GoValue[]): GoValue => {
    const payload = payloadOf(receiver)
    if (payload !== undefined) return method.call(goTime(payload), ...args)
    if (name === 'IsZero') return true
    throw new GoError(NIL_DEREFERENCE)
  }
  return { ...method, call }
}

const time = (): View =>
  structType({
    name: 'v1.Time',
    zero: null,
    json: payload => JSON.stringify(payload),
    onValue: true,
    fields: [{ name: 'Time', type: GO_TIME, get: goTime }],
    method: timeMethod,
  })

const fieldsV1 = (): View =>
  structType({
    name: 'v1.FieldsV1',
    zero: null,
    json: payload => JSON.stringify(payload),
    method: methodTable(
      { String: [STRING, payload => JSON.stringify(payload)], GetRawString: [STRING, payload => JSON.stringify(payload)] },
      { String: '<nil>' },
    ),
  })

const SPECIAL: ReadonlyMap<string, () => View> = new Map([
  ['resource.Quantity', quantity],
  ['intstr.IntOrString', intOrString],
  ['v1.Time', time],
  ['v1.FieldsV1', fieldsV1],
])
