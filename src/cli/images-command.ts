// `inject-sidecars images [PATHS]`: lists the images that injection adds with the origin of each, or prints an image lock that pins them.

import { isPinned } from '../images/pin.ts'
import { lookAt } from '../inject.ts'
import {
  type Diagnostic,
  describe,
  FUNCTION_CONFIG_API_VERSION,
  IMAGE_LOCK_KIND,
  type Json,
  type Observe,
  visible,
  visibleJson,
  type Workload,
  warning,
  writerText,
} from '../lib/model/index.ts'
import { toYaml } from '../lib/yaml/index.ts'
import { type OriginRecorder, recordOrigins } from '../origins/origins.ts'
import { read } from '../read/read.ts'
import { exitCodeOf } from './exit-code.ts'
import { readBytes, readSource } from './files.ts'
import { gather } from './gather.ts'
import { withConditions } from './inject-lazily.ts'
import { type FileOptions, type FunctionConfigOption, namespacesFor } from './options.ts'
import { showFindings } from './show-findings.ts'
import { writeFully } from './stdio.ts'

export type ImagesFormat = 'text' | 'json' | 'cyclonedx'

export interface ImagesOptions extends FunctionConfigOption, FileOptions {
  readonly output: ImagesFormat
  /** A file with images and their digests, from which a lock is printed. */
  readonly lock?: string
}

/** An image that injection writes. */
export interface InjectedImage {
  readonly image: string
  /** Origins of the image: a template with its line, a policy, the image lock. */
  readonly sources: readonly string[]
  /** Workloads in the form `Deployment shop/web`. */
  readonly workloads: readonly string[]
}

/** Runs the command, and returns the exit code. */
export async function runImages(paths: readonly string[], options: ImagesOptions): Promise<number> {
  const { files, functionConfig, diagnostics: unread, notes } = gather(paths.length === 0 ? ['.'] : paths, options)
  const recorders = new Map<Workload, OriginRecorder>()
  const observerOf = (workload: Workload): Observe => {
    const recorder = recordOrigins()
    recorders.set(workload, recorder)
    return recorder.observe
  }
  const input = {
    files,
    readSource,
    ...namespacesFor(options),
    action: 'Inject' as const,
    observerOf,
    ...(functionConfig === undefined ? {} : { functionConfig }),
  }
  const details = unread.length > 0 ? undefined : await withConditions(hooks => lookAt({ ...input, ...hooks }, read(input)))
  const images = imagesIn(recorders)
  const list = options.lock === undefined ? undefined : readList(options.lock)
  const findings = [...(details?.diagnostics ?? unread), ...notes, ...(list === undefined ? [] : unlisted(images, list))]
  if (details !== undefined) writeFully(1, list === undefined ? PRINTERS[options.output](images) : lockText(images, list))
  await showFindings(findings)
  return exitCodeOf(findings)
}

/** Images that injection wrote to containers, sorted by image. */
function imagesIn(recorders: ReadonlyMap<Workload, OriginRecorder>): InjectedImage[] {
  const found = new Map<string, { readonly sources: Set<string>; readonly workloads: Set<string> }>()
  for (const [{ resource }, recorder] of recorders) {
    for (const { path, origins, value } of recorder.values(isImage)) {
      const last = origins.at(-1)
      if (last === undefined || last.writer.kind === 'user' || typeof value !== 'string') continue
      const known = found.get(value) ?? { sources: new Set(), workloads: new Set() }
      known.sources.add(`${writerText(last.writer)}${last.line === undefined ? '' : `:${last.line}`}, ${path.join('.')}`)
      known.workloads.add(describe(resource.ref))
      found.set(value, known)
    }
  }
  return [...found]
    .map(([image, { sources, workloads }]) => ({ image, sources: [...sources].sort(), workloads: [...workloads].sort() }))
    .sort((a, b) => (a.image < b.image ? -1 : 1))
}

function isImage(path: readonly (string | number)[]): boolean {
  return path.length === 4 && path[0] === 'spec' && /^(initC|c)ontainers$/.test(String(path[1])) && path[3] === 'image'
}

const PRINTERS: Readonly<Record<ImagesFormat, (images: readonly InjectedImage[]) => string>> = {
  text: images =>
    images
      .flatMap(({ image, sources, workloads }) => [image, `  in ${workloads.join(', ')}`, ...sources.map(source => `  from ${source}`)])
      .map(line => `${visible(line)}\n`)
      .join(''),
  json: images => `${visibleJson(JSON.stringify({ images: images.map(found => ({ ...found, pinned: isPinned(found.image) })) }, null, 2))}\n`,
  cyclonedx: images => `${visibleJson(JSON.stringify(bill(images), null, 2))}\n`,
}

/** A bill of materials of the images (CycloneDX 1.6), to merge with that of a release. */
function bill(images: readonly InjectedImage[]): Json {
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    components: images.map(({ image }) => {
      const { name, version, digest, repository } = partsOf(image)
      const qualifiers = new URLSearchParams({ repository_url: repository, ...(version === '' ? {} : { tag: version }) })
      const purl = `pkg:oci/${encodeURIComponent(name)}${digest === '' ? '' : `@${encodeURIComponent(digest)}`}?${qualifiers.toString()}`
      const hashes = digest === '' ? {} : { hashes: [{ alg: 'SHA-256', content: digest.slice('sha256:'.length) }] }
      return { type: 'container', 'bom-ref': image, name, version: version || digest, purl, ...hashes }
    }),
  }
}

function partsOf(image: string): { name: string; version: string; digest: string; repository: string } {
  const [reference = '', digest = ''] = image.split('@')
  const [, repository = reference, version = ''] = /^(.*?)(?::([\w.-]+))?$/.exec(reference) ?? []
  return { name: repository.split('/').at(-1) ?? '', version, digest, repository }
}

/** Reads lines `IMAGE@sha256:…` or `IMAGE sha256:…`; a second word may also be the reference in a mirror, with its digest. */
function readList(file: string): ReadonlyMap<string, string> {
  const text = readBytes(file).toString('utf8')
  const entries = text.split('\n').flatMap(line => {
    const [first = '', second] = line.replace(/#.*/, '').trim().split(/\s+/)
    const [, image, digest] = /^(.+)@(sha256:[\da-f]{64})$/.exec(first) ?? []
    if (second !== undefined) return [[first, second] as const]
    return image === undefined || digest === undefined ? [] : [[image, digest] as const]
  })
  return new Map(entries)
}

function unlisted(images: readonly InjectedImage[], list: ReadonlyMap<string, string>): Diagnostic[] {
  return images
    .filter(({ image }) => !isPinned(image) && !list.has(image))
    .map(({ image }) =>
      warning({ code: 'image-unpinned', message: `the list has no digest for ${JSON.stringify(image)}`, hint: 'add a line `IMAGE@sha256:…`' }),
    )
}

function lockText(images: readonly InjectedImage[], list: ReadonlyMap<string, string>): string {
  const entries = images.flatMap(({ image }) => {
    const reference = image.replace(/@sha256:[\da-f]{64}$/, '')
    const digest = list.get(reference) ?? (isPinned(image) ? image.slice(reference.length + 1) : undefined)
    return digest === undefined ? [] : [[reference, digest] as const]
  })
  const lock = {
    apiVersion: FUNCTION_CONFIG_API_VERSION,
    kind: IMAGE_LOCK_KIND,
    metadata: { name: 'images', annotations: { 'config.kubernetes.io/local-config': 'true' } },
    images: Object.fromEntries(entries),
  }
  return `# The digests of injected images. Written by \`inject-sidecars images --lock\`.\n${toYaml(lock)}`
}
