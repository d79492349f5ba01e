// Suite `cel-spec`: the CEL specification's own tests (google/cel-spec, as @bufbuild/cel-spec has them) with the functions that Kubernetes enables. What
// needs something that Kubernetes does not have is not run, and counted by reason; where its dialect differs, known-failures.json says how.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  BOOL,
  CelMap,
  type CelType,
  type CelValue,
  createEnvironment,
  Duration,
  DYN,
  durationText,
  INT,
  isList,
  KUBERNETES_FUNCTIONS,
  listOf,
  mapOf,
  Optional,
  STRING,
  structType,
  TIMESTAMP,
  Timestamp,
  TypeValue,
  timestampText,
  typeText,
  Uint,
} from '../../../src/lib/cel/index.ts'
import { BYTES, DOUBLE, NULL, optionalOf, UINT } from '../../../src/lib/cel/type.ts'
import { runCases, type Suite } from '../suite.ts'

/** The form of the package's data: suites in suites. */
interface SpecSuite {
  readonly name: string
  readonly suites?: readonly SpecSuite[]
  readonly tests?: readonly { readonly original: Original }[]
}

/** A test in the JSON form of `cel.expr.conformance.test.SimpleTest`. */
interface Original {
  readonly name?: string
  readonly expr: string
  readonly container?: string
  readonly disableCheck?: boolean
  readonly checkOnly?: boolean
  readonly typeEnv?: readonly { readonly name: string; readonly ident?: { readonly type: TypeJson }; readonly function?: object }[]
  readonly bindings?: Readonly<Record<string, { readonly value?: ValueJson }>>
  readonly value?: ValueJson
  readonly typedResult?: { readonly result?: ValueJson; readonly deducedType?: TypeJson }
  readonly evalError?: object
}

interface TypeJson {
  readonly primitive?: string
  readonly wellKnown?: string
  readonly wrapper?: string
  readonly dyn?: object
  readonly null?: unknown
  readonly abstractType?: { readonly parameterTypes?: readonly TypeJson[] }
  readonly listType?: { readonly elemType?: TypeJson }
  readonly mapType?: { readonly keyType?: TypeJson; readonly valueType?: TypeJson }
  readonly messageType?: string
}

interface ValueJson {
  readonly int64Value?: string
  readonly uint64Value?: string
  readonly doubleValue?: number | string
  readonly stringValue?: string
  readonly bytesValue?: string
  readonly boolValue?: boolean
  readonly nullValue?: unknown
  readonly typeValue?: string
  readonly listValue?: { readonly values?: readonly ValueJson[] }
  readonly mapValue?: { readonly entries?: readonly { readonly key: ValueJson; readonly value: ValueJson }[] }
  readonly objectValue?: { readonly '@type'?: string; readonly value?: unknown }
}

interface Test {
  /** `macros/exists/list_elem_some_true`. */
  readonly name: string
  readonly original: Original
}

const PACKAGE = '@bufbuild/cel-spec'
const installed = existsSync(join(import.meta.dirname, '../../../node_modules', PACKAGE))
const spec: SpecSuite | undefined = installed ? (await import(`${PACKAGE}/testdata/conformance.js`)).tests : undefined

export const suites: Record<string, Suite> = {
  'cel-spec': () => {
    if (spec === undefined) return [{ ...runCases('cel-spec', [], String, () => undefined), notes: [`skipped: ${PACKAGE} is not installed`] }]
    const all = (spec.suites ?? []).flatMap(suite => testsIn(suite, suite.name))
    const applicable = all.filter(test => notApplicable(test) === undefined)
    const notes = [...new Set(all.map(notApplicable))].flatMap(reason =>
      reason === undefined ? [] : [`not run: ${all.filter(test => notApplicable(test) === reason).length}: ${reason}`],
    )
    return [{ ...runCases('cel-spec', applicable, ({ name }) => name, check), notes }]
  },
}

function testsIn({ suites: inner = [], tests: own = [] }: SpecSuite, path: string): Test[] {
  const below = inner.flatMap(suite => testsIn(suite, `${path}/${suite.name}`))
  return [...below, ...own.map(({ original }) => ({ name: `${path}/${original.name}`, original }))]
}

const LIBRARIES: ReadonlySet<string> = new Set(['bindings_ext', 'block_ext', 'encoders_ext', 'math_ext', 'proto2_ext'])

/** Why a test does not concern Kubernetes' dialect. */
function notApplicable({ name, original }: Test): string | undefined {
  const text = JSON.stringify(original)
  if (LIBRARIES.has(name.slice(0, name.indexOf('/')))) return 'a library that Kubernetes does not enable'
  if (/TestAll|cel\.expr\.conformance/.test(text)) return 'a message type or enum of the tests'
  if (original.typeEnv?.some(declared => declared.function !== undefined)) return 'a function that the test declares'
  if (original.disableCheck === true) return 'no type check, which Kubernetes always does'
  if (original.container !== undefined) return 'a container of names, which Kubernetes does not set'
  return /"@type"/.test(JSON.stringify(original.bindings ?? {})) ? 'a variable that holds a wrapper message' : undefined
}

