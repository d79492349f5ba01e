// The npm package as it would be published: built from the source as it is now, and packed by npm.

import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { build } from '../../scripts/build.ts'
import { ROOT } from './rig.ts'

let folder: string | undefined

/** What `npm pack` is run on: package.json, the files that it names, and those that npm always takes. */
export function packageFolder(): string {
  if (folder !== undefined) return folder
  const made = mkdtempSync(join(tmpdir(), 'inject-sidecars-package-'))
  process.once('exit', () => rmSync(made, { recursive: true, force: true }))
  for (const file of ['package.json', 'README.md', 'LICENSE']) if (existsSync(join(ROOT, file))) copyFileSync(join(ROOT, file), join(made, file))
  cpSync(join(ROOT, 'fn-config'), join(made, 'fn-config'), { recursive: true })
  build(join(made, 'dist'))
  folder = made
  return made
}

/** Packs it into `destination`, and answers with the archive's path and the paths of its files. */
export function pack(destination: string): { archive: string; files: string[] } {
  const { stdout, stderr, status } = spawnSync('npm', ['pack', '--json', '--pack-destination', destination], { cwd: packageFolder(), encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  // npm 11 answers with a list, later ones with an object by package name.
  const [packed] = Object.values<{ filename: string; files: { path: string }[] }>(JSON.parse(stdout))
  if (packed === undefined) throw new Error(`npm pack tells nothing: ${stdout}`)
  return { archive: join(destination, packed.filename), files: packed.files.map(({ path }) => path) }
}
