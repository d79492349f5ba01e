// Prints values as people write YAML: every style of scalars and collections, comments and blanks on any line, anchors and aliases for what is shared.

import { chance, pick, type Random } from './random.ts'

export type Tree = Scalar | MapTree | ListTree

/** Null where it has no text. */
export interface Scalar {
  readonly scalar: string | number | boolean | null
}

export interface MapTree {
  readonly entries: readonly (readonly [key: string, value: Tree])[]
  /** Maps whose entries are merged into it with `<<`. */
  readonly merges?: readonly MapTree[]
}

export interface ListTree {
  readonly items: readonly Tree[]
}

/** How much of each habit a file has, in percent. */
export interface Habits {
  readonly step: number
  readonly listIndent: number
  readonly comments: number
  readonly blankLines: number
  readonly trailing: number
  readonly flow: number
  readonly odd: number
  readonly anchors: boolean
}

export function randomHabits(next: Random): Habits {
  return {
    step: pick(next, [2, 2, 2, 4, 3]),
    listIndent: pick(next, [0, 0, 2]),
    comments: pick(next, [0, 10, 30]),
    blankLines: pick(next, [0, 0, 10]),
    trailing: pick(next, [0, 0, 5, 30]),
    flow: pick(next, [0, 5, 15, 40]),
    odd: pick(next, [0, 5, 20]),
    anchors: chance(next, 60),
  }
}

/** A line that another one may be put before or behind; false inside of a scalar of several lines. */
export interface Line {
  readonly text: string
  readonly isFree: boolean
  /** A line of a block scalar: a blank at its end is part of the value. */
  readonly isBlock?: boolean
}

const line = (text: string, isFree = true): Line => ({ text, isFree })
const indented = (lines: readonly Line[], columns: number): Line[] =>
  lines.map(({ text, ...rest }) => ({ text: text === '' ? '' : ' '.repeat(columns) + text, ...rest }))

