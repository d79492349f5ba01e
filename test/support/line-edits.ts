// Edits that people make in their own lines of a manifest; each can be made in the file as it was and in the file with an injection in it.

import { chance, pick, type Random } from './random.ts'
import type { Line } from './yaml-printer.ts'

/** What becomes of one line: the lines in its place. */
interface LineEdit {
  readonly line: string
  readonly isFree: boolean
  readonly inPlace: readonly string[]
}

/** The next edit of one of the lines that stand once in both texts; undefined where there is none. */
export function lineEdit(next: Random, lines: readonly Line[], injected: readonly string[]): LineEdit | undefined {
  const counts = new Map<string, number>()
  for (const { text } of lines) counts.set(text, (counts.get(text) ?? 0) + 1)
  const there = new Map<string, number>()
  for (const text of injected) there.set(text, (there.get(text) ?? 0) + 1)
  const isSame = (text: string, i: number) => {
    // Injection rewrites probes, and its own say the same.
    if (/^ *\S*(?:path|port|httpGet|Probe|periodSeconds)\b/.test(text)) return false
    // A line of the injection may say what one of the file said before.
    const at = injected.indexOf(text)
    return lines[i - 1]?.text === injected[at - 1] || lines[i + 1]?.text === injected[at + 1]
  }
  const own = lines.filter(({ text, isFree }, i) => isFree && counts.get(text) === 1 && there.get(text) === 1 && isSame(text, i))
  for (let tries = 8; tries > 0 && own.length > 0; tries--) {
    const line = own[next(own.length)]?.text ?? ''
    const inPlace = pick(next, EDITS)(line, next)
    if (inPlace !== undefined) return { line, isFree: true, inPlace }
  }
  return undefined
}

/** An edit inside of what was injected. */
interface InsideEdit {
  readonly lines: readonly string[]
  /** By which the edit is known again. */
  readonly note: string
  /** Whether it changes a value. */
  readonly isValue: boolean
}

/** A comment in, above or behind a line of the injection, or a value of it that is changed. */
export function editInside(next: Random, lines: readonly Line[], injected: readonly string[]): InsideEdit | undefined {
  const own = new Set(lines.map(({ text }) => text))
  const there = injected.flatMap((line, i) => (own.has(line) || line.trim() === '' || /# (?:inside|injected)/.test(line) ? [] : [i]))
  const index = there[next(there.length)]
  const line = index === undefined ? undefined : injected[index]
  if (index === undefined || line === undefined) return undefined
  const number = next(1_000_000)
  const put = (inPlace: readonly string[], note: string, isValue = false): InsideEdit => ({
    lines: [...injected.slice(0, index), ...inPlace, ...injected.slice(index + 1)],
    note,
    isValue,
  })
  if (/^ *(?:cpu|memory|image|mountPath): [\w./:-]+$/.test(line) && chance(next, 60)) return put([`${line}0${number}`], `0${number}`, true)
  const note = `# inside ${number}`
  const indent = indentOf(line).length
  const above = ' '.repeat(pick(next, [indent, indent, indent + 2, 0, Math.max(0, indent - 2)])) + note
  return pick(next, [put([above, line], note), put([`${line} ${note}`], note), put([line, above], note)])
}

/** The lines after the edit. */
export function editLines(lines: readonly Line[], { line, isFree, inPlace }: LineEdit): Line[] {
  return lines.flatMap(each => (each.text === line ? inPlace.map(text => ({ text, isFree })) : [each]))
}

type Edit = (line: string, next: Random) => readonly string[] | undefined

const MARKER = /^(?:\uFEFF|---|\.\.\.|%)/
const indentOf = (line: string) => /^ */.exec(line)?.[0] ?? ''
const note = (next: Random) => `# mine ${next(1_000_000)}`

/** Lines of a container that comes before another one. */
function containerBefore(line: string, next: Random): readonly string[] | undefined {
  const dash = /^( *- +)name: app$/.exec(line)?.[1]
  if (dash === undefined) return undefined
  const column = ' '.repeat(dash.length)
  return [`${dash}name: first-${next(1000)}`, `${column}image: registry.example.com:5000/first:1`, line]
}

const EDITS: [Edit, ...Edit[]] = [
  (line, next) => (MARKER.test(line) ? undefined : [indentOf(line) + note(next), line]),
  (line, next) => (MARKER.test(line) ? undefined : [`  ${note(next)}`, '', line]),
  (line, next) => (line.trim() === '' || line.includes('#') || MARKER.test(line) ? undefined : [`${line} ${note(next)}`]),
  line => (MARKER.test(line) || /\s$/.test(line) || line === '' ? undefined : [`${line} `]),
  (line, next) => (/^ *(?:- )?image: registry\S*:\d+$/.test(line) ? [line.replace(/\d+$/, String(100 + next(900)))] : undefined),
  (line, next) => (/^ *replicas: \d+$/.test(line) ? [line.replace(/\d+$/, String(4 + next(90)))] : undefined),
  containerBefore,
  (line, next) => (/^ +app: web$/.test(line) ? [line, `${indentOf(line)}team: t${next(100)}`] : undefined),
  (line, next) => (/^ +namespace: shop$/.test(line) ? [line, `${indentOf(line)}generation: ${next(100)}`] : undefined),
  (line, next) => (/^ *#/.test(line) || line.trim() === '' ? (chance(next, 50) ? [] : [line, indentOf(line) + note(next)]) : undefined),
]
