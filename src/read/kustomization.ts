// Reads the files of a kustomization: which are resources, which are other files, and whether it changes its resources
// (kubectl.docs.kubernetes.io/references/kustomize/kustomization).

import { get, isObject, type Json } from '../lib/model/index.ts'

export interface Kustomization {
  /** Files and folders whose resources it includes: `resources`, `bases`, `components`. */
  readonly resources: readonly string[]
  /** Files that are not manifests to apply, even if they look like one: patches, configurations, functions, data. */
  readonly others: readonly string[]
  /** The entries of `transformers`: files, folders, or function configs as text. */
  readonly transformers: readonly string[]
  /** The fields by which it changes pods or names of its resources. */
  readonly changes: readonly string[]
}

/**
 * The files of a kustomization.
 * @example kustomizationOf({ resources: ['web.yaml'], patches: [{ path: 'memory.yaml' }] }).others // ['memory.yaml']
 */
export function kustomizationOf(value: Json): Kustomization {
  return {
    resources: ['resources', 'bases', 'components'].flatMap(field => paths(get(value, field))),
    others: [
      ...['patches', 'patchesStrategicMerge', 'patchesJson6902', 'replacements', 'configurations', 'crds', 'transformers', 'validators', 'generators'].flatMap(
        field => paths(get(value, field)),
      ),
      ...paths([get(value, 'openapi') ?? null]),
      ...['configMapGenerator', 'secretGenerator'].flatMap(field => list(get(value, field)).flatMap(dataFiles)),
      ...['helmCharts', 'helmChartInflationGenerator'].flatMap(field => list(get(value, field)).flatMap(valuesFiles)),
    ],
    transformers: list(get(value, 'transformers')).flatMap(text),
    changes: CHANGES.filter(field => !isEmpty(get(value, field))),
  }
}

const CHANGES = [
  'namePrefix',
  'nameSuffix',
  'namespace',
  'labels',
  'commonLabels',
  'commonAnnotations',
  'images',
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'replacements',
  'vars',
  'components',
]

/** The paths in entries, each a path or an object with one; a text of several lines is an inline patch. */
function paths(entries: Json | undefined): string[] {
  return list(entries)
    .flatMap(entry => text(isObject(entry) ? get(entry, 'path') : entry))
    .filter(isPath)
}

/** Whether an entry is a path, not an inline patch or function config. */
export function isPath(entry: string): boolean {
  return !/[\n{]/.test(entry)
}

/** The paths in entries of the form `path` or `key=path`. */
function dataFiles(generator: Json): string[] {
  const entries = [...list(get(generator, 'files')), ...list(get(generator, 'envs')), get(generator, 'env') ?? null]
  return entries.flatMap(text).map(entry => entry.slice(entry.indexOf('=') + 1))
}

function valuesFiles(chart: Json): string[] {
  return [get(chart, 'valuesFile') ?? null, ...list(get(chart, 'additionalValuesFiles'))].flatMap(text)
}

function text(value: Json | undefined): string[] {
  return typeof value === 'string' && value !== '' ? [value] : []
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}