function check({ original }: Test): string | undefined {
  const { expr, typeEnv = [], typedResult, evalError, bindings = {}, checkOnly, value } = original
  const variables = typeEnv.flatMap(({ name, ident }): [string, CelType][] => (ident === undefined ? [] : [[name, typeOf(ident.type)]]))
  const compiled = createEnvironment({ variables, functions: KUBERNETES_FUNCTIONS }).compile(expr)
  // The check finds some errors before the evaluation would.
  if (!compiled.ok) return evalError === undefined ? `does not compile: ${compiled.issues[0]?.message}` : undefined
  const type = typeText(compiled.program.outputType)
  const wanted = typedResult?.deducedType && typeText(typeOf(typedResult.deducedType))
  if (wanted !== undefined && type !== wanted) return `type ${type}, wanted ${wanted}`
  if (checkOnly === true) return undefined
  const outcome = compiled.program.run(new Map(Object.entries(bindings).map(([name, bound]) => [name, celValue(bound.value ?? {})])))
  if (!outcome.ok) return evalError === undefined ? `failed: ${outcome.error}` : undefined
  if (evalError !== undefined) return `${textOf(outcome.value)}, wanted an error`
  const [got, want] = [outcome.value, celValue(value ?? typedResult?.result ?? { boolValue: true })].map(textOf)
  return got === want ? undefined : `${got}, wanted ${want}`
}

const PRIMITIVES: ReadonlyMap<string, CelType> = new Map([BOOL, INT, UINT, DOUBLE, STRING, BYTES].map(type => [type.name, type]))

function typeOf({ primitive, wellKnown, listType, mapType, messageType, abstractType, null: nothing }: TypeJson): CelType {
  if (nothing !== undefined) return NULL
  // The only one in the tests is optional_type.
  if (abstractType !== undefined) return optionalOf(typeOf(abstractType.parameterTypes?.[0] ?? {}))
  if (primitive !== undefined) return PRIMITIVES.get(primitive.toLowerCase().replace('64', '')) ?? structType(primitive)
  if (wellKnown === 'TIMESTAMP') return TIMESTAMP
  if (listType !== undefined) return listOf(typeOf(listType.elemType ?? {}))
  if (mapType !== undefined) return mapOf(typeOf(mapType.keyType ?? {}), typeOf(mapType.valueType ?? {}))
  return messageType === undefined ? DYN : structType(messageType)
}

function celValue(json: ValueJson): CelValue {
  if (json.int64Value !== undefined) return BigInt(json.int64Value)
  if (json.uint64Value !== undefined) return new Uint(BigInt(json.uint64Value))
  if (json.doubleValue !== undefined) return Number(json.doubleValue)
  if (json.bytesValue !== undefined) return new Uint8Array(Buffer.from(json.bytesValue, 'base64'))
  if (json.typeValue !== undefined) return new TypeValue(json.typeValue)
  if (json.listValue !== undefined) return (json.listValue.values ?? []).map(celValue)
  if (json.mapValue !== undefined) return CelMap.of((json.mapValue.entries ?? []).map(({ key, value }) => [celValue(key), celValue(value)] as const))
  if (json.objectValue !== undefined) return objectOf(json.objectValue)
  return json.stringValue ?? json.boolValue ?? null
}

/** A message that has a CEL type of its own, by what JSON writes for it. */
function objectOf({ '@type': url = '', value }: NonNullable<ValueJson['objectValue']>): CelValue {
  const type = url.slice(url.lastIndexOf('/') + 1)
  if (type !== 'google.protobuf.Duration' && type !== 'google.protobuf.Timestamp') return `${type} ${JSON.stringify(value)}`
  const outcome = createEnvironment({ variables: [], functions: KUBERNETES_FUNCTIONS }).compile(`${type.slice(16).toLowerCase()}("${value}")`)
  const made = outcome.ok ? outcome.program.run(new Map()) : undefined
  return made?.ok === true ? made.value : `${type} ${value}`
}

/** A text in which equal values of one kind are alike, and no others. */
function textOf(value: CelValue): string {
  if (value instanceof CelMap)
    return `{${Array.from(value.entries(), entry => entry.map(textOf).join(': '))
      .sort()
      .join(', ')}}`
  if (isList(value)) return `[${value.map(textOf).join(', ')}]`
  if (typeof value === 'number') return `double ${Object.is(value, -0) ? '-0' : value}`
  if (value instanceof Uint) return `${value.value}u`
  if (value instanceof Timestamp) return `timestamp ${timestampText(value)}`
  if (value instanceof Duration) return `duration ${durationText(value)}`
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`
  if (value instanceof TypeValue) return `type ${value.name}`
  if (value instanceof Optional) return value.value === undefined ? 'none' : `optional ${textOf(value.value)}`
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
