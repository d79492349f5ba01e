// Parses the documents of a file. Not every YAML file is a manifest, so a syntax error matters only if the text may hold a workload or configuration.

import { findWorkloadKind } from '../lib/k8s/workloads.ts'
import {
  type Diagnostic,
  FUNCTION_CONFIG_KIND,
  GUARD_KIND,
  IMAGE_LOCK_KIND,
  InjectError,
  isObject,
  type Json,
  type SourceFile,
  type WorkloadKind,
} from '../lib/model/index.ts'
import { type Document, parseDocuments, splitDocuments } from '../lib/yaml/index.ts'

export interface Reading {
  /** The kinds that the function config adds. */
  readonly further: readonly WorkloadKind[]
  /** Whether a document can affect injection, given its text. */
  readonly matters?: (text: string) => boolean
}

/**
 * The documents of a file that have a kind. If the file is not YAML, there are none, and the diagnostics have an error, or an info if it cannot be a manifest.
 * @example documentsOf({ path: 'ci.yaml', text: 'on: [push\njobs: {}\n' }, { further: [] }).diagnostics[0]?.severity // 'info'
 */
export function documentsOf(
  file: SourceFile,
  { further, matters }: Reading,
): { readonly documents: readonly Document[]; readonly diagnostics: readonly Diagnostic[] } {
  try {
    return { documents: parseDocuments(file, matters, claimsToBeResource), diagnostics: [] }
  } catch (error) {
    if (!(error instanceof InjectError)) throw error
    const { diagnostic } = error
    const isManifest = splitDocuments(file.text).some(({ start, end }) => mayBeManifest(file.text.slice(start, end), further))
    return { documents: [], diagnostics: [isManifest ? diagnostic : { ...diagnostic, severity: 'info', hint: NO_MANIFEST }] }
  }
}

/** Whether a value has a kind. Files may contain other YAML than manifests, such as Helm values. */
function claimsToBeResource(value: Json): boolean {
  return isObject(value) && typeof value.kind === 'string'
}

const NO_MANIFEST = 'the file holds no workload and no configuration that can be read; it is left alone'

/** Whether a text that may not be YAML names a kind that injection handles, and is not a template of another tool. */
function mayBeManifest(text: string, further: readonly WorkloadKind[]): boolean {
  const kinds = valuesOf('kind', text)
  const versions = valuesOf('apiVersion', text)
  const isOurs = kinds.some(
    kind => CONFIGURATION.has(kind) || versions.some(version => findWorkloadKind(version, kind.replace(/List$/, ''), further) !== undefined),
  )
  return isOurs && versions.length > 0 && (!TEMPLATE_LINE.test(text) || isYaml(text))
}

const CONFIGURATION = new Set([
  'List',
  'ResourceList',
  'ConfigMap',
  'MutatingWebhookConfiguration',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'Namespace',
  'ProxyConfig',
  'Node',
  FUNCTION_CONFIG_KIND,
  GUARD_KIND,
  IMAGE_LOCK_KIND,
])

/** Matches directives of Go templates, Jinja, Terraform and ERB on their own line or as a value. */
const TEMPLATE_LINE = /^[ \t]*(?:- )?(?:["']?[\w./-]+["']?:[ \t]*)?(?:\{\{|\{%|%\{|<%)/m

/** Values of a key at the top level of a block mapping, or anywhere in JSON. */
function valuesOf(key: string, text: string): string[] {
  const isJson = /^\s*[[{]/.test(text)
  const indent = /^(?:(?:---|#|%).*\n|[ \t]*\r?\n)*([ ]*)\S/.exec(text)?.[1] ?? ''
  const start = isJson ? '["\']?' : `^${indent}["']?`
  return [...text.matchAll(new RegExp(`${start}${key}["']?[ \\t]*:[ \\t]*["']?([\\w./-]+)`, 'gm'))].flatMap(([, value]) => value ?? [])
}

function isYaml(text: string): boolean {
  try {
    parseDocuments({ path: '', text })
    return true
  } catch (error) {
    if (error instanceof InjectError) return false
    throw error
  }
}
