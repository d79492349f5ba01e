// The entry point of the npm package. It keeps V8's compiled code in a cache folder of the user, so that later starts are faster (code-cache.ts).
// NODE_DISABLE_COMPILE_CACHE=1 forbids it. The output is the same.

import { existsSync, lstatSync, mkdirSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import process from 'node:process'
import { runWithCodeCache } from './code-cache.ts'

const program = require.resolve('./inject-sidecars.cjs')
// Commands that copy the program look here for it.
process.argv[1] = program
const folder = cacheFolder(process.env, process.platform)
if (folder === undefined || !isOwn(folder)) require(program)
else runWithCodeCache(program, folder)

/** Cache folder of the user; undefined if the environment has none, or forbids it. Never below the working directory, whose files may come from other people. */
function cacheFolder(environment: NodeJS.ProcessEnv, platform: string): string | undefined {
  const { XDG_CACHE_HOME: cache = '', HOME: home = '', LOCALAPPDATA: local = '', NODE_DISABLE_COMPILE_CACHE: forbidden = '' } = environment
  if (forbidden !== '') return undefined
  const inHome = join(home, platform === 'darwin' ? 'Library/Caches' : '.cache')
  const parent = platform === 'win32' ? local : platform !== 'darwin' && isAbsolute(cache) ? cache : isAbsolute(home) ? inHome : ''
  return isAbsolute(parent) ? join(parent, 'inject-sidecars') : undefined
}

/** Whether the folder, which is created if it is missing, and its parent belong to the user: code in the cache is run. */
function isOwn(path: string): boolean {
  try {
    return [dirname(path), path].every(each => {
      if (!existsSync(each)) mkdirSync(each, { mode: 0o700 })
      const status = lstatSync(each)
      return status.isDirectory() && (process.geteuid === undefined || (status.uid === process.geteuid() && (status.mode & 0o022) === 0))
    })
  } catch (error) {
    // A home that is missing or read-only, or Node's permission model: then there is no cache.
    if (error instanceof Error && 'code' in error) return false
    throw error
  }
}
