// CEL's macros over lists and maps with one or two variables, `has`, and those of optional values (cel-spec, and the two-variable comprehensions
// of cel-go that Kubernetes has).

import { type Environment, Optional } from '@marcbachmann/cel-js'
import { countIteration, countValue, isSpent } from './steps.ts'

/** The parts of the library's tree and evaluator that a macro works with; its declarations leave them out. */
interface Node {
  readonly op: string
  readonly args: unknown
}
interface Type {
  readonly kind: string
  readonly name: string
  readonly keyType?: Type
  readonly valueType?: Type
  isDynOrBool(): boolean
}
interface Context {
  forkWithVariable(name: string, type: Type): Context
  reuse(parent: Context): Context
  setIterValue(value: unknown, evaluator: Evaluator): Context
}
interface Checker {
  check(node: Node, context: Context): Type
  getType(name: string): Type
}
interface Evaluator {
  run(node: Node, context: Context): unknown
}
interface Call {
  readonly args: readonly Node[]
  readonly receiver: Node
}

export function registerMacros(env: Environment): void {
  env.registerFunction('__has(ast): bool', hasMacro)
  for (const receiver of ['list', 'map']) {
    for (const name of ['all', 'exists', 'exists_one', 'existsOne'] as const) {
      const quantifier = name === 'existsOne' ? 'exists_one' : name
      if (name !== 'existsOne') env.registerFunction(`${receiver}.__${name}(ast, ast): bool`, comprehension(1, quantifier))
      // The rewriting does not count arguments.
      env.registerFunction(`${receiver}.${name === 'existsOne' ? '' : '__'}${name}(ast, ast, ast): bool`, comprehension(2, quantifier))
    }
    env.registerFunction(`${receiver}.__filter(ast, ast): list<dyn>`, comprehension(1, 'filter'))
    env.registerFunction(`${receiver}.__map(ast, ast): list<dyn>`, comprehension(1, 'map'))
    env.registerFunction(`${receiver}.__map(ast, ast, ast): list<dyn>`, comprehension(1, 'map'))
    env.registerFunction(`${receiver}.transformList(ast, ast, ast): list<dyn>`, comprehension(2, 'map'))
    env.registerFunction(`${receiver}.transformList(ast, ast, ast, ast): list<dyn>`, comprehension(2, 'map'))
    env.registerFunction(`${receiver}.transformMap(ast, ast, ast): map<dyn, dyn>`, comprehension(2, 'transformMap'))
    env.registerFunction(`${receiver}.transformMap(ast, ast, ast, ast): map<dyn, dyn>`, comprehension(2, 'transformMap'))
  }
  for (const type of CONVERSIONS) env.registerFunction(`__${type}(${type}): ${type}`, (value: unknown) => value)
  env.registerFunction(
    'optional.optMap(ast, ast): optional<dyn>',
    optionalMacro(
      (value: unknown) => Optional.of(value),
      type => `optional<${type}>`,
    ),
  )
  env.registerFunction(
    'optional.optFlatMap(ast, ast): optional<dyn>',
    optionalMacro(
      (value: unknown) => value,
      type => type,
    ),
  )
}

type Kind = 'all' | 'exists' | 'exists_one' | 'filter' | 'map' | 'transformMap'

