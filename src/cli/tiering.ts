// When V8 optimises the program.

import process from 'node:process'
import { setFlagsFromString } from 'node:v8'

// Loading node:v8 takes a millisecond: as much as there is to save with an input of some twenty thousand characters.
const WORTH_IT = 20_000
// With hundreds of workloads, what is optimised early pays: 8 % for three thousand.
const LARGE = 400_000

/**
 * For a few workloads, has V8 optimise what was called 4,000 times instead of 400: its threads would take a sixth of all the CPU time for code that comes
 * when everything is done. Only where this was measured: other versions may not know the flag, and would say so.
 */
export function optimiseLater({ length }: string): void {
  if (length >= WORTH_IT && length <= LARGE && process.versions.v8.startsWith('13.')) setFlagsFromString('--invocation-count-for-maglev=4000')
}
