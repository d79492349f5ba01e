// Rooms of the program that few runs need: each is one function at the end of the program, which V8 only skims until the first export is called. What a room shares
// with the rest of the program is handed to it, so that every module is in the program once.

import { join } from 'node:path'
import { type BuildOptions, buildSync, type Metafile, transformSync } from 'esbuild'
import { ROOT, writeInOneStep } from './lazy-modules.ts'

export interface LazyRooms {
  /** A stand-in for each room; as esbuild's `alias`. */
  readonly alias: Record<string, string>
  /** The rooms, as functions that belong at the end of the program. */
  readonly text: string
  readonly metafiles: readonly Metafile[]
}

export interface Room {
  /** The file that the room's name stands for, from the root. */
  readonly file: string
  /** Functions; they load the room when they are called. */
  readonly exported: readonly string[]
}

export interface LazyOptions extends BuildOptions {
  /** Folder of the generated stand-ins. */
  readonly folder: string
}

/**
 * Makes the rooms of the program that `bundleMain` makes with their stand-ins: its modules are those that rooms share. A room may use more of a shared module than
 * the program, which then gets a module more; so this goes on until nothing is in both.
 * @param rooms by name, `#cel-rules`
 * @throws Error for an import or export in another form than esbuild's of today
 */
export function lazyRooms(
  rooms: Readonly<Record<string, Room>>,
  { folder, ...options }: LazyOptions,
  bundleMain: (alias: LazyRooms['alias']) => Metafile,
): LazyRooms {
  const names = Object.keys(rooms)
  const file = (name: string) => join(folder, `${name.slice(1)}.js`)
  const alias = Object.fromEntries(names.map(name => [name, file(name)]))
  for (const [name, { exported }] of Object.entries(rooms)) writeInOneStep(file(name), standIn(name, exported, []))
  for (let shared: readonly string[] = []; ; ) {
    const inMain = modulesOf(bundleMain(alias))
    const isComplete = inMain.every(module => shared.includes(module))
    shared = inMain
    const external = [...(options.external ?? []), ...names, ...shared.map(path => join(ROOT, path))]
    const bundled = Object.entries(rooms).map(([name, room]) => {
      const { text, metafile } = bundleRoom(room, { ...options, external, outfile: file(name) })
      const { body, imports, handed } = asFunction(text)
      writeInOneStep(file(name), imports + standIn(name, room.exported, handed))
      return { metafile, text: `function ${functionOf(name)}([${handed}]){${body}}\n` }
    })
    if (isComplete) return { alias, text: bundled.map(({ text }) => text).join(''), metafiles: bundled.map(({ metafile }) => metafile) }
  }
}

/** The modules of a bundle of which it holds anything, from the root. */
function modulesOf({ outputs }: Metafile): string[] {
  const inputs = Object.values(outputs).flatMap(output => Object.entries(output.inputs))
  return inputs.filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && !path.startsWith('<')).map(([path]) => path)
}

function bundleRoom({ file, exported }: Room, options: BuildOptions): { readonly text: string; readonly metafile: Metafile } {
  const stdin = { contents: `export { ${exported.join(', ')} } from './${file}'`, resolveDir: ROOT }
  const { metafile, outputFiles } = buildSync({ ...options, ...FORM, stdin, write: false, metafile: true })
  return { text: outputFiles[0]?.text ?? '', metafile }
}

/** White space is needed here to find the imports. */
const FORM: BuildOptions = { format: 'esm', minifyWhitespace: false }

function standIn(name: string, exported: readonly string[], handed: readonly string[]): string {
  const functions = exported.map(key => `export const ${key} = (...args) => load().${key}(...args)\n`)
  return `let loaded\nconst load = () => (loaded ??= ${functionOf(name)}([${handed}]))\n${functions.join('')}`
}

function functionOf(name: string): string {
  return `$lazy_${name.replace(/\W/g, '')}`
}

interface RoomFunction {
  readonly body: string
  /** The import statements for what is handed to the function. */
  readonly imports: string
  readonly handed: readonly string[]
}

const IMPORT = /^import (?:(\w+)|\* as (\w+)|\{([^}]*)\}) from "([^"]+)";\n/gm
const EXPORT = /\nexport \{([^}]*)\};\n$/

/** An ES module of esbuild's as the body of a function that returns its exports. It loads modules of Node's itself. */
function asFunction(text: string): RoomFunction {
  const [imports, handed]: [string[], string[]] = [[], []]
  const statements = text.replaceAll(IMPORT, (statement: string, whole?: string, namespace?: string, names = '', from = '') => {
    const single = whole ?? namespace
    if (from.startsWith('node:')) return `const ${single ?? `{${names.replaceAll(' as ', ': ')}}`} = require(${JSON.stringify(from)});\n`
    imports.push(statement)
    handed.push(...(single === undefined ? localNames(names) : [single]))
    return ''
  })
  const [statement = '', exported = ''] = EXPORT.exec(statements) ?? []
  const rest = statements.slice(0, statements.length - statement.length)
  if (statement === '' || /^(?:import|export)\b/m.test(rest)) throw new Error('a lazy room has an import or export in another form')
  // A package that requires node:process gets the stand-in for it, an ES module.
  const required = rest.replaceAll(/__require\("[^"]*global-process\.ts"\)/g, 'globalThis.process')
  // Names at the top level stay, for stack traces.
  const { code } = transformSync(required, { minifyIdentifiers: true, minifyWhitespace: true, charset: 'ascii' })
  return { body: `${code}return{${exported.replaceAll(/(\w+) as (\w+)/g, '$2: $1')}}`, imports: imports.join(''), handed }
}

/** `a, b as c`: a and c. */
function localNames(list: string): string[] {
  return list.split(',').flatMap(each => each.trim().split(' as ').at(-1) || [])
}
