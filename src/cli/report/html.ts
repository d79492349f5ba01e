// A report as the pod page. It is made of more than findings, so that the command brings it along.

import type { Report } from './report.ts'

/** @throws Error where a command offers the format without pods: a bug of ours */
export function formatHtml({ command, pods }: Report): string {
  if (pods === undefined) throw new Error(`${command} has no pods to show`)
  return pods()
}
