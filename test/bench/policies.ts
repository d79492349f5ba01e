// What the benchmark of MutatingAdmissionPolicies reads: Deployments of many forms, and the policies in policies.yaml.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suites } from '../conformance/suites/cel.ts'
import { listOf } from './resource-lists.ts'

/** How many policies policies.yaml has. */
export const POLICIES = 10

const FUNCTION_CONFIG = `functionConfig:
  apiVersion: inject-sidecars.dev/v1alpha1
  kind: SidecarInjector
  metadata: {name: policies}
  spec: {policies: []}
`

/**
 * A ResourceList that nothing but policies changes.
 * @param manifests Deployments in the namespace `perf`
 * @param policies how many of the policies are in it, by name; the Namespace and the parameter always are
 */
export function policyList(manifests: readonly string[], policies: number): string {
  const documents = readFileSync(join(import.meta.dirname, 'policies.yaml'), 'utf8').split('---\n')
  const others = documents.filter(text => !POLICY.test(text))
  const named = documents.filter(text => POLICY.test(text)).map(text => ({ text, letter: /name: ([a-j])-/.exec(text)?.[1] ?? '' }))
  const chosen = named.filter(({ letter }) => letter < LETTERS.charAt(policies)).map(({ text }) => text)
  return `${listOf([...others, ...chosen, ...manifests])}${FUNCTION_CONFIG}`
}

const POLICY = /^kind: MutatingAdmissionPolicy/m
const LETTERS = 'abcdefghijk'

/** @throws Error where some pod was not changed by the first or, with all policies, by the last one that changes any */
export function provePolicies(output: string, { deployments, policies }: { readonly deployments: number; readonly policies: number }): void {
  for (const [from, mark] of [
    [1, /- name: log-shipper$/gm],
    [POLICIES, /sizeLimit: 64Mi$/gm],
  ] as const) {
    const found = policies < from ? deployments : (output.match(mark)?.length ?? 0)
    if (found !== deployments) throw new Error(`policies: ${found} of ${deployments} workloads have ${mark.source}: what was measured is not the work`)
  }
}

/**
 * How many cases of the conformance suite `cel` are compiled, evaluated and compared in a second; undefined where its data is not there.
 * @param folder that of the conformance data
 */
export function celCasesPerSecond(folder: string): number | undefined {
  const run = () => suites.cel?.(folder)[0]?.total
  if (run() === undefined) return undefined
  const start = performance.now()
  let cases = 0
  while (performance.now() - start < 3000) cases += run() ?? 0
  return (cases * 1000) / (performance.now() - start)
}
