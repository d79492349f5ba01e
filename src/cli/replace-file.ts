// Replaces files in one step (POSIX rename), so that a reader gets the complete old or new file, even if the program is killed at any moment.

import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'
import { type Diagnostic, InjectError, warning } from '../lib/model/index.ts'
import { withLock } from './folder-lock.ts'
import { codeOf, retrying, systemError } from './system-error.ts'
import { temporaryBeside } from './temporary-files.ts'

export interface ReplaceOptions {
  /** Content that the file must still have; if absent, any content, and the file need not exist. */
  readonly expected?: string
  /** Other hard links to the file, which become links to the new one. */
  readonly twins?: readonly string[]
}

/**
 * Replaces the text of a file. A symbolic link keeps pointing to the file; permissions, owner and group stay. If the file already has the text, nothing is done.
 * @returns a warning for properties that the new file does not have: hard links that are not among `twins`, its owner or group
 * @throws InjectError `file-unwritable`, `file-changed`
 * @example replaceFile('apps/web.yaml', injected, { expected: text })
 */
export function replaceFile(path: string, text: string, { expected, twins = [] }: ReplaceOptions = {}): readonly Diagnostic[] {
  try {
    const old = retrying(() => statSync(path, { throwIfNoEntry: expected !== undefined }))
    const target = old === undefined ? path : retrying(() => realpathSync(path))
    if (old !== undefined) assertWritable(path, target, old)
    const temporary = temporaryBeside(target)
    const { isOwnerLost } = writeNew(temporary, text, old)
    const isReplaced = cleaningUp(temporary, () =>
      withLock(dirname(target), () => {
        if (expected !== undefined && isAsWanted(target, { path, text, expected })) return false
        retrying(() => renameSync(temporary, target))
        return true
      }),
    )
    if (!isReplaced) {
      removeQuietly(temporary)
      return []
    }
    for (const twin of twins) linkAgain(target, twin)
    return [...linksLost(path, (old?.nlink ?? 1) - 1 - twins.length), ...(isOwnerLost ? [ownerLost(path)] : [])]
  } catch (error) {
    throw systemError('file-unwritable', path, error)
  }
}

function assertWritable(path: string, target: string, stats: Stats): void {
  if (!stats.isFile()) {
    throw new InjectError({
      code: 'file-unwritable',
      message: `${path}: is ${stats.isDirectory() ? 'a folder' : 'a device or a pipe'}, not a file`,
      hint: 'give the path of a file',
    })
  }
  // The folder alone decides whether a file can be replaced; who makes a file read-only means the file. The superuser may write it.
  retrying(() => accessSync(target, constants.W_OK))
}

/** Whether the file already has the text, because another run has written it. */
function isAsWanted(target: string, { path, text, expected }: { readonly path: string; readonly text: string; readonly expected: string }): boolean {
  const now = retrying(() => readFileSync(target))
  if (now.equals(Buffer.from(text))) return true
  if (now.equals(Buffer.from(expected))) return false
  throw new InjectError({
    code: 'file-changed',
    message: `${path}: the file was changed by another program after it was read; it was not written`,
    hint: 'run the command again',
  })
}

/** Creates a file with the permissions and the owner of another one. */
function writeNew(path: string, text: string, like: Stats | undefined): { readonly isOwnerLost: boolean } {
  const descriptor = retrying(() => openSync(path, 'wx', like === undefined ? 0o666 : 0o600))
  return cleaningUp(path, () => {
    const isOwnerLost = closing(descriptor, () => {
      const bytes = Buffer.from(text)
      for (let done = 0; done < bytes.length; ) done += retrying(() => writeSync(descriptor, bytes, done))
      const isLost = like !== undefined && !takesOwner(descriptor, like)
      if (like !== undefined) retrying(() => fchmodSync(descriptor, like.mode & 0o7777))
      // A rename that survives a crash must not survive without the content.
      retrying(() => fsyncSync(descriptor))
      return isLost
    })
    return { isOwnerLost }
  })
}

/** Gives a file the owner and group of another one; false if that is not permitted. */
function takesOwner(descriptor: number, { uid, gid }: Stats): boolean {
  if (process.platform === 'win32') return true
  const own = retrying(() => fstatSync(descriptor))
  if (own.uid === uid && own.gid === gid) return true
  for (const [user, isWhole] of [
    [uid, true],
    [own.uid, false],
  ] as const) {
    try {
      retrying(() => fchownSync(descriptor, user, gid))
      return isWhole || own.uid === uid
    } catch (error) {
      if (codeOf(error) !== 'EPERM') throw error
    }
  }
  return false
}

/** Runs a task and closes its file; an error of the task takes precedence over one of closing. */
function closing<T>(descriptor: number, task: () => T): T {
  let result: T
  try {
    result = task()
  } catch (error) {
    closeQuietly(descriptor)
    throw error
  }
  try {
    closeSync(descriptor)
  } catch (error) {
    // The file is closed all the same (close(2)).
    if (codeOf(error) !== 'EINTR') throw error
  }
  return result
}

function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor)
  } catch (error) {
    if (codeOf(error) === undefined) throw error
  }
}

/** Runs a task; if it fails, removes the temporary file. */
function cleaningUp<T>(temporary: string, task: () => T): T {
  try {
    return task()
  } catch (error) {
    removeQuietly(temporary)
    throw error
  }
}

/** Removes a temporary file; if that fails, a later run removes it. */
function removeQuietly(path: string): void {
  try {
    retrying(() => unlinkSync(path))
  } catch (error) {
    if (codeOf(error) === undefined) throw error
  }
}

/** Replaces another hard link to the old file by one to the new file, in one step. */
function linkAgain(target: string, twin: string): void {
  const temporary = temporaryBeside(twin)
  retrying(() => linkSync(target, temporary))
  cleaningUp(temporary, () => retrying(() => renameSync(temporary, twin)))
}

function linksLost(path: string, count: number): Diagnostic[] {
  if (count <= 0) return []
  const message = `${path}: had ${count === 1 ? 'another name' : `${count} other names`} (hard links), which keep${count === 1 ? 's' : ''} the old text`
  return [
    warning({
      code: 'file-attributes',
      message,
      hint: 'link it again, or give the paths of all links, which then stay one file',
      at: { file: path, line: 1, column: 1 },
    }),
  ]
}

function ownerLost(path: string): Diagnostic {
  const hint = 'give it back with chown, or run the command as its owner'
  return warning({
    code: 'file-attributes',
    message: `${path}: the owner or group of the file is now that of this run`,
    hint,
    at: { file: path, line: 1, column: 1 },
  })
}

/**
 * Makes the renames in a folder survive a power failure (fsync).
 * @throws InjectError `file-unwritable`
 */
export function syncFolder(folder: string): void {
  // Windows has no such call.
  if (process.platform === 'win32') return
  try {
    const descriptor = retrying(() => openSync(folder, 'r'))
    closing(descriptor, () => retrying(() => fsyncSync(descriptor)))
  } catch (error) {
    const code = codeOf(error)
    // A folder that may be written and not read, and file systems without the call.
    if (code === 'EACCES' || code === 'EINVAL' || code === 'ENOTSUP') return
    throw systemError('file-unwritable', `${folder}: its files are written, but may be lost when the machine fails now`, error)
  }
}
