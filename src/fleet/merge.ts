// Merges the reports of several runs, such as those of several repositories or clusters.

import type { FleetFinding, FleetPods, FleetReport, FleetWorkload } from './types.ts'

export interface NamedReport {
  /** Source: the name of its file. A source from an earlier merge is kept. */
  readonly name: string
  readonly report: FleetReport
}

/**
 * One report of all workloads, each with the report that it comes from. Equal entries of two reports are kept once, so that merging a report twice changes nothing.
 * @example mergeReports([{ name: 'shop', report }]).workloads[0]?.source // 'shop'
 */
export function mergeReports(reports: readonly NamedReport[]): FleetReport {
  const pods = reports.flatMap(({ report }) => report.pods ?? [])
  return {
    workloads: distinct(reports.flatMap(({ name, report }) => report.workloads.map((workload): FleetWorkload => ({ source: name, ...workload })))),
    findings: distinct(reports.flatMap(({ name, report }) => report.findings.map((finding): FleetFinding => ({ source: name, ...finding })))),
    ...(pods.length === 0 ? {} : { pods: pods.reduce(sum) }),
  }
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map(item => [JSON.stringify(item), item])).values()]
}

function sum(a: FleetPods, b: FleetPods): FleetPods {
  return { pods: a.pods + b.pods, ended: a.ended + b.ended, others: a.others + b.others }
}
