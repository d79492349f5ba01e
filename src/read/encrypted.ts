// Refuses manifests that SOPS has encrypted (getsops.io): the checksum also covers values that are not encrypted, so a changed file could no longer be decrypted.

import { type Diagnostic, get, isObject, type Json, locate, type Resource } from '../lib/model/index.ts'
import type { Document } from '../lib/yaml/index.ts'

/**
 * Reason why a resource must not be changed: it, or the List around it, has a checksum of SOPS that covers more than the encrypted values. Undefined for any other
 * resource.
 *
 * @param documents those of the input; the one that holds the resource is among them
 * @example encryptedRefusal(deployment, documents)?.code // 'manifest-encrypted'
 */
export function encryptedRefusal(resource: Resource, documents: readonly Document[]): Diagnostic | undefined {
  const isAlone = resource.path.length === 0
  const isInEncrypted = () => isEncrypted(documents.find(document => document === resource.source)?.value)
  if (!isEncrypted(resource.value) && (isAlone || !isInEncrypted())) return undefined
  const message = 'it is encrypted by SOPS, whose checksum covers the whole manifest: changed, it could not be decrypted any more'
  const hint = 'work on what is decrypted (sops -d, or KSOPS in the kustomization), or encrypt with `mac_only_encrypted: true`'
  return locate({ code: 'manifest-encrypted', severity: 'error', message, hint, field: ['sops', 'mac'] }, resource)
}

function isEncrypted(value: Json | undefined): boolean {
  const sops = get(value, 'sops')
  return isObject(sops) && typeof sops.mac === 'string' && sops.mac_only_encrypted !== true
}
