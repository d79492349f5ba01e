// What holds for every template: only template errors, printing and parsing are inverse, the same input gives the same output.

import fc from 'fast-check'
import t from 'tap'
import { type GoValue, parseTemplate, TemplateError } from '../../src/lib/template/index.ts'
import { createLexer, nextToken } from '../../src/lib/template/lexer.ts'
import { print, type StatementNode } from '../../src/lib/template/node.ts'
import { parse, type Tree } from '../../src/lib/template/parser.ts'
import type { Token } from '../../src/lib/template/token.ts'

const isFunction = (name: string): boolean => name === 'print' || name === 'len' || name === 'index'
const parsed = (text: string): Map<string, Tree> => parse({ name: 't', text, isFunction })

/** Texts that look like templates, most of them wrong somewhere. */
const almostTemplate = fc
  .array(
    fc.oneof(
      fc.constantFrom('{{', '}}', '{{- ', ' -}}', '(', ')', '|', ' ', '.', '$', ':=', '=', ',', '"', "'", '`', '\\', '\n', '/*', '*/', '-', '0x', '1e', 'i'),
      fc.constantFrom(
        'if ',
        'else',
        'end',
        'range ',
        'with ',
        'define "a"',
        'block "b" .',
        'template "a"',
        'break',
        'continue',
        'nil',
        'true',
        'print',
        'nope',
      ),
      fc.constantFrom('.a', '$x', '$x := 1', '1', '"s"', "'c'", '{{.}}', '{{end}}', '{{else}}', '{{if .}}', '{{range .}}', '{{$x := .a}}'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 25 },
  )
  .map(parts => parts.join(''))

// Templates that parse. Text never ends in a brace: before an action that came of `{ {{- 1}}` Go's own nodes print what is no template either.
const text = fc.constantFrom('text', ' ', 'a\n', '}} ', 'é世', '')
const operand = fc.constantFrom(
  '.',
  '.a',
  '.a.b',
  '$',
  '$.a',
  '1',
  '-0x1F',
  '1.5e3',
  "'x'",
  '2i',
  'true',
  'nil',
  '"s\\n"',
  '`raw "`',
  '(print 1)',
  '(.a).b',
  '((1 | print).c)',
  'len',
)
const command = fc.tuple(fc.constantFrom('print', 'len', 'index .a'), fc.array(operand, { maxLength: 3 })).map(([name, args]) => [name, ...args].join(' '))
const pipeline = fc
  .tuple(fc.constantFrom('', '', '$x := '), fc.oneof(operand, command), fc.array(command, { maxLength: 2 }))
  .map(([decl, first, more]) => decl + [first, ...more].join(' | '))
const { list: template } = fc.letrec<{ item: string; list: string }>(tie => ({
  item: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.tuple(fc.constantFrom('{{', '{{- '), pipeline, fc.constantFrom('}}', ' -}}')).map(parts => parts.join('')),
    fc
      .tuple(fc.constantFrom('if', 'with', 'range'), pipeline, tie('list'), tie('list'))
      .map(([kind, pipe, list, other]) => `{{${kind} ${pipe}}}${list}{{else}}${other}{{end}}`),
    fc.tuple(pipeline, tie('list'), pipeline, tie('list')).map(([a, list, b, other]) => `{{if ${a}}}${list}{{else if ${b}}}${other}{{end}}`),
    fc.tuple(pipeline, tie('list')).map(([pipe, list]) => `{{range $i, $e := ${pipe}}}${list}{{if $e}}{{break}}{{end}}{{end}}`),
    fc.tuple(pipeline, tie('list')).map(([pipe, list]) => `{{block "b" ${pipe}}}${list}{{end}}`),
    fc.constantFrom('{{/* c */}}', '{{template "b"}}', '{{template "b" .a}}'),
  ),
  list: fc.array(tie('item'), { maxLength: 4 }).map(items => items.join('')),
}))

