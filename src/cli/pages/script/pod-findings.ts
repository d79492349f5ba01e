// Findings in two places: in a card, with buttons to their lines, and in the list of all findings at the top of the page, with links to workloads.

import { SEVERITIES } from '../pod-data.ts'
import { SIGNS } from '../tones.ts'
import { element } from './dom.ts'
import { SEVERITY_TONES, severityBadge } from './pod-badges.ts'
import type { PodLines } from './pod-lines.ts'
import type { Finding, Model, Pod, PodFinding } from './pod-model.ts'
import { count, firstSentence, upperFirst, withCode } from './words.ts'

/** The findings of an open card. */
export function findingList(findings: readonly PodFinding[], lines: PodLines): HTMLElement {
  return element(
    'ul',
    { class: 'findings' },
    findings.map(({ finding, line }) => findingItem(finding, buttons(line, lines))),
  )
}

function findingItem({ severity, code, message, hint, of, place }: Finding, jumps: readonly HTMLElement[]): HTMLElement {
  return element(
    'li',
    { class: `finding ${severity}` },
    element('p', {}, severityBadge(severity), ' ', element('code', {}, code), ' ', element('code', { class: 'soft place' }, place)),
    element('p', { class: 'message' }, of !== '' && element('strong', {}, `${of}: `), ...withCode(upperFirst(message))),
    hint.map(text => element('p', { class: 'soft' }, withCode(upperFirst(text)))),
    jumps.length > 0 && element('p', { class: 'jumps' }, jumps),
  )
}

function buttons(line: number, lines: PodLines): HTMLElement[] {
  if (line < 0) return []
  const button = (words: string, writer?: number) => {
    const created = element('button', { type: 'button', class: 'jump' }, words)
    created.addEventListener('click', () => lines.show(line, writer))
    return created
  }
  return [button('Show the line'), ...lines.writersOf(line).map((words, i) => button(words, i))]
}

/** The first findings of a closed card, one line each. */
export function findingLines(findings: readonly PodFinding[]): HTMLElement[] {
  const shown = findings
    .slice(0, LINES_SHOWN)
    .map(({ finding }) =>
      element(
        'span',
        { class: `finding-line ${finding.severity}` },
        element('span', { class: 'code' }, sign(finding.severity), ' ', element('code', {}, finding.code)),
        element('span', { class: 'sentence' }, finding.of === '' ? '' : `${finding.of}: `, ...withCode(sentenceOf(finding))),
      ),
    )
  const rest = findings.length - shown.length
  return rest > 0 ? [...shown, element('span', { class: 'soft finding-line' }, `and ${count(rest, 'more finding')}`)] : shown
}

const LINES_SHOWN = 2

/** The sentence of a finding, without the reason for injection, which is shown with the decision. */
function sentenceOf({ code, message }: Finding): string {
  return upperFirst(code === 'injection-missing' ? message.replace(/: .*$/s, '') : firstSentence(message))
}

function sign(severity: Finding['severity']): HTMLElement {
  const tone = SEVERITY_TONES[severity]
  return element(
    'span',
    { class: `sign ${tone}` },
    element('span', { 'aria-hidden': 'true' }, SIGNS[tone]),
    element('span', { class: 'unseen' }, `${severity}: `),
  )
}

/** Number of rows of the list, and of links in a row, that are shown at first. */
const ROWS_SHOWN = 12
const LINKS_SHOWN = 6

interface Row {
  readonly finding: Finding
  readonly pods: { readonly pod: Pod; readonly line: number }[]
}

export interface AllFindings {
  /** Shows the findings of these pods; all of them, and those of no workload, for undefined. */
  readonly show: (pods: ReadonlySet<Pod> | undefined) => void
}

/**
 * The list of all findings, the most severe first. Equal ones of several workloads are one row.
 * @param addressOf returns the address of a workload and one of its lines, -1 for none
 */
