// Collects what a run knows about each workload, and makes the pod page of it: `-o html` and `--html FILE`.

import { podPage } from '#pages'
import type { InjectDetails, InjectHooks } from '../../inject.ts'
import type { Outcome } from '../../inject-workload.ts'
import { type Decision, type Diagnostic, formatPath, type Workload } from '../../lib/model/index.ts'
import { type OriginRecorder, recordOrigins } from '../../origins/origins.ts'
import { reasonText, summary } from '../../select/explain.ts'
import { findingsOf, type PlacedFindings } from './findings.ts'
import { type LineIndexes, lineIndexes, pageLines } from './lines.ts'
import { pageSources } from './sources.ts'
import { markedTrace } from './trace.ts'

export interface PodReport {
  /** For the run. */
  readonly hooks: Required<Pick<InjectHooks, 'observerOf' | 'onOutcome'>>
  /** Writers of the pod of a workload. */
  readonly recorderOf: (workload: Workload) => OriginRecorder | undefined
  /**
   * The text of the page.
   * @param details absent where the run could not begin
   */
  readonly page: (findings: readonly Diagnostic[], details?: Pick<InjectDetails, 'given' | 'placeInInput'>) => string
}

/**
 * Makes a collector for one run.
 * @example
 * const report = podReport()
 * const details = lookAt({ ...input, ...report.hooks }, read(input))
 * report.page(details.diagnostics, details)
 */
export function podReport(): PodReport {
  const recorders = new Map<Workload, OriginRecorder>()
  const outcomes: Outcome[] = []
  return {
    hooks: {
      observerOf: workload => {
        const recorder = recordOrigins()
        recorders.set(workload, recorder)
        return recorder.observe
      },
      onOutcome: outcome => {
        outcomes.push(outcome)
      },
    },
    recorderOf: workload => recorders.get(workload),
    page: (findings, details) => {
      if (details === undefined) return podPage({ pods: [], sources: new Map(), findings: findingsOf(findings, [], place => place).others })
      const placed = findingsOf(
        findings.filter(({ code }) => code !== 'explained'),
        outcomes.map(({ workload }) => workload),
        details.placeInInput,
      )
      const sources = pageSources(details.given)
      const indexOf = lineIndexes()
      const pods = outcomes.map(outcome => podOf(outcome, { indexOf, recorder: recorders.get(outcome.workload), details, placed }))
      // Those that are not used would only make the page larger.
      const used = new Set(pods.flatMap(({ lines }) => lines.flatMap(({ origins }) => origins.flatMap(({ writer }) => writer.source ?? []))))
      for (const key of used) used.add(sources.get(key)?.binding ?? key)
      return podPage({ pods, sources: new Map([...sources].filter(([key]) => used.has(key))), findings: placed.others })
    },
  }
}

interface Known {
  readonly recorder: OriginRecorder | undefined
  readonly details: Pick<InjectDetails, 'given' | 'placeInInput'>
  readonly placed: PlacedFindings
  readonly indexOf: LineIndexes
}

/** Without the managed fields, in which the API server keeps who applied what: policies add them for themselves. */
function podOf({ workload, decision }: Outcome, { recorder, details: { placeInInput }, placed, indexOf }: Known) {
  const { resource, podPath, namespace } = workload
  const { kind, name, generateName } = resource.ref
  const lines = (recorder?.diff() ?? []).filter(({ path }) => !(path[0] === 'metadata' && path[1] === 'managedFields'))
  const findings = placed.of(workload, { lines, pod: recorder?.pod() })
  const start = placeInInput(resource.source.positionOf([...resource.path, 'metadata', 'name']))
  const file = resource.file?.path ?? start.file
  return {
    kind,
    namespace,
    name: name === '' && generateName !== undefined ? `${generateName}*` : name,
    file,
    line: resource.file === undefined ? start.line : 0,
    template: podPath.length === 0 ? '' : formatPath(podPath),
    state: stateOf(
      decision,
      findings.some(({ severity }) => severity === 'error'),
    ),
    summary: decision === undefined ? 'the pod template cannot be read' : summary(decision),
    because: decision === undefined ? '' : reasonText(decision.because),
    ...(decision === undefined ? { trace: [], marked: [] } : markedTrace(decision, start.file, placeInInput)),
    lines: pageLines({ workload, decision, lines, pod: recorder?.pod(), placeInInput, indexOf }),
    findings,
  }
}

function stateOf(decision: Decision | undefined, failed: boolean): 'error' | 'injected' | 'changed' | 'unchanged' {
  if (failed || decision === undefined) return 'error'
  if (decision.injections.length > 0) return 'injected'
  return decision.trace.admission.some(({ result }) => result === 'applied') ? 'changed' : 'unchanged'
}
