// The pod page: every workload's finished pod with who wrote each line.

import { SCRIPT, STYLE } from './generated/pod-page.ts'
import { html } from './html.ts'
import { page } from './page.ts'
import { header } from './parts.ts'

export interface PodPageData {
  readonly pods: readonly string[]
}

/** The text of the page. */
export function podPage(data: PodPageData): string {
  const body = html`${header('Pods as they will run', 'Every line of each finished pod, with who wrote it.')}<main id="pods"></main>`
  return page({ title: 'Pods as they will run', style: STYLE, script: SCRIPT, data, body })
}
