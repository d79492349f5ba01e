// Formats a report as the pod page, which the command provides because it needs more than findings.

import type { Report } from './report.ts'

/**
 * The pod page.
 * @throws Error if a command offers the format without pods, which is a bug
 */
export function formatHtml({ command, pods }: Report): string {
  if (pods === undefined) throw new Error(`${command} has no pods to show`)
  return pods()
}
