// The lines of one pod: a table of origin and line, folded to what changed. One key stop; arrow keys move between lines.

import { RIVALS } from '../pod-data.ts'
import { element } from './dom.ts'
import { foldEnd, keptLines } from './folds.ts'
import type { Line } from './line-table.ts'
import { outlineOf } from './outline.ts'
import { continues, margin, sourceLineOf, sourceLineText } from './pod-margin.ts'
import type { Model, Pod } from './pod-model.ts'
import { panelContent, showMarked, spoken } from './source-panel.ts'
import { count } from './words.ts'

export interface PodLines {
  readonly view: HTMLElement
  /** Unfolds everything, or folds to what changed. */
  readonly unfold: (all: boolean) => void
  /** Unfolds, selects and focuses a line, and scrolls the panel to one of its writers. */
  readonly show: (line: number, writer?: number) => void
  /** The line of the finished pod at a path; -1 where there is none. */
  readonly lineAt: (path: string) => number
  /** The writers of a line with several of them, as labels of buttons. */
  readonly writersOf: (line: number) => readonly string[]
  /** Closes the panel of a line. */
  readonly leave: () => void
  /** The path of the chosen line; '' for none. */
  readonly chosenPath: () => string
}

export interface PodLinesOptions {
  readonly source: Model['source']
  /** Called when another line is chosen, or none. */
  readonly onChoose: () => void
}

export function podLines(pod: Pod, { source, onChoose }: PodLinesOptions): PodLines {
  const lines = pod.lines()
  const name = `${pod.kind} ${pod.namespace}/${pod.name}`
  const outline = outlineOf(lines.map(({ text }) => text))
  const kept = keptLines(lines, outline.around)
  const rows = lines.map((line, i) => lineRow(line, { i, isGone: isGone(lines, i), source }))
  const body = element('tbody')
  const panel = element('aside', { class: 'panel', 'aria-label': `Where a line of ${name} comes from`, hidden: true })
  const status = element('p', { class: 'unseen', role: 'status' })
  const table = element('table', { class: 'pod' }, element('caption', { class: 'unseen' }, `Finished pod of ${name}`), HEAD(), body)
  const unfolded = new Set<number>()
  let chosen: HTMLButtonElement | undefined
  let chosenLine = -1

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
          row.classList.toggle('continues', previous !== undefined && continues(previous, line))
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
    const words = count(to - from, 'unchanged line')
    const button = element('button', { type: 'button', class: 'unfold', 'aria-label': `Show ${words}` }, words)
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
    chosenLine = -1
    onChoose()
  }
  const choose = (button: HTMLButtonElement, i: number) => {
    const line = lines[i]
    const isSame = chosen === button
    close()
    if (line === undefined || isSame) return
    chosen = button
    chosenLine = i
    button.setAttribute('aria-expanded', 'true')
    button.closest('tr')?.classList.add('chosen')
    const what = { line, path: outline.path(i), excerpt: pod.excerpt() }
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
    show: (line, writer) => {
      for (const i of [...outline.around(line), line]) unfolded.add(i)
      layOut()
      const button = rows[line]?.querySelector<HTMLButtonElement>('button.origin')
      if (button === null || button === undefined) return
      if (chosen !== button) choose(button, line)
      focusOn(button)
      // At once: what comes into sight on a slow way gets its size then, and moves the line away.
      const center = () => button.scrollIntoView({ block: 'center', behavior: 'instant' })
      center()
      requestAnimationFrame(center)
      if (writer === undefined) return
      const block = panel.querySelectorAll<HTMLElement>('.origin-block')[writer]
      block?.scrollIntoView({ block: 'nearest' })
      block?.querySelector<HTMLElement>('.source')?.focus({ preventScroll: true })
    },
    lineAt: path => lines.findIndex(({ replacedBy }, i) => replacedBy === undefined && outline.path(i) === path),
    writersOf: index => {
      const line = lines[index]
      if (line === undefined || line.origins.length < 2) return []
      return line.origins.map(({ writer }, i) => {
        const place = sourceLineOf(line, i, source)
        return `${writer.label}${place === undefined ? '' : ` (${sourceLineText(place)})`}`
      })
    },
    leave: () => {
      if (chosenLine >= 0) close()
    },
    chosenPath: () => (chosenLine < 0 ? '' : outline.path(chosenLine)),
  }
}

const HEAD = () => element('thead', { class: 'unseen' }, element('tr', {}, element('th', { scope: 'col' }, 'Origin'), element('th', { scope: 'col' }, 'Line')))

/** Whether a line was removed without another in its place. */
function isGone(lines: readonly Line[], i: number): boolean {
  if (lines[i]?.replacedBy === undefined || lines[i]?.origins[0]?.writer.kind === 'carried') return false
  const next = lines.slice(i).find(({ replacedBy }) => replacedBy === undefined)
  return next === undefined || next.origins.length < 2 || keyIn(next.text) !== keyIn(lines[i]?.text ?? '')
}

function keyIn(text: string): string {
  return /^[-\s]*([^:]*)/.exec(text)?.[1] ?? ''
}

interface RowOptions {
  readonly i: number
  readonly isGone: boolean
  readonly source: Model['source']
}

function lineRow(line: Line, { i, isGone, source }: RowOptions): HTMLTableRowElement {
  const { origins, replacedBy, isChanged, text } = line
  const kind = origins.at(-1)?.writer.kind ?? ''
  const isDouble = replacedBy === undefined && isChanged && origins.length > 1 && RIVALS.has(kind)
  const button = element('button', { type: 'button', class: `origin ${kind}`, 'data-line': String(i), 'aria-expanded': 'false' }, ...margin(line, source))
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

/** A line with the key in another colour than the value; a long line wraps behind its indentation. */
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

function keyStops(body: HTMLElement): HTMLButtonElement[] {
  return [...body.querySelectorAll<HTMLButtonElement>('button')]
}
