// What we ship and what it is made of: exact versions with checksums, licences that go along, a bill of materials, bundles that anyone can build again.

import { createHash } from 'node:crypto'
import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { thirdPartyPage } from '../../scripts/third-party.ts'
import { packageFolder } from '../support/package.ts'
import { installAsHere, packagesInBundles } from '../support/project-copy.ts'
import { ROOT } from '../support/rig.ts'
import { tool } from '../support/tools.ts'

const DIST = join(packageFolder(), 'dist')

interface Manifest {
  readonly dependencies?: Record<string, string>
  readonly optionalDependencies?: Record<string, string>
  readonly devDependencies: Record<string, string>
  readonly scripts: Record<string, string>
}

interface Locked {
  readonly version?: string
  readonly integrity?: string
  readonly resolved?: string
}

const manifest: Manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const locked: Record<string, Locked> = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages

t.test('nothing is installed beside us, and nothing runs when we are installed', async t => {
  t.same([manifest.dependencies, manifest.optionalDependencies], [undefined, undefined])
  const hooks = Object.keys(manifest.scripts).filter(name => /^(?:pre|post)?(?:install|pack|prepare|prepublish)/.test(name))
  t.same(hooks, [])
})

t.test('what we build with has exact versions, and a checksum for every package', async t => {
  const loose = Object.entries(manifest.devDependencies).filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
  t.same(loose, [])
  const packages = Object.entries(locked).filter(([folder]) => folder !== '')
  t.equal(packages.length > 300, true)
  t.same(
    packages.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([folder]) => folder),
    [],
  )
  const elsewhere = packages.filter(([, { resolved }]) => resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/'))
  t.same(elsewhere, [])
})

t.test('the lockfile belongs to package.json', async t => {
  const root = locked[''] as { devDependencies?: unknown } | undefined
  t.same(root?.devDependencies, manifest.devDependencies)
})

t.test('the workflows use actions by commit, with the least rights by default', async t => {
  const folder = join(ROOT, '.github/workflows')
  t.same(readdirSync(folder).sort(), ['advisories.yml', 'ci.yml', 'release.yml'])
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), 'utf8')
    const used = [...text.matchAll(/uses: (.*)/g)].flatMap(([, action = '']) => action)
    t.equal(used.length > 1, true)
    t.same(
      used.filter(action => action !== './.github/workflows/ci.yml' && !/^[\w-]+\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/.test(action)),
      [],
    )
    t.equal(text.includes('\npermissions:\n  contents: read\n'), true)
  }
})

/** Licences that ask for no more than their text and a notice. */
const PERMISSIVE = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Unlicense', 'BlueOak-1.0.0'])

const packages = packagesInBundles()

t.test('everything that is bundled has a permissive licence, whose text goes along', async t => {
  t.equal(
    packages.some(({ name }) => name === 'commander'),
    true,
  )
  t.same(
    packages.filter(({ license }) => !PERMISSIVE.has(license)).map(({ name, license }) => `${name}: ${license}`),
    [],
  )
  const text = readFileSync(join(DIST, 'THIRD_PARTY_LICENSES'), 'utf8')
  for (const { name, version, folder } of packages) {
    t.equal(text.includes(`\n${name} ${version} (`), true, name)
    const license = readdirSync(join(ROOT, folder)).find(file => /^(?:un)?licen[cs]e/i.test(file))
    const own =
      license === undefined
        ? 'the package holds no licence file'
        : readFileSync(join(ROOT, folder, license), 'utf8')
            .replaceAll('\r\n', '\n')
            .trim()
    t.equal(text.includes(own), true, `${name}: ${license}`)
  }
})

t.test('the documentation lists what is bundled', async t => {
  t.equal(readFileSync(join(ROOT, 'docs/third-party.md'), 'utf8'), thirdPartyPage(packages), 'npm run generate writes it')
})

t.test('the bill of materials names each with its checksum; npm knows all of them', async t => {
  const bill = JSON.parse(readFileSync(join(DIST, 'sbom.cdx.json'), 'utf8'))
  t.match(bill, {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    // actions/attest-sbom takes no bill without one.
    serialNumber: /^urn:uuid:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-a[\da-f]{3}-[\da-f]{12}$/,
    metadata: { component: { name: 'inject-sidecars', licenses: [{ license: { id: 'Apache-2.0' } }] } },
  })
  t.same(
    bill.components.map(({ name, version }: { name: string; version: string }) => `${name} ${version}`),
    packages.map(({ name, version }) => `${name} ${version}`),
  )
  const references = bill.components.map((component: { 'bom-ref': string }) => component['bom-ref'])
  t.equal(new Set(references).size, references.length)
  t.same(bill.dependencies, [{ ref: bill.metadata.component['bom-ref'], dependsOn: references }])
  const npm = tool('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'])
  t.equal(npm.code, 0, npm.stderr)
  const known = new Set(JSON.parse(npm.stdout).components.map(({ purl }: { purl: string }) => purl))
  t.same(
    references.filter((purl: string) => !known.has(purl)),
    [],
  )
})

/** SHA-256 of each file, by path. */
function checksums(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => statSync(join(folder, path)).isFile())
  return Object.fromEntries(
    paths.sort().map(path => [
      path,
      createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex'),
    ]),
  )
}

t.test('two builds, in other folders, by another locale and in another time zone, are the same to the byte', async t => {
  const [first, second] = [join(t.testdir({}), 'a'), join(t.testdirName, 'somewhere/else')]
  copyProject(ROOT, first)
  copyProject(first, second)
  buildIn(t, first, { TZ: 'UTC', LC_ALL: 'C' })
  buildIn(t, second, { TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8', HOME: second })
  t.equal(Object.keys(checksums(join(first, 'dist'))).length > 10, true)
  t.same(checksums(join(second, 'dist')), checksums(join(first, 'dist')))
})

function buildIn(t: Test, folder: string, env: Record<string, string>): void {
  const { code, stderr } = tool('node', ['scripts/build.ts'], { cwd: folder, env })
  t.equal(code, 0, stderr)
}

function copyProject(from: string, to: string): void {
  for (const path of ['src', 'scripts', 'fn-config', 'package.json', 'package-lock.json', 'tsconfig.json']) {
    cpSync(join(from, path), join(to, path), { recursive: true })
  }
  installAsHere(to)
}
