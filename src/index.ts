// The library: what programs import from 'inject-sidecars'.

import { inject as injectWith } from './inject.ts'
import type { InjectInput, InjectResult } from './lib/model/index.ts'
import { compileCondition } from './select/cel/compile.ts'

export {
  CODES,
  type Decision,
  type Diagnostic,
  type DiagnosticCode,
  formatPath,
  InjectError,
  type InjectInput,
  type InjectResult,
  type Position,
  type Reason,
  type ResourceRef,
  type Severity,
  type SourceFile,
  type Workload,
} from './lib/model/index.ts'
export { type UninjectInput, type UninjectResult, uninject } from './uninject.ts'

/**
 * Injects sidecars into manifests, or into the items of a KRM ResourceList. Pure: files in, files out, nothing is read or written.
 * On any error among the diagnostics the files come back as they were.
 * @throws InjectError when `resourceList` is not a ResourceList
 * @example
 * import { inject } from 'inject-sidecars'
 * const { files, diagnostics } = inject({ files: [{ path: 'web.yaml', text }, { path: 'istio.yaml', text: configMaps }] })
 */
export function inject(input: InjectInput): InjectResult {
  return injectWith({ conditionCompiler: () => compileCondition, ...input })
}
