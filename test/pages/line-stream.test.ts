// Lists of numbers as texts, and as literals and copies: whatever goes in comes out again, and what repeats takes little room.

import fc from 'fast-check'
import t from 'tap'
import { encoder } from '../../src/cli/pages/line-stream.ts'
import { BASE, encodedNumbers, signed } from '../../src/cli/pages/numbers.ts'
import { decoded } from '../../src/cli/pages/script/line-stream.ts'
import { decodedNumbers, unsigned } from '../../src/cli/pages/script/numbers.ts'
import { visibleWithTabs } from '../../src/lib/model/index.ts'

t.test('the lists come out as they went in', async t => {
  const lists = fc.array(fc.array(fc.nat({ max: 5 }), { maxLength: 40 }), { maxLength: 8 })
  fc.assert(
    fc.property(lists, all => {
      const encode = encoder()
      t.strictSame(decoded(all.map(list => encodedNumbers(encode(list)))), all)
    }),
    { numRuns: 500 },
  )
})

t.test('a list that repeats another is one copy, and a run of one number copies itself', async t => {
  const encode = encoder()
  t.same(encode([1, 2, 3, 4, 5, 6]), [2, 3, 4, 5, 6, 7])
  t.same(encode([9, 1, 2, 3, 4, 5, 6]), [10, 0, 6, 7])
  t.equal(decoded([encodedNumbers([2, 0, 5, 1])])[0]?.join(), '1,1,1,1,1,1')
})

t.test('numbers are texts that neither JSON nor a script element has to escape', async t => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 10_000_000 })), numbers => {
      const text = encodedNumbers(numbers)
      t.strictSame(decodedNumbers(text), numbers)
      t.equal(JSON.stringify(text), `"${text}"`)
      t.notMatch(text, /[^!-~]|[<>&"'\\]/)
      t.equal(visibleWithTabs(text), text, 'and logs do not')
    }),
    { numRuns: 200 },
  )
  t.equal(encodedNumbers([0, BASE - 1, BASE]).length, 4)
  for (const number of [0, 1, -1, 45, -45, 1_000_000]) t.equal(unsigned(signed(number)), number)
})
