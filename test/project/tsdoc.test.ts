// What is exported says what it does, and the main function of each room shows how it is called.

import t from 'tap'
import type { Node } from 'typescript/unstable/ast'
import { isClassDeclaration, isFunctionDeclaration, isVariableStatement } from 'typescript/unstable/ast/is'
import { isExported, parseSources } from '../support/syntax.ts'

/** The main function of each room, and the public ones of the library. */
const MAIN: Readonly<Record<string, readonly string[]>> = {
  'src/index.ts': ['inject', 'uninject'],
  'src/inject.ts': ['inject'],
  'src/inject-workload.ts': ['injectWorkload'],
  'src/inject-pod.ts': ['injectPod'],
  'src/uninject.ts': ['uninject'],
  'src/check.ts': ['check'],
  'src/kpt.ts': ['injectSidecars'],
  'src/read/read.ts': ['read'],
  'src/policies/index.ts': ['policyEngine'],
  'src/select/select.ts': ['select'],
  'src/render/render.ts': ['render'],
  'src/merge/merge.ts': ['merge'],
  'src/postprocess/postprocess.ts': ['postprocess'],
  'src/write/write.ts': ['write'],
  'src/record/take-off.ts': ['takeOff'],
  'src/reversible/round-trip.ts': ['recordedEdits'],
  'src/admit/admit-object.ts': ['admitObject'],
  'src/images/pin.ts': ['pinImages'],
  'src/origins/origins.ts': ['recordOrigins'],
  'src/drift/drift.ts': ['compareWith'],
  'src/patch/patch.ts': ['patchOf'],
  'src/upgrade/upgrade.ts': ['upgrade'],
  'src/fleet/collect.ts': ['collectFleet'],
  'src/lib/yaml/parse-documents.ts': ['parseDocuments'],
  'src/lib/template/template.ts': ['parseTemplate'],
  'src/lib/sprig/index.ts': ['sprigFuncs'],
  'src/lib/cel/program.ts': ['createEnvironment'],
  'src/lib/k8s/typed.ts': ['decodeTyped'],
  'src/lib/k8s/defaults/index.ts': ['defaultObject'],
  'src/lib/istio/injector-config.ts': ['parseInjectorConfig'],
}

interface Documented {
  readonly path: string
  readonly name: string
  /** The TSDoc comment right before it; '' for none. */
  readonly comment: string
}

function exportsOf(path: string, tree: { readonly statements: readonly Node[]; readonly text: string }): Documented[] {
  const found = new Map<string, Documented>()
  for (const statement of tree.statements) {
    const name = isExported(statement) ? nameOf(statement) : undefined
    // Of several signatures of a function the first one is documented.
    if (name === undefined || found.has(name)) continue
    const before = tree.text.slice(statement.pos, statement.getStart())
    found.set(name, { path, name, comment: /\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*$/.exec(before)?.[0] ?? '' })
  }
  return [...found.values()]
}

function nameOf(statement: Node): string | undefined {
  if (isFunctionDeclaration(statement) || isClassDeclaration(statement)) return statement.name?.text
  if (!isVariableStatement(statement)) return undefined
  const [declaration] = statement.declarationList.declarations
  return declaration?.name.getText()
}

const SOURCES = parseSources('src')
const EXPORTS = [...SOURCES].flatMap(([path, tree]) => exportsOf(path, tree))
const FUNCTIONS = [...SOURCES].flatMap(([path, tree]) =>
  tree.statements.flatMap(statement => (isExported(statement) && !isVariableStatement(statement) ? [`${path} ${nameOf(statement) ?? ''}`] : [])),
)

t.test('each exported function and class has a sentence', async t => {
  const functions = new Set(FUNCTIONS)
  t.ok(functions.size > 1_000, 'they are found')
  const silent = EXPORTS.filter(({ path, name, comment }) => functions.has(`${path} ${name}`) && !/[a-z`'"]/i.test(comment.replace(/@\w+/g, '')))
  t.same(
    silent.map(({ path, name }) => `${path} ${name}`),
    [],
  )
})

t.test('the main function of each room says what goes in and out, and shows a call', async t => {
  for (const [path, names] of Object.entries(MAIN)) {
    for (const name of names) {
      const comment = EXPORTS.find(documented => documented.path === path && documented.name === name)?.comment ?? ''
      t.match(comment, /@example\s/, `${name} in ${path} has an example`)
      t.ok(comment.length > 120, `${name} in ${path} says more than its name`)
    }
  }
})
