// Modules of Node's that are loaded when they are first used, although they are imported statically: for the start of the program.

import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

export const ROOT = join(import.meta.dirname, '..')

/** The folder of what is made for a variant of the program. It is always the same, for the bundle names it, and has to be reproducible. */
export function lazyFolder(variant: string): string {
  const folder = join(ROOT, '.cache/lazy-modules', variant)
  mkdirSync(folder, { recursive: true })
  return folder
}

/**
 * Writes a stand-in for each module to `folder`, whose exports are looked up in the module itself when they are used. They are the `alias` that esbuild needs.
 * @param exported what is used of each module
 */
export function lazyModules(exported: Readonly<Record<string, readonly string[]>>, folder: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(exported).map(([name, names]) => [name, writeInOneStep(join(folder, `${name.replace(/[^\w-]/g, '-')}.cjs`), standIn(name, names))]),
  )
}

function standIn(name: string, exported: readonly string[]): string {
  const getters = exported.map(key => `  get ${key}() { return load().${key} },\n`)
  return `let loaded
const load = () => (loaded ??= require(${JSON.stringify(name.slice('node:'.length))}))
module.exports = {
  __esModule: true,
${getters.join('')}}
`
}

/** Writes a file, for tests build the program side by side. Answers with its path. */
export function writeInOneStep(file: string, text: string): string {
  const temporary = `${file}.${process.pid}`
  writeFileSync(temporary, text)
  renameSync(temporary, file)
  return file
}
