// The lines of pods, made of the page's tables.

import type { PodData, WriterData } from '../pod-data.ts'
import { decodedNumbers } from './numbers.ts'

export interface Origin {
  readonly writer: WriterData
  /** In the writer's source, counted from 1; 0 for none. */
  readonly line: number
}

export interface Line {
  readonly text: string
  /** The last one wrote the value. */
  readonly origins: readonly Origin[]
  /** Of a line that is not in the finished pod. */
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

const CHANGING: ReadonlySet<string> = new Set(['template', 'own', 'policy', 'rule', 'lock'])

/** The writers of each origin, by its index in the page's data. */
export function originsOf({ origins, writers }: Pick<PodData, 'origins' | 'writers'>): readonly (readonly Origin[])[] {
  const numbers = decodedNumbers(origins)
  const all: Origin[][] = []
  for (let i = 0; i < numbers.length; ) {
    const length = numbers[i] ?? 0
    const own: Origin[] = []
    for (let at = i + 1; at < i + 1 + length; at += 2) {
      const writer = writers[numbers[at] ?? 0]
      if (writer !== undefined) own.push({ writer, line: numbers[at + 1] ?? 0 })
    }
    all.push(own)
    i += length + 1
  }
  return all
}

interface PodLinesData {
  readonly ids: readonly number[]
  readonly file: string
  /** Of each line that the manifest has. */
  readonly yours: readonly number[]
  readonly differing: ReadonlySet<number> | undefined
}

/** The lines of one pod, from their numbers in the page's data. */
export function linesOf({ lines, origins, writers, text }: LineTable, { ids, file, yours, differing }: PodLinesData): readonly Line[] {
  let next = 0
  return ids.map((id, i) => {
    const [indent = 0, words = 0, origin = 0, replacedBy = 0] = lines.slice(id * 4, id * 4 + 4)
    const own = origins[origin] ?? []
    const kind = own[0]?.writer.kind
    const isInManifest = kind === 'user' || kind === 'carried'
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
