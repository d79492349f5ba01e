// Writes a software bill of materials of the bundles (CycloneDX 1.6). It has no date, and a serial number that follows from the content, so that
// two builds give the same bytes.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BundledPackage } from './third-party.ts'

const ROOT = join(import.meta.dirname, '..')

/** The bill's text; checksums are those of package-lock.json, of the packages' archives. */
export function sbom(packages: readonly BundledPackage[]): string {
  const { name, version, license, description } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const component = { type: 'application', 'bom-ref': purl(name, version), name, version, description, purl: purl(name, version), licenses: licenses(license) }
  const content = {
    version: 1,
    metadata: { lifecycles: [{ phase: 'build' }], component },
    components: withHashes(packages),
    dependencies: [{ ref: component['bom-ref'], dependsOn: packages.map(bundled => purl(bundled.name, bundled.version)) }],
  }
  const kind = { $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json', bomFormat: 'CycloneDX', specVersion: '1.6' }
  return `${JSON.stringify({ ...kind, serialNumber: serialNumber(JSON.stringify(content)), ...content }, undefined, 2)}\n`
}

/** A UUID of version 8 (RFC 9562). The format could do without, but actions/attest-sbom asks for one. */
function serialNumber(content: string): string {
  const hash = createHash('sha256').update(content).digest('hex')
  return `urn:uuid:${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(12, 15)}-a${hash.slice(15, 18)}-${hash.slice(18, 30)}`
}

function withHashes(packages: readonly BundledPackage[]): object[] {
  const lock: Record<string, { readonly integrity?: string }> = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages
  return packages.map(({ folder, name, version, license, bundles }) => {
    const content = /^sha512-(.*)$/.exec(lock[folder]?.integrity ?? '')?.[1]
    if (content === undefined) throw new Error(`package-lock.json has no checksum of ${folder}`)
    return {
      type: 'library',
      'bom-ref': purl(name, version),
      name,
      version,
      hashes: [{ alg: 'SHA-512', content: Buffer.from(content, 'base64').toString('hex') }],
      licenses: licenses(license),
      purl: purl(name, version),
      properties: bundles.map(value => ({ name: 'inject-sidecars:bundle', value })),
    }
  })
}

function licenses(expression: string): object[] {
  return [/^[\w.+-]+$/.test(expression) ? { license: { id: expression } } : { expression }]
}

function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`
}
