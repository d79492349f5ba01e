// Formats a report as SARIF 2.1.0 (Static Analysis Results Interchange Format), which code scanning services read.

import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CODES, type Diagnostic, describe, type JsonObject, type Position, type Severity, visibleJson } from '../../lib/model/index.ts'
import { codeUrl } from '../help-command.ts'
import { VERSION } from '../version.ts'
import { findingPosition, type Report, textOf } from './report.ts'

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' }

/** The report as a SARIF log with one run. */
export function formatSarif({ findings }: Report): string {
  const codes = [...new Set(findings.map(({ code }) => code))].sort()
  const rules = codes.map(id => ({ id, shortDescription: { text: CODES[id].cause }, help: { text: CODES[id].remedy }, helpUri: codeUrl(id) }))
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'inject-sidecars', version: VERSION, rules } },
        columnKind: 'utf16CodeUnits',
        results: findings.map(finding => resultOf(finding, codes.indexOf(finding.code))),
      },
    ],
  }
  return `${visibleJson(JSON.stringify(log, null, 2))}\n`
}

function resultOf(finding: Diagnostic, ruleIndex: number): JsonObject {
  const location = locationOf(finding)
  return {
    ruleId: finding.code,
    ruleIndex,
    level: LEVELS[finding.severity],
    message: { text: textOf(finding) },
    ...(location === undefined ? {} : { locations: [location] }),
  }
}

function locationOf(finding: Diagnostic): JsonObject | undefined {
  const { resource } = finding
  const place = findingPosition(finding)
  if (place === undefined && resource === undefined) return undefined
  return {
    ...(place === undefined
      ? {}
      : { physicalLocation: { artifactLocation: { uri: uriOf(place.path) }, ...(place.at === undefined ? {} : { region: regionOf(place.at) }) } }),
    ...(resource === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: describe(resource), kind: 'resource' }] }),
  }
}

function regionOf({ line, column, length }: Position): JsonObject {
  return { startLine: line, startColumn: column, ...(length === undefined ? {} : { endColumn: column + length }) }
}

function uriOf(path: string): string {
  if (isAbsolute(path)) return pathToFileURL(path).href
  return path.toWellFormed().split('/').map(encodeURIComponent).join('/')
}
