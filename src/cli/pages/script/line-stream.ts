// Decodes lists that repeat parts of one another (../line-stream.ts).

import { decodedNumbers } from './numbers.ts'

/** Every list that the encoder was given, in order, from the texts of the lists. */
export function decoded(streams: readonly string[]): number[][] {
  const all: number[] = []
  return streams.map(text => {
    const start = all.length
    const stream = decodedNumbers(text)
    for (let i = 0; i < stream.length; i++) {
      const number = stream[i] ?? 0
      if (number > 0) all.push(number - 1)
      else {
        const length = stream[++i] ?? 0
        const from = all.length - (stream[++i] ?? 0)
        for (let copied = 0; copied < length; copied++) all.push(all[from + copied] ?? 0)
      }
    }
    return all.slice(start)
  })
}
