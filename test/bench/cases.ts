// The inputs of the benchmark, as people have them: a thousand Deployments of many forms, near-identical ones, real workloads, one, none. Each comes with the same
// manifests as a text for js-yaml, the yardstick.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadAll } from 'js-yaml'
import { isObject, type Json, type JsonObject } from '../../src/lib/model/index.ts'
import { toYaml } from '../../src/lib/yaml/index.ts'
import { sharedFolder } from '../conformance/run.ts'
import { generateWorkloads } from '../e2e/workloads.ts'
import { anyDeployment, configuration, deployment, listOf, NAMESPACE, resourceList } from './resource-lists.ts'

export interface Case {
  readonly name: string
  /** How many manifests are workloads. */
  readonly count: number
  /** How many of them are injected; each run has to have done so. */
  readonly injected: number
  /** The manifests alone, without configuration. */
  readonly manifests: string
  /** The configuration, as manifests too. */
  readonly configured: string
  /** What function mode reads. */
  readonly input: string
}

export type CaseName = 'diverse' | 'similar' | 'real' | 'one' | 'empty'

/**
 * The inputs of these names: of those made for measuring, the first `limit` Deployments. Where the shared data is not there, `diverse` and `similar` are made here,
 * and `real` is what the end-to-end tests inject.
 */
export function casesOf(names: readonly CaseName[], limit: number): Case[] {
  return names.map(name => {
    if (name === 'one') return { name, count: 1, injected: 1, manifests: '', configured: '', input: resourceList(1) }
    if (name === 'empty') return { name, count: 0, injected: 0, manifests: '', configured: '', input: resourceList(0) }
    return name === 'real' ? realCase() : manyCase(name, limit)
  })
}

/**
 * A folder with the manifests in one file and the configuration in another, as `inject -w` finds them. Written anew for each run.
 * @returns the function that writes it, with the paths of the folder and of the workloads
 */
export function filesInPlace(
  { configured, manifests }: Case,
  parent: string,
): { readonly folder: string; readonly workloads: string; readonly write: () => void } {
  const folder = mkdtempSync(join(parent, 'in-place-'))
  const workloads = join(folder, 'workloads.yaml')
  const write = () => {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder)
    writeFileSync(join(folder, 'istio.yaml'), configured)
    writeFileSync(workloads, manifests)
  }
  return { folder, workloads, write }
}

/** How many pods in a YAML text carry what Istio leaves on each pod that it injected. */
export function injectedIn(text: string): number {
  let count = 0
  const visit = (value: Json): void => {
    if (typeof value !== 'object' || value === null) return
    if (isObject(value) && isObject(value.annotations) && Object.hasOwn(value.annotations, STATUS)) count++
    for (const child of Object.values(value)) visit(child)
  }
  for (const document of loadAll(text) as Json[]) visit(document)
  return count
}

/**
 * The proof that a run did the work: as many pods are injected as the case has to inject.
 * @throws Error with both numbers
 */
export function proveInjected({ name, injected }: Pick<Case, 'name' | 'injected'>, output: string): void {
  const found = injectedIn(output)
  if (found !== injected) throw new Error(`${name}: ${found} of ${injected} workloads were injected: what was measured is not the work`)
}

const STATUS = 'sidecar.istio.io/status'

const perfFile = (name: string) => join(sharedFolder(), `../perf/${name}.yaml`)

function manyCase(name: 'diverse' | 'similar', limit: number): Case {
  const configured = existsSync(perfFile('perf-cluster')) ? documentsOf(perfFile('perf-cluster')) : [...configuration().documents, NAMESPACE]
  const make = name === 'diverse' ? anyDeployment : deployment
  const made = () => Array.from({ length: limit }, (_, i) => make(i))
  return caseOf(name, existsSync(perfFile(name)) ? documentsOf(perfFile(name)).slice(0, limit) : made(), configured)
}

/** Every workload of the end-to-end tests, and of those that a real control plane has accepted, each name once. */
function realCase(): Case {
  const answered = answeredCases()
    .filter(({ cluster, pod }) => cluster.endsWith('/default.yaml') && pod !== undefined)
    // The control plane had each in a namespace of its own with the label.
    .map(({ workload, pod }) => ({ workload: inShop(workload), isInjected: Object.hasOwn(pod?.annotations ?? {}, STATUS) }))
  const generated = generateWorkloads(100).map(({ value }) => ({ workload: value, isInjected: !REFUSES.test(JSON.stringify(value)) }))
  const byName = new Map([...answered, ...generated].map(each => [nameOf(each.workload), each]))
  const workloads = [...byName.values()]
  const texts = workloads.map(({ workload }) => toYaml(workload))
  const injected = workloads.filter(({ isInjected }) => isInjected).length
  return { ...caseOf('real', texts, [...configuration().documents, NAMESPACE]), injected }
}

function answeredCases(): readonly AnsweredCase[] {
  const file = join(sharedFolder(), 'istio/apiserver/cases.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).cases : []
}

interface AnsweredCase {
  readonly cluster: string
  readonly workload: JsonObject
  /** The pod that the control plane made; absent where it refused the workload. */
  readonly pod?: { readonly annotations?: JsonObject }
}

/** What keeps a generated workload from being injected. */
const REFUSES = /"sidecar.istio.io\/inject":"false"|"hostNetwork":true/

function inShop(workload: JsonObject): JsonObject {
  return { ...workload, metadata: { ...(isObject(workload.metadata) ? workload.metadata : {}), namespace: 'shop' } }
}

function nameOf({ kind, metadata }: JsonObject): string {
  return JSON.stringify([kind, metadata])
}

/** Of workloads that are all injected. */
function caseOf(name: string, documents: readonly string[], configured: readonly string[]): Case {
  const count = documents.length
  const [manifests, configuration] = [documents, configured].map(texts => texts.join('---\n')) as [string, string]
  return { name, count, injected: count, manifests, configured: configuration, input: listOf([...configured, ...documents]) }
}

function documentsOf(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split(/^---.*\n/m)
    .filter(text => /\S/.test(text))
}
