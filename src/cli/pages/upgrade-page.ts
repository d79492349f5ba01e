// Renders the upgrade page: each change of a new configuration once with its workloads, restarts by namespace, images, new warnings.

import type { Hunk } from '../../upgrade/difference.ts'
import type { ImageChanges } from '../../upgrade/images.ts'
import {
  byRestart,
  type ChangedWorkload,
  type ChangeGroup,
  type Finding,
  type NamespaceRestarts,
  restartsByNamespace,
  type UpgradeModel,
} from '../../upgrade/model.ts'
import { RESTARTS, type Restart } from '../../upgrade/restart.ts'
import { SCRIPT, STYLE } from './generated/upgrade-page.ts'
import { attribute, type Html, html, type Value } from './html.ts'
import { page } from './page.ts'
import { badge, counts, type DiffSign, diffLines, filterField, fold, header, table } from './parts.ts'
import type { Tone } from './tones.ts'
import type { UpgradeData } from './upgrade-data.ts'

/** Number of workloads of a list in the markup; the script has the others. */
const SHOWN = 10
/** Number of changes that are unfolded at first. */
const OPEN = 3
const FINDINGS_SHOWN = 100

/**
 * The text of the page.
 * @example upgradePage(upgradeModel(input)) // '<!doctype html>…'
 */
export function upgradePage(model: UpgradeModel): string {
  const title = `Sidecars: ${model.from} → ${model.to}`
  const lists = new Lists()
  const body = html`${header(title, sentence(model))}<main>${numbers(model)}
${findingsPart('Errors', 'error', [...model.errors.from, ...model.errors.to])}
${restartsPart(restartsByNamespace(model.changed), lists)}
${imagesPart(model.images)}
${decisionsPart(model, lists)}
${changesPart(model.groups, lists)}
${findingsPart('New warnings', 'warning', model.warnings)}</main>`
  return page({ title, style: STYLE, script: SCRIPT, data: lists.data(model.groups.length), body })
}

/** Collects lists of workloads that are longer than the markup shows. Each workload is in the data once. */
class Lists {
  readonly #ids = new Map<ChangedWorkload, number>()
  readonly #lists: number[][] = []

  /** The first workloads of a list, and the button for the rest. */
  part(workloads: readonly ChangedWorkload[]): Html {
    const shown = workloads.slice(0, SHOWN).map(workload => html`<li>${workload.name} <code class="soft">${workload.file}</code></li>`)
    const rest = workloads.length - shown.length
    const id = this.#lists.push(workloads.map(workload => this.#idOf(workload))) - 1
    const more = rest > 0 && html`<button type="button" class="more">Show ${rest.toLocaleString('en')} more</button>`
    return html`<div class="listed"${attribute('data-list', String(id))}><ul class="workloads">${shown}</ul>${more}</div>`
  }

