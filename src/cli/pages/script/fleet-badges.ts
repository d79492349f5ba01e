// Badges of the fleet page, equal to those of its initial markup.

import { STATE_NAMES, STATES, type State } from '../../../fleet/types.ts'
import { FLEET_TONES, SIGNS, type Tone } from '../tones.ts'
import { badge } from './badge.ts'

const KNOWN: ReadonlyMap<string, State> = new Map(STATES.map(state => [state, state]))

export function stateName(state: string): string {
  const known = KNOWN.get(state)
  return known === undefined ? state : STATE_NAMES[known]
}

export function toneOf(state: string): Tone {
  const known = KNOWN.get(state)
  return known === undefined ? 'quiet' : FLEET_TONES[known]
}

export function signOf(state: string): string {
  return SIGNS[toneOf(state)]
}

export function stateBadge(state: string): HTMLElement {
  return badge(toneOf(state), stateName(state))
}
