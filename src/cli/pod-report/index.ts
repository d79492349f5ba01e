// Collects the data of each workload during a run, and renders the pod page: `-o html` and `--html FILE`.

import { type PagePod, type PodPageEnd, type PodPageWriter, podPageWriter } from '#pages'
import { isInjected } from '../../check.ts'
import type { InjectDetails, InjectHooks } from '../../inject.ts'
import type { Outcome } from '../../inject-workload.ts'
import { at, type Decision, type Diagnostic, formatPath, type Resource, type Workload } from '../../lib/model/index.ts'
import type { Document } from '../../lib/yaml/index.ts'
import { type OriginRecorder, recordOrigins } from '../../origins/origins.ts'
import { comparedWithManifest } from './carried.ts'
import { injectorsText, policiesText } from './decision.ts'
import { manifestExcerpt } from './excerpt.ts'
import { findingsOf } from './findings.ts'
import { type LineIndexes, lineIndexes, manifestPositions, pageLines } from './lines.ts'
import { type FieldNumbers, fieldNumbers, type LineFields } from './paths.ts'
import { pageSources } from './sources.ts'
import { markedTrace } from './trace.ts'

type Reading = Pick<InjectDetails, 'original' | 'given' | 'positionInInput'>

export interface PodReport {
  /** For the run. */
  readonly hooks: Required<Pick<InjectHooks, 'observerOf' | 'onOutcome' | 'onRead'>>
  /** The text of the page. */
  readonly page: (findings: readonly Diagnostic[]) => string
}

/** The data of a workload until its findings are known. */
interface Kept {
  readonly workload: Workload
  readonly fields: LineFields
  readonly decided: 'injected' | 'changed' | 'unchanged' | undefined
}

/**
 * Creates a collector for one run. The lines of each pod are encoded at once, so that no pod is kept.
 * @example
 * const report = podReport()
 * const { diagnostics } = lookAt({ ...input, ...report.hooks }, read(input))
 * report.page(diagnostics)
 */
export function podReport(): PodReport {
  let reading: Reading | undefined
  let writer: PodPageWriter | undefined
  let recorder: { readonly workload: Workload; readonly origins: OriginRecorder } | undefined
  const kept: Kept[] = []
  const sourceKeys = new Set<string>()
  const [indexOf, fields] = [lineIndexes(), fieldNumbers()]
  return {
    hooks: {
      onRead: read => {
        reading = read
      },
      observerOf: workload => {
        const origins = recordOrigins()
        recorder = { workload, origins }
        return origins.observe
      },
      onOutcome: outcome => {
        if (reading === undefined) return
        const { workload, decision } = outcome
        const original = reading.original.workloads[kept.length] ?? workload
        const origins = recorder?.workload === workload ? recorder.origins : undefined
        const recorded = podOf(outcome, { reading, original, origins, indexOf, fields })
        for (const { origins: all } of recorded.pod.lines) for (const { writer: each } of all) if (each.source !== undefined) sourceKeys.add(each.source)
        writer ??= podPageWriter()
        writer.add(recorded.pod)
        kept.push({ workload, fields: recorded.fields, decided: decision === undefined ? undefined : decidedState(decision) })
        recorder = undefined
        for (const { resource } of [workload, original]) forgetNodes(resource)
      },
    },
    page: found => {
      const findings = found.filter(({ code }) => code !== 'explained')
      const placed = findingsOf(
        findings,
        kept.map(({ workload }) => workload),
        reading?.positionInInput ?? (place => place),
      )
      const pods = kept.map(each => endOf(each, placed.of(each.workload), fields))
      const sources = reading === undefined ? new Map() : pageSources(reading.given)
      // Those that are not used would only make the page larger.
      for (const key of [...sourceKeys]) sourceKeys.add(sources.get(key)?.binding ?? key)
      const used = new Map([...sources].filter(([key]) => sourceKeys.has(key)))
      return (writer ?? podPageWriter()).page({ pods, sources: used, others: placed.others })
    },
  }
}

/** Releases the nodes of a document, which the items of a list share. */
function forgetNodes({ source, path }: Resource): void {
  if (path.length === 0 && 'forgetNodes' in source) (source as Document).forgetNodes()
}

function endOf(
  { workload, fields: lines, decided }: Kept,
  findings: ReturnType<ReturnType<typeof findingsOf>['of']>,
  fields: FieldNumbers,
): PodPageEnd['pods'][number] {
  const { resource, podPath } = workload
  const template = at(resource.value, podPath) ?? null
  const has = (wanted: (code: string) => boolean) => findings.some(({ finding: { severity, code, of } }) => severity === 'error' && of === '' && wanted(code))
  const state =
    decided === undefined || has(code => !PENDING.has(code))
      ? 'error'
      : has(code => code === 'injection-outdated')
        ? 'outdated'
        : has(() => true)
          ? 'missing'
          : decided
  return {
    state,
    findings: findings.map(({ finding, field }) => {
      const isOfPod = field !== undefined && field.length > podPath.length && podPath.every((step, i) => field[i] === step)
      return { finding, line: isOfPod ? fields.lineOf(template, field.slice(podPath.length), lines) : -1 }
    }),
  }
}

/** Codes of errors about a manifest without its current injection. */
const PENDING: ReadonlySet<string> = new Set(['injection-missing', 'injection-outdated'])

function decidedState({ injections, trace }: Decision): 'injected' | 'changed' | 'unchanged' {
  if (injections.length > 0) return 'injected'
  return trace.admission.some(({ result }) => result === 'applied') ? 'changed' : 'unchanged'
}

interface Known {
  readonly reading: Reading
  readonly original: Workload
  readonly origins: OriginRecorder | undefined
  readonly indexOf: LineIndexes
  readonly fields: FieldNumbers
}

/** The pod without `metadata.managedFields`, which are added only for policies. */
function podOf(
  { workload, decision, change }: Outcome,
  { reading, original, origins, indexOf, fields }: Known,
): { readonly pod: PagePod; readonly fields: LineFields } {
  const { positionInInput } = reading
  const { resource, podPath, namespace } = workload
  const { kind, name, generateName } = resource.ref
  const lines = (origins?.diff() ?? []).filter(({ path }) => !(path[0] === 'metadata' && path[1] === 'managedFields'))
  const pod = origins?.pod() ?? null
  const start = positionInInput(resource.source.positionOf([...resource.path, 'metadata', 'name']))
  const shown = pageLines({ workload, decision, lines, pod, positionInInput, indexOf })
  const manifestPosition = manifestPositions(original, at(original.resource.value, original.podPath) ?? null, indexOf)
  const compared =
    change === undefined || !isInjected(original)
      ? undefined
      : comparedWithManifest({ original, workload, change, lines, shown, pod, fields, manifestLine: path => manifestPosition(path)?.line })
  const excerpt = manifestExcerpt(original, indexOf)
  return {
    pod: {
      ...{ kind, namespace, name: name === '' && generateName !== undefined ? `${generateName}*` : name },
      file: resource.file?.path ?? start.file,
      line: resource.file === undefined ? start.line : 0,
      template: podPath.length === 0 ? '' : formatPath(podPath),
      by: decision === undefined ? '' : injectorsText(decision),
      policies: decision === undefined ? '' : policiesText(decision),
      ...(decision === undefined ? { trace: [], mark: '', marked: [] } : markedTrace(decision, start.file, positionInInput)),
      lines: compared?.lines ?? shown,
      ...(compared === undefined ? {} : { differing: compared.differing }),
      ...(excerpt === undefined ? {} : { excerpt }),
    },
    fields: fields.ofLines(pod, compared?.kept ?? lines),
  }
}
