// The YAML rules of sigs.k8s.io/yaml: vectors `yaml` (text to value, or error) and `jsonToYaml`.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { equal, type Json } from '../../../src/lib/model/index.ts'
import { loadYaml } from '../../../src/lib/yaml/index.ts'
import { toYaml } from '../../../src/lib/yaml/print.ts'
import { runCases, type Suite } from '../suite.ts'

interface Vector {
  readonly yaml: string
  readonly json?: string
  readonly error?: string
}

function vectors(folder: string): { yaml: Vector[]; jsonToYaml: Vector[] } | undefined {
  const file = join(folder, 'istio/vectors.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

const loads: Suite = folder => {
  const cases = vectors(folder)?.yaml
  if (cases === undefined) return []
  return [
    runCases(
      'yaml',
      cases,
      ({ yaml }) => JSON.stringify(yaml),
      ({ yaml, json, error }) => {
        let got: Json
        try {
          got = loadYaml(yaml)
        } catch (thrown) {
          const message = thrown instanceof Error ? thrown.message : String(thrown)
          return message === error ? undefined : `error ${JSON.stringify(message)}, want ${JSON.stringify(error ?? json)}`
        }
        const fits = json !== undefined && equal(got, JSON.parse(json))
        return fits ? undefined : `got ${JSON.stringify(got)}, want ${json ?? `error ${error}`}`
      },
    ),
  ]
}

const prints: Suite = folder => {
  const cases = vectors(folder)?.jsonToYaml
  if (cases === undefined) return []
  return [
    runCases(
      'json-to-yaml',
      cases,
      ({ json }) => json ?? '',
      ({ yaml, json }) => {
        const got = toYaml(JSON.parse(json ?? 'null'))
        return got === yaml ? undefined : `got ${JSON.stringify(got)}, want ${JSON.stringify(yaml)}`
      },
    ),
  ]
}

export const suites: Record<string, Suite> = { yaml: loads, 'json-to-yaml': prints }
