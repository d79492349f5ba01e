// The tones of states and findings, for pages and their scripts: each has a colour in page.css and a sign.

import type { State } from '../../fleet/types.ts'
import type { PodState } from './pod-data.ts'

/** The meaning of a badge's colour and sign. */
export type Tone = 'good' | 'quiet' | 'notice' | 'warning' | 'error'

/** The sign of each tone, so that no meaning depends on colour alone. */
export const SIGNS: Readonly<Record<Tone, string>> = { good: '✓', quiet: '–', notice: '●', warning: '▲', error: '✕' }

/** Tones of the states on the pod page. */
export const POD_TONES: Readonly<Record<PodState, Tone>> = {
  error: 'error',
  outdated: 'warning',
  missing: 'notice',
  injected: 'good',
  changed: 'notice',
  unchanged: 'quiet',
}

/** Tones of the states on the fleet page. */
export const FLEET_TONES: Readonly<Record<State, Tone>> = {
  error: 'error',
  conflict: 'error',
  outdated: 'warning',
  'at-render': 'notice',
  injected: 'good',
  'not-injected': 'quiet',
}
