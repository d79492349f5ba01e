// The real kustomize, kpt, kubectl and helm, run as users run them. A tool that is missing skips its tests with a line that says so; in CI, the ones that
// scripts/install-tools.sh installs must be there.

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { createTwoFilesPatch } from 'diff'
import { example, type Outcome, program, ROOT } from './rig.ts'

/** Where tools are that this project installs, and where Google's SDK puts its kubectl of several versions. */
const FOLDERS = [join(ROOT, '.cache/bin'), ...(process.env.PATH ?? '').split(delimiter), '/usr/lib/google-cloud-sdk/bin']

/** The path of an executable; undefined where there is none. */
export function find(tool: string): string | undefined {
  return FOLDERS.map(folder => join(folder, tool)).find(path => statSync(path, { throwIfNoEntry: false })?.isFile())
}

/** For `skip`: false when the tests can run, or must. */
export function needs(tool: 'kustomize' | 'helm' | 'kpt'): string | false {
  if (find(tool) !== undefined) return false
  if (tool === 'kpt') return 'kpt is not installed, and no package registry has it'
  return process.env.CI === undefined ? `${tool} is not installed: scripts/install-tools.sh installs it` : false
}

/** Every kubectl of the machine, by version. */
export function kubectls(): [version: string, path: string][] {
  const names = FOLDERS.flatMap(folder => (existsSync(folder) ? readdirSync(folder) : [])).filter(name => /^kubectl\.\d+\.\d+$/.test(name))
  const found = [...new Set(names)].sort().flatMap(name => [[name.slice('kubectl.'.length), find(name) ?? ''] as [string, string]])
  const plain = find('kubectl')
  return found.length > 0 || plain === undefined ? found : [['in PATH', plain]]
}

export interface Surroundings {
  readonly cwd?: string
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a tool with the Node of the tests first in PATH. */
export function tool(name: string, args: readonly string[], { cwd = ROOT, input = '', env = {} }: Surroundings = {}): Outcome {
  const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, KUSTOMIZE_PLUGIN_HOME: ___, CI: ____, ...rest } = process.env
  const PATH = [join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter)
  const done = spawnSync(find(name) ?? name, args, { cwd, input, env: { ...rest, PATH, ...env }, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (done.error) throw done.error
  return { code: done.status, stdout: done.stdout, stderr: done.stderr }
}

/** `kustomize build` with everything that an exec function needs. */
export function build(folder: string, flags: readonly string[] = ['--enable-alpha-plugins', '--enable-exec']): Outcome {
  return tool('kustomize', ['build', ...flags, folder])
}

/** What `t.testdir` makes a folder of. */
export interface Files {
  readonly [name: string]: string | Files
}

/** The files of the example that the tests share; the function is the program as it is now. */
export function shop(more: Files = {}): Record<string, string | Files> {
  const files = ['kustomization.yaml', 'namespace.yaml', 'web.yaml', 'store.yaml', 'guard.yaml'].map(name => [name, example(name)] as const)
  return { ...Object.fromEntries(files), istio: istio(), 'sidecars.yaml': functionConfig(), ...more }
}

/** The example's mesh, as a folder for kustomize. */
export function istio(): Files {
  return { 'kustomization.yaml': example('istio/kustomization.yaml'), 'config.yaml': example('istio/config.yaml') }
}

/** The example's function config, whose function is the program as it is now. */
export function functionConfig(): string {
  return example('sidecars.yaml').replace(/path: .*inject-sidecars.cjs/, `path: ${program()}`)
}

/** How many pod templates carry a sidecar. */
export function sidecars(text: string): number {
  return text.match(/^ *sidecar\.istio\.io\/status:/gm)?.length ?? 0
}

/** The kinds of a stream of documents, in order. */
export function kinds(text: string): string[] {
  return [...text.matchAll(/^kind: (\w+)$/gm)].flatMap(match => match[1] ?? [])
}

/** All files below a folder, by path, in order. */
export function filesBelow(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  return new Map(paths.filter(path => statSync(join(folder, path)).isFile()).map(path => [path, readFileSync(join(folder, path), 'utf8')]))
}

/** What changed between two sets of files, as a unified diff; files that went or came are diffs from or to nothing. */
export function filesDiff(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort()
  return paths.map(path => (before.get(path) === after.get(path) ? '' : textDiff(path, before.get(path) ?? '', after.get(path) ?? ''))).join('')
}

export function textDiff(path: string, before: string, after: string): string {
  return before === after ? '' : createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, { headerOptions: HEADERS })
}

const HEADERS = { includeIndex: false, includeUnderline: false, includeFileHeaders: true }
