// Tells whether a stream is a terminal, and whether it may be coloured. `node:tty` loads `node:net`, so it is imported on first use.

import process from 'node:process'

/** Whether a file descriptor is a terminal. */
export async function isTerminal(descriptor: 0 | 1 | 2): Promise<boolean> {
  const { isatty } = await import('node:tty')
  return isatty(descriptor)
}

/** Whether standard output or error may be coloured: on a terminal, and not with NO_COLOR (no-color.org). */
export async function wantsColours(descriptor: 1 | 2): Promise<boolean> {
  const { NO_COLOR: no, TERM: term } = process.env
  return (no === undefined || no === '') && term !== 'dumb' && (await isTerminal(descriptor))
}

/** Whether the program runs in CI, as GitHub, GitLab and most others say with `CI=true`. */
export function isCi(): boolean {
  const { CI: ci = '' } = process.env
  return ci !== '' && ci !== '0' && ci !== 'false'
}
