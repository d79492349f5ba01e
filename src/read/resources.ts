// Finds the Kubernetes objects in a parsed document, also inside Lists, and their kind, name and namespace.

import {
  append,
  type Diagnostic,
  type FieldPath,
  findingsOn,
  get,
  isObject,
  type Json,
  type JsonObject,
  type Resource,
  type ResourceRef,
  type SourceMap,
  stringAt,
} from '../lib/model/index.ts'

/** Kind of a value. */
export interface Found {
  readonly resources: readonly Resource[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Position of a value. */
export interface DocumentPath {
  readonly source: SourceMap
  readonly path: FieldPath
}

const NOTHING: Found = { resources: [], diagnostics: [] }

/**
 * The resources in `value`: the object itself, or the items of a List, also of a typed one such as DeploymentList, at any depth. Null has none.
 * @param type kind of elements of a typed list that have no kind, as in kubectl
 * @example resourcesIn({ apiVersion: 'v1', kind: 'List', items: [deployment, service] }, place).resources.length // 2
 */
export function resourcesIn(value: Json, location: DocumentPath, type?: ItemType): Found {
  if (value === null) return NOTHING
  if (!isObject(value)) return { resources: [], diagnostics: [stranger(value, location)] }
  const wrong = wrongField(value)
  if (wrong !== undefined) return invalid({ ...location, path: [...location.path, ...wrong.field] }, wrong.message, referenceOf(value))
  if (isList(value)) return resourcesOfList(value, location)
  return { resources: [resourceOf(value, location, type)], diagnostics: NOTHING.diagnostics }
}

/** One object of any kind as a resource. */
export function resourceOf(value: JsonObject, { source, path }: DocumentPath, type?: ItemType): Resource {
  const file = fileOf(value)
  const ref = referenceOf(value)
  const isTyped = type === undefined || (ref.kind !== '' && ref.apiVersion !== '')
  const resource = { ref: isTyped ? ref : { ...ref, ...type }, value, source, path }
  return file === undefined ? resource : { ...resource, file }
}

/** The kind of a typed list's elements. */
type ItemType = Pick<ResourceRef, 'apiVersion' | 'kind'>

/** Whether kubectl and kustomize expand a value as a List: its kind ends in `List`, and it has objects in `items`. */
function isList(value: JsonObject): boolean {
  const [kind, items] = [stringAt(value, ['kind']) ?? '', get(value, 'items')]
  if (kind === 'List') return get(value, 'apiVersion') === 'v1'
  return kind.endsWith('List') && Array.isArray(items) && items.every(isObject)
}

function itemTypeOf(list: JsonObject): ItemType | undefined {
  const { apiVersion, kind } = referenceOf(list)
  return kind === 'List' ? undefined : { apiVersion, kind: kind.replace(/List$/, '') }
}

function resourcesOfList(list: JsonObject, location: DocumentPath): Found {
  const items = get(list, 'items') ?? []
  const path = [...location.path, 'items']
  if (!Array.isArray(items)) return invalid({ ...location, path }, `\`items\` of a List must be a list, not ${kindOf(items)}`, referenceOf(list))
  return resourcesAmong(items, { ...location, path }, itemTypeOf(list))
}

/** The resources in the elements of a list. */
export function resourcesAmong(items: readonly Json[], { source, path }: DocumentPath, type?: ItemType): Found {
  const resources: Resource[] = []
  const diagnostics: Diagnostic[] = []
  const isStranger = (item: Json | undefined) => item !== undefined && item !== null && !isObject(item)
  const strangers = items.flatMap((item, index) => (isStranger(item) ? [index] : []))
  const about = findingsOn(strangers, index => stranger(items[index] ?? null, { source, path: [...path, index] }))
  let next = 0
  items.forEach((item, index) => {
    if (isStranger(item)) append(diagnostics, about.slice(next, ++next))
    else {
      const found = resourcesIn(item, { source, path: [...path, index] }, type)
      append(resources, found.resources)
      append(diagnostics, found.diagnostics)
    }
  })
  return { resources, diagnostics }
}

function wrongField(value: JsonObject): { field: FieldPath; message: string } | undefined {
  for (const name of ['apiVersion', 'kind']) {
    const found = get(value, name)
    if (found !== undefined && typeof found !== 'string') return { field: [name], message: `\`${name}\` must be a string, not ${kindOf(found)}` }
  }
  const metadata = get(value, 'metadata') ?? {}
  return isObject(metadata) ? undefined : { field: ['metadata'], message: `\`metadata\` must be a mapping, not ${kindOf(metadata)}` }
}

function invalid(location: DocumentPath, message: string, resource?: ResourceRef): Found {
  return { resources: [], diagnostics: [wrongAt(location, message, resource)] }
}

function stranger(value: Json, location: DocumentPath): Diagnostic {
  return wrongAt(location, `${kindOf(value)} where a Kubernetes resource should be`)
}

function wrongAt({ source, path }: DocumentPath, message: string, resource?: ResourceRef): Diagnostic {
  const at = source.positionOf(path)
  return { code: 'resource-invalid', severity: 'error', message, at, ...(resource === undefined ? {} : { resource }) }
}

/** The type of a value in words: `a list`, `a number`. */
export function kindOf(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`
}

function referenceOf(value: JsonObject): ResourceRef {
  const namespace = stringAt(value, ['metadata', 'namespace'])
  const name = stringAt(value, ['metadata', 'name']) ?? ''
  const generateName = name === '' ? stringAt(value, ['metadata', 'generateName']) : undefined
  const reference = {
    apiVersion: stringAt(value, ['apiVersion']) ?? '',
    kind: stringAt(value, ['kind']) ?? '',
    name,
    ...(generateName === undefined ? {} : { generateName }),
  }
  return namespace === undefined || namespace === '' ? reference : { ...reference, namespace }
}

/** The original file of an item, by the annotations of orchestrators: kpt's, also by their older names, or kustomize's origin. */
function fileOf(value: JsonObject): Resource['file'] {
  const annotations = get(get(value, 'metadata'), 'annotations')
  const path = stringAt(annotations, ['internal.config.kubernetes.io/path']) ?? stringAt(annotations, ['config.kubernetes.io/path'])
  if (path === undefined) return originOf(stringAt(annotations, ['config.kubernetes.io/origin']))
  const index = Number.parseInt(
    stringAt(annotations, ['internal.config.kubernetes.io/index']) ?? stringAt(annotations, ['config.kubernetes.io/index']) ?? '',
    10,
  )
  return Number.isNaN(index) ? { path } : { path, index }
}

/**
 * The file in kustomize's annotation, a YAML mapping: `path` for a resource, `configuredIn` for a generated one. A file of another repository has its address
 * as prefix.
 */
function originOf(text: string | undefined): Resource['file'] {
  if (text === undefined) return undefined
  const [repo, path, configuredIn] = ['repo', 'path', 'configuredIn'].map(key => new RegExp(`^${key}: *(\\S.*)$`, 'm').exec(text)?.[1]?.trim())
  const file = path ?? configuredIn
  return file === undefined ? undefined : { path: repo === undefined ? file : `${repo}/${file}` }
}
