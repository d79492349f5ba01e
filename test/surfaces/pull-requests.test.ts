// action.yml and the GitLab component: their steps run here as on a pull request, with the bundle, in a checkout with a base.

import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { example, program, ROOT } from '../support/rig.ts'
import { type ActionRun, readAction, readComponent, runAction, runJob } from '../support/workflow.ts'

const ACTION = readAction(join(ROOT, 'action.yml'))
const COMPONENT = join(ROOT, 'templates/inject-sidecars.yml')
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

interface Checkout {
  readonly cwd: string
  readonly actionPath: string
  readonly base: string
}

/** A repository whose last commit changes the version of the mesh; `manifests` are beside the example's. */
function checkout(root: string, manifests: Readonly<Record<string, string>> = {}): Checkout {
  const cwd = join(root, 'checkout')
  const actionPath = join(root, 'action')
  mkdirSync(join(actionPath, 'dist'), { recursive: true })
  copyFileSync(program(), join(actionPath, 'dist/inject-sidecars.cjs'))
  const put = (path: string, text: string) => {
    mkdirSync(join(cwd, path, '..'), { recursive: true })
    writeFileSync(join(cwd, path), text)
  }
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd, encoding: 'utf8' }).trim()
  for (const name of ['namespace.yaml', 'web.yaml', 'store.yaml']) put(`apps/${name}`, example(name))
  put('istio/config.yaml', example('istio/config.yaml').replaceAll('1.31.0', '1.30.9'))
  for (const [path, text] of Object.entries(manifests)) put(path, text)
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-q', '-m', 'base')
  const base = git('rev-parse', 'HEAD')
  git('checkout', '-q', '-b', '$(touch${IFS}pwned);x')
  put('istio/config.yaml', example('istio/config.yaml'))
  git('commit', '-q', '-a', '-m', 'newer mesh')
  return { cwd, actionPath, base }
}

function page(run: ActionRun, name: string): string {
  return readFileSync(join(run.pages, name), 'utf8')
}

const INPUTS = { paths: 'apps\nistio\n', configuration: 'istio' }

