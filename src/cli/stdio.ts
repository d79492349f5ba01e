// Reads standard input and writes standard output synchronously and completely; handles full and closed pipes.

import { readSync, writeSync } from 'node:fs'
import { codeOf, retrying, systemError } from './system-error.ts'
import { MAX_BYTES, tooLong } from './text.ts'

const CHUNK = 1 << 18
const STANDARD_INPUT = 'standard input'

/**
 * Reads all of standard input. A pipe that another program has made non-blocking gives EAGAIN while it is empty; the read is then repeated.
 * @throws InjectError `file-unreadable`, as for a folder, or for more than a text can hold
 */
export function readStdin(): Buffer {
  return readWhole(0, STANDARD_INPUT)
}

/**
 * Reads a descriptor to its end, such as the pipe of the shell's `<(command)`.
 * @param what its name in errors
 * @throws InjectError `file-unreadable`, also for more than a text can hold: then the rest is not read
 * @example readWhole(openSync('/dev/fd/63'), '/dev/fd/63')
 */
export function readWhole(descriptor: number, what: string): Buffer {
  const chunks: Buffer[] = []
  let length = 0
  const chunk = Buffer.allocUnsafe(CHUNK)
  for (;;) {
    const count = readSome(chunk, descriptor, what)
    if (count === 0) return Buffer.concat(chunks)
    length += count
    if (length > MAX_BYTES) throw tooLong(what)
    // A pipe gives much less at a time than a chunk can hold.
    chunks.push(Buffer.from(chunk.subarray(0, count)))
  }
}

/**
 * The next bytes on standard input; 0 at its end.
 * @throws InjectError `file-unreadable`
 */
export function readSome(chunk: Buffer, descriptor: number = 0, what: string = STANDARD_INPUT): number {
  try {
    return retrying(() => readSync(descriptor, chunk, 0, chunk.length, null))
  } catch (error) {
    // Windows says so at the end of a pipe.
    if (codeOf(error) === 'EOF') return 0
    throw systemError('file-unreadable', what, error)
  }
}

/**
 * Writes all of a text, or of its pieces, before it returns. `process.stdout.write` into a pipe followed by an exit loses everything behind the first 64 KiB,
 * with exit code 0. If the reader has closed the pipe (`| head`), writing ends without an error.
 * @throws InjectError `output-failed`, as on a full disk
 */
export function writeFully(descriptor: 1 | 2, text: string | Iterable<string>): void {
  if (text === '') return
  const encoder = new TextEncoder()
  // One buffer, used again and again, so that a long text is not in memory twice.
  const buffer = Buffer.allocUnsafeSlow(CHUNK)
  let used = 0
  for (const piece of typeof text === 'string' ? [text] : text) {
    for (let from = 0; from < piece.length; ) {
      const { read, written } = encoder.encodeInto(piece.slice(from), buffer.subarray(used))
      from += read
      used += written
      if (from === piece.length) continue
      if (!writeBytes(descriptor, buffer.subarray(0, used))) return
      used = 0
    }
  }
  writeBytes(descriptor, buffer.subarray(0, used))
}

/** Writes bytes; false if the reader has closed the pipe. */
function writeBytes(descriptor: 1 | 2, bytes: Buffer): boolean {
  let done = 0
  while (done < bytes.length) {
    try {
      done += retrying(() => writeSync(descriptor, bytes, done))
    } catch (error) {
      // If standard error is closed, nothing can be reported.
      if (codeOf(error) === 'EPIPE' || descriptor === 2) return false
      throw systemError('output-failed', 'standard output', error)
    }
  }
  return true
}
