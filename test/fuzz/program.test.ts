// The whole program on real inputs that were changed at random: it keeps the laws of test/support/laws.ts.

import fc from 'fast-check'
import t from 'tap'
import { inject } from '../../src/index.ts'
import type { Json } from '../../src/lib/model/index.ts'
import { toYaml } from '../../src/lib/yaml/index.ts'
import { fuzz } from '../support/fuzz.ts'
import { batchesOf, NO_CASES } from '../support/istio-cases.ts'
import { answersWell, fileAnswersWell, inMesh, listIn, reached } from '../support/laws.ts'
import { mutatedText, mutatedValue } from '../support/mutate.ts'
import { random } from '../support/random.ts'
import { randomManifest } from '../support/random-manifest.ts'
import { example, resourceList } from '../support/rig.ts'

const MESH = [example('istio/config.yaml'), example('namespace.yaml')]
const WORKLOADS = [example('web.yaml'), example('store.yaml')]
const CONFIG = example('sidecars.yaml').replace(/ {2}expect:[\s\S]*/, '')
const LISTS = [
  resourceList([...MESH, ...WORKLOADS]),
  resourceList([...WORKLOADS, ...MESH], CONFIG),
  resourceList([...MESH, injectedList(), ...WORKLOADS], CONFIG),
]

/** Workloads that were injected before, in a List. */
function injectedList(): string {
  const files = [...MESH, ...WORKLOADS].map((text, i) => ({ path: `${i}.yaml`, text }))
  const items = inject({ files })
    .files.slice(2)
    .map(({ text }) => `- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`)
  return `apiVersion: v1\nkind: List\nmetadata:\n  name: l\nitems:\n${items.join('')}`
}

fuzz('a ResourceList with changed characters and lines', { runs: 300, input: mutatedText(LISTS) }, answersWell)

const WORD = fc.stringMatching(/^[a-z][a-z0-9-]{0,9}[a-z0-9]$/)
const copies = fc.tuple(
  fc.constantFrom(...WORKLOADS),
  fc.array(fc.record({ name: WORD, other: WORD, number: fc.integer({ min: 2, max: 9999 }) }), { maxLength: 8 }),
)

// What is remembered of how one was written (write/repeat.ts) is used for the next.
fuzz('copies of a workload with other names and numbers', { runs: 150, input: copies }, ([text, names]) =>
  answersWell(
    resourceList([
      ...MESH,
      ...names.map(({ name, other, number }, i) =>
        text
          .replaceAll('web', i % 3 === 2 ? other : name)
          .replace(/1\.\d+/g, `${number}.1`)
          .replace(/(ontainerPort|replicas): \d+/g, `$1: ${number}`),
      ),
    ]),
  ),
)

const printed = fc.constantFrom<(value: Json) => string>(
  value => `${JSON.stringify(value)}\n`,
  value => JSON.stringify(value, null, 2),
  value => toYaml(value),
)

fuzz(
  'a ResourceList with a changed structure',
  { runs: 300, input: fc.tuple(mutatedValue(LISTS.map(listIn)), printed).map(([value, print]) => print(value)) },
  answersWell,
)

const MESHED = inMesh(
  MESH.map((text, i) => ({ path: `${i}.yaml`, text })),
  {
    path: 'fn.yaml',
    text: `apiVersion: inject-sidecars.dev/v1alpha1
kind: SidecarInjector
spec: {istio: {}, cluster: {namespaces: {default: {labels: {istio-injection: enabled}}}}}
`,
  },
)

fuzz('a changed manifest in a random style', { runs: 300, input: fc.nat(1_000_000).chain(seed => mutatedText([randomManifest(random(seed)).text])) }, text =>
  fileAnswersWell(text, MESHED),
)

const istio = NO_CASES
  ? []
  : ['1.31', 'live']
      .flatMap(folder => batchesOf(folder))
      .flatMap(({ files, mesh, functionConfig }) => files.map(({ text }) => ({ text, run: inMesh([mesh], functionConfig) })))

if (istio.length > 0) {
  fuzz(
    "Istio's own cases, changed, with its own configuration",
    { runs: 150, input: fc.nat(istio.length - 1).chain(index => fc.tuple(mutatedText([istio[index]?.text ?? '']), fc.constant(index))) },
    ([text, index]) => fileAnswersWell(text, istio[index]?.run ?? MESHED),
  )
}

t.test('all laws are reached', async t => {
  for (const [name, count] of Object.entries(reached)) t.equal(count > 20, true, `${name}: ${count} inputs`)
})
