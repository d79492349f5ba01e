// What modules keep from one call to the next: caches alone, each with a bound. Nothing at the top of a module is assigned again.

import t from 'tap'
import { type Node, NodeFlags, type SourceFile } from 'typescript/unstable/ast'
import {
  isBinaryExpression,
  isCallExpression,
  isDeleteExpression,
  isElementAccessExpression,
  isExpressionStatement,
  isForOfStatement,
  isIdentifier,
  isPropertyAccessExpression,
  isVariableStatement,
} from 'typescript/unstable/ast/is'
import { parseSources, walk } from '../support/syntax.ts'

/** Its keys are names of a table that stands in the program: of types, messages, time zones, reasons. */
const SCHEMA = 'schema'
/** Held as long as the object that it is about. */
const WEAK = 'weak'
/** Emptied, or filled no more, at a size. */
const SIZE = 'size'

const CACHES: Readonly<Record<string, typeof SCHEMA | typeof WEAK | typeof SIZE>> = {
  'src/lib/cel/origin.ts STRUCT_OF': WEAK,
  'src/lib/cel/origin.ts SUMS': WEAK,
  'src/lib/istio/proto-encode.ts printOrders': WEAK,
  'src/lib/istio/proto-view.ts fieldTypes': WEAK,
  'src/lib/istio/proxy-config.ts MESH_LAYERS': WEAK,
  'src/lib/k8s/admission/selectors.ts LABELS': WEAK,
  'src/lib/k8s/pod-types.ts MAPS': WEAK,
  'src/lib/k8s/selector.ts PARSED': WEAK,
  'src/lib/template/items.ts behind': WEAK,
  'src/policies/carry-out.ts PARAMS': WEAK,
  'src/policies/invocations.ts PARTS': WEAK,
  'src/policies/parameters.ts BY_NAMESPACE': WEAK,
  'src/read/template-position.ts known': WEAK,
  'src/record/unit-values.ts INDEXES': WEAK,
  'src/render/data-functions.ts texts': WEAK,
  'src/render/data.ts convertedValues': WEAK,
  'src/render/render.ts compiledSets': WEAK,
  'src/write/edited-files.ts piecesOfEdited': WEAK,
  'src/lib/go/regexp.ts compiled': SIZE,
  'src/lib/k8s/defaults/image-reference.ts POLICIES': SIZE,
  'src/lib/k8s/quantity.ts CANONICAL': SIZE,
  'src/lib/go/time-zones.ts loaded': SCHEMA,
  'src/lib/istio/proto-known-views.ts pointers': SCHEMA,
  'src/lib/istio/proto-schema.ts enums': SCHEMA,
  'src/lib/istio/proto-schema.ts messages': SCHEMA,
  'src/lib/istio/proto-view.ts enumTypes': SCHEMA,
  'src/lib/istio/proto-view.ts messageNames': SCHEMA,
  'src/lib/istio/proto-view.ts pointers': SCHEMA,
  'src/lib/k8s/defaults/fill.ts FILLS': SCHEMA,
  'src/lib/k8s/pod-schema.ts STRUCTS': SCHEMA,
  'src/lib/k8s/pod-schema.ts TYPES': SCHEMA,
  'src/lib/k8s/pod-types.ts VIEWS': SCHEMA,
  'src/lib/k8s/structured-merge/schema.ts STRUCTS': SCHEMA,
  'src/lib/k8s/typed.ts CODECS': SCHEMA,
  'src/select/reasons.ts PARTS': SCHEMA,
}

const CHANGES = new Set(['set', 'add', 'push', 'delete', 'clear', 'unshift', 'pop', 'shift', 'splice', 'sort', 'reverse', 'fill'])

/** Variables at the top of a module that are assigned again, and collections there that functions change. */
function stateOf(tree: SourceFile): { reassigned: string[]; changed: string[] } {
  const [reassigned, constants]: [string[], Set<string>] = [[], new Set()]
  for (const statement of tree.statements) {
    if (!isVariableStatement(statement)) continue
    const { flags, declarations } = statement.declarationList
    for (const { name } of declarations) {
      if (!isIdentifier(name)) continue
      if ((flags & NodeFlags.Const) === 0) reassigned.push(name.text)
      else constants.add(name.text)
    }
  }
  const changed = new Set<string>()
  for (const statement of tree.statements) {
    // What is filled while the module is evaluated is a table.
    if (isForOfStatement(statement) || isExpressionStatement(statement)) continue
    walk(statement, node => {
      const name = changedBy(node)
      if (name !== undefined && constants.has(name)) changed.add(name)
    })
  }
  return { reassigned, changed: [...changed] }
}

/** The variable that an expression changes: `NAME.set(…)`, `NAME[…] = …`, `delete NAME[…]`. */
function changedBy(node: Node): string | undefined {
  if (isCallExpression(node) && isPropertyAccessExpression(node.expression) && CHANGES.has(node.expression.name.text)) return nameOf(node.expression.expression)
  if (isBinaryExpression(node) && ASSIGNS.test(node.operatorToken.getText()) && isMember(node.left)) return nameOf(node.left.expression)
  if (isDeleteExpression(node) && isMember(node.expression)) return nameOf(node.expression.expression)
  return undefined
}

const ASSIGNS = /^(?:[-+*/%&|^]|\*\*|<<|>>>?|\?\?|\|\||&&)?=$/

/** A regular expression's `lastIndex` is set before each use. */
function isMember(node: Node): node is Node & { readonly expression: Node } {
  return isElementAccessExpression(node) || (isPropertyAccessExpression(node) && node.name.text !== 'lastIndex')
}

function nameOf(node: Node): string | undefined {
  return isIdentifier(node) ? node.text : undefined
}

const STATES = [...parseSources('src')].map(([path, tree]) => ({ path, text: tree.text, ...stateOf(tree) }))

t.test('nothing at the top of a module is assigned again', async t => {
  t.ok(STATES.length > 300, 'all files are parsed')
  t.same(
    STATES.flatMap(({ path, reassigned }) => reassigned.map(name => `${path} ${name}`)),
    [],
  )
})

t.test('collections at the top of a module that functions change are caches with a bound', async t => {
  const found = STATES.flatMap(({ path, changed }) => changed.map(name => `${path} ${name}`))
  t.same(found.toSorted(), Object.keys(CACHES).toSorted())
  for (const { path, text, changed } of STATES) {
    for (const name of changed) {
      const isWeak = new RegExp(`const ${name} = new Weak(Map|Set)<`).test(text)
      const isSized = new RegExp(`\\b${name}\\.size >= `).test(text)
      t.equal(isWeak ? WEAK : isSized ? SIZE : SCHEMA, CACHES[`${path} ${name}`], `the bound of ${name} in ${path}`)
    }
  }
})
