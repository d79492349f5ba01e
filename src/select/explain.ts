// Formats decisions: a table in the form of check-inject, the whole trace of one workload, and JSON.

import type {
  AdmissionTrace,
  Check,
  Decision,
  Diagnostic,
  FieldRef,
  InjectorRef,
  Json,
  JsonObject,
  Position,
  Reason,
  Verdict,
  WebhookTrace,
} from '../lib/model/index.ts'
import { append, describe, formatPath, injectorKey, locate, visible, visibleLines } from '../lib/model/index.ts'

const MARKS: Readonly<Record<Verdict, string>> = { yes: '✔', no: '✘', unknown: '?', error: '!' }

/**
 * The table of decisions: a row for each workload and each of its injectors, or the reason why there is none. It fits 100 columns; a long reason is below its row.
 * @example explainTable(decisions)
 * // WORKLOAD             WEBHOOK                 REVISION  INJECTED  REASON
 * // Deployment shop/web  istio-sidecar-injector  default   ✔
 * //     Namespace label istio-injection=enabled matches; The injection policy is enabled
 */
export function explainTable(decisions: readonly Decision[]): string {
  const rows = decisions.flatMap(rowsOf).map(row => row.map(visible))
  const header = ['WORKLOAD', 'WEBHOOK', 'REVISION', 'INJECTED', 'REASON']
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map(row => (row[i] ?? '').length)))
  const line = (cells: readonly string[]): string => {
    const start = cells.slice(0, -1).map((cell, i) => `${cell.padEnd(widths[i] ?? 0)}  `)
    return reasonBehind(start.join(''), cells.at(-1) ?? '')
  }
  // A word that begins a line after wrapping is looked at as the beginning of one.
  return [header, ...rows].map(row => `${visibleLines(line(row))}\n`).join('')
}

/** Maximum width of the table, unless words or names are longer. */
const TABLE_WIDTH = 100
/** Minimum width of the column of reasons; in a narrower table they are below the other columns. */
const NARROWEST = 40
const INDENT = '    '

/** The reason at the end of a line, wrapped at its spaces to the width of the table. */
function reasonBehind(start: string, reason: string): string {
  const isBelow = start.length > TABLE_WIDTH - NARROWEST && start.length + reason.length > TABLE_WIDTH
  const indent = isBelow ? INDENT : ' '.repeat(start.length)
  const lines: string[] = []
  for (const word of reason.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || indent.length + last.length + 1 + word.length > TABLE_WIDTH) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  const [first = '', ...more] = lines
  return [...(isBelow ? [start.trimEnd(), `${indent}${first}`] : [`${start}${first}`]), ...more.map(line => `${indent}${line}`)].join('\n')
}

function rowsOf(decision: Decision): string[][] {
  const workload = describe(decision.workload.resource.ref)
  const policies = policyRows(workload, decision)
  if (decision.injections.length === 0) {
    const errors = decision.diagnostics.filter(({ severity }) => severity === 'error')
    return errors.length > 0
      ? [[workload, '-', '-', MARKS.error, errors.map(({ message }) => message).join('; ')]]
      : [...policies, ...(policies.length > 0 ? [] : [[workload, '-', '-', MARKS.no, reasonText(decision.because)]])]
  }
  const injections = decision.injections.map(({ injector, configuration }) => {
    const reasons = reasonsFor(decision, injector)
    return [workload, configuration, injector.kind === 'istio' ? injector.revision : '-', MARKS.yes, reasonText(reasons)]
  })
  return [...policies, ...injections]
}

/** One row for each policy that changes the workload. */
function policyRows(workload: string, { trace }: Decision): string[][] {
  const applied = trace.admission.filter(({ result }) => result === 'applied')
  return applied.map(({ policy, reason }) => [workload, policy, '-', MARKS.yes, `Policy: ${reason}`])
}

/** Reasons why one injector injects: the webhook that matched, and its policy. */
function reasonsFor({ trace, because }: Decision, injector: InjectorRef): readonly Reason[] {
  const key = injectorKey(injector)
  const webhook = trace.webhooks.find(({ injector, result }) => result === 'yes' && injectorKey(injector) === key)
  const policy = trace.policies.find(({ injector }) => injectorKey(injector) === key)
  const reasons = [...(webhook === undefined ? [] : [webhook.reason]), ...(policy === undefined ? [] : [policy.reason])]
  return reasons.length > 0 ? reasons : because
}

/** Reasons in one line. */
function reasonText(reasons: readonly Reason[]): string {
  return reasons.map(({ message }) => message).join('; ')
}

