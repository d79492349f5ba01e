// Runs the steps of a composite GitHub Action and the job of a GitLab component as their runners do: each script in a shell of its own, inputs by expressions.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { parse, parseAllDocuments } from 'yaml'

export interface Step {
  readonly id?: string
  readonly name: string
  readonly if?: string
  readonly shell?: string
  readonly uses?: string
  readonly env?: Readonly<Record<string, string>>
  readonly with?: Readonly<Record<string, string>>
  readonly run?: string
}

export interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>
  readonly runs: { readonly using: string; readonly steps: readonly Step[] }
}

export function readAction(path: string): Action {
  return parse(readFileSync(path, 'utf8'))
}

export interface ActionRun {
  /** The first failure ends it, as in a workflow. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly summary: string
  /** Of the steps that use other actions: their inputs. */
  readonly used: readonly Readonly<Record<string, string>>[]
  readonly pages: string
}

export interface Circumstances {
  /** The checkout. */
  readonly cwd: string
  /** The folder of the action. */
  readonly actionPath: string
  readonly inputs?: Readonly<Record<string, string>>
  /** Of the pull request's base; absent: no pull request. */
  readonly base?: string
  readonly env?: Readonly<Record<string, string>>
}

/** The steps one after another; expressions may be in `env`, `with` and `if` only. */
export function runAction(action: Action, { cwd, actionPath, inputs = {}, base = '', env = {} }: Circumstances): ActionRun {
  const temp = mkdtempSync(join(cwd, '..', 'runner-'))
  const summary = join(temp, 'summary.md')
  writeFileSync(summary, '')
  const outputs = new Map<string, string>()
  const evaluated = (text: string) =>
    text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
      const [, input] = /^inputs\.([\w-]+)$/.exec(expression) ?? []
      if (input !== undefined) return inputs[input] ?? action.inputs[input]?.default ?? ''
      const [, output] = /^steps\.([\w-]+\.outputs\.[\w-]+)$/.exec(expression) ?? []
      if (output !== undefined) return outputs.get(output) ?? ''
      if (expression === 'github.event.pull_request.base.sha') return base
      if (expression === "inputs.artifact != ''") return String((inputs.artifact ?? action.inputs.artifact?.default) !== '')
      throw new Error(`no meaning is known of ${expression}`)
    })
  const mapped = (values: Readonly<Record<string, string>> = {}) => Object.fromEntries(Object.entries(values).map(([key, value]) => [key, evaluated(value)]))
  const told = { stdout: '', stderr: '' }
  const used: Record<string, string>[] = []
  let code = 0
  for (const [i, step] of action.runs.steps.entries()) {
    if (code !== 0 || (step.if !== undefined && evaluated(step.if) !== 'true')) continue
    if (step.run === undefined) {
      used.push(mapped(step.with))
      continue
    }
    const output = join(temp, `output-${i}`)
    writeFileSync(output, '')
    const script = join(temp, `step-${i}.sh`)
    writeFileSync(script, step.run)
    const done = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
      cwd,
      encoding: 'utf8',
      env: {
        ...{ PATH: process.env.PATH, HOME: temp, RUNNER_TEMP: temp, GITHUB_ACTIONS: 'true', CI: 'true', GITHUB_ACTION_PATH: actionPath },
        ...{ GITHUB_WORKSPACE: cwd, GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: output },
        ...{ GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'example/shop', GITHUB_RUN_ID: '7' },
        ...env,
        ...mapped(step.env),
      },
    })
    code = done.status ?? -1
    told.stdout += done.stdout
    told.stderr += done.stderr
    for (const [, key, value] of readFileSync(output, 'utf8').matchAll(/^([\w-]+)=(.*)$/gm)) outputs.set(`${step.id}.outputs.${key}`, value ?? '')
  }
  return { code, ...told, summary: readFileSync(summary, 'utf8'), used, pages: outputs.get('check.outputs.pages') ?? '' }
}

export interface Component {
  readonly inputs: Readonly<Record<string, { readonly default: string; readonly options?: readonly string[] }>>
  readonly jobs: Readonly<Record<string, Job>>
}

export interface Job {
  readonly variables: Readonly<Record<string, { readonly value: string; readonly expand: boolean }>>
  readonly script: readonly string[]
  readonly artifacts: { readonly paths: readonly string[]; readonly reports: Readonly<Record<string, string>> }
}

/** The head with its inputs, and the jobs with the inputs in them, which GitLab puts into texts that are read already. */
export function readComponent(path: string, given: Readonly<Record<string, string>> = {}): Component {
  const [head, body] = parseAllDocuments(readFileSync(path, 'utf8')).map(document => document.toJSON())
  const { inputs } = head.spec as Component
  const interpolated = (text: string) => text.replace(/\$\[\[\s*inputs\.([\w-]+)\s*\]\]/g, (_, name: string) => given[name] ?? String(inputs[name]?.default))
  const filled = (value: unknown): unknown => {
    if (typeof value === 'string') return interpolated(value)
    if (Array.isArray(value)) return value.map(filled)
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, each]) => [interpolated(key), filled(each)]))
      : value
  }
  return { inputs, jobs: filled(body) as Component['jobs'] }
}

/** The job's script in one shell, line after line. */
export function runJob({ variables, script }: Job, { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> }) {
  const folder = join(cwd, '..', 'job')
  if (!existsSync(folder)) mkdirSync(folder)
  const file = join(folder, 'script.sh')
  writeFileSync(file, script.join('\n'))
  const values = Object.fromEntries(Object.entries(variables).map(([name, { value }]) => [name, value]))
  const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', file], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: folder, CI: 'true', CI_JOB_URL: 'https://gitlab.com/example/shop/-/jobs/7', ...values, ...env },
  })
  return { code: status ?? -1, stdout, stderr }
}
