// Lists of numbers as literals and copies: whatever goes in comes out again, and what repeats takes little room.

import fc from 'fast-check'
import t from 'tap'
import { encoder } from '../../src/cli/pages/line-stream.ts'
import { decoded } from '../../src/cli/pages/script/line-stream.ts'

t.test('the lists come out as they went in', async t => {
  const lists = fc.array(fc.array(fc.nat({ max: 5 }), { maxLength: 40 }), { maxLength: 8 })
  fc.assert(
    fc.property(lists, all => {
      const encode = encoder()
      t.strictSame(decoded(all.map(encode)), all)
    }),
    { numRuns: 500 },
  )
})

t.test('a list that repeats another is one copy, and a run of one number copies itself', async t => {
  const encode = encoder()
  t.same(encode([1, 2, 3, 4, 5, 6]), [1, 2, 3, 4, 5, 6])
  t.same(encode([9, 1, 2, 3, 4, 5, 6]), [9, -6, 7])
  t.equal(decoded([[1, -5, 1]])[0]?.join(), '1,1,1,1,1,1')
})