/** Whether YAML 1.1 reads the text as another type than a string, or not at all, when nothing is around it. */
const NEEDS_QUOTES =
  /^$|^[\s\-?:,[\]{}#&*!|>'"%@`=<]|[:#]\s|\s#|:$|\s$|^(?:y|n|yes|no|on|off|true|false|null|~|\.nan|[-+]?\.inf)$|^[-+.]?[\d.][\d_.:eExXobA-Fa-f+-]*$/i

export class YamlPrinter {
  private readonly next: Random
  private readonly habits: Habits
  private readonly uses = new Map<Tree, number>()
  private readonly names = new Map<Tree, string>()
  private notes = 0

  constructor(next: Random, habits: Habits) {
    this.next = next
    this.habits = habits
  }

  /** The lines of one document, without its marker. */
  document(tree: Tree): Line[] {
    this.uses.clear()
    this.names.clear()
    this.count(tree)
    return this.finished([...this.above(), ...this.block(tree, false)])
  }

  /** A comment of its own, so that it can be looked for. */
  note(): string {
    this.notes++
    return `# note ${this.next(1_000_000)}.${this.notes}`
  }

  private count(tree: Tree): void {
    const uses = (this.uses.get(tree) ?? 0) + 1
    this.uses.set(tree, uses)
    if (uses > 1) return
    if ('items' in tree) for (const item of tree.items) this.count(item)
    if (!('entries' in tree)) return
    for (const merge of tree.merges ?? []) this.count(merge)
    for (const [, value] of tree.entries) this.count(value)
  }

  private is(percent: number): boolean {
    return chance(this.next, percent)
  }

  private finished(lines: readonly Line[]): Line[] {
    const isTrailed = ({ isBlock = false }: Line) => !isBlock && this.is(this.habits.trailing)
    return lines.map(each => (isTrailed(each) ? { ...each, text: each.text + this.blank() } : each))
  }

  private blank(): string {
    return this.is(3) ? '\t' : pick(this.next, [' ', '  '])
  }

  private above(): Line[] {
    const lines: Line[] = []
    if (this.is(this.habits.blankLines)) lines.push(line(''))
    if (this.is(this.habits.comments)) lines.push(line(pick(this.next, ['', '', '  ']) + this.note()))
    return lines
  }

  private behind(): string {
    return this.is(this.habits.comments / 2) ? pick(this.next, [' ', '   ', '\t']) + this.note() : ''
  }

  /** `&name ` where the node is used again, or `*name` where it was printed before. */
  private reference(tree: Tree): { readonly anchor: string; readonly alias?: string } {
    if (!this.habits.anchors || (this.uses.get(tree) ?? 0) < 2) return { anchor: '' }
    const known = this.names.get(tree)
    if (known !== undefined) return { anchor: '', alias: `*${known}` }
    const name = `a${this.names.size}`
    this.names.set(tree, name)
    return { anchor: `&${name} ` }
  }

  /** A node below its key or dash: lines without indentation. */
  private block(tree: Tree, isInItem: boolean): Line[] {
    if ('items' in tree) return tree.items.length === 0 ? [line('[]')] : tree.items.flatMap((item, i) => this.item(item, isInItem && i === 0))
    if (!('entries' in tree)) return [line(this.inline(tree, false))]
    const merges = this.merges(tree)
    if (tree.entries.length + merges.length === 0) return [line('{}')]
    return [
      ...merges.map(text => line(`<<: ${text}${this.behind()}`)),
      ...this.entriesOf(tree).flatMap(([key, value], i) => this.entry(key, value, isInItem && i === 0 && merges.length === 0)),
    ]
  }

  /** Those of the merged maps are written out where there are no anchors. */
  private entriesOf({ entries, merges = [] }: MapTree): readonly (readonly [string, Tree])[] {
    if (this.habits.anchors) return entries
    const own = new Set(entries.map(([key]) => key))
    return [...merges.flatMap(merge => this.entriesOf(merge)).filter(([key]) => !own.has(key)), ...entries]
  }

  private merges({ merges = [] }: MapTree): string[] {
    if (!this.habits.anchors || merges.length === 0) return []
    const texts = merges.flatMap(merge => this.reference(merge).alias ?? [])
    if (texts.length < merges.length) throw new Error('what is merged has to stand before')
    return texts.length > 1 ? [`[${texts.join(', ')}]`] : texts
  }

  private key(key: string): string {
    return this.is(this.habits.odd / 2) ? pick(this.next, [`"${key}"`, `'${key}'`]) : NEEDS_QUOTES.test(key) ? `"${key}"` : key
  }

  private entry(key: string, tree: Tree, isFirst: boolean): Line[] {
    const above = isFirst ? [] : this.above()
    const name = this.key(key)
    const isOdd = this.is(this.habits.odd / 3)
    const { anchor, alias } = this.reference(tree)
    if (alias !== undefined) return [...above, line(`${name}${isOdd ? ' ' : ''}: ${alias}${this.behind()}`)]
    const columns = 'items' in tree ? this.habits.listIndent : this.habits.step
    const isBlock = isFilled(tree) && !this.is(this.habits.flow)
    if (isOdd && isBlock) {
      // An explicit key.
      const value = this.block(tree, true)
      const isDirect = anchor === '' && value[0]?.isFree === true && /^[\w"'-]/.test(value[0].text)
      const lines = isDirect ? hanging(': ', value) : [line(`:${anchor === '' ? '' : ` ${anchor.trim()}`}`), ...indented(value, 2)]
      return [...above, line(`? ${name}${this.behind()}`), ...lines]
    }
    if (isBlock) return [...above, line(`${name}:${anchor === '' ? '' : ` ${anchor.trim()}`}${this.behind()}`), ...indented(this.block(tree, false), columns)]
    if (isOdd && isNull(tree) && anchor === '') return [...above, line(`? ${name}${this.behind()}`)]
    return [...above, ...hanging(`${name}: ${anchor}`, this.value(tree), this.habits.step)]
  }

  private item(tree: Tree, isFirst: boolean): Line[] {
    const above = isFirst ? [] : this.above()
    const { anchor, alias } = this.reference(tree)
    if (alias !== undefined) return [...above, line(`- ${alias}${this.behind()}`)]
    if (!isFilled(tree) || this.is(this.habits.flow)) return [...above, ...hanging(`- ${anchor}`, this.value(tree))]
    const lines = this.block(tree, anchor === '')
    const width = this.is(this.habits.odd / 2) ? 4 : 2
    if (anchor === '' && lines[0]?.isFree === true && /^[\w"'-]/.test(lines[0].text)) return [...above, ...hanging('-'.padEnd(width), lines)]
    return [...above, line(`- ${anchor}`.trimEnd() + this.behind()), ...indented(lines, width)]
  }

  /** A scalar or a flow collection behind a colon or dash; further lines relative to the key or dash. */
  private value(tree: Tree): Line[] {
    if ('scalar' in tree) {
      const text = typeof tree.scalar === 'string' ? tree.scalar : undefined
      if (text !== undefined && text.length > 3 && this.is(this.habits.odd)) return this.longScalar(text)
      const inline = this.inline(tree, false)
      return [line(`${inline}${this.behind()}`)]
    }
    if (isFilled(tree) && this.is(50)) return this.longFlow(tree)
    return [line(this.inline(tree, false) + this.behind())]
  }

  private longScalar(text: string): Line[] {
    const space = text.indexOf(' ')
    const words = space > 0 && !NEEDS_QUOTES.test(text) ? [text.slice(0, space), text.slice(space + 1)] : undefined
    const blocks = [`|-`, `>-`, `|-${this.is(50) ? ' ' : ''}${this.is(50) ? ` ${this.note()}` : ''}`]
    if (text.includes('\n') || words === undefined || this.is(50)) {
      const header = text.includes('\n') ? '|-' : pick(this.next, blocks as [string, ...string[]])
      return [line(header, false), ...text.split('\n').map(part => ({ text: part, isFree: false, isBlock: true }))]
    }
    const [first = '', rest = ''] = words
    return this.is(50) && !/^[#\-?:]/.test(rest) ? [line(first, false), line(rest, false)] : [line(`"${first}`, false), line(`${rest}"`, false)]
  }

  private inline(tree: Tree, isInFlow: boolean): string {
    if ('scalar' in tree) return this.scalar(tree.scalar, isInFlow)
    const pad = this.is(30) ? ' ' : ''
    const inner = this.flowParts(tree).join(pick(this.next, [', ', ', ', ', ', ',', ' , ']))
    if ('items' in tree) return inner === '' ? pick(this.next, ['[]', '[ ]']) : `[${pad}${inner}${pad}]`
    return inner === '' ? pick(this.next, ['{}', '{ }']) : `{${pad}${inner}${pad}}`
  }

  private scalar(value: Scalar['scalar'], isInFlow: boolean): string {
    if (value === null) return pick(this.next, isInFlow ? ['null', '~'] : ['', '', 'null', '~'])
    if (typeof value !== 'string') return String(value)
    if (value.includes('\n')) return JSON.stringify(value)
    const mayBePlain = !NEEDS_QUOTES.test(value) && !(isInFlow && /[[\]{},]|^[:?-]/.test(value))
    if (mayBePlain && !this.is(this.habits.odd)) return value
    if (mayBePlain && this.is(15)) return `!!str ${value}`
    return this.is(50) ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value)
  }

  private flowParts(tree: MapTree | ListTree): string[] {
    if ('items' in tree) return tree.items.map(item => this.flowChild(item))
    return [
      ...this.merges(tree).map(text => `<<: ${text}`),
      ...this.entriesOf(tree).map(([key, value]) => {
        // A key without a colon.
        if (isNull(value) && this.is(60)) return key
        return `${this.key(key)}: ${this.flowChild(value)}`
      }),
    ]
  }

  private flowChild(tree: Tree): string {
    const { anchor, alias } = this.reference(tree)
    // An alias takes a colon or a comma behind it for a part of its name.
    return alias === undefined ? `${anchor}${this.inline(tree, true)}` : `${alias} `
  }

  private longFlow(tree: MapTree | ListTree): Line[] {
    const parts = this.flowParts(tree)
    const [open, close] = 'items' in tree ? ['[', ']'] : ['{', '}']
    const last = this.is(30) ? ',' : ''
    const lines = parts.map((part, i) => `  ${part}${i < parts.length - 1 ? ',' : last}${this.behind()}`)
    if (this.is(30)) return [line(open + (lines[0] ?? '').trim(), false), ...[...lines.slice(1), ` ${close}`].map(text => line(text, false))]
    return [line(open + this.behind(), false), ...[...lines, ` ${close}`].map(text => line(text, false))]
  }
}

function isFilled(tree: Tree): tree is MapTree | ListTree {
  if ('items' in tree) return tree.items.length > 0
  return 'entries' in tree && tree.entries.length + (tree.merges ?? []).length > 0
}

function isNull(tree: Tree): boolean {
  return 'scalar' in tree && tree.scalar === null
}

/** The first line behind `head`, the others below it. */
function hanging(head: string, [first, ...rest]: readonly Line[], columns = head.length): Line[] {
  return first === undefined ? [] : [line((head + first.text).replace(/: $/, ':').replace(/^- $/, '-'), first.isFree), ...indented(rest, columns)]
}
