// Chooses an overload at run time by the types of the arguments; for lists and maps, by the type of the first element.

import type { Overload } from './function.ts'
import type { CelType } from './type.ts'
import { CelMap, type CelValue, isList, kindOf } from './value.ts'

/** Whether an overload takes these arguments. */
export function fits({ parameters }: Overload, args: readonly CelValue[]): boolean {
  return parameters.length === args.length && parameters.every((type, i) => holds(type, args[i] ?? null))
}

function holds({ kind, name, parameters: [first, second] }: CelType, value: CelValue): boolean {
  switch (kind) {
    case 'dyn':
    case 'parameter':
      return true
    case 'list': {
      if (!isList(value)) return false
      const [element] = value
      return element === undefined || first === undefined || holds(first, element)
    }
    case 'map': {
      if (!(value instanceof CelMap)) return false
      const entry = value.entries().next()
      return entry.done === true || ((first === undefined || holds(first, entry.value[0])) && (second === undefined || holds(second, entry.value[1])))
    }
    default:
      return kindOf(value) === name
  }
}
