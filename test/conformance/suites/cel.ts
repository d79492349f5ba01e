// Suite `cel`: expressions and what the API server's own code makes of them: values, error texts, costs (cel/README.md says how to compare).

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type AdmissionInput,
  CONDITIONS_BUDGET,
  type Compiled,
  type Definition,
  evaluate,
  POLICY_BUDGET,
  policyEnvironments,
  webhookConditions,
} from '../../../src/lib/admission/index.ts'
import {
  CelMap,
  type CelValue,
  Duration,
  durationText,
  isList,
  Opaque,
  Optional,
  Struct,
  Timestamp,
  TypeValue,
  timestampText,
  typeText,
  Uint,
} from '../../../src/lib/cel/index.ts'
import { runCases, type Suite } from '../suite.ts'

interface Case {
  readonly name: string
  readonly group: string
  readonly expression?: string
  readonly expressionParts?: readonly (readonly [string, number])[]
  readonly variables?: string
  readonly env?: 'mutation' | 'apply' | 'jsonpatch' | 'match'
  readonly definitions?: readonly Definition[]
  readonly result?: unknown
  readonly anyOrder?: boolean
  readonly compileError?: string
  readonly evalError?: string
  readonly cost?: number
  readonly checkedType?: string
  readonly matchConditions?: readonly Definition[]
  readonly failurePolicy?: string
  readonly match?: { readonly matches: boolean; readonly failedCondition?: string; readonly error?: string }
}

/** The groups whose compile errors come out of a generated parser: only the first position counts there. */
const BY_POSITION = new Set(['syntax-errors', 'literals'])

export const suites: Record<string, Suite> = {
  cel: folder => {
    const file = join(folder, 'cel/cel.json')
    if (!existsSync(file)) return []
    const text = readFileSync(file, 'utf8')
    const { cases } = JSON.parse(text) as { cases: readonly Case[] }
    const inputs = readInputs(text)
    const check = (c: Case) => (c.match === undefined ? checkExpression(c, inputOf(c, inputs)) : checkMatch(c, inputOf(c, inputs)))
    return [runCases('cel', cases, c => c.name, check)]
  },
}

function inputOf(c: Case, inputs: ReadonlyMap<string, AdmissionInput>): AdmissionInput {
  const input = inputs.get(c.variables ?? 'none')
  if (input === undefined) throw new Error(`no variables ${c.variables}`)
  return input
}

/** The variables, with ints and doubles told apart by how they are written. */
function readInputs(text: string): ReadonlyMap<string, AdmissionInput> {
  const reviver = (_key: string, value: unknown, { source }: { source?: string } = {}): unknown =>
    typeof value === 'number' && source !== undefined ? (/[.eE]/.test(source) ? value : BigInt(source)) : value
  const { variables } = (JSON.parse as (text: string, reviver: unknown) => { variables: object })(text, reviver)
  return new Map(
    Object.entries(variables).map(([name, values]) => {
      const { object, oldObject, params, request, namespaceObject } = Object.fromEntries(
        Object.entries(values as object).map(([key, value]) => [key, celValue(value)]),
      )
      return [
        name,
        { object: object ?? null, oldObject: oldObject ?? null, params: params ?? null, request: request ?? null, namespaceObject: namespaceObject ?? null },
      ]
    }),
  )
}

function celValue(json: unknown): CelValue {
  if (typeof json !== 'object' || json === null) return json as CelValue
  if (Array.isArray(json)) return json.map(celValue)
  return CelMap.of(Object.entries(json).map(([key, value]) => [key, celValue(value)] as const))
}

function textOf({ expression, expressionParts = [] }: Case): string {
  return expression ?? expressionParts.map(([part, times]) => part.repeat(times)).join('')
}

function compile(c: Case, text: string): { compiled: Compiled; environments: ReturnType<typeof policyEnvironments> } {
  const environments = policyEnvironments({ hasParams: true, definitions: c.definitions ?? [] })
  if (c.env === 'match') return { compiled: webhookConditions(false)(text), environments }
  if (c.env === 'apply') return { compiled: environments.applyConfiguration(text), environments }
  if (c.env === 'jsonpatch') return { compiled: environments.jsonPatch(text), environments }
  if (c.env === 'mutation') return { compiled: environments.expression(text), environments }
  return { compiled: environments.plain(text), environments }
}

function checkExpression(c: Case, input: AdmissionInput): string | undefined {
  const text = textOf(c)
  const { compiled, environments } = compile(c, text)
  if (!compiled.ok)
    return c.compileError === undefined
      ? `does not compile: ${compiled.text}`
      : compareCompileError(c, compiled.text, c.compileError.replaceAll('{{expression}}', text))
  if (c.compileError !== undefined) return `compiled, but wanted ${c.compileError}`
  const { program } = compiled
  const type = typeText(program.outputType)
  if (c.checkedType !== undefined && type !== c.checkedType) return `type ${type}, wanted ${c.checkedType}`
  const outcome = evaluate(program, {
    input,
    variables: environments.variables,
    budget: { remaining: c.definitions === undefined ? Number.POSITIVE_INFINITY : POLICY_BUDGET },
  })
  if (c.cost !== undefined && outcome.cost !== c.cost) return `cost ${outcome.cost}, wanted ${c.cost}${outcome.ok ? '' : ` (${outcome.error})`}`
  if (c.evalError !== undefined)
    return !outcome.ok && outcome.error === c.evalError ? undefined : `${outcome.ok ? 'a value' : outcome.error}, wanted the error ${c.evalError}`
  if (!outcome.ok) return `failed: ${outcome.error}, wanted ${JSON.stringify(c.result)}`
  const got = canonical(shown(outcome.value), c.anyOrder === true)
  const want = canonical(c.result, c.anyOrder === true)
  return got === want ? undefined : `${got}, wanted ${want}`
}

