// Files of manifests: read as UTF-8, and replaced in one step.

import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import process from 'node:process'
import { InjectError, type SourceFile } from '../lib/model/index.ts'
import { findManifests } from './find-manifests.ts'
import { codeOf, systemError } from './system-error.ts'
import { decodeText } from './text.ts'

/** @throws InjectError `file-unreadable`, `yaml-syntax` */
export function readManifest(path: string): SourceFile {
  return decodeText(
    path,
    readable(path, () => readFileSync(path)),
  )
}

/**
 * The files of one entry of `sources`: a file or a folder below the working directory.
 * @throws InjectError `config-invalid` for a path that leads out of it, also through a symbolic link; `file-unreadable`
 */
export function readSource(path: string): readonly SourceFile[] {
  const root = realpathSync(process.cwd())
  if (path === '' || isAbsolute(path) || path.split(/[/\\]/).includes('..')) throw outside(path)
  assertBelow(root, join(path))
  const found = findManifests([join(path)], { skips: false }).paths
  for (const file of found) assertBelow(root, file)
  return found.map(readManifest)
}

function assertBelow(root: string, file: string): void {
  const real = relative(
    root,
    readable(file, () => realpathSync(file)),
  )
  if (real === '..' || real.startsWith(`..${sep}`) || isAbsolute(real)) throw outside(file)
}

function outside(path: string): InjectError {
  return new InjectError({
    code: 'config-invalid',
    message: `\`sources\` must name files or folders below the working directory, and ${JSON.stringify(path)} is not`,
    hint: 'a relative path without `..`, not behind a symbolic link that leads out',
  })
}

/**
 * Puts a new text in the place of a file, in one step: a reader sees the old file or the new one, also when the program is interrupted.
 * A symbolic link keeps pointing to the file that is replaced; permissions and owner stay.
 * @param expected what the file must still hold; absent: anything, and the file need not be there
 * @throws InjectError `file-unwritable`, `file-changed`
 */
export function replaceFile(path: string, text: string, expected?: string): void {
  try {
    const old = statSync(path, { throwIfNoEntry: expected !== undefined })
    const target = old === undefined ? path : realpathSync(path)
    // The folder alone decides whether a file can be replaced; who makes a file read-only means the file.
    if (old !== undefined) assertWritable(target, old)
    // The number tells a dead run's leftover; in a container every run has the same one, so chance makes the name.
    const temporary = join(dirname(target), `.inject-sidecars.${process.pid}-${crypto.randomUUID()}.tmp`)
    try {
      writeNew(temporary, text, old)
      if (expected !== undefined && decodeText(path, readFileSync(target)).text !== expected) throw changedMeanwhile(path)
      renameSync(temporary, target)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
  } catch (error) {
    throw systemError('file-unwritable', path, error)
  }
}

function assertWritable(path: string, { mode }: Stats): void {
  accessSync(path, constants.W_OK)
  // The superuser may write anything.
  if ((mode & 0o222) === 0) throw Object.assign(new Error('read-only'), { code: 'EACCES' })
}

function changedMeanwhile(path: string): InjectError {
  return new InjectError({
    code: 'file-changed',
    message: `${path}: the file was changed after it was read; it is left as it is`,
    hint: 'run the command again',
  })
}

function writeNew(path: string, text: string, like: Stats | undefined): void {
  const descriptor = openSync(path, 'wx', like === undefined ? 0o666 : 0o600)
  try {
    const bytes = Buffer.from(text)
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done)
    if (like !== undefined) {
      if (process.getuid?.() === 0) fchownSync(descriptor, like.uid, like.gid)
      fchmodSync(descriptor, like.mode & 0o7777)
    }
    // A rename that survives a crash must not survive without the content.
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Removes what a run that was killed left half written in a folder.
 * @throws InjectError `file-unwritable`
 */
export function removeLeftovers(folder: string): void {
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch (error) {
    throw systemError('file-unwritable', folder, error)
  }
  for (const name of names) {
    const [, id] = /^\.inject-sidecars\.(\d+)(?:-[\da-f-]+)?\.tmp$/.exec(name) ?? []
    if (id !== undefined && !isRunning(Number(id))) rmSync(join(folder, name), { force: true })
  }
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw systemError('file-unreadable', path, error)
  }
}
