// Random edits that people make in their own parts of a workload; the same edit can be made before and after an injection.

import { podTemplatePath } from '../../src/lib/k8s/workloads.ts'
import { at, type FieldPath, isObject, type Json, type JsonObject, withValueAt } from '../../src/lib/model/index.ts'
import { applyEdits, type Document, parseDocuments } from '../../src/lib/yaml/index.ts'
import { writeAll } from '../../src/write/index.ts'
import { pick, type Random } from './random.ts'

type Edit = (workload: JsonObject, place: Place) => Json

interface Place {
  readonly podPath: FieldPath
  /** Names of the containers that are the user's. */
  readonly own: ReadonlySet<string>
}

/** Names of all containers in a text that nobody has injected. */
export function containersIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/^[ -]*name: "?([\w-]+)/gm)].map(([, name]) => name ?? ''))
}

/** The text with up to three edits of each workload; the same for the same random numbers. `own`: containersIn the text before injection. */
export function userEdited(text: string, own: ReadonlySet<string>, next: Random): string {
  const edits: { document: Document; path: FieldPath; after: Json }[] = []
  for (const document of parseDocuments({ path: 'edited.yaml', text })) {
    for (const path of workloadPaths(document.value)) {
      const workload = at(document.value, path) as JsonObject
      const podPath = podTemplatePath({ apiVersion: String(workload.apiVersion), kind: String(workload.kind) }, [])
      const count = next(4)
      let after: Json = workload
      for (let i = 0; i < count; i++) {
        const edit = pick(next, EDITS)(next)
        if (podPath !== undefined) after = edit(after as JsonObject, { podPath, own })
      }
      edits.push({ document, path, after })
    }
  }
  const byDocument = new Map<Document, { path: FieldPath; after: Json }[]>()
  for (const { document, ...change } of edits) byDocument.set(document, [...(byDocument.get(document) ?? []), change])
  return applyEdits(
    text,
    [...byDocument].flatMap(([document, changes]) => writeAll({ document, changes })),
  )
}

function workloadPaths(value: Json, path: FieldPath = []): FieldPath[] {
  if (!isObject(value)) return []
  if (value.kind === 'List' && Array.isArray(value.items)) return value.items.flatMap((item, i) => workloadPaths(item, [...path, 'items', i]))
  return podTemplatePath({ apiVersion: String(value.apiVersion), kind: String(value.kind) }, []) === undefined ? [] : [path]
}

const EDITS: [(next: Random) => Edit, ...((next: Random) => Edit)[]] = [
  next => set(() => ['metadata', 'labels', 'team'], `team-${next(9)}`),
  next => set(() => ['metadata', 'annotations', 'example.com/owner'], `owner-${next(9)}`),
  next => set(podPath => [...podPath, 'spec', 'priority'], next(9)),
  next => set(podPath => [...podPath, 'metadata', 'labels', 'version'], `v${next(9)}`),
  next => set(podPath => [...podPath, 'metadata', 'annotations', 'example.com/checksum'], `sum-${next(99)}`),
  next => set(podPath => [...podPath, 'spec', 'terminationGracePeriodSeconds'], 10 + next(50)),
  next => set(podPath => [...podPath, 'spec', 'nodeSelector', 'disk'], pick(next, ['ssd', 'hdd'])),
  next => onOwnContainer(container => [container, { name: `extra-${next(5)}`, image: 'extra:1', env: [{ name: 'A', value: 'b' }] }]),
  next => onOwnContainer(container => ({ ...container, image: `app:${next(99)}` })),
  next => onOwnContainer(container => ({ ...container, env: [...listOf(container.env), { name: `ADDED_${next(5)}`, value: 'yes' }] })),
  next => onOwnContainer(container => ({ ...container, resources: { limits: { memory: `${64 + next(9)}Mi` } } })),
  () => onOwnContainer(container => ({ ...container, workingDir: '/srv' })),
  next => onList('volumes', list => [...list, { name: `cache-${next(5)}`, emptyDir: {} }]),
]

function set(pathOf: (podPath: FieldPath) => FieldPath, value: Json): Edit {
  return (workload, { podPath }) => withValueAt(filled(workload, pathOf(podPath).slice(0, -1)), pathOf(podPath), value)
}

/** With empty maps where the path has none. */
function filled(value: Json, path: FieldPath): Json {
  const [step, ...rest] = path
  if (step === undefined) return isObject(value) || Array.isArray(value) ? value : {}
  if (typeof step === 'number' && Array.isArray(value)) return value.map((item, i) => (i === step ? filled(item, rest) : item))
  const object = isObject(value) ? value : {}
  return { ...object, [step]: filled(object[String(step)] ?? {}, rest) }
}

function onList(name: string, change: (list: Json[]) => Json[]): Edit {
  return (workload, { podPath }) => {
    const path = [...podPath, 'spec', name]
    const list = listOf(at(workload, path))
    const after = change(list)
    // A name twice is no edit that anybody makes.
    const names = after.map(item => (isObject(item) ? item.name : item))
    if (new Set(names).size < names.length) return workload
    return withValueAt(filled(workload, path.slice(0, -1)), path, after)
  }
}

function onOwnContainer(change: (container: JsonObject) => JsonObject | JsonObject[]): Edit {
  return (workload, place) =>
    onList('containers', list => {
      const index = list.findIndex(item => isObject(item) && place.own.has(String(item.name)) && item.name !== 'istio-proxy')
      return list.flatMap((item, i) => (i === index && isObject(item) ? change(item) : item))
    })(workload, place)
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}
