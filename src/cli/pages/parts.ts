// The parts that pages have in common: header, counts, badges, filter fields, tables, folds and lines of a diff.

import { attribute, type Html, html, type Value } from './html.ts'
import { SIGNS, type Tone } from './tones.ts'

/** The sentence about colours: a state that is quiet or good may have findings that are errors. */
export const LEGEND = 'The colour of a state says what injection does with a workload; that of a finding, how severe it is.'

/**
 * The header of a page: its title and a description.
 * @param about one sentence, or several
 */
export function header(title: string, about: Value): Html {
  return html`<header class="page-head"><h1>${title}</h1><p class="about">${about}</p></header>`
}

/**
 * A badge with a sign, a colour and words.
 * @example badge('warning', 'outdated')
 */
export function badge(tone: Tone, text: string): Html {
  return html`<span class="badge ${tone}"><span aria-hidden="true">${SIGNS[tone]}</span> ${text}</span>`
}

export interface Count {
  readonly tone: Tone
  readonly count: number
  /** `workloads`, `injected` */
  readonly label: string
}

/** Numbers side by side; zeros are shown less prominently. */
export function counts(all: readonly Count[]): Html {
  return html`<ul class="counts">${all.map(each => html`<li class="${countClass(each)}">${countText(each)}</li>`)}</ul>`
}

/** The class of the element around `countText`. */
export function countClass({ tone, count }: Count): string {
  return `count ${count === 0 ? 'quiet' : tone}`
}

/** A number with its sign and label. */
export function countText({ tone, count, label }: Count): Html {
  const sign = count > 0 && tone !== 'quiet' && html`<span class="sign" aria-hidden="true">${SIGNS[tone]}</span> `
  return html`<span class="number">${sign}${count.toLocaleString('en')}</span> <span class="label">${label}</span>`
}

/** A field that the script filters by. */
export function filterField(id: string, label: string, hint: string): Html {
  return html`<div class="field grow"><label for="${id}">${label}</label><input type="search" id="${id}" placeholder="${hint}" autocomplete="off" spellcheck="false"></div>`
}

/** A choice of one of several values, or of all. */
export function choiceField(id: string, label: string, choices: readonly { readonly value: string; readonly label: string }[]): Html {
  return orderField(id, label, [{ value: '', label: 'all' }, ...choices])
}

/** A choice of an order; the first one is the default. */
export function orderField(id: string, label: string, orders: readonly { readonly value: string; readonly label: string }[]): Html {
  const options = orders.map(order => html`<option value="${order.value}">${order.label}</option>`)
  return html`<div class="field"><label for="${id}">${label}</label><select id="${id}">${options}</select></div>`
}

/** A table with a caption for screen readers and a sticky head. */
export function table(caption: string, columns: readonly string[], rows: readonly (readonly Value[])[]): Html {
  const head = columns.map(column => html`<th scope="col">${column}</th>`)
  const body = rows.map(cells => html`<tr>${cells.map((cell, i) => (i === 0 ? html`<th scope="row">${cell}</th>` : html`<td>${cell}</td>`))}</tr>`)
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption class="unseen">${caption}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`
}

/** A section that unfolds by its summary. */
export function fold(summary: Value, content: Value, { open = false }: { readonly open?: boolean } = {}): Html {
  return html`<details class="fold"${attribute('open', open)}><summary>${summary}</summary><div class="folded">${content}</div></details>`
}

export type DiffSign = '+' | '-' | ' '

const DIFF_WORDS: Readonly<Record<DiffSign, string>> = { '+': 'added: ', '-': 'removed: ', ' ': '' }

/** Lines of a diff. Screen readers hear what a sign means. */
export function diffLines(lines: readonly (readonly [sign: DiffSign, text: string])[]): Html {
  const one = ([sign, text]: readonly [DiffSign, string]) =>
    html`<div class="line ${DIFF_WORDS[sign].slice(0, -2)}"><span class="sign" aria-hidden="true">${sign}</span><span class="unseen">${DIFF_WORDS[sign]}</span><code>${text}</code></div>`
  return html`<div class="diff">${lines.map(one)}</div>`
}
