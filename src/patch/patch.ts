// Writes the changes of injection in a workload as a patch for kustomize, so that the source stays unchanged.

import { describe, type FieldPath, InjectError, type JsonObject, type ResourceRef, stringAt } from '../lib/model/index.ts'
import { toYaml } from '../lib/yaml/index.ts'
import { jsonPatch } from './json-patch.ts'
import { workloadType } from './schema.ts'
import { strategicPatch } from './strategic-patch.ts'

export type PatchFormat = 'strategic' | 'json6902'

/** A workload's value in the file before and after injection. */
export interface PatchedWorkload {
  readonly ref: ResourceRef
  readonly podPath: FieldPath
  readonly before: JsonObject
  readonly after: JsonObject
}

export interface PatchOptions {
  readonly format: PatchFormat
  /** Whether a JSON patch tests the names of list items first; absent: it does. */
  readonly tests?: boolean
  /** Name of the patch's file, for its comment. */
  readonly file?: string
}

/** The target of a patch in a kustomization's `patches`. */
export interface PatchTarget {
  readonly group?: string
  readonly version: string
  readonly kind: string
  readonly name: string
  readonly namespace?: string
}

export interface KustomizePatch {
  /** The format; `json6902` also if a strategic merge patch was requested but kustomize would merge it wrongly. */
  readonly format: PatchFormat
  readonly target: PatchTarget
  /** YAML with a line end, and a comment that says how to use it. */
  readonly text: string
  /** The text without the comment. */
  readonly body: string
}

/**
 * The patch with which kustomize's output equals that of `inject`; undefined if nothing changed.
 * @throws InjectError `patch-impossible` for an object without a name, which kustomize cannot address
 * @example patchOf({ ref, podPath: ['spec', 'template'], before, after }, { format: 'strategic' })?.text
 */
export function patchOf(workload: PatchedWorkload, { format, tests = true, file = 'THIS FILE' }: PatchOptions): KustomizePatch | undefined {
  const { ref, podPath, before, after } = workload
  const target = targetOf(workload)
  const type = workloadType(podPath)
  const strategic = format === 'strategic' ? strategicFor(workload) : undefined
  if (strategic !== undefined && 'patch' in strategic) {
    const body = strategicText(workload, strategic.patch)
    return { format: 'strategic', target, text: `${heading(ref, file)}${body}`, body }
  }
  const operations = jsonPatch(before, after, { type, tests })
  if (operations.length === 0) return undefined
  const why = strategic === undefined ? [] : [`A JSON patch, because ${strategic.impossible}.`]
  const body = toYaml([...operations])
  return { format: 'json6902', target, text: `${heading(ref, file, { target, why })}${body}`, body }
}

/** Kinds whose lists kustomize merges by schema; it replaces lists of all other kinds. */
const WITH_SCHEMA: ReadonlySet<string> = new Set([
  'v1/Pod',
  'v1/ReplicationController',
  ...['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'].map(kind => `apps/v1/${kind}`),
  ...['Job', 'CronJob'].map(kind => `batch/v1/${kind}`),
])

function strategicFor({ ref, podPath, before, after }: PatchedWorkload) {
  if (WITH_SCHEMA.has(`${ref.apiVersion}/${ref.kind}`)) return strategicPatch(before, after, workloadType(podPath))
  return { impossible: `kustomize has no schema of ${ref.apiVersion} ${ref.kind} and would replace its lists` } as const
}

function strategicText({ ref, before }: PatchedWorkload, patch: JsonObject): string {
  const metadata: JsonObject = {}
  for (const key of ['name', 'namespace']) {
    const value = stringAt(before, ['metadata', key])
    if (value !== undefined) metadata[key] = value
  }
  const { metadata: changed } = patch
  const full: JsonObject = { ...patch, apiVersion: ref.apiVersion, kind: ref.kind, metadata: { ...(changed as JsonObject | undefined), ...metadata } }
  return toYaml(full)
}

function heading(ref: ResourceRef, file: string, json?: { readonly target: PatchTarget; readonly why: readonly string[] }): string {
  const lines = [`Injects sidecars into ${describe(ref)}, made by inject-sidecars. An entry under \`patches\` of a kustomization uses it:`, `- path: ${file}`]
  if (json !== undefined) {
    const target = Object.entries(json.target).map(([key, value]) => `    ${key}: ${toYaml(value).trimEnd()}`)
    lines.push('  target:', ...target, ...json.why)
  }
  // A name is whatever a manifest says; it must not end the comment.
  return lines.map(line => `# ${line.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')}\n`).join('')
}

function targetOf({ ref, before }: PatchedWorkload): PatchTarget {
  const [name, namespace] = [stringAt(before, ['metadata', 'name']), stringAt(before, ['metadata', 'namespace'])]
  if (name === undefined || name === '') {
    throw new InjectError({
      code: 'patch-impossible',
      message: 'kustomize selects the target of a patch by name, and this object has no name',
      hint: 'give it a name, or inject it in its file with `inject-sidecars inject -w`',
      resource: ref,
    })
  }
  const slash = ref.apiVersion.indexOf('/')
  return {
    ...(slash < 0 ? {} : { group: ref.apiVersion.slice(0, slash) }),
    version: ref.apiVersion.slice(slash + 1),
    kind: ref.kind,
    name: exactly(name),
    ...(namespace === undefined ? {} : { namespace: exactly(namespace) }),
  }
}

/** A name as a regular expression, which kustomize anchors at both ends. */
function exactly(name: string): string {
  return name.replaceAll('.', '\\.')
}
