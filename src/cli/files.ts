// Files and folders of manifests: found in a stable order, read as UTF-8, and replaced in one step.

import { closeSync, fchmodSync, fsyncSync, openSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import process from 'node:process'
import { InjectError, type SourceFile } from '../lib/model/index.ts'
import { systemError } from './system-error.ts'
import { decodeText } from './text.ts'

const MANIFEST = /\.(ya?ml|json)$/
const SKIPPED_FOLDERS = new Set(['node_modules', '.git'])

/**
 * The manifests that command line arguments name: a file as it is, a folder with everything below it, in the order of code units.
 * @throws InjectError `file-unreadable`
 */
export function findManifests(paths: readonly string[]): string[] {
  return [...new Set(paths.flatMap(path => (readable(path, () => statSync(path)).isDirectory() ? manifestsBelow(path) : [path])))]
}

/** Links to files are followed, links to folders are not: they may lead back up. */
function manifestsBelow(folder: string): string[] {
  const entries = readable(folder, () => readdirSync(folder, { withFileTypes: true }))
  entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  return entries.flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : manifestsBelow(path)
    if (!MANIFEST.test(entry.name)) return []
    return entry.isFile() || (entry.isSymbolicLink() && pointsToFile(path)) ? [path] : []
  })
}

function pointsToFile(link: string): boolean {
  return statSync(link, { throwIfNoEntry: false })?.isFile() ?? false
}

/** @throws InjectError `file-unreadable`, `yaml-syntax` */
export function readManifest(path: string): SourceFile {
  return decodeText(
    path,
    readable(path, () => readFileSync(path)),
  )
}

/**
 * The files of one entry of `sources`: a file or a folder below the working directory.
 * @throws InjectError `config-invalid` for a path that leads out of it, also through a symbolic link
 */
export function readSource(path: string): readonly SourceFile[] {
  const root = realpathSync(process.cwd())
  if (path === '' || isAbsolute(path) || path.split(/[/\\]/).includes('..')) throw outside(path)
  const found = findManifests([join(path)])
  for (const file of found) {
    const real = relative(
      root,
      readable(file, () => realpathSync(file)),
    )
    if (real === '..' || real.startsWith(`..${sep}`) || isAbsolute(real)) throw outside(file)
  }
  return found.map(readManifest)
}

function outside(path: string): InjectError {
  return new InjectError({
    code: 'config-invalid',
    message: `\`sources\` must name files or folders below the working directory, and ${JSON.stringify(path)} is not`,
    hint: 'a relative path without `..`, not behind a symbolic link that leads out',
  })
}

/**
 * Puts a new text in the place of a file, in one step: whoever reads it, and whatever interrupts us, sees the old file or the new one.
 * A symbolic link keeps pointing to the file that is replaced; permissions stay.
 * @throws InjectError `file-unwritable`
 */
export function replaceFile(path: string, text: string): void {
  try {
    const target = realpathSync(path)
    const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`)
    try {
      writeNew(temporary, text, statSync(target).mode & 0o7777)
      renameSync(temporary, target)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
  } catch (error) {
    throw systemError('file-unwritable', path, error)
  }
}

function writeNew(path: string, text: string, mode: number): void {
  const descriptor = openSync(path, 'wx', 0o600)
  try {
    const bytes = Buffer.from(text)
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done)
    fchmodSync(descriptor, mode)
    // A rename that survives a crash must not survive without the content.
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw systemError('file-unreadable', path, error)
  }
}
