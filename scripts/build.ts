// `npm run build`: dist/inject-sidecars.cjs, the program; dist/bin.cjs, which starts it with a cache of compiled code; dist/index.js and kpt.js, the library with its
// types; dist/kubernetes-client.cjs for two commands; the manual page; licences and a bill of materials.

import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { bundleAll } from './bundle.ts'
import { keepReachable } from './declarations.ts'
import { writePages } from './generate-pages.ts'
import { writeValidators } from './generate-validators.ts'
import { manPage } from './man-page.ts'
import { sbom } from './sbom.ts'
import { bundledPackages, thirdPartyLicenses } from './third-party.ts'

const ROOT = join(import.meta.dirname, '..')

/** Writes everything that the package ships beside its fn-config/ to `dist`. */
export function build(dist: string): void {
  rmSync(dist, { recursive: true, force: true })
  const packages = bundledPackages(bundleAll(dist))
  writeFileSync(join(dist, 'THIRD_PARTY_LICENSES'), thirdPartyLicenses(packages))
  writeFileSync(join(dist, 'sbom.cdx.json'), sbom(packages))
  writeFileSync(join(dist, 'inject-sidecars.1'), manPage())
  writeTypes(join(dist, 'types'))
}

function writeTypes(folder: string): void {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'scripts/tsconfig.types.json', '--outDir', folder], { cwd: ROOT, stdio: 'inherit' })
  if (status !== 0) throw new Error('the types could not be written')
  keepReachable(folder, ['index.d.ts', 'kpt.d.ts'])
}

if (import.meta.main) {
  writeValidators()
  writePages()
  build(join(ROOT, 'dist'))
}
