// The library: what programs import from 'inject-sidecars'.

import { inject as injectWith } from './inject.ts'
import type { InjectInput, InjectResult, UninjectInput, UninjectResult } from './lib/model/index.ts'
import { policyEngine } from './policies/index.ts'
import { conditionCompiler } from './select/condition-compiler.ts'
import { uninject as uninjectWith } from './uninject.ts'

export {
  CODES,
  type Decision,
  type Diagnostic,
  type DiagnosticCode,
  formatPath,
  InjectError,
  type InjectInput,
  type InjectResult,
  type InnerPosition,
  type Position,
  type Reason,
  type ResourceRef,
  type Severity,
  type SourceFile,
  type UninjectInput,
  type UninjectResult,
  type Workload,
} from './lib/model/index.ts'

/**
 * Injects sidecars into manifests, or into the items of a KRM ResourceList. Pure: files in, files out, nothing is read or written.
 * On any error among the diagnostics the files come back as they were.
 * @throws InjectError when `resourceList` is not a ResourceList
 * @example
 * import { inject } from 'inject-sidecars'
 * const { files, diagnostics } = inject({ files: [{ path: 'web.yaml', text }, { path: 'istio.yaml', text: configMaps }] })
 */
export function inject(input: InjectInput): InjectResult {
  const compile = conditionCompiler()
  return injectWith({ conditionCompiler: () => compile, policyEngine, ...input })
}

/**
 * Takes injections off manifests, or off the items of a ResourceList, byte for byte. On any error the files come back as they were.
 * @throws InjectError when `resourceList` is not a ResourceList
 * @example
 * uninject({ files: inject({ files }).files }).files // the texts of `files`
 */
export function uninject(input: UninjectInput): UninjectResult {
  return uninjectWith(input)
}
