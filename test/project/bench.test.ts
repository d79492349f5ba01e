// The benchmark measures the work that it names, and its gate fails where it should.

import t from 'tap'
import { inject } from '../../src/index.ts'
import { casesOf, proveInjected } from '../bench/cases.ts'
import type { Cost } from '../bench/measure.ts'
import { judge } from '../bench/verdict.ts'

for (const one of casesOf(['diverse', 'real', 'one', 'empty'], 20)) {
  t.test(`${one.name}: ${one.injected} of ${one.count} workloads are injected, and without them it is no measurement`, async t => {
    const { files, diagnostics } = inject({ resourceList: { path: 'list.yaml', text: one.input } })
    t.same(
      diagnostics.filter(({ severity }) => severity === 'error'),
      [],
    )
    proveInjected(one, files[0]?.text ?? '')
    t.equal(one.injected >= one.count * 0.8, true)
    if (one.injected > 0) t.throws(() => proveInjected(one, one.input), /0 of \d+ workloads were injected/)
  })
}

/** Rounds on a machine whose speed changes fivefold from round to round. */
function rounds(ratio: { cpu?: number; memory?: number }, seen: { cpu?: number; memory?: number } = {}): ReturnType<typeof judge> {
  const costs = (cpu: number, memory: number): Cost[] => [1, 5, 2, 3, 1].map(slow => ({ cpuMs: 100 * slow * cpu, rssMb: 80 * memory, inMb: 1, outMb: 1 }))
  const { cpu = 1, memory = 1 } = ratio
  return judge({ before: costs(1, 1), now: costs(cpu, memory), seeded: costs(cpu * (seen.cpu ?? 1.15), memory * (seen.memory ?? 1.15)) })
}

const VERDICTS: readonly [name: string, verdict: ReturnType<typeof judge>, problems: readonly RegExp[]][] = [
  ['the same costs pass', rounds({}), []],
  ['a tenth more passes', rounds({ cpu: 1.09, memory: 1.09 }), []],
  ['15 % more CPU fails', rounds({ cpu: 1.15 }), [/^CPU: 1\.15 of the previous/]],
  ['15 % more memory fails', rounds({ memory: 1.15 }), [/^memory: 1\.15 of the previous/]],
  ['a slowdown that is not seen fails', rounds({}, { cpu: 1.02 }), [/^CPU: the seeded 15 % came out as 1\.02/]],
  ['memory that is not seen fails', rounds({}, { memory: 1 }), [/^memory: the seeded 15 % came out as 1\.00/]],
  ['no rounds at all fail', judge({ before: [], now: [], seeded: [] }), [/^CPU/, /^CPU/, /^memory/, /^memory/]],
]

for (const [name, { problems }, wanted] of VERDICTS) {
  t.test(`the gate: ${name}`, async t => {
    t.equal(problems.length, wanted.length, problems.join('\n'))
    wanted.forEach((pattern, i) => {
      t.match(problems[i], pattern)
    })
  })
}
