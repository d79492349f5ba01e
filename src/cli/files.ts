// Reads files as UTF-8 text: manifests, and entries of `sources`.

import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { isAbsolute, join, relative, sep } from 'node:path'
import process from 'node:process'
import { findManifests } from '#find-manifests'
import { InjectError, type SourceFile } from '../lib/model/index.ts'
import { assertFile, isOpenDescriptor } from './assert-file.ts'
import { readWhole } from './stdio.ts'
import { retrying, systemError } from './system-error.ts'
import { decodeText, MAX_BYTES, tooLong } from './text.ts'

/**
 * Reads a manifest.
 * @throws InjectError `file-unreadable`, `yaml-syntax`
 */
export function readManifest(path: string): SourceFile {
  return decodeText(path, readBytes(path))
}

/**
 * The bytes of a file. A device, a socket, or a pipe that is named in a folder is refused before anything is read from it, because it
 * may never end. The shell's `<(command)` is an open pipe, and is read up to the maximum length of input.
 * @throws InjectError `file-unreadable`
 * @example readBytes('digests.txt').toString('utf8')
 */
export function readBytes(path: string): Buffer {
  return readable(path, () => {
    const isOpen = isOpenDescriptor(path)
    if (isOpen) assertFile(path, statSync(path))
    const descriptor = retrying(() => openSync(path, isOpen ? constants.O_RDONLY : constants.O_RDONLY | constants.O_NONBLOCK))
    try {
      if (isOpen) return readWhole(descriptor, path)
      const stats = fstatSync(descriptor)
      if (!stats.isDirectory()) assertFile(path, stats)
      if (stats.size > MAX_BYTES) throw tooLong(path)
      return readFileSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  })
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
    hint: 'use a relative path without `..` and without a symbolic link to a place outside of the working directory',
  })
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw systemError('file-unreadable', path, error)
  }
}
