// Suite `strategicpatch`: strategic merge patches of pods, as apimachinery applies them (strategicpatch.json).

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json, JsonObject } from '../../../src/lib/model/index.ts'
import { strategicMerge } from '../../../src/merge/strategic.ts'
import { firstDifference } from '../compare.ts'
import { runCases, type Suite } from '../suite.ts'

interface Case {
  readonly name: string
  readonly schema?: string
  readonly original: Json
  readonly patch: Json
  readonly result?: Json
  readonly error?: string
  readonly errorAnyOf?: readonly string[]
  readonly panic?: string
}

function strategicpatch(folder: string): ReturnType<Suite> {
  const file = join(folder, 'strategicpatch.json')
  if (!existsSync(file)) return []
  const { cases = [] }: { cases?: Case[] } = JSON.parse(readFileSync(file, 'utf8'))
  return [runCases('strategicpatch', cases, c => c.name, check)]
}

function check(c: Case): string | undefined {
  const before = JSON.stringify([c.original, c.patch])
  const got = attempt(c)
  if (JSON.stringify([c.original, c.patch]) !== before) return 'an argument was changed in place'
  const errors = c.errorAnyOf ?? (c.error === undefined ? undefined : [c.error])
  if (c.panic !== undefined) return got instanceof Error ? undefined : `expected a failure, got ${JSON.stringify(got)}`
  if (errors !== undefined)
    return got instanceof Error && errors.includes(got.message) ? undefined : `${got instanceof Error ? got : JSON.stringify(got)} != ${errors}`
  return got instanceof Error ? (got.stack ?? got.message) : firstDifference(got, c.result ?? null)
}

/** The library takes JSON text; a document that is null counts as empty. */
function attempt(c: Case): Json | Error {
  try {
    return strategicMerge((c.original ?? {}) as JsonObject, (c.patch ?? {}) as JsonObject, `v1.${c.schema ?? 'Pod'}`)
  } catch (error) {
    if (error instanceof Error && error.name === 'MergeError') return error
    throw error
  }
}

export const suites: Record<string, Suite> = { strategicpatch }
