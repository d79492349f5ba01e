// The entry point for a start-up snapshot: `node --build-snapshot` injects a few lists, and saves the heap with the compiled functions
// (https://nodejs.org/api/v8.html#startup-snapshot-api). The snapshot contains no input but the texts below: arguments, environment and working directory are
// those of each later start.

import { Buffer } from 'node:buffer'
import process from 'node:process'
import { startupSnapshot } from 'node:v8'
import { answer } from './function-mode.ts'
import { start } from './program.ts'

/** ResourceLists with configurations and workloads, which `scripts/bundle.ts` inserts. Together they call most of what a run needs. */
declare const WARM_UP: readonly string[]

startupSnapshot.setDeserializeMainFunction(() => {
  start(process.argv.slice(2))
})

warmUp()

async function warmUp(): Promise<void> {
  for (const text of WARM_UP) {
    const { messages, exitCode } = await answer(Buffer.from(text))
    if (exitCode !== 0) throw new Error(`a list of the snapshot cannot be injected: ${messages}`)
  }
}
