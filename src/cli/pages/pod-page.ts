// Renders the pod page: the finished pod of every workload with the writer of each line, the decision with its reasons, and the findings.

import { SCRIPT, STYLE } from './generated/pod-page.ts'
import { type Html, html } from './html.ts'
import { page } from './page.ts'
import { countText, filterField, header, LEGEND, orderField } from './parts.ts'
import { POD_STATES, type PodState } from './pod-data.ts'
import type { PodPageEnd, PodPageWriter } from './pod-input.ts'
import { podEncoder } from './pod-writer.ts'
import { POD_TONES } from './tones.ts'

const TITLE = 'Pods as they will run'
const ABOUT = `Each finished pod, line by line, with who wrote it: your manifest, a template, a policy, a rule of Istio, the API server. ${LEGEND}`

/**
 * Creates a page, to which pods are added one by one.
 * @example
 * const writer = podPageWriter()
 * writer.add(pod)
 * writer.page({ pods: [{ state: 'injected', findings: [] }], sources: new Map(), others: [] }) // '<!doctype html>…'
 */
export function podPageWriter(): PodPageWriter {
  const { add, data } = podEncoder()
  return { add, page: end => page({ title: TITLE, style: STYLE, script: SCRIPT, data: data(end), body: bodyOf(end) }) }
}

/** Labels of the numbers of workloads. */
const LABELS: Readonly<Record<PodState, string>> = {
  error: 'with errors',
  outdated: 'outdated',
  missing: 'not injected yet',
  injected: 'injected',
  changed: 'changed by policies only',
  unchanged: 'not injected',
}

function bodyOf(end: PodPageEnd): Html {
  const orders = [
    { value: '', label: 'worst first' },
    { value: 'name', label: 'by name' },
    { value: 'file', label: 'as in the files' },
  ]
  return html`<a class="skip-link" href="#pods">Skip to the pods</a>${header(TITLE, ABOUT)}
<main>
${tiles(end)}
<div class="controls" role="search">${filterField('filter', 'Filter', 'workload, namespace, image, writer, code of a finding')}${orderField('order', 'Order', orders)}<button type="button" id="all">Open all</button><button type="button" id="clear">Clear filters</button></div>
<section id="findings" hidden></section>
<div class="list-head"><h2>Workloads</h2><p class="soft" id="shown" role="status"></p></div><div id="pods" tabindex="-1"></div></main>
<noscript><p>This page shows its data with a script of its own, which is switched off here.</p></noscript>`
}

/** The numbers at the top, each of which is a filter. A state without workloads is shown only for errors. */
function tiles({ pods }: PodPageEnd): Html {
  const inState = (state: PodState) => pods.filter(pod => pod.state === state).length
  const withWarnings = pods.filter(({ findings }) => findings.some(({ finding }) => finding.severity === 'warning')).length
  const states = POD_STATES.map(state => ({ value: state as string, tone: POD_TONES[state], label: LABELS[state], count: inState(state) }))
  const all = [...states, { value: 'warnings', tone: 'warning' as const, label: 'with warnings', count: withWarnings }]
  const one = ({ value, ...count }: (typeof all)[number]) =>
    count.count === 0
      ? html`<li class="count quiet">${countText(count)}</li>`
      : html`<li><button type="button" class="count ${count.tone}" value="${value}" aria-pressed="false">${countText(count)}</button></li>`
  const shown = all.filter(({ value, count }) => count > 0 || value === 'error')
  return html`<ul class="counts" id="states" aria-label="States: filters">${shown.map(one)}</ul>`
}
