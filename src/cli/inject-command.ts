// `inject-sidecars inject FILES`: injects sidecars into manifests.

import { type JudgedWorkload, judgedWorkload, outOfDate } from '../check.ts'
import { injectRead } from '../inject.ts'
import type { Outcome } from '../inject-workload.ts'
import { read } from '../read/read.ts'
import { type EditOptions, runEdit } from './edit-command.ts'
import { withConditions } from './inject-lazily.ts'
import { podReport } from './pod-report/index.ts'
import { withoutConfiguration } from './without-configuration.ts'

/** Runs the command, and returns the exit code. */
export function runInject(paths: readonly string[], options: EditOptions): Promise<number> {
  return runEdit({
    name: 'inject',
    paths,
    options,
    edit: (input, progress) =>
      withConditions(hooks => {
        const judged: JudgedWorkload[] = []
        const report = podReport()
        const showsPods = options.output === 'html'
        const onOutcome = (outcome: Outcome) => {
          if (showsPods) report.hooks.onOutcome(outcome)
          judged.push(judgedWorkload(outcome))
          progress.onOutcome(outcome)
        }
        const asked = {
          ...input,
          action: 'Inject' as const,
          ...hooks,
          onOutcome,
          ...(showsPods ? { observerOf: report.hooks.observerOf, onRead: report.hooks.onRead } : {}),
        }
        const details = injectRead(asked, read(asked))
        const injected = judged.filter(({ decision }) => (decision?.injections.length ?? 0) > 0).length
        const { files, attempted, diagnostics } = details
        const printed = () => (options.withConfig ? files : withoutConfiguration(files))
        const outcome = `${injected} injected, ${judged.length - injected} skipped`
        const pods = report.page
        return { files, attempted, printed, diagnostics, pending: () => outOfDate(details, judged), pods, outcome }
      }),
  })
}
