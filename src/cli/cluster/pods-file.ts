// Reads pods from a file or standard input, as `kubectl get pods -A -o json` prints them, one after another.

import { closeSync, openSync, readSync } from 'node:fs'
import type { Json } from '../../lib/model/index.ts'
import { STDIN } from '../function-mode.ts'
import { jsonItems } from '../json-items.ts'
import { readSome } from '../stdio.ts'
import { systemError } from '../system-error.ts'

const CHUNK = 1 << 20

/**
 * The pods one by one.
 * @param path a file, or `-`
 * @throws InjectError `file-unreadable`, `pods-invalid`
 */
export function podsIn(path: string): Iterable<Json> {
  return path === '-' ? jsonItems(chunksOf(readSome), STDIN) : podsInFile(path)
}

function* podsInFile(path: string): Generator<Json> {
  const file = opened(path)
  const read = (buffer: Buffer) => {
    try {
      return readSync(file, buffer, 0, buffer.length, null)
    } catch (error) {
      throw systemError('file-unreadable', path, error)
    }
  }
  try {
    yield* jsonItems(chunksOf(read), path)
  } finally {
    closeSync(file)
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (error) {
    throw systemError('file-unreadable', path, error)
  }
}

/** The chunks of a file, in one buffer that is reused. */
function* chunksOf(read: (buffer: Buffer) => number): Generator<Buffer> {
  const buffer = Buffer.allocUnsafe(CHUNK)
  for (;;) {
    const count = read(buffer)
    if (count === 0) return
    yield buffer.subarray(0, count)
  }
}
