// Suite `quantity`: what becomes of a quantity in a typed round trip (vectors.json, `quantity`).

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalQuantity } from '../../../src/lib/k8s/quantity.ts'
import { runCases, type Suite } from '../suite.ts'

interface Case {
  readonly in: string
  readonly out?: string
  readonly error?: string
}

function quantity(folder: string): ReturnType<Suite> {
  const file = join(folder, 'istio/vectors.json')
  if (!existsSync(file)) return []
  const cases: Case[] = JSON.parse(readFileSync(file, 'utf8')).quantity ?? []
  return [
    runCases(
      'quantity',
      cases,
      c => JSON.stringify(c.in),
      c => {
        const got = attempt(c.in)
        const want = c.error === undefined ? c.out : `error: ${c.error}`
        return got === want ? undefined : `${got} != ${want}`
      },
    ),
  ]
}

function attempt(text: string): string {
  try {
    return canonicalQuantity(text)
  } catch (error) {
    return `error: ${error instanceof Error ? error.message : error}`
  }
}

export const suites: Record<string, Suite> = { quantity }