/** The tree without positions, texts side by side joined. */
function shape(node: unknown): unknown {
  if (Array.isArray(node)) return joinTexts(node).map(shape)
  if (typeof node !== 'object' || node === null) return typeof node === 'bigint' ? String(node) : node
  return Object.fromEntries(Object.entries(node).flatMap(([key, value]) => (key === 'pos' ? [] : [[key, shape(value)]])))
}

function joinTexts(nodes: readonly unknown[]): readonly unknown[] {
  const joined: unknown[] = []
  for (const node of nodes as readonly StatementNode[]) {
    const last = joined.at(-1) as StatementNode | undefined
    if (last?.kind === 'text' && node.kind === 'text') joined[joined.length - 1] = { ...last, text: last.text + node.text }
    else if (node.kind !== 'text' || node.text !== '') joined.push(node)
  }
  return joined
}

const data: GoValue = new Map<GoValue, GoValue>([['a', new Map<GoValue, GoValue>([['b', ['x', 2n, null]]])]])

/** Says `holds`, or for which input it does not. */
function check<Ts>(property: fc.IProperty<Ts>, numRuns: number): string {
  const found = fc.check(property, { numRuns })
  return found.failed ? (fc.defaultReportMessage(found) ?? 'does not hold') : 'holds'
}

/** What a template comes to. Anything but a template error is thrown. */
function outcome(source: string): string {
  try {
    return parseTemplate({ name: 't', text: source }).execute(data, { limits: { maxWork: 10_000, maxOutput: 100_000 } })
  } catch (error) {
    if (error instanceof TemplateError) return `error: ${error.message}`
    throw error
  }
}

function tokensOf(source: string): readonly Token[] {
  const lexer = createLexer(source, { left: '{{', right: '}}', isFunction })
  const tokens: Token[] = []
  for (let token = nextToken(lexer); token !== undefined; token = nextToken(lexer)) tokens.push(token)
  return tokens
}

t.test('the tokens of any text are cut out of it in order, and end', async t => {
  const property = fc.property(fc.oneof(almostTemplate, fc.string({ unit: 'binary' })), source => {
    const tokens = tokensOf(source)
    const last = tokens.at(-1)?.type
    let at = 0
    const areInOrder = tokens.slice(0, -1).every(({ pos, value }) => {
      const follows = pos >= at && source.startsWith(value, pos)
      at = pos + value.length
      return follows
    })
    return areInOrder && (last === 'eof' || last === 'error')
  })
  t.equal(check(property, 300), 'holds')
})

t.test('any text parses, or fails with a template error that lies inside it', async t => {
  const property = fc.property(fc.oneof(almostTemplate, fc.string({ unit: 'binary' })), source => {
    try {
      parsed(source)
      return true
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      const { phase, line, column, lineText } = error
      return phase === 'parse' && lineText === source.split('\n')[line - 1] && column >= 1 && column <= lineText.length + 1
    }
  })
  t.equal(check(property, 500), 'holds')
})

t.test('any text executes, or fails with a template error, twice alike', async t => {
  const property = fc.property(fc.oneof(almostTemplate, template), source => {
    const first = outcome(source)
    return outcome(source) === first
  })
  t.equal(check(property, 500), 'holds')
})

t.test('executing a template does not change it', async t => {
  const property = fc.property(template, source => {
    const first = outcome(source)
    if (first.startsWith('error: ')) return true
    const compiled = parseTemplate({ name: 't', text: source })
    return compiled.execute(data) === first && compiled.execute(data) === first
  })
  t.equal(check(property, 200), 'holds')
})

t.test('a printed tree parses to the same tree', async t => {
  let compared = 0
  const property = fc.property(template, source => {
    for (const [name, { root }] of treesOf(source)) {
      const again = parse({ name, text: print(root), isFunction }).get(name)
      compared++
      t.same(shape(again?.root), shape(root), print(root))
    }
  })
  t.equal(check(property, 300), 'holds')
  t.equal(compared > 100, true, `${compared} trees were compared`)
})

/** The trees of a template; none if it does not parse. */
function treesOf(source: string): Map<string, Tree> {
  try {
    return parsed(source)
  } catch (error) {
    if (error instanceof TemplateError) return new Map()
    throw error
  }
}
