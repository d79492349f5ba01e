// Translates functions of templates on values that depend on the pod to CEL.

import { podEntry, podItems, podScalar, podText, podTruth } from './pod-value.ts'
import type { Condition, Loop, Part, PodValue, TextValue, Value } from './symbol.ts'
import { celText, goValue, textCel } from './symbol.ts'

/** The condition that a value is true in the sense of `if`; a boolean if it is known. */
export function truthOf(value: Value, isTrue: (value: Value & { readonly kind: 'go' }) => boolean): Condition | boolean {
  switch (value.kind) {
    case 'go':
      return isTrue(value)
    case 'root':
      return true
    case 'text':
      return (
        value.parts.some(part => typeof part === 'string' && part !== '') ||
        value.isQuoted === true || { cel: `${textCel(value.parts)} != ""`, loop: value.loop }
      )
    case 'bool':
      return { cel: value.cel, loop: value.loop }
    case 'int':
      return { cel: `${value.cel} != 0`, loop: value.loop }
    case 'pod':
      return podTruth(value) ?? true
  }
}

/** The parts of a printed value; undefined if CEL cannot print it as Go does. */
export function partsOf(value: Value, print: (value: Value & { readonly kind: 'go' }) => string): readonly Part[] | undefined {
  switch (value.kind) {
    case 'go':
      return [print(value)]
    case 'text':
      return value.parts
    case 'bool':
    case 'int':
      return [{ cel: `string(${value.cel})` }]
    case 'pod':
      return podText(value)
    case 'root':
      return undefined
  }
}

/** The helpers that the functions need from the evaluation. */
export interface Context {
  /** The known value as text; undefined for other kinds. */
  readonly textOf: (value: Value) => string | undefined
  readonly partsOf: (value: Value) => readonly Part[] | undefined
  /** The truth of a value, decided for this run of the template. */
  readonly decide: (value: Value) => boolean
}

type SymbolicFunction = (args: readonly Value[], context: Context) => Value | undefined

/** The result of a function with arguments that depend on the pod; undefined if CEL has no equivalent. */
export function callSymbolic(name: string, args: readonly Value[], context: Context): Value | undefined {
  return FUNCTIONS.get(name)?.(args, context)
}

const FUNCTIONS: ReadonlyMap<string, SymbolicFunction> = new Map<string, SymbolicFunction>([
  ['eq', ([first, ...others], context) => compared(first, others, context)],
  ['ne', ([first, second], context) => negated(compared(first, second === undefined ? [] : [second], context))],
  ['lt', (args, context) => ordered('<', args, context)],
  ['le', (args, context) => ordered('<=', args, context)],
  ['gt', (args, context) => ordered('>', args, context)],
  ['ge', (args, context) => ordered('>=', args, context)],
  ['not', ([value], { decide }) => value && goValue(!decide(value))],
  ['default', ([otherwise, value], { decide }) => value && (decide(value) ? value : otherwise)],
  ['coalesce', (args, { decide }) => args.find(value => decide(value)) ?? goValue(null)],
  ['ternary', ([yes, no, value], { decide }) => value && (decide(value) ? yes : no)],
  ['empty', ([value], { decide }) => value && goValue(!decide(value))],
  ['quote', ([value], context) => quoted(value, '"', context)],
  ['squote', ([value], context) => quoted(value, "'", context)],
  ['toString', ([value], context) => text(context.partsOf(value ?? goValue('')), value)],
  ['print', (args, context) => (args.length === 1 ? text(context.partsOf(args[0] ?? goValue('')), args[0]) : undefined)],
  ['printf', ([format, ...args], context) => printed(context.textOf(format ?? goValue(null)), args, context)],
  ['index', ([value, ...keys], context) => (keys.length === 1 ? indexed(value, keys[0], context) : undefined)],
  ['get', ([value, key], context) => indexed(value, key, context)],
  [
    'len',
    ([value]) =>
      value?.kind === 'pod' && /^(?:slice|map)$/.test(value.type.kind) ? { kind: 'int', cel: `${podItems(value)}.size()`, loop: value.loop } : undefined,
  ],
  ['lower', ([value], context) => method(value, 'lowerAscii()', context)],
  ['upper', ([value], context) => method(value, 'upperAscii()', context)],
  ['trim', ([value], context) => method(value, 'trim()', context)],
  ['replace', ([from, to, value], context) => withTexts([from, to], context, ([a, b]) => method(value, `replace(${a}, ${b})`, context))],
  ['contains', ([part, value], context) => withTexts([part], context, ([a]) => test(value, `contains(${a})`, context))],
  ['hasPrefix', ([part, value], context) => withTexts([part], context, ([a]) => test(value, `startsWith(${a})`, context))],
  ['hasSuffix', ([part, value], context) => withTexts([part], context, ([a]) => test(value, `endsWith(${a})`, context))],
])

function loopOf(...values: readonly (Value | undefined)[]): Loop | undefined {
  for (const value of values) if (value !== undefined && value.kind !== 'go' && value.kind !== 'root' && value.loop !== undefined) return value.loop
  return undefined
}