/** Variables first, then perhaps a filter, then the expression. */
function comprehension(variables: 1 | 2, kind: Kind) {
  return ({ args, receiver }: Call) => {
    const names = args.slice(0, variables).map(identifier)
    const last = args.at(-1) as Node
    const filter = args.length === variables + 2 ? args.at(-2) : undefined
    let contexts: Context[] = []
    return {
      async: false,
      typeCheck(checker: Checker, _macro: unknown, context: Context): Type {
        const [key, value] = iterationTypes(checker.check(receiver, context), variables, checker)
        contexts = []
        let inner = context
        names.forEach((name, i) => {
          inner = inner.forkWithVariable(name, i === 0 && variables === 2 ? key : value)
          contexts.push(inner)
        })
        if (filter !== undefined) requireBool(checker.check(filter, inner))
        const type = checker.check(last, inner)
        if (kind === 'map') return checker.getType(`list<${type.name}>`)
        if (kind === 'filter') return checker.getType(`list<${value.name}>`)
        if (kind === 'transformMap') return checker.getType(`map<${key.name}, ${type.name}>`)
        requireBool(type)
        return checker.getType('bool')
      },
      evaluate(evaluator: Evaluator, _macro: unknown, context: Context): unknown {
        const entries = entriesOf(evaluator.run(receiver, context), variables)
        const bind = (entry: readonly [unknown, unknown]): Context => {
          countIteration()
          let inner = context
          contexts.forEach((own, i) => {
            inner = own.reuse(inner).setIterValue(i === 0 && variables === 2 ? entry[0] : entry[1], evaluator)
          })
          return inner
        }
        const passes = (inner: Context): boolean => filter === undefined || bool(evaluator.run(filter, inner))
        return collect(kind, entries, entry => {
          const inner = bind(entry)
          if (!passes(inner)) return undefined
          const value = evaluator.run(last, inner)
          if (kind === 'map' || kind === 'transformMap') countValue(value)
          return { value }
        })
      },
    }
  }
}

type Step = (entry: readonly [unknown, unknown]) => { readonly value: unknown } | undefined

function collect(kind: Kind, entries: readonly (readonly [unknown, unknown])[], step: Step): unknown {
  switch (kind) {
    case 'all':
      return quantify(entries, step, false)
    case 'exists':
      return quantify(entries, step, true)
    case 'exists_one':
      return entries.filter(entry => bool(step(entry)?.value)).length === 1
    case 'filter':
      return entries.filter(entry => bool(step(entry)?.value)).map(([, value]) => value)
    case 'map':
      return entries.flatMap(entry => {
        const result = step(entry)
        return result === undefined ? [] : [result.value]
      })
    case 'transformMap': {
      const map = new Map<unknown, unknown>()
      for (const entry of entries) {
        const result = step(entry)
        if (result !== undefined) map.set(entry[0], result.value)
      }
      return map
    }
  }
}

/** As `||` over all entries, or `&&`: one that decides outweighs those that fail. */
function quantify(entries: readonly (readonly [unknown, unknown])[], step: Step, decisive: boolean): boolean {
  let failure: unknown
  for (const entry of entries) {
    try {
      if (bool(step(entry)?.value) === decisive) return decisive
    } catch (error) {
      failure ??= error
    }
    // A spent budget is no failure of one entry.
    if (isSpent()) break
  }
  if (failure !== undefined) throw failure
  return !decisive
}

/** Key and value; a list's keys are its indexes, and with one variable a map is its keys. */
function entriesOf(collection: unknown, variables: 1 | 2): readonly (readonly [unknown, unknown])[] {
  if (Array.isArray(collection)) return collection.map((value, i) => [BigInt(i), value])
  const entries = collection instanceof Map ? [...collection] : undefined
  if (entries === undefined) {
    if (typeof collection === 'object' && collection !== null && Object.getPrototypeOf(collection) === Object.prototype) {
      return entriesOf(new Map(Object.entries(collection)), variables)
    }
    throw new Error(`got '${collection === null ? 'null' : typeof collection}', expected iterable type`)
  }
  return variables === 2 ? entries : entries.map(([key]) => [key, key])
}

function iterationTypes(type: Type, variables: 1 | 2, checker: Checker): [Type, Type] {
  const dyn = checker.getType('dyn')
  // The elements of `[]` have no type yet.
  const known = (inner: Type | undefined): Type => (inner === undefined || inner.kind === 'param' ? dyn : inner)
  if (type.kind === 'list') return [checker.getType('int'), known(type.valueType)]
  if (type.kind === 'map') return [known(type.keyType), variables === 2 ? known(type.valueType) : known(type.keyType)]
  if (type.kind === 'dyn') return [dyn, dyn]
  throw new Error(`expression of type '${type.name}' cannot be range of a comprehension (must be list, map, or dynamic)`)
}

