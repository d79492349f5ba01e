// What changes in a file, as a unified diff that `patch -p1` and `git apply` take.

import { isAbsolute } from 'node:path'
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff'
import type { SourceFile } from '../lib/model/index.ts'

/** The diff of one file; '' when nothing changes. */
export function unifiedDiff(before: SourceFile, after: SourceFile, coloured = false): string {
  if (before.text === after.text) return ''
  const name = (prefix: string) => (isAbsolute(before.path) ? before.path : `${prefix}/${before.path}`)
  const text = createTwoFilesPatch(name('a'), name('b'), before.text, after.text, undefined, undefined, { context: 3, headerOptions: FILE_HEADERS_ONLY })
  return coloured ? text.replace(/^.*$/gm, line => colour(line)) : text
}

const [BOLD, RED, GREEN, CYAN, OFF] = ['\x1b[1m', '\x1b[31m', '\x1b[32m', '\x1b[36m', '\x1b[0m']

function colour(line: string): string {
  const shown = visible(line)
  if (/^(?:---|\+\+\+) /.test(line)) return `${BOLD}${shown}${OFF}`
  if (line.startsWith('@@')) return `${CYAN}${shown}${OFF}`
  if (line.startsWith('-')) return `${RED}${shown}${OFF}`
  if (line.startsWith('+')) return `${GREEN}${shown}${OFF}`
  return shown
}

/** A manifest must not steer the terminal. */
function visible(line: string): string {
  return line.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g, char =>
    char === '\r' ? '' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
