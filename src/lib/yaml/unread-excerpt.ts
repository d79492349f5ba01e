// Redacts lines of a text that could not be parsed as YAML. The node of a line can only be guessed from the lines above it; in doubt only its key is shown, or
// nothing.

import { CONCEALED, holdsKeys, isSecretKey } from '../model/secret.ts'
import { behindSecretKeys, hidden, keyOnly } from './excerpt.ts'

/** A line as it may be shown, and whether a part of it is left out. */
export interface UnreadLine {
  readonly lineText: string
  readonly isConcealed: boolean
}

/**
 * The redacted line at `offset` in the text of a document. If the text is not a manifest, only keys are shown.
 * @example unreadLine('apiVersion: v1\nkind: Secret\nstringData:\n  password: a: b\n', 47).lineText // '  password: …'
 */
export function unreadLine(text: string, offset: number, { isManifest = isPlainManifest(text) } = {}): UnreadLine {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const end = text.indexOf('\n', offset)
  const line = text.slice(start, end < 0 ? text.length : end).replace(/\r$/, '')
  const lineText = shown(line, { text, isManifest, before: text.slice(0, start).split('\n').slice(0, -1) })
  return { lineText, isConcealed: lineText !== line }
}

/**
 * A message of Go's YAML package without its quotations of the text.
 * @example withoutQuotes("unknown anchor 'a' referenced") // "unknown anchor '…' referenced"
 */
export function withoutQuotes(message: string): string {
  return message
    .replace(/`.*`/s, `\`${CONCEALED}\``)
    .replace(/((?:unknown )?anchor )'.*'/s, `$1'${CONCEALED}'`)
    .replace(/(invalid map key: |unsupported map key of type: ).*/s, `$1${CONCEALED}`)
}

interface Around {
  readonly text: string
  readonly isManifest: boolean
  readonly before: readonly string[]
}

function shown(line: string, { text, isManifest, before }: Around): string {
  if (withoutBlocks(before).some(isOpen)) return /^\s*[[{]/.test(text) ? jsonKey(line) : hidden(line)
  const parents = parentsOf(line, before)
  const [parent] = parents
  const secret = parents.findIndex(each => isSecretKey(keyIn(each)))
  const isPart = secret > 0 || (secret === 0 && !holdsKeys(keyIn(parent ?? '')))
  if (isPart || /^ *\t/.test(line) || (parent !== undefined && isContinued(line, parent))) return hidden(line)
  return isManifest && secret < 0 && !isInNothing(line, before, parents) ? behindSecretKeys(line) : keyOnly(line)
}

/** Whether a text is a manifest in block style without a Secret. */
function isPlainManifest(text: string): boolean {
  return /^(?:- +)?apiVersion:/m.test(text) && /^(?:- +)?kind:/m.test(text) && !SECRET_KIND.test(text)
}

const SECRET_KIND = /kind["']?\s*:\s*(?:[&!]\S*\s+)*["']?\w*secret/i

/** Whether a line is in an item of a List, or in a function config, that the lines above do not show to be a manifest. */
function isInNothing(line: string, before: readonly string[], parents: readonly string[]): boolean {
  const root = parents.at(-1) ?? ''
  if (!/^(?:items|functionConfig)\s*:/.test(root)) return false
  const part = before.slice(before.lastIndexOf(/^i/.test(root) ? (parents.at(-2) ?? line) : root))
  return !part.some(each => /^\s*(?:-\s+)?kind:/.test(each)) || !part.some(each => /^\s*(?:-\s+)?apiVersion:/.test(each))
}

/** Maximum length of a line that is searched. */
const LONGEST = 10_000

/** The lines that are not in a literal or folded block. */
function withoutBlocks(lines: readonly string[]): string[] {
  let block = Number.POSITIVE_INFINITY
  return lines.filter(line => {
    if (line.trim() === '' || indentOf(line) > block) return false
    block = BLOCK_START.test(line) ? indentOf(line) : Number.POSITIVE_INFINITY
    return true
  })
}

const BLOCK_START = /(?::|-)[ \t]+[|>][-+\d]*[ \t]*(?:#.*)?\r?$/

/** Whether a line may begin a quoted text or a flow collection that ends in a later one. */
function isOpen(line: string): boolean {
  if (line.length > LONGEST) return true
  const rest = line.replace(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/g, '').replace(/(?:^|\s)#.*$/, '')
  if (/(?:^|[\s:,[{-])["']/.test(rest)) return true
  const opened = rest.replace(/[^[{]/g, '').length
  return opened > rest.replace(/[^\]}]/g, '').length
}

/** The parent lines of a line by indentation, the nearest first. */
function parentsOf(line: string, before: readonly string[]): string[] {
  const parents: string[] = []
  let child = line
  for (let i = before.length - 1; i >= 0; i--) {
    const each = before[i] ?? ''
    if (each.trim() === '' || /^\s*#/.test(each)) continue
    const deeper = indentOf(child) - indentOf(each)
    if (deeper > 0 || (deeper === 0 && /^\s*-\s/.test(child) && !/^\s*-\s/.test(each))) {
      parents.push(each)
      child = each
    }
  }
  return parents
}

/** Whether a line continues a scalar of the line above. */
function isContinued(line: string, parent: string): boolean {
  const [{ length: column } = ''] = /^\s*(?:-\s+)*/.exec(parent) ?? []
  return indentOf(line) > column && !/:\s*(?:#.*)?$|^\s*-\s*$/.test(parent)
}

function indentOf(line: string): number {
  return line.search(/\S|$/)
}

function keyIn(line: string): string {
  return /^\s*(?:-\s+)*["']?([^\s"':]+)/.exec(line)?.[1] ?? ''
}

function jsonKey(line: string): string {
  return /^\s*"[\w./-]+"\s*:/.test(line) ? keyOnly(line.replace(/^(\s*"[\w./-]+"\s*):/, '$1: ')) : hidden(line)
}
