// Renders the fleet page: the workloads of one or many repositories with their sidecars, by namespace, to filter and to sort.

import { countsOf, type FleetCounts } from '../../fleet/counts.ts'
import { type FleetFinding, type FleetReport, STATE_NAMES, STATES, type State } from '../../fleet/types.ts'
import { fleetData } from './fleet-data.ts'
import { SCRIPT, STYLE } from './generated/fleet-page.ts'
import { type Html, html } from './html.ts'
import { page } from './page.ts'
import { badge, choiceField, countClass, countText, filterField, fold, header, LEGEND } from './parts.ts'
import { FLEET_TONES } from './tones.ts'

const TITLE = 'Sidecars of the fleet'

/**
 * The text of the page.
 * @example fleetPage(report) // '<!doctype html>…'
 */
export function fleetPage(report: FleetReport): string {
  const counts = countsOf(report)
  const body = html`${header(TITLE, aboutOf(counts))}<main>${findingsPart(report.findings)}${stateFields(counts)}
<div class="controls">${fields(report, counts)}<button type="button" id="clear">Clear filters</button></div>
<section id="overview" aria-label="By namespace"></section>
<div class="list-head"><h2>Workloads</h2><p id="status" role="status"></p></div>
<div id="workloads" class="listed"></div>
<noscript><p>This page shows its workloads by a script of its own, which this browser does not run.</p></noscript></main>`
  return page({ title: TITLE, style: STYLE, script: SCRIPT, data: fleetData(report), body })
}

function aboutOf({ workloads, namespaces, drifted }: FleetCounts): string {
  const drift = drifted === undefined ? '' : ` Pods of ${count(drifted, 'workload')} are not as rendered.`
  return `${count(workloads, 'workload')} in ${count(namespaces, 'namespace')}.${drift} ${LEGEND}`
}

/** The numbers at the top, which are also filters. */
function stateFields({ states }: FleetCounts): Html {
  const one = (state: State) => {
    const shown = { tone: FLEET_TONES[state], count: states[state], label: STATE_NAMES[state] }
    return html`<li><label class="${countClass(shown)}"><input type="checkbox" name="state" value="${state}">${countText(shown)}</label></li>`
  }
  return html`<fieldset class="states"><legend class="unseen">States</legend><ul class="counts">${STATES.map(one)}</ul></fieldset>`
}

function fields({ workloads, pods }: FleetReport, { versions }: FleetCounts): Html[] {
  const sources = distinct(workloads.map(({ source }) => source ?? ''))
  const plain = (value: string) => ({ value, label: value })
  const choices = [
    choiceField('namespace', 'Namespace', distinct(workloads.map(({ namespace }) => namespace)).map(plain)),
    choiceField(
      'version',
      'Proxy version',
      versions.map(([value, number]) => ({ value, label: `${value} (${number.toLocaleString('en')})` })),
    ),
  ]
  const source = sources.some(name => name !== '') ? [choiceField('source', 'Report', sources.map(plain))] : []
  const drift = [
    { value: 'differs', label: 'not as rendered' },
    { value: 'same', label: 'as rendered' },
    { value: 'none', label: 'no pod runs' },
  ]
  return [
    filterField('filter', 'Filter', 'name, file, image, policy, finding …'),
    ...source,
    ...choices,
    ...(pods === undefined && workloads.every(workload => workload.drift === undefined) ? [] : [choiceField('drift', 'Running pods', drift)]),
  ]
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort()
}

/** Maximum number of findings on the page; the JSON report has all of them. */
const FINDINGS_SHOWN = 100

/** The part with findings that belong to no workload. */
function findingsPart(findings: readonly FleetFinding[]): Html | undefined {
  if (findings.length === 0) return undefined
  const isError = findings.some(({ severity }) => severity === 'error')
  const rest = findings.length - FINDINGS_SHOWN
  const items = findings.slice(0, FINDINGS_SHOWN).map(findingItem)
  const more = rest > 0 && html`<p class="soft">and ${rest} more</p>`
  const title = html`<h2>${count(findings.length, 'finding')} about configuration and files</h2>`
  return html`<div class="general">${fold(title, html`<ul class="findings">${items}</ul>${more}`, { open: isError })}</div>`
}

function findingItem({ severity, code, message, hint, file, line, source }: FleetFinding): Html {
  const where = [source, file === undefined ? undefined : `${file}${line === undefined ? '' : `:${line}`}`].filter(part => part !== undefined).join(', ')
  return html`<li>${badge(severity === 'error' ? 'error' : severity === 'warning' ? 'warning' : 'quiet', severity)} <code>${code}</code> ${message}${hint !== undefined && html` <span class="soft">${hint}</span>`}${where !== '' && html` <code class="soft">${where}</code>`}</li>`
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}
