// Tells for each action of a template whether it prints a plain value, or the output of an encoder such as `toYaml`.

import type { Output, Print as PrintedAction } from '../lib/template/index.ts'

/** Output of one action. */
export interface Print extends Omit<PrintedAction, 'encoded'> {
  readonly text: string
  /** Whether an encoder wrote the text, so that its structure comes from a structured value. */
  readonly isEncoded: boolean
}

/** The output of a template with the output of each of its actions. */
export interface Printed {
  readonly text: string
  readonly prints: readonly Print[]
}

/**
 * Output of each action, in the order of the output.
 * @example printedBy(template.executeNoting(data)).prints[0]?.text // 'web'
 */
export function printedBy({ text, prints, encoded }: Output): Printed {
  const kept = new Set(encoded.map(withoutBlanks))
  return {
    text,
    prints: prints.map(({ start, end, pos, encoded: written }) => {
      const print = text.slice(start, end)
      const isEncoded = (kept.size > 0 || written.length > 0) && isOneOf(withoutBlanks(print), kept, written)
      return { start, end, pos, text: print, isEncoded }
    }),
  }
}

function isOneOf(print: string, kept: ReadonlySet<string>, written: readonly string[]): boolean {
  return kept.has(print) || written.some(text => withoutBlanks(text) === print)
}

/** Removes blanks: encoded texts are indented afterwards. */
function withoutBlanks(text: string): string {
  return text.replace(/\s+/g, '')
}
