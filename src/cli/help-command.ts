// `inject-sidecars help CODE`: prints the cause of a diagnostic and its remedy.

import { CODES, type DiagnosticCode } from '../lib/model/index.ts'

const PAGE = 'https://github.com/inject-sidecars/inject-sidecars/blob/main/docs/diagnostics.md'

/**
 * The text for a code; undefined for any other word.
 * @example helpForCode('template-unknown') // 'template-unknown\n\nCause:  …\nRemedy: …\n\nhttps://…#template-unknown\n'
 */
export function helpForCode(word: string): string | undefined {
  if (!isCode(word)) return undefined
  const { cause, remedy } = CODES[word]
  return `${word}\n\nCause:  ${cause}\nRemedy: ${remedy}\n\n${codeUrl(word)}\n`
}

/** The address of a code's explanation. */
export function codeUrl(code: DiagnosticCode): string {
  return `${PAGE}#${code}`
}

function isCode(word: string): word is DiagnosticCode {
  return Object.hasOwn(CODES, word)
}
