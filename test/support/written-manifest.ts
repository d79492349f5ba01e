// Kubernetes manifests as people write them: workloads that can be injected beside other resources, in several documents and in Lists whose items share parts.

import { chance, pick, type Random } from './random.ts'
import { type Line, type MapTree, randomHabits, type Tree, YamlPrinter } from './yaml-printer.ts'

type Entry = readonly [key: string, value: Tree]

const text = (scalar: string | number | boolean | null): Tree => ({ scalar })
const map = (...entries: readonly (Entry | false)[]): MapTree => ({ entries: entries.filter(entry => entry !== false) })
const list = (...items: readonly (Tree | false)[]): Tree => ({ items: items.filter(item => item !== false) })
const NOTHING: MapTree = { entries: [] }

const TEXTS = ['web', 'a b', 'yes', '0644', '12:30', '', 'a: b', 'a #b', "it's", '{"a": 1}', '*', 'two\nlines', 'x,y', 'http://h:80/p', 'null', '- a', 'ünï', '1e3'] as const // biome-ignore format: a list

/** What the workloads of a file have in common, by anchors. */
class Shop {
  private readonly next: Random
  private readonly labels: MapTree
  private readonly specs: Tree[] = []
  private readonly containers: Tree[] = []
  private readonly templates: Tree[] = []
  private count = 0

  constructor(next: Random) {
    this.next = next
    this.labels = map(['app', text('web')], chance(next, 40) && ['tier', text('front')])
  }

  private is(percent: number): boolean {
    return chance(this.next, percent)
  }

  private value(): Tree {
    return text(pick(this.next, TEXTS))
  }

  /** Empty in one of the ways in which something is empty, or what `make` gives. */
  private maybeEmpty(make: () => Tree, nothing: Tree = NOTHING): Tree {
    return this.is(15) ? text(null) : this.is(10) ? nothing : make()
  }

  resource(): MapTree {
    const { next } = this
    const kind = pick(next, ['Deployment', 'Deployment', 'Deployment', 'StatefulSet', 'CronJob', 'Pod', 'Service', 'ConfigMap'])
    const name = `${kind.toLowerCase()}-${this.count++}`
    const annotations = this.is(40) && (['annotations', this.maybeEmpty(() => map(['example.com/owner', this.value()]))] as const)
    const head = (apiVersion: string): Entry[] => [
      ['apiVersion', text(apiVersion)],
      ['kind', text(kind)],
      ['metadata', map(['name', text(name)], ['namespace', text('shop')], annotations)],
    ]
    if (kind === 'Service') return map(...head('v1'), ['spec', map(['selector', this.sharedLabels()])])
    if (kind === 'ConfigMap') return map(...head('v1'), ['data', this.maybeEmpty(() => map(['a', this.value()], ['b', this.value()]))])
    if (kind === 'Pod') {
      const [apiVersion, own] = head('v1')
      return map(...[apiVersion, own].filter(entry => entry !== undefined), ['metadata', this.podMetadata(name)], ['spec', this.podSpec()])
    }
    if (kind === 'CronJob') {
      const job = map(['spec', map(['template', this.template('OnFailure')])])
      return map(...head('batch/v1'), ['spec', map(['schedule', text('1 * * * *')], ['jobTemplate', job])])
    }
    const spec = map(
      this.is(50) && ['replicas', text(1 + next(3))],
      ['selector', map(['matchLabels', this.sharedLabels()])],
      kind === 'StatefulSet' && ['serviceName', text('web')],
      ['template', this.template()],
    )
    return map(...head('apps/v1'), ['spec', this.shared(this.specs, kind === 'Deployment', spec)], this.is(10) && ['status', NOTHING])
  }

  /** One that was made before, by an alias or a merge key; or the new one, for others to share. */
  private shared(known: Tree[], mayShare: boolean, made: Tree): Tree {
    const before = known[this.next(known.length + 1)]
    if (mayShare && before !== undefined && this.is(50)) {
      if (!('entries' in before) || this.is(50)) return before
      return { entries: [['minReadySeconds', text(this.next(9))]], merges: [before] }
    }
    if (mayShare) known.push(made)
    return made
  }

  private sharedLabels(): Tree {
    return this.is(60) ? this.labels : map(['app', text('web')])
  }

  private template(restartPolicy?: string): Tree {
    const made = map(this.is(92) && ['metadata', this.podMetadata()], ['spec', this.podSpec(restartPolicy)])
    const before = this.templates[this.next(this.templates.length + 1)]
    if (restartPolicy === undefined && before !== undefined && this.is(25)) return before
    if (restartPolicy === undefined) this.templates.push(made)
    return made
  }

