// `npm run bench`: what the built function costs, as ratios to a bare node and to js-yaml loading and dumping the same data.

import { join } from 'node:path'
import { measure, type Program } from './measure.ts'
import { configuration, resourceList } from './resource-lists.ts'

const ROOT = join(import.meta.dirname, '../..')
const BUNDLE = join(ROOT, 'dist/inject-sidecars.cjs')
const YAML_ROUND_TRIP = `const { load, dump } = require(${JSON.stringify(join(ROOT, 'node_modules/js-yaml'))});
const fs = require('node:fs'); fs.writeFileSync(1, dump(load(fs.readFileSync(0, 'utf8')), { lineWidth: -1, noRefs: true }))`

const bare: Program = { name: 'node -e 0', args: ['-e', '0'], input: '' }
const bundle = (count: number): Program => ({ name: `function, ${count} Deployments`, args: [BUNDLE], input: resourceList(count) })
const roundTrip = (count: number): Program => ({ name: `js-yaml load + dump, ${count} Deployments`, args: ['-e', YAML_ROUND_TRIP], input: resourceList(count) })

function row(...cells: readonly string[]): void {
  console.log(`| ${cells.join(' | ')} |`)
}

function main(): void {
  console.log(`With ${configuration().name}, node ${process.version}; medians of CPU time (user and system) over rounds in turns.\n`)
  row('program', 'CPU ms', 'over bare node', 'ratio to bare node', 'CPU ms per Deployment', 'RSS MB')
  row('---', '---', '---', '---', '---', '---')
  const groups: { programs: Program[]; counts: number[]; rounds: number }[] = [
    { programs: [bare, bundle(0), bundle(1)], counts: [0, 0, 1], rounds: 15 },
    { programs: [bare, bundle(1000), roundTrip(1000)], counts: [0, 1000, 1000], rounds: 3 },
    { programs: [bare, bundle(10_000), roundTrip(10_000)], counts: [0, 10_000, 10_000], rounds: 3 },
  ]
  for (const { programs, counts, rounds } of groups) {
    const costs = measure(programs, rounds)
    const bareMs = costs[0]?.cpuMs ?? Number.NaN
    costs.forEach((cost, i) => {
      const count = counts[i] ?? 0
      const over = cost.cpuMs - bareMs
      row(
        programs[i]?.name ?? '',
        cost.cpuMs.toFixed(1),
        over.toFixed(1),
        (cost.cpuMs / bareMs).toFixed(2),
        count === 0 ? '' : (over / count).toFixed(3),
        cost.rssMb.toFixed(0),
      )
    })
  }
}

main()
