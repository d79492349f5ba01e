// Turns errors of the operating system into findings.

import { type DiagnosticCode, InjectError } from '../lib/model/index.ts'

const TROUBLES = new Map([
  ['ENOENT', 'does not exist'],
  ['ENOTDIR', 'does not exist'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EISDIR', 'is a folder'],
  ['EBADF', 'is not open for it'],
  ['ENOSPC', 'no space left on the disk'],
  ['EFBIG', 'the file would be larger than the limit of this process'],
  ['EDQUOT', 'the disk quota is used up'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['EIO', 'the device reports an error (EIO)'],
  ['ENXIO', 'is a socket or a device, not a file'],
  ['EROFS', 'the file system is read-only'],
  ['ELOOP', 'a symbolic link that leads to itself'],
])

/** Converts an error of the operating system to an InjectError about `what`; other errors are returned unchanged. */
export function systemError(code: DiagnosticCode, what: string, error: unknown): unknown {
  const system = codeOf(error)
  return system === undefined ? error : new InjectError({ code, message: `${what}: ${TROUBLES.get(system) ?? system}` }, { cause: error })
}

/** The code of a system error, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Repeats a system call that a signal interrupted, or whose pipe was not ready. */
export function retrying<T>(call: () => T): T {
  for (;;) {
    try {
      return call()
    } catch (error) {
      const code = codeOf(error)
      if (code === 'EAGAIN') sleep(2)
      else if (code !== 'EINTR') throw error
    }
  }
}

/** Blocks for a number of milliseconds. */
export function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}
