// Packages of others that the bundles hold: found by what esbuild says it took, with the licences that go along.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'

const ROOT = join(import.meta.dirname, '..')
const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/
const LICENSE_FILE = /^(?:(?:un)?licen[cs]e|copying|notice)/i

export interface BundledPackage {
  readonly name: string
  readonly version: string
  /** An SPDX expression. */
  readonly license: string
  readonly homepage: string
  /** The texts of its licence and notice files. */
  readonly text: string
}

/** Data that files below src/ were generated from. */
export const DATA_SOURCES: readonly (readonly [what: string, license: string])[] = [
  ["Kubernetes' API types (k8s.io/api): names and merge keys of a pod's fields", 'Apache-2.0'],
  ["Istio's API and default MeshConfig (istio.io/api): names and types of fields, defaults", 'Apache-2.0'],
  ['IANA time zone database: changes since 1970', 'public domain'],
]

/** The packages that the bundles hold something of, in the order of their names. */
export function bundledPackages(metafiles: readonly Metafile[]): BundledPackage[] {
  const taken = metafiles.flatMap(({ outputs }) => Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs)))
  const folders = new Set(taken.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? (PACKAGE.exec(path) ?? []) : [])))
  return [...folders].sort().map(readPackage)
}

function readPackage(folder: string): BundledPackage {
  const { name, version, license, homepage, repository } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'))
  const texts = readdirSync(join(ROOT, folder))
    .filter(file => LICENSE_FILE.test(file))
    .sort()
    .map(file =>
      readFileSync(join(ROOT, folder, file), 'utf8')
        .replaceAll('\r\n', '\n')
        .trim(),
    )
  if (typeof license !== 'string') throw new Error(`${folder} has no licence in package.json`)
  // Some packages ship no copy of their licence; then its name has to do.
  if (texts.length === 0) texts.push(`Licence: ${license}`)
  return { name, version, license, homepage: homepage ?? repositoryAddress(repository), text: texts.join('\n\n') }
}

function repositoryAddress(repository: string | { readonly url: string } | undefined): string {
  const address = typeof repository === 'string' ? repository : (repository?.url ?? '')
  return address.replace(/^git\+|\.git$/g, '')
}

/** The file that goes along with the bundles. */
export function thirdPartyLicenses(packages: readonly BundledPackage[]): string {
  const head = 'inject-sidecars holds the packages below, each under its own licence, and data made from:\n'
  const data = DATA_SOURCES.map(([what, license]) => `- ${what} (${license})\n`).join('')
  const texts = packages.map(({ name, version, license, homepage, text }) => `\n${'='.repeat(80)}\n${name} ${version} (${license})\n${homepage}\n\n${text}\n`)
  return `${head}${data}${texts.join('')}`
}
