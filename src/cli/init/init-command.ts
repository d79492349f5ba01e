// `inject-sidecars init [FOLDER]`: writes the files that a repository needs at first, and lists the steps that are still missing.

import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { findManifests } from '#find-manifests'
import { type SourceFile, visible, visibleLines } from '../../lib/model/index.ts'
import { read } from '../../read/read.ts'
import { DONE } from '../exit-code.ts'
import { readBytes, readManifest } from '../files.ts'
import { readKustomizations } from '../kustomizations.ts'
import { replaceFile } from '../replace-file.ts'
import { writeFully } from '../stdio.ts'
import { systemError } from '../system-error.ts'
import { functionConfig, GUARD, ISTIO_README, KUSTOMIZATION_LINES, OVERLAYS_PAGE, preCommit } from './templates.ts'

export interface InitOptions {
  /** A file with Istio's configuration, as `capture` or `helm template` prints it. */
  readonly istio?: string
}

/**
 * Writes the missing files, and never changes an existing one. Returns the exit code.
 * @throws InjectError `file-unwritable`, `file-unreadable`
 */
export function runInit(folder: string, { istio }: InitOptions): number {
  const { paths, kustomizations } = findManifests([folder])
  const files = paths.map(readManifest)
  const istioFile = istio === undefined ? undefined : readBytes(istio).toString('utf8')
  const hook = preCommit(kustomizations.length > 0 ? 'when-built' : 'in-files')
  const wanted: readonly (readonly [path: string, text: string])[] = [
    ['inject-sidecars.yaml', functionConfig(['istio/', ...namespaceFiles(folder, files)])],
    // Files that are applied as they are must not hold a guard.
    ...(kustomizations.length > 0 || files.length === 0 ? [['guard.yaml', GUARD] as const] : []),
    istioFile === undefined ? ['istio/README.md', ISTIO_README] : ['istio/istio.yaml', istioFile],
    ['.pre-commit-config.yaml', hook],
  ]
  const written = wanted.filter(([path, text]) => writeNew(join(folder, path), text)).map(([path]) => path)
  const report = [
    ...wanted.map(([path]) => (written.includes(path) ? `wrote ${path}` : `kept ${path}, which exists already`)),
    '',
    ...missingIn(folder, { files, kustomizations, written, hook }),
  ]
  writeFully(1, visibleLines(`${report.join('\n')}\n`))
  return DONE
}

/** The files that hold Namespaces, as `sources` names them. */
function namespaceFiles(folder: string, files: readonly SourceFile[]): string[] {
  const { resources } = read({ files })
  const found = resources.filter(({ ref }) => ref.kind === 'Namespace' && ref.apiVersion === 'v1').map(({ source }) => source.positionOf([]).file)
  return [...new Set(found)].map(path => relative(folder, path).split('\\').join('/')).filter(path => !path.startsWith('istio/'))
}

/** Creates a file; false if it exists. */
function writeNew(path: string, text: string): boolean {
  if (existsSync(path)) return false
  try {
    mkdirSync(dirname(path), { recursive: true })
  } catch (error) {
    throw systemError('file-unwritable', path, error)
  }
  replaceFile(path, text)
  return true
}

interface Found {
  readonly files: readonly SourceFile[]
  readonly kustomizations: readonly string[]
  /** Files that this run has written. */
  readonly written: readonly string[]
  /** The configuration of pre-commit that fits the repository. */
  readonly hook: string
}

/** Steps that remain to be done by hand. */
function missingIn(folder: string, { files, kustomizations, written, hook }: Found): string[] {
  const steps: string[] = []
  const hasIstio = files.some(({ text }) => /^ *name: istio-sidecar-injector/m.test(text)) || written.includes('istio/istio.yaml')
  if (!hasIstio) steps.push("Istio's configuration is missing: istio/README.md has the commands that fetch it.")
  const config = textOf(join(folder, 'inject-sidecars.yaml'))
  if (!/^ {2}sources:/m.test(config)) steps.push('inject-sidecars.yaml has no `sources`: list istio/ and the files with Namespaces there.')
  for (const name of ['kustomization.yaml', 'kustomization.yml', 'Kustomization']) {
    const text = textOf(join(folder, name))
    const lacks = ['guard.yaml', 'inject-sidecars.yaml'].filter(file => !text.includes(file))
    if (text !== '' && lacks.length > 0)
      steps.push(`${name} does not list ${lacks.join(' and ')}. Add:\n\n${KUSTOMIZATION_LINES.replace(/^/gm, '    ').trimEnd()}\n`)
  }
  const overlays = overlaysIn(folder, kustomizations)
  if (overlays.length > 0) {
    steps.push(
      `kustomize builds ${overlays.map(visible).join(', ')}: list the function under \`transformers\` there, and the guard under \`resources\`: ${OVERLAYS_PAGE}`,
    )
  }
  if (!textOf(join(folder, '.pre-commit-config.yaml')).includes('inject-sidecars')) {
    steps.push(`.pre-commit-config.yaml has no hook of inject-sidecars. Add:\n\n${hook.replace(/^/gm, '    ').trimEnd()}\n`)
  }
  return steps.length === 0 ? ['Nothing is missing. Next: inject-sidecars explain .'] : ['To do:', ...steps.map(step => `- ${step}`)]
}

/** Folders below this one that no other kustomization includes, and whose kustomization lists no transformer. */
function overlaysIn(folder: string, paths: readonly string[]): string[] {
  const kustomizations = readKustomizations(paths, [])
  const taken = new Set(kustomizations.flatMap(({ resources, others }) => [...resources, ...others]))
  return kustomizations
    .filter(({ path }) => !taken.has(dirname(resolve(path))) && !/^transformers:/m.test(textOf(path)))
    .map(({ path }) => relative(folder, dirname(path)).split('\\').join('/'))
    .filter(path => path !== '' && path !== 'istio')
    .sort()
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}
