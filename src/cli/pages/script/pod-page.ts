// The script of the pod page: the list of workloads, its filters, and what an opened workload shows.

import type { PodData, PodState } from '../pod-data.ts'
import { byId, element, pageData } from './dom.ts'
import { afterTyping, matcher } from './filter.ts'
import { type PodLines, podLines } from './pod-lines.ts'
import { type Finding, type Model, modelOf, type Pod } from './pod-model.ts'

/** Class, sign and words of a state. */
const STATES: Readonly<Record<PodState, readonly [tone: string, sign: string, words: string]>> = {
  injected: ['good', '✓', 'injected'],
  changed: ['notice', '●', 'changed by policy'],
  unchanged: ['quiet', '–', 'unchanged'],
  error: ['error', '✕', 'error'],
}

interface Card {
  readonly pod: Pod
  readonly details: HTMLDetailsElement
  /** Makes what the workload shows; once. */
  readonly fill: () => PodLines
}

function start(): void {
  const model = modelOf(pageData<PodData>())
  const cards = model.pods.map(pod => cardOf(pod, model))
  byId('pods', HTMLElement).append(...cards.map(({ details }) => details))
  showOthers(model.findings)
  const field = byId('filter', HTMLInputElement)
  const state = byId('state', HTMLSelectElement)
  const filter = () => {
    const matches = matcher(field.value)
    const shown = cards.filter(({ pod, details }) => {
      details.hidden = !(matches(pod.searched) && isInState(pod, state.value))
      return !details.hidden
    })
    byId('shown', HTMLElement).textContent = shown.length === cards.length ? '' : `${shown.length} of ${cards.length} workloads`
  }
  afterTyping(field, filter)
  state.addEventListener('change', filter)
  const all = byId('all', HTMLButtonElement)
  all.addEventListener('click', () => {
    const shown = cards.filter(({ details }) => !details.hidden)
    const opens = shown.some(({ details }) => !details.open)
    for (const { details } of shown) details.open = opens
    all.textContent = opens ? 'Close all' : 'Open all'
  })
  printsUnfolded(cards)
  const first = cards.find(({ pod }) => `#${pod.id}` === location.hash) ?? (cards.length === 1 ? cards[0] : undefined)
  if (first !== undefined) first.details.open = true
}

function isInState(pod: Pod, state: string): boolean {
  if (state === 'with warnings') return pod.findings.some(({ severity }) => severity === 'warning')
  if (state === 'with double-written fields') return pod.doubleWritten > 0
  return state === '' || pod.state === state
}

function cardOf(pod: Pod, model: Model): Card {
  const { kind, namespace, name, state, findings, changedLines, doubleWritten, place } = pod
  const warnings = findings.filter(({ severity }) => severity === 'warning').length
  const details = element(
    'details',
    { class: 'card', id: pod.id },
    element(
      'summary',
      {},
      element('span', { class: 'workload' }, element('span', { class: 'soft' }, `${kind} ${namespace}/`), element('strong', {}, name)),
      element(
        'span',
        { class: 'chips' },
        badge(...STATES[state]),
        warnings > 0 && badge('warning', '▲', count(warnings, 'warning')),
        doubleWritten > 0 && badge('notice', '±', `${count(doubleWritten, 'field')} with two writers`),
        changedLines > 0 && element('span', { class: 'soft' }, count(changedLines, 'changed line')),
      ),
      element('code', { class: 'soft place' }, place),
    ),
  )
  let lines: PodLines | undefined
  const fill = () => {
    if (lines !== undefined) return lines
    lines = podLines(pod.lines(), model.source, `${kind} ${namespace}/${name}`)
    details.append(contentOf(pod, lines))
    return lines
  }
  details.addEventListener('toggle', () => {
    if (details.open) fill()
  })
  return { pod, details, fill }
}

