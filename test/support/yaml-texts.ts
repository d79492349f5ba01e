// Random YAML texts, right and wrong ones: written from a grammar in all styles, thrown together from tokens, and manifests with changes in them.

import { chance, pick, type Random } from './random.ts'
import { randomManifest } from './random-manifest.ts'

const WORDS = ['a', 'b', 'key', 'x-1', 'a b', 'http://x:80/y', 'é', '😀', 'yes', 'No', '~', 'null', '1', '0777', '-0x1F', '1_000', '.5', '1e3', '.inf', '1:30', '2001-01-01', '<<', '=', '-', '?', ':', '- a', 'a:b', 'a#b', 'a #b', "it's", 'say "x"', '9007199254740993', '-.nan', '08', '0b11', '0o17', '0b-1', '18446744073709551616', '!x', '&x', '*x', '%x', '@x', '`x`', '{x', 'x]', ','] as const // biome-ignore format: a list
const KEYS = ['a', 'b', 'c', 'key', 'k k', '"q"', "'s'", '1', 'yes', '~', '0x10', '1.5', '<<', '? a', '? ', '&k a', '!!str 1', '*x', '"a\\tb"', '[a]', '{a: b}', 'a#', '-a', '?a', ':a'] as const // biome-ignore format: a list
const BITS = ['\n', '\n', '\n  ', '\n    ', '\n - ', '\n- ', '\n\n', '\n \n', '- ', ': ', ':', ' ', '  ', '#', ' #', ' # c\n', '"', "'", '""', '{', '}', '[', ']', ',', ', ', '&a ', '&b\n', '*a', '*a ', '|', '>', '|\n', '>-\n', '|+\n ', '|2\n', '>1-\n', '\t', ' \t', '\n\t', '\r', '\r\n', '\x85', '\u2028', '\u2029', '---', '---\n', '--- ', '...\n', '\n---\n', '\n...\n', '<<: ', '<<: *a', '!!str ', '!!int ', '!!binary ', '!x ', '!', '! ', '!<tag:yaml.org,2002:str> ', '? ', '?', 'a', 'b', 'a: ', 'b: ', 'a:', '"a": ', '1', 'yes', '~', '\uFEFF', '\u0001', '%', '%YAML 1.1\n', '%TAG ! !x\n', '@', '`', '\\', '\\n', '\\\n', '\\x41', '\\u00e9', '\\/', "''", 'é', '😀', '- - ', '- a\n', 'a: 1\n', '[a, b]', '{a: 1}', '{"a":1}', 'x'.repeat(40)] as const // biome-ignore format: a list

/** A text that some YAML reader may read or refuse. */
export function yamlText(next: Random): string {
  const kind = next(10)
  const text = kind < 3 ? soup(next) : changed(next, kind < 7 ? new Writer(next).document() : manifest(next))
  return text.toWellFormed()
}

function manifest(next: Random): string {
  const { text } = randomManifest(next)
  if (text.length < 600 || chance(next, 20)) return text
  // Most of a long text has nothing to do with the change in it.
  const from = next(text.length - 500)
  const start = text.indexOf('\n', from) + 1
  return text.slice(start, start + 100 + next(400))
}

function soup(next: Random): string {
  let text = ''
  for (let i = 1 + next(14); i > 0; i--) text += pick(next, BITS)
  return text
}

function changed(next: Random, text: string): string {
  let result = text
  for (let changes = next(4); changes > 0; changes--) {
    const at = next(result.length + 1)
    const removed = chance(next, 50) ? 0 : next(4)
    result = result.slice(0, at) + (chance(next, 80) ? pick(next, BITS) : '') + result.slice(at + removed)
  }
  return result
}

/** Writes random values in random styles; most of them are right. */
class Writer {
  private readonly next: Random
  private readonly eol: string
  private anchors = 0

  constructor(next: Random) {
    this.next = next
    this.eol = pick(next, ['\n', '\n', '\n', '\n', '\n', '\r\n', '\r', '\x85', '\u2028'])
  }

  document(): string {
    const { next } = this
    const head = chance(next, 15)
      ? pick(next, ['---\n', '--- ', '--- # c\n', '%YAML 1.1\n---\n', '%TAG !e! tag:yaml.org,2002:\n---\n', '\uFEFF', '# c\n\n'])
      : ''
    const tail = chance(next, 15) ? pick(next, ['\n...\n', '\n---\nb: 1\n', '\n--- x', '\n# c', '\n\n', '\n...', 'x']) : ''
    return (head + this.block(-1, 0).replace(/^[ \n]/, '') + tail).replaceAll('\n', this.eol)
  }

  /** A value behind a colon or dash at column `column`, with the space or line end before it. */
  private block(column: number, depth: number): string {
    const { next } = this
    const kind = depth > 3 ? 5 + next(6) : next(11)
    const properties = this.properties()
    if (kind < 3) return properties + this.comment() + this.map(column + 1 + next(3), depth)
    if (kind < 5) return properties + this.comment() + this.list(column < 0 || chance(next, 50) ? column + 1 + next(3) : column, depth)
    if (kind < 7) return properties + this.blockScalar(column)
    return `${properties} ${this.inline(column, depth, false)}${this.comment()}`
  }

