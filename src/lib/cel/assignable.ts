// Decides whether a type is assignable to another, and binds type parameters (google/cel-spec, doc/langdef.md, "Gradual Type Checking"; null and dyn as in cel-go).

import { type CelType, DYN, isOpen, sameType, withParameters } from './type.ts'

/** Bindings of type parameters. */
export class Bindings {
  readonly #types = new Map<string, CelType>()
  /** Earlier values of bindings, in order, so that an attempt can be undone. */
  readonly #replaced: [string, CelType | undefined][] = []

  /** Runs a test, and undoes its bindings if it returns false. */
  attempt(test: () => boolean): boolean {
    const start = this.#replaced.length
    if (test()) return true
    for (const [name, type] of this.#replaced.splice(start).reverse()) {
      if (type === undefined) this.#types.delete(name)
      else this.#types.set(name, type)
    }
    return false
  }

  get(of: CelType): CelType | undefined {
    return of.kind === 'parameter' ? this.#types.get(of.name) : undefined
  }

  bind(parameter: CelType, to: CelType): void {
    this.#replaced.push([parameter.name, this.#types.get(parameter.name)])
    this.#types.set(parameter.name, to)
  }

  /** The type with its parameters replaced by their bindings; unbound parameters are kept, or become dyn. */
  resolve(of: CelType, unboundToDyn: boolean): CelType {
    const bound = this.get(of)
    if (bound !== undefined) return this.resolve(bound, unboundToDyn)
    if (of.kind === 'parameter') return unboundToDyn ? DYN : of
    return of.parameters.length === 0
      ? of
      : withParameters(
          of,
          of.parameters.map(parameter => this.resolve(parameter, unboundToDyn)),
        )
  }
}

/** Whether values of `from` can stand where `to` is wanted; binds type parameters, also when the answer is no. */
export function assignable(bindings: Bindings, from: CelType, to: CelType): boolean {
  if (to.kind === 'parameter') {
    const found = bindable(bindings, from, to)
    if (found !== 'unbound-no') return found === 'yes'
  }
  if (from.kind === 'parameter') return bindable(bindings, to, from) === 'yes'
  if (isOpen(from) || isOpen(to)) return true
  if (from.kind === 'null') return takesNull(to)
  if (to.kind === 'null') return takesNull(from)
  switch (from.kind) {
    case 'wrapper':
      return sameType(from, to) || sameType(from.parameters[0] ?? DYN, to)
    case 'simple':
      return sameType(from, to) || (to.kind === 'wrapper' && sameType(from, to.parameters[0] ?? DYN))
    case 'struct':
      return from.kind === to.kind && from.name === to.name
    case 'type':
      return to.kind === 'type'
    default:
      return from.kind === to.kind && from.name === to.name && assignableAll(bindings, from.parameters, to.parameters)
  }
}

/** Whether each type of `from` is assignable to the one at its place in `to`. */
export function assignableAll(bindings: Bindings, from: readonly CelType[], to: readonly CelType[]): boolean {
  return from.length === to.length && from.every((part, i) => assignable(bindings, part, to[i] ?? DYN))
}

function takesNull({ kind, name }: CelType): boolean {
  return ['null', 'struct', 'opaque', 'wrapper'].includes(kind) || name === 'google.protobuf.Timestamp' || name === 'google.protobuf.Duration'
}

/** Whether `parameter` can be bound to `of`; binds it, or generalises its binding. */
function bindable(bindings: Bindings, of: CelType, parameter: CelType): 'yes' | 'no' | 'unbound-no' {
  if (sameType(of, parameter)) return 'yes'
  const bound = bindings.get(parameter)
  if (bound === undefined) {
    if (occursIn(bindings, parameter, of)) return 'unbound-no'
    bindings.bind(parameter, of)
    return 'yes'
  }
  if (sameType(of, bound)) return 'yes'
  if (!assignable(bindings, of, bound)) return 'no'
  const general = mostGeneral(of, bound)
  if (!occursIn(bindings, parameter, general)) bindings.bind(parameter, general)
  return 'yes'
}

/** Whether binding `parameter` to `inside` would make it contain itself. */
function occursIn(bindings: Bindings, parameter: CelType, inside: CelType): boolean {
  if (sameType(parameter, inside)) return true
  if (inside.kind === 'parameter') {
    const bound = bindings.get(inside)
    return bound !== undefined && occursIn(bindings, parameter, bound)
  }
  return inside.parameters.some(part => occursIn(bindings, parameter, part))
}

/** The more general of two types. */
export function mostGeneral(a: CelType, b: CelType): CelType {
  return isAsGeneral(a, b) ? a : b
}

function isAsGeneral(a: CelType, b: CelType): boolean {
  if (a.kind === 'dyn' || a.kind === 'parameter') return true
  if (b.kind === 'dyn' || b.kind === 'parameter' || a.kind !== b.kind) return false
  if (a.kind === 'type') return true
  if (!['opaque', 'list', 'map'].includes(a.kind)) return sameType(a, b)
  return a.name === b.name && a.parameters.length === b.parameters.length && a.parameters.every((part, i) => isAsGeneral(part, b.parameters[i] ?? part))
}
