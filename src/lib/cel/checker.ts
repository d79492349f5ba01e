// Assigns a type to every node, as cel-go's checker does, with its error messages (google/cel-spec, doc/langdef.md, "Gradual Type Checking").

import { assignable, assignableAll, Bindings, mostGeneral } from './assignable.ts'
import { type Call, type Expr, type Fold, type Ident, type ListLiteral, type MapLiteral, type Message, qualifiedName, type Select } from './ast.ts'
import { type Checked, type CheckedCall, typeOfConstant } from './checked.ts'
import { type Declarations, lookUpName, type StructDeclaration } from './environment.ts'
import type { FunctionDeclaration, Overload } from './function.ts'
import { type Issue, placeOf, sortIssues } from './source.ts'
import { BOOL, type CelType, DYN, ERROR, INT, insideOptional, isOpen, listOf, mapOf, optionalOf, sameType, typeInMessage, typeParameter } from './type.ts'

/** Checks a tree; the issues are those of cel-go, in order of their places. */
export function check(text: string, expr: Expr, declarations: Declarations): Checked | { readonly issues: readonly Issue[] } {
  const checker = new Checker(text, declarations)
  checker.check(expr)
  if (checker.issues.length > 0) return { issues: sortIssues(checker.issues) }
  return { types: checker.resolvedTypes(), names: checker.names, overloads: checker.overloads }
}

class Checker {
  readonly issues: Issue[] = []
  readonly names = new Map<Expr, string>()
  readonly overloads = new Map<Expr, CheckedCall>()
  readonly #types = new Map<Expr, CelType>()
  readonly #text: string
  readonly #declarations: Declarations
  readonly #scopes: [string, CelType][] = []
  readonly #bindings = new Bindings()
  #parameters = 0

  constructor(text: string, declarations: Declarations) {
    this.#text = text
    this.#declarations = declarations
  }

  resolvedTypes(): Map<Expr, CelType> {
    return new Map([...this.#types].map(([expr, type]) => [expr, this.#bindings.resolve(type, true)]))
  }

  check(expr: Expr): CelType {
    const type = this.#typeOf(expr)
    this.#types.set(expr, type)
    return type
  }

  #typeOf(expr: Expr): CelType {
    switch (expr.kind) {
      case 'constant':
        return typeOfConstant(expr.value)
      case 'ident':
        return this.#ident(expr)
      case 'select':
        return this.#select(expr)
      case 'call':
        return this.#call(expr)
      case 'list':
        return this.#list(expr)
      case 'map':
        return this.#map(expr)
      case 'message':
        return this.#message(expr)
      case 'fold':
        return this.#fold(expr)
      case 'broken':
        return ERROR
    }
  }

  #fail(message: string, at: number): CelType {
    this.issues.push({ ...placeOf(this.#text, at), message })
    return ERROR
  }

  #mismatch({ at }: Expr, wanted: CelType, found: CelType): CelType {
    return this.#fail(`expected type '${typeInMessage(wanted)}' but found '${typeInMessage(found)}'`, at)
  }

  #undeclared(name: string, at: number): CelType {
    return this.#fail(`undeclared reference to '${name}' (in container '')`, at)
  }

  #fresh(): CelType {
    return typeParameter(`_var${this.#parameters++}`)
  }

