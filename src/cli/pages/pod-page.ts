// The pod page: every workload's finished pod with who wrote each line, what was decided and why, and what is wrong.

import { SCRIPT, STYLE } from './generated/pod-page.ts'
import { html } from './html.ts'
import { encoder } from './line-stream.ts'
import { page } from './page.ts'
import { type Count, choiceField, counts, filterField, header } from './parts.ts'
import type { FindingData, PodData, PodEntry, SourceData, WriterData } from './pod-data.ts'
import type { PageFinding, PageLine, PagePod, PageWriter, PodPageInput } from './pod-input.ts'

/**
 * The text of the page.
 * @example podPage({ pods: [], sources: new Map(), findings: [] })
 */
export function podPage(input: PodPageInput): string {
  const title = 'Pods as they will run'
  const about =
    'Each finished pod, line by line, with who wrote it: your manifest, a template, a policy, a rule of Istio, the API server. Choose an origin to see the line that wrote it.'
  const states = ['injected', 'changed', 'unchanged', 'error', 'with warnings', 'with double-written fields'].map(value => ({ value, label: value }))
  const body = html`<a class="skip-link" href="#pods">Skip to the pods</a>${header(title, about)}
<main>
${counts(countsOf(input))}
<div class="controls" role="search">${filterField('filter', 'Filter', 'workload, namespace, image, writer, code of a finding')}${choiceField('state', 'State', states)}<button type="button" id="all">Open all</button></div>
<p class="soft" id="shown" role="status"></p>
<section id="findings" hidden></section><div id="pods" tabindex="-1"></div></main>
<noscript><p>This page shows its data with a script of its own, which is switched off here.</p></noscript>`
  return page({ title, style: STYLE, script: SCRIPT, data: sharedData(input), body })
}

function countsOf({ pods, findings }: PodPageInput): Count[] {
  const inState = (state: string) => pods.filter(pod => pod.state === state).length
  const all = [...findings, ...pods.flatMap(pod => pod.findings)]
  const ofSeverity = (severity: string) => all.filter(finding => finding.severity === severity).length
  return [
    { tone: 'quiet', count: pods.length, label: pods.length === 1 ? 'workload' : 'workloads' },
    { tone: 'good', count: inState('injected'), label: 'injected' },
    { tone: 'notice', count: inState('changed'), label: 'changed by policies only' },
    { tone: 'quiet', count: inState('unchanged'), label: 'unchanged' },
    { tone: 'error', count: ofSeverity('error'), label: ofSeverity('error') === 1 ? 'error' : 'errors' },
    { tone: 'warning', count: ofSeverity('warning'), label: ofSeverity('warning') === 1 ? 'warning' : 'warnings' },
  ]
}

/** The data with everything that repeats in it once. */
function sharedData({ pods, sources, findings }: PodPageInput): PodData {
  const texts = interner<string, string>(
    text => text,
    text => text,
  )
  const keys = [...sources.keys()]
  const writers = interner<PageWriter, WriterData>(
    ({ kind, label, source }) => JSON.stringify([kind, label, source]),
    ({ source, ...writer }) => ({ ...writer, ...(source === undefined || !sources.has(source) ? {} : { source: keys.indexOf(source) }) }),
  )
  const origins = interner<readonly number[], readonly number[]>(String, origin => origin)
  const lines = interner<readonly number[], readonly number[]>(String, line => line)
  const [encode, encodeYours] = [encoder(), encoder()]
  const lineOf = (line: PageLine) => {
    const origin = origins.index(line.origins.flatMap(({ writer, line: number = 0 }) => [writers.index(writer), number]))
    return lines.index([texts.index(line.text), origin, line.replacedBy === undefined ? 0 : writers.index(line.replacedBy) + 1])
  }
  const findingOf = (finding: PageFinding): FindingData => ({
    ...finding,
    code: texts.index(finding.code),
    message: texts.index(finding.message),
    hint: finding.hint.map(texts.index),
  })
  const entryOf = ({ lines: own, ...pod }: PagePod): PodEntry => ({
    ...pod,
    file: texts.index(pod.file),
    template: texts.index(pod.template),
    summary: texts.index(pod.summary),
    because: texts.index(pod.because),
    trace: pod.trace.map(texts.index),
    findings: pod.findings.map(findingOf),
    stream: encode(own.map(lineOf)),
    yours: encodeYours(differences(own.flatMap(line => (isYours(line) ? [line.manifestLine ?? 0] : [])))),
  })
  const entries = pods.map(entryOf)
  const others = findings.map(findingOf)
  return {
    texts: texts.all(),
    writers: writers.all(),
    origins: origins.all(),
    lines: lines.all().flat(),
    sources: [...sources.values()].map(
      ({ binding, ...source }): SourceData => (binding === undefined ? source : { ...source, binding: keys.indexOf(binding) }),
    ),
    pods: entries,
    findings: others,
  }
}

function isYours({ origins }: PageLine): boolean {
  return origins[0]?.writer.kind === 'user'
}

/** Differences from one number to the next; those below zero as odd numbers. */
function differences(numbers: readonly number[]): number[] {
  return numbers.map((number, i) => {
    const difference = number - (numbers[i - 1] ?? 0)
    return difference < 0 ? -2 * difference - 1 : 2 * difference
  })
}

/** Gives equal items one index. */
function interner<Item, Kept>(keyOf: (item: Item) => string, keep: (item: Item) => Kept) {
  const indexes = new Map<string, number>()
  const kept: Kept[] = []
  return {
    index: (item: Item): number => {
      const key = keyOf(item)
      const known = indexes.get(key)
      if (known !== undefined) return known
      indexes.set(key, kept.length)
      return kept.push(keep(item)) - 1
    },
    all: (): readonly Kept[] => kept,
  }
}