export function allFindings(place: HTMLElement, { pods, others }: Model, addressOf: (pod: Pod, line: number) => string): AllFindings {
  const rows = rowsOf(pods, others)
  const problems = rows.filter(({ finding }) => finding.severity !== 'info')
  const notes = rows.filter(({ finding }) => finding.severity === 'info')
  const list = element('ul', { class: 'finding-rows' })
  const heading = element('h2', {}, 'Findings')
  const more = element('button', { type: 'button', class: 'more' })
  let isAll = false
  let current: ReadonlySet<Pod> | undefined
  const draw = () => {
    const shown = problems.flatMap(row => {
      const own = current === undefined ? row.pods : row.pods.filter(({ pod }) => current?.has(pod))
      return own.length > 0 || (row.pods.length === 0 && current === undefined) ? [{ ...row, pods: own }] : []
    })
    list.replaceChildren(...(isAll ? shown : shown.slice(0, ROWS_SHOWN)).map(row => rowItem(row, addressOf)))
    more.textContent = `Show all ${shown.length.toLocaleString('en')} findings`
    more.hidden = isAll || shown.length <= ROWS_SHOWN
    heading.textContent = `${count(shown.length, 'finding')}`
    heading.hidden = shown.length === 0
  }
  more.addEventListener('click', () => {
    isAll = true
    draw()
  })
  addEventListener('beforeprint', () => {
    isAll = true
    draw()
  })
  place.append(heading, list, more)
  if (notes.length > 0) {
    const items = notes.map(({ finding }) => findingItem(finding, []))
    place.append(
      element(
        'details',
        { class: 'notes' },
        element('summary', {}, `${count(notes.length, 'note')} on what was assumed`),
        element('ul', { class: 'findings' }, items),
      ),
    )
  }
  place.hidden = rows.length === 0
  draw()
  return {
    show: shown => {
      current = shown
      draw()
    },
  }
}

/** The rank of a finding. An injection that is only not yet written comes after the other errors. */
function rank({ finding: { severity, code } }: Row): number {
  return SEVERITIES.indexOf(severity) * 3 + (code === 'injection-missing' ? 2 : code === 'injection-outdated' ? 1 : 0)
}

/** The rows of the list, without infos about workloads. */
function rowsOf(pods: readonly Pod[], others: readonly Finding[]): Row[] {
  const rows = new Map<string, Row>()
  const add = (finding: Finding, of: Row['pods']) => {
    const key = JSON.stringify([finding.severity, finding.code, sentenceOf(finding), finding.of])
    const known = rows.get(key)
    if (known === undefined) rows.set(key, { finding, pods: of })
    else for (const each of of) known.pods.push(each)
  }
  for (const finding of others) add(finding, [])
  for (const pod of pods) for (const { finding, line } of pod.findings) if (finding.severity !== 'info') add(finding, [{ pod, line }])
  return [...rows.values()].sort((a, b) => rank(a) - rank(b))
}

function rowItem({ finding, pods }: Row, addressOf: (pod: Pod, line: number) => string): HTMLElement {
  const { severity, code, of, place } = finding
  const links = pods
    .slice(0, LINKS_SHOWN)
    .map(({ pod, line }) => element('a', { href: addressOf(pod, line), title: `${pod.kind} ${pod.place}` }, `${pod.namespace}/${pod.name}`))
  const rest = pods.length - links.length
  return element(
    'li',
    { class: `finding-row ${severity}` },
    element('span', { class: 'code' }, sign(severity), ' ', element('code', {}, code)),
    element('span', { class: 'sentence' }, of === '' ? '' : element('strong', {}, `${of}: `), ...withCode(sentenceOf(finding))),
    element(
      'span',
      { class: 'links' },
      ...links.flatMap((link, i) => (i > 0 ? [', ', link] : [link])),
      rest > 0 && element('span', { class: 'soft' }, ` and ${rest.toLocaleString('en')} more`),
      pods.length === 0 && element('code', { class: 'soft' }, place),
    ),
  )
}
