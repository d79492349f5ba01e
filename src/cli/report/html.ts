// A report as the pod page. It is made of more than findings, so that the command brings it along.

import assert from 'node:assert'
import type { Report } from './report.ts'

export function formatHtml({ command, pods }: Report): string {
  assert(pods !== undefined, `${command} has no pods to show`)
  return pods()
}
