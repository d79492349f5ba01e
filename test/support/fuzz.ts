// Properties that must hold for anything whatever, tried on random inputs: so many in CI, as long as wanted by hand.
//
// FC_RUNS says how many inputs each property gets, FUZZ_SECONDS for how long instead, FC_SEED with which seed to start. `npm run fuzz` takes a new seed.
// FUZZ_KEEP names a folder for the inputs that fail, and for the last one tried, which is the one that hangs.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import fc from 'fast-check'
import t from 'tap'

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 0)
/** The same in every run unless told otherwise: a build does not fail by chance. */
const SEED = Number(process.env.FC_SEED ?? (SECONDS > 0 ? Date.now() % 1_000_000_000 : 1))
/** No input as small as these takes longer, on a busy machine either. */
const MILLISECONDS = 5000

/**
 * A test that the property holds for inputs of this kind. Anything that it throws is a failure, and so is taking too long.
 * @param runs how many inputs in CI
 */
export function fuzz<Input>(name: string, { runs, input }: { runs: number; input: fc.Arbitrary<Input> }, holds: (input: Input) => void): void {
  t.test(name, async t => {
    let slowest = 0
    const property = fc.property(input, given => {
      keep('last', given)
      const start = performance.now()
      holds(given)
      const milliseconds = performance.now() - start
      slowest = Math.max(slowest, milliseconds)
      if (milliseconds > MILLISECONDS) throw new Error(`it took ${milliseconds} ms`)
    })
    const bounds = SECONDS > 0 ? { numRuns: 1_000_000_000, interruptAfterTimeLimit: SECONDS * 1000 } : { numRuns: Number(process.env.FC_RUNS ?? runs) }
    const found = fc.check(property, { seed: SEED, ...bounds })
    if (found.failed) keep(name, found.counterexample?.[0])
    t.equal(found.failed ? `${fc.defaultReportMessage(found)}\n${found.errorInstance}` : 'holds', 'holds', `seed ${SEED}`)
    t.comment(`seed ${SEED}: ${found.numRuns} inputs, the slowest took ${Math.round(slowest)} ms`)
  })
}

function keep(name: string, input: unknown): void {
  const folder = process.env.FUZZ_KEEP
  if (folder !== undefined) writeFileSync(join(folder, name.replace(/\W+/g, '-')), typeof input === 'string' ? input : JSON.stringify(input))
}
