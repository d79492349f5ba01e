// A badge as in the markup of pages (../parts.ts).

import { SIGNS, type Tone } from '../tones.ts'
import { element } from './dom.ts'

/**
 * A badge with its tone's colour and sign.
 * @param sign another sign than the tone's
 * @example badge('warning', 'outdated')
 */
export function badge(tone: Tone, words: string, sign = SIGNS[tone]): HTMLElement {
  return element('span', { class: `badge ${tone}` }, element('span', { 'aria-hidden': 'true' }, sign), ` ${words}`)
}
