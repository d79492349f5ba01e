// Manifests rendered by the library as users call it, with the mesh and the own sidecar of an example.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from '../../src/index.ts'
import { isObject, type JsonObject } from '../../src/lib/model/index.ts'
import { parseDocuments } from '../../src/lib/yaml/index.ts'
import { ROOT } from '../support/rig.ts'
import type { Document } from './client.ts'

const EXAMPLE = join(ROOT, 'examples/istio-and-log-shipper')

/** The ConfigMaps of the example's mesh. */
export const MESH = readFileSync(join(EXAMPLE, 'istio/config.yaml'), 'utf8')

/** The function config of the example without what depends on its files. */
export const FUNCTION_CONFIG = readFileSync(join(EXAMPLE, 'inject-sidecars.yaml'), 'utf8')
  .replace(/^ {2}sources: .*\n/m, '')
  .replace(/^ {2}expect:\n(?: {2}- .*\n)+/m, '')
  .replace('name: mesh-and-logs', 'name: e2e')

/** @throws Error with what was found, where rendering fails */
export function render(text: string, { mesh = MESH, functionConfig = FUNCTION_CONFIG }: { mesh?: string; functionConfig?: string } = {}): string {
  const files = [
    { path: 'workload.yaml', text },
    { path: 'mesh.yaml', text: mesh },
  ]
  const result = inject({ files, functionConfig: { path: 'function-config.yaml', text: functionConfig } })
  const errors = result.diagnostics.filter(({ severity }) => severity === 'error')
  const [rendered] = result.files
  if (errors.length > 0 || rendered === undefined) throw new Error(errors.map(({ message }) => message).join('\n'))
  return rendered.text
}

/** The documents of a stream, each with its own text, the empty ones left out. */
export function documentsOf(text: string): Document[] {
  const texts = text.split(/^---(?: .*)?$/m)
  return texts.flatMap(part => parseDocuments({ path: 'rendered.yaml', text: part }).flatMap(({ value }) => (isObject(value) ? [{ value, text: part }] : [])))
}

export function namespaceOf({ metadata }: JsonObject): string | undefined {
  return isObject(metadata) && typeof metadata.namespace === 'string' ? metadata.namespace : undefined
}