/** One result of severity info for each workload, for `explain: true` in a function config. */
export function explainResults(decisions: readonly Decision[]): Diagnostic[] {
  return decisions.map(decision => {
    const { resource } = decision.workload
    const place = decision.because.find(({ at }) => at?.resource === resource)?.at
    const message = `${summary(decision)}: ${reasonText(decision.because)}`
    return locate({ code: 'explained', severity: 'info', message, ...(place === undefined ? {} : { field: place.field }) }, resource)
  })
}

/** `injected by Istio (revision default) with sidecar`, `not injected`, `not decided`. */
export function summary({ injections, diagnostics, trace }: Decision): string {
  const policies = [...new Set(trace.admission.filter(({ result }) => result === 'applied').map(({ policy }) => policy))]
  const changed = policies.length === 0 ? '' : `changed by ${policies.length === 1 ? 'policy' : 'policies'} ${policies.join(', ')}`
  if (injections.length > 0)
    return `${changed === '' ? '' : `${changed}; `}injected by ${injections.map(({ injector, templates }) => `${nameOf(injector)} with ${templates.join(', ') || 'no template'}`).join(' and by ')}`
  if (diagnostics.some(({ severity }) => severity === 'error')) return 'not injected, because of errors'
  return changed === '' ? 'not injected' : changed
}

/** The displayed name of an injector: `Istio (revision default)`. */
export function nameOf(injector: InjectorRef): string {
  return injector.kind === 'istio' ? `Istio (revision ${injector.revision})` : injector.name
}

/** Maps a position to the input's text: `decisions` may hold positions in texts that the program has already changed. */
export type Locator = (position: Position) => Position

/**
 * The whole trace of a decision, webhook by webhook and rule by rule, each with its file and line.
 * @param inFile converts positions in the processed texts to positions in the input
 */
export function explainTrace(decision: Decision, inFile: Locator = same): string {
  const shown = (position: Position) => {
    const { file, line, column } = inFile(position)
    return ` (${file}:${line}:${column})`
  }
  return `${traceLines(decision, shown).map(visible).join('\n')}\n`
}

/**
 * The trace as lines with raw control characters, indented by two, four or six spaces.
 * @param shown formats a position in the processed texts; called in the order of the lines
 */
export function traceLines(decision: Decision, shown: (position: Position) => string): string[] {
  const where = (place: FieldRef | undefined): string => (place === undefined ? '' : shown(positionOf(place)))
  const { workload, trace, because, flip, diagnostics } = decision
  const { namespace } = trace
  const lines = [`${describe(workload.resource.ref)}: ${summary(decision)}`]
  append(
    lines,
    because.map(reason => `  because: ${reason.message}${where(reason.at)}`),
  )
  append(
    lines,
    diagnostics.map(({ severity, code, message }) => `  ${severity}[${code}]: ${message}`),
  )
  const labels = namespace.labels === undefined ? 'labels not known' : [...namespace.labels].map(([key, value]) => `${key}=${value}`).join(', ')
  lines.push(`  namespace ${namespace.name}: ${labels}${FROM[namespace.from]}`)
  for (const webhook of trace.webhooks) {
    const assumed = webhook.assumed ? ' (assumed)' : ''
    lines.push(
      `  ${MARKS[webhook.result]} webhook ${webhook.configuration}${assumed} / ${webhook.webhook} → ${nameOf(webhook.injector)}: ${webhook.reason.message}`,
    )
    lines.push(
      ...webhook.checks.map(
        check =>
          `      ${MARKS[check.result]} ${check.of}: ${asked(check)}${where(check.askedAt)}${check.found === '' ? '' : `: ${check.found}${where(check.at)}`}`,
      ),
    )
  }
  append(
    lines,
    trace.admission.flatMap(admission => admissionLines(admission, where)),
  )
  for (const policy of trace.policies) {
    lines.push(`  ${MARKS[policy.result]} policy of ${nameOf(policy.injector)}: ${policy.reason.message}${where(policy.reason.at)}`)
    append(
      lines,
      policy.checks.map(({ asked, found, result, at }) => `      ${asked}: ${found}${result === 'yes' ? ', which decides' : ''}${where(at)}`),
    )
  }
  for (const { injector, templates, templatesFrom } of decision.injections) {
    const from = templatesFrom === 'annotation' ? 'named by the annotation inject.istio.io/templates' : 'the default'
    lines.push(`  templates of ${nameOf(injector)}: ${templates.join(', ')} (${from})`)
  }
  if (flip.length > 0) lines.push('  to flip the decision:', ...flip.map(change => `    - ${change.message}${where(change.at)}`))
  return lines
}

