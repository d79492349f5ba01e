// Random changes of a pod template, made as operations on plain values, so that two parsers' readings of one text can be changed alike.

import { chance, pick, type Random } from './random.ts'

type Value = unknown
export type Operation = (root: Value) => Value

/** A few operations; each takes the value that the ones before it left. `additive`: such as injection makes, which only add. */
export function randomChange(next: Random, template: Value, additive = false): Operation[] {
  const operations: Operation[] = []
  let value = structuredClone(template)
  for (let count = 1 + next(4); count > 0; count--) {
    const operation = additive || chance(next, 70) ? injection(next) : anyChange(next, value)
    operations.push(operation)
    value = operation(structuredClone(value))
  }
  return operations
}

function injection(next: Random): Operation {
  const name = `sidecar-${next(100)}`
  const note = text(next)
  const added = container(next, name)
  const first = chance(next, 50)
  switch (next(6)) {
    case 0:
      return onMap(['metadata', 'annotations'], map => ({ ...map, 'sidecar.istio.io/status': '{"initContainers":["istio-init"]}', [name]: note }))
    case 1:
      return onMap(['metadata', 'labels'], map => ({ ...map, [name]: note }))
    case 2:
      return onList(['spec', 'containers'], list => [added, ...list])
    case 3:
      return onList(['spec', 'containers'], list => [...list, added])
    case 4:
      return onList(['spec', 'initContainers'], list => (first ? [added, ...list] : [...list, added]))
    default:
      return onList(['spec', 'volumes'], list => [
        ...list,
        { name, emptyDir: {} },
        { name: `${name}-token`, projected: { sources: [{ serviceAccountToken: { path: note, expirationSeconds: 43200 } }] } },
      ])
  }
}

const TEXTS = [
  'plain',
  'true',
  'yes',
  '0644',
  '12:30',
  '2020-01-01',
  '',
  ' ',
  'a: b',
  'a #b',
  '*',
  '{"a": "it\'s"}',
  "it's",
  'two\nlines\n',
  'two\nlines',
  ' lead\n  x',
  'end\n\n',
  'tab\tx',
  'null',
  '~',
  '-',
  '- a',
  '<<',
  '=',
  '1e3',
  'é😀',
  '\u0001',
  'x\r\ny',
  '@x',
  '%x',
  '[a',
  '# c',
  'a\n\tb',
  '\n',
] as const

function text(next: Random): string {
  return pick(next, TEXTS)
}

function container(next: Random, name: string): Value {
  return {
    name,
    image: 'docker.io/istio/proxyv2:1.30.0',
    args: ['proxy', '--domain', '$(POD_NAMESPACE).svc.cluster.local', text(next)],
    env: [
      { name: 'A', value: text(next) },
      { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ],
    ports: chance(next, 50) ? [{ containerPort: 15090, protocol: 'TCP' }] : [],
    resources: { limits: { cpu: '2', memory: '1Gi' }, requests: {} },
    securityContext: { runAsUser: 1337, privileged: false, capabilities: { drop: ['ALL'] } },
  }
}

/** Anything else that may happen to a tree: replaced, emptied and removed nodes, lists in another order. */
function anyChange(next: Random, value: Value): Operation {
  const paths = pathsOf(value)
  const path = paths[next(paths.length)] ?? []
  const node = scalar(next)
  const collection = pick<Value>(next, [{}, [], { new: [1, { a: 'b' }] }, [['x'], {}], null])
  if (path.length === 0) return onMap(['spec'], map => ({ ...map, extra: node }))
  switch (next(6)) {
    case 0:
    case 1:
      return root => withAt(root, path, () => node)
    case 2:
      return root => withAt(root, path, () => collection)
    case 3:
      return root => without(root, path)
    case 4:
      return root => withAt(root, path, list => (Array.isArray(list) ? [...list].reverse() : list))
    default:
      return root => withAt(root, path, map => (isMap(map) ? { ...map, 'added-key': node } : map))
  }
}

function scalar(next: Random): Value {
  return chance(next, 60) ? text(next) : pick<Value>(next, [1, 0, -5, 1.5, true, false, null, 1e21])
}

function isMap(value: Value): value is Record<string, Value> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function pathsOf(value: Value, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((item, i) => pathsOf(item, [...path, i]))]
  return isMap(value) ? [path, ...Object.keys(value).flatMap(key => pathsOf(value[key], [...path, key]))] : [path]
}

function onMap(path: readonly string[], change: (map: Record<string, Value>) => Value): Operation {
  return root => withAt(root, path, node => change(isMap(node) ? node : {}))
}

function onList(path: readonly string[], change: (list: Value[]) => Value): Operation {
  return root => withAt(root, path, node => change(Array.isArray(node) ? node : []))
}

function withAt(root: Value, [step, ...rest]: readonly (string | number)[], change: (node: Value) => Value): Value {
  if (step === undefined) return change(root)
  if (typeof step === 'number') return Array.isArray(root) ? root.map((item, i) => (i === step ? withAt(item, rest, change) : item)) : root
  const map = isMap(root) ? root : {}
  return { ...map, [step]: withAt(map[step], rest, change) }
}

function without(root: Value, path: readonly (string | number)[]): Value {
  return withAt(root, path.slice(0, -1), node => {
    const step = path.at(-1)
    if (Array.isArray(node)) return node.filter((_, i) => i !== step)
    return isMap(node) ? Object.fromEntries(Object.entries(node).filter(([key]) => key !== step)) : node
  })
}