function contentOf(pod: Pod, lines: PodLines): HTMLElement {
  const { template, summary, because, trace, changedLines, state } = pod
  const content = element('div', { class: 'content' })
  if (pod.findings.length > 0) content.append(findingList(pod.findings, lines.show))
  const where = template === '' ? 'The Pod itself' : 'Pod template at '
  const toggle = element('button', { type: 'button', class: 'toggle', 'aria-pressed': 'false' }, 'All lines')
  toggle.addEventListener('click', () => {
    const all = toggle.getAttribute('aria-pressed') !== 'true'
    toggle.setAttribute('aria-pressed', String(all))
    lines.unfold(all)
  })
  content.append(
    element('p', { class: 'decision' }, element('strong', {}, `${summary.charAt(0).toUpperCase()}${summary.slice(1)}. `), because === '' ? '' : `${because}.`),
    element('details', { class: 'trace' }, element('summary', {}, 'How this was decided'), traceList(trace)),
    element(
      'div',
      { class: 'pod-head' },
      element('p', { class: 'soft' }, where, template !== '' && element('code', {}, template), changedLines === 0 ? ' · nothing changes' : ''),
      toggle,
    ),
    ...(state === 'error'
      ? [element('p', { class: 'soft' }, 'Nothing is written because of the errors; these are the lines up to where injection came.')]
      : []),
    lines.view,
    element(
      'p',
      { class: 'soft keys no-print' },
      'Choose an origin to see the line that wrote it. ',
      element('kbd', {}, '↑'),
      ' ',
      element('kbd', {}, '↓'),
      ' move between lines, ',
      element('kbd', {}, 'Enter'),
      ' shows, ',
      element('kbd', {}, 'Esc'),
      ' closes.',
    ),
  )
  return content
}

function findingList(findings: readonly Finding[], show: ((line: number) => void) | undefined): HTMLElement {
  const items = findings.map(({ severity, code, message, hint, of = '', place, line }) => {
    const [tone, sign] = severity === 'error' ? ['error', '✕'] : severity === 'warning' ? ['warning', '▲'] : ['notice', '●']
    const jump = element('button', { type: 'button', class: 'jump' }, 'Show the line')
    jump.addEventListener('click', () => show?.(line))
    return element(
      'li',
      { class: `finding ${tone}` },
      element('p', {}, badge(tone, sign, severity), ' ', element('code', {}, code), ' ', element('code', { class: 'soft place' }, place)),
      element('p', { class: 'message' }, show === undefined && of !== '' && element('strong', {}, `${of}: `), message),
      hint.map(text => element('p', { class: 'soft' }, text)),
      show !== undefined && line >= 0 && jump,
    )
  })
  return element('ul', { class: 'findings' }, items)
}

function traceList(trace: readonly string[]): HTMLElement {
  const rows = trace.map(line => {
    const [, indent = '', mark = '', text = ''] = /^( *)([✔✘?!] |- )?(.*)$/.exec(line) ?? []
    const tone = { '✔ ': 'yes', '✘ ': 'no', '! ': 'bad' }[mark] ?? ''
    return element(
      'li',
      { class: `level-${Math.min(3, Math.ceil(indent.length / 2))} ${tone}` },
      mark !== '' && element('span', { class: 'mark' }, mark.trim()),
      text,
    )
  })
  return element('ul', { class: 'trace-list' }, rows)
}

function showOthers(findings: readonly Finding[]): void {
  if (findings.length === 0) return
  const section = byId('findings', HTMLElement)
  const [notes, problems] = [findings.filter(isNote), findings.filter(finding => !isNote(finding))]
  if (problems.length > 0) section.append(element('h2', {}, 'Beside the workloads'), findingList(problems, undefined))
  if (notes.length > 0) {
    section.append(
      element('details', { class: 'notes' }, element('summary', {}, count(notes.length, 'note'), ' on what was assumed'), findingList(notes, undefined)),
    )
  }
  section.hidden = false
}

function isNote({ severity }: Finding): boolean {
  return severity === 'info'
}

function badge(tone: string, sign: string, words: string): HTMLElement {
  return element('span', { class: `badge ${tone}` }, element('span', { 'aria-hidden': 'true' }, sign), ` ${words}`)
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}

/** On paper everything is open; afterwards the page is as it was. */
function printsUnfolded(cards: readonly Card[]): void {
  let before: readonly boolean[] | undefined
  const innerDetails = () => document.querySelectorAll<HTMLDetailsElement>('details.trace, details.notes')
  const prepare = () => {
    if (before !== undefined) return
    before = cards.map(({ details }) => details.open)
    for (const { details, fill } of cards) {
      if (details.hidden) continue
      fill().unfold(true)
      details.open = true
    }
    for (const inner of innerDetails()) inner.open = true
  }
  const restore = () => {
    cards.forEach(({ details, fill }, i) => {
      if (details.hidden || before === undefined) return
      fill().unfold(details.querySelector('.toggle')?.getAttribute('aria-pressed') === 'true')
      details.open = before[i] ?? false
    })
    for (const inner of innerDetails()) inner.open = false
    before = undefined
  }
  addEventListener('beforeprint', prepare)
  addEventListener('afterprint', restore)
  matchMedia('print').addEventListener('change', ({ matches }) => (matches ? prepare() : restore()))
}

start()
