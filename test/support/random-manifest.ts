// Random Kubernetes manifests in random styles: comments, flows, quotes, anchors, block scalars, line ends, indentations, several documents, ResourceLists, JSON.

import { chance, pick, type Random } from './random.ts'

export interface Manifest {
  readonly text: string
  /** Which of the file's documents holds the workload, and where its pod template is. */
  readonly document: number
  readonly path: readonly (string | number)[]
  /** The template has a key twice; what is removed with both cannot be brought back as it was. */
  readonly hasDuplicates: boolean
}

interface Habits {
  readonly step: number
  readonly seqIndent: number
  readonly dashWidth: number
  readonly comments: number
  readonly blanks: number
  readonly flow: number
  readonly weird: number
  readonly anchors: boolean
}

/** A map as entries, so that a key may occur twice. */
type Tree = string | Tree[] | { readonly entries: readonly (readonly [string, Tree])[] } | Scalar
class Scalar {}
const SCALAR = new Scalar()

const map = (...entries: (readonly [string, Tree] | false)[]): Tree => ({ entries: entries.filter(entry => entry !== false) })

/** `plainStyle`: block style only, without anchors. */
export function randomManifest(next: Random, plainStyle = false): Manifest {
  if (!plainStyle && chance(next, 12)) return jsonManifest(next)
  const printer = new Printer(next, {
    step: pick(next, [2, 2, 2, 4, 3]),
    seqIndent: pick(next, [0, 0, 2, 2, 4]),
    dashWidth: pick(next, [2, 2, 2, 2, 4]),
    comments: pick(next, [0, 10, 30]),
    blanks: pick(next, [0, 5, 10]),
    flow: plainStyle ? 0 : pick(next, [0, 10, 30, 60]),
    weird: pick(next, [0, 20, 50]),
    anchors: !plainStyle && chance(next, 25),
  })
  const lines: string[] = []
  let document = 0
  const isFirstBare = !chance(next, 40)
  if (chance(next, 5)) lines.push('%YAML 1.1', '---')
  else if (!isFirstBare) lines.push(pick(next, ['---', '--- # start']))
  if (chance(next, 20)) {
    lines.push(...printer.document(map(['kind', 'ConfigMap'], ['data', map(['k', SCALAR], ['l', SCALAR])])), '---')
    document++
  }
  const path: (string | number)[] = ['spec', 'template']
  if (chance(next, 25)) {
    const before = next(3)
    path.unshift('items', before)
    const items = [...Array.from({ length: before }, () => workload(next)), workload(next), ...Array.from({ length: next(2) }, () => workload(next))]
    const header = map(
      ['apiVersion', 'config.kubernetes.io/v1'],
      ['kind', 'ResourceList'],
      ['items', items],
      chance(next, 30) && ['functionConfig', map(['kind', 'X'])],
    )
    lines.push(...printer.document(header))
  } else lines.push(...printer.document(workload(next)))
  if (chance(next, 20)) lines.push('---', ...printer.document(map(['kind', 'Service'], ['x', SCALAR])))
  else if (chance(next, 10)) lines.push('...')
  const eol = chance(next, 15) ? '\r\n' : '\n'
  const last = lines.at(-1) ?? ''
  const noEnd = chance(next, 12) && /^[\w\s-]*: ?["'\w]/.test(last)
  return {
    text: (chance(next, 4) && isFirstBare && lines[0] !== '%YAML 1.1' ? '\uFEFF' : '') + lines.join(eol) + (noEnd ? '' : eol),
    document,
    path,
    hasDuplicates: lines.some(line => line.includes('twice')),
  }
}

function workload(next: Random): Tree {
  return map(
    ['apiVersion', 'apps/v1'],
    ['kind', 'Deployment'],
    ['metadata', map(['name', 'web'], chance(next, 50) && ['annotations', map(['a.b/c', SCALAR], ['d', SCALAR])])],
    [
      'spec',
      map(['replicas', SCALAR], ['selector', map(['matchLabels', map(['app', 'web'])])], ['template', template(next)], chance(next, 30) && ['paused', SCALAR]),
    ],
    chance(next, 10) && ['status', map()],
  )
}

function template(next: Random): Tree {
  const metadata: Tree = chance(next, 10) ? pick(next, ['', '{}']) : map(['labels', labels(next)], chance(next, 60) && ['annotations', labels(next)])
  return map(chance(next, 92) && ['metadata', metadata], ['spec', podSpec(next)], chance(next, 10) && ['unknown', SCALAR])
}

function labels(next: Random): Tree {
  if (chance(next, 20)) return pick(next, ['', '{}', '{ }', 'null', '~'])
  return map(['app', 'web'], ...Array.from({ length: next(3) }, (_, i) => [`l${i}`, SCALAR] as const), chance(next, 3) && ['app', 'twice'])
}

function podSpec(next: Random): Tree {
  return map(
    chance(next, 30) && [
      'volumes',
      chance(next, 30) ? '[]' : many(next, 3, i => map(['name', `v${i}`], ['emptyDir', pick(next, ['{}', map(['medium', SCALAR])])])),
    ],
    chance(next, 30) && ['initContainers', many(next, 2, i => container(next, `init${i}`))],
    ['containers', many(next, 3, i => container(next, `c${i}`))],
    chance(next, 40) && ['securityContext', map(['fsGroup', SCALAR], ['sysctls', [map(['name', 'x'], ['value', SCALAR])]])],
    chance(next, 30) && ['tolerations', many(next, 2, () => map(['key', SCALAR], ['operator', 'Exists']))],
    chance(next, 30) && ['restartPolicy', 'Always'],
  )
}

function container(next: Random, name: string): Tree {
  return map(
    ['name', name],
    ['image', 'registry.example.com:5000/team/image:1.2.3'],
    chance(next, 40) && ['args', many(next, 3, () => (chance(next, 20) ? [SCALAR] : SCALAR))],
    chance(next, 40) && ['ports', many(next, 2, i => map(['containerPort', `${8080 + i}`], chance(next, 50) && ['name', `p${i}`]))],
    chance(next, 40) && ['env', many(next, 3, i => map(['name', `VAR${i}`], chance(next, 80) && ['value', SCALAR]))],
    chance(next, 40) && ['resources', map(['limits', map(['cpu', '2000m'], ['memory', '"1Gi"'])], ['requests', '{}'])],
    chance(next, 20) && ['command', [SCALAR, SCALAR]],
    chance(next, 10) && ['x-unknown', map(['y', [[SCALAR, SCALAR], map(['z', SCALAR])]])],
  )
}

function many(next: Random, most: number, make: (i: number) => Tree): Tree[] {
  return Array.from({ length: 1 + next(most) }, (_, i) => make(i))
}

const PLAIN = [
  'web',
  'a b',
  'x-y',
  '10',
  '1.5',
  'true',
  'http://h:80/p',
  '0644',
  'yes',
  'on',
  '1_000',
  '12:30',
  '2000m',
  '~',
  'null',
  '1e3',
  '0x1F',
  '-1',
  '.5',
  '2020-01-01',
  '12345678901234567890',
  'a#b',
  'ünï',
  '-x',
  ':z',
] as const
const QUOTED = ['"2"', "'2'", '"a\\tb\\u00e9"', "'it''s'", '""', "''", '"{\\"a\\": [1]}"', "'# no comment'", '" spaced "', '"yes"'] as const
const LONG = `"${'long '.repeat(40)}"`
const BLOCKS: readonly (readonly [string, ...string[]])[] = [
  ['|', 'one', '  two', '', 'three # text'],
  ['|-', 'one', 'two'],
  ['|+', 'one', ''],
  ['>-', 'folded', 'text', '', 'more'],
  ['>', 'folded'],
  ['|  # header', '{"json": true}'],
  ['"several', '  lines"'],
  ['plain', '  goes on'],
]

class Printer {
  private count = 0
  private readonly next: Random
  private readonly habits: Habits
  private anchors: { name: string; kind: 'map' | 'list' | 'scalar' }[] = []

  constructor(next: Random, habits: Habits) {
    this.next = next
    this.habits = habits
  }

  document(tree: Tree): string[] {
    this.anchors = []
    const comments = this.chance(this.habits.comments) ? ['# head', ''] : []
    return [...comments, ...this.block(tree)]
  }

  private chance(percent: number): boolean {
    return chance(this.next, percent)
  }

  /** Lines of a block collection, or the one line of anything else. */
  private block(tree: Tree): string[] {
    if (Array.isArray(tree)) return tree.flatMap(item => this.item(item))
    if (typeof tree === 'string' || tree instanceof Scalar || tree.entries.length === 0) return [this.inline(tree)]
    const merge = this.merge()
    return [...merge, ...tree.entries.flatMap(([key, value]) => this.entry(key, value))]
  }

  private merge(): string[] {
    const maps = this.anchors.filter(anchor => anchor.kind === 'map')
    if (!this.habits.anchors || maps.length === 0 || !this.chance(12)) return []
    const anchor = maps[this.next(maps.length)]
    return [`${this.chance(30) ? '!!merge ' : ''}<<: *${anchor?.name}`]
  }

  private before(): string[] {
    const lines: string[] = []
    if (this.chance(this.habits.blanks)) lines.push('')
    if (this.chance(this.habits.comments)) lines.push(pick(this.next, ['# before', '#no space', '    # deeper', '# - name: off\n#   x: y', '#\ttab']))
    return lines.flatMap(line => line.split('\n'))
  }

  private behind(): string {
    return this.chance(this.habits.comments) ? pick(this.next, [' # behind', '   # far', '\t# tab', ' #'] as const) : ''
  }

  private entry(key: string, tree: Tree): string[] {
    const name = this.chance(5) ? pick(this.next, [`"${key}"`, `'${key}'`, `${key} `] as const) : key
    const before = this.before()
    if (!isBlock(tree) || this.chance(this.habits.flow)) {
      const [first = '', ...rest] = this.value(tree)
      const deeper = rest.map(line => indent(line, this.habits.step))
      return [...before, `${name}:${first === '' ? '' : ' '}${first}${rest.length === 0 ? this.behind() : ''}`, ...deeper]
    }
    const anchor = this.anchor()
    const columns = Array.isArray(tree) ? this.habits.seqIndent : this.habits.step
    const lines = this.block(tree).map(line => indent(line, columns))
    this.define(anchor, Array.isArray(tree) ? 'list' : 'map')
    return [...before, `${name}:${anchor === '' ? '' : ` &${anchor}`}${this.behind()}`, ...lines]
  }

  private item(tree: Tree): string[] {
    const before = this.before()
    const width = this.habits.dashWidth
    const dash = '-'.padEnd(width)
    if (!isBlock(tree) || this.chance(this.habits.flow)) {
      const [first = '', ...rest] = this.value(tree, true)
      return [...before, `${dash}${first}${rest.length === 0 ? this.behind() : ''}`, ...rest.map(line => indent(line, width))]
    }
    const anchor = this.anchor()
    const [first = '', ...rest] = this.block(tree)
    this.define(anchor, Array.isArray(tree) ? 'list' : 'map')
    const below = rest.map(line => indent(line, width))
    const starts = /^[^\s#]/.test(first)
    if (anchor === '' && starts && !this.chance(8)) return [...before, `${dash}${first}`, ...below]
    const head = anchor === '' ? (this.chance(50) ? '- # head' : '-') : `- &${anchor}`
    return [...before, head, indent(first, width), ...below]
  }

  private anchor(): string {
    if (!this.habits.anchors || !this.chance(20)) return ''
    return `a${this.count++}`
  }

  private define(name: string, kind: 'map' | 'list' | 'scalar'): void {
    if (name !== '') this.anchors.push({ name, kind })
  }

  /** A scalar, alias or flow collection; further lines without their indentation. */
  private value(tree: Tree, isItem = false): string[] {
    if (tree instanceof Scalar) {
      if (this.chance(this.habits.weird / 2)) return [...pick(this.next, BLOCKS as [readonly [string, ...string[]]])]
      if (this.habits.anchors && this.anchors.length > 0 && this.chance(30)) return [`*${this.anchors[this.next(this.anchors.length)]?.name}`]
      if (!isItem && this.chance(this.habits.weird / 5)) return ['']
      const anchor = this.anchor()
      this.define(anchor, 'scalar')
      return [`${anchor === '' ? '' : `&${anchor} `}${this.inline(tree)}`]
    }
    if (isBlock(tree) && this.chance(40)) return this.longFlow(tree)
    return [this.inline(tree)]
  }

  private inline(tree: Tree): string {
    if (typeof tree === 'string') return tree
    if (tree instanceof Scalar) {
      if (this.chance(this.habits.weird / 4)) return pick(this.next, [LONG, '!!str 123', '"\\U0001f600"', "'😀'"] as const)
      return this.chance(50) ? pick(this.next, PLAIN) : pick(this.next, QUOTED)
    }
    const pad = this.chance(30) ? ' ' : ''
    const inner = this.flowParts(tree).join(this.chance(90) ? ', ' : ',')
    if (inner === '') return Array.isArray(tree) ? '[]' : '{}'
    return Array.isArray(tree) ? `[${pad}${inner}${pad}]` : `{${pad}${inner}${pad}}`
  }

  private flowParts(tree: Tree): string[] {
    const child = (part: Tree) => {
      const text = this.inline(part)
      return text === '' ? '""' : text.startsWith(':') || text.startsWith('-') ? `"${text}"` : text
    }
    if (Array.isArray(tree)) return tree.map(child)
    if (typeof tree === 'string' || tree instanceof Scalar) return []
    return tree.entries.map(([key, value]) => (this.chance(10) ? `"${key}": ${child(value)}` : `${key}: ${child(value)}`))
  }

  /** A flow collection over several lines. */
  private longFlow(tree: Tree): string[] {
    const parts = this.flowParts(tree)
    const [open, close] = Array.isArray(tree) ? ['[', ']'] : ['{', '}']
    if (parts.length === 0) return [`${open}${close}`]
    const comma = this.chance(30) ? ',' : ''
    if (this.chance(30))
      return [`${open}${parts[0]}${parts.length > 1 ? ',' : ''}`, ...parts.slice(1).map((part, i) => ` ${part}${i < parts.length - 2 ? ',' : ''}`), ` ${close}`]
    return [open, ...parts.map((part, i) => `  ${part}${i < parts.length - 1 ? ',' : comma}${this.behind()}`), ` ${close}`]
  }
}

/** A collection that can be written in block style. */
function isBlock(tree: Tree): boolean {
  if (Array.isArray(tree)) return tree.length > 0
  return typeof tree === 'object' && !(tree instanceof Scalar) && tree.entries.length > 0
}

function indent(line: string, columns: number): string {
  return line === '' ? '' : ' '.repeat(columns) + line
}

function jsonManifest(next: Random): Manifest {
  const indentation = pick(next, [0, 2, 4, '\t'])
  const value = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { template: jsonOf(template(next), next) } }
  const list = chance(next, 30)
  return {
    text: JSON.stringify(list ? { kind: 'ResourceList', items: [value, value] } : value, null, indentation) + (chance(next, 50) ? '\n' : ''),
    document: 0,
    path: list ? ['items', next(2), 'spec', 'template'] : ['spec', 'template'],
    hasDuplicates: false,
  }
}

function jsonOf(tree: Tree, next: Random): unknown {
  if (Array.isArray(tree)) return tree.map(item => jsonOf(item, next))
  if (typeof tree === 'string') return tree === '' || tree === '~' || tree === 'null' ? null : tree.startsWith('{') ? {} : tree.startsWith('[') ? [] : tree
  if (tree instanceof Scalar) return pick<unknown>(next, ['a', '', 'yes', 1, 1.5, true, null, 'é"\\', '0644', 'x\ny'])
  return Object.fromEntries(tree.entries.map(([key, value]) => [key, jsonOf(value, next)]))
}
