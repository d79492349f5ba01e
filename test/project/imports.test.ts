// Imports form no cycle, not even among types: each file can be read before those that use it. And what a file exports is imported by another one.

import t from 'tap'
import type { Node, SourceFile } from 'typescript/unstable/ast'
import {
  isBindingElement,
  isExportDeclaration,
  isFunctionDeclaration,
  isIdentifier,
  isImportSpecifier,
  isNamedExports,
  isPropertyAccessExpression,
  isVariableStatement,
} from 'typescript/unstable/ast/is'
import { importsOf, isExported, parseSources, walk } from '../support/syntax.ts'

type Graph = ReadonlyMap<string, readonly string[]>

/** One path around each cycle that a search in depth meets. */
function cyclesOf(graph: Graph): string[] {
  const cycles: string[] = []
  const done = new Set<string>()
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) cycles.push([...path.slice(path.indexOf(name)), name].join(' → '))
    else if (!done.has(name)) {
      for (const next of graph.get(name) ?? []) visit(next, [...path, name])
      done.add(name)
    }
  }
  for (const name of graph.keys()) visit(name, [])
  return cycles
}

t.test('cycles are found', async t => {
  const cases: readonly [graph: Record<string, readonly string[]>, cycles: readonly string[]][] = [
    [{ a: ['b', 'c'], b: ['c'], c: [] }, []],
    [{ a: ['a'] }, ['a → a']],
    [{ a: ['b'], b: ['c'], c: ['b'] }, ['b → c → b']],
    [{ a: ['b'], b: [], c: ['d', 'b'], d: ['c'] }, ['c → d → c']],
  ]
  for (const [graph, cycles] of cases) t.same(cyclesOf(new Map(Object.entries(graph))), cycles)
})

t.test('src/ has no import cycle, types included', async t => {
  const graph = new Map([...parseSources('src')].map(([path, tree]) => [path, importsOf(path, tree)]))
  t.ok(graph.size > 300, 'all files are parsed')
  t.ok([...graph.values()].flat().length > 1_000, 'their imports are found')
  t.same(cyclesOf(graph), [])
})

/** The names of the functions and constants that a file exports, and those that it hands on from others. */
function exportedValues(tree: SourceFile): string[] {
  return tree.statements.flatMap(statement => {
    if (isExportDeclaration(statement)) {
      const { exportClause, isTypeOnly } = statement
      if (isTypeOnly || exportClause === undefined || !isNamedExports(exportClause)) return []
      return exportClause.elements.filter(element => !element.isTypeOnly).map(({ name }) => name.text)
    }
    if (!isExported(statement)) return []
    if (isFunctionDeclaration(statement)) return statement.name === undefined ? [] : [statement.name.text]
    if (!isVariableStatement(statement)) return []
    return statement.declarationList.declarations.flatMap(({ name }) => (isIdentifier(name) ? [name.text] : []))
  })
}

/** The names that a file takes from others: of imports, and of what it reads from objects, for these may be whole modules. */
function importedNames(tree: SourceFile): string[] {
  const names: string[] = []
  walk(tree, node => {
    if (isImportSpecifier(node)) names.push(textOf(node.propertyName ?? node.name))
    if (isPropertyAccessExpression(node) && isIdentifier(node.expression)) names.push(node.name.text)
    if (isBindingElement(node)) names.push(textOf(node.propertyName ?? node.name))
  })
  return names
}

function textOf(node: Node | undefined): string {
  return node !== undefined && isIdentifier(node) ? node.text : ''
}

t.test('the program uses each exported function and constant: it is not only there for tests', async t => {
  const sources = parseSources('src', 'scripts')
  const imported = new Set([...sources.values()].flatMap(importedNames))
  const exported = [...sources]
    .filter(([path]) => path.startsWith('src/') && !path.startsWith('src/cli/pages/script/') && !PUBLIC.has(path))
    .flatMap(([path, tree]) => exportedValues(tree).map(name => ({ path, name, isUsedHere: identifiersIn(tree, name) > 1 })))
  t.ok(exported.length > 1_000, 'exports are found')
  t.same(
    exported.filter(({ name, isUsedHere }) => !isUsedHere && !imported.has(name) && !UNUSED.has(name)).map(({ path, name }) => `${path} exports ${name}`),
    [],
  )
})

/** Exports without a use in the program, each for a reason. Scripts of pages have a project of their own, whose files are not looked at here. */
const UNUSED: ReadonlySet<string> = new Set([
  // Templates of pages take addresses only from it; no page has a link yet.
  'url',
  // A test says when the time zones are old.
  'ZONE_VERSION',
])

/** How often a file names a function or constant, its declaration included. */
function identifiersIn(tree: SourceFile, name: string): number {
  let count = 0
  walk(tree, node => {
    if (isIdentifier(node) && node.text === name) count++
  })
  return count
}

t.test('each exported function and constant is used by another file', async t => {
  const sources = parseSources('src', 'scripts', 'test')
  const used = new Set([...sources.values()].flatMap(importedNames))
  const exported = [...sources]
    .filter(([path]) => path.startsWith('src/') && !PUBLIC.has(path))
    .flatMap(([path, tree]) => exportedValues(tree).map(name => [path, name] as const))
  t.ok(exported.length > 1_000, 'exports are found')
  t.same(
    exported.filter(([, name]) => !used.has(name)).map(([path, name]) => `${path} exports ${name}`),
    [],
  )
})

/** What packages' users import. */
const PUBLIC: ReadonlySet<string> = new Set(['src/index.ts', 'src/kpt.ts'])
