// `npm run bench`: what the built program costs, as ratios to a bare node and to js-yaml with the same data. `--long`: from 100 to 50,000 Deployments.
// `--policies`: MutatingAdmissionPolicies alone. `--gate`: gate.ts.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { sharedFolder } from '../conformance/run.ts'
import { type Case, casesOf, filesInPlace, proveInjected } from './cases.ts'
import { gate } from './gate.ts'
import { kustomizeBuilds } from './kustomize.ts'
import { measure, type Program } from './measure.ts'
import { celCasesPerSecond, POLICIES, policyList, provePolicies } from './policies.ts'
import { renderSpeed } from './render.ts'
import { configuration, resourceList, writeManifests } from './resource-lists.ts'

const ROOT = join(import.meta.dirname, '../..')
const BUNDLE = join(ROOT, 'dist/inject-sidecars.cjs')
const BIN = join(ROOT, 'dist/bin.cjs')
const EXECUTABLE = join(ROOT, 'executable', `inject-sidecars-linux-${process.arch}`)
const YAML = `const { loadAll, dump } = require(${JSON.stringify(join(ROOT, 'node_modules/js-yaml'))}); const fs = require('node:fs');`
const EACH_ROUND_TRIP = `${YAML} fs.writeFileSync(1, loadAll(fs.readFileSync(0, 'utf8')).map(value => dump(value, { lineWidth: -1, noRefs: true })).join('---\\n'))`

const bare: Program = { name: 'node -e 0', args: ['-e', '0'], input: '' }
/** The same, measured as the executable is: with what the system does before and after it. */
const bareInShell: Program = { ...bare, executable: process.execPath }
const injecting = (count: number): Program => ({ name: `function, ${count} Deployments`, args: [BUNDLE], input: resourceList(count) })

function row(...cells: readonly string[]): void {
  console.log(`| ${cells.join(' | ')} |`)
}

function head(...cells: readonly string[]): void {
  row(...cells)
  row(...cells.map(() => '---'))
}

