// `inject-sidecars inject FILES`: the manifests with their sidecars.

import { outOfDate } from '../check.ts'
import { injectRead } from '../inject.ts'
import { read } from '../read/read.ts'
import { type EditOptions, runEdit } from './edit-command.ts'
import { withConditions } from './inject-lazily.ts'

/** Answers with the exit code. */
export function runInject(paths: readonly string[], options: EditOptions): Promise<number> {
  return runEdit({
    name: 'inject',
    paths,
    options,
    edit: (input, { onOutcome }) =>
      withConditions(conditionCompiler => {
        const asked = { ...input, action: 'Inject' as const, conditionCompiler, onOutcome, forgets: 'changes' as const }
        const details = injectRead(asked, read(asked))
        const injected = details.decisions.filter(({ injections }) => injections.length > 0).length
        const { files, diagnostics, outcomes } = details
        return { files, diagnostics, pending: () => outOfDate(details), outcome: `${injected} injected, ${outcomes.length - injected} skipped` }
      }),
  })
}
