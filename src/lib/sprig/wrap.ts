// Abbreviating and wrapping text by bytes, as Sprig's goutils does (its documentation: Abbreviate, AbbreviateFull, Wrap, WrapCustom).

import { checkText } from '../go/limits.ts'
import { fromBinary, toBinary } from '../go/utf8.ts'

const DOTS = '...'

/** At most `width` bytes of the text from about `offset`, dots where something is left out. */
export function abbreviate(text: string, offset: number, width: number): string {
  const bytes = toBinary(text)
  return bytes.length <= width ? text : fromBinary(shorten(bytes, offset, width))
}

function shorten(bytes: string, offset: number, width: number): string {
  if (width < 4) return ''
  if (bytes.length <= width) return bytes
  const room = width - DOTS.length
  // The text behind the offset must fill the width.
  const from = Math.min(offset, bytes.length, bytes.length - room)
  if (from <= 4) return bytes.slice(0, room) + DOTS
  if (width < 7) return ''
  return DOTS + (from + room < bytes.length ? shorten(bytes.slice(from), 0, room) : bytes.slice(-room))
}

/** Options for wrapping text. */
export interface WrapForm {
  readonly width: number
  /** Between lines; '' means a newline. */
  readonly separator: string
  /** Whether words longer than a line are cut. */
  readonly breakWords: boolean
}

/** Lines of at most `width` bytes, broken at spaces. */
export function wrapText(text: string, { width, separator, breakWords }: WrapForm): string {
  const bytes = toBinary(text)
  const limit = Math.max(width, 1)
  const lines: string[] = []
  let at = 0
  while (bytes.length - at > limit) {
    if (bytes[at] === ' ') {
      at++
      continue
    }
    const space = at + bytes.slice(at, at + limit + 1).lastIndexOf(' ')
    if (space >= at) {
      lines.push(bytes.slice(at, space))
      at = space + 1
    } else if (breakWords) {
      lines.push(bytes.slice(at, at + limit))
      at += limit
    } else {
      const end = bytes.indexOf(' ', at + limit)
      if (end < 0) break
      lines.push(bytes.slice(at, end))
      at = end + 1
    }
  }
  const between = toBinary(separator === '' ? '\n' : separator)
  checkText(bytes.length + lines.length * between.length)
  return fromBinary([...lines, bytes.slice(at)].join(between))
}
