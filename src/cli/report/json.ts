// Formats a report as JSON for scripts; keys and codes are stable.

import { type Diagnostic, formatPath, type JsonObject, visibleJson } from '../../lib/model/index.ts'
import { VERSION } from '../version.ts'
import { findingPosition, type Report } from './report.ts'

/** The report as one JSON object. */
export function formatJson({ command, findings, files, explained }: Report): string {
  const report = {
    command,
    version: VERSION,
    ...(explained === undefined ? {} : (explained.json as JsonObject)),
    findings: findings.map(findingJson),
    files: files.map(file => ({ ...file })),
  }
  return `${visibleJson(JSON.stringify(report, null, 2))}\n`
}

function findingJson(finding: Diagnostic): JsonObject {
  const { code, severity, message, hint, resource, field, file } = finding
  const place = findingPosition(finding)
  return {
    severity,
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(resource === undefined ? {} : { resource: { ...resource } }),
    ...(field === undefined ? {} : { field: formatPath(field) }),
    ...(place === undefined ? {} : { file: place.path }),
    ...(file?.index === undefined ? {} : { document: file.index }),
    ...(place?.at === undefined ? {} : { line: place.at.line, column: place.at.column }),
  }
}
