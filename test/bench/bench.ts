// `npm run bench`: what the built program costs, as ratios to a bare node and to js-yaml with the same data. `--long`: from 100 to 50,000 Deployments.
// `--gate`: gate.ts.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { gate } from './gate.ts'
import { type Cost, measure, type Program } from './measure.ts'
import { renderSpeed } from './render.ts'
import { anyDeployment, configuration, resourceList, writeManifests } from './resource-lists.ts'

const ROOT = join(import.meta.dirname, '../..')
const BUNDLE = join(ROOT, 'dist/inject-sidecars.cjs')
const YAML = `const { load, loadAll, dump } = require(${JSON.stringify(join(ROOT, 'node_modules/js-yaml'))}); const fs = require('node:fs');`
const ROUND_TRIP = `${YAML} fs.writeFileSync(1, dump(load(fs.readFileSync(0, 'utf8')), { lineWidth: -1, noRefs: true }))`

const bare: Program = { name: 'node -e 0', args: ['-e', '0'], input: '' }
const injecting = (count: number): Program => ({ name: `function, ${count} Deployments`, args: [BUNDLE], input: resourceList(count) })
const injectingAny = (count: number): Program => ({ name: `function, ${count} of many forms`, args: [BUNDLE], input: resourceList(count, anyDeployment) })
const roundTrip = (count: number): Program => ({ name: `js-yaml load + dump, ${count} Deployments`, args: ['-e', ROUND_TRIP], input: resourceList(count) })

function row(...cells: readonly string[]): void {
  console.log(`| ${cells.join(' | ')} |`)
}

function head(...cells: readonly string[]): void {
  row(...cells)
  row(...cells.map(() => '---'))
}

function injection(): void {
  head('program', 'CPU ms', 'over bare node', 'ratio to bare node', 'CPU ms per Deployment', 'RSS MB', 'RSS over input + output')
  const groups: { programs: Program[]; counts: number[]; rounds: number }[] = [
    { programs: [bare, injecting(0), injecting(1)], counts: [0, 0, 1], rounds: 15 },
    { programs: [bare, injecting(1000), roundTrip(1000)], counts: [0, 1000, 1000], rounds: 3 },
    { programs: [bare, injecting(10_000), injectingAny(10_000), roundTrip(10_000)], counts: [0, 10_000, 10_000, 10_000], rounds: 3 },
  ]
  for (const { programs, counts, rounds } of groups) {
    const costs = measure(programs, rounds)
    costs.forEach((cost, i) => {
      injectionRow(programs[i]?.name ?? '', cost, { bareMs: costs[0]?.cpuMs ?? Number.NaN, count: counts[i] ?? 0 })
    })
  }
}

function injectionRow(name: string, { cpuMs, rssMb, inMb, outMb }: Cost, { bareMs, count }: { bareMs: number; count: number }): void {
  const over = cpuMs - bareMs
  const memory = count < 1000 ? '' : (rssMb / (inMb + outMb)).toFixed(1)
  row(name, cpuMs.toFixed(1), over.toFixed(1), (cpuMs / bareMs).toFixed(2), count === 0 ? '' : (over / count).toFixed(3), rssMb.toFixed(0), memory)
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

function files(): void {
  const folder = mkdtempSync(join(tmpdir(), 'manifests-'))
  try {
    writeManifests(folder, FILES)
    const parse = `${YAML} for (const name of fs.readdirSync(process.argv[1])) loadAll(fs.readFileSync(process.argv[1] + '/' + name, 'utf8'))`
    const programs: Program[] = [
      { name: 'js-yaml, each file read and parsed', args: ['-e', parse, folder], input: '' },
      { name: 'check', args: [BUNDLE, 'check', folder], input: '', codes: [0, 1] },
    ]
    const costs = measure(programs, 3)
    head(`${FILES} files, 100 of them workloads`, 'CPU ms', 'ratio', 'RSS MB')
    costs.forEach(({ cpuMs, rssMb }, i) => {
      row(programs[i]?.name ?? '', cpuMs.toFixed(0), (cpuMs / (costs[0]?.cpuMs ?? Number.NaN)).toFixed(2), rssMb.toFixed(0))
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
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

function main(args: readonly string[]): number {
  if (args.includes('--gate')) return gate(BUNDLE)
  console.log(`With ${configuration().name}, node ${process.version}; medians of CPU time (user and system) over rounds in turns.\n`)
  const parts = args.includes('--long') ? [linearity] : [injection, files, templates]
  for (const part of parts) {
    part()
    console.log()
  }
  return 0
}

process.exitCode = main(process.argv.slice(2))
