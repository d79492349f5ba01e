// Sprig's text functions against what Go computed: sprig.json.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sprigFuncs } from '../../../src/lib/sprig/index.ts'
import { timeValue } from '../../support/go-values.ts'
import { checkGoCase, type GoCase, type MoreTags } from '../go-data.ts'
import { runCases, type Suite } from '../suite.ts'

const TAGS: MoreTags = new Map([['time', raw => timeValue(String(raw))]])

const sprig: Suite = folder => {
  const file = join(folder, 'sprig.json')
  if (!existsSync(file)) return []
  const { cases = [] } = JSON.parse(readFileSync(file, 'utf8')) as { cases?: readonly GoCase[] }
  return [
    runCases(
      'sprig',
      cases,
      c => c.name,
      c => checkGoCase(c, sprigFuncs(), TAGS),
    ),
  ]
}

export const suites: Record<string, Suite> = { sprig }
