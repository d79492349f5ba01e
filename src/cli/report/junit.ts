// Formats a report as JUnit XML: each finding is a test case, which fails if it is an error, and each file without findings a passed one.

import { type Diagnostic, describe, visible } from '../../lib/model/index.ts'
import { findingPosition, type Report, visibleLinesOf } from './report.ts'

/** The report as one JUnit test suite. */
export function formatJunit({ command, findings, files }: Report): string {
  const shown = findings.filter(({ severity }) => severity !== 'info')
  const found = new Set(shown.map(finding => findingPosition(finding)?.path))
  const passed = files.filter(({ path }) => !found.has(path)).map(({ path }) => `    ${element('testcase', { classname: path, name: command })}/>\n`)
  const cases = [...shown.map(caseOf), ...passed]
  const failures = String(shown.filter(({ severity }) => severity === 'error').length)
  const counts = { tests: String(cases.length), failures, errors: '0' }
  return `<?xml version="1.0" encoding="UTF-8"?>
${element('testsuites', counts)}>
  ${element('testsuite', { name: `inject-sidecars ${command}`, ...counts, skipped: '0' })}>
${cases.join('')}  </testsuite>
</testsuites>
`
}

function caseOf(finding: Diagnostic): string {
  const { code, severity, message, resource } = finding
  const place = findingPosition(finding)
  const where = place === undefined ? [] : [place.at === undefined ? place.path : `${place.path}:${place.at.line}:${place.at.column}`]
  const name = [code, ...(resource === undefined ? [] : [describe(resource)])].join(': ')
  const text = [...where, ...visibleLinesOf(finding)].map(escaped).join('\n')
  const inner = severity === 'error' ? `${element('failure', { type: code, message })}>${text}</failure>` : `<system-out>${severity}: ${text}</system-out>`
  return `    ${element('testcase', { classname: place?.path ?? 'inject-sidecars', name })}>\n      ${inner}\n    </testcase>\n`
}

/** The start of an element, without `/>` or `>`. */
function element(name: string, attributes: Readonly<Record<string, string>>): string {
  return [`<${name}`, ...Object.entries(attributes).map(([key, value]) => `${key}="${escaped(value)}"`)].join(' ')
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Escapes a text for XML 1.0, which cannot contain control characters or lone surrogates, not even as escapes. */
function escaped(text: string): string {
  return visible(text)
    .replace(/[&<>"]/g, char => ENTITIES[char] ?? char)
    .replace(/[\ufffe\uffff]/g, char => `\\u${char.charCodeAt(0).toString(16)}`)
}
