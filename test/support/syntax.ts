// The syntax trees of the project's files, as the TypeScript compiler parses them: for tests of what the code itself must be like.

import { dirname, join, relative } from 'node:path'
import { type Node, type SourceFile, SyntaxKind } from 'typescript/unstable/ast'
import { isExportDeclaration, isImportDeclaration, isImportTypeNode, isLiteralTypeNode, isStringLiteral } from 'typescript/unstable/ast/is'
import { API } from 'typescript/unstable/sync'
import { ROOT } from './rig.ts'

/** The trees of the hand-written files in these folders, by path from the project's root. */
export function parseSources(...folders: readonly ('src' | 'scripts' | 'test')[]): ReadonlyMap<string, SourceFile> {
  const api = new API({ cwd: ROOT })
  try {
    const [project] = api.updateSnapshot({ openProjects: [join(ROOT, 'tsconfig.json')] }).getProjects()
    if (project === undefined) throw new Error('tsconfig.json opens no project')
    const trees = new Map<string, SourceFile>()
    for (const name of project.program.getSourceFileNames().toSorted()) {
      const path = relative(ROOT, name)
      if (!folders.some(folder => path.startsWith(`${folder}/`)) || path.includes('/generated/')) continue
      const tree = project.program.getSourceFile(name)
      if (tree !== undefined) trees.set(path, tree)
    }
    return trees
  } finally {
    api.close()
  }
}

/** Calls `visit` for a node and everything in it. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node)
  node.forEachChild(child => {
    walk(child, visit)
  })
}

/** What a file imports or exports from: static imports, those of types alone, `export … from`, `import('…')` as a type. Dynamic imports are left out. */
export function importsOf(path: string, tree: SourceFile): readonly string[] {
  const names: string[] = []
  walk(tree, node => {
    const from = specifierOf(node)
    if (from?.startsWith('.')) names.push(relative('.', join(dirname(path), from)))
  })
  return names
}

function specifierOf(node: Node): string | undefined {
  if (isImportDeclaration(node) || isExportDeclaration(node)) {
    const { moduleSpecifier } = node
    return moduleSpecifier !== undefined && isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : undefined
  }
  if (!isImportTypeNode(node) || !isLiteralTypeNode(node.argument)) return undefined
  return isStringLiteral(node.argument.literal) ? node.argument.literal.text : undefined
}

/** Whether a statement begins with `export`. */
export function isExported(statement: Node): boolean {
  return 'modifiers' in statement && Array.isArray(statement.modifiers) && statement.modifiers.some(({ kind }) => kind === SyntaxKind.ExportKeyword)
}
