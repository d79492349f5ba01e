// Packages and modules of Node's that are evaluated when they are first used, although they are imported statically: for the start of the program.

import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'

const ROOT = join(import.meta.dirname, '..')
// Always the same place: the bundle names it, and has to be reproducible.
const FOLDER = join(ROOT, '.cache/lazy-modules')
const require = createRequire(import.meta.url)

/** Writes a stand-in for each of the modules, whose exports are looked up in the module itself when they are used; as esbuild's `alias`. */
export function lazyModules(names: readonly string[]): Record<string, string> {
  mkdirSync(FOLDER, { recursive: true })
  return Object.fromEntries(names.map(name => [name, writeStandIn(name)]))
}

function writeStandIn(name: string): string {
  // The stand-in itself must not be led to itself.
  const target = name.startsWith('node:') ? name.slice('node:'.length) : require.resolve(name)
  const exported = Object.keys(require(name)).filter(key => key !== 'default' && key !== '__esModule')
  const lines = [
    'let loaded',
    `const load = () => (loaded ??= require(${JSON.stringify(target)}))`,
    'Object.defineProperty(exports, "__esModule", { value: true })',
    ...exported.map(key => `Object.defineProperty(exports, ${JSON.stringify(key)}, { enumerable: true, get: () => load()[${JSON.stringify(key)}] })`),
  ]
  const file = join(FOLDER, `${name.replace(/[^\w-]/g, '-')}.cjs`)
  // In one step, for tests build the program side by side.
  const temporary = `${file}.${process.pid}`
  writeFileSync(temporary, `${lines.join('\n')}\n`)
  renameSync(temporary, file)
  return file
}
