// Decodes the pods of the page's data, with the properties for filters, orders and counts. Lines are decoded when a pod is first opened.

import { onceValue } from '../../../lib/go/sync.ts'
import { type FindingData, POD_FACTS, POD_STATES, type PodData, type PodEntry, type PodFact, type PodState, SEVERITIES, type SourceData } from '../pod-data.ts'
import { decoded } from './line-stream.ts'
import { type Line, linesOf, originsOf } from './line-table.ts'
import { decodedNumbers, numberLists, unsigned } from './numbers.ts'

export interface Finding {
  readonly severity: (typeof SEVERITIES)[number]
  readonly code: string
  readonly message: string
  readonly hint: readonly string[]
  /** `Namespace shop`, where it is not the workload that it stands with. */
  readonly of: string
  /** `apps/web.yaml:3:5` */
  readonly place: string
}

/** A finding of a pod, and the line of the pod that it means; -1 for none. */
export interface PodFinding {
  readonly finding: Finding
  readonly line: number
}

export interface Pod {
  /** The name in addresses: `Deployment/shop/web`. */
  readonly key: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly state: PodState
  /** `apps/web.yaml:3` */
  readonly place: string
  /** The path of the pod template in the workload; empty for a Pod. */
  readonly template: string
  /** The injectors with their templates; '' for none. */
  readonly by: string
  readonly policies: string
  readonly trace: () => readonly string[]
  /** The worst first. */
  readonly findings: readonly PodFinding[]
  readonly lines: () => readonly Line[]
  /** The manifest's lines of the pod template; undefined where they are not known. */
  readonly excerpt: () => SourceData | undefined
  readonly changedLines: number
  /** Number of fields that several writers set to different values. */
  readonly contested: number
  /** Whether the changed lines are those that differ from what the manifest carries. */
  readonly isCompared: boolean
  /** The text that the filter searches, in lower case. */
  readonly searched: () => string
}

export interface Model {
  readonly pods: readonly Pod[]
  /** Findings about no workload. */
  readonly others: readonly Finding[]
  readonly source: (index: number) => SourceData | undefined
}

/** A table of texts, which are joined on first access. */
function textTable({ parts, texts }: PodData): (index: number) => string {
  const lists = numberLists(texts)
  const known: string[] = []
  return index => {
    const found = known[index] ?? lists.at(index).reduce((text, part) => text + (parts[part] ?? ''), '')
    known[index] = found
    return found
  }
}

/** Reads the page's data. */
export function modelOf(data: PodData): Model {
  const text = textTable(data)
  const { at: list } = numberLists(data.lists)
  const source = (index: number) => data.sources[index]
  const findings = data.findings.map(finding => findingOf(finding, text))
  const ofAll = (which: 1 | 2 | 5) => onceValue(() => decoded(data.pods.map(entry => entry[which])))
  const [streams, yours, excerpts] = [ofAll(1), ofAll(2), ofAll(5)]
  const table = onceValue(() => ({ lines: decodedNumbers(data.lines), origins: originsOf(data), writers: data.writers, text }))
  const keys = new Map<string, number>()
  const pods = data.pods.map((entry, i): Pod => {
    const { fact, images } = factsOf(entry)
    const [kind, namespace, name, file] = [text(fact('kind')), text(fact('namespace')), text(fact('name')), text(fact('file'))]
    const place = fact('line') === 0 ? file : `${file}:${fact('line')}`
    const base = `${kind}/${namespace}/${name}`
    const same = (keys.get(base) ?? 0) + 1
    keys.set(base, same)
    const numbers = decodedNumbers(entry[6])
    const own = numbers.flatMap((index, at) => {
      const finding = at % 2 === 0 ? findings[index] : undefined
      return finding === undefined ? [] : [{ finding, line: (numbers[at + 1] ?? 0) - 1 }]
    })
    const state = POD_STATES[fact('state')] ?? 'unchanged'
    return {
      ...{ kind, namespace, name, place, state, template: text(fact('template')), by: text(fact('by')), policies: text(fact('policies')) },
      key: same === 1 ? base : `${base} (${same})`,
      findings: own.sort((a, b) => SEVERITIES.indexOf(a.finding.severity) - SEVERITIES.indexOf(b.finding.severity)),
      trace: () => withLines(list(fact('trace')).map(text), { mark: text(fact('mark')), marked: lineNumbers(decodedNumbers(entry[3]), fact('line')) }),
      lines: () =>
        linesOf(table(), {
          ...{ ids: streams()[i] ?? [], file, yours: lineNumbers(yours()[i] ?? [], 0) },
          differing: fact('compared') === 0 ? undefined : new Set(sums(decodedNumbers(entry[4]))),
        }),
      excerpt: () => excerptOf(excerpts()[i] ?? [], { title: `${kind} ${namespace}/${name}`, file, start: fact('excerptStart') }, text),
      changedLines: fact('changed'),
      contested: fact('contested'),
      isCompared: fact('compared') === 1,
      searched: onceValue(() => {
        const written = list(fact('writers')).map(index => data.writers[index]?.label ?? '')
        const codes = own.map(({ finding }) => finding.code)
        return [kind, `${namespace}/${name}`, place, state, text(fact('by')), ...written, ...images.map(text), ...codes].join(' ').toLowerCase()
      }),
    }
  })
  return { pods, others: data.others.flatMap(index => findings[index] ?? []), source }
}

function factsOf([facts]: PodEntry): { readonly fact: (name: PodFact) => number; readonly images: readonly number[] } {
  const numbers = decodedNumbers(facts)
  const byName = new Map<PodFact, number>(POD_FACTS.map((name, i) => [name, numbers[i] ?? 0]))
  return { fact: name => byName.get(name) ?? 0, images: numbers.slice(POD_FACTS.length) }
}

function findingOf([severity, code, message, hint, of, file, line, column]: FindingData, text: (index: number) => string): Finding {
  return {
    ...{ severity: SEVERITIES[severity] ?? 'info', code: text(code), message: text(message), hint: hint.map(text), of: text(of) },
    place: `${text(file)}${line === 0 ? '' : `:${line}:${column}`}`,
  }
}

function excerptOf(
  numbers: readonly number[],
  { title, file, start }: Pick<SourceData, 'title' | 'file' | 'start'>,
  text: (index: number) => string,
): SourceData | undefined {
  if (numbers.length === 0) return undefined
  const lines = numbers.flatMap((indent, i) => (i % 2 === 0 ? [' '.repeat(indent) + text(numbers[i + 1] ?? 0)] : []))
  return { title, file, start, lines, main: 0 }
}

/** The trace with the line numbers of the workload's file inserted. */
function withLines(trace: readonly string[], { mark, marked }: { readonly mark: string; readonly marked: readonly number[] }): readonly string[] {
  let next = 0
  return mark === '' ? trace : trace.map(line => line.replaceAll(`(${mark})`, () => `(line ${marked[next++] ?? '?'})`))
}

/** Line numbers from signed differences. */
function lineNumbers(numbers: readonly number[], start: number): number[] {
  let line = start
  return numbers.map(number => {
    line += unsigned(number)
    return line
  })
}

function sums(numbers: readonly number[]): number[] {
  let sum = 0
  return numbers.map(number => {
    sum += number
    return sum
  })
}
