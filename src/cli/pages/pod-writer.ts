// Encodes the pods of the page one after another: repeated texts and lines once, and a few lists of numbers for each pod.

import { interner, lists, texts } from './interner.ts'
import { encoder } from './line-stream.ts'
import { encodedNumbers, signed } from './numbers.ts'
import {
  CHANGING,
  type FindingData,
  MANIFEST,
  POD_FACTS,
  POD_STATES,
  type PodData,
  type PodEntry,
  type PodFact,
  RIVALS,
  SEVERITIES,
  type SourceData,
  type WriterData,
} from './pod-data.ts'
import type { PageFinding, PageLine, PagePod, PageWriter, PodPageEnd } from './pod-input.ts'

export interface PodEncoder {
  readonly add: (pod: PagePod) => void
  readonly data: (end: PodPageEnd) => PodData
}

/** An encoded pod, without its state and findings, which are known only at the end. */
interface Added {
  readonly facts: Readonly<Record<Exclude<PodFact, 'state'>, number>>
  readonly images: readonly number[]
  readonly others: readonly string[]
}

/**
 * Creates an encoder for one page.
 * @example const pods = podEncoder(); pods.add(pod); pods.data({ pods: [{ state: 'injected', findings: [] }], sources, others: [] }).pods.length // 1
 */
export function podEncoder(): PodEncoder {
  const text = texts()
  const writers = interner<PageWriter, PageWriter>(
    ({ kind, label, source }) => JSON.stringify([kind, label, source]),
    writer => writer,
  )
  const origins = lists({ withLengths: true })
  const lines = lists({ withLengths: false })
  const list = lists({ withLengths: true })
  const [encodeLines, encodeYours, encodeExcerpt] = [encoder(), encoder(), encoder()]
  const pods: Added[] = []
  const lineOf = (line: PageLine) => {
    const origin = origins.index(line.origins.flatMap(({ writer, line: number = 0 }) => [writers.index(writer), number]))
    const indent = indentOf(line.text)
    return lines.index([indent, text.index(line.text.slice(indent)), origin, line.replacedBy === undefined ? 0 : writers.index(line.replacedBy) + 1])
  }
  const add = (pod: PagePod) => {
    const changed = pod.differing ?? pod.lines.flatMap((line, i) => (isChanged(line) ? [i] : []))
    const own = new Set(pod.lines.flatMap(line => line.origins.map(({ writer }) => writers.index(writer))))
    const excerpt = pod.excerpt ?? { start: 0, lines: [] }
    const yours = pod.lines.flatMap(line => (isInManifest(line) ? [line.manifestLine ?? 0] : []))
    pods.push({
      facts: {
        ...{ kind: text.index(pod.kind), namespace: text.index(pod.namespace), name: text.index(pod.name), file: text.index(pod.file), line: pod.line },
        ...{ template: text.index(pod.template), by: text.index(pod.by), policies: text.index(pod.policies), mark: text.index(pod.mark) },
        ...{ trace: list.index(pod.trace.map(text.index)), writers: list.index([...own].sort((a, b) => a - b)) },
        ...{ changed: changed.length, contested: pod.differing === undefined ? pod.lines.filter(isContested).length : 0 },
        ...{ compared: pod.differing === undefined ? 0 : 1, excerptStart: excerpt.start },
      },
      images: pod.lines.flatMap(line => (/^[-\s]*image: /.test(line.text) ? [text.index(line.text.slice(indentOf(line.text)))] : [])),
      others: [
        encodedNumbers(encodeLines(pod.lines.map(lineOf))),
        encodedNumbers(encodeYours(differences(yours, 0))),
        encodedNumbers(differences(pod.marked, pod.line)),
        encodedNumbers((pod.differing ?? []).map((index, i, all) => index - (all[i - 1] ?? 0))),
        encodedNumbers(encodeExcerpt(excerpt.lines.flatMap(line => [indentOf(line), text.index(line.slice(indentOf(line)))]))),
      ],
    })
  }
  const data = ({ pods: ends, sources, others }: PodPageEnd): PodData => {
    const findings = interner<PageFinding, FindingData>(
      finding => JSON.stringify(finding),
      ({ severity, code, message, hint, of, file, line, column }) => [
        SEVERITIES.indexOf(severity),
        ...([text.index(code), text.index(message)] as const),
        hint.map(text.index),
        ...([text.index(of), text.index(file), line, column] as const),
      ],
    )
    const keys = [...sources.keys()]
    const entries = pods.map(({ facts, images, others: numbers }, i): PodEntry => {
      const end = ends[i] ?? { state: 'unchanged', findings: [] }
      const all = { ...facts, state: POD_STATES.indexOf(end.state) }
      const [stream = '', yours = '', marked = '', differing = '', excerpt = ''] = numbers
      const found = end.findings.flatMap(({ finding, line }) => [findings.index(finding), line + 1])
      return [encodedNumbers([...POD_FACTS.map(fact => all[fact]), ...images]), stream, yours, marked, differing, excerpt, encodedNumbers(found)]
    })
    const general = others.map(findings.index)
    return {
      parts: text.parts(),
      texts: text.all().join(''),
      writers: writers
        .all()
        .map(({ source, ...writer }): WriterData => ({ ...writer, ...(source === undefined || !sources.has(source) ? {} : { source: keys.indexOf(source) }) })),
      origins: origins.all().join(''),
      lines: lines.all().join(''),
      lists: list.all().join(''),
      sources: [...sources.values()].map(
        ({ binding, ...source }): SourceData => (binding === undefined ? source : { ...source, binding: keys.indexOf(binding) }),
      ),
      findings: findings.all(),
      others: general,
      pods: entries,
    }
  }
  return { add, data }
}

/** Whether injection, a policy or the image lock made or removed the line. */
function isChanged({ origins, replacedBy }: PageLine): boolean {
  return replacedBy !== undefined || CHANGING.has(origins.at(-1)?.writer.kind ?? '') || origins.length > 1
}

/** Whether a rival replaced a value of another writer or of the user, except `image: auto`, which asks for that. */
function isContested({ origins, replacedBy }: PageLine, i: number, lines: readonly PageLine[]): boolean {
  const kinds = origins.map(({ writer }) => writer.kind).filter(kind => kind === 'user' || RIVALS.has(kind))
  const before = lines[i - 1]
  const isAsked = before?.replacedBy !== undefined && /image: auto$/.test(before.text)
  return replacedBy === undefined && kinds.length > 1 && RIVALS.has(kinds.at(-1) ?? '') && !isAsked
}

function isInManifest({ origins }: PageLine): boolean {
  return MANIFEST.has(origins[0]?.writer.kind ?? '')
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length
}

/** Signed differences from one number to the next. */
function differences(numbers: readonly number[], start: number): number[] {
  return numbers.map((number, i) => signed(number - (numbers[i - 1] ?? start)))
}
