// What the API server makes of objects under MutatingAdmissionPolicies, compared by the rules of the data's README.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { equal, type JsonObject } from '../../../src/lib/model/index.ts'
import { type PolicyAnswer, type PolicyCase, policyAnswer } from '../policy-answer.ts'
import { type CaseFailure, runCases, type Suite } from '../suite.ts'

type Expected = { readonly output: JsonObject } | { readonly error: { readonly code: number; readonly message: string } }

interface Case extends PolicyCase {
  readonly name: string
  readonly group: string
  readonly output?: JsonObject
  readonly error?: { readonly code: number; readonly message: string }
  readonly outcomes?: readonly Expected[]
  readonly refused?: readonly { readonly kind: string; readonly name: string; readonly message: string }[]
}

export const suites: Record<string, Suite> = {
  'apiserver/policies': folder => {
    const file = join(folder, 'apiserver/policies.json')
    if (!existsSync(file)) return []
    const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: readonly Case[] }
    // The webhook after the policies needs the configuration of the installation that answered.
    const installed = join(folder, 'istio/live/cluster/default.yaml')
    const run = existsSync(installed) ? cases : cases.filter(({ group }) => group !== 'istio')
    return [
      runCases(
        'apiserver/policies',
        run,
        c => c.name,
        c => check(c, installed),
      ),
    ]
  },
}

function check(c: Case, installed: string): CaseFailure['why'] | undefined {
  const got = policyAnswer(c, c.group === 'istio' ? installed : undefined)
  if (c.refused !== undefined) return refusalDifference(c.refused, got)
  if ('refused' in got) return `refused: ${got.refused.map(({ message }) => message).join('; ')}`
  const expected: readonly Expected[] = c.outcomes ?? (c.output !== undefined ? [{ output: c.output }] : c.error !== undefined ? [{ error: c.error }] : [])
  const differences = expected.map(one => difference(one, got))
  return differences.includes(undefined) ? undefined : differences.join('\n    or ')
}

function refusalDifference(refused: NonNullable<Case['refused']>, got: PolicyAnswer): string | undefined {
  if (!('refused' in got)) return `not refused: ${refused.map(({ message }) => message).join('; ')}`
  for (const { kind, name, message } of refused) {
    const same = got.refused.find(other => other.kind === kind && other.name === name)
    if (same === undefined) return `not refused: ${message}`
    if (loose(same.message) !== loose(message)) return `wanted ${message}, got ${same.message}`
  }
  return undefined
}

function difference(expected: Expected, got: Exclude<PolicyAnswer, { refused: unknown }>): string | undefined {
  if ('output' in expected) {
    if ('error' in got) return `wanted an object, got ${got.error.message}`
    return equal(expected.output, got.output) ? undefined : `wanted ${JSON.stringify(expected.output)}\n    got ${JSON.stringify(got.output)}`
  }
  const { code, message } = expected.error
  const isPolicy = message.startsWith('policy ') || code === 0 || code === 500
  // Validation and admission after the policies may be left to the server.
  if (!isPolicy) return 'output' in got || got.error.code === code ? undefined : `wanted ${message}, got ${got.error.message}`
  if ('output' in got) return `wanted ${message}, got an object`
  if (got.error.code !== code) return `wanted ${code} ${message}, got ${got.error.code} ${got.error.message}`
  if (code === 0) return undefined
  return loose(got.error.message) === loose(message) ? undefined : `wanted ${message}\n    got ${got.error.message}`
}

/** Without Go's values and with compile errors as position and kind. */
function loose(message: string): string {
  return message.replace(/got &.*/s, 'got &')
}
