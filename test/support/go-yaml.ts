// Reads YAML texts with the real sigs.k8s.io/yaml, through the Go program in test/go/yaml.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json } from '../../src/lib/model/index.ts'
import { equal } from '../../src/lib/model/index.ts'
import { loadYaml, YamlError } from '../../src/lib/yaml/index.ts'

export interface GoAnswer {
  /** The value as JSON text. */
  readonly json?: string
  readonly error?: string
  /** Two keys of a mapping are one in JSON: which of them is left is up to chance. */
  readonly ambiguous?: boolean
}

const PROGRAM = join(import.meta.dirname, '../go/yaml')

/** What Go reads of each text; undefined where there is no Go. */
export function readInGo(texts: readonly string[]): readonly GoAnswer[] | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'yaml-reader-'))
  try {
    const binary = join(folder, 'yaml-reader')
    const build = spawnSync('go', ['build', '-o', binary, '.'], { cwd: PROGRAM, encoding: 'utf8' })
    if (build.error !== undefined) return undefined
    if (build.status !== 0) throw new Error(build.stderr)
    const { stdout, stderr, status } = spawnSync(binary, { input: texts.map(text => JSON.stringify(text)).join('\n'), encoding: 'utf8', maxBuffer: 1 << 30 })
    if (status !== 0) throw new Error(stderr)
    const lines = stdout.trimEnd().split('\n')
    if (lines.length !== texts.length) throw new Error(`${lines.length} answers to ${texts.length} texts`)
    return lines.map(line => JSON.parse(line))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** How the reader's outcome differs from Go's; undefined where it does not. Words of errors are not compared. */
export function differenceFromGo(text: string, { json, error, ambiguous }: GoAnswer): string | undefined {
  if (ambiguous === true) return undefined
  let got: Json
  try {
    got = loadYaml(text)
  } catch (thrown) {
    if (!(thrown instanceof YamlError)) throw thrown
    return error === undefined ? `${JSON.stringify(text)}: error ${thrown.message}, in Go ${json}` : undefined
  }
  if (json !== undefined && equal(got, JSON.parse(json))) return undefined
  return `${JSON.stringify(text)}: ${JSON.stringify(got)}, in Go ${json ?? `error ${error}`}`
}
