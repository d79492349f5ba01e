// `inject-sidecars install-kustomize-plugin`: copies the program to kustomize's folder of legacy exec plugins, for the kustomize inside kubectl.

import { chmodSync, copyFileSync, mkdirSync, realpathSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { FUNCTION_CONFIG_API_VERSION, FUNCTION_CONFIG_KIND, visible, visibleLines } from '../lib/model/index.ts'
import { DONE } from './exit-code.ts'
import { writeFully } from './stdio.ts'
import { systemError } from './system-error.ts'

export interface InstallOptions {
  readonly pluginHome?: string
}

/** Path of the executable below kustomize's plugin home: <group>/<version>/<kind in lower case>/<Kind>. */
const PLUGIN = join(...FUNCTION_CONFIG_API_VERSION.split('/'), FUNCTION_CONFIG_KIND.toLowerCase(), FUNCTION_CONFIG_KIND)
const COPY = 'inject-sidecars.cjs'
/** The script that starts the copy. Its name tells Node that it is CommonJS, whatever package.json is near. */
const LAUNCHER = `#!/bin/sh\nexec node "\${0%/*}/${COPY}" "$@"\n`

/**
 * Copies the program, so that the plugin does not depend on the installed package. Returns the exit code.
 * @throws InjectError `file-unwritable`
 */
export function runInstall({ pluginHome }: InstallOptions): number {
  const home = resolve(pluginHome ?? defaultHome())
  const plugin = join(home, PLUGIN)
  const program = realpathSync(process.argv[1] ?? process.execPath)
  try {
    mkdirSync(dirname(plugin), { recursive: true })
    // A self-contained executable needs no Node to start it.
    if (program === realpathSync(process.execPath)) put(plugin, path => copyFileSync(program, path))
    else {
      put(join(dirname(plugin), COPY), path => copyFileSync(program, path))
      put(plugin, path => writeFileSync(path, LAUNCHER))
    }
  } catch (error) {
    throw systemError('file-unwritable', plugin, error)
  }
  const exported = home === resolve(defaultHome()) ? '' : `export KUSTOMIZE_PLUGIN_HOME='${home.replaceAll("'", "'\\''")}'\n`
  writeFully(1, `installed ${visible(plugin)}\n\n${visibleLines(exported)}kubectl kustomize --enable-alpha-plugins FOLDER\n`)
  return DONE
}

/** The plugin home as kustomize determines it. */
function defaultHome(): string {
  const { KUSTOMIZE_PLUGIN_HOME: home, XDG_CONFIG_HOME: config } = process.env
  return home || join(config || join(homedir(), '.config'), 'kustomize', 'plugin')
}

/** Writes a file in one step, so that a build that runs meanwhile reads the old file or the new one. */
function put(path: string, make: (path: string) => void): void {
  const temporary = `${path}.${process.pid}.tmp`
  make(temporary)
  chmodSync(temporary, 0o755)
  renameSync(temporary, path)
}
