// The pictures in docs/architecture.md: Mermaid reads them, and what they name stands in the code.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Node } from 'typescript/unstable/ast'
import {
  isInterfaceDeclaration,
  isObjectLiteralExpression,
  isPropertyAssignment,
  isPropertySignatureDeclaration,
  isShorthandPropertyAssignment,
} from 'typescript/unstable/ast/is'
import { ROOT } from '../support/rig.ts'
import { importsOf, parseSources, walk } from '../support/syntax.ts'

const PAGE = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8')
const PICTURES = [...PAGE.matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text)
const [FLOW = '', RECORD = ''] = PICTURES
const TREES = parseSources('src')

interface Mermaid {
  parse(text: string): Promise<{ readonly diagramType: string }>
}

/** Mermaid, as a browser has it; nothing is drawn, so that labels need no sanitising, which would need a browser's document. */
async function loadMermaid(): Promise<Mermaid> {
  const sanitizer: { default: object } = await import(import.meta.resolve('dompurify'))
  Object.assign(sanitizer.default, { addHook: () => undefined, sanitize: (text: string) => text })
  const { default: mermaid }: { default: Mermaid } = await import(import.meta.resolve('mermaid'))
  return mermaid
}

t.test('Mermaid reads every picture of the documentation', async t => {
  const mermaid = await loadMermaid()
  const types = await Promise.all(PICTURES.map(async text => (await mermaid.parse(text)).diagramType))
  t.same(types, ['flowchart-v2', 'classDiagram'])
  await t.rejects(mermaid.parse('flowchart TD\n  a["no end'), 'and refuses what is none')
})

t.test('each file in the picture of the flow exists', async t => {
  const files = [...FLOW.matchAll(/[\w/-]+\.ts/g)].map(([name]) => name)
  t.ok(files.length > 15)
  t.same(
    files.filter(name => !existsSync(join(ROOT, 'src', name))),
    [],
  )
})

t.test('each room that the flow calls is in its picture', async t => {
  const flow = ['src/inject.ts', 'src/inject-workload.ts', 'src/inject-pod.ts']
  const rooms = new Set(flow.flatMap(path => importsOf(path, TREES.get(path) as never)).flatMap(name => /^src\/(?!lib\/)(\w+)\//.exec(name)?.[1] ?? []))
  t.ok(rooms.size > 8)
  // The room that a workload's policies come from is called by `admit`.
  t.same([...rooms].filter(room => room !== 'policies' && !FLOW.includes(`>${room}/`)).toSorted(), [])
})

/** The keys of a class in the picture of the record. */
function keysOf(name: string): string[] {
  const body = RECORD.split(`class ${name} {\n`)[1]?.split('\n  }')[0] ?? ''
  return body.split('\n').map(line => line.trim().split(':')[0] ?? '')
}

/** The keys of an interface of src/record/undo.ts. */
function fieldsOf(name: string): string[] {
  const fields: string[] = []
  for (const statement of TREES.get('src/record/undo.ts')?.statements ?? []) {
    if (!isInterfaceDeclaration(statement) || statement.name.text !== name) continue
    for (const member of statement.members) if (isPropertySignatureDeclaration(member)) fields.push(member.name.getText())
  }
  return fields
}

t.test('the picture of the record has the keys that are written, and no other', async t => {
  const written: string[] = []
  const isTop = (node: Node): boolean => node.getText().startsWith('{\n    v:')
  walk(TREES.get('src/record/record.ts') as never, node => {
    if (!isObjectLiteralExpression(node) || !isTop(node)) return
    walk(node, inner => {
      if (isPropertyAssignment(inner) || isShorthandPropertyAssignment(inner)) written.push(inner.name.getText())
    })
  })
  t.ok(written.includes('undo'))
  t.same(keysOf('Record'), written)
  for (const name of ['UndoObject', 'UndoList']) t.same(keysOf(name), fieldsOf(name), name)
})
