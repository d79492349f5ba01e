// What is in the program's one file, and what of it is evaluated: each module is there once, and rooms that few runs need wait until they are used.

import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { bundleProgram } from '../../scripts/bundle.ts'
import { policyList } from '../bench/policies.ts'
import { deployment } from '../bench/resource-lists.ts'
import { example, resourceList } from '../support/rig.ts'

const folder = t.testdir({})
const bundle = join(folder, 'program.cjs')
const { outputs } = bundleProgram(bundle)
const INPUT = resourceList([example('istio/config.yaml'), example('namespace.yaml'), example('web.yaml'), example('store.yaml')])
const ROOMS = ['celrules', 'commandline', 'findmanifests', 'pages', 're2']

/** The modules of which the outputs hold anything. */
function modulesIn(isWanted: (output: string) => boolean): string[] {
  const inputs = Object.entries(outputs).flatMap(([name, { inputs }]) => (isWanted(name) ? Object.entries(inputs) : []))
  return inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path)
}

const isMain = (output: string) => output.endsWith('/program.cjs')

/** The program, in which a room that is loaded throws instead. */
function withoutRooms(rooms: readonly string[]): string {
  const file = join(folder, `without-${rooms.join('-')}.cjs`)
  const text = rooms.reduce(
    (whole, room) => {
      const parts = whole.split(new RegExp(`(?<=function \\$lazy_${room}\\(\\[[\\w$,]*\\]\\)\\{)`))
      if (parts.length !== 2) throw new Error(`${room} is not a room of the program`)
      return parts.join(`throw new Error("evaluated: ${room}");`)
    },
    readFileSync(bundle, 'utf8'),
  )
  writeFileSync(file, text)
  return file
}

function run(file: string, args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], { input, encoding: 'utf8' })
  return { status, stdout, stderr }
}

t.test('what rooms share with the program and packages are in the file once', async t => {
  const main = modulesIn(isMain)
  t.equal(main.length > 300, true)
  const shared = new Set(main)
  t.same(
    modulesIn(output => !isMain(output)).filter(module => shared.has(module)),
    [],
  )
  const packages = modulesIn(() => true).filter(input => /^(?:node_modules|src\/lib\/cel|src\/lib\/admission)\//.test(input))
  t.equal(packages.length > 50, true)
  t.same(
    packages.filter((input, i) => packages.indexOf(input) !== i),
    [],
  )
})

t.test('CEL, policies, their export, reports, pages and packages are in rooms only', async t => {
  const elsewhere = /^(?:node_modules|src\/(?:lib\/cel|lib\/admission|policies|export|fleet|upgrade|drift|patch|cli\/(?:cluster|init|pages|report|fleet)))\//
  t.equal(
    modulesIn(output => !isMain(output)).some(module => elsewhere.test(module)),
    true,
  )
  t.same(
    modulesIn(isMain).filter(module => elsewhere.test(module)),
    [],
  )
})

t.test('the function evaluates no room for an empty list, and for workloads without conditions and policies', async t => {
  const broken = withoutRooms(ROOMS)
  for (const input of [resourceList([]), INPUT]) {
    const whole = run(bundle, [], input)
    t.equal(whole.status, 0)
    t.same(run(broken, [], input), whole)
  }
})

const EXAMPLE = join(import.meta.dirname, '../../examples/kustomize-exec')

const needs: readonly (readonly [rooms: readonly string[], args: readonly string[], input?: string])[] = [
  [['celrules'], [], policyList([deployment(0).replace('namespace: shop', 'namespace: perf')], 1)],
  [['commandline'], ['--version']],
  [
    ['commandline', 'findmanifests'],
    ['check', EXAMPLE],
  ],
  [
    ['commandline', 'findmanifests', 'pages'],
    ['explain', '--html', join(folder, 'page.html'), EXAMPLE],
  ],
]

for (const [rooms, args, input] of needs) {
  t.test(`\`inject-sidecars ${args.join(' ')}\` evaluates ${rooms.join(', ')}, and no other`, async t => {
    for (const room of rooms) t.match(run(withoutRooms([room]), args, input).stderr, `evaluated: ${room}`)
    const whole = run(bundle, args, input)
    t.same(run(withoutRooms(ROOMS.filter(room => !rooms.includes(room))), args, input), whole)
    t.notMatch(whole.stderr, 'error[internal]')
  })
}
