// Runs the program with the code that V8 compiled in an earlier run of the same command: a cache of the npm package's bin, in a folder that only the user can write to.
// Node's own compile cache holds only what V8 compiles when a file is loaded; this one is written at the end of a run, so it holds the functions that the command calls.

import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import nodeModule from 'node:module'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { Script } from 'node:vm'

/** A digest of the program, which `scripts/bundle.ts` inserts. */
declare const PROGRAM_DIGEST: string

/** Maximum number of caches in the folder. Each takes 1.5 MB, and is for one version of the program and of Node, and one command. */
const MAX_CACHES = 8
const EXTENSION = '.v8'
/** CPU time of a run whose code is kept, over that of its start: 0.2 for an empty list, 0.4 for `--help`, 1.4 or more for one workload. */
const ENOUGH = 0.7

/**
 * Runs a CommonJS file without import() as `require` does, but with the compiled code of an earlier run. A run that does more than to start leaves its compiled code for the next one.
 * @param file the absolute path of the program
 * @param folder of the caches; it exists
 * @example runWithCodeCache('/usr/lib/node_modules/inject-sidecars/dist/inject-sidecars.cjs', '/home/me/.cache/inject-sidecars')
 */
export function runWithCodeCache(file: string, folder: string): void {
  const cache = join(folder, cacheName(file, process.argv[2] ?? ''))
  const cachedData = bytesOf(cache)
  // A script's first line is for the shell.
  const text = readFileSync(file, 'latin1').replace(/^#!/, '//')
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, {
    filename: file,
    ...(cachedData === undefined ? {} : { cachedData }),
  })
  const started = process.cpuUsage()
  if (cachedData === undefined || script.cachedDataRejected === true) {
    process.once('exit', () => {
      const { user, system } = process.cpuUsage(started)
      if (user + system > ENOUGH * (started.user + started.system)) keep(script.createCachedData(), cache)
    })
  }
  const module = { exports: {} }
  script.runInThisContext()(module.exports, nodeModule.createRequire(file), module, file, dirname(file))
}

/** Contains all that compiled code depends on; V8 itself refuses the code of another version, or for other flags. */
function cacheName(file: string, argument: string): string {
  const { size, mtimeMs } = statSync(file)
  const command = /^[a-z-]{1,20}$/.test(argument) ? argument : 'function'
  return `${PROGRAM_DIGEST}-${size}-${Math.trunc(mtimeMs)}-${process.version}-${process.arch}-${command}${EXTENSION}`
}

/** The bytes of a file; undefined if there are none, for which V8 has no check. */
function bytesOf(path: string): Buffer | undefined {
  const bytes = quietly(() => readFileSync(path))
  return bytes?.length === 0 ? undefined : bytes
}

/** Writes a cache as a whole or not at all, and removes the oldest ones. */
function keep(data: Buffer, path: string): void {
  const temporary = `${path}.${process.pid}`
  quietly(() => {
    const descriptor = openSync(temporary, 'wx', 0o600)
    try {
      writeFileSync(descriptor, data)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(temporary, path)
  })
  quietly(() => rmSync(temporary, { force: true }))
  quietly(() => removeOldest(dirname(path)))
}

function removeOldest(folder: string): void {
  const caches = readdirSync(folder)
    .filter(name => name.includes(EXTENSION))
    .map(name => join(folder, name))
  const byAge = caches.map(path => ({ path, age: -statSync(path).mtimeMs })).sort((a, b) => a.age - b.age)
  for (const { path } of byAge.slice(MAX_CACHES)) rmSync(path, { force: true })
}

/** The result of an access to a file; undefined where it fails. A run without a cache takes longer, and gives the same output. */
function quietly<Result>(access: () => Result): Result | undefined {
  try {
    return access()
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined
    throw error
  }
}
