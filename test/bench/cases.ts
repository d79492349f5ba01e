// The inputs of the benchmark, as people have them: a thousand Deployments of many forms, near-identical ones, real workloads, one, none. Each comes with the same
// manifests as a text for js-yaml, the yardstick.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../../src/lib/model/index.ts'
import { toYaml } from '../../src/lib/yaml/index.ts'
import { sharedFolder } from '../conformance/run.ts'
import { generateWorkloads } from '../e2e/workloads.ts'
import { configuration, listOf, NAMESPACE, resourceList } from './resource-lists.ts'

export interface Case {
  readonly name: string
  /** How many manifests are workloads. */
  readonly count: number
  /** The manifests alone, without configuration. */
  readonly manifests: string
  /** What function mode reads. */
  readonly input: string
}

/** One Deployment, and a list with nothing in it. */
export const SMALL: readonly Case[] = [
  { name: 'one', count: 1, manifests: '', input: resourceList(1) },
  { name: 'empty', count: 0, manifests: '', input: resourceList(0) },
]

/** The first `limit` Deployments of each file of manifests made for measuring, and the real workloads; nothing where the data is not there. */
export function largeCases(limit: number): readonly Case[] {
  return [...['diverse', 'similar'].flatMap(name => perfCase(name, limit)), ...realCase()]
}

/**
 * A folder with the manifests in one file and the configuration in another, as `inject -w` finds them. Written anew for each run.
 * @returns the function that writes it, with its path
 */
export function filesInPlace({ manifests }: Case, parent: string): { readonly folder: string; readonly write: () => void } {
  const folder = mkdtempSync(join(parent, 'in-place-'))
  const write = () => {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder)
    writeFileSync(join(folder, 'istio.yaml'), readFileSync(perfFile('perf-cluster')))
    writeFileSync(join(folder, 'workloads.yaml'), manifests)
  }
  return { folder, write }
}

const perfFile = (name: string) => join(sharedFolder(), `../perf/${name}.yaml`)

function perfCase(name: string, limit: number): readonly Case[] {
  if (!existsSync(perfFile(name)) || !existsSync(perfFile('perf-cluster'))) return []
  const documents = documentsOf(perfFile(name)).slice(0, limit)
  return [caseOf(name, documents, documentsOf(perfFile('perf-cluster')))]
}

/** Every workload of the end-to-end tests, and of those that a real control plane has answered, each name once. */
function realCase(): readonly Case[] {
  const file = join(sharedFolder(), 'istio/apiserver/cases.json')
  if (!existsSync(file)) return []
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: readonly { readonly cluster: string; readonly workload: JsonObject }[] }
  const answered = cases.filter(({ cluster }) => cluster.endsWith('/default.yaml')).map(({ workload }) => workload)
  const byName = new Map([...answered, ...generateWorkloads(100).map(({ value }) => value)].map(value => [nameOf(value), value]))
  const texts = [...byName.values()].map(value => toYaml(value))
  return [caseOf('real', texts, [...configuration().documents, NAMESPACE])]
}

function nameOf({ kind, metadata }: JsonObject): string {
  return JSON.stringify([kind, metadata])
}

function caseOf(name: string, documents: readonly string[], configured: readonly string[]): Case {
  return { name, count: documents.length, manifests: documents.join('---\n'), input: listOf([...configured, ...documents]) }
}

function documentsOf(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split(/^---.*\n/m)
    .filter(text => /\S/.test(text))
}
