// Inputs on which the program once differed from the webhook, each a folder with the configuration, the workload and the webhook's own answer.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { inject } from '../../src/index.ts'
import { at, isObject, type JsonObject } from '../../src/lib/model/index.ts'
import { parseDocuments } from '../../src/lib/yaml/index.ts'
import { comparableTemplate, firstDifference } from '../conformance/compare.ts'
import { sharedFolder } from '../conformance/run.ts'

/** The answers of Istio's own code; they stand on Istio's charts and so are no part of this project. */
const FAULTS = process.env.FAULTS_DIR ?? join(sharedFolder(), '../faults')
const CASES = existsSync(FAULTS)
  ? readdirSync(FAULTS)
      .filter(name => name.startsWith('parity-') && existsSync(join(FAULTS, name, 'expected.json')))
      .sort()
  : []

/** What the webhook answers: another template, none, or an error. */
interface Expected {
  readonly injected?: boolean
  readonly template?: JsonObject
  readonly error?: string
}

/** Why the program's answer is another than the webhook's. */
function differenceOf(folder: string): string | undefined {
  const text = (name: string) => readFileSync(join(folder, name), 'utf8')
  const expected: Expected = JSON.parse(text('expected.json'))
  const files = ['workload.yaml', 'cluster.yaml', 'namespace.yaml'].map(path => ({ path, text: text(path) }))
  // The answers are to pods as they were written, without the API server's defaults.
  const functionConfig = { path: 'fn.yaml', text: text('fn.yaml').replace(/^spec:$/m, 'spec:\n  emulateDefaults: false') }
  const result = inject({ files, functionConfig })
  const errors = result.diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)
  const after = result.files[0]?.text ?? ''
  if (expected.error !== undefined) return errors.length > 0 ? undefined : `injected, where the webhook answers ${expected.error}`
  if (errors.length > 0) return `error: ${errors.join('; ')}`
  if (expected.injected === false) return after === text('workload.yaml') ? undefined : 'changed, where the webhook changes nothing'
  const [document] = parseDocuments({ path: 'workload.yaml', text: after })
  const value = document?.value ?? null
  const template = isObject(value) && value.kind === 'Pod' ? value : at(value, ['spec', 'template'])
  return firstDifference(comparableTemplate(template), comparableTemplate(expected.template))
}

t.test('every answer is the one of the webhook', { skip: CASES.length === 0 && `${FAULTS} has no cases` }, async t => {
  for (const name of CASES) t.equal(differenceOf(join(FAULTS, name)), undefined, name)
})
