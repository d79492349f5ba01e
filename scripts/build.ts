// `npm run build`: dist/inject-sidecars.cjs, the program, and dist/index.js, the library with its types.

import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { bundleLibrary, bundleProgram } from './bundle.ts'
import { writeValidators } from './generate-validators.ts'

const ROOT = join(import.meta.dirname, '..')

rmSync(join(ROOT, 'dist'), { recursive: true, force: true })
writeValidators()
bundleProgram(join(ROOT, 'dist/inject-sidecars.cjs'))
bundleLibrary(join(ROOT, 'dist/index.js'))
const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
const types = spawnSync(process.execPath, [tsc, '-p', 'scripts/tsconfig.types.json'], { cwd: ROOT, stdio: 'inherit' })
process.exitCode = types.status ?? 1
