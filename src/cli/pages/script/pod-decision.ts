// The decision about a workload: a sentence, the reasons, and the steps with folded checks.

import type { PodState } from '../pod-data.ts'
import { element } from './dom.ts'
import type { Pod } from './pod-model.ts'
import { count, upperFirst, withCode } from './words.ts'

/** The reason why a workload is not injected, in one sentence. */
export function reasonLine(pod: Pod): string {
  return readTrace(pod.trace()).reasons[0] ?? ''
}

export function decisionPart(pod: Pod): HTMLElement {
  const { reasons, steps, flips } = readTrace(pod.trace())
  const parts = [
    element('p', {}, element('strong', {}, sentence(pod))),
    reasons.length > 0 &&
      element(
        'ul',
        { class: 'reasons' },
        reasons.map(reason => element('li', {}, withCode(reason))),
      ),
    steps.length > 0 && element('details', { class: 'trace' }, element('summary', {}, 'How this was decided'), stepList(steps), flipList(flips)),
  ]
  return element('div', { class: 'decision' }, parts)
}

/** The decision in one sentence, with the words of the badges. */
function sentence({ state, by, policies }: Pod): string {
  const parts: Readonly<Record<PodState, string>> = {
    injected: `Injected by ${by}.`,
    outdated: by === '' ? 'Outdated: nothing injects it any more.' : `Outdated: to be injected again by ${by}.`,
    missing: by === '' ? '' : `Not injected yet: to be injected by ${by}.`,
    error: by === '' ? 'Not injected because of the errors.' : `To be injected by ${by}, which the errors prevent.`,
    changed: '',
    unchanged: 'Not injected.',
  }
  const text = policies === '' ? '' : `Changed by ${policies.includes(', ') ? 'policies' : 'policy'} ${policies}.`
  return [parts[state], text].filter(part => part !== '').join(' ')
}

interface Step {
  /** ✔, ✘, ?, ! or nothing. */
  readonly mark: string
  readonly text: string
  readonly checks: { readonly mark: string; readonly text: string }[]
}

interface Trace {
  readonly reasons: readonly string[]
  readonly steps: readonly Step[]
  readonly flips: readonly string[]
}

/** Parses a trace of `explain --trace`: a step is indented by two spaces, its checks by more. */
function readTrace(lines: readonly string[]): Trace {
  const reasons = new Map<string, string>()
  const steps: Step[] = []
  const flips: string[] = []
  for (const line of lines) {
    const [, indent = '', mark = '', text = ''] = /^( *)([✔✘?!] |- )?(.*)$/.exec(line) ?? []
    const because = /^because: (.*)$/.exec(text)?.[1]
    if (because !== undefined) reasons.set(because.replace(/ \([^()]*:\d+\)$| \(line \d+\)$/, ''), because)
    else if (mark === '- ') flips.push(text)
    else if (indent.length > 2) steps.at(-1)?.checks.push({ mark: mark.trim(), text })
    else if (text !== 'to flip the decision:') steps.push({ mark: mark.trim(), text, checks: [] })
  }
  return { reasons: short([...reasons.values()], steps), steps, flips }
}

/** The reasons without repetitions of the sentence and the steps; webhooks that do not match are one reason. */
function short(reasons: readonly string[], steps: readonly Step[]): string[] {
  const others = reasons.filter(reason => !/^(?:No matching |The injection policy is enabled|The default templates are rendered)/.test(reason)).map(upperFirst)
  const missed = steps.filter(isMissed)
  if (others.length > 0 || missed.length === 0) return others
  return [`No label of the pod or its namespace is one that ${missed.length === 1 ? 'the webhook asks' : `the ${missed.length} webhooks ask`} for`]
}

function isMissed({ mark, text }: Step): boolean {
  return mark === '✘' && text.startsWith('webhook ')
}

function stepList(steps: readonly Step[]): HTMLElement {
  const missed = steps.filter(isMissed)
  const rest =
    missed.length > 0 &&
    element(
      'li',
      {},
      element(
        'details',
        {},
        element('summary', {}, `${count(missed.length, 'webhook')} ${missed.length === 1 ? 'does' : 'do'} not match`),
        element('ul', { class: 'checks' }, missed.map(stepItem)),
      ),
    )
  return element('ol', { class: 'steps' }, ...steps.filter(step => !isMissed(step)).map(stepItem), rest)
}

function stepItem({ mark, text, checks }: Step): HTMLElement {
  return element(
    'li',
    {},
    marked(mark),
    ...withCode(upperFirst(text)),
    checks.length > 0 &&
      element(
        'details',
        {},
        element('summary', {}, count(checks.length, 'check')),
        element(
          'ul',
          { class: 'checks' },
          checks.map(check => element('li', {}, marked(check.mark), ...withCode(check.text))),
        ),
      ),
  )
}

const WORDS: Readonly<Record<string, readonly [tone: string, word: string]>> = {
  '✔': ['good', 'yes: '],
  '✘': ['quiet', 'no: '],
  '!': ['error', 'error: '],
  '?': ['warning', 'not known: '],
}

function marked(mark: string): HTMLElement | undefined {
  const [tone = '', word = ''] = Object.hasOwn(WORDS, mark) ? (WORDS[mark] ?? []) : []
  if (word === '') return undefined
  return element('span', {}, element('span', { class: `mark ${tone}`, 'aria-hidden': 'true' }, mark), element('span', { class: 'unseen' }, word))
}

function flipList(flips: readonly string[]): HTMLElement | undefined {
  if (flips.length === 0) return undefined
  const items = flips.map(flip => element('li', {}, withCode(upperFirst(flip))))
  return element('div', { class: 'flips' }, element('p', {}, 'To change the decision:'), element('ul', {}, items))
}
