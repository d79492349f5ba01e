// Encodes non-negative integers as printable characters, in a third of the size of a JSON list.

/**
 * The digits: printable ASCII except characters that JSON, a script element or CI logs (`##[`) must escape. Those of the second half are followed by another
 * digit.
 */
export const DIGITS = [...'!$()*+,-./0123456789;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~'].join('')
export const BASE = Math.floor(DIGITS.length / 2)

/**
 * The numbers as one text, the lowest digit of each first.
 * @param numbers whole, from 0
 * @example encodedNumbers([0, 1, 2]) // '!$('
 */
export function encodedNumbers(numbers: readonly number[]): string {
  // Joined at once: a text that grows digit by digit is kept as a tree of its parts, which takes thirty times the memory.
  const digits: string[] = []
  for (const number of numbers) {
    let rest = number
    for (; rest >= BASE; rest = Math.floor(rest / BASE)) digits.push(DIGITS.charAt((rest % BASE) + BASE))
    digits.push(DIGITS.charAt(rest))
  }
  return digits.join('')
}

/**
 * A number below zero as an odd one, others as even ones.
 * @example signed(-1) // 1
 */
export function signed(number: number): number {
  return number < 0 ? -2 * number - 1 : 2 * number
}
