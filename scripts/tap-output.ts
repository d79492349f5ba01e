// Reads tap's output for the lines that scripts/test.ts and scripts/e2e.ts print.

/** The counts that tap closes its output with, e.g. `# { total: 4, pass: 3, fail: 1 }`. */
export function tapCounts(output: string): { pass: number; fail: number } {
  const summary = /^# \{ (total: .*) \}$/m.exec(output)?.[1] ?? ''
  const count = (name: string) => Number(new RegExp(`\\b${name}: (\\d+)`).exec(summary)?.[1] ?? 0)
  return { pass: count('pass'), fail: count('fail') }
}

/** Failed and skipped tests with their details, and the line of every test file. */
export function digest(output: string): string {
  const shown: string[] = []
  let detail: string | undefined
  for (const line of output.split('\n')) {
    const [, indent, verdict] = /^( *)(ok|not ok) /.exec(line) ?? []
    if (detail !== undefined && (verdict !== undefined || !line.startsWith(detail))) detail = undefined
    if (verdict === 'not ok') detail = `${indent} `
    if (verdict === 'not ok' || (verdict === 'ok' && (indent === '' || / # SKIP/i.test(line))) || detail !== undefined) shown.push(line)
  }
  return `${shown.join('\n')}\n`
}
