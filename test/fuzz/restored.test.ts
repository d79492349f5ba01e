// Manifests as people write them: injected, edited, injected by another version, edited again, and taken off. What comes back is the file with the edits
// alone, byte for byte, or a finding says what does not; and a second YAML reader reads the texts of each fourth file as ours does.
//
// RESTORED_CASES says how many files (1,000 unless told).

import process from 'node:process'
import fc from 'fast-check'
import t from 'tap'
import { fuzz } from '../support/fuzz.ts'
import { RestoredFiles, TOGETHER } from '../support/restored-file.ts'
import { SecondReader } from '../support/second-reader.ts'

const CASES = Number(process.env.RESTORED_CASES ?? 1000)

const reader = new SecondReader()
const files = new RestoredFiles(reader)

fuzz('injected, edited, upgraded and taken off: byte for byte, or told', { runs: Math.ceil(CASES / TOGETHER), input: fc.nat(100_000_000) }, start =>
  files.wholeWay(start),
)

t.test('a second reader reads all of these texts alike', async t => {
  reader.flush()
  reader.close()
  t.equal(reader.read > 0, true)
  t.comment(`${reader.read} documents were read by ${reader.name}`)
})

t.test('most files come that far, and come back exactly', async t => {
  const { counts } = files
  t.comment(JSON.stringify(counts))
  t.equal(counts.refused < counts.files / 10, true, `${counts.refused} of ${counts.files} files were refused`)
  t.equal(counts.injected > counts.files * 0.7, true, `${counts.injected} of ${counts.files} files were injected`)
  t.equal(counts.told < counts.files / 20, true, `${counts.told} of ${counts.files} files did not come back exactly`)
  t.equal(counts.insideKept + counts.insideTold > counts.files / 20, true, `${counts.inside} edits were inside of an injection`)
})
