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

/** The lines after the edit. */
export function editLines(lines: readonly Line[], { line, isFree, inPlace }: LineEdit): Line[] {
  return lines.flatMap(each => (each.text === line ? inPlace.map(text => ({ text, isFree })) : [each]))
}

type Edit = (line: string, next: Random) => readonly string[] | undefined

const MARKER = /^(?:\uFEFF|---|\.\.\.|%)/
const indentOf = (line: string) => /^ */.exec(line)?.[0] ?? ''
const note = (next: Random) => `# mine ${next(1_000_000)}`

const EDITS: [Edit, ...Edit[]] = [
  (line, next) => (MARKER.test(line) ? undefined : [indentOf(line) + note(next), line]),
  (line, next) => (MARKER.test(line) ? undefined : [`  ${note(next)}`, '', line]),
  (line, next) => (line.trim() === '' || line.includes('#') || MARKER.test(line) ? undefined : [`${line} ${note(next)}`]),
  line => (MARKER.test(line) || /\s$/.test(line) || line === '' ? undefined : [`${line} `]),
  (line, next) => (/^ *(?:- )?image: registry\S*:\d+$/.test(line) ? [line.replace(/\d+$/, String(100 + next(900)))] : undefined),
  (line, next) => (/^ *replicas: \d+$/.test(line) ? [line.replace(/\d+$/, String(4 + next(90)))] : undefined),
  (line, next) => (/^ +app: web$/.test(line) ? [line, `${indentOf(line)}team: t${next(100)}`] : undefined),
  (line, next) => (/^ +namespace: shop$/.test(line) ? [line, `${indentOf(line)}generation: ${next(100)}`] : undefined),
  (line, next) => (/^ *#/.test(line) || line.trim() === '' ? (chance(next, 50) ? [] : [line, indentOf(line) + note(next)]) : undefined),
]
