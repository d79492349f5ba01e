// The types of the library: of all that tsc writes, what the library's own modules lead to.

import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Removes the declarations below `folder` that no entry imports, at any distance. */
export function keepReachable(folder: string, entries: readonly string[]): void {
  const reached = new Set<string>()
  const visit = (file: string): void => {
    if (reached.has(file)) return
    reached.add(file)
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()'(\.[^']+)\.ts'/g)) visit(`${join(dirname(file), path)}.d.ts`)
  }
  for (const entry of entries) visit(join(folder, entry))
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(path => join(folder, path))
  for (const path of paths) if (statSync(path).isFile() && !reached.has(path)) rmSync(path)
  removeEmpty(folder)
}

function removeEmpty(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) removeEmpty(join(folder, entry.name))
  if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true })
}
