// Floods: one thing very often or very deep, through the real program. Each ends in seconds, in bounded memory, with a code that means something.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'
import { inject } from '../../src/inject.ts'
import { FLOODS, type Flood } from '../support/floods.ts'
import { type Measured, measured } from '../support/measured.ts'
import { example, resourceList } from '../support/rig.ts'

/** Of the processor, for a machine that is busy with other things as well: twice what docs/security.md says. */
const MOST_CPU_MS = 10_000
/** More than the 700 MB of docs/security.md: when V8 collects, and how far a heap grows before it does, differs between machines and runs. */
const MOST_RSS_MB = 800
/** What the program takes for next to nothing. */
const START = { cpuMs: 300, rssMb: 100 }
/** For four times the input: more than four, because of what is collected, and because a heap may grow to twice what is in it. What is quadratic grows 16 times. */
const GROWTH = { cpuMs: 8, rssMb: 10 }

/** What changes the text takes the longest; the others take turns. */
const INJECT = ['inject', '-w']
const OTHERS = [['check'], ['explain', '--trace'], ['report', '-o', 'json']]
/** The KRM function, with the same manifests as the items of a ResourceList. */
const FUNCTION: readonly string[] = []

for (const [i, { name, count, make }] of FLOODS.entries()) {
  const others = i % 4 === 3 ? [OTHERS[(i >> 2) % OTHERS.length] ?? []] : i % 4 === 1 ? [FUNCTION] : []
  for (const one of [INJECT, ...others]) {
    t.test(`${name} (${count}), ${one.join(' ') || 'as a function'}: ends in time, in little memory, with a code that means something`, async t => {
      const whole = flooded(make(count), one)
      t.equal(endOf(whole), 'as documented', whole.stderr.slice(0, 1000))
      t.equal(whole.cpuMs <= MOST_CPU_MS, true, `${whole.cpuMs} ms of the processor`)
      t.equal(whole.rssMb <= MOST_RSS_MB, true, `${whole.rssMb} MB`)
      if (whole.cpuMs < 4 * START.cpuMs && whole.rssMb < 2 * START.rssMb) return
      const quarter = flooded(make(count >> 2), one)
      const grew = (field: 'cpuMs' | 'rssMb') => Math.max(0, whole[field] - START[field]) / Math.max(START[field] / 3, quarter[field] - START[field])
      t.equal(grew('cpuMs') <= GROWTH.cpuMs, true, `time grew ${grew('cpuMs')} times, to ${whole.cpuMs} ms`)
      t.equal(grew('rssMb') <= GROWTH.rssMb, true, `memory grew ${grew('rssMb')} times, to ${whole.rssMb} MB`)
    })
  }
}

/** `as documented`, or what a user must never see. */
function endOf({ code, signal, stdout, stderr }: Measured): string {
  if (signal !== null) return `ended by ${signal}`
  const bad = /Maximum call stack size exceeded|error\[internal\]|heap out of memory|^FATAL ERROR/m.exec(`${stderr}\n${stdout.slice(0, 1_000_000)}`)
  if (bad !== null) return bad[0]
  return code === 0 || ((code === 1 || code === 3) && /error\[[a-z-]+\]/.test(stderr + stdout)) ? 'as documented' : `exit code ${code}`
}

function flooded({ files, args = [] }: Flood, command: readonly string[]): Measured {
  const cwd = mkdtempSync(join(tmpdir(), 'flood-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, name)), { recursive: true })
      writeFileSync(join(cwd, name), text)
    }
    if (command === FUNCTION) return measured([], cwd, 20 * MOST_CPU_MS, listOf(files))
    return measured([...command, ...args, '.'], cwd, 20 * MOST_CPU_MS)
  } finally {
    rmSync(cwd, { recursive: true })
  }
}

function listOf(files: Flood['files']): string {
  const config = files['sidecars.yaml'] ?? files['inject-sidecars.yaml']
  const manifests = Object.entries(files).filter(([path, text]) => /\.ya?ml$/.test(path) && text !== config)
  return resourceList(
    manifests.map(([, text]) => text),
    config,
  )
}

t.test('an annotation of megabytes that cannot be read is not repeated as a whole', async t => {
  const mesh = { path: 'mesh.yaml', text: `${example('namespace.yaml')}---\n${example('istio/config.yaml')}` }
  const annotation = `proxy.istio.io/config: '${'x'.repeat(3_000_000)}'`
  const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop, annotations: {${annotation}}}\nspec: {containers: [{name: a, image: a}]}\n`
  const { diagnostics } = inject({ files: [mesh, { path: 'a.yaml', text }] })
  const found = diagnostics.find(({ code }) => code === 'annotation-invalid')
  t.equal(found !== undefined && found.message.length < 30_000, true, String(found?.message.length))
})

t.test('a million marks of documents hold nothing, and take no memory', async t => {
  const { files, args } = FLOODS.find(({ name }) => name === 'document marks')?.make(1_000_000) ?? { files: {}, args: [] }
  const { rssMb, code } = flooded({ files, ...(args === undefined ? {} : { args }) }, ['inject', '-w'])
  t.equal(code, 0)
  t.equal(rssMb < 200, true, `${rssMb} MB`)
})

t.test('variables of a policy that need one another too deep are an error of that policy', async t => {
  const { files } = FLOODS.find(({ name }) => name === 'policy: variables')?.make(300) ?? { files: {} }
  const { code, stderr } = flooded({ files }, ['inject', '--check'])
  t.equal(code, 1)
  t.match(stderr, /error\[admission-policy-denied\].*variables need one another 100 deep/)
  const { files: few } = FLOODS.find(({ name }) => name === 'policy: variables')?.make(90) ?? { files: {} }
  t.match(flooded({ files: few }, ['inject', '--check']).stdout, 'web.yaml')
})
