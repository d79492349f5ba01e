// The pods as the page shows them: lines decoded, and what filters and counts go by.

import type { FindingData, PodData, PodEntry, SourceData, WriterData } from '../pod-data.ts'
import { decoded } from './line-stream.ts'

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
  /** Whether injection, a policy or the image lock made or removed the line. */
  readonly isChanged: boolean
  /** `apps/web.yaml:12`, of what the user wrote. */
  readonly manifestPlace: string
}

export interface Finding extends Omit<FindingData, 'code' | 'message' | 'hint'> {
  readonly code: string
  readonly message: string
  readonly hint: readonly string[]
}

export interface Pod extends Pick<PodEntry, 'kind' | 'namespace' | 'name' | 'state'> {
  readonly id: string
  /** `apps/web.yaml:3` */
  readonly place: string
  /** The path of the pod template in the workload; empty for a Pod. */
  readonly template: string
  readonly summary: string
  readonly because: string
  readonly trace: readonly string[]
  readonly findings: readonly Finding[]
  readonly lines: () => readonly Line[]
  readonly changedLines: number
  /** Lines whose value several wrote. */
  readonly doubleWritten: number
  /** In small letters. */
  readonly searched: string
}

export interface Model {
  readonly pods: readonly Pod[]
  readonly findings: readonly Finding[]
  readonly source: (index: number) => SourceData | undefined
}

const CHANGING: ReadonlySet<string> = new Set(['template', 'own', 'policy', 'rule', 'lock'])

/** Reads the page's data. The objects of lines are made when a pod is opened. */
export function modelOf(data: PodData): Model {
  const text = (index: number) => data.texts[index] ?? ''
  const origins = data.origins.map(originOf(data))
  const changes = origins.map(list => CHANGING.has(list.at(-1)?.writer.kind ?? '') || list.length > 1)
  const lineAt = (id: number) => ({ text: data.lines[id * 3] ?? 0, origin: data.lines[id * 3 + 1] ?? 0, replacedBy: data.lines[id * 3 + 2] ?? 0 })
  const isChanged = (id: number) => lineAt(id).replacedBy > 0 || (changes[lineAt(id).origin] ?? false)
  const findingOf = (finding: FindingData): Finding => ({ ...finding, code: text(finding.code), message: text(finding.message), hint: finding.hint.map(text) })
  const streams = decoded(data.pods.map(({ stream }) => stream))
  const yours = decoded(data.pods.map(entry => entry.yours))
  const pods = data.pods.map((entry, i): Pod => {
    const ids = streams[i] ?? []
    const written = new Set(ids.flatMap(id => (origins[lineAt(id).origin] ?? []).map(({ writer }) => writer.label)))
    const images = ids.map(id => text(lineAt(id).text)).filter(line => line.includes('image: '))
    const { kind, namespace, name, state } = entry
    const place = entry.line === 0 ? text(entry.file) : `${text(entry.file)}:${entry.line}`
    const findings = entry.findings.map(findingOf)
    return {
      ...{ kind, namespace, name, place, template: text(entry.template), state, findings },
      id: `pod-${i + 1}`,
      summary: text(entry.summary),
      because: text(entry.because),
      trace: withPlaces(entry.trace.map(text), entry),
      lines: () => linesOf(entry, { yours: yours[i] ?? [], ids, text, origins, lineAt, isChanged, writers: data.writers }),
      changedLines: ids.filter(isChanged).length,
      doubleWritten: ids.filter(id => lineAt(id).replacedBy === 0 && (origins[lineAt(id).origin]?.length ?? 0) > 1).length,
      searched: [kind, `${namespace}/${name}`, place, state, text(entry.summary), ...written, ...images, ...findings.map(({ code }) => code)]
        .join(' ')
        .toLowerCase(),
    }
  })
  return { pods, findings: data.findings.map(findingOf), source: index => data.sources[index] }
}

/** The trace with the lines of the workload's file in it. */
function withPlaces(trace: readonly string[], { mark = MARK, marked }: PodEntry): readonly string[] {
  let next = 0
  return trace.map(line => line.replaceAll(`(${mark})`, () => `(line ${marked[next++] ?? '?'})`))
}

/** As pod-report/trace.ts has it. */
const MARK = '\ue000'

function signed(number: number): number {
  return number % 2 === 1 ? -(number + 1) / 2 : number / 2
}

function originOf({ writers }: PodData): (numbers: readonly number[]) => readonly Origin[] {
  return numbers => {
    const origins: Origin[] = []
    for (let i = 0; i < numbers.length; i += 2) {
      const writer = writers[numbers[i] ?? 0]
      if (writer !== undefined) origins.push({ writer, line: numbers[i + 1] ?? 0 })
    }
    return origins
  }
}

interface Tables {
  readonly ids: readonly number[]
  /** Differences between lines of the manifest; those below zero are odd. */
  readonly yours: readonly number[]
  readonly text: (index: number) => string
  readonly origins: readonly (readonly Origin[])[]
  readonly lineAt: (id: number) => { readonly text: number; readonly origin: number; readonly replacedBy: number }
  readonly isChanged: (id: number) => boolean
  readonly writers: readonly WriterData[]
}

function linesOf({ file }: PodEntry, { yours, ids, text, origins, lineAt, isChanged, writers }: Tables): readonly Line[] {
  let [next, manifestLine] = [0, 0]
  return ids.map(id => {
    const line = lineAt(id)
    const own = origins[line.origin] ?? []
    const isYours = own[0]?.writer.kind === 'user'
    if (isYours) manifestLine += signed(yours[next++] ?? 0)
    return {
      text: text(line.text),
      origins: own,
      replacedBy: line.replacedBy === 0 ? undefined : writers[line.replacedBy - 1],
      isChanged: isChanged(id),
      manifestPlace: isYours && manifestLine > 0 ? `${text(file)}:${manifestLine}` : '',
    }
  })
}
