// The card of a workload: closed, its name, state and findings; open, also the decision and the finished pod.

import { badge } from './badge.ts'
import { element } from './dom.ts'
import { stateBadge } from './pod-badges.ts'
import { decisionPart, reasonLine } from './pod-decision.ts'
import { findingLines, findingList } from './pod-findings.ts'
import { type PodLines, type PodLinesOptions, podLines } from './pod-lines.ts'
import type { Pod } from './pod-model.ts'
import { count, withCode } from './words.ts'

export interface Card {
  readonly pod: Pod
  readonly details: HTMLDetailsElement
  /** Makes what the workload shows; once. */
  readonly fill: () => PodLines
  /** Absent before the workload was first opened. */
  readonly lines: () => PodLines | undefined
}

export interface CardOptions extends PodLinesOptions {
  readonly onToggle: () => void
}

export function cardOf(pod: Pod, { onToggle, ...options }: CardOptions): Card {
  const { kind, namespace, name, state, findings, changedLines, contested, place, isCompared } = pod
  const warnings = findings.filter(({ finding }) => finding.severity === 'warning').length
  const changes = isCompared ? count(changedLines, 'line') + (changedLines === 1 ? ' differs' : ' differ') : count(changedLines, 'changed line')
  const details = element(
    'details',
    { class: 'card' },
    element(
      'summary',
      {},
      element('span', { class: 'workload' }, element('span', { class: 'soft' }, `${kind} ${namespace}/`), element('strong', {}, name)),
      element(
        'span',
        { class: 'chips' },
        stateBadge(state),
        warnings > 0 && badge('warning', count(warnings, 'warning')),
        contested > 0 && badge('warning', `${count(contested, 'field')} with two writers`, '±'),
        changedLines > 0 && element('span', { class: 'soft' }, changes),
      ),
      element('code', { class: 'soft place' }, place),
      ...findingLines(findings),
      state === 'unchanged' && element('span', { class: 'reason-line soft' }, withCode(reasonLine(pod))),
    ),
  )
  let lines: PodLines | undefined
  const fill = () => {
    if (lines !== undefined) return lines
    lines = podLines(pod, options)
    details.append(contentOf(pod, lines))
    return lines
  }
  details.addEventListener('toggle', () => {
    if (details.open) fill()
    onToggle()
  })
  return { pod, details, fill, lines: () => lines }
}

function contentOf(pod: Pod, lines: PodLines): HTMLElement {
  const { template, changedLines, state, isCompared } = pod
  const content = element('div', { class: 'content' })
  if (pod.findings.length > 0) content.append(findingList(pod.findings, lines))
  const where = template === '' ? 'The Pod itself' : 'Pod template at '
  const toggle = element('button', { type: 'button', class: 'toggle', 'aria-pressed': 'false' }, 'All lines')
  toggle.addEventListener('click', () => {
    const all = toggle.getAttribute('aria-pressed') !== 'true'
    toggle.setAttribute('aria-pressed', String(all))
    lines.unfold(all)
  })
  const note = isCompared ? ' · compared with what the manifest carries today' : changedLines === 0 ? ' · nothing changes' : ''
  content.append(
    decisionPart(pod),
    element('div', { class: 'pod-head' }, element('p', { class: 'soft' }, where, template !== '' && element('code', {}, template), note), toggle),
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