  data(groups: number): UpgradeData {
    return { workloads: [...this.#ids.keys()].map(({ name, file }) => [name, file]), lists: this.#lists, groups }
  }

  #idOf(workload: ChangedWorkload): number {
    const known = this.#ids.get(workload) ?? this.#ids.size
    this.#ids.set(workload, known)
    return known
  }
}

const LATER: readonly Restart[] = ['on-delete', 'paused', 'new-pods', 'next-run', 'unknown']

function sentence({ workloads, changed, failed, images, gained, lost }: UpgradeModel): string {
  const kinds = byRestart(changed)
  const part = (words: string, all: readonly Restart[]) =>
    words.replace('#', all.reduce((sum, kind) => sum + (kinds.get(kind)?.length ?? 0), 0).toLocaleString('en'))
  const parts = [part('# restart', ['restart']), part('# to be created again', ['recreate']), part('# later', LATER)].filter(text => !text.startsWith('0 '))
  const others = [
    ...(gained.length === 0 ? [] : [`Injected for the first time: ${gained.length.toLocaleString('en')}.`]),
    ...(lost.length === 0 ? [] : [`No longer injected: ${lost.length.toLocaleString('en')}.`]),
    ...(failed === 0 ? [] : [`Cannot be injected: ${failed.toLocaleString('en')}.`]),
    ...(images.added.length === 0 ? [] : [`New images: ${images.added.length.toLocaleString('en')}.`]),
  ]
  const first =
    changed.length === 0 ? 'No pod template changes.' : `${changed.length.toLocaleString('en')} of ${count(workloads, 'workload')} change: ${parts.join(', ')}.`
  return [first, ...others].join(' ')
}

function numbers({ changed, unchanged, failed, warnings }: UpgradeModel): Html {
  const kinds = byRestart(changed)
  return counts([
    { tone: 'error', count: failed, label: 'failed' },
    { tone: 'warning', count: kinds.get('recreate')?.length ?? 0, label: 'to create again' },
    { tone: 'notice', count: kinds.get('restart')?.length ?? 0, label: 'restart' },
    { tone: 'notice', count: LATER.reduce((sum, kind) => sum + (kinds.get(kind)?.length ?? 0), 0), label: 'change later' },
    { tone: 'good', count: unchanged, label: 'unchanged' },
    { tone: 'warning', count: warnings.length, label: 'new warnings' },
  ])
}

function findingsPart(title: string, tone: Tone, findings: readonly Finding[]): Html | undefined {
  if (findings.length === 0) return undefined
  const rest = findings.length - FINDINGS_SHOWN
  const items = findings
    .slice(0, FINDINGS_SHOWN)
    .map(({ code, message, resource }) => html`<li>${badge(tone, code)} ${resource !== undefined && html`<strong>${resource}</strong>: `}${message}</li>`)
  return section(title, html`<ul class="findings">${items}</ul>${rest > 0 && html`<p class="soft">and ${rest} more</p>`}`)
}

function section(title: string, content: Value): Html {
  return html`<section><h2>${title}</h2>${content}</section>`
}

const RESTART_NAMES: Readonly<Record<Restart, readonly [tone: Tone, name: string]>> = {
  recreate: ['warning', 'create again'],
  restart: ['notice', 'restart'],
  'on-delete': ['quiet', 'when deleted'],
  paused: ['quiet', 'when resumed'],
  'new-pods': ['quiet', 'new pods only'],
  'next-run': ['quiet', 'next run'],
  unknown: ['quiet', 'controller not known'],
}

function restartsPart(namespaces: readonly NamespaceRestarts[], lists: Lists): Html | undefined {
  if (namespaces.length === 0) return undefined
  const kinds = new Set(namespaces.flatMap(({ kinds: all }) => all.map(({ restart }) => restart)))
  const legend = (Object.keys(RESTARTS) as Restart[])
    .filter(kind => kinds.has(kind))
    .map(kind => html`<li>${badge(...RESTART_NAMES[kind])} ${RESTARTS[kind]}.</li>`)
  const rows = namespaces.map(({ namespace, kinds: all, budgets }) => [
    namespace,
    all.map(({ restart, workloads }) => fold(html`${badge(...RESTART_NAMES[restart])} ${count(workloads.length, 'workload')}`, lists.part(workloads))),
    budgets.length === 0
      ? '–'
      : html`<ul>${budgets.map(({ name, limit }) => html`<li>${name}${limit !== '' && html` <code class="soft">${limit}</code>`}</li>`)}</ul>`,
  ])
  const asked = namespaces.some(({ budgets }) => budgets.length > 0)
  const note = asked && html`<p class="soft">A rolling update does not ask PodDisruptionBudgets; who drains nodes while pods restart meets them.</p>`
  return section(
    'Restarts by namespace',
    html`<ul class="legend">${legend}</ul>${table('Restarts by namespace', ['Namespace', 'What happens to the pods', 'PodDisruptionBudgets'], rows)}${note}`,
  )
}

function imagesPart({ changes, added, removed }: ImageChanges): Html | undefined {
  if (changes.length === 0) return undefined
  const image = (reference: string | undefined) => (reference === undefined ? '–' : html`<code>${reference}</code>`)
  const rows = changes.map(({ container, from, to, workloads }) => [container, image(from), image(to), workloads.toLocaleString('en')])
  const line = (title: string, all: readonly string[]) =>
    all.length > 0 && html`<p>${title}: ${all.map((reference, i) => [i > 0 && ', ', html`<code>${reference}</code>`])}</p>`
  return section('Images', html`${table('Images', ['Container', 'From', 'To', 'Workloads'], rows)}${line('New', added)}${line('No longer used', removed)}`)
}

function decisionsPart({ gained, lost }: UpgradeModel, lists: Lists): Html | undefined {
  if (gained.length + lost.length === 0) return undefined
  const part = (title: string, workloads: readonly ChangedWorkload[]) =>
    workloads.length > 0 && html`<h3>${title} (${count(workloads.length, 'workload')})</h3>${lists.part(workloads)}`
  return section('Other decisions', [part('Injected from now on', gained), part('No longer injected', lost)])
}

function changesPart(groups: readonly ChangeGroup[], lists: Lists): Html | undefined {
  if (groups.length === 0) return undefined
  const parts = groups.map(({ hunks, workloads }, i) => {
    const list = lists.part(workloads)
    const summary = html`<h3>Change ${i + 1}: ${count(workloads.length, 'workload')}</h3> <span class="soft">${placesIn(hunks)}</span>`
    return html`<div class="group"${attribute('data-group', String(i))}>${fold(summary, html`${list}${hunks.map(hunkPart)}`, { open: i < OPEN })}</div>`
  })
  const filter = html`<div class="controls">${filterField('filter', 'Changes of a workload', 'kind, namespace, name or file')}</div><p id="status" class="soft" role="status"></p>`
  return html`<section id="changes"><h2>Changes of pod templates</h2><p class="soft">Equal changes are shown once, the most frequent first. Items of lists are matched by their names.</p>${filter}${parts}</section>`
}

const PLACES = 6

/** Short description of a change: the last steps of its paths. */
function placesIn(hunks: readonly Hunk[]): string {
  const places = [...new Set(hunks.map(({ path }) => path.replace(/^spec\./, '').replace(/(?:init)?containers\[(.*?)\]/i, '$1')))]
  return `${places.slice(0, PLACES).join(', ')}${places.length > PLACES ? ' …' : ''}`
}

function hunkPart({ path, lines }: Hunk): Html {
  const signed = lines.map((line): readonly [DiffSign, string] => [line.startsWith('+') ? '+' : line.startsWith('-') ? '-' : ' ', line.slice(1)])
  return html`<div class="hunk"><p class="path"><code>${path === '' ? 'pod template' : path}</code></p>${diffLines(signed)}</div>`
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}
