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
 * Injects sidecars into manifests, or into the items of a KRM ResourceList. It does not access files or the network.
 * @param input `files` (manifests and Istio's configuration, each a path and a text) or one `resourceList`; optionally the function config as a file, the namespace of
 *   workloads without one, and `readSource` for the `sources` of the function config
 * @returns `files`: the texts in the order of the input; `decisions`: one for each workload, with its reasons; `diagnostics`: findings, errors first. If one of them is an
 *   error, all texts are unchanged
 * @throws InjectError if `resourceList` is not a ResourceList; all other findings are in `diagnostics`
 * @example
 * import { inject } from 'inject-sidecars'
 * const { files, diagnostics } = inject({ files: [{ path: 'web.yaml', text }, { path: 'istio.yaml', text: configMaps }] })
 */
export function inject(input: InjectInput): InjectResult {
  const compile = conditionCompiler()
  return injectWith({ conditionCompiler: () => compile, policyEngine, ...input })
}

/**
 * Removes injections from manifests, or from the items of a ResourceList, and restores their texts byte for byte. It needs the configuration only to confirm what your
 * own injectors and templates added: other records are refused with `record-forged`.
 * @param input `files` or `resourceList`, `functionConfig` and `readSource`, as for `inject`; `fromStatus` also removes injections without a record, `trustRecord` also applies records that nothing confirms
 * @returns `files`: the texts in the order of the input; `taken`: the resources that were injected; `diagnostics`: findings, errors first. If one of them is an error, all
 *   texts are unchanged
 * @throws InjectError if `resourceList` is not a ResourceList; all other findings are in `diagnostics`
 * @example
 * uninject({ files: inject({ files }).files }).files // the texts of `files`
 */
export function uninject(input: UninjectInput): UninjectResult {
  return uninjectWith({ conditionCompiler, policyEngine, ...input })
}
