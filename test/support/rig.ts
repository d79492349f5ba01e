// Runs the program as users do: a process of its own, with a standard input, a working directory, and an exit code.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { bundleProgram } from '../../scripts/bundle.ts'

export const ROOT = join(import.meta.dirname, '../..')

let bundled: string | undefined

/** The program as users get it, made from the source as it is now; it goes when the test ends. */
export function program(): string {
  if (bundled !== undefined) return bundled
  const folder = mkdtempSync(join(tmpdir(), 'inject-sidecars-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  bundled = join(folder, 'inject-sidecars.cjs')
  bundleProgram(bundled)
  return bundled
}

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Circumstances {
  readonly input?: string | Buffer
  readonly cwd?: string
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>
  /** The node that runs it. */
  readonly node?: string
}

/** Runs `inject-sidecars ARGS`. */
export function run(args: readonly string[], { input = '', cwd = ROOT, node = process.execPath, env: more = {} }: Circumstances = {}): Outcome {
  const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, CI: ___, ...inherited } = process.env
  const env = { ...inherited, ...more }
  const done = spawnSync(node, [program(), ...args], { input, cwd, env, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (done.error) throw done.error
  return { code: done.status, stdout: done.stdout, stderr: done.stderr }
}

/** A file of the example that the tests share: a small mesh, a Namespace, a Deployment and a StatefulSet. */
export function example(name: string): string {
  return readFileSync(join(ROOT, 'examples/kustomize-exec', name), 'utf8')
}

/** Manifests as the items of a ResourceList. */
export function resourceList(texts: readonly string[], functionConfig?: string): string {
  const items = texts.flatMap(text => text.split(/^---\n/m)).filter(text => /^[^#\s]/m.test(text))
  const body = items.map(text => `- ${indented(text.trimEnd())}\n`).join('')
  const config = functionConfig === undefined ? '' : `functionConfig:\n  ${indented(functionConfig.trimEnd())}\n`
  return `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:${body === '' ? ' []\n' : `\n${body}`}${config}`
}

function indented(text: string): string {
  return text.replace(/\n(?!\n|$)/g, '\n  ')
}
