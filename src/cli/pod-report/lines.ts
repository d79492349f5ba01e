// Creates the lines of a finished pod for the page, with their writers and the user's positions in the manifest.

import type { PageLine, PageWriter } from '#pages'
import { pathIn } from '../../lib/k8s/element-names.ts'
import { at, type Decision, type FieldPath, injectorKey, type Json, type Position, type SourceFile, type Workload, type Writer } from '../../lib/model/index.ts'
import { type Document, entryOf, LineIndex } from '../../lib/yaml/index.ts'
import type { DiffLine } from '../../origins/origins.ts'

export interface LinesInput {
  readonly workload: Workload
  readonly decision: Decision | undefined
  readonly lines: readonly DiffLine[]
  /** The finished pod. */
  readonly pod: Json | undefined
  readonly positionInInput: (position: Position) => Position
  readonly indexOf: LineIndexes
}

/** The line starts of a file, which are found once for all of its workloads. */
export type LineIndexes = (file: SourceFile) => LineIndex

/** Finds the lines of files, once for each file. */
export function lineIndexes(): LineIndexes {
  const known = new WeakMap<SourceFile, LineIndex>()
  return file => {
    const index = known.get(file) ?? new LineIndex(file)
    known.set(file, index)
    return index
  }
}

/** The lines in the form of the page's input. */
export function pageLines({ workload, decision, lines, pod, positionInInput, indexOf }: LinesInput): PageLine[] {
  const lineInManifest = manifestPositions(workload, pod ?? null, indexOf)
  return lines.map(({ text, path, origins, replacedBy }) => {
    const isYours = origins[0]?.writer.kind === 'user'
    const position = isYours ? lineInManifest(path) : undefined
    return {
      text,
      origins: origins.map(({ writer, line }) => ({ writer: pageWriter(writer, decision), ...(line === undefined ? {} : { line }) })),
      ...(replacedBy === undefined ? {} : { replacedBy: pageWriter(replacedBy, decision) }),
      ...(position === undefined ? {} : { manifestLine: positionInInput(position).line }),
    }
  })
}

/**
 * Finds the position in the manifest of a value of the finished pod.
 * @param pod the finished pod, or a pod template whose lists need not have the manifest's order
 */
export function manifestPositions({ resource, podPath }: Workload, pod: Json, indexOf: LineIndexes): (path: FieldPath) => Position | undefined {
  const document = documentOf(resource)
  if (document === undefined) return () => undefined
  const root = [...resource.path, ...podPath]
  const template = at(resource.value, podPath) ?? null
  const index = indexOf(document.file)
  return path => {
    const found = pathIn(template, pod, path)
    if (found === undefined) return undefined
    const key = found.at(-1)
    const parent = document.nodeAt([...root, ...found.slice(0, -1)])
    const entry = parent?.kind === 'map' && typeof key === 'string' ? entryOf(parent, key) : undefined
    return entry === undefined ? document.positionOf([...root, ...found]) : index.position(entry.key.start, 1, WITHOUT_EXCERPT)
  }
}

/** Shows no text of a line in a position: the page has the lines of the pod instead. */
export const WITHOUT_EXCERPT = () => ''

function documentOf({ source }: Workload['resource']): Document | undefined {
  return 'nodeAt' in source ? (source as Document) : undefined
}

/** A writer with its label and the key of its source (sources.ts). */
function pageWriter(writer: Writer, decision: Decision | undefined): PageWriter {
  switch (writer.kind) {
    case 'user':
      return { kind: 'user', label: 'yours', about: 'Written in the manifest.' }
    case 'override':
      return { kind: 'user', label: 'yours, over the template', about: OVERRIDE }
    case 'controller':
      return { kind: 'controller', label: 'controller', about: CONTROLLER }
    case 'default':
      return { kind: 'server', label: 'API server', about: SERVER }
    case 'lock':
      return { kind: 'lock', label: 'image lock', about: 'The image lock names this image by its digest or in a mirror.' }
    case 'rule':
      return { kind: 'rule', label: `Istio rule ${writer.rule}`, about: RULES.get(writer.rule) ?? '' }
    case 'policy':
      return { kind: 'policy', label: `policy ${writer.policy} (${writer.binding})`, source: policySource(writer.policy, writer.binding) }
    case 'template': {
      const isIstio = writer.injector === 'istio'
      const injection = decision?.injections.find(({ injector }) => (injector.kind === 'istio' ? isIstio : injector.name === writer.injector && !isIstio))
      const own = writer.template === writer.injector ? writer.injector : `${writer.injector} / ${writer.template}`
      const label = isIstio ? `Istio ${writer.template}` : own
      const source = injection === undefined ? {} : { source: templateSource(injectorKey(injection.injector), writer.template) }
      return { kind: isIstio ? 'template' : 'own', label, ...source }
    }
  }
}

/** The key of a template in the page's sources. */
export function templateSource(injector: string, template: string): string {
  return JSON.stringify(['template', injector, template])
}

/** The key of a policy with one of its bindings. */
export function policySource(policy: string, binding: string): string {
  return JSON.stringify(['policy', policy, binding])
}

const OVERRIDE = 'The manifest declares a container that a template writes as well; Istio lays the manifest over the template again.'
const CONTROLLER = 'The controller that creates the pod adds this: owner, generated name, labels. It is not part of the pod template.'
const SERVER =
  'A default of the API server, or what its own admission adds to every pod. It is not written into the manifest unless injection computes from it.'

/** Descriptions of Istio's rules, by their names in postprocess.ts. */
const RULES: ReadonlyMap<string, string> = new Map([
  ['user ids', "On OpenShift, the proxy's user and group are those of the namespace."],
  ['cluster environment', "The proxy's environment names its cluster and network: from the webhook's path, the mesh's values, or a label of the pod."],
  ['Prometheus', "The agent serves the application's metrics with its own; the annotations of the pod point Prometheus to the agent."],
  ['secure metrics', 'Annotations that tell Prometheus how to reach metrics by mTLS.'],
  ['probes', "The kubelet cannot reach the application by mTLS, so its probes go to the agent's port, and the agent asks the application."],
  ['metadata', "Istio's labels and annotations: revision, canonical name, and the status that lists what was injected."],
  ['order', 'The proxy is put first or last among the containers.'],
])
