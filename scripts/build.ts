// `npm run build`: dist/inject-sidecars.cjs, one file that runs anywhere Node 20 does, and the library with its types.

import { spawnSync } from 'node:child_process'
import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { type BuildOptions, buildSync } from 'esbuild'

const ROOT = join(import.meta.dirname, '..')
const BUNDLE = 'dist/inject-sidecars.cjs'

const COMMON: BuildOptions = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20',
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
}

rmSync(join(ROOT, 'dist'), { recursive: true, force: true })
// Whitespace goes because V8 reads less; names stay, so that a stack trace in a bug report can be read.
buildSync({
  ...COMMON,
  entryPoints: ['src/cli/main.ts'],
  outfile: BUNDLE,
  format: 'cjs',
  banner: { js: '#!/usr/bin/env node' },
  minifyWhitespace: true,
  minifySyntax: true,
})
chmodSync(join(ROOT, BUNDLE), 0o755)
buildSync({ ...COMMON, entryPoints: ['src/index.ts'], outfile: 'dist/index.js', format: 'esm' })

const types = spawnSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'scripts/tsconfig.types.json'], { cwd: ROOT, stdio: 'inherit' })
process.exitCode = types.status ?? 1
