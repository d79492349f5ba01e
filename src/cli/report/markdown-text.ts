// Creates Markdown for reports: tables, text and code.

import { visible } from '../../lib/model/index.ts'

/** A table; cells are Markdown already. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('')
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** Escapes a text, so that it contains no HTML, no markup and no end of a cell. */
export function text(raw: string): string {
  return raw.trim().split(/\r?\n/).map(visible).map(escapedMarkup).join('<br>')
}

function escapedMarkup(line: string): string {
  return line.replace(/[\\`*_{}[\]|~#@!]/g, '\\$&').replace(/[&<>]/g, char => ENTITIES[char] ?? char)
}

/** A text as inline code on one line, safe in a table's cell. */
export function code(raw: string): string {
  const clean = visible(raw.replace(/\s+/g, ' ')).replaceAll('|', '\\|')
  const fence = '`'.repeat(Math.max(0, ...[...clean.matchAll(/`+/g)].map(([ticks]) => ticks.length)) + 1)
  return fence.length === 1 ? `\`${clean}\`` : `${fence} ${clean} ${fence}`
}
