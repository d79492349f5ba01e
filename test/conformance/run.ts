// `npm run conformance [-- FOLDER] [--verbose] [--only SUITE]`: runs every suite over the data and prints one line each.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import type { Suite, SuiteResult } from './suite.ts'

const HERE = import.meta.dirname

/** The folder with Istio's own cases: $CONFORMANCE_DIR, or ../shared/conformance beside the project. */
export function sharedFolder(): string {
  return process.env.CONFORMANCE_DIR ?? join(HERE, '../../../shared/conformance')
}

/** Cases that cannot pass, by suite and case name, each with its reason. */
export function knownFailures(): Record<string, Record<string, string>> {
  return JSON.parse(readFileSync(join(HERE, 'known-failures.json'), 'utf8'))
}

/** Runs the suites of `test/conformance/suites/`; a suite is looked for in each folder in turn, the first that holds its data serves. */
export async function runSuites(folders: readonly string[], only?: string): Promise<SuiteResult[]> {
  const results: SuiteResult[] = []
  for (const file of readdirSync(join(HERE, 'suites')).sort()) {
    const { suites } = (await import(pathToFileURL(join(HERE, 'suites', file)).href)) as { suites: Record<string, Suite> }
    for (const [name, suite] of Object.entries(suites)) {
      if (only !== undefined && !name.includes(only)) continue
      for (const folder of folders) {
        const found = suite(folder)
        results.push(...found)
        if (found.length > 0) break
      }
    }
  }
  return results
}

async function main(args: readonly string[]): Promise<void> {
  const verbose = args.includes('--verbose')
  const onlyAt = args.indexOf('--only')
  const only = onlyAt >= 0 ? args[onlyAt + 1] : undefined
  const folder = args.find((arg, i) => !arg.startsWith('--') && (onlyAt < 0 || i !== onlyAt + 1))
  const folders = folder !== undefined ? [folder] : [sharedFolder(), HERE]
  if (!existsSync(folders[0] ?? '')) {
    console.log(`skipped: ${folders[0]} does not exist, so Istio's own cases do not run; the cases of test/conformance do`)
  } else if (readdirSync(folders[0] ?? '').length === 0) {
    throw new Error(`${folders[0]} is empty: the conformance cases are missing`)
  }
  const known = knownFailures()
  let unexpected = 0
  let ran = 0
  for (const { suite, total, failures, notes = [] } of await runSuites(folders.filter(existsSync), only)) {
    ran += total
    console.log(`${suite} ${total - failures.length}/${total}`)
    for (const note of notes) console.log(`  ${note}`)
    for (const { name, why } of failures) {
      const reason = known[suite]?.[name]
      if (reason === undefined) unexpected++
      if (reason !== undefined) console.log(`  known: ${name}: ${reason}`)
      else if (verbose) console.log(`  ${name}: ${why}`)
    }
  }
  console.log(`conformance cases run: ${ran}`)
  console.log(`unexpected failures: ${unexpected}`)
  process.exitCode = unexpected === 0 && ran > 0 ? 0 : 1
}

if (process.argv[1] === import.meta.filename) await main(process.argv.slice(2))
