// Sprig's path functions, slash-separated and of the (Unix) system alike (documentation of Go's path and path/filepath).

import { BOOL, STRING } from '../go/value.ts'
import { alias, type Entries, fn, text } from './define.ts'

/** The functions by name. */
export function pathFuncs(): Entries {
  return alias(
    [
      ['base', fn([text], STRING, base)],
      ['dir', fn([text], STRING, path => clean(path.slice(0, path.lastIndexOf('/') + 1)))],
      ['clean', fn([text], STRING, clean)],
      ['ext', fn([text], STRING, ext)],
      ['isAbs', fn([text], BOOL, path => path.startsWith('/'))],
    ],
    { osBase: 'base', osDir: 'dir', osClean: 'clean', osExt: 'ext', osIsAbs: 'isAbs' },
  )
}

function base(path: string): string {
  if (path === '') return '.'
  const trimmed = path.replace(/\/+$/, '')
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1)
}

function ext(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return dot < 0 ? '' : name.slice(dot)
}

/** The shortest path to the same place, by the text alone. */
function clean(path: string): string {
  const isRooted = path.startsWith('/')
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (!isRooted) parts.push(part)
  }
  const joined = parts.join('/')
  return isRooted ? `/${joined}` : joined === '' ? '.' : joined
}
