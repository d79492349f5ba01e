// A clone of the repository with a build, as far as its examples and its documentation need one, and a shell in it.

import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import process from 'node:process'
import { type Outcome, program, ROOT } from './rig.ts'
import { find, needs, tool } from './tools.ts'

export interface Clone {
  readonly root: string
  /** With kustomize, kpt, kubectl, helm and inject-sidecars in PATH. */
  readonly env: Readonly<Record<string, string>>
}

/** Makes one below `folder`: a git repository that holds the examples. */
export function clone(folder: string): Clone {
  const root = join(folder, 'clone')
  const bin = join(folder, 'bin')
  cpSync(join(ROOT, 'examples'), join(root, 'examples'), { recursive: true })
  for (const path of [bin, join(root, 'dist')]) mkdirSync(path)
  symlinkSync(program(), join(bin, 'inject-sidecars'))
  symlinkSync(program(), join(root, 'dist/inject-sidecars.cjs'))
  const PATH = [bin, join(ROOT, '.cache/bin'), join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter)
  const person = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.com', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.com' }
  const env = { PATH, HOME: folder, GIT_CONFIG_GLOBAL: '/dev/null', ...person }
  for (const args of [
    ['init', '--quiet'],
    ['add', 'examples'],
    ['commit', '--quiet', '--message', 'examples'],
  ]) {
    const { code, stderr } = tool('git', args, { cwd: root, env })
    if (code !== 0) throw new Error(stderr)
  }
  return { root, env }
}

/** Runs commands in a shell that ends with the first one that fails. */
export function shell(commands: string, { root, env }: Clone): Outcome {
  return tool('sh', ['-ec', commands], { cwd: root, env })
}

/** Why commands cannot run here; false when they can, or must. */
export function missing(commands: string): string | false {
  const uses = (name: string) => new RegExp(`\\b${name} (?:build|fn|template|kustomize)\\b`).test(commands)
  if (uses('kubectl') && find('kubectl') === undefined) return 'kubectl is not installed'
  const absent = (['kustomize', 'kpt', 'helm'] as const).map(name =>
    uses(name) || (name === 'kustomize' && /render\.sh/.test(commands)) ? needs(name) : false,
  )
  return absent.find(reason => reason !== false) ?? false
}

/** Writes a file below `folder`, and the folders above it. */
export function write(folder: string, path: string, text: string): void {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
