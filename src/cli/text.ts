// Decodes bytes as UTF-8, the only encoding that the KRM Functions Specification allows.

import { constants, isUtf8 } from 'node:buffer'
import { InjectError, type SourceFile } from '../lib/model/index.ts'
import { unreadLine } from '../lib/yaml/index.ts'

/** Maximum length of input: that of a string, about 512 MiB. */
export const MAX_BYTES = constants.MAX_STRING_LENGTH

/** The error about an input that exceeds the maximum length of a string. */
export function tooLong(what: string): InjectError {
  return new InjectError({ code: 'file-unreadable', message: `${what}: more than ${MAX_BYTES} bytes`, hint: 'split it into several files' })
}

/**
 * The text of a file; a byte order mark stays in it.
 * @throws InjectError `file-unreadable` when it is too long, `yaml-syntax` that names the first line that is not UTF-8
 */
export function decodeText(path: string, bytes: Buffer): SourceFile {
  if (bytes.length > MAX_BYTES) throw tooLong(path)
  if (isUtf8(bytes)) return { path, text: bytes.toString('utf8') }
  let line = 1
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start)
    const text = bytes.subarray(start, end === -1 ? bytes.length : end)
    if (!isUtf8(text)) {
      const lossy = text.toString('utf8')
      const column = lossy.indexOf('\ufffd') + 1
      const lineText = unreadLine(`${bytes.subarray(0, start).toString('utf8')}${lossy}`, bytes.subarray(0, start).toString('utf8').length).lineText
      throw new InjectError({
        code: 'yaml-syntax',
        message: `line ${line} is not valid UTF-8`,
        hint: 'save the file as UTF-8',
        at: { file: path, line, column, lineText, length: 1 },
      })
    }
    start = end + 1
  }
  return { path, text: bytes.toString('utf8') }
}