function identifier(node: Node): string {
  if (node.op !== 'id' || typeof node.args !== 'string') throw new Error('argument must be a simple name')
  return node.args
}

function requireBool(type: Type): void {
  if (!type.isDynOrBool()) throw new Error(`expected type 'bool' but found '${type.name}'`)
}

function bool(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new Error('no such overload')
  return value
}

function hasMacro({ args: [argument] }: { readonly args: readonly Node[] }) {
  if (argument?.op !== '.') throw new Error('invalid argument to has() macro')
  const [operand, field] = argument.args as [Node, string]
  return {
    async: false,
    typeCheck(checker: Checker, _macro: unknown, context: Context): Type {
      // Finds also a field that a message does not have.
      checker.check(argument, context)
      return checker.getType('bool')
    },
    evaluate(evaluator: Evaluator, _macro: unknown, context: Context): boolean {
      return hasField(evaluator.run(operand, context), field)
    },
  }
}

function hasField(value: unknown, field: string): boolean {
  if (value instanceof Optional) return value.hasValue() && hasField(value.value(), field)
  // Of null nothing is known, and the API server's `oldObject` is often null.
  if (value === null) return false
  if (value instanceof Map) return value.get(field) !== undefined
  if (typeof value === 'object') return Object.hasOwn(value, field)
  throw new Error('no such overload')
}

function optionalMacro(wrap: (value: unknown) => unknown, wrapType: (type: string) => string) {
  return ({ args: [variable, expression], receiver }: Call) => {
    if (variable === undefined || expression === undefined) throw new Error('optMap needs a variable and an expression')
    const name = identifier(variable)
    if (isUntyped(receiver)) fixConversions(expression, name)
    let inner: Context
    return {
      async: false,
      typeCheck(checker: Checker, _macro: unknown, context: Context): Type {
        const optional = checker.check(receiver, context)
        if (optional.kind !== 'optional' && optional.kind !== 'dyn') throw new Error(`optMap on '${optional.name}', which is no optional`)
        inner = context.forkWithVariable(name, optional.valueType ?? checker.getType('dyn'))
        const type = checker.check(expression, inner)
        return type.kind === 'dyn' ? checker.getType('optional') : checker.getType(wrapType(type.name))
      },
      evaluate(evaluator: Evaluator, _macro: unknown, context: Context): unknown {
        const optional = evaluator.run(receiver, context)
        if (!(optional instanceof Optional)) throw new Error('no such overload')
        if (!optional.hasValue()) return optional
        const value = evaluator.run(expression, inner.reuse(context).setIterValue(optional.value(), evaluator))
        countValue(value)
        return wrap(value)
      },
    }
  }
}

/** `a.?b[?c]`: of an optional map that is only known at run time cel-go's checker leaves the value's type open. */
function isUntyped(node: Node): boolean {
  const isOptional = (op: string): boolean => op === '.?' || op === '[?]'
  return node.op === '[?]' && isOptional((node.args as readonly Node[])[0]?.op ?? '')
}

/** The first use of such a value fixes its type, and in `int(w)` the first overload is that of an int: what is no int is refused there. */
function fixConversions(node: unknown, name: string): void {
  if (Array.isArray(node)) {
    for (const child of node) fixConversions(child, name)
    return
  }
  if (!isNode(node)) return
  if (node.op === 'call') {
    const call = node.args as [string, readonly Node[]]
    const [argument] = call[1]
    if (CONVERSIONS.includes(call[0]) && call[1].length === 1 && argument?.op === 'id' && argument.args === name) call[0] = `__${call[0]}`
  }
  fixConversions(node.args, name)
}

const CONVERSIONS = ['int', 'uint', 'double', 'string', 'bool']

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value
}
