// Hostile texts are read, or refused, in time that grows with their length, and never by an error of JavaScript's.

import t from 'tap'
import { InjectError, type Json } from '../../src/lib/model/index.ts'
import { loadYaml, parseDocuments, YamlError } from '../../src/lib/yaml/index.ts'

const MANY = 100_000
/** In seconds; each text takes a tenth of it at most on a slow machine. */
const LIMIT = 10

const READ: readonly (readonly [name: string, text: string])[] = [
  ['a scalar of ten megabytes', `a: ${'x'.repeat(10 * MANY)}`],
  ['a literal block of ten megabytes', `a: |\n${`  ${'x'.repeat(97)}\n`.repeat(MANY)}`],
  ['escapes', `a: "${'\\n'.repeat(MANY)}${'\\x41'.repeat(MANY)}"`],
  ['backslashes', `a: "${'\\'.repeat(10 * MANY)}"`],
  ['a quoted text over many lines', `a: "${'x\n'.repeat(MANY)}"`],
  ['a word over many lines', `a: ${'x\n  '.repeat(MANY)}`],
  ['empty lines', `a: x${'\n'.repeat(MANY)}b: 1`],
  ['anchors without a node', '&a '.repeat(MANY)],
  ['anchors on lines', '&a\n'.repeat(MANY)],
  ['keys', Array.from({ length: MANY }, (_, i) => `k${i}: 1`).join('\n')],
  ['merge keys', `a: &a {b: 1}\nc:\n${'  <<: *a\n'.repeat(MANY)}`],
  ['comments', `${`#${'x'.repeat(98)}\n`.repeat(MANY)}a: 1`],
  ['other line ends', 'a: 1\u2028'.repeat(MANY)],
]

const REFUSED: readonly (readonly [name: string, text: string, message: RegExp])[] = [
  ['brackets', '['.repeat(MANY), /exceeded max depth of 100/],
  ['dashes', '- '.repeat(MANY), /exceeded max depth of 100/],
  ['question marks', '? '.repeat(MANY), /exceeded max depth of 100/],
  ['braces', '{a: '.repeat(MANY), /exceeded max depth of 100/],
  ['pairs in lists', '[a: '.repeat(MANY), /exceeded max depth of 100/],
  ['keys below keys', Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), /exceeded max depth of 100/],
  ['a quote that is not closed', `a: "${'\\"'.repeat(MANY)}`, /unexpected end of stream/],
  ['apostrophes', `a: '${"''".repeat(MANY)}`, /unexpected end of stream/],
  ['keys of null', '~: 1\n'.repeat(MANY), /unsupported map key/],
  ['mappings with a key of null', '- ~: 1\n'.repeat(MANY), /unsupported map key/],
  [
    'laughs',
    `a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(10)}]`).join('\n')}`,
    /excessive aliasing/,
  ],
  ['merged laughs', `a: &a {${Array.from({ length: 1000 }, (_, i) => `k${i}: 1`).join()}}\nb: {${'<<: *a, '.repeat(1000)}}`, /excessive aliasing/],
]

function seconds(run: () => unknown): number {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

function failure(read: () => Json): unknown {
  try {
    read()
  } catch (error) {
    return error
  }
  return undefined
}

for (const [name, text] of READ) {
  t.test(`read: ${name}`, async t => {
    t.equal(seconds(() => loadYaml(text)) < LIMIT, true)
  })
}

for (const [name, text, message] of REFUSED) {
  t.test(`refused: ${name}`, async t => {
    let error: unknown
    const taken = seconds(() => {
      error = failure(() => loadYaml(text))
    })
    t.equal(error instanceof YamlError, true, String(error).slice(0, 200))
    t.match(error, { message })
    t.equal(taken < LIMIT, true, `${taken} s`)
  })
}

t.test('a hundred thousand documents, and elements of a list with aliases each', async t => {
  t.equal(seconds(() => parseDocuments({ path: 'a.yaml', text: '---\n'.repeat(MANY) })) < LIMIT, true)
  const taken = seconds(() => {
    const [document] = parseDocuments({ path: 'a.yaml', text: `items:\n${'- a: &x 1\n  b: *x\n'.repeat(10_000)}` })
    for (let i = 0; i < 10_000; i++) document?.regionAt(['items', i])
  })
  t.equal(taken < LIMIT, true, `${taken} s`)
  t.equal(failure(() => parseDocuments({ path: 'a.yaml', text: '['.repeat(MANY) })[0]?.value ?? null) instanceof InjectError, true)
})
