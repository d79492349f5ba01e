// Formats a report for GitLab's Code Quality, which merge requests show at changed lines.

import { createHash } from 'node:crypto'
import { type Diagnostic, describe, type JsonObject, type Severity, visibleJson } from '../../lib/model/index.ts'
import { findingPosition, type Report, textOf } from './report.ts'

const SEVERITIES: Readonly<Record<Severity, string>> = { error: 'critical', warning: 'minor', info: 'info' }

/** The report as a GitLab code quality report. */
export function formatGitlab({ findings, explained }: Report): string {
  // As in GitHub's form, infos are left out of findings.
  const shown = explained === undefined ? findings.filter(({ severity }) => severity !== 'info') : findings
  const seen = new Map<string, number>()
  return `${visibleJson(
    JSON.stringify(
      shown.map(finding => issueOf(finding, seen)),
      null,
      2,
    ),
  )}\n`
}

function issueOf(finding: Diagnostic, seen: Map<string, number>): JsonObject {
  const { code, severity, resource } = finding
  const place = findingPosition(finding)
  const description = `${resource === undefined ? '' : `${describe(resource)}: `}${textOf(finding)}`
  // By this GitLab knows a finding again whose line has moved; of equal ones it would show the first alone.
  const key = JSON.stringify([code, place?.path ?? '', description])
  const nth = seen.get(key) ?? 0
  seen.set(key, nth + 1)
  return {
    description,
    check_name: code,
    fingerprint: createHash('sha256').update(`${key}${nth}`).digest('hex'),
    severity: SEVERITIES[severity],
    // A path is required.
    location: { path: place?.path ?? 'inject-sidecars.yaml', lines: { begin: place?.at?.line ?? 1 } },
  }
}