  private podMetadata(name?: string): MapTree {
    const labels: Entry = ['labels', this.is(60) ? this.labels : this.maybeEmpty(() => map(['app', text('web')], this.is(30) && ['version', this.label()]))]
    const annotations: Entry = ['annotations', this.maybeEmpty(() => map(['example.com/a', this.value()], this.is(30) && ['example.com/b', this.value()]))]
    const both = this.is(50) ? [labels, annotations] : [annotations, labels]
    return map(
      ...(name === undefined
        ? []
        : ([
            ['name', text(name)],
            ['namespace', text('shop')],
          ] as const)),
      ...both.filter(() => this.is(75)),
      name === undefined && this.is(5) && ['creationTimestamp', text(null)],
    )
  }

  private label(): Tree {
    return text(pick(this.next, ['v1', 'a.b', 'yes', '1']))
  }

  private podSpec(restartPolicy?: string): MapTree {
    const { next } = this
    const entries: (Entry | false)[] = [
      this.is(20) && ['initContainers', this.is(40) ? list() : list(this.container('init'))],
      ['containers', list(this.sharedContainer('app'), this.is(30) && this.container('side'))],
      this.is(30) && ['volumes', this.is(40) ? this.maybeEmpty(() => list(), list()) : list(map(['name', text('data')], ['emptyDir', NOTHING]))],
      restartPolicy === undefined ? this.is(30) && ['restartPolicy', text('Always')] : ['restartPolicy', text(restartPolicy)],
      this.is(15) && ['securityContext', this.maybeEmpty(() => map(['fsGroup', text(1000)]))],
      this.is(10) && ['nodeSelector', text(null)],
    ]
    const kept = entries.filter(entry => entry !== false)
    return map(...(this.is(30) ? kept.toSorted(() => next(3) - 1) : kept))
  }

  private sharedContainer(name: string): Tree {
    const before = this.containers[this.next(this.containers.length + 1)]
    if (before !== undefined && this.is(30)) return before
    const made = this.container(name)
    this.containers.push(made)
    return made
  }

  private container(name: string): MapTree {
    const { next } = this
    const probe = map(['httpGet', map(['path', text('/ready')], ['port', text(this.is(50) ? 8080 : 'http')])], this.is(30) && ['periodSeconds', text(5)])
    return map(
      ['name', text(name)],
      ['image', text(`registry.example.com:5000/${name}:${next(100)}`)],
      this.is(30) && ['args', list(this.value(), this.value())],
      this.is(30) && ['env', this.maybeEmpty(() => list(map(['name', text('A')], ['value', this.value()]), this.is(30) && map(['name', text('B')])), list())],
      this.is(40) && ['ports', list(map(['containerPort', text(8080)], ['name', text('http')]))],
      this.is(30) && ['resources', this.maybeEmpty(() => map(['limits', map(['cpu', text('2000m')])]))],
      this.is(25) && ['readinessProbe', probe],
      this.is(10) && ['command', text(null)],
    )
  }
}

export interface WrittenManifest {
  readonly lines: readonly Line[]
  readonly eol: string
  /** The end of the last line. */
  readonly end: string
  readonly text: string
}

/** The text of the lines. */
export function textOfLines(lines: readonly Line[], { eol, end }: Pick<WrittenManifest, 'eol' | 'end'>): string {
  return lines.map(line => line.text).join(eol) + end
}

/** One file; most of its workloads can be injected. */
export function writtenManifest(next: Random): WrittenManifest {
  const habits = randomHabits(next)
  const printer = new YamlPrinter(next, habits)
  const lines: Line[] = []
  const push = (line: string) => lines.push({ text: line, isFree: true })
  const count = 1 + (chance(next, 50) ? 0 : next(3))
  for (let i = 0; i < count; i++) {
    const isFirst = i === 0
    if (!isFirst || chance(next, 40)) push(pick(next, ['---', '---', '--- # start', '---  ']))
    if (chance(next, 4)) push(pick(next, ['# nothing', '', '---']))
    const shop = new Shop(next)
    if (chance(next, 40)) {
      const items = Array.from({ length: 1 + next(3) }, () => shop.resource())
      lines.push(...printer.document(map(['apiVersion', text('v1')], ['kind', text('List')], ['items', list(...items)])))
    } else lines.push(...printer.document(shop.resource()))
    if (chance(next, 10)) push(printer.note())
    if (chance(next, 4)) push('...')
  }
  if (chance(next, 10)) push(pick(next, ['---', '', '# the end', '--- # none']))
  const eol = chance(next, 15) ? '\r\n' : '\n'
  const [first, ...rest] = lines
  const marked = chance(next, 3) && first !== undefined ? [{ ...first, text: `\uFEFF${first.text}` }, ...rest] : lines
  const end = chance(next, 12) ? '' : eol
  return { lines: marked, eol, end, text: textOfLines(marked, { eol, end }) }
}
