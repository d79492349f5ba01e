// What is in the program's one file, and what of it is evaluated: packages are there once, and CEL waits for the first condition or policy.

import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { bundleProgram } from '../../scripts/bundle.ts'
import { example, resourceList } from '../support/rig.ts'

const folder = t.testdir({})
const bundle = join(folder, 'program.cjs')
const { outputs } = bundleProgram(bundle)
const INPUT = resourceList([example('istio/config.yaml'), example('namespace.yaml'), example('web.yaml'), example('store.yaml')])

t.test('packages and CEL are in the program once', async t => {
  const inputs = Object.values(outputs).flatMap(output => Object.keys(output.inputs))
  const once = inputs.filter(input => /^(?:node_modules|src\/lib\/cel|src\/lib\/admission)\//.test(input))
  t.equal(once.length > 50, true)
  t.same(
    once.filter((input, i) => once.indexOf(input) !== i),
    [],
  )
})

t.test('without conditions and policies, neither CEL nor its regular expressions are evaluated, nor is what makes pages', async t => {
  const broken = join(folder, 'broken.cjs')
  const text = readFileSync(bundle, 'utf8').replace(
    /(var require_(?:cel_rules|re2js|pages)_part=__commonJS\(\{"[^"]*"\(\w+,\w+\)\{)/g,
    '$1throw new Error("evaluated");',
  )
  t.equal(text.split('throw new Error("evaluated")').length, 4)
  writeFileSync(broken, text)
  const [whole, part] = [bundle, broken].map(file => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], { input: INPUT, encoding: 'utf8' })
    return { status, stdout, stderr }
  })
  t.equal(whole?.status, 0)
  t.same(part, whole)
})
