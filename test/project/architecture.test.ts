// The table of rooms in docs/architecture.md, the import rules in biome.json and the imports in the source say the same.

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import t from 'tap'
import { ROOT } from '../support/rig.ts'

const PAGE = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8')

interface Room {
  readonly folder: string
  /** Folders and packages; `everything` allows all folders. */
  readonly allowed: readonly string[]
}

const ROOMS: readonly Room[] = [...PAGE.matchAll(/^\| `(src\/[\w/]+\/)` \|[^|]*\| ([^|]*) \| ([^|]*) \|$/gm)].map(
  ([, folder = '', folders = '', packages = '']) => ({
    folder,
    allowed: [...folders.split(', ').map(name => name.replaceAll('`', '').replace(/^(?!src|everything)/, 'src/')), ...packages.split(', ')],
  }),
)

const FILES = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts'))
  .map(path => join('src', path))

function roomOf(file: string): string {
  return ROOMS.map(({ folder }) => folder).find(folder => file.startsWith(folder)) ?? 'src/'
}

/** Rooms that have a name of their own: the bundle evaluates them when they are first used. */
const OWN_NAMES: Record<string, string> = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).imports

/** What a file imports: files below src/ and packages. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  return [...text.matchAll(/^(?:import|export)\b[^'\n]*?(?:\n[^']*?\n)?[^'\n]*? from '([^']+)'|\bimport\('([^']+)'\)/gm)].flatMap(([, from, dynamic]) => {
    const name = from ?? dynamic
    if (name === undefined) return []
    const own = OWN_NAMES[name]
    if (own !== undefined) return [relative('.', own)]
    return name.startsWith('.') ? [relative(ROOT, join(ROOT, dirname(file), name))] : [name]
  })
}

function isAllowed(name: string, { folder, allowed }: Room): boolean {
  // Outside of src/, files that others fetch are for the program to show.
  if (name.startsWith('fn-config/')) return allowed.includes('everything')
  if (!name.startsWith('src/')) return allowed.some(entry => entry === name || (entry === 'node:*' && name.startsWith('node:')))
  const room = roomOf(name)
  if (room === folder) return true
  return allowed.some(entry => entry === 'everything' || (entry === 'src/' ? room === 'src/' : entry !== 'src/–' && room.startsWith(entry)))
}

t.test('every room imports only what its line in docs/architecture.md allows', async t => {
  t.ok(ROOMS.length >= 15, 'the table is read')
  const strays = ROOMS.flatMap(room =>
    FILES.filter(file => roomOf(file) === room.folder).flatMap(file =>
      importsOf(file)
        .filter(name => !isAllowed(name, room))
        .map(name => `${file} imports ${name}`),
    ),
  )
  t.same(strays, [])
})

t.test('every folder has a line in the table, and every file of src/ itself one in the other', async t => {
  const folders = [...new Set(FILES.map(file => dirname(file)))].filter(folder => folder !== 'src')
  t.same(
    folders.filter(folder => roomOf(`${folder}/`) === 'src/'),
    [],
  )
  const listed = [...(PAGE.split('## The flow')[1]?.split('\n## ')[0] ?? '').matchAll(/`([\w-]+\.ts)`/g)].map(([, name]) => name)
  const present = FILES.filter(file => dirname(file) === 'src').map(file => relative('src', file))
  t.same(listed.toSorted(), present.toSorted())
})

/** One file of every room, of `src/` itself, and packages of each kind: what a room may be tempted to import. */
const TARGETS: readonly string[] = [
  ...ROOMS.map(({ folder }) => `${folder}target.ts`),
  ...FILES.filter(file => dirname(file) === 'src'),
  'node:fs',
  'node:process',
  'fs',
  'js-yaml',
  'commander',
  'ignore',
  'diff',
  'ajv',
  'kpt-functions',
  '@kubernetes/client-node',
  'left-pad',
]

t.test('the linter refuses every import that the table does not allow, and no other', async t => {
  const probes = ROOMS.filter(({ folder }) => folder !== 'src/cli/').flatMap((room, r) =>
    TARGETS.map((target, i) => {
      const file = `${room.folder}probe-${r}-${i}.ts`
      const path = relative(dirname(file), target)
      const name = target.startsWith('src/') ? (path.startsWith('.') ? path : `./${path}`) : target
      return [file, name, isAllowed(target, room)] as const
    }),
  )
  t.ok(probes.length > 400)
  const flows = [
    ['src/a.ts', './cli/files.ts', false],
    ['src/b.ts', 'node:fs', false],
    ['src/c.ts', 'js-yaml', false],
    ['src/d.ts', './write/index.ts', true],
    ['src/cli/a.ts', 'node:fs', true],
    ['src/cli/b.ts', 'js-yaml', false],
  ] as const
  const files: Record<string, unknown> = { 'biome.json': readFileSync(join(ROOT, 'biome.json'), 'utf8') }
  for (const [file, name] of [...probes, ...flows]) put(files, file.split('/'), `import { a } from '${name}'\n\nconsole.log(a)\n`)
  const cwd = t.testdir(files as Parameters<typeof t.testdir>[0])
  const biome = join(ROOT, 'node_modules/.bin/biome')
  t.ok(existsSync(biome))
  const { stdout } = spawnSync(biome, ['lint', '--vcs-enabled=false', '--only=style/noRestrictedImports', '--max-diagnostics=none', '--reporter=json', '.'], {
    cwd,
    encoding: 'utf8',
  })
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { category: string; location: { path: string } }[] }
  const refused = new Set(diagnostics.filter(({ category }) => category === 'lint/style/noRestrictedImports').map(({ location }) => location.path))
  for (const [file, name, allowed] of [...probes, ...flows]) t.equal(refused.has(file), !allowed, `${file} imports ${name}`)
})

function put(files: Record<string, unknown>, [head = '', ...rest]: readonly string[], text: string): void {
  if (rest.length === 0) files[head] = text
  else {
    files[head] ??= {}
    put(files[head] as Record<string, unknown>, rest, text)
  }
}
