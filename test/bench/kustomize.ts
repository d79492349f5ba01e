// What a `kustomize build` of the example takes with the function in each of its forms, beside the same with `cat`, which answers with what it is given.

import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { injectedIn } from './cases.ts'
import { median } from './measure.ts'

const ROOT = join(import.meta.dirname, '../..')
const KUSTOMIZE = join(ROOT, '.cache/bin/kustomize')
const EXAMPLE = join(ROOT, 'examples/kustomize-exec')
const ROUNDS = 15

export interface Build {
  readonly name: string
  readonly wallMs: number
}

/** The medians, `cat` first; nothing where kustomize is not installed. The executable is measured where it was built. */
export function kustomizeBuilds(): readonly Build[] {
  if (!existsSync(KUSTOMIZE)) return []
  const functions = [
    ['cat', '/bin/cat'],
    ['npm bundle', join(ROOT, 'dist/inject-sidecars.cjs')],
    ['npm package, with its compile cache', join(ROOT, 'dist/bin.cjs')],
    ['executable', join(ROOT, 'executable', `inject-sidecars-linux-${process.arch}`)],
  ] as const
  const folder = mkdtempSync(join(tmpdir(), 'kustomize-'))
  try {
    const builds = functions.filter(([, path]) => existsSync(path)).map(([name, path]) => ({ name, folder: withFunction(join(folder, name), path) }))
    // The first run of each fills the caches, and proves that it injects.
    for (const build of builds) proveBuild(build.name, run(build.folder, folder).output)
    const times = builds.map((): number[] => [])
    for (let round = 0; round < ROUNDS; round++) for (const [i, build] of builds.entries()) times[i]?.push(run(build.folder, folder).wallMs)
    return builds.map(({ name }, i) => ({ name, wallMs: median(times[i] ?? []) }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The example with a function of one's own; with `cat`, the guard stays that the function would take out. */
function withFunction(folder: string, path: string): string {
  cpSync(EXAMPLE, folder, { recursive: true })
  const file = join(folder, 'sidecars.yaml')
  const starter = join(folder, 'function')
  writeFileSync(starter, `#!/bin/sh\nexec '${path}'\n`)
  chmodSync(starter, 0o755)
  writeFileSync(file, readFileSync(file, 'utf8').replace(/path: .*/, 'path: ./function'))
  return folder
}

function run(folder: string, home: string): { readonly output: string; readonly wallMs: number } {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env // costs 35 ms at every start
  const start = performance.now()
  const { status, stdout, stderr } = spawnSync(KUSTOMIZE, ['build', '--enable-alpha-plugins', '--enable-exec', folder], {
    env: { ...env, HOME: home, PATH: `${join(process.execPath, '..')}:${process.env.PATH}` },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`kustomize build ${folder} ended with ${status}: ${stderr.slice(0, 2000)}`)
  return { output: stdout, wallMs: performance.now() - start }
}

function proveBuild(name: string, output: string): void {
  const [found, wanted] = [injectedIn(output), name === 'cat' ? 0 : 2]
  if (found !== wanted) throw new Error(`kustomize with ${name}: ${found} of ${wanted} workloads were injected`)
}
