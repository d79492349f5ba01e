// An optimisation can be removed: without its folder and the one call that reaches it, the project injects the same bytes.

import { cpSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import type * as Library from '../../src/index.ts'
import { inject } from '../../src/index.ts'
import { configuration, deployment } from '../bench/resource-lists.ts'
import { ROOT } from '../support/rig.ts'

interface Optimisation {
  readonly folder: string
  /** The file that uses it: the import goes, and the call is replaced. */
  readonly file: string
  readonly call: string
  readonly instead: string
}

const OPTIMISATIONS: readonly Optimisation[] = [
  { folder: 'src/lib/template/memory', file: 'src/render/render.ts', call: 'createMemories()', instead: 'undefined' },
]

/** Deployments that are alike in some of what templates read of them, and differ in the rest. */
function workloads(): string[] {
  const annotations = [
    '{}',
    '{sidecar.istio.io/proxyCPU: 100m}',
    '{sidecar.istio.io/interceptionMode: TPROXY}',
    '{unrelated: x}',
    '{sidecar.istio.io/inject: "false"}',
  ]
  return Array.from({ length: 40 }, (_, i) =>
    deployment(i % 30)
      .replace('  template:\n    metadata:\n', `$&      annotations: ${annotations[i % 7] ?? '{}'}\n`)
      .replace('version: v1', `version: v${i % 3}`),
  )
}

/** A copy of the source without the optimisation, as a library. */
async function without({ folder, file, call, instead }: Optimisation, project: string): Promise<typeof Library> {
  cpSync(join(ROOT, 'src'), join(project, 'src'), { recursive: true })
  cpSync(join(ROOT, 'package.json'), join(project, 'package.json'))
  symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'))
  rmSync(join(project, folder), { recursive: true })
  const lines = readFileSync(join(project, file), 'utf8').split('\n')
  const name = call.replace('()', '')
  const rest = lines.filter(line => !new RegExp(`^import .*\\b${name}\\b`).test(line)).join('\n')
  writeFileSync(join(project, file), rest.replace(call, instead))
  return import(pathToFileURL(join(project, 'src/index.ts')).href)
}

for (const optimisation of OPTIMISATIONS) {
  t.test(`${optimisation.folder} can be removed, and nothing changes`, async t => {
    const text = readFileSync(join(ROOT, optimisation.file), 'utf8')
    t.equal(text.split(optimisation.call).length, 2, 'one call reaches it')
    const project = t.testdir({})
    const copy = await without(optimisation, project)
    t.notOk(existsSync(join(project, optimisation.folder)))
    const namespace = '{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio-injection: enabled}}}\n'
    const files = [...configuration().documents, namespace, ...workloads()].map((text, i) => ({ path: `${i}.yaml`, text }))
    const [ours, theirs] = [inject({ files }), copy.inject({ files })]
    t.same(theirs.diagnostics, ours.diagnostics)
    t.same(
      theirs.files.map(file => file.text),
      ours.files.map(file => file.text),
    )
    t.ok(ours.files.filter(({ text }) => text.includes('istio-proxy')).length > 20, 'sidecars are injected')
  })
}
