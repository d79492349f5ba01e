// Locks a folder, so that two simultaneous runs do not overwrite each other's files. The lock is held between comparing a file and renaming its replacement.

import { closeSync, openSync, statSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf, retrying, sleep } from './system-error.ts'
import { LOCK } from './temporary-files.ts'

const PAUSE_MS = 5
/** Milliseconds without change after which a lock belongs to a killed run. */
const DEAD_MS = 3000

/**
 * Runs a task while no other run of this program holds the folder's lock.
 * @example withLock('apps', () => renameSync(temporary, 'apps/web.yaml'))
 */
export function withLock<T>(folder: string, task: () => T): T {
  const path = join(folder, LOCK)
  take(path)
  try {
    return task()
  } finally {
    release(path)
  }
}

function take(path: string): void {
  let seen: string | undefined
  for (let waited = 0; !isTaken(path); waited += PAUSE_MS) {
    const holder = holderOf(path)
    if (holder !== seen) waited = 0
    seen = holder
    if (waited >= DEAD_MS) release(path)
    else sleep(PAUSE_MS)
  }
}

function isTaken(path: string): boolean {
  try {
    const descriptor = retrying(() => openSync(path, 'wx', 0o600))
    // The file is there, whatever closing says.
    try {
      closeSync(descriptor)
    } catch (error) {
      if (codeOf(error) === undefined) throw error
    }
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** Identity of a lock, which differs from that of the next one. */
function holderOf(path: string): string | undefined {
  const stats = retrying(() => statSync(path, { bigint: true, throwIfNoEntry: false }))
  return stats && `${stats.ino} ${stats.mtimeNs}`
}

/** Removes the lock. If that fails, the next run ignores it after a while. */
function release(path: string): void {
  try {
    retrying(() => unlinkSync(path))
  } catch (error) {
    if (codeOf(error) === undefined) throw error
  }
}