  private properties(): string {
    const { next } = this
    if (!chance(next, 8)) return ''
    const anchor = () => ` &${pick(next, ['x', 'y', `z${this.anchors++}`])}`
    return pick(next, [anchor(), ' !!str', ' !x', `${anchor()} !!map`, ` !!str${anchor()}`, '\n !!str', ' !<tag:yaml.org,2002:int>', ' !e!str'])
  }

  private comment(): string {
    const { next } = this
    if (!chance(next, 15)) return ''
    return pick(next, [' # c', '  #', ' \t# c', '\n# c', '\n  # c', '\n\n', ' ', '  \t', '\n \n', '\n\t'])
  }

  private map(column: number, depth: number): string {
    const { next } = this
    let text = ''
    for (let i = 1 + next(3); i > 0; i--) {
      const key = chance(next, 75) ? `${pick(next, ['a', 'b', 'c', 'name'])}${next(20)}` : pick(next, KEYS)
      const colon = chance(next, 95) ? ':' : pick(next, [' :', '  :', '\t:', '\n:', ''])
      text += `\n${' '.repeat(this.off(column))}${key}${colon}${chance(next, 10) ? '' : this.block(column, depth + 1)}`
    }
    return text
  }

  private list(column: number, depth: number): string {
    const { next } = this
    let text = ''
    for (let i = 1 + next(3); i > 0; i--) {
      const pad = `\n${' '.repeat(this.off(column))}-`
      const compact = next(4)
      if (compact === 0) text += `${pad} ${this.map(column + 2, depth + 1).trimStart()}`
      else if (compact === 1) text += `${pad}   ${this.list(column + 4, depth + 1).trimStart()}`
      else text += `${pad}${chance(next, 10) ? '' : this.block(column, depth + 1)}`
    }
    return text
  }

  /** Now and then a line is indented by more or less than the others. */
  private off(column: number): number {
    return chance(this.next, 2) ? Math.max(0, column + this.next(3) - 1) : column
  }

  private blockScalar(column: number): string {
    const { next } = this
    const header = `${pick(next, ['|', '>'])}${pick(next, ['', '', '-', '+', '2', '1-', '+3'])}${this.comment()}`
    const indent = Math.max(1, column + 1 + next(3))
    let text = ` ${header}`
    for (let i = next(6); i > 0; i--) {
      const pad = ' '.repeat(Math.max(0, indent + (chance(next, 15) ? next(5) - 2 : 0)))
      text += `\n${pad}${pick(next, ['x', 'y z', '', '', '# c', '- q', '\tw', 'x  ', 'k: v', ' x', '\t', 'é'])}`
    }
    return text + pick(next, ['', '', '\n', '\n\n', '\n  '])
  }

  private inline(column: number, depth: number, flow: boolean): string {
    const { next } = this
    const kind = next(10)
    if (kind < 2 && depth < 5) return this.flow(column, depth)
    if (kind < 4) return this.quoted('"')
    if (kind < 6) return this.quoted("'")
    if (kind < 7 && chance(next, 30)) return pick(next, ['*x', '*y', '*z0'])
    if (kind < 8 && chance(next, 25)) return `${pick(next, WORDS)}${this.lineEnd(column)}${pick(next, WORDS)}`
    return flow && chance(next, 80) ? pick(next, ['a', 'b', '1', 'yes', 'a b', 'x:y', '']) : pick(next, WORDS)
  }

  private lineEnd(column: number): string {
    const { next } = this
    const pad = ' '.repeat(Math.max(0, column + next(4)))
    return `${pick(next, ['', ' ', '\t', '  '])}\n${pick(next, ['', '', '\n', ' \n', '\t\n'])}${pad}${pick(next, ['', '', '', '\t', ' '])}`
  }

  private quoted(quote: string): string {
    const { next } = this
    let text = quote
    for (let i = next(4); i > 0; i--) {
      text += pick(next, [
        'a',
        'b c',
        ' ',
        '#',
        ': ',
        '- ',
        '\\n',
        '\\"',
        '\\\\',
        "''",
        'é',
        '😀',
        '\t',
        '---',
        '{',
        '\\x41',
        '\\u00e9',
        '\\N',
        '\\\n',
        '\\ ',
        '\x85',
        '\u2028',
        'a\u2029b',
        '\\U0001f600',
      ])
      if (chance(next, 25)) text += this.lineEnd(next(4) - 1)
    }
    return text + quote
  }

  private flow(column: number, depth: number): string {
    const { next } = this
    const isMap = chance(next, 50)
    const parts = Array.from({ length: next(4) }, () => {
      const value = this.inline(column, depth + 1, true)
      const key = chance(next, 85) ? `${pick(next, ['a', 'b', '"c"', "'d'"])}${pick(next, [': ', ':', ' : ', ': '])}` : `${pick(next, KEYS)}: `
      return (isMap ? chance(next, 90) : chance(next, 15)) ? key + value : value
    })
    const gap = () => (chance(next, 15) ? pick(next, ['\n', '\n  ', ' # c\n', '\t', '\n\n', '\n\t']) : chance(next, 50) ? ' ' : '')
    const inner = parts.map(part => `${gap()}${this.flowProperties()}${part}${gap()}`).join(',') + (chance(next, 10) ? ',' : '')
    return isMap ? `{${inner}${gap()}}` : `[${inner}${gap()}]`
  }

  private flowProperties(): string {
    return chance(this.next, 5) ? pick(this.next, ['&x ', '!!str ', '&y', '!x ', '&x !!str ', '? ']) : ''
  }
}
