// Reads a KRM ResourceList, the standard input from kustomize and kpt (KRM Functions Specification v1).

import {
  type Diagnostic,
  findingsOn,
  get,
  InjectError,
  isObject,
  type Json,
  type JsonObject,
  type Resource,
  type SourceMap,
  stringAt,
  warning,
} from '../lib/model/index.ts'
import { kindOf, resourceOf, resourcesAmong } from './resources.ts'

export interface ResourceList {
  /** Resources of the items; Lists are replaced by their items. */
  readonly resources: readonly Resource[]
  readonly functionConfig?: Resource
  readonly diagnostics: readonly Diagnostic[]
}

/** A parsed document: its value, and the positions of its nodes. */
export interface Parsed extends SourceMap {
  readonly value: Json | undefined
}

const API_VERSIONS = new Set(['config.kubernetes.io/v1', 'config.kubernetes.io/v1beta1', 'config.kubernetes.io/v1alpha1'])

/**
 * Reads a ResourceList. Invalid items are reported one by one; the others are read.
 * @throws InjectError `resource-list-invalid` when the text is not a ResourceList
 */
export function readResourceList(documents: readonly Parsed[]): ResourceList {
  const [document, ...others] = documents.filter(({ value }) => value !== undefined && value !== null)
  if (document === undefined) throw notAList('standard input is empty')
  const { value } = document
  if (!isObject(value)) throw notAList(`standard input holds ${kindOf(value ?? null)}`, document)
  checkKind(value, document)
  if (others.length > 0) throw notAList(`standard input holds ${others.length + 1} documents`, others[0])

  const items = get(value, 'items') ?? []
  if (!Array.isArray(items)) throw notAList(`its \`items\` are ${kindOf(items)}, not a list`, document, ['items'])
  const found = resourcesAmong(items, { source: document, path: ['items'] })
  const functionConfig = get(value, 'functionConfig') ?? null
  if (functionConfig !== null && !isObject(functionConfig)) {
    throw notAList(`its \`functionConfig\` is ${kindOf(functionConfig)}, not a mapping`, document, ['functionConfig'])
  }
  return {
    resources: found.resources,
    ...(functionConfig === null ? {} : { functionConfig: resourceOf(functionConfig, { source: document, path: ['functionConfig'] }) }),
    diagnostics: [...found.diagnostics, ...emptyItems(items, document)],
  }
}

function checkKind(value: JsonObject, document: SourceMap): void {
  const [apiVersion, kind] = [stringAt(value, ['apiVersion']), stringAt(value, ['kind'])]
  if (kind !== 'ResourceList') throw notAList(kind === undefined ? 'standard input has no `kind`' : `standard input is a ${kind}`, document, ['kind'])
  if (apiVersion !== undefined && API_VERSIONS.has(apiVersion)) return
  throw notAList(`its apiVersion is ${JSON.stringify(apiVersion ?? null)}, not one of ${[...API_VERSIONS].join(', ')}`, document, ['apiVersion'])
}

function emptyItems(items: readonly Json[], document: SourceMap): Diagnostic[] {
  const empty = items.flatMap((item, index) => (item === null ? [index] : []))
  return findingsOn(empty, index => {
    const at = document.positionOf(['items', index])
    return warning({ code: 'resource-invalid', message: `item ${index} of the ResourceList is null; it is passed on as it is`, at })
  })
}

function notAList(message: string, document?: SourceMap, path: readonly string[] = []): InjectError {
  return new InjectError({
    code: 'resource-list-invalid',
    message: `not a ResourceList: ${message}`,
    hint: 'kustomize and kpt send a ResourceList; for plain manifests use `inject-sidecars inject FILE…`, with - for standard input',
    ...(document === undefined ? {} : { at: document.positionOf(path) }),
  })
}
