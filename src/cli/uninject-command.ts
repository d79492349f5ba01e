// `inject-sidecars uninject FILES`: removes injections and restores the original manifests.

import { type Diagnostic, locate, type Resource } from '../lib/model/index.ts'
import { uninject } from '../uninject.ts'
import { type EditOptions, runEdit } from './edit-command.ts'
import { withConditions } from './inject-lazily.ts'
import { count } from './progress.ts'

export interface UninjectOptions extends EditOptions {
  readonly fromStatus?: boolean
}

/** Runs the command, and returns the exit code. */
export function runUninject(paths: readonly string[], { fromStatus = false, ...options }: UninjectOptions): Promise<number> {
  return runEdit({
    name: 'uninject',
    paths,
    options,
    edit: async (input, { onTakenOff }) => {
      const result = await withConditions(hooks => uninject({ ...input, ...hooks, fromStatus }, onTakenOff))
      return { ...result, pending: () => result.taken.map(stillInjected), outcome: `${count(result.taken.length, 'injection')} removed` }
    },
  })
}

function stillInjected(resource: Resource): Diagnostic {
  const message = 'it is injected'
  return locate({ code: 'injection-present', severity: 'error', message, hint: 'remove the injection with `inject-sidecars uninject -w`' }, resource)
}
