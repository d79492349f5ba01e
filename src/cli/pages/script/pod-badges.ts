// Badges of the pod page: states of workloads and severities of findings.

import type { PodState, SEVERITIES } from '../pod-data.ts'
import { element } from './dom.ts'

/** Class, sign and words of a state; the words are those of the page's tiles. */
const STATES: Readonly<Record<PodState, readonly [tone: string, sign: string, words: string]>> = {
  error: ['error', '✕', 'error'],
  outdated: ['warning', '▲', 'outdated'],
  missing: ['notice', '●', 'not injected yet'],
  injected: ['good', '✓', 'injected'],
  changed: ['notice', '●', 'changed by policy'],
  unchanged: ['quiet', '–', 'not injected'],
}

export function stateBadge(state: PodState): HTMLElement {
  return badge(...STATES[state])
}

/** Class and sign of a severity. */
export const SEVERITY_SIGNS: Readonly<Record<(typeof SEVERITIES)[number], readonly [tone: string, sign: string]>> = {
  error: ['error', '✕'],
  warning: ['warning', '▲'],
  info: ['notice', '●'],
}

export function severityBadge(severity: (typeof SEVERITIES)[number]): HTMLElement {
  return badge(...SEVERITY_SIGNS[severity], severity)
}

export function badge(tone: string, sign: string, words: string): HTMLElement {
  return element('span', { class: `badge ${tone}` }, element('span', { 'aria-hidden': 'true' }, sign), ` ${words}`)
}
