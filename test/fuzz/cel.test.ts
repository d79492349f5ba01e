// CEL answers every text, and every expression that can be built: with a value, or with the words of an error; it throws and hangs on none.

import fc from 'fast-check'
import t from 'tap'
import { createEnvironment, DYN, fromJson, KUBERNETES_FUNCTIONS } from '../../src/lib/cel/index.ts'

const ENVIRONMENT = createEnvironment({ variables: [['object', DYN]], functions: KUBERNETES_FUNCTIONS })
const VARIABLES = new Map([['object', fromJson({ a: 1, b: ['x', 2.5, null], c: { d: 'text' } })]])

/** Whether the answer has its form; an exception fails the property. */
function isAnswered(text: string): boolean {
  const compiled = ENVIRONMENT.compile(text)
  if (!compiled.ok) return compiled.text !== '' && compiled.issues.length > 0 && compiled.issues.every(({ line, column }) => line >= -1 && column >= 0)
  const outcome = compiled.program.run(VARIABLES, { costLimit: 10_000 })
  const again = compiled.program.run(VARIABLES, { costLimit: 10_000 })
  return outcome.ok === again.ok && outcome.cost === again.cost && (outcome.ok || outcome.error !== '')
}

const WORDS = fc.constantFrom(
  ...['object', '.a', '.b', '.?c', '[0]', '[?1]', '(', ')', '[', ']', '{', '}', ',', ':', '?', '+', '-', '!', '&&', '||', '==', '<', ' in ', '%', '*'],
  ...[
    '"x"',
    "r'\\d+'",
    'b"\\xff"',
    '1',
    '2u',
    '2.5',
    'true',
    'null',
    'x',
    '.map(x, ',
    '.all(x, ',
    '.optMap(x, ',
    'has(',
    '.size()',
    '.format(',
    '.matches(',
    'dyn(',
  ],
)

const LEAVES = [
  'object',
  'object.a',
  'object.b',
  'object.c',
  '1',
  '-2',
  '3u',
  '2.5',
  '"1"',
  '"a"',
  'b"a"',
  'true',
  'null',
  '[]',
  '{}',
  'x',
  'int',
  'duration("1s")',
]
const NAMES = KUBERNETES_FUNCTIONS.filter(({ name }) => /^[a-z][\w.]*$/i.test(name)).map(({ name }) => name)

const { expression } = fc.letrec<{ expression: string }>(tie => ({
  expression: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'cel' },
    fc.constantFrom(...LEAVES),
    fc
      .tuple(tie('expression'), fc.constantFrom('+', '-', '*', '/', '%', '==', '!=', '<', '>=', '&&', '||', 'in'), tie('expression'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('map', 'filter', 'all', 'exists', 'exists_one', 'optMap', 'sortBy'), tie('expression'))
      .map(([a, macro, b]) => `${a}.${macro}(x, ${b})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('transformList', 'transformMap', 'transformMapEntry'), tie('expression'))
      .map(([a, macro, b]) => `${a}.${macro}(i, x, ${b})`),
    fc
      .tuple(
        fc.constantFrom(...NAMES),
        fc.array(
          tie('expression').map(of => `dyn(${of})`),
          { maxLength: 3 },
        ),
      )
      .map(([name, args]) => `${name}(${args})`),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom(...NAMES),
        fc.array(
          tie('expression').map(of => `dyn(${of})`),
          { maxLength: 2 },
        ),
      )
      .map(([a, name, args]) => `dyn(${a}).${name}(${args})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `dyn(${a})[${b}]`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `[dyn(${a}), dyn(${b})]`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `{dyn(${a}): dyn(${b})}`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(true ? dyn(${a}) : dyn(${b}))`),
  ),
}))

t.test('any text is answered', async t => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), isAnswered), { numRuns: 1000 })
  fc.assert(
    fc.property(
      fc.array(WORDS, { maxLength: 25 }).map(words => words.join('')),
      isAnswered,
    ),
    { numRuns: 3000 },
  )
  t.equal(isAnswered(''), true)
})

t.test('any call of any function with any values is answered', async t => {
  let evaluated = 0
  const count = (text: string): boolean => {
    if (ENVIRONMENT.compile(text).ok) evaluated++
    return isAnswered(text)
  }
  fc.assert(fc.property(expression, count), { numRuns: 3000 })
  t.equal(evaluated > 200, true, `${evaluated} compile`)
})
