// Decides which texts get a record: those that are injected in place and may be injected again (docs/configuration.md, `record`).

import { get, type InjectInput, type Resource, type SourceFile } from '../lib/model/index.ts'
import type { ReadResult } from '../read/read.ts'

/** The annotation with the path, which kpt sets on every item that it reads from a file. */
const PATH_IN_PACKAGE = 'internal.config.kubernetes.io/path'
/** On every item that kustomize hands to a function. A path there is one that the user wrote into the manifest. */
const KUSTOMIZE_ID = 'kustomize.config.k8s.io/id'

/**
 * Tells whether the workloads of a file get a record. A ResourceList is one file: kpt writes its items back into the package, kustomize prints them,
 * and of any other program it is not known.
 *
 * @example recordsFor({ files, record: 'Never' }, read({ files }))(file) // false
 */
export function recordsFor(
  { resourceList, record, staysInPlace = () => true }: Pick<InjectInput, 'resourceList' | 'record' | 'staysInPlace'>,
  { config, resources }: Pick<ReadResult, 'config' | 'resources'>,
): (file: Pick<SourceFile, 'path'>) => boolean {
  const setting = record ?? config.record
  if (setting !== 'Auto') return () => setting === 'Always'
  if (resourceList === undefined) return ({ path }) => staysInPlace(path)
  const isKpts = resources.some(isFromPackage)
  return () => isKpts
}

function isFromPackage({ value }: Resource): boolean {
  const annotations = get(get(value, 'metadata'), 'annotations')
  return get(annotations, PATH_IN_PACKAGE) !== undefined && get(annotations, KUSTOMIZE_ID) === undefined
}
