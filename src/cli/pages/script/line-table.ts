// Decodes the lines of pods from the page's tables.

import { CHANGING, MANIFEST, type PodData, type WriterData } from '../pod-data.ts'
import { numberLists } from './numbers.ts'

export interface Origin {
  readonly writer: WriterData
  /** The line in the writer's source, counted from 1; 0 for none. */
  readonly line: number
}

export interface Line {
  readonly text: string
  /** The last one wrote the value. */
  readonly origins: readonly Origin[]
  /** The writer that removed or replaced a line that is not in the finished pod. */
  readonly replacedBy: WriterData | undefined
  /** Whether injection, a policy or the image lock made or removed the line; or whether it differs from what the manifest carries. */
  readonly isChanged: boolean
  /** The file and line of what the user wrote, or what the manifest carries; line 0 where it is not known. */
  readonly file: string
  readonly manifestLine: number
}

export interface LineTable {
  readonly lines: readonly number[]
  readonly origins: readonly (readonly Origin[])[]
  readonly writers: readonly WriterData[]
  readonly text: (index: number) => string
}

/** The writers of each origin, by its index in the page's data. */
export function originsOf({ origins, writers }: Pick<PodData, 'origins' | 'writers'>): readonly (readonly Origin[])[] {
  const lists = numberLists(origins)
  return Array.from({ length: lists.count }, (_, index) => {
    const numbers = lists.at(index)
    return numbers.flatMap((number, i): Origin[] => {
      const writer = i % 2 === 0 ? writers[number] : undefined
      return writer === undefined ? [] : [{ writer, line: numbers[i + 1] ?? 0 }]
    })
  })
}

interface PodLinesData {
  readonly ids: readonly number[]
  readonly file: string
  /** Lines of the manifest, for each line that it has. */
  readonly yours: readonly number[]
  readonly differing: ReadonlySet<number> | undefined
}

/** The lines of one pod, from their numbers in the page's data. */
export function linesOf({ lines, origins, writers, text }: LineTable, { ids, file, yours, differing }: PodLinesData): readonly Line[] {
  let next = 0
  return ids.map((id, i) => {
    const [indent = 0, words = 0, origin = 0, replacedBy = 0] = lines.slice(id * 4, id * 4 + 4)
    const own = origins[origin] ?? []
    const isInManifest = MANIFEST.has(own[0]?.writer.kind ?? '')
    const isWritten = replacedBy > 0 || own.length > 1 || CHANGING.has(own.at(-1)?.writer.kind ?? '')
    return {
      text: ' '.repeat(indent) + text(words),
      origins: own,
      replacedBy: replacedBy === 0 ? undefined : writers[replacedBy - 1],
      isChanged: differing === undefined ? isWritten : differing.has(i),
      file,
      manifestLine: isInManifest ? (yours[next++] ?? 0) : 0,
    }
  })
}
