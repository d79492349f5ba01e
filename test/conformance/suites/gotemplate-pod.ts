// Suite `gotemplate-pod`: text/template with Sprig over typed *v1.Pod values (gotemplate-pod.json).

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeTyped } from '../../../src/lib/k8s/typed.ts'
import type { Json } from '../../../src/lib/model/index.ts'
import { sprigFuncs } from '../../../src/lib/sprig/index.ts'
import { podValue } from '../../support/go-values.ts'
import { checkGoCase, type GoCase, type MoreTags } from '../go-data.ts'
import { runCases, type Suite } from '../suite.ts'

const TAGS: MoreTags = new Map([['*v1.Pod', raw => podValue(decodeTyped('v1.Pod', raw as Json))]])

function gotemplatePod(folder: string): ReturnType<Suite> {
  const file = join(folder, 'gotemplate-pod.json')
  if (!existsSync(file)) return []
  const { cases = [] }: { cases?: GoCase[] } = JSON.parse(readFileSync(file, 'utf8'))
  const funcs = sprigFuncs()
  return [
    runCases(
      'gotemplate-pod',
      cases,
      c => `${c.name} ${c.template}`,
      c => checkGoCase(c, funcs, TAGS),
    ),
  ]
}

export const suites: Record<string, Suite> = { 'gotemplate-pod': gotemplatePod }
