// Records who writes a pod while it is injected, and tells it of each line of the finished pod: the room's main function.

import type { Observe, TracedTemplate, Writer } from '../lib/model/index.ts'
import { type FinishedLine, finishedLines } from './finished-pod.ts'
import { templateLines } from './template-line.ts'
import { type Tracked, track } from './track.ts'

/** A writer, and of a template the line, counted from 1. */
export interface Origin {
  readonly writer: Writer
  readonly line?: number
}

export interface OriginLine extends Omit<FinishedLine, 'writers'> {
  /** Everyone who wrote the value of the line, the last one at the end. */
  readonly origins: readonly Origin[]
}

export interface OriginRecorder {
  /** To hand to the injection of one workload. */
  readonly observe: Observe
  /** The finished pod, line by line; empty before anything was written. */
  readonly lines: () => readonly OriginLine[]
}

/**
 * Makes a recorder for one workload.
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
    lines: () => {
      if (pod === undefined) return []
      const { value } = pod
      const lineOf = new Map([...printed].map(([writer, traced]) => [writer, templateLines(traced)] as const))
      return finishedLines(pod).map(({ text, path, writers }) => {
        const origins = writers.map(writer => {
          const line = lineOf.get(writer)?.(value, path)
          return line === undefined ? { writer } : { writer, line }
        })
        return { text, path, origins }
      })
    },
  }
}
