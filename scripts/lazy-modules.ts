// Packages and modules of Node's that are evaluated when they are first used, although they are imported statically: for the start of the program.

import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, buildSync, type Metafile } from 'esbuild'

const ROOT = join(import.meta.dirname, '..')

export interface LazyModules {
  /** A stand-in for each module, whose exports are looked up in the module itself when they are used; as esbuild's `alias`. */
  readonly alias: Record<string, string>
  /** What is in the packages' parts. */
  readonly metafiles: readonly Metafile[]
}

export interface LazyOptions extends BuildOptions {
  /** A name for what is made from the same `exported` and options. It is always the same place: the bundle names it, and has to be reproducible. */
  readonly variant: string
}

/**
 * Writes the stand-ins.
 * @param exported what is used of each module: of a package, only what that needs gets into the bundle, as one function that V8 reads once
 */
export function lazyModules(exported: Readonly<Record<string, readonly string[]>>, { variant, ...options }: LazyOptions): LazyModules {
  const folder = join(ROOT, '.cache/lazy-modules', variant)
  mkdirSync(folder, { recursive: true })
  const metafiles: Metafile[] = []
  const alias = Object.fromEntries(
    Object.entries(exported).map(([name, names]) => {
      const file = join(folder, name.replace(/[^\w-]/g, '-'))
      if (name.startsWith('node:')) return [name, writeStandIn(file, names, name.slice('node:'.length))]
      const others = Object.keys(exported).filter(other => other !== name && !other.startsWith('node:'))
      const { metafile, text } = bundlePart(name, names, { ...options, external: others, outfile: `${file}-part.cjs` })
      metafiles.push(metafile)
      return [name, writeStandIn(file, names, write(`${file}-part.cjs`, text))]
    }),
  )
  return { alias, metafiles }
}

/** The part of a package that some of its exports need. Other packages that are loaded lazily are looked up, so that each is in the program once. */
function bundlePart(name: string, exported: readonly string[], options: BuildOptions): { readonly text: string; readonly metafile: Metafile } {
  const contents = `export { ${exported.join(', ')} } from ${JSON.stringify(fileURLToPath(import.meta.resolve(name)))}`
  const { metafile, outputFiles } = buildSync({ ...options, stdin: { contents, resolveDir: ROOT }, format: 'cjs', write: false, metafile: true })
  // The bundle has a stand-in for node:process, which is an ES module.
  return { text: (outputFiles[0]?.text ?? '').replaceAll('require("node:process")', 'globalThis.process'), metafile }
}

function writeStandIn(file: string, exported: readonly string[], target: string): string {
  const getters = exported.map(key => `  get ${key}() { return load().${key} },\n`)
  const text = `let loaded
const load = () => (loaded ??= require(${JSON.stringify(target)}))
module.exports = {
  __esModule: true,
${getters.join('')}}
`
  return write(`${file}.cjs`, text)
}

function write(file: string, text: string): string {
  // In one step, for tests build the program side by side.
  const temporary = `${file}.${process.pid}`
  writeFileSync(temporary, text)
  renameSync(temporary, file)
  return file
}
