// Parses numeric constants to each kind of number that they can be (spec of Go: Constants; text/template documentation: Arguments).

import { parseFloat as parseFloating, parseInt as parseInteger, parseUint, quote, unquoteChar } from '../go/strconv.ts'
import { GoError } from '../go/value.ts'
import type { NumberNode } from './node.ts'
import type { Token } from './token.ts'

type Meanings = Pick<NumberNode, 'int' | 'uint' | 'float' | 'complex'>

/**
 * The node of a number or character constant.
 * @throws GoError with Go's words for one that means nothing
 */
export function parseNumber({ type, pos, value }: Token): NumberNode {
  return { kind: 'number', pos, text: value, ...meanings(type, value) }
}

function meanings(type: Token['type'], text: string): Meanings {
  if (type === 'charConstant') return charConstant(text)
  if (type === 'complex') return complexConstant(text)
  if (text.endsWith('i')) {
    const im = tried(() => parseFloating(text.slice(0, -1)))
    if (im !== undefined) return simplified(0, im)
  }
  const found = integerMeanings(text) ?? floatMeanings(text)
  if (found === undefined) throw new GoError(`illegal number syntax: ${quote(text)}`)
  return found
}

function charConstant(text: string): Meanings {
  const { rune, tail } = unquoteChar(text.slice(1), "'")
  if (tail !== "'") throw new GoError(`malformed character constant: ${text}`)
  return { int: BigInt(rune), uint: BigInt(rune), float: rune }
}

const DECIMAL_PART = '[0-9_]*(?:\\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?'
const HEX_PART = '0[xX][0-9a-fA-F_]*(?:\\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?'
const COMPLEX = new RegExp(`^([+-]?(?:${HEX_PART}|${DECIMAL_PART}))([+-](?:${HEX_PART}|${DECIMAL_PART}))i$`)

/** `1+2i`. Go scans both parts, and only then reads them as numbers. */
function complexConstant(text: string): Meanings {
  const [, re, im] = COMPLEX.exec(text) ?? []
  if (re === undefined || im === undefined || im.length === 1) throw new GoError('syntax error scanning complex number')
  return simplified(parseFloating(re), parseFloating(im))
}

/** A complex number without an imaginary part may also be a float, and so an integer. */
function simplified(re: number, im: number): Meanings {
  const complex = { re, im }
  if (im !== 0) return { complex }
  return { complex, float: re, ...wholeMeanings(re) }
}

function integerMeanings(text: string): Meanings | undefined {
  const int = tried(() => parseInteger(text, 0))
  const uint = int === 0n ? 0n : tried(() => parseUint(text, 0))
  if (int !== undefined) return { int, float: Number(int), ...(uint === undefined ? {} : { uint }) }
  return uint === undefined ? undefined : { uint, float: Number(uint) }
}

function floatMeanings(text: string): Meanings | undefined {
  const float = tried(() => parseFloating(text))
  if (float === undefined) return undefined
  // An integer that only a float can hold is a mistake, not a float.
  if (!/[.eEpP]/.test(text)) throw new GoError(`integer overflow: ${quote(text)}`)
  return { float, ...wholeMeanings(float) }
}

const INT_LIMIT = 2 ** 63
const UINT_LIMIT = 2 ** 64

function wholeMeanings(float: number): Meanings {
  if (!Number.isInteger(float)) return {}
  const isInt = float >= -INT_LIMIT && float < INT_LIMIT
  const isUint = float >= 0 && float < UINT_LIMIT
  return { ...(isInt ? { int: BigInt(float) } : {}), ...(isUint ? { uint: BigInt(float) } : {}) }
}

function tried<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch (error) {
    if (error instanceof GoError) return undefined
    throw error
  }
}
