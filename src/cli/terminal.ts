// Tells whether a stream is a terminal, and whether it may be coloured. `node:tty` loads `node:net`, so it is imported on first use.

import process from 'node:process'

/** Whether a descriptor leads to a terminal. */
export async function isTerminal(descriptor: 0 | 1 | 2): Promise<boolean> {
  const { isatty } = await import('node:tty')
  return isatty(descriptor)
}

/** Whether standard output may be coloured: on a terminal, and not with NO_COLOR (no-color.org). */
export async function wantsColours(): Promise<boolean> {
  const { NO_COLOR: no, TERM: term } = process.env
  return (no === undefined || no === '') && term !== 'dumb' && (await isTerminal(1))
}
