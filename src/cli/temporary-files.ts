// Names temporary files beside manifests, and removes those that a killed run left.

import { lstatSync, readdirSync, readFileSync, readlinkSync, unlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { type Diagnostic, warning } from '../lib/model/index.ts'
import { codeOf, systemError } from './system-error.ts'

/** The name of a folder's lock. */
export const LOCK = '.inject-sidecars.lock.tmp'

/**
 * A unique name for a temporary file in the folder of another file. It contains the process number and the machine or container in which that number is valid.
 * @example temporaryBeside('apps/web.yaml') // 'apps/.inject-sidecars.4711-s0a1b2c3d.4026531836-….tmp'
 */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `.inject-sidecars.${process.pid}-s${numberSpace()}-${crypto.randomUUID()}.tmp`)
}

/** Matches names of this version and of earlier ones, which had no machine or no random part. */
const TEMPORARY = /^\.inject-sidecars\.(\d{1,10})(?:-s([\da-f]{0,8}\.\d*))?(?:-[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})?\.tmp$/

/** Milliseconds after which a temporary file is left over, even if its process number is in use again: writing takes less time. */
const DEAD_MS = 10 * 60 * 1000

/**
 * Removes temporary files of killed runs from a folder. A file of a running process stays, and one of another machine or container stays until it is old.
 * @returns a warning for each that cannot be removed
 * @example removeLeftovers('apps')
 */
export function removeLeftovers(folder: string): Diagnostic[] {
  return leftoversIn(folder).flatMap(path => {
    try {
      unlinkSync(path)
      return []
    } catch (error) {
      const problem =
        codeOf(error) === 'ENOENT' ? undefined : systemError('file-unwritable', `${path}: a temporary file of an earlier run cannot be removed`, error)
      if (problem === undefined) return []
      if (!(problem instanceof Error) || codeOf(error) === undefined) throw problem
      return [warning({ code: 'file-unwritable', message: problem.message, hint: 'remove it' })]
    }
  })
}

function leftoversIn(folder: string): string[] {
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch (error) {
    // Errors of the folder are reported for its files.
    if (codeOf(error) === undefined) throw error
    return []
  }
  return names.flatMap(name => {
    if (!name.startsWith('.inject-sidecars.')) return []
    const path = join(folder, name)
    return isLeftover(name, path) ? [path] : []
  })
}

function isLeftover(name: string, path: string): boolean {
  const parts = TEMPORARY.exec(name)
  if (parts === null && name !== LOCK) return false
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined || !stats.isFile()) return false
  if (Date.now() - stats.mtimeMs > DEAD_MS) return true
  if (parts === null) return false
  const [, number, space = numberSpace()] = parts
  // This process has no temporary file when it looks; in a container all runs may have the same number.
  return space === numberSpace() && (Number(number) === process.pid || !isRunning(Number(number)))
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

/** Identifies the scope of process numbers: a machine since its start, or a container. */
function numberSpace(): string {
  const boot = textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'))
  const namespace = textOf(() => readlinkSync('/proc/self/ns/pid'))
  return `${/^[\da-f]{8}/.exec(boot)?.[0] ?? ''}.${/\d+/.exec(namespace)?.[0] ?? ''}`
}

/** The text of a file of /proc; '' on other systems than Linux. */
function textOf(read: () => string): string {
  try {
    return read()
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return ''
  }
}
