// What a file must be like: short, with a first line that says what it holds.

import t from 'tap'
import { parseSources } from '../support/syntax.ts'

const MOST = 300

const FILES = [...parseSources('src', 'scripts')].map(([path, { text }]) => ({ path, lines: text.split('\n') }))

t.test(`no file has more than ${MOST} lines`, async t => {
  t.ok(FILES.length > 300, 'all files are read')
  t.same(
    FILES.filter(({ lines }) => lines.length - 1 > MOST).map(({ path, lines }) => `${path} has ${lines.length - 1} lines`),
    [],
  )
})

t.test('every file begins with a sentence about itself', async t => {
  const without = FILES.filter(({ lines: [first = ''] }) => !/^(\/\/|\/\*\*) [A-Za-z`'"]/.test(first))
  t.same(
    without.map(({ path, lines: [first = ''] }) => `${path}: ${first}`),
    [],
  )
})
