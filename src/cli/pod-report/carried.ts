// Compares a finished pod line by line with its manifest, which contains an earlier injection.

import type { PageLine, PageWriter } from '#pages'
import { at, type FieldPath, type Json, type Workload } from '../../lib/model/index.ts'
import { finishedLines } from '../../origins/finished-pod.ts'
import type { DiffLine } from '../../origins/origins.ts'
import { track } from '../../origins/track.ts'
import { withMirroredImages } from '../../reversible/mirrored-images.ts'
import { injectedValue } from '../../reversible/record-check.ts'
import type { Change } from '../../write/write.ts'
import type { FieldNumbers } from './paths.ts'

export interface CarriedInput {
  /** The workload in the input, and without its injection. */
  readonly original: Workload
  readonly workload: Workload
  readonly change: Change
  /** The lines of the finished pod, and their form on the page. */
  readonly lines: readonly DiffLine[]
  readonly shown: readonly PageLine[]
  readonly pod: Json
  readonly fields: FieldNumbers
  /** The line of the manifest that holds a field of the pod template as the input has it. */
  readonly manifestLine: (path: FieldPath) => number | undefined
}

const CARRIED: PageWriter = { kind: 'carried', label: 'manifest today', about: 'What the manifest carries today, of an earlier injection.' }

/**
 * The page's lines as a comparison of the pod with its injected manifest: lines that injecting again replaces or removes are added, and differing lines are listed.
 * @returns undefined if injecting again gives the manifest
 */
export function comparedWithManifest({
  original,
  workload,
  change,
  lines,
  shown,
  pod,
  fields,
  manifestLine,
}: CarriedInput): { readonly lines: readonly PageLine[]; readonly kept: readonly DiffLine[]; readonly differing: readonly number[] } | undefined {
  const now = original.resource.value
  const again = withMirroredImages(injectedValue(workload, change), now)
  const [carried, next] = [at(now, original.podPath), at(again, workload.podPath)]
  if (carried === undefined || next === undefined) return undefined
  const [before, after] = [{ kind: 'user' }, { kind: 'default' }] as const
  const difference = finishedLines(track(track(undefined, carried, before), next, after), { withReplaced: true })
  if (difference.every(({ writers, replacedBy }) => replacedBy === undefined && writers.at(-1) === before)) return undefined

  const live = lines.flatMap((line, i) => (line.replacedBy === undefined ? [{ line, page: shown[i] }] : []))
  const numbers = fields.ofLines(
    pod,
    live.map(({ line }) => line),
  )
  const differing = new Set<number>()
  const removedBefore = new Map<number, PageLine[]>()
  let waiting: PageLine[] = []
  for (const { text, path, writers, replacedBy } of difference) {
    if (replacedBy !== undefined) {
      const line = manifestLine(path)
      const by = live[fields.lineOf(next, path, numbers)]?.page?.origins.at(-1)?.writer ?? CARRIED
      waiting.push({ text, origins: [{ writer: CARRIED }], replacedBy: by, ...(line === undefined ? {} : { manifestLine: line }) })
      continue
    }
    const isNew = writers.at(-1) === after
    if (!isNew && waiting.length === 0) continue
    const index = fields.lineOf(next, path, numbers)
    if (index < 0) continue
    if (isNew) differing.add(index)
    if (waiting.length > 0) removedBefore.set(index, [...(removedBefore.get(index) ?? []), ...waiting])
    waiting = []
  }
  const all = live.flatMap(({ line, page }, i) => [
    ...(removedBefore.get(i) ?? []).map(removed => ({ page: removed, line: undefined, differs: true })),
    { page, line, differs: differing.has(i) },
  ])
  const complete = [...all, ...waiting.map(removed => ({ page: removed, line: undefined, differs: true }))]
  return {
    lines: complete.flatMap(({ page }) => page ?? []),
    kept: complete.map(({ line }) => line ?? GONE),
    differing: complete.flatMap(({ differs }, i) => (differs ? [i] : [])),
  }
}

/** Marks a line that only the manifest has. */
const GONE: DiffLine = { text: '', path: [], origins: [], replacedBy: { kind: 'default' } }
