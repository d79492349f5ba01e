// The bundles: the program, one file that runs anywhere Node 20 does; the library; and the Kubernetes client, which two commands load.

import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BuildOptions, buildSync, type Metafile, transformSync } from 'esbuild'
import { lazyModules } from './lazy-modules.ts'

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
  const { alias, metafiles } = lazyModules({ ...LAZY_PACKAGES, ...LAZY_NODE }, { ...COMMON, variant: 'program' })
  const metafile = bundle({
    entryPoints: ['src/cli/main.ts'],
    outfile,
    format: 'cjs',
    banner: { js: '#!/usr/bin/env node' },
    // Two megabytes that two commands need: a file of its own.
    alias: { '@kubernetes/client-node': CLIENT, ...GLOBAL_PROCESS, ...alias },
    external: [CLIENT],
  })
  shortenNames(outfile)
  chmodSync(outfile, 0o755)
  return together([metafile, ...metafiles])
}

/** Writes what the package's `bin` names to `outfile`; the program has to be beside it. */
export function bundleBin(outfile: string): Metafile {
  const options: BuildOptions = { entryPoints: ['src/cli/bin.ts'], outfile, format: 'cjs', banner: { js: '#!/usr/bin/env node' }, alias: GLOBAL_PROCESS }
  const metafile = bundle({ ...options, external: ['./inject-sidecars.cjs'] })
  chmodSync(outfile, 0o755)
  return metafile
}

/** What the entry of a start-up snapshot needs: the list that it injects once, and no import() of packages, for a snapshot has only Node's own modules. */
function snapshotOptions(): BuildOptions {
  const file = (name: string) => readFileSync(join(import.meta.dirname, '../examples/kustomize-exec', name), 'utf8')
  const texts = ['istio/config.yaml', 'namespace.yaml', 'web.yaml', 'store.yaml'].flatMap(name => file(name).split(/^---\n/m))
  const items = texts.filter(text => /^[^#\s]/m.test(text)).map(text => `- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`)
  const list = `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n${items.join('')}`
  return {
    entryPoints: ['src/cli/snapshot.ts'],
    format: 'cjs',
    target: 'node24',
    define: { WARM_UP: JSON.stringify(list) },
    supported: { 'dynamic-import': false },
  }
}

/** Writes the program that the image makes a start-up snapshot of to `outfile`; without the Kubernetes client, which the image has not. */
export function bundleSnapshot(outfile: string): void {
  const { alias } = lazyModules({ ...LAZY_PACKAGES, ...LAZY_NODE }, { ...COMMON, variant: 'snapshot' })
  bundle({ ...snapshotOptions(), outfile, alias: { '@kubernetes/client-node': CLIENT, ...GLOBAL_PROCESS, ...alias }, external: [CLIENT] })
  shortenNames(outfile)
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

// What the function itself needs for few inputs. Modules of our own that are imported dynamically would make it slower: esbuild wraps everything that they
// share with the rest, and V8 then parses it twice.
const LAZY_PACKAGES = {
  '#cel-rules': ['conditionCompiler', 'policyEngine'],
  '#pages': ['fleetPage', 'podPage', 'upgradePage'],
  commander: ['Argument', 'Command', 'CommanderError', 'Option'],
  diff: ['FILE_HEADERS_ONLY', 'createTwoFilesPatch'],
  re2js: ['RE2JS'],
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
  const { alias } = lazyModules({ ...LAZY_PACKAGES, ...LAZY_NODE }, { ...COMMON, variant: 'executable' })
  bundle({ ...snapshotOptions(), outfile: files.program, alias: { '@kubernetes/client-node': './scripts/client-asset.cjs', ...GLOBAL_PROCESS, ...alias } })
  shortenNames(files.program)
  return files
}

function bundle(options: BuildOptions): Metafile {
  const { metafile } = buildSync({ ...COMMON, ...options })
  if (metafile === undefined) throw new Error('esbuild tells nothing of what it bundled')
  return metafile
}