function text(parts: readonly Part[] | undefined, ...from: readonly (Value | undefined)[]): TextValue | undefined {
  return parts && !from.some(value => value?.kind === 'text' && value.isQuoted) ? { kind: 'text', parts, loop: loopOf(...from) } : undefined
}

function quoted(value: Value | undefined, mark: string, { partsOf }: Context): TextValue | undefined {
  const parts = value && partsOf(value)
  if (parts === undefined || (value?.kind === 'text' && value.isQuoted)) return undefined
  // sprig's squote escapes nothing.
  const escaped = parts.map(part => (typeof part !== 'string' ? part : mark === '"' ? JSON.stringify(part).slice(1, -1) : part))
  return { kind: 'text', parts: [mark, ...escaped, mark], isQuoted: true, loop: loopOf(value) }
}

/** An operand in CEL; undefined unless both sides have the same type: text, number or boolean. */
function operand(value: Value | undefined, { textOf }: Context): { readonly type: 'text' | 'int' | 'bool'; readonly cel: string } | undefined {
  if (value === undefined) return undefined
  const scalar = value.kind === 'pod' ? podScalar(value) : value
  switch (scalar?.kind) {
    case 'go': {
      const known = textOf(scalar)
      if (known !== undefined) return { type: 'text', cel: celText(known) }
      if (typeof scalar.value === 'bigint') return { type: 'int', cel: String(scalar.value) }
      return typeof scalar.value === 'boolean' ? { type: 'bool', cel: String(scalar.value) } : undefined
    }
    case 'text':
      return scalar.isQuoted ? undefined : { type: 'text', cel: textCel(scalar.parts) }
    case 'int':
    case 'bool':
      return { type: scalar.kind, cel: scalar.cel }
    default:
      return undefined
  }
}

function compared(first: Value | undefined, others: readonly Value[], context: Context): Value | undefined {
  const left = operand(first, context)
  const rights = others.map(other => operand(other, context))
  if (left === undefined || rights.length === 0 || rights.some(right => right?.type !== left.type)) return undefined
  const cel = rights.map(right => `${left.cel} == ${right?.cel}`).join(' || ')
  return { kind: 'bool', cel: `(${cel})`, loop: loopOf(first, ...others) }
}

function negated(value: Value | undefined): Value | undefined {
  return value?.kind === 'bool' ? { ...value, cel: `!${value.cel}` } : undefined
}

function ordered(operator: string, [a, b]: readonly Value[], context: Context): Value | undefined {
  const [left, right] = [operand(a, context), operand(b, context)]
  if (left?.type !== 'int' || right?.type !== 'int') return undefined
  return { kind: 'bool', cel: `(${left.cel} ${operator} ${right.cel})`, loop: loopOf(a, b) }
}

/** The result of printf with the verbs %s, %d and %v, or %q around the whole text. */
function printed(format: string | undefined, args: readonly Value[], context: Context): Value | undefined {
  if (format === undefined) return undefined
  if (format === '%q') return quoted(args[0], '"', context)
  const parts: Part[] = []
  let next = 0
  for (const piece of format.split(/(%.)/)) {
    if (piece === '%%') parts.push('%')
    else if (/^%[svd]$/.test(piece)) {
      const value = args[next++]
      const own = value && fits(value, piece, context) ? context.partsOf(value) : undefined
      if (own === undefined) return undefined
      parts.push(...own)
    } else if (piece.startsWith('%')) return undefined
    else parts.push(piece)
  }
  return next === args.length ? text(parts, ...args) : undefined
}

function fits(value: Value, verb: string, context: Context): boolean {
  const type = operand(value, context)?.type
  return type !== undefined && (verb === '%v' || type === (verb === '%d' ? 'int' : 'text'))
}

function indexed(value: Value | undefined, key: Value | undefined, { textOf }: Context): PodValue | undefined {
  const name = key && textOf(key)
  if (value?.kind !== 'pod') return undefined
  if (name !== undefined) return podEntry(value, name)
  if (key?.kind !== 'go' || typeof key.value !== 'bigint' || value.type.kind !== 'slice') return undefined
  return { kind: 'pod', type: value.type.elem, cel: `${podItems(value)}[${key.value}]`, isOptional: false, loop: value.loop }
}

function method(value: Value | undefined, call: string, context: Context): Value | undefined {
  const own = operand(value, context)
  return own?.type === 'text' ? { kind: 'text', parts: [{ cel: `(${own.cel}).${call}` }], loop: loopOf(value) } : undefined
}

function test(value: Value | undefined, call: string, context: Context): Value | undefined {
  const own = operand(value, context)
  return own?.type === 'text' ? { kind: 'bool', cel: `(${own.cel}).${call}`, loop: loopOf(value) } : undefined
}

function withTexts(values: readonly (Value | undefined)[], context: Context, use: (texts: readonly string[]) => Value | undefined): Value | undefined {
  const texts = values.map(value => operand(value, context))
  return texts.every(own => own?.type === 'text') ? use(texts.map(own => own?.cel ?? '')) : undefined
}
