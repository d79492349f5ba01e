// The rules that comments cite stand in docs/istio-rules.md.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ROOT } from '../support/rig.ts'

const PAGE = readFileSync(join(ROOT, 'docs/istio-rules.md'), 'utf8')

/** The numbers of the page's sections, `6.5`, and of the steps in them, `6.5.4`; appendices by their letter. */
const SECTIONS: ReadonlySet<string> = new Set(
  PAGE.split(/^#{2,3} /m)
    .slice(1)
    .flatMap(section => {
      const number = /^(?:Appendix )?([\dA-Z.]+)/.exec(section)?.[1]?.replace(/\.$/, '') ?? ''
      return [number, ...[...section.matchAll(/^(\d+)\. /gm)].map(([, step]) => `${number}.${step}`)]
    }),
)

const FILES = ['src', 'test', 'scripts']
  .flatMap(folder => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(path => join(folder, path)))
  .filter(path => path.endsWith('.ts') && !path.includes('generated'))

/** Every number after `istio-rules.md,` up to the end of the clause: `6.1, steps 1 to 7` cites 6.1, 6.1.1 and 6.1.7. */
function citedIn(text: string): string[] {
  return [...text.matchAll(/istio-rules\.md, ((?:appendix [A-D]|steps?|and|to|,|[\d.]*\d| )+)/g)].flatMap(([, clause = '']) => {
    const [first, steps] = clause.split(/,? steps? /)
    const numbers = (first ?? '').match(/\d+(?:\.\d+)*|\b[A-D]\b/g) ?? []
    return [...numbers, ...(steps?.match(/\d+/g) ?? []).map(step => `${numbers.at(-1)}.${step}`)]
  })
}

t.test('every rule that a comment cites is on the page', async t => {
  t.same(citedIn('(istio-rules.md, 6.1, steps 1 to 7) and (istio-rules.md, 7.2 and 7.3), (istio-rules.md, appendix A)'), [
    '6.1',
    '6.1.1',
    '6.1.7',
    '7.2',
    '7.3',
    'A',
  ])
  const cited = FILES.flatMap(file => citedIn(readFileSync(join(ROOT, file), 'utf8')).map(number => [file, number] as const))
  t.ok(cited.length > 80, `${cited.length} citations`)
  t.same(
    cited.filter(([, number]) => !SECTIONS.has(number)).map(([file, number]) => `${file} cites ${number}`),
    [],
  )
})

t.test('no comment cites a document that is not in the repository', async t => {
  const gone = FILES.filter(
    file => !file.endsWith('citations.test.ts') && /\b(istio-injection|design|style|review|spec-\w+)\.md\b/.test(readFileSync(join(ROOT, file), 'utf8')),
  )
  t.same(gone, [])
})
