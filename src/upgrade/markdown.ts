// Escapes text from manifests for Markdown of GitHub and GitLab, so that nothing in it becomes markup.

/** A code span. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  const fence = '`'.repeat(longestRun(line) + 1)
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${fence}${pad}${line}${pad}${fence}`
}

/** A code span in a table, where a bar would end the cell. */
export function codeCell(text: string): string {
  return code(text).replaceAll('|', '\\|')
}

/** A fenced block; `text` ends with a line end. */
export function block(language: string, text: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1))
  return `${fence}${language}\n${text}${fence}\n`
}

function longestRun(text: string): number {
  let longest = 0
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length)
  return longest
}
