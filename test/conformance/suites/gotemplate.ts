// Suite gotemplate: templates with Go's own functions and a few test functions, over plain data (gotemplate.json).

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sprint, sprintf } from '../../../src/lib/go/fmt.ts'
import {
  ANY,
  BOOL,
  Box,
  ERROR,
  FLOAT64,
  GoError,
  type GoFunc,
  type GoType,
  type GoValue,
  INT,
  INT64,
  LIST,
  MAP,
  STRING,
  STRINGS,
  UINT,
} from '../../../src/lib/template/index.ts'
import { checkGoCase, type GoCase } from '../go-data.ts'
import { runCases, type Suite } from '../suite.ts'

export const suites: Record<string, Suite> = {
  gotemplate: folder => {
    const file = join(folder, 'gotemplate.json')
    if (!existsSync(file)) return []
    const { cases = [] } = JSON.parse(readFileSync(file, 'utf8')) as { cases?: GoCase[] }
    return [
      runCases(
        'gotemplate',
        cases,
        c => c.name,
        c => checkGoCase(c, FUNCTIONS),
      ),
    ]
  },
}

const func = (params: readonly GoType[], result: GoType, call: (...args: never[]) => GoValue): GoFunc => ({ params, result, call: call as GoFunc['call'] })
const variadic = (params: readonly GoType[], result: GoType, call: (...args: never[]) => GoValue): GoFunc => ({ ...func(params, result, call), variadic: true })
const value = (name: string, f: GoFunc): Box => new Box(functionType(name), f)

function functionType(name: string): GoType {
  return { kind: 'func', name }
}

const SOME_FUNCTION = functionType('func')
const joined = (separator: string, ...texts: string[]): string => texts.join(separator)

function failWith(message: string): never {
  throw new GoError(message)
}

/** A list or map as the wanted type has it: a nil one is a Box that holds null. */
function described(kind: string, x: GoValue): string {
  const payload = x instanceof Box ? x.value : x
  const size = Array.isArray(payload) ? payload.length : payload instanceof Map ? payload.size : 0
  return `${kind}:${size}:${payload === null}`
}

// biome-ignore format: a table
const FUNCTIONS: ReadonlyMap<string, GoFunc> = new Map([
  ['adder', func([INT], SOME_FUNCTION, (base: bigint) => value('func(int) int', func([INT], INT, (x: bigint) => base + x)))],
  ['boom', func([STRING], STRING, (message: string) => failWith(message))],
  ['countAny', variadic([LIST], INT, (...xs: GoValue[]) => BigInt(xs.length))],
  ['emptyErr', func([], ERROR, () => null)],
  ['fail', func([STRING], STRING, (message: string) => failWith(message))],
  ['failIf', func([BOOL, ANY], ANY, (b: boolean, x: GoValue) => (b ? failWith('failIf: true') : x))],
  ['failer', func([], SOME_FUNCTION, () => value('func() (string, error)', func([], STRING, () => failWith('failer: no'))))],
  ['ident', func([ANY], ANY, (x: GoValue) => x)],
  ['joinAll', variadic([STRING, STRINGS], STRING, joined)],
  ['joiner', func([], SOME_FUNCTION, () => value('func(string, ...string) string', variadic([STRING, STRINGS], STRING, joined)))],
  ['mapLen', func([], SOME_FUNCTION, () => value('func(map[string]interface {}) int', func([MAP], INT, (x: GoValue) => BigInt(x instanceof Map ? x.size : 0))))],
  ['mklist', variadic([LIST], LIST, (...xs: GoValue[]) => xs)],
  ['mkmap', variadic([LIST], MAP, (...kv: GoValue[]) => new Map(kv.flatMap((key, i): [GoValue, GoValue][] => (i % 2 === 0 ? [[sprint(key), kv[i + 1] ?? null]] : []))))],
  ['mkstrings', variadic([STRINGS], STRINGS, (...xs: string[]) => new Box(STRINGS, xs))],
  ['nilany', func([], ANY, () => null)],
  ['nilmap', func([], MAP, () => new Box(MAP, null))],
  ['toUint', func([INT], UINT, (x: bigint) => new Box(UINT, BigInt.asUintN(64, x)))],
  ['wantAny', func([ANY], STRING, (x: GoValue) => sprintf('any:%v:%T', x, x))],
  ['wantBool', func([BOOL], STRING, (x: boolean) => `bool:${x}`)],
  ['wantFloat', func([FLOAT64], STRING, (x: number) => sprintf('float64:%v', x))],
  ['wantInt', func([INT], STRING, (x: bigint) => `int:${x}`)],
  ['wantInt64', func([INT64], STRING, (x: GoValue) => sprintf('int64:%d', x))],
  ['wantList', func([LIST], STRING, (x: GoValue) => described('list', x))],
  ['wantMap', func([MAP], STRING, (x: GoValue) => described('map', x))],
  ['wantString', func([STRING], STRING, (x: string) => `string:${x}`)],
  ['wantUint', func([UINT], STRING, (x: GoValue) => sprintf('uint:%d', x))],
])
