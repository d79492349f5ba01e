// Records the writers of a pod during its injection, and returns them for each line of the finished pod.

import type { FieldPath, Json, Observe, TracedTemplate, Writer } from '../lib/model/index.ts'
import { type FinishedLine, finishedLines } from './finished-pod.ts'
import { templateLines } from './template-line.ts'
import { type Tracked, track } from './track.ts'

/** A writer, and for a template its line, counted from 1. */
export interface Origin {
  readonly writer: Writer
  readonly line?: number
}

export interface OriginLine extends Omit<FinishedLine, 'writers' | 'replacedBy'> {
  /** Everyone who wrote the value of the line, the last one at the end. */
  readonly origins: readonly Origin[]
}

/** A line of the finished pod, or a removed line. */
export interface DiffLine extends OriginLine {
  /** Writer that removed the line or replaced its value. */
  readonly replacedBy?: Writer
}

export interface OriginValue {
  readonly path: FieldPath
  readonly value: Json
  readonly origins: readonly Origin[]
}

export interface OriginRecorder {
  /** The observer to pass to the injection of one workload. */
  readonly observe: Observe
  /** The values at the requested paths with their writers. */
  readonly values: (wants: (path: FieldPath) => boolean) => readonly OriginValue[]
  /** The finished pod, line by line; empty before anything was written. */
  readonly lines: () => readonly OriginLine[]
  /** The lines including those that writers removed or replaced, each before its replacement. */
  readonly diff: () => readonly DiffLine[]
  /** The finished pod; undefined before anything was written. */
  readonly pod: () => Json | undefined
}

/**
 * Creates a recorder for one workload.
 * @example
 * const recorder = recordOrigins()
 * injectWorkload(workload, { ...given, observe: recorder.observe }, decide)
 * recorder.lines()[0] // { text: 'metadata:', path: ['metadata'], origins: [{ writer: { kind: 'user' } }] }
 */
export function recordOrigins(): OriginRecorder {
  let pod: Tracked | undefined
  const printed = new Map<Writer, TracedTemplate>()
  return {
    observe: (writer, after, traced) => {
      pod = track(pod, after, writer)
      if (traced !== undefined) printed.set(writer, traced)
    },
    values: wants => {
      if (pod === undefined) return []
      const originsOf = originsIn(pod.value, printed)
      return valuesIn(pod, [], wants).map(({ path, node }) => ({ path, value: node.value, origins: originsOf(path, node.writers) }))
    },
    lines: () => {
      if (pod === undefined) return []
      const originsOf = originsIn(pod.value, printed)
      return finishedLines(pod).map(({ writers, ...line }) => ({ ...line, origins: originsOf(line.path, writers) }))
    },
    diff: () => {
      if (pod === undefined) return []
      const originsOf = originsIn(pod.value, printed)
      return finishedLines(pod, { withReplaced: true }).map(({ writers, ...line }) => ({ ...line, origins: originsOf(line.path, writers) }))
    },
    pod: () => pod?.value,
  }
}

/** Adds the lines of templates to the writers of a value. */
function originsIn(finished: Json, printed: ReadonlyMap<Writer, TracedTemplate>): (path: FieldPath, writers: readonly Writer[]) => readonly Origin[] {
  const lineOf = new Map([...printed].map(([writer, traced]) => [writer, templateLines(traced)] as const))
  return (path, writers) =>
    writers.map(writer => {
      const line = lineOf.get(writer)?.(finished, path)
      return line === undefined ? { writer } : { writer, line }
    })
}

function valuesIn(node: Tracked, path: FieldPath, wants: (path: FieldPath) => boolean): { readonly path: FieldPath; readonly node: Tracked }[] {
  const below = [...node.children].flatMap(([step, child]) => valuesIn(child, [...path, step], wants))
  return wants(path) ? [{ path, node }, ...below] : below
}
