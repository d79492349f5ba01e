// Reads the numbers that the page's texts hold (../numbers.ts).

import { BASE, DIGITS } from '../numbers.ts'

/** By the codes of characters. */
const VALUES: readonly number[] = Array.from({ length: 128 }, (_, code) => Math.max(0, DIGITS.indexOf(String.fromCharCode(code))))

/** The numbers of a text. */
export function decodedNumbers(text: string): number[] {
  const numbers: number[] = []
  let [number, weight] = [0, 1]
  for (let i = 0; i < text.length; i++) {
    const digit = VALUES[text.charCodeAt(i)] ?? 0
    if (digit >= BASE) {
      number += (digit - BASE) * weight
      weight *= BASE
    } else {
      numbers.push(number + digit * weight)
      number = 0
      weight = 1
    }
  }
  return numbers
}

/** Undoes `signed`. */
export function unsigned(number: number): number {
  return number % 2 === 1 ? -(number + 1) / 2 : number / 2
}
