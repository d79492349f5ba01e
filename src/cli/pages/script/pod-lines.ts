// The lines of one pod: a table of origin and line, folded to what changed. One key stop; arrow keys move between lines.

import { element } from './dom.ts'
import { outlineOf } from './outline.ts'
import type { Line, Model, Origin } from './pod-model.ts'
import { panelContent, showMarked, spoken } from './source-panel.ts'

/** Runs of unchanged lines that are shorter stay in sight. */
const SHORTEST_FOLD = 4

export interface PodLines {
  readonly view: HTMLElement
  /** Unfolds everything, or folds to what changed. */
  readonly unfold: (all: boolean) => void
  readonly show: (line: number) => void
}

export function podLines(lines: readonly Line[], source: Model['source'], name: string): PodLines {
  const outline = outlineOf(lines.map(({ text }) => text))
  const kept = keptLines(lines, outline.around)
  const rows = lines.map((line, i) => lineRow(line, { i, isGone: isGone(lines, i) }))
  const body = element('tbody')
  const panel = element('aside', { class: 'panel', 'aria-label': `Where a line of ${name} comes from`, hidden: true })
  const status = element('p', { class: 'unseen', role: 'status' })
  const table = element('table', { class: 'pod' }, element('caption', { class: 'unseen' }, `Finished pod of ${name}`), HEAD(), body)
  const unfolded = new Set<number>()
  let chosen: HTMLButtonElement | undefined

  const layOut = () => {
    const shown: HTMLElement[] = []
    let previous: Line | undefined
    for (let i = 0; i < lines.length; ) {
      const end = kept.has(i) || unfolded.has(i) ? i : foldEnd(i, { kept, unfolded, count: lines.length })
      if (end > i) {
        shown.push(foldRow(i, end))
        previous = undefined
        i = end
      } else {
        const [row, line] = [rows[i], lines[i]]
        if (row !== undefined && line !== undefined) {
          row.classList.toggle('continues', previous !== undefined && sameOrigin(previous, line))
          shown.push(row)
        }
        previous = line
        i++
      }
    }
    body.replaceChildren(...shown)
    const stops = keyStops(body)
    const current = stops.find(stop => stop === chosen) ?? stops[0]
    for (const stop of stops) stop.tabIndex = stop === current ? 0 : -1
  }
  const foldRow = (from: number, to: number) => {
    const button = element('button', { type: 'button', class: 'unfold', 'aria-label': `Show ${to - from} unchanged lines` }, `${to - from} unchanged lines`)
    button.addEventListener('click', () => {
      for (let i = from; i < to; i++) unfolded.add(i)
      layOut()
      focusOn(rows[from]?.querySelector('button') ?? undefined)
    })
    return element('tr', { class: 'skipped' }, element('td', { colspan: '2' }, button))
  }
  const close = () => {
    panel.hidden = true
    chosen?.setAttribute('aria-expanded', 'false')
    chosen?.closest('tr')?.classList.remove('chosen')
    chosen = undefined
  }
  const choose = (button: HTMLButtonElement, i: number) => {
    const line = lines[i]
    const isSame = chosen === button
    close()
    if (line === undefined || isSame) return
    chosen = button
    button.setAttribute('aria-expanded', 'true')
    button.closest('tr')?.classList.add('chosen')
    const what = { line, path: outline.path(i) }
    const closer = element('button', { type: 'button', class: 'close', 'aria-label': 'Close' }, '×')
    closer.addEventListener('click', () => {
      close()
      focusOn(button)
    })
    panel.replaceChildren(closer, ...panelContent(what, source))
    panel.hidden = false
    showMarked(panel)
    status.textContent = spoken(what, source)
  }
  const focusOn = (stop: HTMLElement | undefined) => {
    if (stop === undefined) return
    for (const other of keyStops(body)) other.tabIndex = -1
    stop.tabIndex = 0
    stop.focus()
  }
  body.addEventListener('click', event => {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>('button.origin') : null
    if (button === null) return
    focusOn(button)
    choose(button, Number(button.dataset.line))
  })
  const view = element('div', { class: 'pod-view' }, element('div', { class: 'pod-scroll' }, table), panel, status)
  view.addEventListener('keydown', event => {
    if (event.key === 'Escape' && !panel.hidden) {
      const button = chosen
      close()
      focusOn(button)
      return
    }
    const stops = keyStops(body)
    const at = event.target instanceof HTMLButtonElement ? stops.indexOf(event.target) : -1
    const next = at < 0 ? undefined : { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key]
    if (next === undefined) return
    event.preventDefault()
    focusOn(stops[next])
  })
  layOut()
  return {
    view,
    unfold: all => {
      unfolded.clear()
      if (all)
        lines.forEach((_, i) => {
          unfolded.add(i)
        })
      layOut()
    },
    show: line => {
      for (const i of [...outline.around(line), line]) unfolded.add(i)
      layOut()
      const button = rows[line]?.querySelector<HTMLButtonElement>('button.origin')
      if (button === null || button === undefined) return
      if (chosen !== button) choose(button, line)
      focusOn(button)
      button.scrollIntoView({ block: 'center' })
    },
  }
}

