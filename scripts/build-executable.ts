// `npm run build:executable [FILE]`: the program and the Node that runs this script in one file, for Linux machines without Node
// (Node's single executable applications, https://nodejs.org/api/single-executable-applications.html).

import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { bundleStandalone } from './bundle.ts'
import { V8_FLAGS } from './v8-flags.ts'

const ROOT = join(import.meta.dirname, '..')
const POSTJECT = join(ROOT, 'node_modules/postject/dist/cli.js')
/** By which Node knows that it carries a program. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

/** Writes the executable for this platform to `outfile`. */
export function buildExecutable(outfile: string): void {
  if (process.platform !== 'linux') throw new Error(`executables are built for Linux, not for ${process.platform}: use the npm package`)
  const folder = mkdtempSync(join(tmpdir(), 'inject-sidecars-'))
  try {
    const blob = join(folder, 'program.blob')
    const config = join(folder, 'sea.json')
    writeFileSync(config, JSON.stringify(seaConfig(bundleStandalone(folder), blob)))
    must(process.execPath, ['--experimental-sea-config', config])
    const executable = join(folder, 'executable')
    copyFileSync(realpathSync(process.execPath), executable)
    chmodSync(executable, 0o755)
    // 18 MB of symbols, which only Node's own crashes need; before the program goes in, which strip would take for one.
    must('strip', [executable])
    must(process.execPath, [POSTJECT, executable, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', FUSE])
    mkdirSync(dirname(outfile), { recursive: true })
    copyFileSync(executable, outfile)
    chmodSync(outfile, 0o755)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function seaConfig({ program, client }: ReturnType<typeof bundleStandalone>, output: string): object {
  return {
    main: program,
    assets: { 'kubernetes-client.cjs': client },
    output,
    disableExperimentalSEAWarning: true,
    // A third of the start (src/cli/snapshot.ts); the price is that two builds of the executable differ. The program inside is the same to the byte.
    useSnapshot: true,
    execArgv: V8_FLAGS,
    // NODE_OPTIONS is for the user's own Node.
    execArgvExtension: 'none',
  }
}

function must(command: string, args: readonly string[]): void {
  const { NODE_OPTIONS: _, ...env } = process.env
  const { status, stdout, stderr, error } = spawnSync(command, args, { env, encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stdout}${stderr}`)
}

if (import.meta.main) {
  const outfile = resolve(process.argv[2] ?? join(ROOT, 'executable', `inject-sidecars-linux-${process.arch}`))
  buildExecutable(outfile)
  console.log(`${outfile}: ${(statSync(outfile).size / 1e6).toFixed(0)} MB`)
}
