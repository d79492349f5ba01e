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

/** The Go program, built once for as many texts as wanted. */
export class GoReader {
  private readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /** Undefined where there is no Go. */
  static build(): GoReader | undefined {
    const folder = mkdtempSync(join(tmpdir(), 'yaml-reader-'))
    const { error, status, stderr } = spawnSync('go', ['build', '-o', join(folder, BINARY), '.'], { cwd: PROGRAM, encoding: 'utf8' })
    if (error === undefined && status === 0) return new GoReader(folder)
    rmSync(folder, { recursive: true, force: true })
    if (error === undefined) throw new Error(stderr)
    return undefined
  }

  /** What Go reads of each text. */
  read(texts: readonly string[]): readonly GoAnswer[] {
    const input = texts.map(text => JSON.stringify(text)).join('\n')
    const { stdout, stderr, status } = spawnSync(join(this.folder, BINARY), { input, encoding: 'utf8', maxBuffer: 1 << 30 })
    if (status !== 0) throw new Error(stderr)
    const lines = stdout.trimEnd().split('\n')
    if (lines.length !== texts.length) throw new Error(`${lines.length} answers to ${texts.length} texts`)
    return lines.map(line => JSON.parse(line))
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

const BINARY = 'yaml-reader'

/** What Go reads of each text; undefined where there is no Go. */
export function readInGo(texts: readonly string[]): readonly GoAnswer[] | undefined {
  const reader = GoReader.build()
  try {
    return reader?.read(texts)
  } finally {
    reader?.close()
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
