// The entry point for a start-up snapshot: `node --build-snapshot` injects once, and saves the heap with the compiled functions
// (https://nodejs.org/api/v8.html#startup-snapshot-api). The snapshot contains no input but the text below: arguments, environment and working directory are
// those of each later start.

import process from 'node:process'
import { startupSnapshot } from 'node:v8'
import { piecesOf } from '../write/edited-files.ts'
import { injectLazily } from './inject-lazily.ts'
import { start } from './program.ts'

/** A ResourceList with an example configuration and workloads, which `scripts/bundle.ts` inserts. */
declare const WARM_UP: string

startupSnapshot.setDeserializeMainFunction(() => {
  start(process.argv.slice(2))
})

injectLazily({ resourceList: { path: '<stdin>', text: WARM_UP }, readSource: () => [] }).then(({ files, diagnostics }) => {
  const [error] = diagnostics.filter(({ severity }) => severity === 'error')
  if (error !== undefined) throw new Error(`the snapshot's own list cannot be injected: ${error.message}`)
  for (const file of files) Array.from(piecesOf(file))
})
