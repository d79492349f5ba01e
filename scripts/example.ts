// `npm run example`: builds the program, injects examples/kustomize-exec with it, and shows the difference. Needs no other tool.

import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { createTwoFilesPatch } from 'diff'
import { bundleProgram } from './bundle.ts'

const ROOT = join(import.meta.dirname, '..')
const EXAMPLE = 'examples/kustomize-exec'

/** The example's files, injected in a copy by the program; how each one changed. */
function differences(program: string, copy: string): string[] {
  cpSync(join(ROOT, EXAMPLE), copy, { recursive: true })
  const args = [program, 'inject', '--write', '--function-config', 'sidecars.yaml', '.']
  const { status } = spawnSync(process.execPath, args, { cwd: copy, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) throw new Error(`inject-sidecars ended with exit code ${status}`)
  const names = readdirSync(copy, { recursive: true, encoding: 'utf8' }).filter(name => /\.ya?ml$/.test(name))
  return names.sort().flatMap(name => {
    const [before = '', after = ''] = [join(ROOT, EXAMPLE, name), join(copy, name)].map(path => readFileSync(path, 'utf8'))
    const path = `${EXAMPLE}/${name}`
    return before === after ? [] : createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, { headerOptions: ONLY_NAMES })
  })
}

const ONLY_NAMES = { includeIndex: false, includeUnderline: false, includeFileHeaders: true }

function colored(line: string): string {
  if (!process.stdout.isTTY || process.env.NO_COLOR) return line
  const color = /^(?:---|\+\+\+)/.test(line) ? '1' : line.startsWith('+') ? '32' : line.startsWith('-') ? '31' : line.startsWith('@@') ? '36' : ''
  return color === '' ? line : `\u001b[${color}m${line}\u001b[0m`
}

const folder = mkdtempSync(join(tmpdir(), 'inject-sidecars-'))
try {
  const program = join(folder, 'inject-sidecars.cjs')
  bundleProgram(program)
  const text = differences(program, join(folder, 'example')).join('')
  console.log(text.trimEnd().split('\n').map(colored).join('\n'))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