const ADMISSION_MARKS: Readonly<Record<AdmissionTrace['result'], string>> = { applied: '✔', unchanged: '✔', skipped: '✘', failed: '!', unknown: '?' }

function admissionLines(
  { policy, binding, param, of, pass, result, reason, at, checks }: AdmissionTrace,
  where: (place: FieldRef | undefined) => string,
): string[] {
  const by = [binding === undefined ? '' : ` / binding ${binding}`, param === undefined ? '' : ` / parameter ${param}`].join('')
  const again = pass === 2 ? ', second pass' : ''
  return [
    `  ${ADMISSION_MARKS[result]} policy ${policy}${by} on the ${of}${again}: ${reason}${where(at)}`,
    ...checks.map(check => `      ${MARKS[check.result]} ${check.asked}: ${check.found}${where(check.at)}`),
  ]
}

const FROM = { resource: ' (from its Namespace)', config: ' (from the function config)', unknown: '' }

function asked(check: Check): string {
  return check.asked === '' ? 'nothing' : check.asked
}

function same(position: Position): Position {
  return position
}

function positionOf({ resource, field }: FieldRef): Position {
  return resource.source.positionOf([...resource.path, ...field])
}

/** The decisions as data. Keys and codes are stable. `inFile` as in explainTrace; the fields that `more` returns are added to the workload's data. */
export function explainJson(decisions: readonly Decision[], inFile: Locator = same, more: (decision: Decision) => JsonObject = () => ({})): Json {
  return { workloads: decisions.map(decision => ({ ...decisionJson(decision, place => placeJson(place, inFile)), ...more(decision) })) }
}

type FieldRefJson = (place: FieldRef) => JsonObject

function decisionJson(decision: Decision, placed: FieldRefJson): JsonObject {
  const { workload, injections, because, trace, flip, diagnostics } = decision
  const { namespace } = trace
  return {
    workload: { ...workload.resource.ref, namespace: workload.namespace },
    injected: injections.length > 0 || trace.admission.some(({ result }) => result === 'applied'),
    injections: injections.map(injection => ({ ...injection, injector: { ...injection.injector }, templates: [...injection.templates] })),
    because: because.map(reason => reasonJson(reason, placed)),
    namespace: { name: namespace.name, from: namespace.from, labels: namespace.labels === undefined ? null : Object.fromEntries(namespace.labels) },
    webhooks: trace.webhooks.map(webhook => webhookJson(webhook, placed)),
    policies: trace.policies.map(({ injector, result, reason, checks }) => ({
      injector: { ...injector },
      result,
      reason: reasonJson(reason, placed),
      checks: checks.map(check => checkJson(check, placed)),
    })),
    admission: trace.admission.map(({ at, checks, changed, ...admission }) => ({
      ...admission,
      changed: [...changed],
      ...(at === undefined ? {} : { at: placed(at) }),
      checks: checks.map(({ asked, result, found, at: place }) => ({ asked, result, found, ...(place === undefined ? {} : { at: placed(place) }) })),
    })),
    flip: flip.map(({ message, at }) => ({ message, ...(at === undefined ? {} : { at: placed(at) }) })),
    diagnostics: diagnostics.map(({ severity, code, message, hint }) => ({ severity, code, message, ...(hint === undefined ? {} : { hint }) })),
  }
}

function webhookJson({ configuration, webhook, injector, assumed, result, reason, checks }: WebhookTrace, placed: FieldRefJson): JsonObject {
  return {
    configuration,
    webhook,
    injector: { ...injector },
    assumed,
    result,
    reason: reasonJson(reason, placed),
    checks: checks.map(check => checkJson(check, placed)),
  }
}

function reasonJson({ code, message, at }: Reason, placed: FieldRefJson): JsonObject {
  return { code, message, ...(at === undefined ? {} : { at: placed(at) }) }
}

function checkJson({ of, result, asked, found, requirement, at, askedAt }: Check, placed: FieldRefJson): JsonObject {
  return {
    of,
    result,
    asked,
    found,
    ...(requirement === undefined ? {} : { requirement: { ...requirement, values: [...requirement.values] } }),
    ...(at === undefined ? {} : { at: placed(at) }),
    ...(askedAt === undefined ? {} : { askedAt: placed(askedAt) }),
  }
}

function placeJson(place: FieldRef, inFile: Locator): JsonObject {
  const { file, line, column } = inFile(positionOf(place))
  return { file, line, column, resource: describe(place.resource.ref), field: formatPath(place.field) }
}
