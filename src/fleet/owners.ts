// Finds the workload of a finding. A repository may contain a name several times: in bases and overlays, in a folder for each cluster.

import type { Diagnostic, ResourceRef, Workload } from '../lib/model/index.ts'

interface Known {
  readonly workload: Workload
  readonly file: string
  readonly line: number
}

/**
 * The workload that a finding names: of several with that name the one in the finding's file, and there the one that begins last before it.
 * Undefined for a finding about something else.
 * @example ownersOf(workloads)(finding)?.resource.ref.name // 'web'
 */
export function ownersOf(workloads: readonly Workload[]): (finding: Diagnostic) => Workload | undefined {
  const known = new Map<string, Known[]>()
  for (const workload of workloads) {
    const { ref, source, path } = workload.resource
    const { file, line } = source.positionOf(path)
    const key = keyOf(ref)
    const same = known.get(key)
    if (same === undefined) known.set(key, [{ workload, file, line }])
    else same.push({ workload, file, line })
  }
  return ({ resource, at }) => {
    const named = resource === undefined ? [] : (known.get(keyOf(resource)) ?? [])
    if (named.length <= 1 || at === undefined) return named[0]?.workload
    const inFile = named.filter(({ file }) => file === at.file)
    return (inFile.findLast(({ line }) => line <= at.line) ?? inFile[0] ?? named[0])?.workload
  }
}

function keyOf({ apiVersion, kind, namespace, name, generateName }: ResourceRef): string {
  return JSON.stringify([apiVersion, kind, namespace ?? null, name, generateName ?? null])
}
