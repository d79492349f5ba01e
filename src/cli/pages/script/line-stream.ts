// Decodes the lines of pods (../line-stream.ts).

/** Every list that the encoder was given, in order. */
export function decoded(streams: readonly (readonly number[])[]): number[][] {
  const all: number[] = []
  return streams.map(stream => {
    const start = all.length
    for (let i = 0; i < stream.length; i++) {
      const number = stream[i] ?? 0
      if (number >= 0) all.push(number)
      else {
        const from = all.length - (stream[++i] ?? 0)
        for (let copied = 0; copied < -number; copied++) all.push(all[from + copied] ?? 0)
      }
    }
    return all.slice(start)
  })
}
