// Prints the finished pod with the writer of each line in the margin, for `explain --pod`, and as data for `-o json`.

import { type Json, writerText } from '../lib/model/index.ts'
import type { Origin, OriginLine } from './origins.ts'

/** Maximum width of the margin; longer origins are cut. */
const MAX_MARGIN = 44

/**
 * The lines with a margin: the writer, and if several wrote one value, the previous one as well.
 * @example originText([{ text: 'image: a', path: ['image'], origins: [{ writer: { kind: 'user' } }] }]) // 'yours | image: a\n'
 */
export function originText(lines: readonly OriginLine[]): string {
  const margins = lines.map(({ origins }) => shortened(origins.map(originName).join(', then ')))
  const width = Math.max(0, ...margins.map(margin => margin.length))
  return lines.map(({ text }, i) => `${(margins[i] ?? '').padEnd(width)} | ${text}\n`).join('')
}

/** The lines as data, each with its path and writers. */
export function originJson(lines: readonly OriginLine[]): Json {
  return lines.map(({ text, path, origins }) => ({
    line: text,
    path: [...path],
    writers: origins.map(({ writer, line }) => ({ ...writer, ...(line === undefined ? {} : { line }) })),
  }))
}

function originName({ writer, line }: Origin): string {
  return line === undefined ? writerText(writer) : `${writerText(writer)}:${line}`
}

function shortened(text: string): string {
  return text.length <= MAX_MARGIN ? text : `${text.slice(0, MAX_MARGIN - 1)}…`
}