const HEAD = () => element('thead', { class: 'unseen' }, element('tr', {}, element('th', { scope: 'col' }, 'Origin'), element('th', { scope: 'col' }, 'Line')))

/** Whether a line was removed without another in its place. */
function isGone(lines: readonly Line[], i: number): boolean {
  if (lines[i]?.replacedBy === undefined) return false
  const next = lines.slice(i).find(({ replacedBy }) => replacedBy === undefined)
  return next === undefined || next.origins.length < 2 || keyIn(next.text) !== keyIn(lines[i]?.text ?? '')
}

function keyIn(text: string): string {
  return /^[-\s]*([^:]*)/.exec(text)?.[1] ?? ''
}

function lineRow(line: Line, { i, isGone }: { readonly i: number; readonly isGone: boolean }): HTMLTableRowElement {
  const { origins, replacedBy, isChanged, text } = line
  const kind = origins.at(-1)?.writer.kind ?? ''
  const isDouble = replacedBy === undefined && origins.length > 1
  const button = element('button', { type: 'button', class: `origin ${kind}`, 'data-line': String(i), 'aria-expanded': 'false' }, ...margin(origins))
  const state = replacedBy !== undefined ? 'removed' : isChanged ? 'added' : ''
  const sign = replacedBy !== undefined ? '−' : isDouble ? '±' : isChanged ? '+' : ''
  const spoken = replacedBy !== undefined ? `removed by ${replacedBy.label}: ` : isDouble ? 'written by several: ' : isChanged ? 'added: ' : ''
  return element(
    'tr',
    { class: `${state} ${isDouble ? 'double' : ''} ${kind}` },
    element('td', { class: 'margin' }, button),
    element(
      'td',
      { class: 'text' },
      element('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
      spoken !== '' && element('span', { class: 'unseen' }, spoken),
      codeOf(text),
      isGone && element('span', { class: 'by' }, `removed by ${replacedBy?.label}`),
    ),
  )
}

function margin(origins: readonly Origin[]): HTMLElement[] {
  return origins.map(({ writer, line }, i) =>
    element(
      'span',
      { class: `writer ${writer.kind}` },
      i > 0 && element('span', { class: 'then' }, '→ '),
      element('span', { class: 'label' }, writer.label),
      line > 0 && element('span', { class: 'number' }, element('span', { class: 'unseen' }, ', line '), `:${line}`),
    ),
  )
}

/** The key in another colour than the value; a long line goes on behind its indentation. */
function codeOf(text: string): HTMLElement {
  const indent = text.length - text.trimStart().length
  const code = element('code', {}, ...coloured(text.trimStart()))
  code.style.setProperty('--indent', `${indent}ch`)
  return code
}

function coloured(text: string): (HTMLElement | string)[] {
  const [, indent = '', key = '', rest = ''] = /^([\s-]*)([^\s:"'][^:]*:|"[^"]*":)(| .*)$/.exec(text) ?? []
  return key === '' ? [text] : [indent, element('span', { class: 'key' }, key), rest]
}

function sameOrigin(a: Line, b: Line): boolean {
  const [x, y] = [a.origins.at(-1)?.writer, b.origins.at(-1)?.writer]
  return x === y && a.origins.length === 1 && b.origins.length === 1 && (a.replacedBy === undefined) === (b.replacedBy === undefined)
}

/** Changed lines, their parents, and one line before and after. */
function keptLines(lines: readonly Line[], around: (i: number) => readonly number[]): ReadonlySet<number> {
  const kept = new Set<number>()
  lines.forEach(({ isChanged }, i) => {
    if (!isChanged) return
    for (const line of [...around(i), i - 1, i, i + 1]) if (line >= 0 && line < lines.length) kept.add(line)
  })
  return kept
}

interface Folds {
  readonly kept: ReadonlySet<number>
  readonly unfolded: ReadonlySet<number>
  readonly count: number
}

/** The end of the run of lines that are folded from `start`; `start` where the run is too short. */
function foldEnd(start: number, { kept, unfolded, count }: Folds): number {
  const isFolded = (i: number) => i >= 0 && i < count && !kept.has(i) && !unfolded.has(i)
  let [first, end] = [start, start]
  while (isFolded(end)) end++
  // The run may have begun before: it was then too short as a whole.
  while (isFolded(first - 1)) first--
  return end - first < SHORTEST_FOLD ? start : end
}

function keyStops(body: HTMLElement): HTMLButtonElement[] {
  return [...body.querySelectorAll<HTMLButtonElement>('button')]
}
