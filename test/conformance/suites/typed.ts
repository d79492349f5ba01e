// The typed-decoding vectors: YAML into a Go struct as the injector config is read (istio-rules.md, 1.2 and appendix D).

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { decodeTypedYaml, type TypedShape } from '../../../src/lib/istio/typed-yaml.ts'
import { runCases, type Suite } from '../suite.ts'

interface TypedCase {
  readonly yaml: string
  readonly value?: Readonly<Record<string, unknown>>
  readonly error?: string
}

const STRING: TypedShape = { kind: 'string', go: 'string' }

/** The struct of the vectors. */
const TYPED: TypedShape = {
  kind: 'struct',
  go: 'typed',
  fields: {
    s: STRING,
    m: { kind: 'map', go: 'map[string]string', of: STRING },
    l: { kind: 'list', go: '[]string', of: STRING },
    i: { kind: 'int32', go: 'int32' },
    b: { kind: 'bool', go: 'bool' },
  },
}

const ZERO = { s: '', m: null, l: null, i: 0, b: false }

export const suites: Record<string, Suite> = {
  typed: folder => {
    const file = join(folder, 'istio/vectors.json')
    if (!existsSync(file)) return []
    const { typed = [] } = JSON.parse(readFileSync(file, 'utf8')) as { typed?: readonly TypedCase[] }
    return typed.length === 0 ? [] : [runCases('typed', typed, ({ yaml }) => yaml, check)]
  },
}

function check({ yaml, value, error }: TypedCase): string | undefined {
  let got: unknown
  try {
    got = { ...ZERO, ...decodeTypedYaml(yaml, TYPED) }
  } catch (caught) {
    got = caught instanceof Error ? caught.message : caught
  }
  const want = error ?? value
  return isDeepStrictEqual(got, want) ? undefined : `got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`
}
