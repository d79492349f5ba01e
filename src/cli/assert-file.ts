// Tells files from what may be waited for without end: devices, pipes and sockets.

import type { Stats } from 'node:fs'
import { InjectError } from '../lib/model/index.ts'

/** A descriptor that is open already, as the shell's `<(command)` gives it. */
const OPEN_DESCRIPTOR = /^\/(?:dev\/(?:fd\/\d+|stdin)|proc\/self\/fd\/\d+)$/

/** Whether a path names a descriptor that is open already. */
export function isOpenDescriptor(path: string): boolean {
  return OPEN_DESCRIPTOR.test(path)
}

/** A device may never end, and a pipe or a socket may be waited for without end. */
export function assertFile(path: string, stats: Stats): void {
  if (stats.isFile() || (stats.isFIFO() && isOpenDescriptor(path))) return
  const what = stats.isFIFO() ? 'a pipe' : stats.isSocket() ? 'a socket' : 'a device'
  throw new InjectError({ code: 'file-unreadable', message: `${path}: is ${what}, not a file`, hint: 'use - to read standard input' })
}
