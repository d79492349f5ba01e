// No file imports itself through others, not even for types: each can be read before those that use it.

import t from 'tap'
import { importsOf, parseSources } from '../support/syntax.ts'

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
  const graph = new Map([...parseSources()].map(([path, tree]) => [path, importsOf(path, tree)]))
  t.ok(graph.size > 300, 'all files are parsed')
  t.ok([...graph.values()].flat().length > 1_000, 'their imports are found')
  t.same(cyclesOf(graph), [])
})
