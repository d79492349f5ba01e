// Decodes lists of numbers in the page's data (../numbers.ts).

import { BASE, DIGITS } from '../numbers.ts'

/** Values of digits by character code. */
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

/** Lists one after another, each preceded by its length. */
export interface NumberLists {
  readonly count: number
  /** Empty for a list that is not there. */
  readonly at: (index: number) => readonly number[]
}

/** The lists of a text. */
export function numberLists(text: string): NumberLists {
  const numbers = decodedNumbers(text)
  const starts: number[] = []
  for (let i = 0; i < numbers.length; i += (numbers[i] ?? 0) + 1) starts.push(i)
  return {
    count: starts.length,
    at: index => {
      const start = starts[index] ?? -1
      return start < 0 ? [] : numbers.slice(start + 1, start + 1 + (numbers[start] ?? 0))
    },
  }
}

/** Undoes `signed`. */
export function unsigned(number: number): number {
  return number % 2 === 1 ? -(number + 1) / 2 : number / 2
}
