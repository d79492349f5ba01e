// Prints the changes of a file as a unified diff that `patch -p1` and `git apply` take.

import { isAbsolute } from 'node:path'
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff'
import { type SourceFile, visibleLines } from '../lib/model/index.ts'

export interface DiffLook {
  /** Whether control characters are shown as escapes, for terminals. Otherwise the text is exact, for `patch` and `git apply`. */
  readonly visible?: boolean
  readonly coloured?: boolean
}

/** The diff of one file; '' when nothing changes. */
export function unifiedDiff(before: SourceFile, after: SourceFile, { visible: forPeople = false, coloured = false }: DiffLook = {}): string {
  if (before.text === after.text) return ''
  const name = (prefix: string) => (isAbsolute(before.path) ? before.path : `${prefix}/${before.path}`)
  const patch = createTwoFilesPatch(name('a'), name('b'), before.text, after.text, undefined, undefined, { context: 3, headerOptions: FILE_HEADERS_ONLY })
  const exact = STEERING_NAME.test(before.path) ? patch.replace(/^--- .*\n\+\+\+ .*\n/, () => `--- ${quoted(name('a'))}\n+++ ${quoted(name('b'))}\n`) : patch
  const text = forPeople ? visibleLines(exact.replaceAll('\r\n', '\n')) : exact
  return coloured ? text.replace(/^.*$/gm, line => colour(line)) : text
}

/** Characters of a file name that the library does not escape. */
const STEERING_NAME = /[\p{Cf}\p{Zl}\p{Zp}\u0080-\u009f]|##/u

/** A file name, quoted as git does if it has unusual characters; `git apply` and GNU patch read it. */
function quoted(path: string): string {
  const bytes = [...Buffer.from(path)].map(byte => (byte < 0x20 || byte > 0x7e || QUOTED.has(byte) ? octal(byte) : String.fromCharCode(byte)))
  return `"${bytes.join('')}"`
}

/** The characters " # and \\ */
const QUOTED = new Set([0x22, 0x23, 0x5c])

function octal(byte: number): string {
  return `\\${byte.toString(8).padStart(3, '0')}`
}

const [BOLD, RED, GREEN, CYAN, OFF] = ['\x1b[1m', '\x1b[31m', '\x1b[32m', '\x1b[36m', '\x1b[0m']

function colour(line: string): string {
  if (/^(?:---|\+\+\+) /.test(line)) return `${BOLD}${line}${OFF}`
  if (line.startsWith('@@')) return `${CYAN}${line}${OFF}`
  if (line.startsWith('-')) return `${RED}${line}${OFF}`
  if (line.startsWith('+')) return `${GREEN}${line}${OFF}`
  return line
}
