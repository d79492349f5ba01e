// The two bundles: the program, one file that runs anywhere Node 20 does, and the library.

import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { type BuildOptions, buildSync } from 'esbuild'

const COMMON: BuildOptions = {
  absWorkingDir: join(import.meta.dirname, '..'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
}

/** Writes the program to `outfile`. What is imported dynamically stays unevaluated until it is asked for. */
export function bundleProgram(outfile: string): void {
  buildSync({
    ...COMMON,
    entryPoints: ['src/cli/main.ts'],
    outfile,
    format: 'cjs',
    banner: { js: '#!/usr/bin/env node' },
    // White space goes because V8 reads less; names stay, so that a stack trace in a bug report can be read.
    minifyWhitespace: true,
    minifySyntax: true,
  })
  chmodSync(outfile, 0o755)
}

/** Writes the library, an ES module, to `outfile`. */
export function bundleLibrary(outfile: string): void {
  buildSync({ ...COMMON, entryPoints: ['src/index.ts'], outfile, format: 'esm' })
}
