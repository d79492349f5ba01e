// Packages and modules of Node's that are evaluated when they are first used, although they are imported statically: for the start of the program.

import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, buildSync, type Metafile } from 'esbuild'

const ROOT = join(import.meta.dirname, '..')
// Always the same place: the bundle names it, and has to be reproducible.
const FOLDER = join(ROOT, '.cache/lazy-modules')

export interface LazyModules {
  /** A stand-in for each module, whose exports are looked up in the module itself when they are used; as esbuild's `alias`. */
  readonly alias: Record<string, string>
  /** What is in the packages' parts. */
  readonly metafiles: readonly Metafile[]
}

/**
 * Writes the stand-ins.
 * @param exported what is used of each module: of a package, only what that needs gets into the bundle, as one function that V8 reads once
 */
export function lazyModules(exported: Readonly<Record<string, readonly string[]>>, options: BuildOptions): LazyModules {
  mkdirSync(FOLDER, { recursive: true })
  const metafiles: Metafile[] = []
  const alias = Object.fromEntries(
    Object.entries(exported).map(([name, names]) => {
      const part = name.startsWith('node:') ? undefined : bundlePart(name, names, options)
      if (part !== undefined) metafiles.push(part.metafile)
      return [name, writeStandIn(name, names, part?.outfile ?? name.slice('node:'.length))]
    }),
  )
  return { alias, metafiles }
}

/** The part of a package that some of its exports need. */
function bundlePart(name: string, exported: readonly string[], options: BuildOptions): { readonly outfile: string; readonly metafile: Metafile } {
  const contents = `export { ${exported.join(', ')} } from ${JSON.stringify(fileURLToPath(import.meta.resolve(name)))}`
  const file = `${fileName(name)}-part.cjs`
  const stdin = { contents, resolveDir: ROOT }
  const { metafile, outputFiles } = buildSync({ ...options, stdin, outfile: join(FOLDER, file), format: 'cjs', write: false, metafile: true })
  return { outfile: write(file, outputFiles[0]?.text ?? ''), metafile }
}

function writeStandIn(name: string, exported: readonly string[], target: string): string {
  const getters = exported.map(key => `  get ${key}() { return load().${key} },\n`)
  const text = `let loaded
const load = () => (loaded ??= require(${JSON.stringify(target)}))
module.exports = {
  __esModule: true,
${getters.join('')}}
`
  return write(`${fileName(name)}.cjs`, text)
}

function fileName(module: string): string {
  return module.replace(/[^\w-]/g, '-')
}

function write(name: string, text: string): string {
  const file = join(FOLDER, name)
  // In one step, for tests build the program side by side.
  const temporary = `${file}.${process.pid}`
  writeFileSync(temporary, text)
  renameSync(temporary, file)
  return file
}
