// Badges of the fleet page, equal to those of its initial markup.

import { element } from './dom.ts'

export const STATES = ['error', 'conflict', 'outdated', 'at-render', 'injected', 'not-injected'] as const

const SHOWN: ReadonlyMap<string, readonly [tone: string, sign: string, name: string]> = new Map([
  ['error', ['error', '✕', 'Error']],
  ['conflict', ['error', '✕', 'Conflict']],
  ['outdated', ['warning', '▲', 'Outdated']],
  ['at-render', ['notice', '●', 'Injected at render']],
  ['injected', ['good', '✓', 'Injected in Git']],
  ['not-injected', ['quiet', '–', 'Not injected']],
])

export function stateName(state: string): string {
  return SHOWN.get(state)?.[2] ?? state
}

export function toneOf(state: string): string {
  return SHOWN.get(state)?.[0] ?? 'quiet'
}

export function signOf(state: string): string {
  return SHOWN.get(state)?.[1] ?? '–'
}

export function stateBadge(state: string): HTMLElement {
  const [tone, sign, name] = SHOWN.get(state) ?? ['quiet', '–', state]
  return badge(tone, sign, name)
}

export function badge(tone: string, sign: string, name: string): HTMLElement {
  return element('span', { class: `badge ${tone}` }, element('span', { 'aria-hidden': 'true' }, sign), ` ${name}`)
}