  /** Binds type parameters where the answer is yes. */
  #assignable(from: CelType, to: CelType): boolean {
    return this.#bindings.attempt(() => assignable(this.#bindings, from, to))
  }

  /** A name's type; a variable of a loop goes before all others. */
  #named(expr: Expr, name: string): CelType | undefined {
    const local = this.#scopes.findLast(([variable]) => variable === name)
    const type = local?.[1] ?? lookUpName(this.#declarations, name)?.type
    if (type !== undefined) this.names.set(expr, name)
    return type
  }

  #ident(expr: Ident): CelType {
    return this.#named(expr, expr.name) ?? this.#undeclared(expr.name, expr.at)
  }

  #select(expr: Select): CelType {
    const name = qualifiedName(expr)
    const named = name === undefined || this.#scopes.some(([variable]) => name.startsWith(`${variable}.`)) ? undefined : this.#named(expr, name)
    if (named !== undefined) return named
    const type = this.#field(expr)
    return expr.mode === 'presence' ? BOOL : this.#bindings.resolve(type, false)
  }

  #field({ operand, field, mode, at }: Select): CelType {
    const operandType = this.#bindings.resolve(this.check(operand), false)
    const inside = insideOptional(operandType)
    const target = inside ?? operandType
    const type = this.#fieldOf(target, field, at)
    return inside !== undefined || mode === 'optional' ? optionalOf(type) : type
  }

  #fieldOf(target: CelType, field: string, at: number): CelType {
    switch (target.kind) {
      case 'map':
        return target.parameters[1] ?? DYN
      case 'struct':
        return this.#structField(target.name, field, at) ?? ERROR
      case 'parameter':
        this.#assignable(DYN, target)
        return DYN
      default:
        if (!isOpen(target)) this.#fail(`type '${typeInMessage(target)}' does not support field selection`, at)
        return DYN
    }
  }

  #structField(struct: string, field: string, at: number): CelType | undefined {
    const declaration = this.#declarations.struct(struct)
    if (declaration === undefined) this.#fail(`unexpected failed resolution of '${struct}'`, at)
    const type = declaration?.field(field)
    if (declaration !== undefined && type === undefined) this.#fail(`undefined field '${field}'`, at)
    return type
  }

  #call(expr: Call): CelType {
    const { name, target, args, at } = expr
    const argTypes = args.map(arg => this.check(arg))
    if (target === undefined) {
      const declaration = this.#declarations.functions.get(name.startsWith('.') ? name.slice(1) : name)
      return declaration === undefined ? this.#undeclared(name, at) : this.#resolve(expr, declaration, argTypes)
    }
    const prefix = qualifiedName(target)
    const qualified = prefix === undefined ? undefined : this.#declarations.functions.get(`${prefix.replace(/^\./, '')}.${name}`)
    if (qualified !== undefined) return this.#resolve(expr, qualified, argTypes)
    const targetType = this.check(target)
    const declaration = this.#declarations.functions.get(name)
    if (declaration === undefined) return this.#undeclared(name, at)
    return this.#resolve(expr, declaration, [targetType, ...argTypes], true)
  }

  #resolve(expr: Call, declaration: FunctionDeclaration, types: readonly CelType[], isMethod: boolean = false): CelType {
    if (declaration.name === '_&&_' || declaration.name === '_||_') return this.#logical(expr, declaration, types)
    const matching: Overload[] = []
    let result: CelType | undefined
    for (const overload of declaration.overloads) {
      if (overload.isMethod !== isMethod) continue
      const found = this.#matchOverload(overload, types)
      if (found === undefined) continue
      matching.push(overload)
      if (result === undefined) result = found
      else if (result.kind !== 'dyn' && !sameType(found, result)) result = DYN
    }
    if (result === undefined) return this.#noOverload(expr, declaration.name, { types, isMethod })
    this.overloads.set(expr, { declaration, overloads: matching, isMethod })
    return result
  }

  #matchOverload(overload: Overload, types: readonly CelType[]): CelType | undefined {
    const fresh = new Bindings()
    for (const name of overload.typeParameters) fresh.bind(typeParameter(name), this.#fresh())
    const parameters = overload.typeParameters.length === 0 ? overload.parameters : overload.parameters.map(type => fresh.resolve(type, false))
    if (!this.#bindings.attempt(() => assignableAll(this.#bindings, types, parameters))) return undefined
    return this.#bindings.resolve(fresh.resolve(overload.result, false), false)
  }

  #noOverload({ at }: Call, name: string, { types, isMethod }: { types: readonly CelType[]; isMethod: boolean }): CelType {
    const shown = types.map(type => typeInMessage(this.#bindings.resolve(type, true)))
    const signature = isMethod ? `${shown[0]}.(${shown.slice(1).join(', ')})` : `(${shown.join(', ')})`
    return this.#fail(`found no matching overload for '${name}' applied to '${signature}'`, at)
  }

  #logical(expr: Call, declaration: FunctionDeclaration, types: readonly CelType[]): CelType {
    const wrong = expr.args.filter((_, i) => !this.#assignable(types[i] ?? ERROR, BOOL))
    for (const arg of wrong) this.#mismatch(arg, BOOL, this.#types.get(arg) ?? ERROR)
    if (wrong.length > 0) return ERROR
    this.overloads.set(expr, { declaration, overloads: declaration.overloads, isMethod: false })
    return BOOL
  }

  #list({ elements, optional }: ListLiteral): CelType {
    let joined: CelType | undefined
    for (const [i, element] of elements.entries()) joined = this.#join(joined, this.#maybeOptional(element, optional[i] === true))
    return listOf(joined ?? this.#fresh())
  }

  /** The type of an entry: of `?x`, what is in the optional. */
  #maybeOptional(expr: Expr, optional: boolean): CelType {
    const type = this.check(expr)
    if (!optional) return type
    const inside = insideOptional(type)
    if (inside === undefined && type.kind !== 'dyn') this.#mismatch(expr, optionalOf(type), type)
    return inside ?? type
  }

  #join(earlier: CelType | undefined, type: CelType): CelType {
    if (earlier === undefined) return type
    return this.#assignable(earlier, type) ? mostGeneral(earlier, type) : DYN
  }

  #map({ entries }: MapLiteral): CelType {
    let keys: CelType | undefined
    let values: CelType | undefined
    for (const { key, value, optional } of entries) {
      keys = this.#join(keys, this.check(key))
      values = this.#join(values, this.#maybeOptional(value, optional))
    }
    return mapOf(keys ?? this.#fresh(), values ?? this.#fresh())
  }

  #message(expr: Message): CelType {
    const named = this.#named(expr, expr.name)
    if (named === undefined) return this.#undeclared(expr.name, expr.at)
    const declaration = this.#messageType(named, expr)
    for (const { field, value, optional, at } of expr.entries) {
      const valueType = this.#maybeOptional(value, optional)
      const fieldType = declaration?.field(field) ?? ERROR
      if (declaration !== undefined && fieldType === ERROR) this.#fail(`undefined field '${field}'`, at)
      if (this.#assignable(fieldType, valueType)) continue
      this.#fail(`expected type of field '${field}' is '${typeInMessage(fieldType)}' but provided type is '${typeInMessage(valueType)}'`, at)
    }
    return declaration?.type ?? ERROR
  }

  #messageType(named: CelType, { name, at }: Message): StructDeclaration | undefined {
    const type = named.kind === 'type' ? named.parameters[0] : undefined
    const declaration = this.#declarations.struct(name.replace(/^\./, ''))
    if (type === undefined) {
      if (named.kind !== 'error') this.#fail(`'${named.name}' is not a type`, at)
    } else if (declaration !== undefined) return declaration
    else this.#fail(`'${type.name}' is not a message type`, at)
    return undefined
  }

  #fold({ range, initial, accumulator, variable, variable2, condition, step, result }: Fold): CelType {
    this.check(range)
    const accumulated = this.check(initial)
    const rangeType = this.#bindings.resolve(this.#types.get(range) ?? ERROR, false)
    const [first, second] = this.#elementTypes(range, rangeType, variable2 !== undefined)
    const outer = this.#scopes.length
    this.#scopes.push([accumulator, accumulated], [variable, first])
    if (variable2 !== undefined) this.#scopes.push([variable2, second])
    this.#assert(condition, BOOL)
    this.#assert(step, accumulated)
    this.#scopes.length = outer + 1
    const type = this.#bindings.resolve(this.check(result), false)
    this.#scopes.length = outer
    return type
  }

  #elementTypes(range: Expr, type: CelType, pairs: boolean): readonly [CelType, CelType] {
    const [first = DYN, second = DYN] = type.parameters
    switch (type.kind) {
      case 'list':
        return pairs ? [INT, first] : [first, DYN]
      case 'map':
        return [first, second]
      case 'dyn':
      case 'error':
      case 'parameter':
        this.#assignable(DYN, type)
        return [DYN, DYN]
      default:
        this.#fail(`expression of type '${typeInMessage(type)}' cannot be range of a comprehension (must be list, map, or dynamic)`, range.at)
        return [ERROR, ERROR]
    }
  }

  #assert(expr: Expr, wanted: CelType): void {
    const type = this.check(expr)
    if (!this.#assignable(type, wanted)) this.#mismatch(expr, wanted, type)
  }
}
