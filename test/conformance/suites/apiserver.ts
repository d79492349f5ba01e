// What a real API server makes of pods and workloads: its defaults and its own admission, against src/lib/k8s/defaults.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AdmissionError, admitPod, checkLimits, defaultObject, storeObject } from '../../../src/lib/k8s/defaults/index.ts'
import { TypedError } from '../../../src/lib/k8s/typed.ts'
import type { JsonObject } from '../../../src/lib/model/index.ts'
import { takesLabelsFromTemplate } from '../../support/job-labels.ts'
import { firstDifference } from '../compare.ts'
import { runCases, type Suite } from '../suite.ts'

export const suites: Record<string, Suite> = {
  'apiserver/defaults': folder => {
    const base = join(folder, 'apiserver')
    if (!existsSync(base)) return []
    const file = join(base, 'defaults.json')
    const { about, cases = [] } = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Data) : NO_DATA
    if (cases.length === 0) return [{ suite: 'apiserver/defaults', total: 1, failures: [{ name: file, why: 'the folder is there, its cases are not' }] }]
    return [
      runCases(
        'apiserver/defaults',
        cases,
        c => c.name,
        c => check(c, about.cluster),
      ),
    ]
  },
}

interface Data {
  readonly about: { readonly cluster: readonly JsonObject[] }
  readonly cases: readonly Case[]
}

const NO_DATA: Data = { about: { cluster: [] }, cases: [] }

interface Case {
  readonly name: string
  readonly kind: string
  readonly namespace: string
  readonly input: JsonObject
  readonly output?: JsonObject
  readonly error?: { readonly code: number; readonly message: string }
}

function check(c: Case, objects: readonly JsonObject[]): string | undefined {
  const before = JSON.stringify(c.input)
  const answer = answerTo(c, objects)
  if (JSON.stringify(c.input) !== before) return 'the input was changed'
  if (c.error === undefined) return typeof answer === 'string' ? `refused: ${answer}` : firstDifference(answer, c.output ?? {})
  // What validation refuses is left to the server; defaulting and admission must not stumble over it.
  if (c.error.code === 422) return typeof answer === 'string' ? `refused: ${answer}` : undefined
  return answer === c.error.message ? undefined : `expected ${c.error.message}, got ${typeof answer === 'string' ? answer : 'an object'}`
}

/** The stored object, or the text of the refusal. */
function answerTo({ kind, namespace, input }: Case, objects: readonly JsonObject[]): JsonObject | string {
  const facts = { objects, complete: true }
  try {
    const given = { ...input, metadata: { ...(input.metadata as JsonObject), namespace } }
    const defaulted = defaultObject(given)
    const stored = storeObject(kind === 'Pod' ? admitPod(defaulted, facts) : defaulted, { uid: 'UID', sharesLabels: takesLabelsFromTemplate(given) })
    if (kind === 'Pod') checkLimits(stored, facts)
    return stored
  } catch (error) {
    if (error instanceof AdmissionError) return error.message
    if (error instanceof TypedError) return `${kind} in version "v1" cannot be handled as a ${kind}: ${error.message}`
    throw error
  }
}
