// This project in another folder, able to build there what it builds here.

import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleAll } from '../../scripts/bundle.ts'
import { type BundledPackage, bundledPackages } from '../../scripts/third-party.ts'
import { ROOT } from './rig.ts'

let known: readonly BundledPackage[] | undefined

/** The packages that the bundles hold. */
export function packagesInBundles(): readonly BundledPackage[] {
  if (known !== undefined) return known
  const folder = mkdtempSync(join(tmpdir(), 'inject-sidecars-bundles-'))
  known = bundledPackages(bundleAll(folder))
  rmSync(folder, { recursive: true })
  return known
}

/** A node_modules for a copy of this project: copies of what is bundled, since a link would lead the bundler back to this folder; links to the tools. */
export function installAsHere(project: string): void {
  mkdirSync(join(project, 'node_modules'), { recursive: true })
  const copied = new Set(packagesInBundles().map(({ folder }) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(folder)?.[0] ?? folder))
  for (const name of readdirSync(join(ROOT, 'node_modules')).filter(each => !each.startsWith('.'))) install(project, join('node_modules', name), copied)
}

function install(project: string, path: string, copied: ReadonlySet<string>): void {
  const isScope = path.startsWith('node_modules/@') && path.split('/').length === 2
  if (isScope) {
    mkdirSync(join(project, path))
    for (const name of readdirSync(join(ROOT, path))) install(project, join(path, name), copied)
  } else if (copied.has(path)) cpSync(join(ROOT, path), join(project, path), { recursive: true })
  else symlinkSync(join(ROOT, path), join(project, path))
}
