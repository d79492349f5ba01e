// When V8 optimises the program.

import process from 'node:process'
import { setFlagsFromString } from 'node:v8'

// Loading node:v8 takes a millisecond: as much as there is to save with an input of some twenty thousand characters.
const WORTH_IT = 20_000

/**
 * Has V8 optimise what was called 4,000 times instead of 400. For a few workloads, its threads would take a sixth of all the CPU time for code that comes when
 * everything is done; for a thousand it makes no difference. Only where this was measured: other versions may not know the flag, and would say so.
 */
export function optimiseLater(input: string): void {
  if (input.length >= WORTH_IT && process.versions.v8.startsWith('13.')) setFlagsFromString('--invocation-count-for-maglev=4000')
}
