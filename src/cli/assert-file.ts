// Refuses to read devices, pipes and sockets, from which a read may never return.

import type { Stats } from 'node:fs'
import { InjectError } from '../lib/model/index.ts'

/** Matches the path of an open descriptor, as in the shell's `<(command)`. */
const OPEN_DESCRIPTOR = /^\/(?:dev\/(?:fd\/\d+|stdin)|proc\/self\/fd\/\d+)$/

/** Whether a path names a descriptor that is open already. */
export function isOpenDescriptor(path: string): boolean {
  return OPEN_DESCRIPTOR.test(path)
}

/**
 * Throws for a device, a pipe or a socket.
 * @throws InjectError `file-unreadable`
 */
export function assertFile(path: string, stats: Stats): void {
  if (stats.isFile() || (stats.isFIFO() && isOpenDescriptor(path))) return
  const what = stats.isFIFO() ? 'a pipe' : stats.isSocket() ? 'a socket' : 'a device'
  throw new InjectError({ code: 'file-unreadable', message: `${path}: is ${what}, not a file`, hint: 'use - to read standard input' })
}
