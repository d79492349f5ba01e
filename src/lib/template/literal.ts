// Converts literals to the type of the parameter that they are given for (text/template documentation: Arguments).

import { Box, COMPLEX128, type GoType, type GoValue, wrap } from '../go/value.ts'
import { isIntKind, isUintKind, REFLECT, toInteger, type Value } from './assign.ts'
import type { BoolNode, NumberNode, Operand, StringNode } from './node.ts'
import { print } from './node.ts'

/** A literal in a template. */
export type LiteralNode = BoolNode | NumberNode | StringNode

/** A constant's value, or the format and operands of the error that using it is. */
export type Literal = { readonly value: Value } | { readonly format: string; readonly args: readonly GoValue[] }

/** Whether an operand is a literal. */
export function isLiteral(node: Operand): node is LiteralNode {
  return node.kind === 'bool' || node.kind === 'number' || node.kind === 'string'
}

/** A constant by itself: numbers get the type that their form suggests. */
export function idealLiteral(node: LiteralNode): Literal {
  if (node.kind === 'bool') return { value: node.value }
  if (node.kind === 'string') return { value: node.text }
  const { text, int, uint, float, complex } = node
  if (complex !== undefined) return { value: new Box(COMPLEX128, complex) }
  if (float !== undefined && !isHexInteger(text) && !text.startsWith("'") && /[.eEpP]/.test(text)) return { value: float }
  if (int !== undefined) return { value: int }
  if (uint !== undefined) return { format: '%s overflows int', args: [text] }
  return { value: undefined }
}

function isHexInteger(text: string): boolean {
  return /^0[xX]./.test(text) && !/[pP]/.test(text)
}

/** A constant for a parameter of a type: `2.0` will do for an int. */
export function literalFor(type: GoType, node: LiteralNode): Literal {
  const found = (what: string): Literal => ({ format: `expected ${what}; found %s`, args: [print(node)] })
  const number = node.kind === 'number' ? node : undefined
  switch (type.kind) {
    case 'bool':
      return node.kind === 'bool' ? { value: wrap(type, node.value) } : found('bool')
    case 'string':
      return node.kind === 'string' ? { value: wrap(type, node.text) } : found('string')
    case 'float32':
    case 'float64':
      return number?.float === undefined ? found('float') : { value: wrap(type, type.kind === 'float32' ? Math.fround(number.float) : number.float) }
    case 'complex128':
      return number?.complex === undefined ? found('complex') : { value: wrap(type, number.complex) }
    case 'interface':
      if (type.name === 'interface {}') return idealLiteral(node)
      break
    case 'struct':
      if (type.name === REFLECT.name) return idealLiteral(node)
      break
    default:
      if (isIntKind(type.kind)) return number?.int === undefined ? found('integer') : { value: toInteger(type, number.int) }
      if (isUintKind(type.kind)) return number?.uint === undefined ? found('unsigned integer') : { value: toInteger(type, number.uint) }
  }
  return { format: "can't handle %s for arg of type %s", args: [print(node), type.name] }
}
