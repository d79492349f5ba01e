// Properties that must hold for anything whatever, tried on random inputs: so many in CI, as long as wanted by hand.
//
// FC_RUNS says how many inputs each property gets, FUZZ_SECONDS for how long instead, FC_SEED with which seed to start. `npm run fuzz` takes a new seed.
// FUZZ_KEEP names a folder for the inputs that fail, and for the last one tried, which is the one that hangs.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import t from 'tap'

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 0)
/** The same in every run unless told otherwise: a build does not fail by chance. */
const SEED = Number(process.env.FC_SEED ?? (SECONDS > 0 ? Date.now() % 1_000_000_000 : 1))
/** No input as small as these takes longer: of the processor, for the machine may be busy with other things. */
const CPU_MS = 5000
/** What the process may come to hold with one input after the other, in megabytes (docs/security.md). */
const MEMORY_MB = 1536
/** An input that has not come to an end by then never will. */
const HANGS_AFTER_MS = 60_000

/**
 * A test that the property holds for inputs of this kind. Anything that it throws is a failure, and so is taking too long or too much memory.
 * @param runs how many inputs in CI
 */
export function fuzz<Input>(name: string, { runs, input }: { runs: number; input: fc.Arbitrary<Input> }, holds: (input: Input) => void): void {
  t.test(name, async t => {
    let slowest = 0
    const watch = watched(name)
    const property = fc.property(input, given => {
      keep('last', given)
      watch.next()
      const { user, system } = process.cpuUsage()
      holds(given)
      const used = process.cpuUsage()
      const milliseconds = (used.user - user + used.system - system) / 1000
      slowest = Math.max(slowest, milliseconds)
      if (milliseconds > CPU_MS) throw new Error(`it took ${milliseconds} ms of the processor`)
      if (peakMb() > MEMORY_MB) throw new Error(`the process has come to hold ${peakMb()} MB`)
    })
    const bounds = SECONDS > 0 ? { numRuns: 1_000_000_000, interruptAfterTimeLimit: SECONDS * 1000 } : { numRuns: Number(process.env.FC_RUNS ?? runs) }
    const found = fc.check(property, { seed: SEED, ...bounds })
    watch.end()
    if (found.failed) keep(name, found.counterexample?.[0])
    t.equal(found.failed ? `${fc.defaultReportMessage(found)}\n${found.errorInstance}` : 'holds', 'holds', `seed ${SEED}`)
    t.comment(`seed ${SEED}: ${found.numRuns} inputs, the slowest took ${Math.round(slowest)} ms, ${peakMb()} MB at most`)
  })
}

function peakMb(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024)
}

/** Ends the process where an input takes for ever, and says which: nothing else can, for all of this is synchronous. */
function watched(name: string): { next(): void; end(): void } {
  const count = new Int32Array(new SharedArrayBuffer(4))
  const code = `
    const { count, name, seed, pid } = require('node:worker_threads').workerData
    let seen = -1
    setInterval(() => {
      if (count[0] === seen) {
        const input = name + ': input ' + seen
        require('node:fs').writeSync(1, '# it hangs: ' + input + '; run it again with FC_SEED=' + seed + ' and FUZZ_KEEP=FOLDER\\n')
        process.kill(pid, 'SIGKILL')
      }
      seen = count[0]
    }, ${HANGS_AFTER_MS})
  `
  const worker = new Worker(code, { eval: true, workerData: { count, name, seed: SEED, pid: process.pid } })
  worker.unref()
  return { next: () => Atomics.add(count, 0, 1), end: () => void worker.terminate() }
}

function keep(name: string, input: unknown): void {
  const folder = process.env.FUZZ_KEEP
  if (folder !== undefined) writeFileSync(join(folder, name.replace(/\W+/g, '-')), typeof input === 'string' ? input : fc.stringify(input))
}
