// Texts and values that are wrong somewhere: real ones, changed at random in their characters, their lines or their structure.

import fc from 'fast-check'
import { isObject, type Json, set } from '../../src/lib/model/index.ts'

/** What YAML, templates and JSON trip over. */
const TOKENS = [
  '\n',
  ' ',
  '  ',
  '\t',
  '\r',
  '\r\n',
  '\0',
  '\ufeff',
  '\u2028',
  '\u0085',
  '\ud800',
  'é',
  '😀',
  '-',
  '- ',
  '?',
  '? ',
  ':',
  ': ',
  ',',
  '[',
  ']',
  '{',
  '}',
  '#',
  ' #',
  '&a',
  '*a',
  '!',
  '!!str ',
  '!!binary ',
  '!!int ',
  '!<x> ',
  '|',
  '|-',
  '|+2',
  '>',
  '>-',
  "'",
  '"',
  '%',
  '@',
  '`',
  '---',
  '\n---\n',
  '\n...\n',
  '%YAML 1.2\n',
  '%TAG ! x\n',
  '<<: *a',
  '<<: ',
  '=',
  '~',
  'null',
  'true',
  'yes',
  '0',
  '-0',
  '0x1',
  '0o7',
  '1e999',
  '.inf',
  '.nan',
  '12:30',
  '2020-01-01',
  '99999999999999999999',
  '\\',
  '\\u',
  '\\ud83d',
  '\\x00',
  '{{',
  '}}',
  '{{ . }}',
  '{{ end }}',
  '{{ range . }}',
  '{{ if',
  '{{/*',
  '$x',
  '$',
  '__proto__',
  'constructor',
  'toString',
  '1Ei',
  '1s',
  '-1s',
  'kind: List',
  'items:',
  'metadata:',
  'null\n',
  '[]',
  '{}',
  '""',
  "''",
]

interface Change {
  readonly kind: 'insert' | 'delete' | 'repeat' | 'replace' | 'swap' | 'indent' | 'cut' | 'line'
  /** Parts of the text's length, in ten thousandths. */
  readonly at: number
  readonly to: number
  readonly token: string
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('insert', 'delete', 'repeat', 'replace', 'swap', 'indent', 'cut', 'line'),
  at: fc.nat(10_000),
  to: fc.nat(10_000),
  token: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...TOKENS) }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) }),
})

/** One of the texts, with up to six changes. */
export function mutatedText(texts: readonly string[]): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...texts), fc.array(change, { maxLength: 6, size: 'max' })).map(([text, changes]) => changes.reduce(changed, text))
}

/** Bits of YAML in a row. */
export const tokenSoup = fc
  .array(
    fc.oneof(
      fc.constantFrom(...TOKENS),
      fc.constantFrom('a', 'b: ', '  c: d\n', '- e\n', 'apiVersion: v1\n', 'kind: Pod\n', 'metadata:\n  name: x\n', 'spec:\n', '"a": 1', '\n  '),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 40, size: 'max' },
  )
  .map(parts => parts.join(''))

function changed(text: string, { kind, at, to, token }: Change): string {
  const start = Math.floor((Math.min(at, to) * text.length) / 10_000)
  // Most changes are small: a part of the text as long as a few lines.
  const end = Math.min(text.length, start + (Math.abs(to - at) % 200))
  const part = text.slice(start, end)
  switch (kind) {
    case 'insert':
      return text.slice(0, start) + token + text.slice(start)
    case 'delete':
      return text.slice(0, start) + text.slice(end)
    case 'repeat':
      return text.slice(0, end) + part + text.slice(end)
    case 'replace':
      return text.slice(0, start) + token + text.slice(end)
    case 'swap':
      return text.slice(0, start) + text.slice(end, end + part.length) + part + text.slice(end + part.length)
    case 'cut':
      return text.slice(0, Math.max(start, end))
    default:
      return changedLine(text, { kind, start, token })
  }
}

function changedLine(text: string, { kind, start, token }: { kind: 'indent' | 'line'; start: number; token: string }): string {
  const from = text.lastIndexOf('\n', start - 1) + 1
  const found = text.indexOf('\n', start)
  const to = found < 0 ? text.length : found
  const line = text.slice(from, to)
  const after = kind === 'indent' ? (token.length % 2 === 0 ? ` ${line}` : line.replace(/^ /, '')) : line.replace(/:.*$/, () => `: ${token}`)
  return text.slice(0, from) + after + text.slice(to)
}

/** Values in the place of others. */
const strange: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json[]>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e21,
    2 ** 53,
    '',
    ' ',
    'x',
    'true',
    '0',
    '1Ei',
    '-1s',
    'a\nb',
    '{}',
    '[',
    '{{ . }}',
    '\u0000',
    '😀',
    [],
    {},
    [null],
    [[]],
    [{}],
    { name: null },
    { name: 'web' },
    {
      __proto__: null,
    },
  ),
  fc.jsonValue({ maxDepth: 3 }).map(value => value as Json),
  fc.string({ maxLength: 8 }),
)

interface Graft {
  readonly kind: 'replace' | 'remove' | 'rename' | 'repeat' | 'add' | 'move'
  /** Which of the value's nodes, and which of its parts. */
  readonly node: number
  readonly child: number
  readonly value: Json
  readonly name: string
}

const graft: fc.Arbitrary<Graft> = fc.record({
  kind: fc.constantFrom('replace', 'replace', 'remove', 'rename', 'repeat', 'add', 'move'),
  node: fc.nat(10_000),
  child: fc.nat(10_000),
  value: strange,
  name: fc.constantFrom(
    'name',
    'kind',
    'metadata',
    'spec',
    'template',
    'containers',
    'image',
    'labels',
    'annotations',
    '__proto__',
    'constructor',
    '<<',
    '',
    ' ',
    'a b',
    '0',
    'x',
  ),
})

/** One of the values, with up to four changes of its structure. */
export function mutatedValue(values: readonly Json[]): fc.Arbitrary<Json> {
  return fc.tuple(fc.constantFrom(...values), fc.array(graft, { maxLength: 4, size: 'max' })).map(([value, grafts]) => grafts.reduce(grafted, value))
}

function grafted(root: Json, { kind, node, child, value, name }: Graft): Json {
  const copy = structuredClone(root)
  const nodes = collections(copy)
  const target = nodes[node % Math.max(1, nodes.length)]
  const other = nodes[child % Math.max(1, nodes.length)] ?? null
  if (Array.isArray(target)) {
    const index = child % (target.length + 1)
    if (kind === 'remove') target.splice(index, 1)
    else if (kind === 'repeat') target.splice(index, 0, structuredClone(target[index] ?? null))
    else if (kind === 'move') target.splice(index, 0, structuredClone(other))
    else target.splice(index, kind === 'add' ? 0 : 1, value)
  } else if (isObject(target)) {
    const keys = Object.keys(target)
    const key = keys[child % Math.max(1, keys.length)] ?? name
    if (kind === 'remove') delete target[key]
    else if (kind === 'rename') {
      const moved = Object.hasOwn(target, key) ? (target[key] ?? null) : null
      delete target[key]
      set(target, name, moved)
    } else if (kind === 'move') set(target, key, structuredClone(other))
    else set(target, kind === 'add' ? name : key, value)
  }
  return copy
}

function collections(value: Json): Json[] {
  if (Array.isArray(value)) return [value, ...value.flatMap(collections)]
  return isObject(value) ? [value, ...Object.values(value).flatMap(collections)] : []
}
