// Prints the short report of an upgrade, for a comment on a pull request or a job's summary: numbers, restarts by namespace, images, the most frequent changes,
// and a link to the page with details.

import { hunkText } from './difference.ts'
import { block, code, codeCell } from './markdown.ts'
import { type ChangeGroup, type NamespaceRestarts, restartsByNamespace, type UpgradeModel } from './model.ts'
import { count, findingLine, imageSection, list, summary } from './report.ts'
import { RESTARTS, type Restart } from './restart.ts'

const NAMESPACES_SHOWN = 20
const GROUPS_SHOWN = 3
const FINDINGS_SHOWN = 10
const LINES_SHOWN = 30
const WORKLOADS_SHOWN = 3
/** Maximum length of a section; GitHub allows 65,536 characters in a comment. */
const LONGEST_SECTION = 10_000

/**
 * The short report.
 * @param page the address or file name of the complete page
 * @example shortReport(model, 'upgrade.html')
 */
export function shortReport(model: UpgradeModel, page: string): string {
  const { groups, gained, lost, errors, warnings, images } = model
  const decisions = [
    ...(gained.length === 0 ? [] : [`Injected from now on: ${count(gained.length, 'workload')}`]),
    ...(lost.length === 0 ? [] : [`No longer injected: ${count(lost.length, 'workload')}`]),
  ]
  const sections = [
    `${summary(model)}\n${pageLink(page)}\n`,
    section('Errors', some([...errors.from, ...errors.to].map(findingLine), FINDINGS_SHOWN, 'errors')),
    section('Restarts', restartTable(restartsByNamespace(model.changed))),
    imageSection(images),
    section('Other decisions', list(decisions)),
    section('Changes', changes(groups)),
    section('New warnings', some(warnings.map(findingLine), FINDINGS_SHOWN, 'warnings')),
  ]
  return sections
    .filter(text => text !== '')
    .map(bounded)
    .join('\n')
}

/** A link if the page has an address; otherwise its file name. */
function pageLink(page: string): string {
  return /^https:\/\/[^\s()<>[\]"'`\\]+$/.test(page) ? `[The whole report](${page})` : `The whole report: ${code(page)}`
}

function section(title: string, text: string): string {
  return text === '' ? '' : `## ${title}\n\n${text}`
}

function some(lines: readonly string[], most: number, what: string): string {
  return list([...lines.slice(0, most), ...(lines.length > most ? [`and ${lines.length - most} more ${what}`] : [])])
}

const COLUMNS: readonly (readonly [title: string, kinds: readonly Restart[]])[] = [
  ['restart', ['restart']],
  ['create again', ['recreate']],
  ['later', ['on-delete', 'paused', 'new-pods', 'next-run', 'unknown']],
]

function restartTable(namespaces: readonly NamespaceRestarts[]): string {
  if (namespaces.length === 0) return ''
  const cells = ({ kinds }: NamespaceRestarts) =>
    COLUMNS.map(([, of]) => kinds.filter(({ restart }) => of.includes(restart)).reduce((sum, { workloads }) => sum + workloads.length, 0))
  const budgets = ({ budgets: all }: NamespaceRestarts) =>
    all
      .slice(0, WORKLOADS_SHOWN)
      .map(({ name, limit }) => `${codeCell(name)}${limit === '' ? '' : ` (${codeCell(limit)})`}`)
      .join(', ') || '–'
  const rows = namespaces.slice(0, NAMESPACES_SHOWN).map(each => `| ${[codeCell(each.namespace), ...cells(each), budgets(each)].join(' | ')} |\n`)
  const rest = namespaces.length - rows.length
  const head = ['namespace', ...COLUMNS.map(([title]) => title), 'PodDisruptionBudgets']
  const legend = `Create again: ${RESTARTS.recreate.replace(/^H/, 'h')}. Later: on the next run, or when pods are deleted, resumed or scaled up.\n`
  return `| ${head.join(' | ')} |\n|${'---|'.repeat(head.length)}\n${rows.join('')}\n${rest > 0 ? `and ${count(rest, 'more namespace')}\n\n` : ''}${legend}`
}

function changes(groups: readonly ChangeGroup[]): string {
  const parts = groups.slice(0, GROUPS_SHOWN).map(({ hunks, workloads }) => {
    const lines = hunkText(hunks).split('\n').map(clipped)
    const shown = lines.length > LINES_SHOWN ? [...lines.slice(0, LINES_SHOWN), `… ${lines.length - LINES_SHOWN} more lines`, ''] : lines
    const some = workloads.slice(0, WORKLOADS_SHOWN).map(({ name }) => code(name))
    const rest = workloads.length - some.length
    return `**${count(workloads.length, 'workload')}**: ${some.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}\n\n${block('diff', shown.join('\n'))}`
  })
  const rest = groups.length - parts.length
  return [...parts, ...(rest > 0 ? [`and ${count(rest, 'more change')}\n`] : [])].join('\n')
}

const LONGEST_LINE = 200

function clipped(line: string): string {
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line
}

/** Limits the length of a text: one value of a manifest may be long. A cut code block is closed. */
function bounded(text: string): string {
  if (text.length <= LONGEST_SECTION) return text
  const lines = text.slice(0, LONGEST_SECTION).split('\n').slice(0, -1)
  const fences = lines.flatMap(line => /^(`{3,})/.exec(line)?.[1] ?? [])
  const open = fences.length % 2 === 1 ? `${fences.at(-1)}\n` : ''
  return `${lines.join('\n')}\n${open}\nThis part is cut off here; the page has all of it.\n`
}
