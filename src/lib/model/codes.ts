// The closed list of diagnostic codes, each with its cause and remedy, in a file for each subject; docs/diagnostics.md is generated from it.

import { CLUSTER_CODES } from './codes/cluster.ts'
import type { CodeText } from './codes/code-text.ts'
import { CONFIGURATION_CODES } from './codes/configuration.ts'
import { FILE_CODES } from './codes/files.ts'
import { POD_CODES } from './codes/pods.ts'
import { POLICY_CODES } from './codes/policies.ts'
import { RECORD_CODES } from './codes/records.ts'
import { SELECTION_CODES } from './codes/selection.ts'

/** Every code that a Diagnostic may carry. Codes are stable: scripts match on them. */
export const CODES = {
  ...FILE_CODES,
  ...CONFIGURATION_CODES,
  ...SELECTION_CODES,
  ...POD_CODES,
  ...POLICY_CODES,
  ...RECORD_CODES,
  ...CLUSTER_CODES,
  internal: { cause: 'A bug in inject-sidecars.', remedy: 'Report it with the input that shows it.' },
} as const satisfies Record<string, CodeText>

export type DiagnosticCode = keyof typeof CODES

/** Errors of the configuration, after which no decision about any workload is known. */
export const CONFIGURATION_ERRORS: ReadonlySet<DiagnosticCode> = new Set([
  'config-missing',
  'config-invalid',
  'config-empty',
  'injector-config-invalid',
  'template-parse',
])
