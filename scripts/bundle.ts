// The bundles: the program, one file that runs anywhere Node 20 does; the library; and the Kubernetes client, which two commands load.

import { createHash } from 'node:crypto'
import { appendFileSync, chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type BuildOptions, buildSync, type Metafile, transformSync } from 'esbuild'
import { lazyFolder, lazyModules } from './lazy-modules.ts'
import { lazyRooms } from './lazy-rooms.ts'

const COMMON: BuildOptions = {
  absWorkingDir: join(import.meta.dirname, '..'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  // A single character beyond Latin-1 makes V8 keep the whole text in two bytes each: 2 ms of the start.
  charset: 'ascii',
  // Licences are in THIRD_PARTY_LICENSES, once each.
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  // White space goes because V8 reads less; names stay, so that a stack trace in a bug report can be read.
  minifyWhitespace: true,
  minifySyntax: true,
}

/** Writes all bundles to `folder`. Answers with what is in each, by name. */
export function bundleAll(folder: string): ReadonlyMap<string, Metafile> {
  return new Map([
    ['inject-sidecars.cjs', bundleProgram(join(folder, 'inject-sidecars.cjs'))],
    ['index.js, kpt.js', bundleLibrary(folder)],
    ['kubernetes-client.cjs', bundleClient(folder)],
    ['bin.cjs', bundleBin(join(folder, 'bin.cjs'))],
  ])
}

/** Writes the program to `outfile`, and tells what is in it. */
export function bundleProgram(outfile: string): Metafile {
  const entry: Entry = { entryPoints: ['src/cli/main.ts'], outfile, format: 'cjs', banner: { js: '#!/usr/bin/env node' } }
  // The client is two megabytes that two commands need: a file of its own.
  const metafile = bundleLazily('program', entry, { alias: { '@kubernetes/client-node': CLIENT }, external: [CLIENT] })
  chmodSync(outfile, 0o755)
  return metafile
}

interface Entry extends BuildOptions {
  outfile: string
}

/** Writes a form of the program, in which what few runs need waits until it is used; and tells what is in it. */
function bundleLazily(variant: string, entry: Entry, given: BuildOptions): Metafile {
  // A snapshot has only Node's own modules, and code that V8 has from a cache cannot call import() (src/cli/code-cache.ts).
  const options: BuildOptions = { ...given, supported: { 'dynamic-import': false } }
  const folder = lazyFolder(variant)
  const alias = { ...options.alias, ...GLOBAL_PROCESS, ...lazyModules(LAZY_NODE, folder) }
  const bundleMain = (rooms: Record<string, string>) => bundle({ ...options, ...entry, alias: { ...alias, ...rooms } })
  const rooms = lazyRooms(LAZY_ROOMS, { ...COMMON, ...options, alias, folder }, bundleMain)
  const metafile = bundleMain(rooms.alias)
  shortenNames(entry.outfile)
  appendFileSync(entry.outfile, rooms.text)
  return together([metafile, ...rooms.metafiles])
}

/** Writes what the package's `bin` names to `outfile`; the program has to be beside it. */
export function bundleBin(outfile: string): Metafile {
  const digest = createHash('sha256')
    .update(readFileSync(join(dirname(outfile), 'inject-sidecars.cjs')))
    .digest('hex')
    .slice(0, 16)
  const define = { PROGRAM_DIGEST: JSON.stringify(digest) }
  const options: BuildOptions = {
    entryPoints: ['src/cli/bin.ts'],
    outfile,
    format: 'cjs',
    banner: { js: '#!/usr/bin/env node' },
    alias: GLOBAL_PROCESS,
    define,
  }
  const metafile = bundle({ ...options, external: ['./inject-sidecars.cjs'] })
  chmodSync(outfile, 0o755)
  return metafile
}

const SNAPSHOT_ENTRY: BuildOptions = { entryPoints: ['src/cli/snapshot.ts'], format: 'cjs' }

/** Options for the entry of a start-up snapshot: the lists that it injects, as kustomize and as kpt hand them over. */
function snapshotOptions(): BuildOptions {
  const file = (name: string) => readFileSync(join(import.meta.dirname, '../examples/kustomize-exec', name), 'utf8')
  const texts = ['istio/config.yaml', 'namespace.yaml', 'web.yaml', 'store.yaml'].flatMap(name => file(name).split(/^---\n/m))
  const items = texts.filter(text => /^[^#\s]/m.test(text)).map(text => `- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`)
  const config = file('sidecars.yaml').trimEnd().replaceAll('\n', '\n  ')
  const list = `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n${items.join('')}functionConfig:\n  ${config}\n`
  const withRecords = readFileSync(join(import.meta.dirname, 'warm-up.yaml'), 'utf8')
  return { target: 'node24', define: { WARM_UP: JSON.stringify([list, withRecords]) } }
}

/** Writes the program that the image makes a start-up snapshot of to `outfile`; without the Kubernetes client, which the image has not. */
export function bundleSnapshot(outfile: string): void {
  bundleLazily('snapshot', { ...SNAPSHOT_ENTRY, outfile }, { ...snapshotOptions(), alias: { '@kubernetes/client-node': CLIENT }, external: [CLIENT] })
}

/** Makes names short that are not at the top level: V8 reads less, and a stack trace still names functions. */
function shortenNames(file: string): void {
  const { code } = transformSync(readFileSync(file, 'utf8'), { minifyIdentifiers: true, minifyWhitespace: true, charset: 'ascii' })
  writeFileSync(file, code)
}

function together(metafiles: readonly Metafile[]): Metafile {
  const all = (field: 'inputs' | 'outputs') => Object.assign({}, ...metafiles.map(metafile => metafile[field]))
  return { inputs: all('inputs'), outputs: all('outputs') }
}

/** Writes the library's ES modules, one for each export of the package and one that they share, to `folder`. */
export function bundleLibrary(folder: string): Metafile {
  const entryPoints = ['src/index.ts', 'src/kpt.ts']
  return bundle({ entryPoints, outdir: folder, format: 'esm', splitting: true, chunkNames: 'shared-[hash]' })
}

const CLIENT = './kubernetes-client.cjs'
// For each file that imports the module, esbuild copies its hundred properties.
const GLOBAL_PROCESS = { 'node:process': './scripts/global-process.ts' }

// Modules that the function needs for few inputs or none. With import(), esbuild would wrap everything that they share with the rest, and V8 would parse it twice.
const LAZY_ROOMS = {
  '#cel-rules': { file: 'src/cli/cel-rules.ts', exported: ['conditionCompiler', 'policyEngine'] },
  '#command-line': { file: 'src/cli/commands.ts', exported: ['runCommand'] },
  '#find-manifests': { file: 'src/cli/find-manifests.ts', exported: ['findManifests'] },
  '#pages': { file: 'src/cli/pages/index.ts', exported: ['fleetPage', 'podPageWriter', 'upgradePage'] },
  '#re2': { file: 'src/lib/go/re2.ts', exported: ['compileRe2'] },
}
const LAZY_NODE = {
  'node:crypto': ['X509Certificate', 'createDecipheriv', 'createHash', 'createHmac', 'createPrivateKey', 'scryptSync'],
  'node:os': ['homedir'],
  'node:perf_hooks': ['performance'],
  'node:timers/promises': ['setTimeout'],
  'node:zlib': ['inflateRawSync'],
}

/** Writes what `capture` and `verify` need of @kubernetes/client-node into `folder`. */
export function bundleClient(folder: string): Metafile {
  const contents = "export { AdmissionregistrationV1Api, CoreV1Api, CustomObjectsApi, KubeConfig, Observable } from '@kubernetes/client-node'"
  const stdin = { contents, resolveDir: join(import.meta.dirname, '..') }
  return bundle({ stdin, outfile: join(folder, CLIENT), format: 'cjs', target: 'node22', minify: true })
}

/**
 * Writes the program for a self-contained executable to `folder`, and the client that goes into it as a file of its own: in an executable,
 * `import('./kubernetes-client.cjs')` would load that file from the working directory, which may be untrusted.
 */
export function bundleStandalone(folder: string): { readonly program: string; readonly client: string } {
  const files = { program: join(folder, 'inject-sidecars.cjs'), client: join(folder, CLIENT) }
  bundleClient(folder)
  const options = { ...snapshotOptions(), alias: { '@kubernetes/client-node': './scripts/client-asset.cjs' } }
  bundleLazily('executable', { ...SNAPSHOT_ENTRY, outfile: files.program }, options)
  return files
}

function bundle(options: BuildOptions): Metafile {
  const { metafile } = buildSync({ ...COMMON, ...options })
  if (metafile === undefined) throw new Error('esbuild tells nothing of what it bundled')
  return metafile
}