t.test('expressions and interpolations are values of variables, never parts of a script', async t => {
  for (const { run = '', shell } of ACTION.runs.steps) t.same([run.includes('${{'), run === '' || shell === 'bash'], [false, true])
  const marked = Object.fromEntries(Object.keys(readComponent(COMPONENT).inputs).map(name => [name, `«${name}»`]))
  for (const { script, variables } of Object.values(readComponent(COMPONENT, marked).jobs)) {
    t.notMatch(script.join('\n'), /«|\$\[\[/)
    for (const [name, { expand }] of Object.entries(variables)) t.equal(expand, false, name)
  }
  for (const { uses } of ACTION.runs.steps) if (uses !== undefined) t.match(uses, /@[0-9a-f]{40}$/, 'pinned by its commit')
})

t.test('the versions that both name are that of the package', async t => {
  t.equal(readComponent(COMPONENT).inputs.version?.default, version)
  t.match(readFileSync(join(ROOT, 'action.yml'), 'utf8'), `use a release, as @v${version}`)
})

t.test('GitHub: what is not up to date fails, with annotations at lines, a summary and the pages', async t => {
  const run = runAction(ACTION, { ...checkout(t.testdir({})), inputs: INPUTS, base: '' })
  t.equal(run.code, 1)
  t.match(run.stdout, /^::error file=apps\/web\.yaml,line=4,.*title=injection-missing::Deployment shop\/web: /m)
  t.match(run.summary, /^## inject-sidecars inject\n/)
  t.match(run.summary, 'injection-missing')
  t.match(page(run, 'fleet.html'), /^<!doctype html>/)
  t.equal(existsSync(join(run.pages, 'upgrade.html')), false, 'no pull request')
})

t.test('GitHub: on a pull request, what the changed configuration changes is in the summary, with a link to the page', async t => {
  const place = checkout(t.testdir({}))
  const run = runAction(ACTION, { ...place, inputs: { ...INPUTS, mode: 'render' }, base: '' })
  t.equal(run.code, 0, run.stdout)
  const compared = runAction(ACTION, { ...place, inputs: { ...INPUTS, mode: 'render' }, base: place.base })
  t.equal(compared.code, 0, compared.stderr)
  t.match(compared.summary, /# Sidecars: `\.inject-sidecars-base\/istio` → `istio`\n\n\*\*2 workloads\*\*: changed 2/)
  t.match(compared.summary, '[The whole report](https://github.com/example/shop/actions/runs/7#artifacts)')
  t.match(compared.summary, '| `istio-proxy` | `registry.example.com/mesh/proxy:1.30.9` | `registry.example.com/mesh/proxy:1.31.0` | 2 |')
  t.match(page(compared, 'upgrade.html'), /^<!doctype html>/)
  t.same(compared.used, [{ name: 'inject-sidecars', path: compared.pages, 'if-no-files-found': 'ignore' }])
  t.equal(execFileSync('git', ['status', '--porcelain'], { cwd: place.cwd, encoding: 'utf8' }), '', 'the checkout is as before')
})

t.test('GitHub: nothing to compare where the configuration stays, or is new', async t => {
  const place = checkout(t.testdir({}))
  for (const configuration of ['apps', 'nowhere', '']) {
    const run = runAction(ACTION, { ...place, inputs: { ...INPUTS, mode: 'render', configuration }, base: place.base })
    t.equal(run.code, 0, run.stderr)
    t.equal(existsSync(join(run.pages, 'upgrade.html')), false, configuration)
  }
})

t.test('GitHub: `fail: false` tells and does not fail; no artifact where its name is empty; a mode that is none is an error', async t => {
  const place = checkout(t.testdir({}))
  const run = runAction(ACTION, { ...place, inputs: { ...INPUTS, fail: 'false', artifact: '' } })
  t.same([run.code, run.used], [0, []])
  t.match(run.stdout, 'title=injection-missing')
  t.match(runAction(ACTION, { ...place, inputs: { ...INPUTS, mode: '$(touch pwned)' } }).stdout, /^::error .*git or render\n$/)
  t.equal(runAction(ACTION, { ...place, actionPath: place.cwd, inputs: INPUTS }).code, 1, 'no bundle')
})

const HOSTILE = ['$(touch pwned)`touch pwned`', `"; touch pwned; "'; touch pwned; '`, '-w', ':(top)*', '../$' + '{IFS}']

t.test('GitHub: values of inputs and names of branches and files run nothing', async t => {
  const place = checkout(t.testdir({}), { 'apps/$(touch pwned).yaml': example('web.yaml').replace('name: web', 'name: other') })
  const pwned = () => [place.cwd, place.actionPath, process.cwd()].some(folder => existsSync(join(folder, 'pwned')))
  for (const value of HOSTILE) {
    for (const inputs of [
      { ...INPUTS, paths: `${value}\napps\nistio` },
      { ...INPUTS, 'function-config': value },
      { ...INPUTS, configuration: value },
      { ...INPUTS, artifact: value },
    ]) {
      const run = runAction(ACTION, {
        ...place,
        inputs: { ...inputs, fail: 'false' },
        base: place.base,
        env: { GITHUB_HEAD_REF: value, GITHUB_REF_NAME: value },
      })
      t.equal(pwned(), false, `${value} ${JSON.stringify(inputs)} ${run.stderr}`)
    }
    rmSync(join(place.cwd, '.inject-sidecars-base'), { recursive: true, force: true })
  }
  t.equal(runAction(ACTION, { ...place, inputs: { ...INPUTS, fail: 'false' }, base: '$(touch pwned)' }).code, 1)
  t.equal(pwned(), false)
  t.match(readFileSync(join(place.cwd, 'apps/web.yaml'), 'utf8'), example('web.yaml').slice(0, 40), 'nothing was written')
})

/** A folder with the program on its PATH, as in an image. */
function withProgram({ actionPath }: Checkout): Readonly<Record<string, string>> {
  const bin = join(actionPath, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'inject-sidecars'), `#!/bin/sh\nexec "${process.execPath}" "${actionPath}/dist/inject-sidecars.cjs" "$@"\n`)
  chmodSync(join(bin, 'inject-sidecars'), 0o755)
  return { PATH: `${bin}:${process.env.PATH}` }
}

t.test('GitLab: findings at their lines, the pages, and the exit code', async t => {
  const place = checkout(t.testdir({}))
  const { jobs } = readComponent(COMPONENT, { ...INPUTS, 'job-name': 'sidecars' })
  const job = jobs.sidecars
  if (job === undefined) throw new Error('the job has another name')
  const env = withProgram(place)
  const { code, stderr } = runJob(job, { cwd: place.cwd, env })
  t.equal(code, 1, stderr)
  const quality = JSON.parse(readFileSync(join(place.cwd, job.artifacts.reports.codequality ?? ''), 'utf8'))
  t.match(quality, [
    { check_name: 'injection-missing', severity: 'critical', location: { path: /^apps\//, lines: { begin: 4 } } },
    { check_name: 'injection-missing' },
  ])
  t.match(readFileSync(join(place.cwd, 'inject-sidecars-pages/fleet.html'), 'utf8'), /^<!doctype html>/)
  t.equal(existsSync(join(place.cwd, 'inject-sidecars-pages/upgrade.html')), false)
})

t.test('GitLab: a merge request that changes the configuration has the page of the upgrade', async t => {
  const place = checkout(t.testdir({}))
  const { jobs } = readComponent(COMPONENT, { ...INPUTS, paths: '.', mode: 'render' })
  const [job] = Object.values(jobs)
  if (job === undefined) throw new Error('the component has no job')
  const { code, stdout, stderr } = runJob(job, { cwd: place.cwd, env: { ...withProgram(place), CI_MERGE_REQUEST_DIFF_BASE_SHA: place.base } })
  t.equal(code, 0, stderr)
  t.match(stdout, '[The whole report](https://gitlab.com/example/shop/-/jobs/7/artifacts/file/inject-sidecars-pages/upgrade.html)')
  t.match(readFileSync(join(place.cwd, 'inject-sidecars-pages/upgrade.md'), 'utf8'), /changed 2/)
  t.match(readFileSync(join(place.cwd, 'inject-sidecars-pages/upgrade.html'), 'utf8'), /^<!doctype html>/)
  t.equal(existsSync(join(place.cwd, '.inject-sidecars-base')), false)
})

t.test('GitLab: values of inputs run nothing', async t => {
  const place = checkout(t.testdir({}))
  const env = { ...withProgram(place), CI_MERGE_REQUEST_DIFF_BASE_SHA: place.base, CI_COMMIT_REF_NAME: '$(touch pwned)' }
  for (const value of HOSTILE) {
    for (const name of ['paths', 'function-config', 'configuration', 'version', 'mode']) {
      const [job] = Object.values(readComponent(COMPONENT, { ...INPUTS, [name]: value }).jobs)
      if (job !== undefined) runJob(job, { cwd: place.cwd, env })
      t.equal(existsSync(join(place.cwd, 'pwned')), false, `${name} ${value}`)
      rmSync(join(place.cwd, '.inject-sidecars-base'), { recursive: true, force: true })
    }
  }
})