/** What people have, each beside js-yaml with the same manifests in the same rounds. */
function cases(): void {
  const folder = mkdtempSync(join(tmpdir(), 'cases-'))
  head('case', 'CPU ms over bare node', 'ms each', 'yardsticks each', 'RSS MB', 'RSS over input + output')
  try {
    for (const one of casesOf(['one', 'empty'], 0)) caseRows([bare, bareInShell, streamed(one), ...otherForms(one, folder)], { rounds: 15, count: 0 })
    for (const one of casesOf(['diverse', 'similar', 'real'], 1000)) {
      const yardstick: Program = { name: `js-yaml loadAll + dump, ${one.name}`, args: ['-e', EACH_ROUND_TRIP], input: one.manifests }
      const placed = one.name === 'diverse' ? [inPlace(one, folder)] : []
      caseRows([bare, bareInShell, yardstick, streamed(one), ...builtExecutable(one), ...placed], { rounds: 5, count: one.count })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function streamed(one: Case): Program {
  return { name: `function, ${one.name}`, args: [BUNDLE], input: one.input, prove: output => proveInjected(one, output) }
}

/** The npm package's own command with a compile cache, and the executable where it was built. */
function otherForms(one: Case, folder: string): readonly Program[] {
  const prove = (output: string) => proveInjected(one, output)
  const cached: Program = { name: `npm command, ${one.name}`, args: [BIN], env: { XDG_CACHE_HOME: folder }, input: one.input, prove }
  return [cached, ...builtExecutable(one)]
}

function builtExecutable(one: Case): readonly Program[] {
  const prove = (output: string) => proveInjected(one, output)
  const executable: Program = { name: `executable, ${one.name}`, args: [], executable: EXECUTABLE, input: one.input, prove }
  return existsSync(EXECUTABLE) ? [executable] : []
}

function inPlace(one: Case, parent: string): Program {
  const { folder, workloads, write } = filesInPlace(one, parent)
  const prove = () => proveInjected(one, readFileSync(workloads, 'utf8'))
  return { name: `inject -w, ${one.name}`, args: [BUNDLE, 'inject', '-w', folder], input: '', prepare: write, prove }
}

/** The first two programs are a bare node; where workloads are counted, js-yaml is the third. */
function caseRows(programs: readonly Program[], { rounds, count }: { rounds: number; count: number }): void {
  const costs = measure(programs, rounds)
  const over = costs.map(({ cpuMs }, i) => cpuMs - (costs[programs[i]?.executable === undefined ? 0 : 1]?.cpuMs ?? Number.NaN))
  for (const [i, { name }] of programs.entries()) {
    const { rssMb = 0, inMb = 0, outMb = 0 } = costs[i] ?? {}
    if (i < 2) continue
    const each = count === 0 ? ['', ''] : [((over[i] ?? 0) / count).toFixed(2), ((over[i] ?? 0) / (over[2] ?? Number.NaN)).toFixed(1)]
    row(
      name,
      (over[i] ?? 0).toFixed(1),
      ...each,
      Number.isNaN(rssMb) ? '' : rssMb.toFixed(0),
      count < 1000 || inMb < 1 || Number.isNaN(rssMb) ? '' : (rssMb / (inMb + outMb)).toFixed(1),
    )
  }
}

/** Whether twice the work takes twice the time. */
function linearity(): void {
  head('Deployments', 'CPU ms', 'CPU ms per Deployment', 'RSS MB', 'RSS over input + output')
  for (const count of [100, 300, 1000, 3000, 10_000, 20_000, 50_000]) {
    const [bareCost, cost] = measure([bare, injecting(count)], count > 10_000 ? 1 : 3)
    if (bareCost === undefined || cost === undefined) continue
    const { cpuMs, rssMb, inMb, outMb } = cost
    row(String(count), cpuMs.toFixed(0), ((cpuMs - bareCost.cpuMs) / count).toFixed(3), rssMb.toFixed(0), (rssMb / (inMb + outMb)).toFixed(1))
  }
}

const FILES = 10_000

/** A repository of many files, of which a tenth are workloads of many forms. */
function files(): void {
  const folder = mkdtempSync(join(tmpdir(), 'manifests-'))
  try {
    const [diverse] = casesOf(['diverse'], FILES / 10)
    if (diverse === undefined) return
    const { configured, injected } = diverse
    const workloads = diverse.manifests.split('---\n')
    const prepare = () => writeManifests(folder, FILES, { workloads, configured })
    const injectedFiles = () => workloads.map((_, i) => readFileSync(join(folder, `web-${10 * i}.yaml`), 'utf8')).join('---\n')
    const parse = `${YAML} for (const name of fs.readdirSync(process.argv[1])) loadAll(fs.readFileSync(process.argv[1] + '/' + name, 'utf8'))`
    const programs: Program[] = [
      { name: 'js-yaml, each file read and parsed', args: ['-e', parse, folder], input: '', prepare },
      { name: 'check', args: [BUNDLE, 'check', folder], input: '', codes: [0, 1], prepare },
      {
        name: 'inject -w',
        args: [BUNDLE, 'inject', '-w', folder],
        input: '',
        prepare,
        prove: () => proveInjected({ name: 'files', injected }, injectedFiles()),
      },
    ]
    const costs = measure(programs, 3)
    head(`${FILES} files, ${injected} of them workloads`, 'CPU ms', 'ratio', 'RSS MB')
    costs.forEach(({ cpuMs, rssMb }, i) => {
      row(programs[i]?.name ?? '', cpuMs.toFixed(0), (cpuMs / (costs[0]?.cpuMs ?? Number.NaN)).toFixed(2), rssMb.toFixed(0))
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What MutatingAdmissionPolicies cost, their part in edits included, over the same run without them. */
function policies(): void {
  const [diverse] = casesOf(['diverse'], 1000)
  const manifests = (diverse?.manifests ?? '').split('---\n').map(text => text.replace('namespace: shop', 'namespace: perf'))
  const programs: Program[] = [0, 1, POLICIES].map(count => ({
    name: `${manifests.length} diverse Deployments, ${count === 0 ? 'no policy' : count === 1 ? 'one policy' : `${count} policies`}`,
    args: [BUNDLE],
    input: policyList(manifests, count),
    prove: output => provePolicies(output, { deployments: manifests.length, policies: count }),
  }))
  const costs = measure([bare, ...programs], 3)
  head('MutatingAdmissionPolicies', 'CPU ms over bare node', 'ms for each Deployment, over none', 'RSS MB')
  for (const [i, { name }] of programs.entries()) {
    const [own, none] = [costs[i + 1]?.cpuMs ?? Number.NaN, costs[1]?.cpuMs ?? Number.NaN]
    row(
      name,
      (own - (costs[0]?.cpuMs ?? Number.NaN)).toFixed(0),
      i === 0 ? '' : ((own - none) / manifests.length).toFixed(2),
      (costs[i + 1]?.rssMb ?? 0).toFixed(0),
    )
  }
  const speed = celCasesPerSecond(sharedFolder())
  console.log(speed === undefined ? 'skipped: no CEL conformance data' : `CEL cases compiled, evaluated and compared, a second: ${speed.toFixed(0)}`)
}

function templates(): void {
  const { rendersPerSecond, copiesPerSecond } = renderSpeed()
  head('one core', 'a second', 'ms each')
  for (const [name, speed] of [
    ['renders of the sidecar template, parsed', rendersPerSecond],
    ['JSON.parse(JSON.stringify(partial pod))', copiesPerSecond],
  ] as const) {
    row(name, speed.toFixed(0), (1000 / speed).toFixed(3))
  }
}

function kustomize(): void {
  const builds = kustomizeBuilds()
  const [cat] = builds
  if (cat === undefined) {
    console.log('skipped: kustomize is not installed (scripts/install-tools.sh)')
    return
  }
  head('`kustomize build` of the example, its function', 'wall ms', 'over `cat`')
  for (const { name, wallMs } of builds) row(name, wallMs.toFixed(0), (wallMs / cat.wallMs).toFixed(2))
}

function main(args: readonly string[]): number {
  if (args.includes('--gate')) return gate(BUNDLE)
  console.log(`With ${configuration().name}, node ${process.version}; medians of CPU time (user and system) over rounds in turns.\n`)
  const parts = args.includes('--long') ? [linearity] : args.includes('--policies') ? [policies] : [cases, files, kustomize, policies, templates]
  for (const part of parts) {
    part()
    console.log()
  }
  return 0
}

process.exitCode = main(process.argv.slice(2))