function compareCompileError({ group }: Case, got: string, wanted: string): string | undefined {
  const expanded = wanted.replace(/\{\{"\."\*(\d+)\}\}/g, (_, times: string) => '.'.repeat(Number(times)))
  if (got === expanded) return undefined
  const place = (text: string): string | undefined => /^ERROR: <input>:(-?\d+:\d+)/.exec(text)?.[1]
  const fromParser = BY_POSITION.has(group) || expanded.split('\n')[0]?.includes('Syntax error') === true
  if (fromParser && place(got) !== undefined && place(got) === place(expanded)) return undefined
  return `compile error\n    ${got}\n    wanted\n    ${expanded}`
}

function checkMatch(c: Case, input: AdmissionInput): string | undefined {
  const budget = { remaining: CONDITIONS_BUDGET }
  const errors: string[] = []
  let failed: string | undefined
  for (const { name, expression } of c.matchConditions ?? []) {
    const compiled = webhookConditions(false)(expression)
    if (!compiled.ok) {
      errors.push(`compilation error: ${compiled.text.startsWith('ERROR') ? 'compilation failed: ' : ''}${compiled.text}`)
      continue
    }
    const outcome = evaluate(compiled.program, { input: { ...input, namespaceObject: null }, budget })
    if (!outcome.ok && outcome.outOfBudget === true) errors.splice(0, errors.length, outcome.error)
    if (!outcome.ok && outcome.outOfBudget === true) break
    if (!outcome.ok) errors.push(`expression '${expression}' resulted in error: ${outcome.error}`)
    else if (outcome.value === false) failed ??= name
  }
  const got = {
    matches: failed === undefined && errors.length === 0,
    failedCondition: failed,
    error: failed === undefined && c.failurePolicy === 'Fail' ? joined(errors) : undefined,
  }
  const want = { matches: c.match?.matches, failedCondition: c.match?.failedCondition, error: c.match?.error }
  return JSON.stringify(got) === JSON.stringify(want) ? undefined : `${JSON.stringify(got)}, wanted ${JSON.stringify(want)}`
}

function joined(errors: readonly string[]): string | undefined {
  return errors.length < 2 ? errors[0] : `[${errors.join(', ')}]`
}

/** A value in the form of the file. */
function shown(value: CelValue): unknown {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return { int: value.toString() }
  if (typeof value === 'number') return { double: Number.isFinite(value) ? value : String(value) }
  if (typeof value === 'string') return { string: value }
  if (value instanceof Uint) return { uint: value.value.toString() }
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') }
  if (value instanceof Timestamp) return { timestamp: timestampText(value) }
  if (value instanceof Duration) return { duration: durationText(value) }
  if (value instanceof TypeValue) return { type: value.name }
  if (value instanceof Optional) return { optional: value.value === undefined ? null : shown(value.value) }
  if (isList(value)) return value.map(shown)
  if (value instanceof CelMap) return { map: [...value.entries()].map(([key, item]) => [shown(key), shown(item)]) }
  if (value instanceof Opaque) return { [OPAQUE[value.type] ?? value.type]: value.text }
  if (value instanceof Struct) return shownStruct(value)
  return String(value)
}

const OPAQUE: Readonly<Record<string, string>> = {
  'kubernetes.Quantity': 'quantity',
  'net.IP': 'ip',
  'net.CIDR': 'cidr',
  'kubernetes.URL': 'url',
  'kubernetes.Semver': 'semver',
  'kubernetes.NamedFormat': 'format',
}

function shownStruct({ type, fields }: Struct): unknown {
  if (type === 'JSONPatch') {
    const texts = ['op', 'path', 'from'].filter(name => fields.has(name)).map(name => [name, fields.get(name)])
    return { jsonPatch: Object.fromEntries([...texts, ...(fields.has('value') ? [['value', shown(fields.get('value') ?? null)]] : [])]) }
  }
  return { object: { type, fields: Object.fromEntries([...fields].map(([name, value]) => [name, shown(value)])) } }
}

/** A text in which order does not count where it does not in the value. */
function canonical(shownValue: unknown, anyOrder: boolean): string {
  const write = (value: unknown): string => {
    if (Array.isArray(value)) return `[${anyOrder ? value.map(write).sort().join() : value.map(write).join()}]`
    if (typeof value === 'number' && Object.is(value, -0)) return '-0.0'
    if (typeof value !== 'object' || value === null) return JSON.stringify(value)
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([key, item]) => `${key}:${key === 'map' && Array.isArray(item) ? item.map(write).sort().join() : write(item)}`).join()}}`
  }
  return write(shownValue)
}
