// Badges of the pod page: states of workloads and severities of findings.

import type { PodState, SEVERITIES } from '../pod-data.ts'
import { POD_TONES, type Tone } from '../tones.ts'
import { badge } from './badge.ts'

/** Words for the state of one workload; those of the page's numbers count workloads. */
const WORDS: Readonly<Record<PodState, string>> = {
  error: 'error',
  outdated: 'outdated',
  missing: 'not injected yet',
  injected: 'injected',
  changed: 'changed by policy',
  unchanged: 'not injected',
}

export function stateBadge(state: PodState): HTMLElement {
  return badge(POD_TONES[state], WORDS[state])
}

type Severity = (typeof SEVERITIES)[number]

/** The tone of each severity. */
export const SEVERITY_TONES: Readonly<Record<Severity, Tone>> = { error: 'error', warning: 'warning', info: 'notice' }

export function severityBadge(severity: Severity): HTMLElement {
  return badge(SEVERITY_TONES[severity], severity)
}
