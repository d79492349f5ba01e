// Removes documents that only configure injection from printed manifests, so that the output can be applied.

import { isConfigurationOnly } from '../lib/istio/configuration-only.ts'
import { get, InjectError, isObject, type Json, type SourceFile, stringAt } from '../lib/model/index.ts'
import { parseDocuments, splitDocuments } from '../lib/yaml/index.ts'

/** Matches words without which a document cannot be configuration, and need not be parsed. */
const HINT = /\b(?:ConfigMap|MutatingWebhookConfiguration|Namespace|Node|SidecarInjector|ImageLock|local-config)\b/

/**
 * The files without configuration; a file without remaining documents is left out. A List is removed if all of its items are.
 * @example withoutConfiguration([{ path: 'a.yaml', text: 'kind: Node\napiVersion: v1\n---\nkind: Service\n' }]) // [{ path: 'a.yaml', text: 'kind: Service\n' }]
 */
export function withoutConfiguration(files: readonly SourceFile[]): readonly SourceFile[] {
  return files.flatMap(file => {
    if (!HINT.test(file.text)) return file
    const parts = splitDocuments(file.text).map(({ start, end }) => file.text.slice(start, end))
    const kept = parts.filter(text => !isConfiguration(text))
    if (kept.length === parts.length) return file
    const text = kept.join('').replace(/^---[ \t]*\r?\n/, '')
    return text.trim() === '' ? [] : { path: file.path, text }
  })
}

function isConfiguration(text: string): boolean {
  if (!HINT.test(text)) return false
  const [document] = parsed(text)
  return document !== undefined && itemsOf(document).every(isConfigurationResource)
}

function parsed(text: string): readonly Json[] {
  try {
    return parseDocuments({ path: '', text }).map(({ value }) => value)
  } catch (error) {
    // A text that cannot be read was reported before, and is printed unchanged.
    if (error instanceof InjectError) return []
    throw error
  }
}

function itemsOf(value: Json): readonly Json[] {
  const items = get(value, 'items')
  return Array.isArray(items) && /List$/.test(stringAt(value, ['kind']) ?? '') ? items : [value]
}

function isConfigurationResource(value: Json): boolean {
  if (!isObject(value)) return false
  const ref = { apiVersion: stringAt(value, ['apiVersion']) ?? '', kind: stringAt(value, ['kind']) ?? '', name: stringAt(value, ['metadata', 'name']) ?? '' }
  return isConfigurationOnly({ ref, value })
}
