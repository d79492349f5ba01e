// docs/many-repositories.md: the scripts of each engine's jobs are run as they stand there, one run after another, and their reports are merged by its last step.

import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { example, program, ROOT } from '../support/rig.ts'

const BLOCKS = [...readFileSync(join(ROOT, 'docs/many-repositories.md'), 'utf8').matchAll(/^```(yaml|bash)\n(.*?)^```$/gms)].map(
  ([, language = '', text = '']) => ({ language, text }),
)

/** The document of an engine, by a word in it. */
function engine(word: string) {
  const block = BLOCKS.find(({ text }) => text.includes(word))
  if (block === undefined) throw new Error(`the page has no example with ${word}`)
  return block.language === 'yaml' ? parse(block.text) : block.text
}

interface Place {
  readonly root: string
  /** With the names of repositories, each a Git repository of its own. */
  readonly repositories: readonly string[]
  readonly run: (
    script: string,
    options?: { readonly cwd?: string; readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> },
  ) => void
}

function prepare(root: string): Place {
  const bin = join(root, 'bin')
  mkdirSync(bin)
  mkdirSync(join(root, 'reports'))
  writeFileSync(join(bin, 'inject-sidecars'), `#!/bin/sh\nexec "${process.execPath}" "${program()}" "$@"\n`)
  chmodSync(join(bin, 'inject-sidecars'), 0o755)
  const repositories = ['shop', 'billing'].map(name => {
    const cwd = join(root, name)
    mkdirSync(cwd)
    for (const file of ['namespace.yaml', 'web.yaml', 'store.yaml']) writeFileSync(join(cwd, file), example(file).replaceAll('shop', name))
    writeFileSync(join(cwd, 'config.yaml'), example('istio/config.yaml'))
    for (const args of [
      ['init', '-q'],
      ['add', '.'],
      ['-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-q', '-m', 'all'],
    ])
      execFileSync('git', args, { cwd })
    return cwd
  })
  const run: Place['run'] = (script, { cwd = root, args = [], env = {} } = {}) => {
    const { status, stderr } = spawnSync('bash', ['-ec', script, ...args], {
      cwd,
      encoding: 'utf8',
      env: { PATH: `${bin}:${process.env.PATH}`, HOME: root, GITHUB_STEP_SUMMARY: join(root, 'summary.md'), ...env },
    })
    if (status !== 0) throw new Error(`${script} ends with ${status}: ${stderr}`)
  }
  return { root, repositories, run }
}

/** The page of the fleet has the workloads of both, each with where it comes from. */
function assertFleet(t: Test, page: string, sources: readonly string[]): void {
  const [, data = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(readFileSync(page, 'utf8')) ?? []
  const { texts, rows } = JSON.parse(data)
  t.same([...new Set(rows.map((row: readonly number[]) => texts[row[0] ?? 0]))].toSorted(), [...sources].toSorted())
  t.equal(rows.length, 4)
}

t.test('GitHub: jobs of a matrix and the job that needs them', async t => {
  const { root, repositories, run } = prepare(t.testdir({}))
  const { jobs } = engine('matrix.repository')
  const script = (job: { steps: readonly { run?: string }[] }) => job.steps.flatMap(step => step.run ?? []).join('\n')
  for (const [index, repository] of repositories.entries())
    run(`${script(jobs.report)}\nmv report-*.json ../reports`, { cwd: repository, env: { NAME: repository, INDEX: String(index) } })
  run(script(jobs.fleet))
  assertFleet(t, join(root, 'fleet.html'), repositories)
  t.match(readFileSync(join(root, 'summary.md'), 'utf8'), /^## inject-sidecars report\n\n4 workloads in 2 namespaces/)
})

t.test('Argo Workflows: a step for each repository, then one for all', async t => {
  const { root, repositories, run } = prepare(t.testdir({}))
  const { templates } = engine('argoproj.io').spec
  const args = (name: string) => templates.find((template: { name: string }) => template.name === name).container.args as string[]
  const here = (text: string) => text.replaceAll('/reports', join(root, 'reports'))
  for (const repository of repositories) run(`${here(args('report')[0] ?? '')}\nrm -rf ../work`, { args: [repository] })
  run(here(args('fleet')[0] ?? ''))
  assertFleet(t, join(root, 'reports/fleet.html'), repositories)
})

t.test('Tekton: a task for each repository, and one that runs at last', async t => {
  const { root, repositories, run } = prepare(t.testdir({}))
  const { tasks, finally: last } = engine('tekton.dev').spec
  const env = { REPORTS: join(root, 'reports') }
  for (const repository of repositories) run(`${tasks[0].taskSpec.steps[0].script}\nrm -rf ../work`, { env: { ...env, REPOSITORY: repository } })
  run(last[0].taskSpec.steps[0].script, { env })
  assertFleet(t, join(root, 'reports/fleet.html'), repositories)
})

t.test('Argo CD: what its applications render to', async t => {
  const { root, run } = prepare(t.testdir({}))
  const cli =
    '#!/bin/sh\nif [ "$2" = list ]; then echo argocd/shop; echo argocd/billing; else for f in namespace web store; do cat "${3#argocd/}/$f.yaml"; echo ---; done; fi\n'
  writeFileSync(join(root, 'bin/argocd'), cli)
  chmodSync(join(root, 'bin/argocd'), 0o755)
  mkdirSync(join(root, 'istio'))
  writeFileSync(join(root, 'istio/config.yaml'), example('istio/config.yaml'))
  run(engine('argocd app list'))
  assertFleet(t, join(root, 'fleet.html'), ['argocd/shop', 'argocd/billing'])
})
